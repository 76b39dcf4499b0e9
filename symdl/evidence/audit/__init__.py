"""Every verdict is tested again: a certified contradiction is a bug of ours, and loud.

A proof, however it was found, is tried at high precision at a dozen points and more, one in
each case of its switches; values of a limit are followed towards its point, arrays and sums are
written out at some sizes. A refutation is looked at once more at its own point. What sampling
cannot contradict (an image that is too large, a shape) passes. The ladder calls this once for
every verdict, so that no rung can forget it, and what a rung says of its own audit counts
for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symdl.document.errors import InternalError
from symdl.evidence.arrays.index_form import METHOD as INDEX_FORM
from symdl.evidence.arrays.index_form import proved_claim
from symdl.evidence.audit.extremes import audit_extreme
from symdl.evidence.audit.limits import audit_limit
from symdl.evidence.audit.relations import (
    audit_distance,
    audit_membership,
    audit_relation,
    audit_with_numbers,
    is_counterexample,
)
from symdl.evidence.audit.sizes import audit_at_sizes
from symdl.evidence.claim import Claim
from symdl.evidence.concrete.judge import audit_concretely
from symdl.evidence.conditions.hypotheses import narrowed_to
from symdl.evidence.points import atoms
from symdl.evidence.unknown_functions import with_letters
from symdl.evidence.verdict import Verdict, undecided
from symdl.evidence.witness import ALLOWED
from symdl.expression.printer import plain
from symdl.expression.term import Term, postorder
from symdl.expression.term import replace as replace_terms

RELATIONS = {**{name: name for name in ALLOWED}, "equiv": "=", "approx": "="}
"""A relation as it is audited; what is proved to be approximately equal is even equal."""
SETS = frozenset({"in", "subset", "subseteq", "=", "equiv"})


def audit(written: Claim, closed: Claim | None, verdict: Verdict) -> Verdict:
    """The verdict, with the number of points at which it was audited.

    `written` is the claim as written, `closed` the one written out (None where it cannot be).
    Raises InternalError where the verdict is certainly wrong.
    """
    if verdict.kind == "proved":
        at_sizes = _at_concrete_sizes(written, verdict)
        count = at_sizes or _proof(written, closed)
        if not count and at_sizes is not None:
            return undecided("no point was found at which both sides are defined")
    elif verdict.kind == "approximate":
        count = _bound(closed, verdict)
    elif verdict.kind == "refuted" and closed is not None:
        return _refutation(closed, verdict)
    else:
        return verdict
    return verdict.noting(audited_points=count)


def _at_concrete_sizes(written: Claim, verdict: Verdict) -> int | None:
    """What the entries of a claim of all sizes were compared at; None where none were."""
    if verdict.method != INDEX_FORM:
        return None
    return audit_concretely(proved_claim(written, verdict))


def _proof(written: Claim, closed: Claim | None) -> int:
    claim = closed or written
    if claim.kind == "limit" or "limit" in (claim.left.op, claim.right and claim.right.op):
        return 0 if claim.relation == "!=" else audit_limit(claim)
    extreme = None if closed is None else audit_extreme(closed)
    if extreme is not None:
        return extreme
    image = _values(claim)
    if image is not None:
        return audit_membership(*image, claim.conditions)
    relation = RELATIONS.get(claim.relation)
    if relation is None or claim.right is None:
        return 0
    scalars = all(side.shape in ((), None) for side in (claim.left, claim.right))
    count = 0
    if closed is not None and scalars:
        left, right, *conditions = with_letters((claim.left, claim.right, *claim.conditions))
        count = audit_relation(left, relation, right, tuple(conditions))
    if closed is not None and not count and _integrates(claim):
        count = audit_with_numbers(claim.left, relation, claim.right, claim.conditions)
    return count or audit_at_sizes(written, relation)


def _integrates(claim: Claim) -> bool:
    sides = claim.sides
    return any(node.op == "integral" for side in sides for node in postorder(side))


def _values(claim: Claim) -> tuple[Term, Term] | None:
    """A term all values of which are said to lie in a set, and the set."""
    if claim.right is None or claim.relation not in SETS:
        return None
    left, right = claim.left, claim.right
    if right.op == "image" and left.op != "image":
        left, right = right, left
    if right.op not in ("interval", "number_set"):
        return None
    if left.op != "image":
        return (left, right) if claim.relation == "in" and left.shape in ((), None) else None
    variable, over, body = left.args
    inside = narrowed_to(variable, over)
    return None if inside is None else (replace_terms(body, {variable: inside}), right)


def _bound(closed: Claim | None, verdict: Verdict) -> int:
    bound = verdict.evidence.get("bound")
    if closed is None or closed.right is None or bound is None:
        return 0
    if closed.left.shape or closed.right.shape:
        return 0
    return audit_distance(closed.left, closed.right, Fraction(bound), closed.conditions)


def _refutation(closed: Claim, verdict: Verdict) -> Verdict:
    relation = RELATIONS.get(closed.relation)
    shown = verdict.counterexample
    # a refuted != shows decimals of the point where the sides are equal
    if shown is None or closed.right is None or relation is None or closed.relation in NOT_AT:
        return verdict
    if closed.left.shape or closed.right.shape or "limit" in (closed.left.op, closed.right.op):
        return verdict
    if two := _one_name_for_two(closed.sides):
        return undecided(f"{two} {_TWO}")
    left, right, conditions = closed.left, closed.right, closed.conditions
    if is_counterexample(left, relation, right, conditions, shown.at) is False:
        if two := _one_name_for_two((left, right, *conditions)):
            return undecided(f"{two} {_TWO}")
        raise InternalError(f"a refutation fails its audit: {shown.at} is no example")
    return verdict


_TWO = "is two different things in it: no point says which has which value"


def _one_name_for_two(terms: Iterable[Term]) -> str | None:
    """A name under which a counterexample would show two atoms: a number and an entry, the numbers
    of two definitions, a letter that a condition has as something else."""
    met: set[str] = set()
    for atom in atoms(terms):
        name = plain(atom)
        if name in met:
            return name
        met.add(name)
    return None


NOT_AT = frozenset({"!=", "approx"})
