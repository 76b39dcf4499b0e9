"""What is measured: a scalar function with its derivatives, and everything that computes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from symdl.code.emit import elementwise, emit
from symdl.code.lambdify import compile_source, default_text, lambdify
from symdl.derivation.differentiate import differentiate
from symdl.document.errors import CodeError
from symdl.expression.domain import REAL
from symdl.expression.term import Term

if TYPE_CHECKING:
    from symdl.faces.expression import Expression

Run = Callable[[Sequence[Any]], Sequence[Any]]
"""Arrays of one type, one a parameter, to one array an output."""


@dataclass(frozen=True)
class Subject:
    """A scalar function as written: `outputs` are its value and its derivatives in the
    parameters that have no default (in all, if all have one)."""

    name: str
    parameters: tuple[Term, ...]
    outputs: tuple[Term, ...]
    labels: tuple[str, ...]
    defaults: Mapping[Term, float] = field(default_factory=dict)

    @property
    def variables(self) -> tuple[Term, ...]:
        """What it is differentiated in."""
        free = tuple(p for p in self.parameters if p not in self.defaults)
        return free or self.parameters

    def domain(self, parameter: Term) -> Any:
        """The declared values of a parameter."""
        return parameter.data.domain or REAL


def subject(
    name: str, term: Term, parameters: Sequence[Term], defaults: Mapping[Term, Any]
) -> Subject:
    """The subject of a Term. Raises CodeError for what is no function of numbers, DeriveError
    where it has no derivative."""
    if not parameters or not elementwise((term,), parameters):
        raise CodeError(f"{name} is no function of numbers alone", code="no-accuracy")
    known = {p: float(default_text(v)) for p, v in defaults.items()}
    whole = Subject(name, tuple(parameters), (term,), ("value",), known)
    made = [differentiate(term, v).result for v in whole.variables if not v.data.domain.integer]
    called = [v.data.name for v in whole.variables if not v.data.domain.integer]
    labels = ("value", *(f"d/d{c}" for c in called))
    return Subject(name, whole.parameters, (term, *made), labels, known)


def of_expression(name: str, expression: Expression) -> Subject:
    """The subject of an expression as people hold it."""
    term, parameters, defaults = expression.for_code()
    return subject(name, term, parameters, defaults)


def ours(it: Subject, backend: str) -> Run:
    """Our code for value and derivatives together."""
    variables = [v for v in it.variables if not v.data.domain.integer]
    run = lambdify(it.outputs[0], it.parameters, backend, derivative=variables or None)

    def call(arrays: Sequence[Any]) -> Sequence[Any]:
        made = run(*arrays)
        return made if isinstance(made, tuple) else (made,)

    return call


def literal(it: Subject) -> Run:
    """The formula and its derivatives as they stand, in NumPy."""
    source = emit(it.outputs, it.parameters, "numpy", stable=False)
    run = compile_source(source, it.parameters, "numpy", "f")

    def call(arrays: Sequence[Any]) -> Sequence[Any]:
        made = run(*arrays)
        return made if isinstance(made, tuple) else (made,)

    return call


def runs(it: Subject, backends: Sequence[str] = ("numpy", "c")) -> dict[str, Run]:
    """Our code on each back end that runs here, and the literal formula."""
    found = {backend: ours(it, backend) for backend in backends}
    with suppress(CodeError):  # only the stable spelling may have code for every operation
        found["literal"] = literal(it)
    return found


def silently(run: Run, arrays: Sequence[Any]) -> list[Any]:
    """The outputs as float64 arrays of one size, without warnings of overflow."""
    with np.errstate(all="ignore"):
        made = run(arrays)
    size = arrays[0].shape
    return [np.broadcast_to(np.asarray(m).astype(np.float64), size) for m in made]
