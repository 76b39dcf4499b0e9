"""Proofs with no more assumptions than they need: what holds anyway is not said to be given.

Hypotheses of a case that may have ended (`Consider first $x > 0$ ... Next $x > -1$`), and those of
cases that are summed up, prove nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols
from symdl.findings import reading_of
from symdl.notes.claim_parts import sides_of
from symdl.notes.scope.known import Known, reach
from symdl.notes.sentences.premises import SUMMARY

_GENERAL = re.compile(r"\b(?:in general|generally|always)\b", re.IGNORECASE)


def needing_little(judge: Judge, known: Known, before: str) -> Judge:
    """The judge that asks of each proof whether it holds without the hypotheses in force. before:
    the words that lead to the claim."""
    every = SUMMARY.search(before) is not None
    general = _GENERAL.search(before) is not None

    def judged(claim: Claim) -> Verdict:
        verdict = judge(claim)
        hypotheses = claim.scope.hypotheses
        if verdict.kind not in HOLDING or not _touching(claim):
            return verdict
        without = judge(_under(claim, ()))
        if without.kind in HOLDING:
            return without
        over = tuple(
            h
            for h in hypotheses
            if (h in known.cases and (every or known.cases[h])) or (general and _equates(h))
        )
        if not over:
            return _read_with(verdict, claim)
        again = judge(_under(claim, tuple(h for h in hypotheses if h not in over)))
        if again.kind in HOLDING:
            return _read_with(again, claim)
        cases = " and ".join(map(plain, over))
        return may_be_meant(f"it holds for {cases}, which may not be meant: {again.message}")

    return judged


def _equates(hypothesis: Term) -> bool:
    return hypothesis.op == "relation" and hypothesis.data == ("=",)


def _read_with(verdict: Verdict, claim: Claim) -> Verdict:
    """A proof with the hypotheses that it was given in its reading, too."""
    given = verdict.evidence.get("given")
    reading = verdict.reading or reading_of(claim)
    if not isinstance(given, list) or not reading:
        return verdict
    return replace(verdict, reading=f"{reading}, given {' and '.join(given)}")


def _under(claim: Claim, hypotheses: tuple[Term, ...]) -> Claim:
    return replace(claim, scope=replace(claim.scope, hypotheses=hypotheses))


def _touching(claim: Claim) -> bool:
    """Whether a hypothesis speaks of what a claim speaks of."""
    hypotheses = claim.scope.hypotheses
    if not hypotheses:
        return False
    names = {s.data.name for t in reach(sides_of(claim), claim.scope) for s in free_symbols(t)}
    return any(names & {s.data.name for s in free_symbols(h)} for h in hypotheses)
