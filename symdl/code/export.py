"""Terms as text to take away: a module for each language, SymPy or LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from symdl.code.emit import emit
from symdl.code.lambdify import Value, default_text, with_derivatives
from symdl.code.targets import TARGETS
from symdl.document.errors import CodeError
from symdl.expression.term import Term


def export(
    term: Term,
    to: str,
    parameters: Sequence[Term],
    derivative: Term | Sequence[Term] | None = None,
    *,
    name: str = "f",
    title: str = "",
    defaults: Mapping[Term, Value] | None = None,
    preferred: Mapping[Term, str] | None = None,
) -> str:
    """The text of a module that computes a Term (and its derivatives), or its LaTeX.

    `to` names one of TARGETS. A header says what the module computes; each module runs as it
    is. Raises CodeError where a Term has no code there.

    >>> from symdl.expression.term import symbol
    >>> x = symbol("x")
    >>> print(export(x**2, "sympy", [x], derivative=x))
    # x^2; with the derivative in x
    import sympy as sp
    <BLANKLINE>
    x = sp.Symbol("x", real=True)
    f = x ** 2
    f_derivative = 2 * x
    <BLANKLINE>
    """
    if to not in TARGETS:
        raise CodeError(f"unknown target {to}: one of {', '.join(TARGETS)}")
    if TARGETS[to].runs:
        outputs, notes = with_derivatives(term, derivative)
    else:
        outputs, notes = _plain_outputs(term, derivative), ()
    known = {s: default_text(v) for s, v in (defaults or {}).items()}
    doc = [*([title] if title else []), describe(term, derivative), *notes]
    write = WRITERS.get(to) or partial(emit, backend=to)
    return write(outputs, parameters, name=name, doc=doc, defaults=known, preferred=preferred)


def _latex(outputs: Sequence[Term], _parameters: Sequence[Term], **_frame: Any) -> str:
    from symdl.expression.printer import latex

    return "\n".join(map(latex, outputs)) + "\n"


def _onnx(outputs: Sequence[Term], parameters: Sequence[Term], **frame: Any) -> str:
    from symdl.code.exports.onnx import onnx_text

    del frame["defaults"]  # a graph has none
    return onnx_text(outputs, parameters, **frame)


def _numba(outputs: Sequence[Term], parameters: Sequence[Term], **frame: Any) -> str:
    from symdl.code.exports.numba import numba_module

    return numba_module(outputs, parameters, **frame)


WRITERS: Mapping[str, Callable[..., str]] = {"latex": _latex, "onnx": _onnx, "numba": _numba}
"""What writes the targets that are no back ends, from the outputs and parameters, with the `name`,
`doc`, `defaults` and `preferred` names of the function."""


def _plain_outputs(term: Term, derivative: Term | Sequence[Term] | None) -> tuple[Term, ...]:
    """The Term as written and its derivatives, for people and algebra systems."""
    if derivative is None:
        return (term,)
    from symdl.derivation.differentiate import differentiate

    return (term, *(differentiate(term, v).result for v in variables(derivative)))


def variables(derivative: Term | Sequence[Term]) -> tuple[Term, ...]:
    """One variable or several as a tuple."""
    return (derivative,) if isinstance(derivative, Term) else tuple(derivative)


def describe(term: Term, derivative: Term | Sequence[Term] | None) -> str:
    """One line on what a module computes; it is made safe where it is written."""
    from symdl.expression.printer import plain

    text = plain(term)
    if derivative is not None:
        text += f"; with the derivative in {', '.join(map(plain, variables(derivative)))}"
    return text
