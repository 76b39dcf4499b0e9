r"""What a condition gives to be derived: `\partial z/\partial x = y` for `z = xy`.

A derivative speaks of how one quantity depends on others. An equation behind For, With or If that
says so of a name, of which nothing else is said, is the definition of it in the claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.reached import definitions
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.defining import define
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, postorder


def judge_for_equation(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on a claim of derivatives in which the equations among its conditions define what
    is derived; None where there are none, or nothing is decided so."""
    if not claim.conditions:
        return None
    names = set(_derived(claim))
    scope, rest = claim.scope, []
    for condition in claim.conditions:
        if _defines(condition, scope) and condition.args[0] in names:
            scope = define(scope, condition)
        else:
            rest.append(condition)
    if len(rest) == len(claim.conditions):
        return None
    asked = replace(claim, scope=scope, conditions=tuple(rest))
    verdict = judge(asked)
    anew = _where_letters_are_any(asked, [c for c in claim.conditions if c not in rest])
    if verdict.kind != "proved" and anew is not asked:
        fresh = judge(anew)
        if fresh.kind != verdict.kind:  # it may be meant of any x and y
            verdict = fresh if fresh.kind == "proved" else undecided(fresh.message)
    return None if verdict.kind == "undecided" else verdict


def _where_letters_are_any(claim: Claim, equations: list[Term]) -> Claim:
    """The claim in which the letters of such equations are any: in `for z = xy` nobody thinks of
    the y of a line before."""
    used = set().union(*(free_symbols(e.args[1]) for e in equations))
    values = {k: v for k, v in claim.scope.values.items() if k not in used}
    if len(values) == len(claim.scope.values):
        return claim
    return replace(claim, scope=replace(claim.scope, values=values))


def _derived(claim: Claim) -> Iterator[Term]:
    """The names that are derived and of which nothing is said, and those by which they are."""
    for side in claim.sides:
        for node in postorder(side):
            derivative = node.op in ("derivative", "gradient") and node.args[0].op == "symbol"
            if derivative and not any(definitions(node.args[0], claim.scope)):
                yield from node.args


def _defines(condition: Term, scope: Scope) -> bool:
    """Whether a condition says of a name of which nothing else is said how it depends on others."""
    if condition.op != "relation" or condition.data != ("=",):
        return False
    name, value = condition.args
    if value.op == "symbol":
        return False  # `where $x = y$` is a place, not what x is made of
    if name.op != "symbol" or any(definitions(name, scope)):
        return False
    used = free_symbols(value)
    deeper = [u for u in used for d in definitions(u, scope) if name in free_symbols(d)]
    return bool(used) and name not in used and not deeper
