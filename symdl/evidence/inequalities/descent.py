"""Where a claim of order may fail: rational points, found by going downhill.

The size of the gap between the sides is made smaller one coordinate at a time, by steps that are
halved when none helps (Hooke and Jeeves 1961). What is found is only a candidate: whether it
breaks the claim is decided by balls, elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from symdl.evidence.balls import ball, truth
from symdl.evidence.points import Point, atoms, candidates, domain_of, points
from symdl.evidence.refute import balls_at
from symdl.evidence.work import spend
from symdl.expression.term import Term, size

BITS = 64
STARTS = 24
BEST = 3
MOST_STEPS = 240
FEW_STEPS = 60
SMALLEST = Fraction(1, 2**12)
WHOLE = (1, 2, 3, 4, 5, 6, 8, 10)
"""Denominators to which the lowest point is rounded: a claim may just touch there."""

Height = Callable[[Point], float | None]


def low_points(gap: Term, conditions: tuple[Term, ...], quick: bool = False) -> Iterator[Point]:
    """Points of the domain at which a gap that should be positive is small, the best first.

    quick: from one start only, with few steps.
    """
    wanted = atoms((gap, *conditions))
    if not wanted:
        return
    cost = size(gap) + sum(map(size, conditions))

    def height(point: Point) -> float | None:
        spend(cost)
        at = balls_at(point, BITS)
        if any(truth(c, at, BITS) is not True for c in conditions):
            return None
        value = ball(gap, at, BITS)
        return float(value.mid()) if value.is_finite() else None

    tried = [*diagonal(wanted), *points(wanted, [gap, *conditions], STARTS)]
    heights = ((height(point), i) for i, point in enumerate(tried))
    known = sorted((h, i) for h, i in heights if h is not None)
    for _, place in known[: 1 if quick else BEST]:
        lowest = _descend(tried[place], height, FEW_STEPS if quick else MOST_STEPS)
        yield lowest
        for whole in WHOLE:
            rounded = {a: Fraction(round(v * whole), whole) for a, v in lowest.items()}
            if all(domain_of(a).contains(v) for a, v in rounded.items()):
                yield rounded


def diagonal(wanted: list[Term]) -> Iterator[Point]:
    """Points with one value for all atoms."""
    if len(wanted) > 1:
        plain = candidates(domain_of(wanted[0]))
        for value in sorted(plain[:12], key=bool)[:6]:
            if all(domain_of(atom).contains(value) for atom in wanted):
                yield dict.fromkeys(wanted, value)


def _descend(point: Point, height: Height, most: int) -> Point:
    best = height(point)
    step = Fraction(1, 2)
    taken = 0
    while step >= SMALLEST and taken < most and best is not None:
        improved = False
        for atom in point:
            if domain_of(atom).integer and step < Fraction(1, 2):
                continue
            for move in _moves(atom, point[atom], step):
                there = {**point, atom: move}
                found = height(there)
                taken += 1
                if found is not None and found < best:
                    point, best, improved = there, found, True
                    break
        if not improved:
            step /= 2
    return point


def _moves(atom: Term, value: Fraction, step: Fraction) -> Iterator[Fraction]:
    domain = domain_of(atom)
    length = Fraction(1) if domain.integer else step * max(Fraction(1), abs(value))
    for direction in (1, -1):
        moved = value + direction * _short(length)
        if domain.contains(moved):
            yield moved


def _short(length: Fraction) -> Fraction:
    """A length with a power of two below: coordinates stay short."""
    return Fraction(round(length * 4096), 4096) or Fraction(1, 4096)
