"""Trying at points what no certificate proves: it finds what is false, and certifies nothing.

The points are chosen here, by the same draws every time, and never by the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import islice, pairwise
from random import Random

from flint import arb

from symdl.evidence.ball_values import WORDS, Point, Value, Values, ball, consistent, signs
from symdl.evidence.meaning import (
    EXTREMA,
    SIGNS,
    Bad,
    Open,
    atoms,
    core,
    home,
    infinite,
    links,
    need,
    readings,
    sure,
    within,
)
from symdl.evidence.recheck.words import sides
from symdl.evidence.record import Part
from symdl.expression.domain import REAL, Domain
from symdl.expression.term import Term, make, postorder, replace

TRIED, HOPELESS, POINTS = 400, 30, 20
NEAR = tuple(Fraction(n, 8) for n in (0, 4, -4, 8, -8, 1, -1, 12, -3, 24, -20))
"""Numbers at which the functions of this field bend, tried by turns with drawn ones."""
STEPS = (2, 4, 8, 16, 64, 256, 1024, 4096)
"""Powers of 2 that are tried for how far out a place is."""
PLACES = {"argmax": "<=", "argmin": ">="}


def implied(part: Part) -> Iterator[Part]:
    """What follows for every value from a statement about an image, an extremum or its place."""
    op, right = part.left.op, part.right or part.left
    if op not in {"image", *EXTREMA, *PLACES} or part.left.data == "range" or part.right is None:
        return
    x, *sets, body = part.left.args
    inside = (*part.conditions, *(c for domain in sets for c in within(x, domain)))
    if op == "image":
        if part.relation in ("=", "subset", "subseteq") and right.op == "interval":
            for _, relation, end in links(make("relation", body, right, data=("in",))):
                yield Part(body, relation, end, inside)
        return
    if op in PLACES:
        if part.relation == "=":
            yield Part(body, PLACES[op], replace(body, {x: right}), inside)
    elif part.relation == "approx":
        units = [read[0].right or right for read in readings(Part(right, "approx", right), "right")]
        slack = 2 * reduce(lambda a, b: a + b, units[: max(1, len(units) - 1)])
        end = right + slack if EXTREMA[op] == "<=" else right - slack
        yield Part(body, EXTREMA[op], end, inside)
    elif part.relation in ("=", "equiv", EXTREMA[op], EXTREMA[op][0]):
        strict = part.relation == EXTREMA[op][0]
        yield Part(body, EXTREMA[op][0] if strict else EXTREMA[op], right, inside)


def points(wanted: Sequence[Term]) -> Iterator[Point]:
    """Rational points of the domains, always the same ones."""
    draw = Random(20)
    for turn in range(TRIED if wanted else 1):
        point: dict[Term, Fraction] = {}
        for place, atom in enumerate(wanted):
            drawn = _drawn(home(atom), draw)
            near = turn % 2 == 0 and turn < 2 * len(NEAR) and home(atom) == REAL
            point[atom] = NEAR[turn // 2 * (2 * place + 1) % len(NEAR)] if near else drawn
        if consistent(point):
            yield point


def _drawn(d: Domain, draw: Random) -> Fraction:
    """A number of a domain, or near its ends one beyond them."""
    k = 2 ** draw.randint(0, 6)
    if d.lower is None and d.upper is None:
        place = Fraction(draw.randint(-256, 256) * k, 128)
    else:
        low = d.lower if d.lower is not None else (d.upper or 0) - 4 * k
        high = d.upper if d.upper is not None else low + 4 * k
        place = low + (high - low) * Fraction(draw.randint(0, 512), 512)
    return Fraction(round(place)) if d.integer else place


def has_values(part: Part) -> bool:
    """Whether a part says something of the values of its sides at each point."""
    sides = (part.left, part.right or part.left, *part.conditions)
    return part.relation in SIGNS and all(
        node.op in WORDS for side in sides for node in postorder(core(side))
    )


def retested(part: Part, verdict: str, enough: int = POINTS, whole: bool = True) -> str:
    """`retested` and at how many points, or `untested`. Raises Bad where a verdict is false."""
    if verdict.startswith("refuted"):
        special = part.relation in ("<", ">", "!=") or not whole  # where no point may meet it
        if verdict == "refuted-as-stated" and has_one_value(part):
            return "retested at a point"
        need(special or not holds_at_points(part), "no point shows it")
        return "retested at a point" if far_apart(part) else "untested"
    return tried(part, enough) if whole or not has_open_entries(part) else "untested"


def has_open_entries(part: Part) -> bool:
    """Whether an entry is named by letters, as no instance at some sizes does: the states of a
    recurrence that were not written out are linked, and no values of their own."""
    places = (i for a in atoms([part.left, part.right or part.left]) for i in a.args[1:])
    return any(node.op == "symbol" for i in places for node in postorder(i))


def has_one_value(part: Part) -> bool:
    """Whether one side has a value at a point of the domains where none is found of the other."""
    if part.right is None or not has_values(part):
        return False
    for point in islice(points(atoms([part.left, part.right, *part.conditions])), POINTS):
        at = {atom: ball(x) for atom, x in point.items()}
        try:
            sure(all(Values(at)(core(condition)) == 1 for condition in part.conditions))
        except Open:
            continue
        if _has_value(part.left, at) != _has_value(part.right, at):
            return True
    return False


def _has_value(side: Term, at: dict[Term, Value]) -> bool:
    try:
        return bool(Values(at)(core(side)).is_finite())
    except Open:
        return False


def far_apart(part: Part) -> bool:
    """Whether sides that are said to be near each other are not, at some point."""
    if part.relation != "approx" or part.right is None or not has_values(part):
        return False
    for point in islice(points(atoms([part.left, part.right, *part.conditions])), POINTS):
        at = {atom: ball(x) for atom, x in point.items()}
        try:
            sure(all(Values(at)(core(condition)) == 1 for condition in part.conditions))
            left, right = (Values(at)(core(side)) for side in (part.left, part.right))
        except Open:
            continue
        if abs(left - right) > abs(left).max(abs(right)) / 10:
            return True
    return False


def tried(part: Part, enough: int = POINTS) -> str:
    """The same of what is said to hold."""
    if part.left.op == "limit":
        return by_limit(part)
    if part.right is None or (part.relation == "approx" and atoms([part.left, part.right])):
        return "untested"
    if has_values(part):
        return at_points(part, enough)
    try:
        found = [at_points(one, enough) for one in implied(part) if has_values(one)]
    except Open:
        return "untested"
    return min(found, key=len) if found else "untested"


def holds_at_points(part: Part) -> bool:
    """Whether a part says something of values, and this is so where it is tried."""
    try:
        return has_values(part) and tried(part) != "untested"
    except Bad:
        return False


def at_points(part: Part, enough: int) -> str:
    """The relation between the sides at points of the domain."""
    assert part.right is not None
    allowed, count, tries = SIGNS[part.relation], 0, 0
    for point in points(atoms([part.left, part.right, *part.conditions])):
        tries += 1
        try:
            found = signs(part, point)
        except Open:
            if tries > HOPELESS and not count:
                break
            continue
        need(found & allowed, f"false at {dict(point)}")
        count += found <= allowed or 0 in allowed
        if count >= enough:
            break
    return f"retested at {count} points" if count else "untested"


def by_limit(part: Part) -> str:
    """A limit, followed towards its point at some values of the parameters."""
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
            for side in sides(x, place, part.left.data):
                near = [_near(place, values, side * k) for k in STEPS]
                far = [_distance(part, {**values, x: at}) for at in near]
                if not far[-1] < arb(1) / 8:  # it may be slow, or too near to be told
                    grows = all(b >= a for a, b in pairwise(far[-4:]))
                    stays = grows or far[-4] - far[-1] < far[-1] / 100
                    need(not (stays and far[-1] > arb(1) / 8), f"not so at {dict(point)}")
                    return "untested"
                count += len(far)
        except Open:
            continue
        if count >= POINTS:
            break
    return f"retested at {count} points" if count else "untested"


def _near(place: Term, values: dict[Term, Value], step: int) -> Value:
    """A place near to the point of a limit, the nearer the larger the step is."""
    far = ball(Fraction(2 ** abs(step)) * (1 if step > 0 else -1))
    return far if infinite(place) else Values(values)(core(place)) + 1 / (far * abs(far))


def _distance(part: Part, values: dict[Term, Value]) -> Value:
    """How far the body is from the limit said; from infinity, the inverse of its size."""
    assert part.right is not None
    found, end = Values(values)(core(part.left.args[2])), infinite(part.right)
    if end:
        return 1 / (1 + (found * end).max(arb(0)))
    return abs(found - Values(values)(core(part.right)))


@lru_cache(maxsize=1024)
def retested_slope(function: Term, x: Term, result: Term) -> str:
    """A derivative against quotients of differences at both sides of a point; points at which they
    are not near each other are left out. Raises Bad where it is far from both."""
    step = arb(1) / 2**80
    for point in points(atoms([function, x, result])):
        at = {atom: ball(value) for atom, value in point.items()}
        place = at.get(x, arb(0))
        try:
            said = Values(at)(core(result))
            values = [Values({**at, x: place + step * k})(core(function)) for k in (-1, 0, 1)]
        except Open:
            continue
        left, right = (values[1] - values[0]) / step, (values[2] - values[1]) / step
        near = (1 + abs(said)) / 2**30
        if abs(left - right) < near:
            need(abs(left - said) < near, f"the derivative is wrong at {dict(point)}")
            return "retested a derivative at a point"
    return "untested"
