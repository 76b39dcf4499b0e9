"""Trying at points what no certificate proves: it finds what is false, and certifies nothing.

The points are chosen here, by the same draws every time, and never by the document.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice

from flint import arb

from symdl.evidence.ball_values import WORDS, Value, Values, ball, signs
from symdl.evidence.meaning import SIGNS, Bad, Open, atoms, core, need, readings, sure
from symdl.evidence.record import ClaimInParts, Part
from symdl.evidence.retesting.ends import ends_found, implied
from symdl.evidence.retesting.integrals import by_integrals
from symdl.evidence.retesting.limits import by_limit
from symdl.evidence.retesting.points import points
from symdl.expression.term import Term, operations, postorder

HOPELESS, POINTS = 30, 20


def has_values(part: Part) -> bool:
    """Whether a part says something of the values of its sides at each point."""
    sides = (part.left, part.right or part.left, *part.conditions)
    return part.relation in SIGNS and all(
        node.op in WORDS for side in sides for node in postorder(core(side))
    )


def retested(part: Part, verdict: str, stated: ClaimInParts, enough: int = POINTS) -> str:
    """`retested` and at how many points, or `untested`. Raises Bad where a verdict is false."""
    whole = stated.whole and not stated.claim.scope.recurrences
    if verdict.startswith("refuted"):
        special = part.relation in ("<", ">", "!=") or not whole  # where no point may meet it
        if verdict == "refuted-as-stated" and has_one_value(part):
            return "retested at a point"
        need(special or not holds_at_points(part), "no point shows it")
        return "retested at a point" if far_apart(part) else "untested"
    if (
        verdict == "rounded"
        and has_values(part)
        and not atoms([part.left, part.right or part.left])
    ):
        return by_digits(part)
    return tried(part, enough) if whole or not has_open_entries(part) else "untested"


def by_digits(part: Part) -> str:
    """A number that is printed, in some reading of its digits."""
    for side in ("right", "left"):
        try:
            said = readings(part, side)
        except Bad:
            continue
        if any(all(signs(one, {}) & SIGNS[one.relation] for one in read) for read in said):
            return "retested at a point"
    raise Bad("not the digits of the value")


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
        if part.relation in SIGNS and "integral" in operations(part.left) | operations(part.right):
            return by_integrals(part)
        found = [at_points(one, enough) for one in implied(part) if has_values(one)]
    except Open:
        return "untested"
    return min(found, key=len) if found and ends_found(part) else "untested"


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
