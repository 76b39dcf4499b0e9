r"""The largest difference of the sides of `f(x) \approx g(x)`, certified, and where it is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symdl.evidence.balls import precision
from symdl.evidence.bounds.enclosure import BITS
from symdl.evidence.bounds.extremum import Maximum, largest_seen, maximum
from symdl.evidence.conditions.hypotheses import domain_under, is_empty, variables
from symdl.evidence.exact import fraction_of
from symdl.evidence.refute import decimal
from symdl.evidence.verdict import Verdict
from symdl.evidence.work import allowance
from symdl.expression.term import Term, make

METHOD = "enclosure"


def error_bound(left: Term, right: Term, conditions: Sequence[Term] = ()) -> Verdict | None:
    """`approximate` with a certified bound of |left - right| over all values of their one
    variable, and where it is attained; None if there are more variables or no bound is found."""
    free = variables((left, right))
    if len(free) != 1:
        return None
    variable = free[0]
    domain = domain_under(variable, conditions)
    if is_empty(domain):
        return None
    gap = left - right
    sides = gap, make("neg", gap)
    with allowance(), precision(BITS):
        seen = [largest_seen(side, variable, domain) for side in sides]
        first, second = sides if not seen[1] > seen[0] else sides[::-1]
        above = maximum(first, variable, domain)
        if not isinstance(above, Maximum):
            return None
        below = maximum(second, variable, domain, above.lower)
        if not isinstance(below, Maximum):
            return None
        return _told(variable, above, below)


def _told(variable: Term, above: Maximum, below: Maximum) -> Verdict:
    lower = above.lower.max(below.lower).max(0)
    upper = above.upper.max(below.upper)
    highest = [side for side in (above, below) if not side.upper < lower]
    where = sorted({_place(*p) for side in highest for p in side.at}, key=float)
    near_end = any(side.near_end for side in highest)
    bound = rounded_up(upper)
    attained = f", attained at {variable} = {' and '.join(where)}" if where and not near_end else ""
    return Verdict(
        "approximate",
        METHOD,
        f"the sides differ by at most {bound}{attained}",
        evidence={
            "bound": bound,
            "at_least": decimal(lower, 8),
            "at": where,
            "towards_an_end": near_end,
            "variable": repr(variable),
        },
    )


def _place(low: Fraction, high: Fraction) -> str:
    """The middle of a short interval, to the digits its width allows."""
    digits = 1
    while digits < 12 and high - low < Fraction(1, 10 ** (digits + 1)):
        digits += 1
    return str(round(float((low + high) / 2), digits) + 0.0)  # no -0.0


def rounded_up(value: Any) -> str:
    """A decimal of seven digits that is not below a nonnegative ball.

    >>> from symdl.evidence.balls import exactly
    >>> rounded_up(exactly(Fraction(1, 4)))
    '0.25'
    """
    top: Fraction = exact_upper(value)
    if top <= 0:
        return "0"
    exponent = 0
    while top * Fraction(10) ** exponent < 10**6:
        exponent += 1
    while top * Fraction(10) ** exponent >= 10**7:
        exponent -= 1
    scaled = top * Fraction(10) ** exponent
    digits = -(-scaled.numerator // scaled.denominator)
    return _decimal(digits, exponent)


def exact_upper(end: Any) -> Fraction:
    """The dyadic number at the end of a ball."""
    high = end.upper().fmpq() if end.is_exact() else end.mid().fmpq() + end.rad().fmpq()
    return fraction_of(high)


def _decimal(digits: int, exponent: int) -> str:
    """digits * 10^-exponent in plain or scientific writing, without trailing zeros."""
    while digits % 10 == 0:
        digits, exponent = digits // 10, exponent - 1
    text = str(digits)
    power = len(text) - 1 - exponent
    if not -4 <= power <= 12:
        return f"{text[0]}.{text[1:] or '0'}e{power}"
    if exponent <= 0:
        return text + "0" * -exponent
    text = text.rjust(exponent + 1, "0")
    return f"{text[:-exponent]}.{text[-exponent:]}"
