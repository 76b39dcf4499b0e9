r"""Sums of monotone functions held against their integrals.

sum_{k=a}^n f(k) = F(n) - F(a) + f(a) + u (f(n) - f(a)) for some u between 0 and 1 that may change
with n; and where f falls to 0 the rest of a series behind k < N lies between the integral from N
on and that plus f(N) (Knopp, Theory and Application of Infinite Series, section 33).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from symdl.derivation.recurrences import step_of
from symdl.evidence.asymptotics.expansion import Place, limit
from symdl.evidence.asymptotics.term_series import UNKNOWN
from symdl.evidence.balls import ball, exactly, precision
from symdl.evidence.bounds.everywhere import defined_everywhere
from symdl.evidence.continuity import Image, break_in
from symdl.evidence.integrals.antiderivative import antiderivative
from symdl.evidence.monotone import direction
from symdl.expression.domain import Domain
from symdl.expression.numerals import value_of
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, replace, symbol

BITS = 96
FAR = Place(None, 1)
SUMMED = 256
"""So many terms of a series are added; the rest is enclosed."""


@dataclass(frozen=True, slots=True)
class _Monotone:
    """A term that rises (1) or falls (-1) for all values of x >= start, and its antiderivative."""

    x: Term
    start: Fraction
    term: Term
    primitive: Term
    direction: int


def _of_reals(part: Term) -> tuple[Term, Fraction, Term] | None:
    """The body of a sum from a number on, without parameters, as a function of a real number: its
    variable, the number and the term."""
    if part.op != "sum" or part.data != "range":
        return None
    index, lower, _, body = part.args
    low = value_of(lower)
    if low is None or low.denominator != 1 or not free_symbols(body) <= {index}:
        return None
    x = symbol("#index", domain=Domain(low, None))
    term = replace(body, {index: x})
    return (x, low, term) if defined_everywhere(term, x, x.data.domain) else None


def _monotone(x: Term, start: Fraction, term: Term) -> _Monotone | None:
    found = direction(term, x, x.data.domain, strict=False)
    primitive = antiderivative(term, x) if found else None
    if primitive is None or break_in(Image(x, primitive)):
        return None
    return _Monotone(x, start, term, primitive, found)


def against_integral(part: Term) -> Term | None:
    """A sum up to n as a term in n and some function of n between 0 and 1; None if its body is
    not known to be monotone."""
    start, _ = (step_of(part.args[2]) if part.data == "range" else None) or (None, 0)
    of_reals = _of_reals(part) if start is not None else None
    found = None if of_reals is None else _monotone(*of_reals)
    if found is None:
        return None
    index, lower, upper, body = part.args
    first, last = substitute(body, {index: lower}), substitute(body, {index: upper})
    name = f"\\text{{share of {index.data.name}}}"
    share = symbol(name, UNKNOWN, (), Domain(Fraction(0), Fraction(1)))
    ends = (replace(found.primitive, {found.x: end}) for end in (upper, lower))
    grown = next(ends) - next(ends)
    return grown + first + share * (last - first)


def series(part: Term) -> Any | int | None:
    """A ball with the value of a series without parameters, or the sign of an infinite one; None
    where neither is found."""
    of_reals = _of_reals(part)
    upper = part.args[2] if of_reals is not None else part
    if of_reals is None or upper.op != "constant" or upper.data != "infinity":
        return None
    x, _, term = of_reals
    end = limit(term, x, FAR)
    if end is None:
        return None
    if end.value is None or not end.value.is_zero:  # the terms do not go to 0
        return (end.infinite if end.value is None else end.value.sign()) or None
    found = _monotone(*of_reals)
    total = None if found is None else limit(found.primitive, x, FAR)
    if found is None or total is None:
        return None
    if total.value is None:
        return total.infinite
    with precision(BITS):
        begin = found.start + SUMMED
        head = arb(0)
        for k in range(SUMMED):
            head += ball(found.term, {found.x: exactly(found.start + k)}, BITS)
        behind = total.value.ball() - ball(found.primitive, {found.x: exactly(begin)}, BITS)
        first = ball(found.term, {found.x: exactly(begin)}, BITS)
        value = head + behind + arb(0).union(first)
    return value if value.is_finite() else None
