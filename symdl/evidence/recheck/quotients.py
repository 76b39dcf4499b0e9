"""Quotients of polynomials over the rationals, of bounded size."""

from __future__ import annotations

from typing import Any

from flint import fmpq

from symdl.evidence.meaning import (
    sure,
)

MOST_WORK = 40_000
Value = Any
"""A polynomial of FLINT, a ball, a quotient."""


class Ratio:
    """above / below in lowest terms: polynomials over the rationals, of bounded size."""

    def __init__(self, above: Value, below: Value) -> None:
        sure(not below.is_zero(), "a denominator is 0")
        common = above.gcd(below)
        common *= below.leading_coefficient() / common.leading_coefficient()
        self.above, self.below = above / common, below / common

    def of(self, n: Value) -> Ratio:
        """A number, or a quotient as it is."""
        return n if isinstance(n, Ratio) else Ratio(self.below**0 * n, self.below**0)

    def __add__(self, n: Ratio | int) -> Ratio:
        other = self.of(n)
        above = times(self.above, other.below) + times(other.above, self.below)
        return Ratio(above, times(self.below, other.below))

    def __mul__(self, n: Ratio | int) -> Ratio:
        other = self.of(n)
        return Ratio(times(self.above, other.above), times(self.below, other.below))

    def __neg__(self) -> Ratio:
        return self * -1

    def __sub__(self, n: Ratio | int) -> Ratio:
        return self + -self.of(n)

    def __pow__(self, n: int) -> Ratio:
        above, below = (self.above, self.below) if n >= 0 else (self.below, self.above)
        size = max(len(above), len(below)) ** min(abs(n), 20)
        bits = (c.height_bits() for p in (above, below) for c in p.coeffs())
        degree = max(above.total_degree(), below.total_degree(), *bits)
        sure(size < MOST_WORK and abs(n) * degree < MOST_WORK, "too large")
        return Ratio(above ** abs(n), below ** abs(n))


def times(a: Value, b: Value) -> Value:
    """A product of polynomials of bounded size."""
    sure(len(a) * len(b) < MOST_WORK, "too large")
    return a * b


def constant(x: Ratio) -> Value:
    """The number that a quotient is, or None."""
    if not (x.above.is_constant() and x.below.is_constant()):
        return None
    return x.above.leading_coefficient() if x.above else fmpq(0)
