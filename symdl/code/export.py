"""Terms as text to take away: a module for each language, SymPy or LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from symdl.code.backends import BACKENDS
from symdl.code.emit import ELEMENTWISE, emit
from symdl.code.lambdify import Value, default_text, with_derivatives
from symdl.document.errors import CodeError
from symdl.expression.term import Term

TARGETS = (*BACKENDS, *ELEMENTWISE, "latex")


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

    `to` is one of TARGETS. A header says what the module computes; each module runs as it
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
    notes: tuple[str, ...] = ()
    if to in ("latex", "sympy"):
        outputs = _plain_outputs(term, derivative)
    else:
        outputs, notes = with_derivatives(term, derivative)
    if to == "latex":
        from symdl.expression.printer import latex

        return "\n".join(map(latex, outputs)) + "\n"
    known = {s: default_text(v) for s, v in (defaults or {}).items()}
    doc = [*([title] if title else []), describe(term, derivative), *notes]
    if to == "onnx":
        from symdl.code.exports.onnx import onnx_text

        return onnx_text(outputs, parameters, name, doc=doc, preferred=preferred)
    write: Callable[..., str] = partial(emit, backend=to)
    if to == "numba":
        from symdl.code.exports.numba import numba_module

        write = numba_module
    return write(outputs, parameters, name=name, doc=doc, defaults=known, preferred=preferred)


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
