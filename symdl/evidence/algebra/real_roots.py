"""Real roots of polynomials in one variable, and numbers between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx, fmpq_poly, fmpz_poly

from symdl.evidence.algebra.polynomials import TooLarge
from symdl.evidence.bounds.kinks import simplest
from symdl.evidence.exact import fraction_of

Poly = Any
"""A flint.fmpq_mpoly."""


def context(count: int) -> Any:
    """The ring of polynomials in so many variables with rational coefficients."""
    return fmpq_mpoly_ctx.get([f"x{i}" for i in range(count)], Ordering.lex)


def real_roots(polys: list[Poly], start: tuple[Fraction, ...]) -> list[tuple[Fraction, Fraction]]:
    """Disjoint intervals around the real roots of the product of polynomials over a point."""
    product = fmpz_poly([1])
    for p in polys:
        one = _univariate(p, start)
        if not one:
            raise TooLarge("a polynomial vanishes over a whole line")
        if one.degree() > 0:
            product *= one // one.gcd(product)
    if product.degree() < 1:
        return []
    # FLINT isolates all complex roots and gives the real ones an imaginary part of exactly 0
    found = [root for root, _ in product.complex_roots() if root.imag == 0]
    spans = sorted(_span(root.real) for root in found)
    if any(high >= low for (_, high), (low, _) in pairwise(spans)):
        raise TooLarge("roots that are not told apart")
    return spans


def _span(root: Any) -> tuple[Fraction, Fraction]:
    middle, radius = root.mid().fmpq(), root.rad().fmpq()
    low, high = middle - radius, middle + radius
    return fraction_of(low), fraction_of(high)


def _univariate(p: Poly, start: tuple[Fraction, ...]) -> Any:
    """The square-free part of the polynomial over a point, with integer coefficients."""
    place, at = len(start), _rational(start)
    coefficients = [fmpq(0)] * (int(p.degrees()[place]) + 1)
    for monomial, value in p.terms():
        for x, exponent in zip(at, monomial, strict=False):
            if exponent:
                value *= x ** int(exponent)
        coefficients[int(monomial[place])] += value
    whole = fmpq_poly(coefficients).numer()
    if whole.degree() < 1:
        return whole
    return whole // whole.gcd(whole.derivative())


def _rational(point: Iterable[Fraction]) -> list[fmpq]:
    return [fmpq(*value.as_integer_ratio()) for value in point]


def between(roots: list[tuple[Fraction, Fraction]]) -> Iterator[Fraction]:
    """A plain rational number in each gap between roots."""
    if not roots:
        yield Fraction(0)
        return
    yield Fraction(roots[0][0] // 1 - 1)
    for (_, low), (high, _) in pairwise(roots):
        yield simplest(low + (high - low) / 4, high - (high - low) / 4)
    yield Fraction(-(-roots[-1][1] // 1) + 1)


def value_at(p: Poly, point: Sequence[Fraction]) -> Any:
    """The value of a polynomial in the first variables at a point."""
    others = len(p.context().names()) - len(point)
    return p(*_rational(point), *[fmpq(0)] * others)


def coefficients_of(p: Poly) -> list[Fraction]:
    found = [Fraction(0)] * (int(p.degrees()[0]) + 1)
    for monomial, c in _terms(p):
        found[monomial[0]] += c
    return found


def rational_root(polys: list[Poly], low: Fraction, high: Fraction) -> Fraction | None:
    """The rational root in an interval that holds one root, if a factor of degree one has it."""
    for p in polys:
        if p.degrees()[0] == 1:
            coefficients = coefficients_of(p)
            root = -coefficients[0] / coefficients[1]
            if low <= root <= high:
                return root
    return None


def with_fixed(p: Poly, value: Fraction) -> Poly:
    """The polynomial with its first variable given, in one variable less."""
    found: dict[tuple[int, ...], Fraction] = {}
    for monomial, c in _terms(p):
        rest = monomial[1:]
        found[rest] = found.get(rest, Fraction(0)) + c * value ** monomial[0]
    kept = {m: fmpq(c.numerator, c.denominator) for m, c in found.items() if c}
    return context(len(p.degrees()) - 1).from_dict(kept)


def _terms(p: Poly) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    for monomial, c in p.terms():
        yield tuple(map(int, monomial)), fraction_of(c)


def number_of(p: Poly) -> Any:
    return p.leading_coefficient() if len(p) else fmpq(0)
