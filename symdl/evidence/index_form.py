"""Equality of arrays, entries and sums for all sizes, by their index forms.

Both sides become one scalar expression of their free indices (see `derivation/index/`), in a
canonical form: equal forms prove, unlike ones refute nothing.
"""

from __future__ import annotations

from symdl.derivation.index.equal import NotLowered, compare
from symdl.evidence.at_sizes import reachable
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict, proved

EQUAL = frozenset({"=", "equiv"})


def judge_index_form(claim: Claim) -> Verdict | None:
    """A proof that both sides are equal for all sizes; None where there is none."""
    if claim.right is None or claim.relation not in EQUAL or not has_indices(claim):
        return None
    try:
        difference = compare(claim.left, claim.right, claim.scope, claim.conditions)
        if not difference.is_zero:
            return None
    except NotLowered:
        return None
    message = "equal for all sizes, by the canonical form of the entries"
    return proved("index-normal-form", message, rules=list(difference.space.used))


def has_indices(claim: Claim) -> bool:
    """Whether a claim is about arrays, their entries or sums over an index."""
    return any(bool(node.shape) or node.op == "sum" for node in reachable(claim))
