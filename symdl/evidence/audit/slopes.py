"""Derivatives checked without `derivation/`: Taylor series of the function against its derivative.

A claim about a derivative is judged on what derivation says it is. A wrong rule there would
change both sides of the claim alike, so each derivative that a verdict used is compared with the
slope of the function itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import chain

from symdl.derivation.record import Derived
from symdl.document.errors import InternalError
from symdl.evidence.balls import Ball, ball, precision
from symdl.evidence.bounds import enclosure
from symdl.evidence.points import Point, atoms, fine_points, points
from symdl.evidence.refute import balls_at, point_text
from symdl.expression.printer import plain
from symdl.expression.term import Term, number, postorder, replace, size

POINTS = 8
TRIED = 60
BITS = 128
MAX_EVALUATIONS = 20_000
"""Operations evaluated for one derivative; long ones are compared at fewer points."""
STEP = Fraction(1, 2**64)
"""Half the width of the box around a point: a kink just there leaves no slope to compare with."""


def audit_derivatives(derived: Iterable[Derived]) -> int:
    """At how many points the derivatives agree with the slopes of their functions.

    Raises InternalError where a derivative is certainly not the slope.
    """
    return sum(_audited(each) for each in derived)


_SIZED = frozenset({"identity", "ones"})
"""Arrays beside others of the same size: a value of the size alone fits nothing."""


@lru_cache(maxsize=4096)
def _audited(derived: Derived) -> int:
    function, variable, result = derived
    if any(node.op in _SIZED for node in postorder(function)):
        return 0
    wanted = atoms((function, variable))
    most = max(2, MAX_EVALUATIONS // (size(function) + size(result)))
    compared = 0
    for point in _points(wanted, function, min(TRIED, most)):
        if compared == POINTS:
            break
        slope = _slope(function, variable, point)
        if slope is None:
            continue
        said = ball(result, balls_at(point, BITS), BITS)
        if not said.is_finite():
            continue
        compared += 1
        if not said.overlaps(slope):
            raise InternalError(
                f"a derivative fails its audit: at {point_text(point)} the slope of "
                f"{plain(function)} in {plain(variable)} is {slope.str(12)}, "
                f"but {plain(result)} is {said.str(12)}"
            )
    return compared


def _points(wanted: list[Term], function: Term, count: int) -> Iterator[Point]:
    """Points spread over the domains first: the plain ones are often kinks, or hide a factor."""
    half = count - count // 2
    return chain(fine_points(wanted, half, seed=11), points(wanted, [function], count - half))


def _slope(function: Term, variable: Term, point: Point) -> Ball | None:
    """The slope at a point, by the first Taylor coefficient on a small box around it."""
    table = {atom: number(value) for atom, value in point.items() if atom is not variable}
    place = point[variable]
    with precision(BITS):
        run = enclosure.program(replace(function, table), variable)
        slope = run.jet(enclosure.box_of(place - STEP, place + STEP), 1)[1]
    return slope if slope.is_finite() else None
