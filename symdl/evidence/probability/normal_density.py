r"""`\phi` beside `\Phi`: the density of the standard normal distribution.

Nobody defines it: `\Phi'(x) = \phi(x)`. Alone a `\phi` may be any function (an activation, a
feature map); that a claim holds of the density is then only told.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict
from symdl.expression.scope import Definition
from symdl.expression.term import Term, constant, make, number, postorder, symbol

LETTERS = ("\\phi", "\\varphi")
DISTRIBUTION = frozenset({"Phi", "\\Phi"})


def judge_density(claim: Claim, judge: Judge) -> Verdict | None:
    r"""The verdict on a claim with `\Phi` and an undefined `\phi`; None for another claim."""
    letter = _letter(claim)
    if letter is None or not _has_distribution(claim):
        return None
    verdict = judge(_with_density(claim, letter))
    return replace(verdict, message=f"{verdict.message} ({_said(letter)})")


def or_of_density(claim: Claim, verdict: Verdict, judge: Judge) -> Verdict:
    """An undecided verdict that tells that the claim holds of the density, if it does."""
    letter = _letter(claim) if verdict.kind == "undecided" else None
    if letter is None or _has_distribution(claim):
        return verdict
    if judge(_with_density(claim, letter)).kind != "proved":
        return verdict
    return replace(verdict, message=f"{letter} is not defined here: it holds if {_said(letter)}")


def _said(letter: str) -> str:
    return f"{letter} is the density of the standard normal distribution"


def _letter(claim: Claim) -> str | None:
    """The letter of a density that is called and that nobody defines or declares."""
    if claim.kind == "definition":
        return None
    called = {str(n.data.function.name) for n in _nodes(claim) if n.op == "call"}
    known = claim.scope.functions
    free = (x for x in LETTERS if x not in known and not claim.scope.declares(x))
    return next((x for x in free if x in called), None)


def _has_distribution(claim: Claim) -> bool:
    return any(
        n.op == "normal_cdf" or (n.op == "call" and n.data.function.name in DISTRIBUTION)
        for n in _nodes(claim)
    )


def _nodes(claim: Claim) -> list[Term]:
    sides = (claim.left, claim.right, *claim.conditions)
    return [n for side in sides if side is not None for n in postorder(side)]


def _with_density(claim: Claim, letter: str) -> Claim:
    x = symbol("x")
    half = make("neg", make("div", x ** number(2), number(2)))
    scale = make("sqrt", number(2) * constant("pi"))
    body = make("div", make("exp", half), scale)
    functions = {**claim.scope.functions, letter: Definition(letter, (x,), body)}
    return replace(claim, scope=replace(claim.scope, functions=functions))
