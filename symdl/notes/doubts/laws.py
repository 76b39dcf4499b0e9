"""Laws about any function: `f''(x) = \\lim_{h \\to 0} ...`, Taylor's formula with its rest.

A derivative said to be a limit of values of the same function, and a function said to be its
derivatives up to a rest `o(...)`, are meant for every smooth function. Where nobody says which one
`f` is, such a law is refuted by one for which it fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symdl.document.errors import Error
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.scope import Definition
from symdl.expression.term import Term, make, number, postorder, symbol

_X = symbol("x")
_TRIED = (make("pow", _X, number(2)), make("exp", _X), make("pow", _X, number(3)))
_RESTS = frozenset({"small-o", "big-O"})
_SLOPES = frozenset({"derivative", "nth_derivative"})


def unless_broken(claim: Claim, verdict: Verdict, judge: Judge) -> Verdict:
    """The verdict on a claim; a law about any function that is open is tried with some."""
    if verdict.kind != "undecided" or claim.relation != "=" or not _is_law(claim):
        return verdict
    names = set(_unknown(claim))
    if len(names) != 1:
        return verdict
    name = names.pop()
    for body in _TRIED:
        made = Definition(name, (_X,), body)
        scope = replace(claim.scope, functions={**claim.scope.functions, name: made})
        try:
            again = judge(replace(claim, scope=scope))
        except Error:
            continue  # the function makes no sense in the claim
        if again.kind == "refuted":
            message = f"{again.message}, for {name.lstrip(chr(92))}(x) = {plain(body)}"
            return replace(again, message=message)
    return verdict


def _is_law(claim: Claim) -> bool:
    """Whether a derivative is a limit, or a function its derivatives up to a rest."""
    if claim.right is None:
        return False
    right = {node.op for node in postorder(claim.right)}
    slope = any(n.op in _SLOPES or _primes(n) for n in postorder(claim.left))
    if slope and {"limit", "call"} <= right:
        return True
    rest = any(n.op == "opaque" and n.data in _RESTS for n in postorder(claim.right))
    slopes = any(n.op in _SLOPES or _primes(n) for n in postorder(claim.right))
    return claim.left.op == "call" and rest and slopes


def _primes(node: Term) -> bool:
    return node.op == "call" and bool(node.data.primes)


def _unknown(claim: Claim) -> Iterator[str]:
    """The names of functions of one argument that nothing defines."""
    for side in claim.sides:
        for node in postorder(side):
            if node.op != "call":
                continue
            name = str(node.data.function.name)
            outer = claim.scope.outer
            known = name in claim.scope.functions or (outer is not None and outer(name) is not None)
            if known or len(node.args) != 1:
                yield ""
            yield name
