"""What is stated to hold (`given=`) and defines nothing restricts the claims that it touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.evidence.claims_read import is_declaration
from symdl.evidence.conditions.implied import with_implied
from symdl.evidence.equality import judge_equality
from symdl.evidence.reached import reachable
from symdl.evidence.verdict import Verdict
from symdl.evidence.work import Exhausted, allowance, remembered
from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, postorder


def with_hypotheses(claim: Claim) -> Claim:
    """The claim with the hypotheses of its scope that share a symbol with it, or with another
    such hypothesis, as conditions, and with what its conditions imply; without those that say no
    more than what an array is read as."""
    claim = _with_stated(claim)
    if not claim.conditions:
        return claim
    conditions = tuple(c for c in claim.conditions if not is_declaration(c))
    return replace(claim, conditions=with_implied(conditions, claim.scope))


def told_given(verdict: Verdict, before: Claim, after: Claim) -> Verdict:
    """The proof with the hypotheses of the scope that were conditions of the claim."""
    if not after.scope.hypotheses:
        return verdict
    added = [c for c in after.scope.hypotheses if c in after.conditions]
    used = [plain(c) for c in added if c not in before.conditions]
    if verdict.kind != "proved" or not used:
        return verdict
    message = f"{verdict.message}, given {' and '.join(used[:MOST_TOLD])}"
    return replace(verdict, message=message, evidence={**verdict.evidence, "given": used})


MOST_TOLD = 4


def _with_stated(claim: Claim) -> Claim:
    waiting = [
        h for h in claim.scope.hypotheses if h not in claim.conditions and not _says_nothing(h)
    ]
    if not waiting:
        return claim
    nodes = list(reachable(claim))
    names = set(_names(nodes))
    found: list[Term] = []
    while True:
        touching = [h for h in waiting if not names.isdisjoint(_names(postorder(h)))]
        if not touching:
            break
        waiting = [h for h in waiting if h not in touching]
        found.extend(touching)
        names.update(name for h in touching for name in _names(postorder(h)))
    instances = (instance for h in found for instance in _instances(h, nodes))
    return replace(claim, conditions=(*claim.conditions, *dict.fromkeys((*found, *instances))))


@remembered(64)
def _says_nothing(hypothesis: Term) -> bool:
    r"""Whether an equation of an operator holds anyway: `\tanh x = ...` in exponentials."""
    if hypothesis.op != "relation" or hypothesis.data != ("=",):
        return False
    left, right = hypothesis.args
    if left.op not in TABLE or left.shape != () or right.shape != ():
        return False
    try:
        with allowance():
            verdict = judge_equality(left, right)
    except Exhausted:
        return False
    return verdict.kind == "proved" and not verdict.evidence.get("defined_where")


def _instances(hypothesis: Term, nodes: Iterable[Term]) -> Iterator[Term]:
    """What `p_i > 0` says of the entries that a claim speaks of."""
    own = [n for n in postorder(hypothesis) if n.op == "entry"]
    for pattern in own:
        if all(index.op == "symbol" for index in pattern.args[1:]):
            for node in nodes:
                if node.op == "entry" and node.args[0] is pattern.args[0] and node not in own:
                    table = dict(zip(pattern.args[1:], node.args[1:], strict=False))
                    yield substitute(hypothesis, table)


def _names(nodes: Iterable[Term]) -> Iterator[str]:
    return (node.data.name for node in nodes if node.op == "symbol")
