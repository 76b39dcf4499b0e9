"""Certified values at exact floating-point arguments."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symdl.derivation.differentiate import differentiate
from symdl.evidence.balls import ball, exactly
from symdl.expression.term import Term

BITS = (128, 256, 640, 1600, 4200)
"""Precisions tried in turn: a tail of 10^-300 beside 1 needs a thousand bits."""
ENOUGH = 80
"""Bits of a value that measuring needs: the longest format has 53."""
GONE = Fraction(1, 2**1200)
"""Below this every format has 0."""


def true_value(term: Term, parameters: Sequence[Term], point: Sequence[float]) -> Any | None:
    """A tight ball around the value; None where it has none, at a kink, or where no precision
    tells it."""
    given = {p: exactly(Fraction(v)) for p, v in zip(parameters, point, strict=True)}
    for bits in BITS:
        found = ball(term, given, bits)
        if found.is_finite() and (
            found.rel_accuracy_bits() > ENOUGH or bool(abs(found) < exactly(GONE))
        ):
            return found
    return None


def slopes(term: Term, parameters: Sequence[Term]) -> tuple[Term, ...]:
    """The derivatives in all parameters: what rounding an argument is magnified by."""
    return tuple(differentiate(term, p).result for p in parameters)


def by_rounding(
    steep: Sequence[Term],
    parameters: Sequence[Term],
    point: Sequence[float],
    halves: Sequence[float],
) -> float:
    """What rounding the arguments (by up to `halves`) alone may change a value by; infinity
    where that cannot be told (at a kink)."""
    total = 0.0
    for slope, half in zip(steep, halves, strict=True):
        found = true_value(slope, parameters, point)
        if found is None:
            return float("inf")
        total += abs(float(found.mid())) * half
    return total
