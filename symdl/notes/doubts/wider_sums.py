r"""What a sum is taken of: `\sum_i x_i - \mu` is \sum_i (x_i - \mu) for some authors.

It is read as (\sum_i x_i) - \mu. What fails so is judged once more with all that stands behind in
the sum.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.document.errors import Error
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant
from symdl.expression.term import Term, make, postorder
from symdl.expression.term import replace as put


def unless_of_wider_sums(claim: Claim, verdict: Verdict, judge: Judge) -> Verdict:
    """The verdict, unless it is a refutation of what holds where sums take in what follows."""
    right = claim.right
    if not verdict.kind.startswith("refuted") or right is None:
        return verdict
    nodes = (n for side in (claim.left, right) for n in postorder(side))
    table = {n: wider for n in nodes if (wider := _wider(n)) is not None}
    if not table:
        return verdict
    try:
        meant = replace(claim, left=put(claim.left, table), right=put(right, table), doubt="")
        holds = judge(meant).kind in HOLDING
    except Error:
        return verdict  # what follows does not fit into the sum
    told = f"it holds if the sum takes in what follows: {verdict.message}"
    return may_be_meant(told, verdict.counterexample) if holds else verdict


def _wider(node: Term) -> Term | None:
    """A sum of terms with those behind a sum over an index taken into it."""
    if node.op != "add":
        return None
    for place, part in enumerate(node.args[:-1]):
        if part.op == "sum":
            body = make("add", part.args[-1], *node.args[place + 1 :])
            total = make("sum", *part.args[:-1], body, data=part.data)
            before = node.args[:place]
            return make("add", *before, total) if before else total
    return None
