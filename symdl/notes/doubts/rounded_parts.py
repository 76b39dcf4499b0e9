r"""Sums worked out part by part, each part rounded: `0.41 + 4 \cdot 0.082 = 0.41 + 0.33`."""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant
from symdl.notes.scope.known import is_literal

_WORKED = frozenset({"add", "mul", "div", "sqrt"})
_HOLDS = frozenset({*HOLDING, "rounded", "approximate"})


def unless_parts_rounded(verdict: Verdict, claim: Claim, judge: Judge) -> Verdict:
    """A refutation, unless each part of a number is the part of the other to the digits printed."""
    left, right = claim.left, claim.right
    if not verdict.kind.startswith("refuted") or right is None or not is_literal(right):
        return verdict
    if left.op != right.op or left.op not in _WORKED or len(left.args) != len(right.args):
        return verdict
    pairs = [(a, b) for a, b in zip(left.args, right.args, strict=True) if a is not b]
    asked = (replace(claim, left=a, right=b, kind="number", doubt="") for a, b in pairs)
    if not pairs or any(judge(one).kind not in _HOLDS for one in asked):
        return verdict
    return may_be_meant(f"its parts are rounded: {verdict.message}", verdict.counterexample)
