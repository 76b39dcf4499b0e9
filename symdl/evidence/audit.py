"""Every proof is tested again: a certified separation after a proof is a bug, and loud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symdl.derivation.facts import Facts
from symdl.document.errors import InternalError
from symdl.evidence.points import Point, atoms, fine_points, points
from symdl.evidence.refute import Separation, both_at, counterexample
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, postorder

AUDIT_POINTS = 18
_KNOWN = frozenset({"piecewise", "indicator", "relation", "and", "or", "not", "entry", "interval"})
AUDIT_BITS = 192


def audit_equality(left: Term, right: Term, conditions: Sequence[Term] = ()) -> int:
    """At how many in-domain points two sides said to be equal both have a value there.

    0 says that a proof of equality where both sides are defined may say nothing. Raises
    InternalError where they are certainly apart.
    """
    wanted = atoms((left, right, *conditions))
    compared = 0
    for count, point in enumerate(_points(wanted, left, right)):
        if count >= AUDIT_POINTS and compared:
            break
        both = both_at(left, right, conditions, point, AUDIT_BITS)
        if both is None:
            continue
        compared += 1
        if not both[0].overlaps(both[1]):
            shown = counterexample(Separation(point, *both, AUDIT_BITS), left, right)
            raise InternalError(
                f"a proof fails its audit: at {dict(shown.at)} the left side is {shown.left}, "
                f"the right side {shown.right}"
            )
    return compared


def may_be_defined(left: Term, right: Term, conditions: Sequence[Term] = ()) -> bool:
    """Whether there may be a point that meets the conditions and at which both sides have a
    value: certainly, or one was found, or the terms hold operations that have no ball."""
    facts = Facts()
    if not conditions and facts.total(left) and facts.total(right):
        return True
    nodes = (n for term in (left, right, *conditions) for n in postorder(term))
    if any(n.args and n.op not in TABLE and n.op not in _KNOWN for n in nodes):
        return True
    return any(
        both_at(left, right, conditions, point, AUDIT_BITS) is not None
        for point in _points(atoms((left, right, *conditions)), left, right)
    )


def _points(wanted: list[Term], left: Term, right: Term) -> Iterator[Point]:
    """Plain points, less plain ones, and more where no side had a value at those."""
    if not wanted:
        yield {}
        return
    yield from points(wanted, [left, right], 6)
    yield from fine_points(wanted, AUDIT_POINTS)
    yield from points(wanted, [left, right], 60, seed=2)
    yield from fine_points(wanted, 60, seed=9)
