r"""Entropies of distributions on n values: `H(p, q) = H(p) + D_{KL}(p \| q)`.

The letters are vectors of n probabilities, none of them 0, and the entropies the sums that they
stand for (Cover and Thomas, Elements of Information Theory, section 2.3). A single letter may be
the chance of one of two values, so that a claim with nothing but `H(p)` is left as it is.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.kinds import NOTHING, classify
from symdl.evidence.verdict import Verdict
from symdl.expression.domain import POSITIVE
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.term import Symbol, Term, postorder
from symdl.expression.term import replace as put

SIZE = "n"
SUMS = {
    "H": r"-\sum_{{i=1}}^{{n}} {0}_i \log {0}_i",
    "cross": r"-\sum_{{i=1}}^{{n}} {0}_i \log {1}_i",
    "divergence": r"\sum_{{i=1}}^{{n}} {0}_i \log \frac{{{0}_i}}{{{1}_i}}",
}
TOTAL = r"\sum_{{i=1}}^{{n}} {0}_i = 1"


def judge_divergences(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a relation between entropies of distributions; None for another claim."""
    sides = claim.sides
    nodes = dict.fromkeys(n for side in sides for n in postorder(side))
    said = {n: word for n in nodes if (word := _word(n, claim.scope)) is not None}
    names = sorted({a.data.name for n in said for a in n.args})
    words = set(said.values())
    plainly = "divergence" in words or words == {"H", "cross"}  # H(q, p) may be an energy
    if len(sides) < 2 or not plainly or not _only_there(claim, said, names):
        return None
    if claim.kind == "definition" and len(said) < 2:
        return None
    vectors = {name: Symbol(name, "vector", (SIZE,), POSITIVE, True) for name in names}
    scope = replace(claim.scope, symbols={**claim.scope.symbols, **vectors})
    table = {n: _read(SUMS[word], scope, n) for n, word in said.items()}
    totals = tuple(read(TOTAL.format(name), scope).term for name in names)
    left, right = (put(side, table) for side in sides)
    relation = "=" if claim.relation == ":=" else claim.relation
    kind = classify(left, relation, right, scope, False, NOTHING)
    verdict = judge(
        replace(claim, kind=kind, relation=relation, left=left, right=right, scope=scope,
                conditions=(*claim.conditions, *totals), doubt="", latex="")
    )  # fmt: skip
    told = f"{', '.join(names)} as probabilities of n values"
    return replace(verdict, message=f"{verdict.message} ({told})")


def _read(pattern: str, scope: Scope, node: Term) -> Term:
    return read(pattern.format(*(a.data.name for a in node.args)), scope).term


def _word(node: Term, scope: Scope) -> str | None:
    """What a node says of distributions: an entropy, a cross-entropy, a divergence."""
    if any(a.op != "symbol" or a.shape != () or not a.data.name.islower() for a in node.args):
        return None
    if node.op == "opaque" and node.data == "divergence" and len(node.args) == 2:
        return "divergence"
    if node.op != "call" or node.data.primes or node.data.bars or node.data.function.name != "H":
        return None
    if "H" in scope.functions or scope.declares("H"):
        return None
    return {1: "H", 2: "cross"}.get(len(node.args))


def _only_there(claim: Claim, said: dict[Term, str], names: list[str]) -> bool:
    """Whether the letters, which nobody declares or defines, stand nowhere else."""
    if SIZE in names or any(claim.scope.declares(name) for name in names):
        return False
    waiting = list(claim.terms)
    while waiting:
        node = waiting.pop()
        if node.op == "symbol" and (node.data.name in names or node in claim.scope.values):
            return False
        waiting.extend(() if node in said else node.args)
    return True
