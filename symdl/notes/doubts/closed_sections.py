"""What another section declared of a letter: `Let $x$ be positive` there, `$|x| = x$` here.

Shapes are kept, for arrays are not declared twice. The range of a number may be that of another
letter of its name: what fails without it is not proved by it.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant
from symdl.expression.conventions import DOMAINS
from symdl.expression.domain import REAL
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make
from symdl.expression.term import replace as put
from symdl.notes.scope.known import Known, reach


def unless_of_another(
    claim: Claim, verdict: Verdict, known: Known, judge: Judge, free: frozenset[str]
) -> Verdict:
    """The verdict on a claim; where it holds in the range alone that a closed section gave to a
    letter it is open, and refuted if it is said for all values of the letter (free)."""
    if verdict.kind not in HOLDING or not known.soft:
        return verdict
    sides = claim.terms
    table = {s: _of_any_range(s) for t in sides for s in free_symbols(t)}
    table = {s: wide for s, wide in table.items() if wide is not s and s.data.name in known.soft}
    defined = (body for body in reach(sides, known.scope) if body in known.scope.values)
    if not table or any(free_symbols(known.scope.values[d]) & table.keys() for d in defined):
        return verdict
    symbols = {**claim.scope.symbols, **{w.data.name: w.data for w in table.values()}}
    hypotheses = tuple(put(h, table) for h in claim.scope.hypotheses)
    scope = replace(claim.scope, symbols=symbols, hypotheses=hypotheses)
    again = judge(replace(claim.mapped(lambda term: put(term, table)), scope=scope))
    if not again.kind.startswith("refuted"):
        return verdict
    if {s.data.name for s in table} <= free:
        return again
    names = ", ".join(sorted(map(plain, table)))
    told = f"it holds in the range that another section declares of {names}: {again.message}"
    return may_be_meant(told)


def _of_any_range(name: Term) -> Term:
    """A number in the range that its letter has by convention."""
    data = name.data
    if data.role != "scalar" or name.shape != ():
        return name
    usual = DOMAINS.get(data.name, REAL)
    return name if data.domain == usual else make("symbol", data=replace(data, domain=usual))
