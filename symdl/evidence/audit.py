"""Every proof is tested again: a certified separation after a proof is a bug, and loud."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.document.errors import InternalError
from symdl.evidence.points import Point, atoms, fine_points, points
from symdl.evidence.refute import at, counterexample
from symdl.expression.term import Term

AUDIT_POINTS = 14
AUDIT_BITS = 192


def audit_equality(left: Term, right: Term, conditions: Sequence[Term] = ()) -> int:
    """The number of in-domain points at which two sides said to be equal were compared.

    Raises InternalError where they are certainly apart.
    """
    wanted = atoms((left, right, *conditions))
    tried: list[Point] = [*points(wanted, [left, right], 6), *fine_points(wanted, AUDIT_POINTS)]
    for point in tried if wanted else tried[:1]:
        found = at(left, right, conditions, point, AUDIT_BITS)
        if found is not None:
            shown = counterexample(found, left, right)
            raise InternalError(
                f"a proof fails its audit: at {dict(shown.at)} the left side is {shown.left}, "
                f"the right side {shown.right}"
            )
    return len(tried)
