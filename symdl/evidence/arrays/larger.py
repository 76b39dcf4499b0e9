"""Larger sizes and later steps, where a claim that holds at small ones may fail.

A polynomial with the roots 1, 2, 3 is 0 at the sizes tried, and a bound may be outgrown later.
"""

from __future__ import annotations

from itertools import islice

from symdl.derivation.components import components
from symdl.derivation.expand import expand
from symdl.document.errors import DeriveError, ShapeError
from symdl.evidence import witness
from symdl.evidence.arrays.at_sizes import conditions_at, located
from symdl.evidence.arrays.settings import Setting, at_setting, free_indices, settings, size_names
from symdl.evidence.balls import Ball
from symdl.evidence.claim import Claim
from symdl.evidence.points import atoms, points
from symdl.evidence.refute import Separation, both_at, counterexample
from symdl.evidence.verdict import Verdict, refuted
from symdl.expression.substitution import substitute
from symdl.expression.term import size as size_of

LATER: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((5, 4, 3, 2), (4,)),
    ((7, 5, 4, 3), (6,)),
    ((12, 6, 5, 4), (9, 20, 60)),
)
"""Sizes by name in order, and values of a free step."""
MOST_PLACES = 4
MOST_ENTRIES = 6
MOST_POINTS = 6
BITS = 64
MOST_NODES = 3_000


def unless_broken_later(verdict: Verdict | None, claim: Claim) -> Verdict | None:
    """The verdict, but for what was only confirmed a refutation if a larger size gives one."""
    if verdict is None or verdict.kind != "confirmed":
        return verdict
    names, indices = size_names(claim), free_indices(claim)
    for sizes, steps in LATER:
        later = {i: steps if isinstance(values, tuple) else values for i, values in indices.items()}
        for setting in islice(settings(claim, names, later, (sizes,)), MOST_PLACES):
            broken = _broken(claim, setting)
            if broken is not None:
                return located(broken, setting)
    return verdict


def _broken(claim: Claim, setting: Setting) -> Verdict | None:
    claim = at_setting(claim, setting)
    assert claim.right is not None
    relation = "=" if claim.relation == "equiv" else claim.relation
    conditions = conditions_at(claim, setting) if relation in witness.ALLOWED else None
    if conditions is None:
        return None
    try:
        left, right = (
            components(substitute(side, setting.indices), claim.scope, setting.sizes)
            for side in (claim.left, claim.right)
        )
        conditions = tuple(expand(c, claim.scope, setting.sizes) for c in conditions)
    except (DeriveError, ShapeError):
        return None
    pairs = list(zip(left.entries, right.entries, strict=False))
    for a, b in pairs[:: max(1, len(pairs) // MOST_ENTRIES)]:
        if size_of(a) + size_of(b) > MOST_NODES:
            return None
        for point in points(atoms((a, b, *conditions)), [a, b], MOST_POINTS):
            both = both_at(a, b, conditions, point, BITS)
            if both is None or _sign(*both) in (None, *witness.ALLOWED[relation]):
                continue
            shown = counterexample(Separation(point, *both, BITS), a, b)
            message = f"the left side is {shown.left} and the right side {shown.right}"
            return refuted("sampling", message, shown)
    return None


def _sign(left: Ball, right: Ball) -> int | None:
    """The sign of left - right where the balls are apart."""
    return None if left.overlaps(right) else (1 if left > right else -1)
