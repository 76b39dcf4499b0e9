"""Every proof is tested again: a certified separation after a proof is a bug, and loud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symdl.document.errors import InternalError
from symdl.evidence.points import Point, atoms, fine_points, points
from symdl.evidence.refute import Separation, both_at, counterexample
from symdl.expression.term import Term

AUDIT_POINTS = 18
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


def _points(wanted: list[Term], left: Term, right: Term) -> Iterator[Point]:
    """Plain points, less plain ones, and more where no side had a value at those."""
    if not wanted:
        yield {}
        return
    yield from points(wanted, [left, right], 6)
    yield from fine_points(wanted, AUDIT_POINTS)
    yield from points(wanted, [left, right], 60, seed=2)
    yield from fine_points(wanted, 60, seed=9)
