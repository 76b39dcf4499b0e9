"""Whether two sides have a value anywhere: a proof about no point says nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from symdl.derivation.facts import Facts
from symdl.evidence.conditions.equations import points_on
from symdl.evidence.points import Point, atoms, fine_points, points
from symdl.evidence.refute import both_at
from symdl.evidence.unknown_functions import with_letters
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, postorder

BITS = 192
FEW = 18
MANY = 60
_KNOWN = frozenset({"piecewise", "indicator", "relation", "and", "or", "not", "entry", "interval"})


def defined_somewhere(left: Term, right: Term, conditions: Sequence[Term] = ()) -> bool:
    """Whether a point was found that meets the conditions and where both sides have a value."""
    left, right, *conditions = with_letters((left, right, *conditions))
    plain = _points(atoms((left, right, *conditions)), left, right)
    return any(
        both_at(left, right, conditions, point, BITS) is not None
        for point in chain(points_on((left, right), conditions), plain)
    )


def may_be_defined(left: Term, right: Term, conditions: Sequence[Term] = ()) -> bool:
    """Whether there may be a point that meets the conditions and at which both sides have a
    value: certainly, or one was found, or the terms hold operations that have no ball."""
    facts = Facts()
    if not conditions and facts.total(left) and facts.total(right):
        return True
    nodes = (n for term in (left, right, *conditions) for n in postorder(term))
    if any(n.args and n.op not in TABLE and n.op not in _KNOWN for n in nodes):
        return True
    return defined_somewhere(left, right, conditions)


def _points(wanted: list[Term], left: Term, right: Term) -> Iterator[Point]:
    """Plain points, less plain ones, and more where no side had a value at those."""
    if not wanted:
        yield {}
        return
    yield from points(wanted, [left, right], FEW // 3)
    yield from fine_points(wanted, FEW)
    yield from points(wanted, [left, right], MANY, seed=2)
    yield from fine_points(wanted, MANY, seed=9)
