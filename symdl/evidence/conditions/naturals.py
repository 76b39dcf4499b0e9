r"""What fails at 0 alone, where a letter is in $\mathbb{N}$: some begin to count at 1."""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.numerals import ONE
from symdl.expression.term import Term, make


def unless_from_one(claim: Claim, verdict: Verdict, decide: Judge) -> Verdict:
    r"""A refutation, unless it needs 0 in $\mathbb{N}$: `3^m > 2^m` for all `m \in \mathbb{N}`."""
    given = (*claim.conditions, *claim.scope.hypotheses)
    naturals = [g.args[0] for g in given if _is_natural(g)]
    if verdict.kind != "refuted" or not naturals:
        return verdict
    above = tuple(make("relation", n, ONE, data=(">=",)) for n in naturals)
    if decide(replace(claim, conditions=(*claim.conditions, *above))).kind == "refuted":
        return verdict
    return undecided(f"it fails only if 0 is a natural number: {verdict.message}")


def _is_natural(given: Term) -> bool:
    if given.op != "relation" or given.data != ("in",):
        return False
    home = given.args[1]
    return home.op == "number_set" and home.data == "N"
