"""Jacobians in the other layout: `\\partial (Wx)/\\partial x = W^T` where rows belong to x.

symdl writes the entries of the value down and those of the variable across (numerator layout).
Many texts write the transpose. A claim that is false in the one layout and true in the other is
no mistake, and is told so.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict
from symdl.expression.term import Term, make, postorder


def in_other_layout(claim: Claim, verdict: Verdict, judge: Judge) -> Verdict:
    """A refutation of a Jacobian, unless its transpose is proved: then what layout it holds in."""
    right = claim.right
    if verdict.kind != "refuted" or right is None or not _is_jacobian(claim.left):
        return verdict
    if right.shape is None or len(right.shape) != 2 or _has_jacobian(right):
        return verdict
    turned = make("transpose", right)
    if judge(replace(claim, right=turned)).kind != "proved":
        return verdict
    message = f"it holds for the transpose, in denominator layout only ({verdict.message})"
    evidence = {**verdict.evidence, "hypotheses": "Jacobians in denominator layout"}
    return replace(verdict, kind="refuted-as-stated", message=message, evidence=evidence)


def _is_jacobian(node: Term) -> bool:
    """Whether a node is the derivative of a vector by a vector."""
    if node.op != "derivative" or len(node.args) != 2:
        return False
    return all(a.shape is not None and len(a.shape) in (1, 2) for a in node.args)


def _has_jacobian(term: Term) -> bool:
    return any(_is_jacobian(node) for node in postorder(term))
