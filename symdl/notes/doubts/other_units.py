r"""Numbers that are right in other units: `-\log \frac{1}{8} = 3` in bits, `\cos(90) = 0`, and
`\sqrt{1.1^2 + 1.2^2} = 1.6 \%` of percentages.

`\log` is the natural logarithm and an angle is in radians, if a document says nothing. Authors
take the other convention without a word; a number that is right to its last digit by that one is
no mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant
from symdl.expression.term import Term, constant, free_symbols, make, number, postorder, rebuild

_ANGLES = frozenset({"sin", "cos", "tan"})
_HOLDS = frozenset({*HOLDING, "rounded", "approximate"})


def unless_in_other_units(verdict: Verdict, claim: Claim, text: str, judge: Judge) -> Verdict:
    """A refutation, unless its numbers agree with logarithms to base 2 or 10, in degrees, or as
    percentages."""
    if not verdict.kind.startswith("refuted") or any(map(free_symbols, claim.sides)):
        return verdict
    claim = replace(claim, conditions=(), doubt="")
    nodes = {n.op for term in claim.terms for n in postorder(term)}
    ways: list[tuple[str, Callable[[Term], Term]]] = []
    if "log" in nodes and "\\ln" not in text:
        ways += [(f"with logarithms to base {b}", _in_base(b)) for b in (2, 10)]
    if nodes & _ANGLES:
        ways.append(("for angles in degrees", _in_degrees))
    for words, way in ways:
        if judge(replace(claim, left=_put(claim.left, way))).kind in _HOLDS:
            return may_be_meant(f"it holds {words}: {verdict.message}", verdict.counterexample)
    percents = _in_percent(claim)
    if percents is not None and judge(replace(claim, right=percents)).kind in _HOLDS:
        return may_be_meant(f"it holds in percent: {verdict.message}", verdict.counterexample)
    return verdict


def _in_percent(claim: Claim) -> Term | None:
    r"""The number of percent that a side comes to (`= 1.6 \%` of numbers without the sign), or one
    behind which the sign is a comment of LaTeX: `6.7%`; None where no such sign stands there."""
    right = claim.right
    if right is None or claim.span is None:
        return None
    if right.op == "div" and right.args[1] is _HUNDRED:
        return None if _HUNDRED in postorder(claim.left) else right.args[0]
    origin = claim.span.origin
    sign = right.op == "number" and _SIGN.match(origin.source.text, origin.end)
    return make("div", right, _HUNDRED) if sign else None


_HUNDRED = number(100)
_SIGN = re.compile(r"\s*%")


def _put(root: Term, way: Callable[[Term], Term]) -> Term:
    made: dict[Term, Term] = {}
    for node in postorder(root):
        made[node] = way(rebuild(node, tuple(made[a] for a in node.args)))
    return made[root]


def _in_base(base: int) -> Callable[[Term], Term]:
    def changed(node: Term) -> Term:
        return make("log_base", *node.args, number(base)) if node.op == "log" else node

    return changed


def _in_degrees(node: Term) -> Term:
    if node.op not in _ANGLES:
        return node
    angle = make("div", make("mul", *node.args, constant("pi")), number(180))
    return make(node.op, angle)
