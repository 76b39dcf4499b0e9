r"""What a function is applied to: `\cos (m - n) \theta` is \cos((m - n) \theta) for many authors.

It is read as a product. What fails as one is judged once more with the letter behind the bracket in
the argument; where more than one letter stands there, nobody knows what the author had in mind.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.operators import WAVES
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, postorder
from symdl.expression.term import replace as put
from symdl.findings import reading_of

WITHOUT_BRACKETS = WAVES | {"log", "log_base"}


def unless_applied_to_more(claim: Claim, verdict: Verdict, judge: Judge) -> Verdict:
    """The verdict, unless it is a refutation of what holds where functions are applied to the
    letters behind their brackets, too."""
    if not verdict.kind.startswith("refuted") or claim.right is None:
        return verdict
    table: dict[Term, Term] = {}
    for node in (n for side in (claim.left, claim.right) for n in postorder(side)):
        place = _bracketed(node)
        if place is None:
            continue
        if place + 2 < len(node.args):
            shown = plain(node.args[place])
            return undecided(f"what {shown} is applied to is not clear: {verdict.message}")
        table[node] = _wider(node, place)
    if not table:
        return verdict
    left, right = put(claim.left, table), put(claim.right, table)
    meant = replace(claim, left=left, right=right, doubt="")
    again = judge(meant)
    if again.kind.startswith("refuted"):
        return verdict
    if again.kind in HOLDING:
        return replace(again, reading=reading_of(meant))
    return undecided(f"what its functions are applied to is not clear: {verdict.message}")


def _bracketed(node: Term) -> int | None:
    """The place in a product of a function of a sum behind which letters stand."""
    if node.op != "mul":
        return None
    for place, factor in enumerate(node.args[:-1]):
        sum_inside = factor.op in WITHOUT_BRACKETS and factor.args[0].op == "add"
        if sum_inside and all(a.op == "symbol" for a in node.args[place + 1 :]):
            return place
    return None


def _wider(node: Term, place: int) -> Term:
    function, letter = node.args[place], node.args[place + 1]
    inside = make("mul", function.args[0], letter)
    applied = make(function.op, inside, *function.args[1:], data=function.data)
    before = node.args[:place]
    return make("mul", *before, applied) if before else applied
