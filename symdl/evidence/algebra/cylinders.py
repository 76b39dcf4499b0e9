"""Signs of polynomials in a few variables, decided by open cylindrical algebraic decomposition.

A polynomial is >= 0 on a convex polytope with inner points if it is >= 0 at one rational point of
each open cell of a decomposition of space into cells on which neither it nor the sides of the
polytope change sign: the other cells are limits of these. Projection: leading coefficients,
discriminants and resultants (McCallum 1998; for open cells Strzebonski 2000). Cells that are not
open are looked at only for `> 0`, and only over rational values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from symdl.evidence.algebra import sturm
from symdl.evidence.algebra.polynomials import TooLarge
from symdl.evidence.algebra.real_roots import (
    Poly,
    between,
    coefficients_of,
    number_of,
    rational_root,
    real_roots,
    value_at,
    with_fixed,
)
from symdl.evidence.work import spend

MOST_VARIABLES = 4
MOST_TERMS = 60
MOST_DEGREE = 12
MOST_PROJECTED = 40
MOST_PROJECTED_TERMS = 120
MOST_PROJECTED_DEGREE = 72
STEPS = 40


@dataclass(frozen=True, slots=True)
class Region:
    """Where all of these polynomials of degree one are >= 0, and those of `strict` even > 0."""

    sides: tuple[Poly, ...]
    strict: frozenset[int] = frozenset()

    def is_strict(self, place: int) -> bool:
        """Whether a side does not belong to the region itself."""
        return place in self.strict


def lowest_sign(p: Poly, region: Region) -> int:
    """2 if p > 0 at every point of the region, 1 if p >= 0, else 0 (not known, or wrong).

    The sides are of degree one; a region without inner points gives 0. Raises TooLarge.
    """
    count = len(p.context().names())
    if count > MOST_VARIABLES or len(p) > MOST_TERMS or p.total_degree() > MOST_DEGREE:
        raise TooLarge("more than the cylindrical decomposition has room for")
    levels = _projections([p, *region.sides], count)
    found = False
    for point in _samples(levels, region, count):
        found = True
        if value_at(p, point) < 0:
            return 0
    if not found:
        return 0
    return 2 if _never_zero(p, region, count) else 1


# --- projection -------------------------------------------------------------------------------


def _projections(polys: Sequence[Poly], count: int) -> list[list[Poly]]:
    """For each variable the irreducible polynomials in it and the variables before it."""
    levels: list[list[Poly]] = [[] for _ in range(count)]
    waiting = list(polys)
    for place in reversed(range(count)):
        basis: dict[str, Poly] = {}
        for p in waiting:
            for factor in _factors(p):
                basis[str(factor)] = factor
        levels[place] = [f for f in basis.values() if f.degrees()[place]]
        waiting = [f for f in basis.values() if not f.degrees()[place]]
        if len(levels[place]) > MOST_PROJECTED:
            raise TooLarge("a projection of too many polynomials")
        if place:
            waiting.extend(_projected(levels[place], place))
    return levels


def _projected(basis: list[Poly], place: int) -> Iterator[Poly]:
    name = basis[0].context().names()[place] if basis else ""
    for f in basis:
        _bounded(f)
        yield _leading(f, place)
        if f.degrees()[place] > 1:
            _bounded_product(f, f)
            yield f.discriminant(name)
    for f, g in combinations(basis, 2):
        _bounded_product(f, g)
        yield f.resultant(g, name)


def _bounded(f: Poly) -> None:
    spend(STEPS * len(f) * (1 + f.total_degree()))
    if len(f) > MOST_PROJECTED_TERMS or f.total_degree() > MOST_PROJECTED_DEGREE:
        raise TooLarge("a projection of too high a degree")


def _bounded_product(f: Poly, g: Poly) -> None:
    """The degree of a resultant is at most the product of the degrees (Bezout)."""
    spend(STEPS * len(f) * len(g))
    if f.total_degree() * g.total_degree() > MOST_PROJECTED_DEGREE:
        raise TooLarge("a projection of too high a degree")


def _leading(f: Poly, place: int) -> Poly:
    degree = f.degrees()[place]
    kept = {
        tuple(0 if i == place else e for i, e in enumerate(m)): c
        for m, c in f.terms()
        if m[place] == degree
    }
    return f.context().from_dict(kept)


def _factors(p: Poly) -> Iterator[Poly]:
    if p.is_constant():
        return
    _bounded(p)
    for factor, _ in p.factor()[1]:
        yield factor


# --- lifting ----------------------------------------------------------------------------------


def _samples(
    levels: list[list[Poly]], region: Region, count: int
) -> Iterator[tuple[Fraction, ...]]:
    """One rational point of every open cell in the region."""
    stack: list[tuple[Fraction, ...]] = [()]
    while stack:
        start = stack.pop()
        place = len(start)
        if place == count:
            if all(value_at(side, start) > 0 for side in region.sides):
                yield start
            continue
        sides = [s for s in region.sides if not any(s.degrees()[place + 1 :])]
        for value in between(real_roots(levels[place], start)):
            spend(STEPS)
            point = (*start, value)
            if all(value_at(side, point) > 0 for side in sides):
                stack.append(point)


# --- never zero -------------------------------------------------------------------------------


def _never_zero(p: Poly, region: Region, count: int) -> bool:
    """Whether p, which is not negative on the closed region, is certainly never 0 there.

    Over each open cell of the first variable by the same question with a sample; over the roots
    between them only where these are rational. In two variables the roots over an open cell are
    continuous functions, all told apart; in more so if no leading coefficient can vanish
    (McCallum 1998, theorem 1: nothing is nullified, so that delineability goes up).
    """
    if count == 1:
        return _positive_on_line(p, region)
    levels = _projections([p, *region.sides], count)
    if count > 2 and not _never_drops(levels):
        return False
    roots = real_roots(levels[0], ())
    places = list(between(roots))
    for low, high in roots:
        exact = rational_root(levels[0], low, high)
        if exact is None:
            return False
        places.append(exact)
    for value in places:
        spend(STEPS)
        inner = _slice(region, value)
        if inner is None:
            continue
        q = with_fixed(p, value)
        if q.is_constant():
            if number_of(q) <= 0:
                return False
        elif not _never_zero(q, inner, count - 1):
            return False
    return True


def _slice(region: Region, value: Fraction) -> Region | None:
    """The region over a value of the first variable; None if it is certainly empty."""
    kept: list[Poly] = []
    strict: set[int] = set()
    for place, side in enumerate(region.sides):
        fixed = with_fixed(side, value)
        if not fixed.is_constant():
            strict |= {len(kept)} if region.is_strict(place) else set()
            kept.append(fixed)
        elif number_of(fixed) < 0 or (number_of(fixed) == 0 and region.is_strict(place)):
            return None
    return Region(tuple(kept), frozenset(strict))


def _never_drops(levels: list[list[Poly]]) -> bool:
    """Whether every polynomial has a constant leading coefficient in its last variable."""
    return all(
        _leading(f, place).is_constant()
        for place, basis in enumerate(levels)
        if place
        for f in basis
    )


def _positive_on_line(p: Poly, region: Region) -> bool:
    """Whether p > 0 on an interval of one variable, its ends as they belong to the region."""
    lows: list[tuple[Fraction, bool]] = []
    highs: list[tuple[Fraction, bool]] = []
    for place, side in enumerate(region.sides):
        coefficients = coefficients_of(side)
        end = -coefficients[0] / coefficients[1]
        (lows if coefficients[1] > 0 else highs).append((end, region.is_strict(place)))
    low = _tightest(lows, max)
    high = _tightest(highs, min)
    poly = sturm.as_poly(coefficients_of(p))
    if low[0] is not None and high[0] is not None and low[0] >= high[0]:
        empty = low[0] > high[0] or low[1] or high[1]
        return empty or sturm.sign_at(poly, low[0]) > 0
    inside = sturm.open_signs(poly, low[0], high[0])
    ends = {sturm.sign_at(poly, e) for e, is_open in (low, high) if e is not None and not is_open}
    return inside == {1} and ends <= {1}


def _tightest(
    ends: list[tuple[Fraction, bool]], choose: Callable[..., Fraction]
) -> tuple[Fraction | None, bool]:
    """The innermost of several ends, left out if one of those there is."""
    if not ends:
        return None, True
    end = choose(e for e, _ in ends)
    return end, any(is_open for e, is_open in ends if e == end)
