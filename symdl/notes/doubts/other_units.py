r"""Numbers that are right in other units: `-\log \frac{1}{8} = 3` in bits, `\cos(90) = 0`.

`\log` is the natural logarithm and an angle is in radians, if a document says nothing. Authors
take the other convention without a word; a number that is right to its last digit by that one is
no mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant
from symdl.expression.term import Term, constant, free_symbols, make, number, postorder, rebuild

_ANGLES = frozenset({"sin", "cos", "tan"})
_HOLDS = frozenset({*HOLDING, "rounded", "approximate"})


def unless_in_other_units(verdict: Verdict, claim: Claim, text: str, judge: Judge) -> Verdict:
    """A refutation, unless its numbers agree with logarithms to base 2 or 10, or in degrees."""
    if not verdict.kind.startswith("refuted") or any(map(free_symbols, claim.terms)):
        return verdict
    nodes = {n.op for term in claim.terms for n in postorder(term)}
    ways: list[tuple[str, Callable[[Term], Term]]] = []
    if "log" in nodes and "\\ln" not in text:
        ways += [(f"with logarithms to base {b}", _in_base(b)) for b in (2, 10)]
    if nodes & _ANGLES:
        ways.append(("for angles in degrees", _in_degrees))
    for words, way in ways:
        if judge(replace(claim, left=_put(claim.left, way), doubt="")).kind in _HOLDS:
            return may_be_meant(f"it holds {words}: {verdict.message}", verdict.counterexample)
    return verdict


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
