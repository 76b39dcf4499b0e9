"""Polynomials that are sums of squares of differences of two monomials, and of positive terms.

A term c m with m^2 = b d, where b and d are monomials that are never negative, is at least
-|c| (b + d)/2; so a polynomial is never negative if its positive terms pay for all others
(Fidalgo and Kovacec, Positive semidefinite diagonal minus tail forms are sums of squares,
Mathematische Zeitschrift 269, 2011). The inequality of Cauchy and Schwarz, multiplied out, is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symdl.evidence.algebra.polynomials import Poly, Ring
from symdl.evidence.algebra.term_signs import NONNEGATIVE, POSITIVE, UNKNOWN, by_terms

MOST_TERMS = 40
Monomial = tuple[int, ...]


def by_binomials(ring: Ring, p: Poly) -> int:
    """POSITIVE or NONNEGATIVE if the terms of a polynomial that are >= 0 pay for the others, else
    UNKNOWN. Its leading coefficient is positive: what leads pays, for it lies between no others."""
    if not 3 <= len(p) <= MOST_TERMS:
        return UNKNOWN
    terms = [(tuple(int(e) for e in m), int(c)) for m, c in p.terms()]
    signs = {m: by_terms(ring, [(m, 1)], {}) for m, _ in terms}
    good = {m: Fraction(c) for m, c in terms if c > 0 and signs[m] >= NONNEGATIVE}
    owed = {m: Fraction(abs(c)) for m, c in terms if m not in good}
    if not good or len(owed) > len(terms) // 2 + 1:
        return UNKNOWN
    pairs = {m: list(_pairs(m, good)) for m in owed}
    if not all(pairs.values()):
        return UNKNOWN
    # those with the fewest ways to be paid first, each from the fullest purses
    for m in sorted(owed, key=lambda each: len(pairs[each])):
        left = owed[m]
        for b, d in sorted(pairs[m], key=lambda pair: -min(good[pair[0]], good[pair[1]])):
            paid = min(left, 2 * good[b], 2 * good[d])
            good[b] -= paid / 2
            good[d] -= paid / 2
            left -= paid
        if left:
            return UNKNOWN
    rest = any(value and signs[m] == POSITIVE for m, value in good.items())
    return POSITIVE if rest else NONNEGATIVE


def _pairs(m: Monomial, good: dict[Monomial, Fraction]) -> Iterator[tuple[Monomial, Monomial]]:
    """The pairs of different monomials whose product is m^2."""
    for b in good:
        d = tuple(2 * e - f for e, f in zip(m, b, strict=True))
        if b < d and d in good:
            yield b, d
