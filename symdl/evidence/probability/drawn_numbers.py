r"""A claim about the values of what is drawn: `\frac{\partial z}{\partial \sigma} = \epsilon` with
`\epsilon \sim \mathcal{N}(0, 1)`.

Without an expectation such a claim is one about numbers. What holds for all of them holds for those
that are drawn; a derivative that fails at a number is wrong for what is normal: that may be any.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.reached import reachable
from symdl.evidence.verdict import HOLDING, Verdict
from symdl.expression.printer import plain
from symdl.expression.term import Term, postorder

_NORMAL = frozenset({"distribution:\\mathcal{N}", "distribution:N", "distribution:\\mathrm{N}"})


def under_laws(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a claim for all numbers, whatever is drawn; None where no law is given, where
    it speaks of more than the values, or where it is not decided so."""
    laws = [c for c in claim.conditions if _is_law(c)]
    if not laws or claim.right is None:
        return None
    bare = replace(
        claim,
        conditions=tuple(c for c in claim.conditions if c not in laws),
        scope=replace(
            claim.scope, hypotheses=tuple(h for h in claim.scope.hypotheses if h not in laws)
        ),
    )
    if any(node.op == "opaque" for node in reachable(bare)):
        return None
    verdict = judge(bare)
    if verdict.kind in HOLDING:
        return verdict
    derived = any(n.op in ("derivative", "gradient") for s in claim.sides for n in postorder(s))
    normal = all(law.args[1].op == "opaque" and law.args[1].data in _NORMAL for law in laws)
    if verdict.kind == "refuted" and derived and normal:
        words = " and ".join(map(plain, laws))
        return replace(verdict, message=f"{verdict.message}, where {words}")
    return None


def _is_law(condition: Term) -> bool:
    """Whether a condition says how a number is drawn: `x \\sim p`."""
    drawn = condition.op == "relation" and condition.data == ("sim",)
    return drawn and condition.args[0].op == "symbol" and condition.args[0].shape == ()
