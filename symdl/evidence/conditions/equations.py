"""Equations that stay among the conditions of a claim: points that meet them, multiples of them.

An equation such as a^2 + b^2 = 1 cannot be solved for a symbol, and no ball shows that it holds.
Numbers for all but one of its symbols leave a polynomial in the last one, which may have a
rational root: (3/5, 4/5). On the points of the equation a gap may be replaced by the gap and any
multiple of the equation; the multiples that cancel its constant often leave a sum of squares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from flint import fmpz_poly

from symdl.evidence.algebra.solving import occurs_inside, place_of
from symdl.evidence.balls import ball
from symdl.evidence.cells import NO_ANSWER, normal
from symdl.evidence.conditions.implied import under_root
from symdl.evidence.exact import exact
from symdl.evidence.points import Point, atoms, domain_of
from symdl.expression.relations import links
from symdl.expression.term import Term, number, replace

VALUES = tuple(
    Fraction(v)
    for v in (
        "3/5",
        "0",
        "1",
        "-3/5",
        "4/5",
        "-1",
        "3",
        "2/3",
        "1/2",
        "2",
        "20/29",
        "-2",
        "4",
        "1/3",
        "-4",
    )
)
TURNS = 4
"""How often the values of further symbols are turned against those of the first."""
MOST_ATOMS = 4
SHARES = (Fraction(1), Fraction(1, 2))
MULTIPLES = (Fraction(1, 2), Fraction(-1, 2), Fraction(1), Fraction(-1))


def equations(conditions: Sequence[Term]) -> list[tuple[Term, Term]]:
    """The sides of the equations between scalars among some conditions, without a root that is
    a number."""
    sides = [(a, b) for r, a, b in links(conditions) if r == "=" and not a.shape and not b.shape]
    return [under_root(a, b) or under_root(b, a) or (a, b) for a, b in sides]


def points_on(terms: Sequence[Term], conditions: Sequence[Term]) -> Iterator[Point]:
    """Rational points of the equations among the conditions, with a value for every atom of the
    terms and conditions; none where there is no equation. Other conditions may not hold."""
    for left, right in equations(conditions):
        yield from _points_of(left - right, atoms([*terms, *conditions]))


def _points_of(difference: Term, wanted: Sequence[Term]) -> Iterator[Point]:
    inside = atoms([difference])
    others = [a for a in wanted if a not in inside]
    if not inside or len(inside) + len(others) > MOST_ATOMS:
        return
    for last in inside:
        rest = [*(a for a in inside if a is not last), *others]
        for chosen in _turned(len(rest)):
            point = dict(zip(rest, chosen, strict=True))
            if not all(domain_of(a).contains(v) for a, v in point.items()):
                continue
            for root in _roots(difference, last, point):
                if domain_of(last).contains(root):
                    yield {**point, last: root}


def _turned(count: int) -> Iterator[tuple[Fraction, ...]]:
    if not count:
        yield ()
        return
    for turn in range(TURNS if count > 1 else 1):
        for first in range(len(VALUES)):
            yield tuple(VALUES[(first + turn * k) % len(VALUES)] for k in range(count))


def _roots(difference: Term, last: Term, point: Point) -> list[Fraction]:
    """The rational roots of a polynomial in one atom, numbers written in for the others; some
    numbers where it is 0 everywhere."""
    try:
        found = normal((), replace(difference, {a: number(v) for a, v in point.items()}))
    except NO_ANSWER:
        return []
    p = found.value.num
    if p.is_zero():
        return list(VALUES)
    place = place_of(found.ring, last)
    if place is None or occurs_inside(found.ring, p, last):
        return []
    if any(degree for i, degree in enumerate(p.degrees()) if i != place):
        return []
    coefficients = [0] * (p.degrees()[place] + 1)
    for monomial, c in p.terms():
        coefficients[int(monomial[place])] = int(c)
    _, factors = fmpz_poly(coefficients).factor()
    return [Fraction(-int(f[0]), int(f[1])) for f, _ in factors if f.degree() == 1]


def with_multiples(gap: Term, conditions: Sequence[Term]) -> Iterator[Term]:
    """Terms equal to the gap wherever an equation among the conditions holds: the gap and simple
    multiples of the equation, and those that cancel its constant, all of it or one half."""
    zeros = {a: number(0) for a in atoms([gap])}
    for left, right in equations(conditions):
        constant = exact(replace(left - right, {a: number(0) for a in atoms([left, right])}))
        if not constant:
            continue
        weights = [number(-share / constant) * replace(gap, zeros) for share in SHARES]
        for weight in (*weights, *map(number, MULTIPLES)):
            if ball(weight, {}).is_finite():
                yield gap + weight * (left - right)
