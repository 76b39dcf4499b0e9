"""Certified expansions at infinity: sums of c * exp(p(t)) * t^a * log(t)^b, valid for all t >= T;
p is a sum of powers of t times powers of log t.

A coefficient is an exact constant, or a ball in which a function of t stays for every t >= T
(that is how remainders are kept). So nothing here is "asymptotically, up to O": every series
is an enclosure on a whole half-line, whose sign and limit can be read off its leading part.
`TooEarly` says that the enclosure does not yet hold at this T; the caller takes a larger one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key, lru_cache
from typing import Any

from flint import arb, ctx

from symdl.evidence import work
from symdl.evidence.asymptotics.constants import ZERO, Exact, Inexact
from symdl.evidence.asymptotics.rates import (
    UNIT,
    Growth,
    TooEarly,
    Unknown,
    compare,
    largest,
    multiply_growth,
)


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A constant if `exact` is given, else some function of t with values in `ball`."""

    exact: Exact | None
    ball: Any


def known(value: Exact) -> Coefficient:
    """The coefficient that is this constant."""
    if len(value.terms) == 1 and not value.terms[0][0]:
        return Coefficient(value, arb(value.terms[0][1]))
    return _known(value, ctx.prec)


@lru_cache(maxsize=4096)
def _known(value: Exact, _: int) -> Coefficient:
    return Coefficient(value, value.ball())  # at the precision that is asked for


def within(ball: Any) -> Coefficient:
    """A coefficient of which only a ball is known."""
    return Coefficient(None, ball)


Series = tuple[tuple[Growth, Coefficient], ...]
"""By falling growth; no growth twice; the empty series is exactly zero."""


@dataclass(frozen=True, slots=True)
class Setting:
    """From where on the series hold (start >= 3) and how many terms are kept.

    Without a start they hold from some t on that may depend on the parameters; vague
    coefficients are then known to be bounded, and nothing more (their ball is nan).
    """

    start: Fraction | None
    order: int

    @property
    def width(self) -> int:
        """The most terms a series keeps."""
        return 2 * self.order + 2


# --- sums and products ----------------------------------------------------------------------


def gather(terms: Sequence[tuple[Growth, Coefficient]], setting: Setting) -> Series:
    """The series of these terms: like growths joined, the smallest absorbed into a remainder."""
    work.spend(12 * len(terms))
    table: dict[Growth, Coefficient] = {}
    for growth, c in terms:
        other = table.get(growth)
        if other is None:
            table[growth] = c
        elif c.exact is not None and other.exact is not None:
            table[growth] = known(c.exact + other.exact)
        else:
            table[growth] = within(c.ball + other.ball)
    kept = [(g, c) for g, c in table.items() if c.exact is None or not c.exact.is_zero]
    kept.sort(key=cmp_to_key(_falling))
    return _shortened(tuple(kept), setting)


def _falling(a: tuple[Growth, Coefficient], b: tuple[Growth, Coefficient]) -> int:
    return compare(b[0], a[0])


def _shortened(series: Series, setting: Setting) -> Series:
    keep = setting.width - 1
    first_vague = next((i for i, (_, c) in enumerate(series) if c.exact is None), keep)
    keep = min(keep, first_vague)
    if len(series) <= keep + 1:
        return series
    head, tail = series[:keep], series[keep:]
    top = tail[0][0]
    total = arb(0)
    for growth, c in tail:
        ratio = multiply_growth(growth, top, -1)
        total += c.ball * arb(0).union(largest(ratio, setting.start)) if ratio != UNIT else c.ball
    return (*head, (top, within(arb.nan() if setting.start is None else total)))


def add(a: Series, b: Series, setting: Setting) -> Series:
    """The sum."""
    if not a or not b:
        return a or b
    return gather((*a, *b), setting)


def scale(a: Series, factor: Coefficient, growth: Growth = UNIT) -> Series:
    """The series times one term."""
    if factor.exact is not None and factor.exact.is_zero:
        return ()
    return tuple((multiply_growth(g, growth), _times(c, factor)) for g, c in a)


def _times(a: Coefficient, b: Coefficient) -> Coefficient:
    if a.exact is not None and b.exact is not None:
        try:
            return known(a.exact * b.exact)
        except Inexact:
            pass
    return within(a.ball * b.ball)


def multiply(a: Series, b: Series, setting: Setting) -> Series:
    """The product."""
    if len(b) == 1:
        return scale(a, b[0][1], b[0][0])
    if len(a) == 1:
        return scale(b, a[0][1], a[0][0])
    pairs = [(multiply_growth(g, h), _times(c, d)) for g, c in a for h, d in b]
    return gather(pairs, setting)


def fixed(value: Exact) -> Series:
    """A constant."""
    return () if value.is_zero else ((UNIT, known(value)),)


def bounded(ball: Any) -> Series:
    """A function of which only a ball is known."""
    return ((UNIT, within(ball)),)


# --- the leading part -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Split:
    """c * growth * (1 + rest), with |rest| <= bound < 1/2 for all t >= start."""

    growth: Growth
    lead: Coefficient
    rest: Series
    bound: Any


def split(series: Series, setting: Setting) -> Split:
    """The leading term taken out; Unknown when its coefficient may vanish."""
    growth, lead = series[0]
    if not _nonzero(lead):
        raise Unknown("the leading term may vanish")
    inverse = inverse_of(lead)
    rest = tuple((multiply_growth(g, growth, -1), _times(c, inverse)) for g, c in series[1:])
    bound = size_bound(rest, setting)
    if not bound < 0.5:
        raise TooEarly
    return Split(growth, lead, rest, bound)


def _nonzero(c: Coefficient) -> bool:
    if c.exact is not None:
        return bool(c.exact.sign())
    return not c.ball.contains(0) and not c.ball.is_nan()


def coefficient_sign(c: Coefficient) -> int | None:
    """The certain sign of a coefficient, or None."""
    if c.exact is not None:
        return c.exact.sign()
    if c.ball > 0:
        return 1
    return -1 if c.ball < 0 else None


def inverse_of(c: Coefficient) -> Coefficient:
    """One over a coefficient that is not 0."""
    if c.exact is not None:
        try:
            return known(c.exact.power(Fraction(-1)))
        except Inexact:
            pass
    return within(1 / c.ball)


def size_bound(series: Series, setting: Setting) -> Any:
    """A bound of the size of a series of vanishing terms for all t >= start."""
    total = arb(0)
    for growth, c in series:
        largest_value = largest(growth, setting.start)
        if setting.start is not None:
            total += abs(c.ball).upper() * largest_value.upper()
    return total


def sign(series: Series, setting: Setting) -> int:
    """The sign the series has for every t >= start; Unknown or TooEarly if it is not certain."""
    if not series:
        return 0
    found = coefficient_sign(split(series, setting).lead)
    if not found:
        raise Unknown("the sign of the leading term is not certain")
    return found


def parts(series: Series) -> tuple[Series, Coefficient, Series]:
    """The growing terms, the constant term and the vanishing terms."""
    growing = tuple((g, c) for g, c in series if compare(g, UNIT) > 0)
    level = next((c for g, c in series if g == UNIT), known(ZERO))
    vanishing = tuple((g, c) for g, c in series if compare(g, UNIT) < 0)
    return growing, level, vanishing
