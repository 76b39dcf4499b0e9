"""Whether the ends of sums are counts: proofs for every size speak of n terms, and a sum up to -1
has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
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
from symdl.expression.dimensions import names_in
from symdl.expression.domain import Domain
from symdl.expression.substitution import substitute
from symdl.expression.term import BINDERS, Term, number


def are_counts(claim: Claim) -> bool:
    r"""Whether what holds for every number of terms holds for every declared end of a sum.

    `\sum_{i=1}^n a = n a` fails at n = -1, where the sum is empty. An end that may be negative and
    stands nowhere else is as good as 0; there a sum of positive terms is not positive. What nobody
    declared or bounds (`n \ge 0`) is a count of at least 1, and so is a size of a declared array.
    """
    nodes = list(reachable(claim))
    ends = {n.args[2] for n in nodes if n.op in BINDERS and n.data == "range"}
    ends |= {e.args[0] for e in ends if e.op == "add"}  # n of n - 1
    named = {e for e in ends if e.op == "symbol"}
    sizes = _declared_sizes(nodes, claim)
    known = (*claim.conditions, *claim.scope.hypotheses)
    said = {side for given in known if given.op == "relation" for side in given.args}
    declared = {e for e in named if is_declared(e, claim.scope) and e.data.name not in sizes}
    declared |= named & said
    domains = {end: domain_under(end, known) for end in declared}
    if not all(_is_count(end, domain, claim, nodes) for end, domain in domains.items()):
        return False
    none = {end for end, domain in domains.items() if not domain.positive and _has_none(domain)}
    few = {name: 2 + place for place, name in enumerate(sorted({*_names(named), *sizes}))}
    empty = [{end} for end in none] + [none] * (len(none) > 1)
    return all(_holds_at(few | dict.fromkeys(_names(e), 0), claim, nodes) for e in empty)


def _names(symbols: Iterable[Term]) -> list[str]:
    return [symbol.data.name for symbol in symbols]


def _declared_sizes(nodes: Iterable[Term], claim: Claim) -> Set[str]:
    arrays = (n for n in nodes if n.op == "symbol" and is_declared(n, claim.scope))
    return {name for array in arrays for name in names_in(array.data.shape or ())}


def _is_count(end: Term, domain: Domain, claim: Claim, nodes: Sequence[Term]) -> bool:
    if not domain.integer:
        return False
    return not (_has_negative(domain) and _stands_elsewhere(end, claim, nodes))


def _has_none(domain: Domain) -> bool:
    """Whether a sum up to a number of the domain may have no terms."""
    return _has_negative(domain) or domain.contains(Fraction(0))


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


def _holds_at(sizes: Mapping[str, int], claim: Claim, nodes: Sequence[Term]) -> bool:
    """Whether the claim is proved at such ends of sums: none of some, a few of the others."""
    assert claim.right is not None
    named = [n for n in nodes if n.op == "symbol" and n.shape == () and n.data.name in sizes]
    table = {name: number(sizes[name.data.name]) for name in named}
    try:
        left, right = (
            expand(substitute(side, table), claim.scope, sizes)
            for side in (claim.left, claim.right)
        )
    except (DeriveError, ShapeError):
        return False
    if left.shape != () or right.shape != ():
        return False
    if claim.relation in ("=", "equiv"):
        return judge_equality(left, right).kind == "proved"
    return settle(question(left, claim.relation, right)).kind == "proved"
