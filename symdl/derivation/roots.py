"""Polynomials with rational coefficients, the lowest first: where they are 0, and which sign they
have beside such a place."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

_LARGEST = 10_000
"""Numbers whose divisors are tried."""


def rational_roots(coefficients: Sequence[Fraction]) -> list[Fraction] | None:
    """Every real root, if all of them are rational; None where that is not known."""
    found: list[Fraction] = []
    rest = list(coefficients)
    while rest and not rest[0]:
        rest = rest[1:]
        found = [Fraction(0)]
    while len(rest) > 1:
        root = _rational_root(rest)
        if root is None:
            never = len(rest) == 3 and rest[1] ** 2 < 4 * rest[0] * rest[2]
            return sorted(found) if never else None
        found += [root] * (root not in found)
        rest = _divided(rest, root)
    return sorted(found) if rest else None


def _rational_root(coefficients: Sequence[Fraction]) -> Fraction | None:
    scale = lcm(*(c.denominator for c in coefficients))
    low, high = (abs(int(c * scale)) for c in (coefficients[0], coefficients[-1]))
    if max(low, high) > _LARGEST:
        return None
    tops, bottoms = ([d for d in range(1, n + 1) if n % d == 0] for n in (low, high))
    tried = (Fraction(s * p, q) for p in tops for q in bottoms for s in (1, -1))
    return next((r for r in tried if not _value(coefficients, r)), None)


def _value(coefficients: Sequence[Fraction], place: Fraction) -> Fraction:
    total = Fraction(0)
    for c in reversed(coefficients):
        total = total * place + c
    return total


def _divided(coefficients: Sequence[Fraction], root: Fraction) -> list[Fraction]:
    """The quotient by x - root, of which nothing is left over."""
    quotient: list[Fraction] = []
    carried = Fraction(0)
    for c in reversed(coefficients[1:]):
        carried = carried * root + c
        quotient.append(carried)
    return quotient[::-1]


def sign_beside(coefficients: Sequence[Fraction], place: Fraction, side: int) -> int:
    """The sign just left (-1) or just right (1) of a place."""
    rest, sign = list(coefficients), 1
    while rest:
        value = _value(rest, place)
        if value:
            return sign if value > 0 else -sign
        rest, sign = _divided(rest, place), sign * side
    return 0
