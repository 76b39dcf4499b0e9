"""The largest value of a term over a domain, certified, with where it is attained."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from typing import Any

from flint import arb

from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Expansion, Place, expansions
from symdl.evidence.asymptotics.growth import coefficient_sign, parts, split
from symdl.evidence.asymptotics.rates import UNIT, TooEarly, Unknown, largest, multiply_growth
from symdl.evidence.balls import ball, exactly, precision
from symdl.evidence.bounds import enclosure
from symdl.evidence.bounds.enclosure import Program
from symdl.evidence.bounds.everywhere import components
from symdl.evidence.bounds.kinks import kinks
from symdl.evidence.points import candidates
from symdl.evidence.work import Exhausted
from symdl.expression.domain import Domain
from symdl.expression.term import Term

MOST_BOXES = 4000
CLOSE = Fraction(1, 10**8)
"""How close (relatively) the bounds of a maximum are brought."""
FARTHEST = 256


@dataclass(frozen=True, slots=True)
class Maximum:
    """lower <= sup f <= upper; `at` are short intervals round every place where f is above
    `lower` (empty when only ends come close); `near_end` tells that a tail may reach it.
    `boxes` are intervals on each of which f stays below `lower`; with `at` and the tails beyond
    the outermost ones they cover the domain."""

    lower: Any
    upper: Any
    at: tuple[tuple[Fraction, Fraction], ...]
    near_end: bool
    boxes: tuple[tuple[Fraction, Fraction], ...] = ()


def maximum(root: Term, variable: Term, domain: Domain, enough: Any | None = None) -> Maximum | str:
    """Bounds of the supremum of a term over the reals of a domain, or why there are none.

    They are not sharpened where the supremum is certainly not above `enough`.
    """
    if domain.integer:
        return "the variable is an integer"
    try:
        with precision(enclosure.BITS):
            parts = components(domain)
            found = [_component(root, variable, part, domain, enough) for part in parts]
    except Exhausted:
        return "not settled within the work one claim may take"
    bad = next((f for f in found if isinstance(f, str)), None)
    if bad is not None:
        return bad
    best: Maximum | None = None
    for one in found:
        assert isinstance(one, Maximum)
        best = one if best is None else _joined(best, one)
    assert best is not None
    return best


def _joined(a: Maximum, b: Maximum) -> Maximum:
    near = a.near_end or b.near_end
    boxes = a.boxes + b.boxes
    return Maximum(a.lower.max(b.lower), a.upper.max(b.upper), a.at + b.at, near, boxes)


def _component(
    root: Term,
    variable: Term,
    part: tuple[Fraction | None, Fraction | None],
    domain: Domain,
    enough: Any | None,
) -> Maximum | str:
    low, high = part
    goal = largest_seen(root, variable, Domain(low, high, True, True))
    left = _tail(root, variable, low, 1, goal, domain)
    right = _tail(root, variable, high, -1, goal, domain)
    if left is None or right is None:
        return f"no bound is known for {variable} towards an end of its domain"
    begin, stop = left[0], right[0]
    run = enclosure.program(root, variable)
    points = [p for p in kinks(root, variable) if begin < p < stop]
    cuts = [begin, *points, stop] if begin < stop else []
    return _search(run, cuts, (left[1], right[1]), enough)


def largest_seen(root: Term, variable: Term, domain: Domain) -> Any:
    """The largest value at some sample points."""
    best = arb.neg_inf()
    for place in candidates(domain):
        value = ball(root, {variable: exactly(place)})
        if value.is_finite() and value > best:
            best = value.lower()
    return best


def _tail(
    root: Term, variable: Term, end: Fraction | None, side: int, goal: Any, domain: Domain
) -> tuple[Fraction, Any] | None:
    """From where on an expansion bounds the term, and by what: below the goal if it can.

    Boxes reach up to an end where the term has a slope; there is no tail if the end belongs
    to the domain.
    """
    if end is not None:
        jet = enclosure.program(root, variable).jet(exactly(end), 1)
        if jet[0].is_finite():
            return end, arb.neg_inf() if domain.contains(end) else jet[0].upper()
    place = Place(None if end is None else rational(end), -side if end is None else side)
    best: tuple[Fraction, Any] | None = None
    for found in expansions(root, variable, place):
        try:
            bound = _upper_bound(found)
            if bound is None:
                return None
        except (TooEarly, Unknown):
            continue
        if bound.is_finite() and (best is None or bound.upper() < best[1]):
            best = place.at(found.start), bound.upper()
        if best is not None and (best[1] < goal or found.start > FARTHEST):
            break
    return best


def _upper_bound(found: Expansion) -> Any:
    """An upper bound of an expansion from its start on; None if it grows without bound."""
    growing, level, vanishing = parts(found.series)
    if growing:
        lead = split(found.series, found.setting)
        if coefficient_sign(lead.lead) != -1:
            return None
        falling = multiply_growth(UNIT, lead.growth, -1)
        return lead.lead.ball / largest(falling, found.start) * (1 - lead.bound)
    bound = level.ball
    for growth, c in vanishing:
        bound = bound + c.ball.max(0) * largest(growth, found.start)
    return bound


def _search(
    run: Program, cuts: list[Fraction], tails: tuple[Any, Any], enough: Any | None
) -> Maximum | str:
    """Best first: the box with the highest upper bound is split until the bounds meet."""
    tail = tails[0].max(tails[1])
    heap: list[_Box] = []
    below: list[tuple[Fraction, Fraction]] = []
    lower = None
    count = 0
    for a, b in itertools.pairwise(cuts):
        for i in range(8):
            c, d = a + (b - a) * Fraction(i, 8), a + (b - a) * Fraction(i + 1, 8)
            lower = _push(heap, below, run, (c, d), count, lower)
            count += 1
    if lower is None:
        return "it is not defined everywhere"
    while heap and count < MOST_BOXES:
        _, _, a, b, upper = heap[0]
        if upper - lower <= exactly(CLOSE) * (abs(lower) + exactly(CLOSE)):
            break
        if enough is not None and upper <= enough:
            break
        heappop(heap)
        middle = (a + b) / 2
        for half in ((a, middle), (middle, b)):
            lower = _push(heap, below, run, half, count, lower)
            count += 1
    if not heap or heap[0][0] == float("-inf"):
        return "it is not bounded, or not defined, somewhere"
    upper = lower
    for entry in heap:
        upper = upper.max(entry[4])
    live = sorted((a, b) for _, _, a, b, u in heap if not u < lower)
    below.extend((a, b) for _, _, a, b, u in heap if u < lower)
    near_end = bool(not tail < lower)
    return Maximum(lower, upper.max(tail), _merged(live), near_end, tuple(sorted(below)))


_Box = tuple[float, int, Fraction, Fraction, Any]


def _push(
    heap: list[_Box],
    below: list[tuple[Fraction, Fraction]],
    run: Program,
    box: tuple[Fraction, Fraction],
    count: int,
    lower: Any,
) -> Any:
    """Add a box, or put it aside for good; returns the best certain lower bound of the maximum."""
    a, b = box
    found = enclosure.enclose(run, a, b)
    upper = found.values.upper()
    value = found.centre[0]
    if value.is_finite() and (lower is None or value.lower() > lower):
        lower = value.lower()
    if not found.values.is_finite():
        heappush(heap, (float("-inf"), count, a, b, found.values))
        return lower
    if lower is None or not upper < lower:
        heappush(heap, (-float(upper), count, a, b, upper))
    else:
        below.append(box)
    return lower


def _merged(boxes: list[tuple[Fraction, Fraction]]) -> tuple[tuple[Fraction, Fraction], ...]:
    merged: list[tuple[Fraction, Fraction]] = []
    for a, b in boxes:
        if merged and a <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(b, merged[-1][1])
        else:
            merged.append((a, b))
    return tuple(merged)
