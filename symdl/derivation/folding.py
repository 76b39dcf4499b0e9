"""Values of operators at rational numbers, where they are rational."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction


def _floor(values: list[Fraction]) -> Fraction:
    return Fraction(values[0].__floor__())


def _square_root(values: list[Fraction]) -> Fraction | None:
    from math import isqrt

    value = values[0]
    if value < 0 or value.numerator.bit_length() > 4096:
        return None
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    exact = top * top == value.numerator and bottom * bottom == value.denominator
    return Fraction(top, bottom) if exact else None


FOLDED: dict[str, Callable[[list[Fraction]], Fraction | None]] = {
    "abs": lambda v: abs(v[0]),
    "sign": lambda v: Fraction((v[0] > 0) - (v[0] < 0)),
    "relu": lambda v: max(v[0], Fraction(0)),
    "floor": _floor,
    "ceil": lambda v: Fraction(v[0].__ceil__()),
    "max": max,
    "min": min,
    "clip": lambda v: min(max(v[0], v[1]), v[2]),
    "sqrt": _square_root,
}
