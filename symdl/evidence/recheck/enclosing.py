"""Quotients of polynomials at balls."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from operator import mul

from flint import arb, arb_series, fmpq

from symdl.evidence.recheck.quotients import Ratio, Value


def exact(value: Fraction) -> Value:
    """The ball of a rational number."""
    return arb(fmpq(value.numerator, value.denominator))


def evaluated(x: Ratio, at: Sequence[tuple[str, Value]]) -> Value:
    """A quotient of polynomials in generators, these at balls; of exponentials it is what they are
    of. Both sides are divided by the exponentials in the largest term that stands below."""
    gens = [("", arb.nan())] * (len(x.below.degrees()) - len(at)) + [*at][::-1]

    def total(p: Value, lead: Sequence[int]) -> list[Value]:
        rows = [(c, zip(gens, m, lead, strict=True)) for m, c in p.terms()]
        return [
            reduce(mul, (power(g, n, k) for g, n, k in row if n or k), arb(c)) for c, row in rows
        ]

    sizes = [v[0] if isinstance(v, arb_series) else v for v in total(x.below, [0] * len(gens))]
    lead, _ = max(zip(x.below.monoms(), sizes, strict=True), key=lambda pair: abs(pair[1].mid()))
    return sum(total(x.above, lead), arb(0)) / sum(total(x.below, lead), arb(0))


def power(g: tuple[str, Value], n: int, lead: int) -> Value:
    """A power of a generator; of an exponential divided by another power."""
    return (g[1] * (n - lead)).exp() if g[0] == "exp" else g[1] ** n
