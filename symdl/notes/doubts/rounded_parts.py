r"""Numbers worked out of rounded ones: `0.41 + 4 \cdot 0.082 = 0.41 + 0.33`, `e^{0.09} = 1.10`.

People round on the way, print what they rounded, and go on with what they had; and many cut the
digits off. What differs by that is imprecise, not wrong. A sum of decimals is worked out exactly.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.rounding import METHOD, printed, rounded_within, within_digits
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant
from symdl.expression.term import Term, postorder
from symdl.notes.scope.known import is_literal

_WORKED = frozenset({"add", "mul", "div", "sqrt"})
_SUM = frozenset({"add", "neg", "number"})
_HOLDS = frozenset({*HOLDING, "rounded", "approximate"})
PLACES = 2
"""Places with which a decimal is taken for a rounded one."""


def unless_parts_rounded(verdict: Verdict, claim: Claim, judge: Judge) -> Verdict:
    """A refutation, unless each part of a number is the part of the other to the digits printed,
    the numbers it is worked out of may be rounded, or its own digits are cut off."""
    if not verdict.kind.startswith("refuted") or claim.right is None or not is_literal(claim.right):
        return verdict
    if verdict.evidence.get("truncated"):
        return may_be_meant(verdict.message, verdict.counterexample)
    told = "its parts are rounded" if _by_parts(claim, judge) else _of_rounded(claim, verdict)
    return may_be_meant(f"{told}: {verdict.message}", verdict.counterexample) if told else verdict


def _by_parts(claim: Claim, judge: Judge) -> bool:
    left, right = claim.left, claim.right
    if right is None or left.op != right.op or left.op not in _WORKED:
        return False
    if len(left.args) != len(right.args):
        return False
    pairs = [(a, b) for a, b in zip(left.args, right.args, strict=True) if a is not b]
    asked = (replace(claim, left=a, right=b, kind="number", doubt="") for a, b in pairs)
    return bool(pairs) and all(judge(one).kind in _HOLDS for one in asked)


def _of_rounded(claim: Claim, verdict: Verdict) -> str:
    """Which numbers may be rounded so that the claim holds."""
    left, right = claim.left, claim.right
    if verdict.method != METHOD or right is None or not is_literal(left):
        return ""
    if all(n.op in _SUM for n in postorder(left)):
        return ""
    rounded = within_digits(left, right, PLACES) or _of_measured(claim, left, right)
    return f"it holds if {', '.join(rounded)} are rounded" if rounded else ""


def _of_measured(claim: Claim, left: Term, right: Term) -> tuple[str, ...]:
    r"""The decimals of two digits that may be rounded in a quotient by one, or a root of them, as
    statistics are worked out (`z = \frac{-4.2}{2.6 / \sqrt 5} \approx -3.7`); with `=` there are
    more than a few of them, or a root: `1.2 / 2.4 = 0.51` is a slip."""
    decimals = [n for n in postorder(left) if _has_two_digits(n)]
    roots = any(n.op == "sqrt" and set(decimals) & set(postorder(n)) for n in postorder(left))
    below = (n.args[1] for n in postorder(left) if n.op == "div")
    divides = any(set(decimals) & set(postorder(b)) for b in below)
    enough = claim.relation == "approx" or roots or len(decimals) >= SEVERAL
    return rounded_within(left, right) if (roots or divides) and enough else ()


SEVERAL = 3


def _has_two_digits(node: Term) -> bool:
    shown = printed(node) if node.op == "number" and "." in node.data.text else None
    return shown is not None and shown.digits > 1
