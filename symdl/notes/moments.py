"""What `\\mu_X` and `\\sigma_X^2` are beside an expectation: the mean and the variance of X.

In `E[(X - \\mu)^2] = E[X^2] - \\mu^2` nobody says so, and everybody means it. Where a formula takes
expectations of one random variable the bare letters are its moments too.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as put
from symdl.findings import Judge

_TAKEN = frozenset({"expectation", "variance"})


def with_moments(claim: Claim) -> Claim:
    """The claim with means and variances of its random variables in the place of their letters,
    where the document does not say what these are."""
    sides = [side for side in (claim.left, claim.right) if side is not None]
    nodes = {node for side in sides for node in postorder(side)}
    chance = _random(nodes)
    table: dict[Term, Term] = {}
    for node in nodes:
        base = node.args[0] if node.op == "pow" and node.args[1] is number(2) else node
        if base.op != "symbol" or base in claim.scope.values:
            continue
        variable = _moment_of(str(base.data.name), "\\mu", chance, claim.scope)
        if variable is not None and node is base:
            table[node] = make("opaque", variable, data="expectation")
        variable = _moment_of(str(base.data.name), "\\sigma", chance, claim.scope)
        if variable is not None and node is not base:
            table[node] = make("opaque", variable, data="variance")
    if not table:
        return claim
    right = put(claim.right, table) if claim.right is not None else None
    return replace(claim, left=put(claim.left, table), right=right)


def with_mean(judge: Judge) -> Judge:
    """The judge of a claim that writes the mean of its variable: that it is 0 is no hypothesis."""

    def judged(claim: Claim) -> Verdict:
        verdict = judge(claim)
        if verdict.kind != "refuted-as-stated" or "mean 0" not in verdict.message:
            return verdict
        evidence = {k: v for k, v in verdict.evidence.items() if k != "hypotheses"}
        return replace(verdict, kind="refuted", evidence=evidence)

    return judged


def _random(nodes: set[Term]) -> dict[str, Term]:
    """The capital letters that expectations and variances are taken of."""
    found: dict[str, Term] = {}
    for node in nodes:
        if node.op == "opaque" and node.data in _TAKEN:
            inside = (s for arg in node.args for s in free_symbols(arg))
            found |= {str(s.data.name): s for s in inside if str(s.data.name).isupper()}
    return found


def _moment_of(name: str, letter: str, chance: dict[str, Term], scope: Scope) -> Term | None:
    """The random variable of which a name is a moment: X for `\\mu_X`, the only one for `\\mu`."""
    if name in scope.symbols and scope.symbols[name].declared:
        return None
    if name == letter and len(chance) == 1:
        return next(iter(chance.values()))
    return chance.get(name.removeprefix(f"{letter}_")) if name.startswith(f"{letter}_") else None
