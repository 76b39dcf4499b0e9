"""Arrays of which one section says two things: a proof by the later one alone is none.

`We set $H = X (X^T X)^{-1} X^T$ ... $H = I$`: the second may define H anew, or be a mistake. What
holds by one of the two only is left open.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.document.errors import Error
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term
from symdl.notes.scope.known import Earlier, Known, is_literal, reach


def unless_defined_twice(claim: Claim, verdict: Verdict, known: Known, judge: Judge) -> Verdict:
    """The verdict, unless it rests on the later of two definitions of an array in one section, and
    is another by the earlier one."""
    refuted = verdict.kind == "refuted"
    if verdict.kind not in HOLDING and not refuted:
        return verdict
    for name in reach(claim.sides, claim.scope):
        earlier = _replaced_here(name, claim, known)
        if earlier is None:
            continue
        values = {**claim.scope.values, name: earlier.body}
        try:
            again = judge(replace(claim, scope=replace(claim.scope, values=values)))
        except Error:
            continue  # by the earlier one it makes no sense
        same = again.kind == "refuted" if refuted else again.kind in HOLDING
        if not same:
            line = earlier.origin.span.line
            told = f"{plain(name)} is defined on line {line}, too, and by that"
            return undecided(f"{told} it is not the same: {verdict.message}")
    return verdict


def _replaced_here(name: Term, claim: Claim, known: Known) -> Earlier | None:
    """The definition of an array that a later one of the same section has replaced."""
    if name.op != "symbol" or name not in claim.scope.values:
        return None
    said = known.history.get(("value", name), ())
    if len(said) < 2 or said[-1].body is not claim.scope.values[name]:
        return None
    first, last = said[-2:]
    if not (name.shape or first.body.shape) or is_literal(first.body) or is_literal(last.body):
        return None
    same = first.origin.path == last.origin.path and first.body is not last.body
    return first if same and known.is_here(first.origin) else None
