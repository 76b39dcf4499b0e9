"""A relation said to hold, or said to be broken at a point, tried at points of its domain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import islice

from symdl.document.errors import InternalError
from symdl.evidence.audit.places import has_cells, places
from symdl.evidence.balls import Ball, truth
from symdl.evidence.exact import exact
from symdl.evidence.points import Point, atoms, domain_of
from symdl.evidence.refute import (
    Separation,
    all_both_at,
    balls_at,
    batched,
    both_at,
    counterexample,
)
from symdl.evidence.witness import ALLOWED
from symdl.evidence.work import Exhausted, allowance, spend
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, make, number, size

LEAST = 12
"""Points at which a proof is compared, where so many are found."""
IN_CELLS = 6
"""Points that are compared beyond those that are enough where there are cells."""
TRIED = 64
NUMBERS = 16
WORK = 250_000
BITS = 192
MAX_EVALUATIONS = 60_000
"""Operations evaluated in one audit; long terms are tried at fewer points."""


def audit_relation(
    left: Term,
    relation: str,
    right: Term,
    conditions: Sequence[Term] = (),
    least: int = LEAST,
) -> int:
    """At how many points `left relation right` was tried where both sides have a value.

    relation is a key of `witness.ALLOWED`; least: how many points are enough (one of many entries
    of an array needs few). Raises InternalError where it certainly fails.
    """

    def broken(point: Point, sides: tuple[Ball, Ball]) -> bool:
        sign = _sign(left, right, point, sides, relation)
        return sign is not None and sign not in ALLOWED[relation]

    return _tried(left, right, conditions, broken, least=least)


def audit_with_numbers(
    left: Term, relation: str, right: Term, conditions: Sequence[Term] = ()
) -> int:
    """As `audit_relation`, with numbers written in for the symbols: an integral up to x has no
    ball, one up to 2 has. Where that takes much work, at fewer points."""
    compared = 0
    with allowance(WORK), suppress(Exhausted):
        for point in islice(places(left, right, conditions), NUMBERS):
            spend(1)
            table = {atom: number(value) for atom, value in point.items()}
            a, b, *given = (substitute(term, table) for term in (left, right, *conditions))
            compared += audit_relation(a, relation, b, given)
    return compared


def audit_distance(left: Term, right: Term, bound: Fraction, conditions: Sequence[Term]) -> int:
    """At how many points |left - right| was compared with a bound it is said not to exceed.

    Raises InternalError where it certainly does.
    """
    largest = number(bound)

    def broken(point: Point, _sides: tuple[Ball, Ball]) -> bool:
        far = make("relation", make("abs", left - right), largest, data=(">",))
        return truth(far, balls_at(point, BITS), BITS) is True

    return _tried(left, right, conditions, broken)


def audit_membership(body: Term, target: Term, conditions: Sequence[Term]) -> int:
    """At how many points a value was looked for in a set that is said to hold all of them.

    Raises InternalError where one certainly lies outside.
    """
    inside = make("relation", body, target, data=("in",))

    def broken(point: Point, _sides: tuple[Ball, Ball]) -> bool:
        return truth(inside, balls_at(point, BITS), BITS) is False

    return _tried(body, body, conditions, broken, plain(target))


def _tried(
    left: Term,
    right: Term,
    conditions: Sequence[Term],
    broken: Callable[[Point, tuple[Ball, Ball]], bool],
    target: str = "",
    least: int = LEAST,
) -> int:
    most = min(TRIED, max(3, MAX_EVALUATIONS // (size(left) + size(right))))
    enough = min(most, least + (IN_CELLS if has_cells((left, right, *conditions)) else 0))
    compared = 0
    for count, (point, sides) in enumerate(_valued(left, right, conditions, enough), 1):
        if sides is not None:
            compared += 1
            if broken(point, sides):
                shown = counterexample(Separation(point, *sides, BITS), left, right)
                against = f"not in {target}" if target else f"the right side {shown.right}"
                raise InternalError(
                    f"a proof fails its audit: at {dict(shown.at)} the left side is {shown.left}, "
                    f"{against}"
                )
        if count >= most or (compared >= least and count >= enough):
            break
    return compared


def _valued(
    left: Term, right: Term, conditions: Sequence[Term], at_once: int
) -> Iterator[tuple[Point, tuple[Ball, Ball] | None]]:
    """Points with the values of both sides there; so many at once."""
    if not conditions and not atoms((left, right)):
        yield {}, both_at(left, right, (), {}, BITS)
        return
    tried = places(left, right, conditions)
    if conditions:
        for point in tried:
            asked = _unsolved(conditions, point)
            yield point, None if asked is None else both_at(left, right, asked, point, BITS)
        return
    for some in batched(tried, at_once):
        yield from zip(some, all_both_at(left, right, (), some, BITS), strict=True)


def _unsolved(conditions: Sequence[Term], point: Point) -> tuple[Term, ...] | None:
    """The conditions but for the equations that the point was made to meet exactly; None where it
    breaks one."""
    found = []
    for condition in conditions:
        if condition.op == "relation" and condition.data == ("=",):
            a, b = (exact(side, point) for side in condition.args)
            if a is not None and b is not None:
                if a != b:
                    return None
                continue
        found.append(condition)
    return tuple(found)


def _sign(
    left: Term, right: Term, point: Point, sides: tuple[Ball, Ball], relation: str
) -> int | None:
    """The certain sign of left - right; 0 only where both are the same rational number."""
    if not sides[0].overlaps(sides[1]):
        return 1 if sides[0] > sides[1] else -1
    if 0 in ALLOWED[relation]:
        return None
    a, b = (exact(side, point) for side in (left, right))
    return 0 if a is not None and a == b else None


# --- refutations ------------------------------------------------------------------------------


def is_counterexample(
    left: Term, relation: str, right: Term, conditions: Sequence[Term], at: Mapping[str, str]
) -> bool | None:
    """Whether a point said to break a relation does, as far as is seen; False where it lies outside
    of the domain, breaks a condition, or the relation certainly holds there. None where it does
    not name all atoms."""
    point: dict[Term, Fraction] = {}
    for atom in atoms((left, right)):
        text = at.get(plain(atom), "")
        try:
            point[atom] = Fraction(text)
        except ValueError:
            return None
    if not all(domain_of(atom).contains(value) for atom, value in point.items()):
        return False
    values = balls_at(point, BITS)
    if any(truth(c, values, BITS) is False for c in conditions):
        return False
    sides = both_at(left, right, (), point, BITS)
    return sides is None or _sign(left, right, point, sides, relation) not in ALLOWED[relation]
