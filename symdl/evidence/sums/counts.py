"""Whether the ends of sums are counts: proofs for every size speak of n terms, and a sum up to -1
has none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from fractions import Fraction
from math import floor

from symdl.derivation.expand import expand
from symdl.document.errors import DeriveError, ShapeError
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import domain_under
from symdl.evidence.equality import judge_equality
from symdl.evidence.inequalities.order import settle
from symdl.evidence.inequalities.question import question
from symdl.evidence.kinds import is_declared
from symdl.evidence.reached import reachable
from symdl.expression.domain import Domain
from symdl.expression.substitution import substitute
from symdl.expression.term import BINDERS, Term, number


def are_counts(claim: Claim) -> bool:
    r"""Whether what holds for every number of terms holds for every declared end of a sum.

    `\sum_{i=1}^n a = n a` fails at n = -1, where the sum is empty. An end that may be negative and
    stands nowhere else is as good as 0; there a sum of positive terms is not positive. What nobody
    declared is a count of at least 1, and so is a size of a declared array.
    """
    nodes = list(reachable(claim))
    ends = {n.args[2] for n in nodes if n.op in BINDERS and n.data == "range"}
    ends |= {e.args[0] for e in ends if e.op == "add"}  # n of n - 1
    declared = {e for e in ends if e.op == "symbol" and is_declared(e, claim.scope)}
    if not declared:
        return True
    sizes = _declared_sizes(nodes, claim)
    known = (*claim.conditions, *claim.scope.hypotheses)
    return all(
        _is_count(end, domain_under(end, known), claim, nodes)
        for end in declared
        if end.data.name not in sizes
    )


def _declared_sizes(nodes: Iterable[Term], claim: Claim) -> Set[object]:
    arrays = (n for n in nodes if n.op == "symbol" and is_declared(n, claim.scope))
    return {dim for array in arrays for dim in array.data.shape or ()}


def _is_count(end: Term, domain: Domain, claim: Claim, nodes: Sequence[Term]) -> bool:
    if not domain.integer:
        return False
    if domain.positive:
        return True
    negative = _has_negative(domain)
    if negative and _stands_elsewhere(end, claim, nodes):
        return False
    return not (negative or domain.contains(Fraction(0))) or not _fails_at_none(end, claim)


def _has_negative(domain: Domain) -> bool:
    """Whether a domain of integers may have a negative one."""
    if domain.lower is None:
        return True
    least = floor(domain.lower)
    return least < -1 or (least == -1 and domain.contains(Fraction(-1)))


def _stands_elsewhere(end: Term, claim: Claim, nodes: Sequence[Term]) -> bool:
    """Whether a letter is more than the end of sums."""
    if end in (claim.left, claim.right):
        return True
    return any(
        argument is end and not (place == 2 and node.op in BINDERS and node.data == "range")
        for node in nodes
        for place, argument in enumerate(node.args)
    )


def _fails_at_none(end: Term, claim: Claim) -> bool:
    """Whether the claim certainly fails where a sum has no terms."""
    assert claim.right is not None
    none = {end: number(0)}
    try:
        left, right = (
            expand(substitute(side, none), claim.scope, {end.data.name: 0})
            for side in (claim.left, claim.right)
        )
    except (DeriveError, ShapeError):
        return False
    if left.shape != () or right.shape != ():
        return False
    if claim.relation in ("=", "equiv"):
        return judge_equality(left, right).kind == "refuted"
    return settle(question(left, claim.relation, right)).kind == "refuted"
