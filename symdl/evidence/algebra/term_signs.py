"""Signs, and the sign that a sum has because each of its terms has it.

A sign is 2 (> 0), 1 (>= 0), -1 (<= 0), -2 (< 0) or 0 (not known).
"""

from __future__ import annotations

from typing import Any

from symdl.evidence.algebra.polynomials import Poly, Ring

POSITIVE, NONNEGATIVE, UNKNOWN, NONPOSITIVE, NEGATIVE = 2, 1, 0, -1, -2
Monomials = list[tuple[tuple[int, ...], Any]]


def times_sign(a: int, b: int) -> int:
    """The sign of a product; UNKNOWN, which is 0, where one is."""
    direction = 1 if (a > 0) == (b > 0) else -1
    return direction * min(abs(a), abs(b))


def best(a: int, b: int) -> int:
    """The sign that says more."""
    return a if abs(a) >= abs(b) else b


def by_each_term(ring: Ring, p: Poly) -> int:
    """The sign of a polynomial all terms of which have it."""
    return by_terms(ring, list(p.terms()), {})


def by_terms(ring: Ring, terms: Monomials, shifted: dict[int, int]) -> int:
    """Every term has one direction: the sum has it too, strictly if one term is strict."""
    total = UNKNOWN
    for monomial, coefficient in terms:
        sign = POSITIVE if coefficient > 0 else NEGATIVE
        for place, exponent in enumerate(monomial):
            if exponent:
                sign = times_sign(sign, power_sign(ring, place, exponent, shifted))
        if sign == UNKNOWN or (total != UNKNOWN and (total > 0) != (sign > 0)):
            return UNKNOWN
        total = best(total, sign)
    return total


def power_sign(ring: Ring, place: int, exponent: int, shifted: dict[int, int]) -> int:
    """The sign of a generator, shifted or not, to a power."""
    if place in shifted:
        return shifted[place]
    generator = ring.generator_at(place)
    if not generator.real:
        return UNKNOWN
    if exponent % 2 == 0:
        return POSITIVE if generator.nonzero else NONNEGATIVE
    return generator.sign
