"""The sign of a term between the ends: boxes with Taylor enclosures, and points where it touches 0.

Every step is counted, so that the answer depends on the question and never on the clock.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from fractions import Fraction

from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Expansion, Place, beside, exact_constant
from symdl.evidence.balls import ball, exactly, precision
from symdl.evidence.bounds import enclosure
from symdl.evidence.bounds.kinks import simplest
from symdl.evidence.bounds.touching import touching_point
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.term import Term

MOST_BOXES = 3000
SMALLEST = Fraction(1, 2**26)
MOST_TOUCHES = 6
MOST_POINTS = 200


@dataclass(slots=True)
class Work:
    """One question and what has been found on the way."""

    term: Term
    variable: Term
    domain: Domain
    allowed: frozenset[int]
    boxes: int = 0
    touches: int = 0
    pieces: list[str] = field(default_factory=list)
    zeros: list[Fraction] = field(default_factory=list)


class Broken(Exception):
    def __init__(self, point: Fraction) -> None:
        self.point = point


class Zero(Exception):
    def __init__(self, root: Term) -> None:
        self.root = root


class Stuck(Exception):
    def __init__(self, reason: str) -> None:
        self.reason = reason


def sign_at(root: Term, variable: Term, point: Fraction) -> int | None:
    """The certain sign of a term at a rational point, None if unknown or undefined there."""
    for bits in (128, 512):
        with precision(bits):
            value = ball(root, {variable: exactly(point)}, bits)
            if value > 0:
                return 1
            if value < 0:
                return -1
    exact = exact_constant(root, {variable: point})
    return None if exact is None else exact.sign()


def at_point(work: Work, point: Fraction) -> None:
    sign = sign_at(work.term, work.variable, point)
    if sign is None:
        raise Stuck(f"the value at {work.variable} = {point} is not known exactly")
    if sign not in work.allowed:
        raise Broken(point)
    if sign == 0:
        work.zeros.append(point)
    work.pieces.append(f"{work.variable} = {point}: sign {sign}")


def break_beside(work: Work, found: Expansion, other: Fraction | None) -> None:
    for factor in (1, 2, 4, 64):
        point = found.place.at(found.start * factor)
        inside = work.domain.contains(point)
        if other is not None:
            low, high = sorted((found.place.at(found.start * 10**6), other))
            inside = inside and low <= point <= high
        if inside and _breaks(work, point):
            raise Broken(point)


def _breaks(work: Work, point: Fraction) -> bool:
    sign = sign_at(work.term, work.variable, point)
    return sign is not None and sign not in work.allowed


def cover(work: Work, low: Fraction, high: Fraction) -> None:
    run = enclosure.program(work.term, work.variable)
    stack = list(reversed(_pieces(low, high)))
    stuck: list[tuple[Fraction, Fraction]] = []
    before = work.boxes
    while stack:
        a, b = stack.pop()
        work.boxes += 1
        if work.boxes > MOST_BOXES:
            raise Stuck(f"not settled within {MOST_BOXES} boxes")
        found = enclosure.enclose(run, a, b)
        if found.values > 0 or (0 in work.allowed and found.values >= 0):
            continue
        for point, value in ((found.middle, found.centre[0]),):
            if value < 0 and work.domain.contains(point) and _breaks(work, point):
                raise Broken(point)
        if b - a <= SMALLEST * max(Fraction(1), abs(a)):
            stuck.append((a, b))
            if len(stuck) > MOST_POINTS:
                raise Stuck(f"the sign cannot be told near {work.variable} = {_short(a)}")
            continue
        middle = found.middle
        stack.extend(((middle, b), (a, middle)))
        touch = _touch(work, a, b) if _worth_touching(b - a) else None
        if touch is not None:
            stack = outside(stack, touch)
    work.pieces.append(f"[{_short(low)}, {_short(high)}]: {work.boxes - before} boxes")
    for a, b in stuck:
        if _touch(work, a, b) is None:
            where = f"{work.variable} = {_short((a + b) / 2)}"
            raise Stuck(f"the sign cannot be told near {where}")


def _pieces(low: Fraction, high: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Whole numbers cut a long stretch geometrically: far out boxes may be wide."""
    cuts = {low, high}
    for magnitude in (0, 1, 2, 4, 8, 16, 32, 64, 256, 1024, 4096, 65536):
        cuts |= {c for c in (Fraction(magnitude), Fraction(-magnitude)) if low < c < high}
    ordered = sorted(cuts)
    return list(itertools.pairwise(ordered))


def _short(value: Fraction) -> str:
    return str(value) if value.denominator < 1000 else f"{float(value):.6g}"


def _worth_touching(width: Fraction) -> bool:
    """Try touching points at a few widths only (the trial is dear)."""
    return width in _TRIALS


_TRIALS = frozenset(Fraction(1, 2**k) for k in (5, 10, 16))


def _touch(work: Work, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction] | None:
    """A zero at a simple rational point in the box: allowed signs around it are proved by
    expansion, and the neighbourhood so covered is returned."""
    if work.touches >= MOST_TOUCHES:
        return None
    margin = high - low
    point = simplest(low - margin / 16, high + margin / 16)
    if point.denominator > 1000 or exact_sign(work, point) != 0:
        return _touch_elsewhere(work, low - margin, high + margin)
    work.touches += 1
    if 0 not in work.allowed:
        if work.domain.contains(point):
            raise Broken(point)
        return None
    reach: list[Fraction] = []
    for side in (-1, 1):
        found = beside(work.term, work.variable, Place(rational(point), side))
        if found is None:
            return None
        if found[0] not in work.allowed:
            break_beside(work, found[1], None)
            return None
        reach.append(found[1].place.at(found[1].start))
    work.zeros.append(point)
    work.pieces.append(f"around {work.variable} = {point}: zero there, nonnegative beside it")
    return reach[0], reach[1]


def _touch_elsewhere(work: Work, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction] | None:
    """A zero at a number that is no fraction, and an interval on which the term is convex."""
    inside = work.domain.contains(low) and work.domain.contains(high)
    root = touching_point(work.term, work.variable, low, high) if inside else None
    if root is None:
        return None
    work.touches += 1
    if 0 not in work.allowed:
        raise Zero(root)
    work.pieces.append(f"around {work.variable} = {plain(root)}: zero there, convex beside it")
    return low, high


def exact_sign(work: Work, point: Fraction) -> int | None:
    """The sign at a point by exact values only."""
    value = exact_constant(work.term, {work.variable: point})
    return None if value is None else value.sign()


def outside(
    stack: list[tuple[Fraction, Fraction]], hole: tuple[Fraction, Fraction]
) -> list[tuple[Fraction, Fraction]]:
    """Intervals without what lies in the hole."""
    kept: list[tuple[Fraction, Fraction]] = []
    for a, b in stack:
        if b <= hole[0] or a >= hole[1]:
            kept.append((a, b))
            continue
        if a < hole[0]:
            kept.append((a, hole[0]))
        if b > hole[1]:
            kept.append((hole[1], b))
    return kept
