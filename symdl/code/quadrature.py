"""Definite integrals in code: numerical quadrature of the integrand, written as a function.

Only where nothing closed is known; NumPy only. The integrand is spelled stably like any output.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symdl.document.errors import CodeError
from symdl.expression.term import Term, every_part, free_symbols, make, replace

OP = "quadrature"
"""`quadrature(lower, upper, p, ...)`: data is its Integrand."""


@dataclass(frozen=True, slots=True)
class Integrand:
    """What is integrated over `variable`, ready to be spelled, with the symbols it depends on
    besides."""

    variable: Term
    others: tuple[Term, ...]
    ready: Term


Prepare = Callable[[Sequence[Term]], tuple[Term, ...]]


def with_quadrature(outputs: Sequence[Term], prepare: Prepare) -> tuple[Term, ...]:
    """The outputs with each integral between limits as one operation on its limits. prepare:
    what makes an integrand stable. Raises CodeError for integrals of arrays."""
    table: dict[Term, Term] = {}
    for node in every_part(outputs):
        if node.op == "integral" and node.data == "range":
            table[node] = _operation(replace(node, table) if table else node, prepare)
    return tuple(replace(o, table) for o in outputs) if table else tuple(outputs)


def _operation(node: Term, prepare: Prepare) -> Term:
    variable, lower, upper, body = node.args
    others = tuple(sorted(free_symbols(body) - {variable}, key=lambda s: str(s.data.name)))
    if any(s.shape for s in free_symbols(body)):
        raise CodeError("no code for an integral of arrays")
    return make(OP, lower, upper, *others, data=Integrand(variable, others, prepare((body,))[0]))
