"""Limits, followed towards their point at some values of the parameters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from flint import arb, ctx

from symdl.evidence.ball_values import Value, Values, ball
from symdl.evidence.meaning import Open, atoms, core, infinite, need, sure
from symdl.evidence.recheck.words import sides
from symdl.evidence.record import Part
from symdl.evidence.retesting.points import is_moderate, points
from symdl.expression.term import Term, postorder

STEPS = (2, 4, 8, 16, 64, 256, 1024, 4096)
"""Powers of 2 that are tried for how far out a place is."""
FAR, FARTHER, LOOKED_AT, MODERATE = 64, 1_024, 4, 32
"""How far out the last of so many steps must be, on which a distance stays (nothing that goes to 0
changes by less than a thousandth on such a way, where numbers are moderate) or grows."""
POINTS, PRECISE = 20, arb(1) / 2**20


def by_limit(part: Part) -> str:
    """At how many points a limit was followed. Raises Bad where the distance to it stays."""
    if part.right is None or part.relation != "=":
        return "untested"
    x, place, body = part.left.args
    conditions = [c for c in part.conditions if x not in atoms([c])]
    inner = [a for a in atoms([body]) if a is not x]
    if any(x in postorder(a) for a in inner):  # a sequence of which nothing is known here
        return "untested"
    ends = [end for end in (place, part.right) if not infinite(end)]
    count = 0
    for point in points(atoms([*inner, *ends, *conditions])):
        values = {atom: ball(value) for atom, value in point.items()}
        try:
            sure(all(Values(values)(core(condition)) == 1 for condition in conditions))
            ways = [_way(part, values, side) for side in sides(x, place, part.left.data)]
            sure(all(ways))
        except Open:
            continue
        for way in ways:
            usual = way[-1][0] >= FARTHER or is_moderate(body, point, MODERATE)
            need(not (_stays(way) and usual), f"not so at {dict(point)}")
        if not all(way[-1][1] < arb(1) / 8 for way in ways):
            return "untested"  # it may be slow, or too near to be told
        count += sum(map(len, ways))
        if count >= POINTS:
            break
    return f"retested at {count} points" if count else "untested"


def _way(part: Part, values: dict[Term, Value], side: int) -> list[tuple[int, Value]]:
    """The distances from the limit at steps towards the place, where they are known."""
    x, place, _ = part.left.args
    found, precision = [], ctx.prec
    for step in STEPS:
        ctx.prec = precision + min(8 * step, 4_096)
        try:
            at = _near(place, values, side * step)
            distance = _distance(part, {**values, x: at})
            sure(distance.rad() < PRECISE * (1 + distance.lower().max(arb(0))))
            found.append((step, distance))
        except Open:
            continue
        finally:
            ctx.prec = precision
    return found


def _stays(way: Sequence[tuple[int, Value]]) -> bool:
    """Whether the distance comes to a number that is not 0, or grows."""
    if len(way) < LOOKED_AT or way[-1][0] < FAR:
        return False
    last = [distance for _, distance in way[-LOOKED_AT:]]
    if all(b >= a for a, b in pairwise(last)) and last[-1] > arb(1) / 8:
        return way[-1][0] >= FARTHER
    return last[-1] > 0 and all(abs(one - last[-1]) < last[-1] / 1_000 for one in last)


def _near(place: Term, values: dict[Term, Value], step: int) -> Value:
    """A place near to the point of a limit, the nearer the larger the step is."""
    far = arb(2) ** abs(step) * (1 if step > 0 else -1)
    return far if infinite(place) else Values(values)(core(place)) + 1 / (far * abs(far))


def _distance(part: Part, values: dict[Term, Value]) -> Value:
    """How far the body is from the limit said; from infinity, the inverse of its size."""
    assert part.right is not None
    found, end = Values(values)(core(part.left.args[2])), infinite(part.right)
    if end:
        return 1 / (1 + (found * end).max(arb(0)))
    return abs(found - Values(values)(core(part.right)))
