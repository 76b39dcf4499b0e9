"""Signs of a polynomial in one variable with rational coefficients, exactly (Sturm's theorem)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_poly

from symdl.evidence.exact import fraction_of
from symdl.expression.domain import Domain

Signs = frozenset[int]
"""Which of -1, 0, 1 a function takes (or may take)."""

HIGHEST_DEGREE = 200


def as_poly(coefficients: Sequence[Fraction]) -> Any:
    """A flint polynomial from coefficients, constant first."""
    return fmpq_poly([fmpq(c.numerator, c.denominator) for c in coefficients])


def value(poly: Any, point: Fraction) -> Fraction:
    """The value of a flint polynomial at a rational point."""
    return fraction_of(poly(fmpq(point.numerator, point.denominator)))


def signs_between(coefficients: Sequence[Fraction], domain: Domain) -> Signs:
    """Exactly the signs a polynomial takes on a real interval (its excluded points aside).

    For an integer domain this is a superset: the interval is taken as real.

    >>> sorted(signs_between([Fraction(-1), Fraction(1)], Domain(Fraction(0), Fraction(1))))
    [-1, 0]
    """
    poly = as_poly(coefficients)
    found: set[int] = set()
    for low, high in _gaps(domain):
        if low is not None and low == high:
            found.add(sign_at(poly, low))
            continue
        found |= open_signs(poly, low, high)
        closed = (end for end in (low, high) if end is not None and _closed_at(domain, end))
        found |= {sign_at(poly, end) for end in closed}
    return frozenset(found)


def _closed_at(domain: Domain, end: Fraction) -> bool:
    return Domain(
        domain.lower, domain.upper, domain.lower_open, domain.upper_open, False, domain.excluded
    ).contains(end)


def _gaps(domain: Domain) -> list[tuple[Fraction | None, Fraction | None]]:
    """The interval cut at its excluded points."""
    inner = sorted(
        p
        for p in domain.excluded
        if (domain.lower is None or p > domain.lower) and (domain.upper is None or p < domain.upper)
    )
    ends = [domain.lower, *inner, domain.upper]
    return list(itertools.pairwise(ends))


def sign_at(poly: Any, point: Fraction) -> int:
    """The sign of the polynomial at a rational point."""
    at = value(poly, point)
    return (at > 0) - (at < 0)


def open_signs(poly: Any, low: Fraction | None, high: Fraction | None) -> Signs:
    """Exactly the signs the polynomial takes on the open interval (None: unbounded)."""
    if not poly:
        return frozenset((0,))
    if poly.degree() > HIGHEST_DEGREE:
        return frozenset((-1, 0, 1))
    _, factors = poly.factor_squarefree()
    found = {sign_at(poly, _between(poly, low, high))}
    for factor, multiplicity in factors:
        if factor.degree() > 0 and roots_between(factor, low, high):
            found |= {-1, 0, 1} if multiplicity % 2 else {0}
    return frozenset(found)


def _between(poly: Any, low: Fraction | None, high: Fraction | None) -> Fraction:
    """A rational point of the open interval that is no root."""
    if low is None and high is None:
        low, high = Fraction(-1), Fraction(1)
    elif low is None:
        assert high is not None
        low = high - 1
    elif high is None:
        high = low + 1
    assert low is not None
    assert high is not None
    parts = poly.degree() + 2
    inside = (low + (high - low) * Fraction(i, parts) for i in range(1, parts))
    return next(point for point in inside if sign_at(poly, point))


def roots_between(poly: Any, low: Fraction | None, high: Fraction | None) -> int:
    """How many different real roots lie in the open interval.

    >>> roots_between(as_poly([Fraction(-2), Fraction(0), Fraction(1)]), Fraction(0), None)
    1
    """
    for end in (low, high):
        if end is not None:
            factor = as_poly([-end, Fraction(1)])
            while not poly % factor:
                poly = poly // factor
    chain = _sturm(poly)
    return _variations(chain, low, -1) - _variations(chain, high, 1)


def _sturm(poly: Any) -> list[Any]:
    chain = [poly, poly.derivative()]
    while chain[-1]:
        chain.append(-(chain[-2] % chain[-1]))
    return chain[:-1]


def _variations(chain: list[Any], end: Fraction | None, side: int) -> int:
    signs: list[int] = []
    for poly in chain:
        if end is None:
            lead = poly.coeffs()[-1]
            sign = 1 if lead > 0 else -1
            sign = sign * side ** (poly.degree() % 2) if side < 0 else sign
        else:
            sign = sign_at(poly, end)
        if sign:
            signs.append(sign)
    return sum(1 for a, b in itertools.pairwise(signs) if a != b)
