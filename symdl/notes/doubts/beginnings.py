r"""Sequences of which nobody says how they begin: `m_t = \beta m_{t-1} + (1 - \beta) g_t` and then
`\hat m_1 = g_1`, which holds if m_0 is 0.

That a sequence begins with nothing is so usual that it often stays unsaid; what holds then is not
refuted by another beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, number
from symdl.notes.scope.known import Known, reach

FIRST = (0, 1)
"""The numbers of first steps."""


def unless_it_begins(claim: Claim, verdict: Verdict, known: Known, judge: Judge) -> Verdict:
    """The verdict on a claim; open, if it is refuted by a sequence that begins with something else
    than 0, of which nothing is said."""
    if not verdict.kind.startswith("refuted") or verdict.counterexample is None:
        return verdict
    starts = [s for s in _unsaid(claim, known) if plain(s) in verdict.counterexample.at]
    if not starts:
        return verdict
    begun = {**claim.scope.values, **dict.fromkeys(starts, number(0))}
    again = judge(replace(claim, scope=replace(claim.scope, values=begun)))
    if again.kind not in HOLDING:
        return verdict
    told = ", ".join(f"{plain(start)} = 0" for start in starts)
    return may_be_meant(f"it holds if {told}, and nothing says how it begins: {verdict.message}")


def _unsaid(claim: Claim, known: Known) -> Iterator[Term]:
    """The first steps of the sequences of a claim that have no value and do not stand in it."""
    reached = reach(claim.sides, known.scope)
    written = reach(claim.sides, replace(known.scope, recurrences={}, entries={}))
    for base in (s for s in reached if s.op == "symbol"):
        scalar = base.data.role == "scalar" and base.shape == ()
        if scalar or base.data.name not in known.scope.recurrences:
            continue
        for first in FIRST:
            start = make("entry", base, number(first))
            if start not in known.scope.values and start not in written:
                yield start
