"""A number and its gradients in arrays from one function: the forward pass once, then the
backward pass in its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from symdl.code import whole_rules
from symdl.code.backends import BACKENDS
from symdl.code.branches import settle_kinks
from symdl.code.declared_shapes import WithDeclaredShapes
from symdl.code.emit import emit
from symdl.code.emit_arrays import ARRAYS
from symdl.code.lambdify import Function, Value, default_text, lambdify_all
from symdl.code.names import identifier
from symdl.code.targets import TARGETS
from symdl.code.whole import Whole
from symdl.derivation.matrix.backward import Backward
from symdl.document.errors import CodeError
from symdl.expression.printer import plain
from symdl.expression.term import Term

RULES_OF = whole_rules
"""The module that teaches whole arrays their rules."""


@dataclass(frozen=True, slots=True)
class ArrayGradients:
    """The value and then the gradients as array operations, and the names of what comes before."""

    outputs: tuple[Term, ...]
    named: Mapping[str, Term]


def array_gradients(found: Backward, parameters: Sequence[Term]) -> ArrayGradients:
    """The outputs of a backward pass over parameters.

    Sizes are read off the arguments; no Jacobian, delta or array of ones is made. Raises
    CodeError where an operation has no array code.
    """
    table = {e.left: e.right for e in (*found.forward, *found.backward)} | dict(found.calls)
    whole = Whole(parameters, lambda node: _children(node, table))
    value = whole(found.function)
    slopes = [whole(left, like=variable) for variable, left in found.gradients.items()]
    named = {_spelled(left): whole.known[left].term for left in table if left in whole.known}
    named = {name: term for name, term in named.items() if name and term.args}
    settled = settle_kinks((*slopes, *named.values()))
    parts = zip(named, settled[len(slopes) :], strict=True)
    return ArrayGradients((value, *settled[: len(slopes)]), dict(parts))


def _children(node: Term, table: Mapping[Term, Term]) -> tuple[Term, ...]:
    if node in table:
        return (table[node],)
    return () if node.op in ("symbol", "label", "gradient", "call") else node.args


def _spelled(left: Term) -> str:
    """`Z`, and `grad_Z` for the gradient in it."""
    if left.op == "symbol":
        return identifier(left.data.name)
    inner = left.args[1]
    name = identifier(inner.data.name) if inner.op == "symbol" else ""
    return f"grad_{name}" if name else ""


def lambdify_gradients(
    found: Backward,
    parameters: Sequence[Term],
    backend: str = "numpy",
    *,
    defaults: Mapping[Term, Value] | None = None,
    preferred: Mapping[Term, str] | None = None,
    with_value: bool = True,
) -> Function:
    """A callable that returns the value (unless it is not wanted) and the gradients, in the order
    of `found.gradients`."""
    made = array_gradients(found, parameters)
    function = lambdify_all(
        made.outputs if with_value else made.outputs[1:],
        parameters,
        backend if backend == "c" else _with_arrays(backend),
        doc=[describe(found)],
        defaults=defaults,
        preferred=preferred,
        named=made.named,
    )
    if backend == "c":
        return function  # compiled functions look at the shapes themselves
    shapes = {n: p.shape for n, p in zip(function.parameters, parameters, strict=True)}
    return replace(function, _run=WithDeclaredShapes(function._run, shapes))


def export_gradients(
    found: Backward,
    to: str,
    parameters: Sequence[Term],
    *,
    name: str = "f",
    defaults: Mapping[Term, Value] | None = None,
    preferred: Mapping[Term, str] | None = None,
) -> str:
    """A module with a function that returns the value and the gradients; for `latex` the
    equations of both passes. Raises CodeError for targets without arrays."""
    if to == "latex":
        from symdl.expression.printer import latex

        lines = (*found.forward, *found.backward)
        return "".join(f"{latex(e.left)} = {latex(e.right)}\n" for e in lines)
    made = array_gradients(found, parameters)
    return emit(
        made.outputs,
        parameters,
        _with_arrays(to),
        name,
        doc=[describe(found)],
        defaults={s: default_text(v) for s, v in (defaults or {}).items()},
        preferred=preferred,
        named=made.named,
    )


def describe(found: Backward) -> str:
    """One line on what the function computes."""
    told = ", ".join(map(plain, found.gradients))
    return f"{plain(found.forward[-1].left)} and its gradients in {told}, each of its shape."


def _with_arrays(backend: str) -> str:
    if backend in TARGETS and not (backend in BACKENDS and BACKENDS[backend].arrays):
        raise CodeError(f"no {backend} code for gradients in arrays", hint=ARRAYS)
    return backend
