"""Signs of polynomials in a few variables, decided by open cylindrical algebraic decomposition.

A polynomial is >= 0 on a convex polytope with inner points if it is >= 0 at one rational point of
each open cell of a decomposition of space into cells on which neither it nor the sides of the
polytope change sign: the other cells are limits of these. Projection: leading coefficients,
discriminants and resultants (McCallum 1998; for open cells Strzebonski 2000). Cells that are not
open are looked at only for `> 0`, and only over rational values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx, fmpq_poly, fmpz_poly

from symdl.evidence.algebra import sturm
from symdl.evidence.algebra.polynomials import TooLarge
from symdl.evidence.bounds.kinks import simplest
from symdl.evidence.exact import fraction_of
from symdl.evidence.work import spend

Poly = Any
"""A flint.fmpq_mpoly."""

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


def context(count: int) -> Any:
    """The ring of polynomials in so many variables with rational coefficients."""
    return fmpq_mpoly_ctx.get([f"x{i}" for i in range(count)], Ordering.lex)


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
        if _value(p, point) < 0:
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
            if all(_value(side, start) > 0 for side in region.sides):
                yield start
            continue
        sides = [s for s in region.sides if not any(s.degrees()[place + 1 :])]
        for value in _between(_roots(levels[place], start)):
            spend(STEPS)
            point = (*start, value)
            if all(_value(side, point) > 0 for side in sides):
                stack.append(point)


def _roots(polys: list[Poly], start: tuple[Fraction, ...]) -> list[tuple[Fraction, Fraction]]:
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


def _between(roots: list[tuple[Fraction, Fraction]]) -> Iterator[Fraction]:
    """A plain rational number in each gap between roots."""
    if not roots:
        yield Fraction(0)
        return
    yield Fraction(roots[0][0] // 1 - 1)
    for (_, low), (high, _) in pairwise(roots):
        yield simplest(low + (high - low) / 4, high - (high - low) / 4)
    yield Fraction(-(-roots[-1][1] // 1) + 1)


def _value(p: Poly, point: Sequence[Fraction]) -> Any:
    """The value of a polynomial in the first variables at a point."""
    others = len(p.context().names()) - len(point)
    return p(*_rational(point), *[fmpq(0)] * others)


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
    roots = _roots(levels[0], ())
    places = list(_between(roots))
    for low, high in roots:
        exact = _rational_root(levels[0], low, high)
        if exact is None:
            return False
        places.append(exact)
    for value in places:
        spend(STEPS)
        inner = _slice(region, value)
        if inner is None:
            continue
        q = _fixed(p, value)
        if q.is_constant():
            if _number(q) <= 0:
                return False
        elif not _never_zero(q, inner, count - 1):
            return False
    return True


def _slice(region: Region, value: Fraction) -> Region | None:
    """The region over a value of the first variable; None if it is certainly empty."""
    kept: list[Poly] = []
    strict: set[int] = set()
    for place, side in enumerate(region.sides):
        fixed = _fixed(side, value)
        if not fixed.is_constant():
            strict |= {len(kept)} if region.is_strict(place) else set()
            kept.append(fixed)
        elif _number(fixed) < 0 or (_number(fixed) == 0 and region.is_strict(place)):
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
        coefficients = _coefficients(side)
        end = -coefficients[0] / coefficients[1]
        (lows if coefficients[1] > 0 else highs).append((end, region.is_strict(place)))
    low = _tightest(lows, max)
    high = _tightest(highs, min)
    poly = sturm.as_poly(_coefficients(p))
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


def _coefficients(p: Poly) -> list[Fraction]:
    found = [Fraction(0)] * (int(p.degrees()[0]) + 1)
    for monomial, c in _terms(p):
        found[monomial[0]] += c
    return found


def _rational_root(polys: list[Poly], low: Fraction, high: Fraction) -> Fraction | None:
    """The rational root in an interval that holds one root, if a factor of degree one has it."""
    for p in polys:
        if p.degrees()[0] == 1:
            coefficients = _coefficients(p)
            root = -coefficients[0] / coefficients[1]
            if low <= root <= high:
                return root
    return None


def _fixed(p: Poly, value: Fraction) -> Poly:
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


def _number(p: Poly) -> Any:
    return p.leading_coefficient() if len(p) else fmpq(0)
