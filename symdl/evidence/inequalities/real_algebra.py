"""Order of algebraic terms: the numerator of a normal form on the polytope that a cell is.

Exponentials, logarithms and the like are taken as free numbers of their ranges, which only
enlarges the region. Roots of a symbol replace the symbol (x = s^2); other square roots are
isolated and squared: A + B sqrt(u) >= 0 by the signs of A, B and A^2 - B^2 u.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import fmpq

from symdl.evidence.algebra import cylinders, real_roots
from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.algebra.kernels import single_generator
from symdl.evidence.algebra.polynomials import Poly, Ring, TooLarge
from symdl.evidence.cells import NO_ANSWER, Cell, Normal, factor_sign, normal
from symdl.expression.domain import Domain
from symdl.expression.term import Term

DEEPEST = 3
MOST_TERMS = 80


def by_real_algebra(cell: Cell, wanted: int) -> int:
    """How far cell.left is certainly not negative in the cell: 2 (> 0), 1 (>= 0) or 0.

    Raises what a normal form raises where it has no answer, and TooLarge.
    """
    found = normal(cell.facts, cell.left)
    below = factor_sign(found, found.value.den)
    p = found.value.num
    if not below and not found.value.den.is_constant():
        p, below = pol.times(found.ring, p, found.value.den), 2
    elif below is not None and below < 0:
        p = -p
    return lower_sign(found, p, wanted)


def lower_sign(found: Normal, p: Poly, wanted: int, depth: int = DEEPEST) -> int:
    """2 if p > 0 in the cell of the normal form, 1 if p >= 0, else 0."""
    if len(p) > MOST_TERMS or p.is_zero():
        return 1 if p.is_zero() else 0
    known = factor_sign(found, p)
    if known is not None and (known >= wanted or known <= 0):
        return 1 if known == 0 else max(known, 0)
    place = _surd(found.ring, p)
    if place is None:
        return _decomposed(found, p)
    return _squared(found, p, place, wanted, depth) if depth else 0


# --- square roots -----------------------------------------------------------------------------


def _surd(ring: Ring, p: Poly) -> int | None:
    """The place of the newest square root in p of more than one generator."""
    for place, degree in enumerate(p.degrees()):
        generator = ring.generator_at(place) if degree else None
        if generator is None or generator.kind != "root" or generator.degree != 2:
            continue
        base = generator.data[0]
        if not base.is_constant() and single_generator(ring, base) is None:
            return place
    return None


def _squared(found: Normal, p: Poly, place: int, wanted: int, depth: int) -> int:
    """The sign of A + B r with r = sqrt(u) >= 0."""
    ring = found.ring
    generator = ring.generator_at(place)
    parts: tuple[dict[Any, Any], dict[Any, Any]] = ({}, {})
    for monomial, c in p.terms():
        rest = tuple(0 if i == place else int(e) for i, e in enumerate(monomial))
        parts[int(monomial[place])][rest] = c
    a, b = (ring.context.from_dict(part) for part in parts)
    square = ring.reduce(a * a - b * b * generator.data[0])

    def sign(q: Poly, least: int = 1) -> int:
        return lower_sign(found, q, least, depth - 1)

    sign_a, sign_b = sign(a), sign(b)
    if sign_a and sign_b:
        return 2 if sign(a, 2) == 2 else 1
    if sign_a:
        return sign(square, wanted)
    if sign_b:
        return sign(ring.reduce(-square), wanted)
    return 0


# --- regions ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Variable:
    """A free number: its range, and which power of it a generator of the ring is."""

    place: int
    range: Domain


def _decomposed(found: Normal, p: Poly) -> int:
    """By cylindrical decomposition over the ranges and the facts of degree one."""
    ring = found.ring
    variables, images = _variables(ring, p)
    if len(variables) > cylinders.MOST_VARIABLES or not variables:
        return 0
    context = real_roots.context(len(variables))
    order = sorted(variables, key=lambda v: (-p.degrees()[v.place], v.place))
    number = {v.place: i for i, v in enumerate(order)}
    sides = list(_ranges(context, order))
    for fact, sign in found.facts:
        if sign and all(place in images or not d for place, d in enumerate(fact.degrees())):
            side = _moved(context, number, images, fact if sign > 0 else -fact)
            sides.extend((f, abs(sign) == signs.POSITIVE) for f in _linear(side, order))
    moved = _moved(context, number, images, p)
    strict = frozenset(i for i, (_, is_strict) in enumerate(sides) if is_strict)
    region = cylinders.Region(tuple(side for side, _ in sides), strict)
    return cylinders.lowest_sign(moved, region)


def _linear(side: Any, order: list[_Variable]) -> Iterator[Any]:
    """The side, or its one factor of degree one if the others are certainly positive."""
    if side.total_degree() == 1:
        yield side
        return
    content, factors = side.factor()
    open_ = [(f, e) for f, e in factors if not _is_positive(f, order)]
    if len(open_) == 1 and open_[0][1] % 2 and open_[0][0].total_degree() == 1:
        yield open_[0][0] if content > 0 else -open_[0][0]


def _is_positive(p: Any, order: list[_Variable]) -> bool:
    """Whether it is > 0 for certain: no coefficient and no variable is negative, and one term has
    positive variables only."""
    ranges = [variable.range for variable in order]
    used = (i for i, degree in enumerate(p.degrees()) if degree)
    if any(c < 0 for c in p.coeffs()) or not all(ranges[i].nonnegative for i in used):
        return False
    return any(all(ranges[i].positive for i, e in enumerate(m) if e) for m in p.monoms())


def sign_by_real_algebra(cell: Cell, term: Term) -> int | None:
    """The certified sign of a term in a cell (2, 1, -1 or -2), None if it is not known."""
    for direction, side in ((1, term), (-1, -term)):
        try:
            found = by_real_algebra(replace(cell, left=side), 1)
        except NO_ANSWER:
            return None
        if found:
            return direction * found
    return None


def _variables(ring: Ring, p: Poly) -> tuple[list[_Variable], dict[int, tuple[int, int]]]:
    """The free numbers in p, and each generator's place as a power of one of them."""
    used = [place for place, degree in enumerate(p.degrees()) if degree]
    images = {place: (place, 1) for place in used}
    for place in used:
        generator = ring.generator_at(place)
        if not generator.real:
            raise TooLarge("what may be complex has no order")
        if generator.kind == "root" and not generator.data[0].is_constant():
            inner = single_generator(ring, generator.data[0])
            if inner is not None:
                base = next(i for i, e in enumerate(generator.data[0].degrees()) if e)
                images[base] = (place, generator.degree)
    kept = {place for place, _ in images.values()}
    if any(images.get(place, (place, 1))[0] != place for place in kept):
        raise TooLarge("roots of roots")
    found = [_Variable(place, ring.generator_at(place).range) for place in sorted(kept)]
    return found, images


def _ranges(context: Any, order: list[_Variable]) -> Iterator[tuple[Any, bool]]:
    """The ends of the ranges as sides, and whether the end itself is left out."""
    for x, variable in zip(context.gens(), order, strict=True):
        range_ = variable.range
        if range_.lower is not None:
            yield x - _rational(range_.lower), range_.lower_open
        if range_.upper is not None:
            yield _rational(range_.upper) - x, range_.upper_open


def _rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _moved(
    context: Any, number: dict[int, int], images: dict[int, tuple[int, int]], p: Poly
) -> Any:
    """A polynomial of the ring in the variables of the decomposition."""
    found: dict[tuple[int, ...], fmpq] = {}
    for monomial, c in p.terms():
        exponents = [0] * len(number)
        for place, e in enumerate(monomial):
            if e:
                to, power = images[place]
                exponents[number[to]] += int(e) * power
        key = tuple(exponents)
        found[key] = found.get(key, fmpq(0)) + fmpq(int(c))
    return context.from_dict({m: c for m, c in found.items() if c})
