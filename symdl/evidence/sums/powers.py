r"""Sums of polynomials in the index, by Faulhaber's polynomials (Graham, Knuth, Patashnik, Concrete
Mathematics, 6.5)."""

from __future__ import annotations

from fractions import Fraction
from math import comb

from symdl.evidence.algebra.back import term_of
from symdl.evidence.algebra.polynomials import Ratio
from symdl.evidence.algebra.solving import occurs_inside, place_of
from symdl.evidence.cells import NO_ANSWER, normal
from symdl.expression.term import Term, combined, make, number

HIGHEST = 12
"""Degree of a polynomial that is summed."""


def power_sum(body: Term, index: Term, low: int, upper: Term) -> Term | None:
    """The sum of a polynomial in the index from low to upper."""
    try:
        found = normal((), body)
    except NO_ANSWER:
        return None
    ring, (num, den) = found.ring, found.value
    place = place_of(ring, index)
    if place is None or occurs_inside(ring, num, index) or num.degrees()[place] > HIGHEST:
        return None
    if den.degrees()[place] or occurs_inside(ring, den, index):
        return None
    parts: dict[int, dict[tuple[int, ...], int]] = {}
    for monomial, c in num.terms():
        rest = tuple(0 if i == place else int(e) for i, e in enumerate(monomial))
        parts.setdefault(int(monomial[place]), {})[rest] = int(c)
    total: list[Term] = []
    for power, part in sorted(parts.items()):
        weight = term_of(ring, Ratio(ring.context.from_dict(part), den))
        if weight is None:
            return None
        total.append(make("mul", weight, faulhaber(power, upper) - number(_up_to(power, low - 1))))
    return combined("add", total)


def faulhaber(power: int, n: Term) -> Term:
    """The polynomial in n that is the sum of k^power for k = 1 to n, for n >= 0.

    >>> from symdl.evidence.exact import exact
    >>> exact(faulhaber(3, number(4)))
    Fraction(100, 1)
    """
    parts = [number(c) * n ** number(e) for e, c in enumerate(_faulhaber(power)) if c]
    return combined("add", parts)


def _faulhaber(power: int) -> list[Fraction]:
    """Coefficients, constant first: (n^(p+1) + ... )/(p + 1) with Bernoulli numbers B1 = 1/2."""
    bernoulli: list[Fraction] = []
    for m in range(power + 1):
        bernoulli.append(
            1 - sum((comb(m, j) * bernoulli[j] / (m - j + 1) for j in range(m)), Fraction(0))
        )
    found = [Fraction(0)] * (power + 2)
    for j in range(power + 1):
        found[power + 1 - j] = comb(power + 1, j) * bernoulli[j] / (power + 1)
    return found


def _up_to(power: int, last: int) -> Fraction:
    """The polynomial's value at an integer, which may be negative."""
    return sum((c * Fraction(last) ** e for e, c in enumerate(_faulhaber(power))), Fraction(0))
