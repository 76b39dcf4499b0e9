"""Letters that count steps elsewhere in a document: the t of `x_{t+1}` is none of `-3/2`."""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.conventions import COUNT
from symdl.expression.printer import plain
from symdl.expression.term import free_symbols, make
from symdl.expression.term import replace as put
from symdl.notes.scope.known import Known


def unless_counted(claim: Claim, verdict: Verdict, known: Known, judge: Judge) -> Verdict:
    """The verdict, unless it is a refutation for other values than those that a letter counts
    with where it is the step of a sequence."""
    supposed = verdict.code == "holds-under-hypothesis"
    if not (verdict.kind.startswith("refuted") or supposed):
        return verdict
    free = frozenset().union(*map(free_symbols, claim.terms))
    table = {
        name: make("symbol", data=replace(name.data, domain=COUNT))
        for name in free
        if name.data.name in known.habits.steps
        and name.data.role == "scalar"
        and name.data.domain.lower is None
        and not claim.scope.declares(name.data.name)
        and name not in claim.scope.values
    }
    if not table:
        return verdict
    again = judge(claim.mapped(lambda term: put(term, table)))
    if again.kind == "refuted":
        return verdict if supposed else again
    told = ", ".join(f"{plain(name)} counts steps" for name in sorted(table, key=plain))
    if again.kind in HOLDING:
        return replace(again, message=f"{again.message}, where {told}")
    return verdict if supposed else undecided(f"it fails, unless {told}: {verdict.message}")
