"""Equality of arrays, entries and sums for all sizes, by their index forms.

Both sides become one scalar expression of their free indices (see `derivation/index/`), in a
canonical form: equal forms prove, unlike ones refute nothing.
"""

from __future__ import annotations

from typing import Any

from symdl.derivation.index.equal import Difference, NotLowered, compare
from symdl.derivation.index.written import Writing
from symdl.evidence.at_sizes import reachable
from symdl.evidence.claim import Claim
from symdl.evidence.concrete.judge import audit_concretely
from symdl.evidence.verdict import Verdict, proved
from symdl.expression.printer import plain
from symdl.expression.term import make, number, symbol

EQUAL = frozenset({"=", "equiv"})
LETTERS = "ijklpqrs"
MAX_TOLD = 4
"""Conditions told in the message; the evidence has all that can be written."""


def judge_index_form(claim: Claim) -> Verdict | None:
    """A proof that both sides are equal for all sizes; None where there is none, or where no
    point was found at which both sides have a value."""
    if claim.right is None or claim.relation not in EQUAL or not has_indices(claim):
        return None
    try:
        difference = compare(claim.left, claim.right, claim.scope, claim.conditions)
        if not difference.is_zero:
            return None
    except NotLowered:
        return None
    audited = audit_concretely(claim)
    if audited == 0:
        return None
    where = _conditions(difference)
    message = "equal for all sizes, by the canonical form of the entries"
    if where:
        message += f", wherever both sides are defined ({', '.join(where[:MAX_TOLD])})"
    evidence: dict[str, Any] = {"rules": list(difference.space.used), "defined_where": where}
    if audited is not None:
        evidence["audited_points"] = audited
    return proved("index-normal-form", message, **evidence)


def has_indices(claim: Claim) -> bool:
    """Whether a claim is about arrays, their entries or sums over an index."""
    return any(bool(node.shape) or node.op == "sum" for node in reachable(claim))


def _conditions(difference: Difference) -> list[str]:
    """What the sides need to be defined (and, below a derivative, smooth), in index notation."""
    space = difference.space
    found: dict[str, None] = {}
    for form, relation in space.demands:
        free = sorted(form.free, key=lambda i: i.number)
        names = {i: symbol(x) for i, x in zip(free, LETTERS, strict=False)}
        try:
            term = Writing(space, names, {})(form)
        except (NotLowered, KeyError):
            continue
        found[plain(make("relation", term, number(0), data=(relation,)))] = None
    return list(found)
