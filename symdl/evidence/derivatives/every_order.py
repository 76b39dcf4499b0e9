r"""Derivatives of every order: `\frac{d^n}{dx^n} e^{ax} = a^n e^{ax}`.

By induction on the order: the claim holds at the first order, and the derivative of what is
claimed for n is what is claimed for n + 1. Both are claims of their own, judged and audited as
such. A claim is refuted by an order at which it fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

from symdl.evidence.algebra.demands import demands
from symdl.evidence.cells import Cell, holds_in
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict, proved, undecided
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, make, number, postorder

METHOD = "induction"
ORDERS_TRIED = 4


def judge_every_order(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on an equation for a derivative of symbolic order; None for another claim."""
    if claim.right is None or claim.relation not in ("=", "equiv"):
        return None
    sides = (claim.left, claim.right)
    general = [side for side in sides if _holds_order(side)]
    if not general:
        return None
    if len(general) > 1 or general[0].op != "nth_derivative":
        return undecided("a derivative of any order is judged as one side of an equation")
    (other,) = (side for side in sides if side is not general[0])
    order = general[0].args[2]
    least = order.data.domain.lower
    if not order.data.domain.integer or least is None or least < 0:
        return undecided(f"the order is no natural number: declare {plain(order)}: integer >= 1")
    if any(order in free_symbols(condition) for condition in claim.conditions):
        return undecided("a condition on the order: declare its first value instead")
    return _judged(claim, general[0], other, max(0, ceil(least)), judge)


def _holds_order(side: Term) -> bool:
    return any(node.op == "nth_derivative" for node in postorder(side))


def _judged(claim: Claim, general: Term, other: Term, first: int, judge: Judge) -> Verdict:
    body, variable, order = general.args

    def at(value: int) -> Claim:
        variables = (variable,) * value
        left = substitute(body, {order: number(value)})
        if variables:
            left = make("derivative", left, *variables, data="d")
        return replace(claim, left=left, right=substitute(other, {order: number(value)}))

    for value in range(first, first + ORDERS_TRIED):
        verdict = judge(at(value))
        if verdict.kind == "refuted" and verdict.counterexample is not None:
            shown = verdict.counterexample
            point = {plain(order): str(value), **shown.at}
            return replace(verdict, counterexample=replace(shown, at=point), code="")
        if value == first and verdict.kind != "proved":
            return undecided(f"at {plain(order)} = {first}: {verdict.message}")
    if order in free_symbols(body):
        return undecided("what is differentiated changes with the order")
    if any(order in free_symbols(need) for need in _needs(other, order)):
        return undecided("where the claimed derivative is defined may change with the order")
    next_ = substitute(other, {order: order + 1})
    step = replace(claim, left=make("derivative", other, variable, data="d"), right=next_)
    verdict = judge(step)
    if verdict.kind != "proved":
        return undecided(f"the step to the next order: {verdict.message}")
    name = plain(order)
    message = (
        f"by induction: it holds at {name} = {first}, and its derivative is that at {name} + 1"
    )
    return proved(METHOD, message, variable=name, first=first, step=verdict.method)


def _needs(term: Term, order: Term) -> Iterator[Term]:
    """What must hold for a term to be defined and does not always hold; of a power of the order
    only what its base needs."""
    nodes = list(postorder(term))
    for node in nodes:
        for need in demands(node):
            if need.op == "relation" and need.data == ("!=",) and need.args[0].op == "pow":
                base, exponent = need.args[0].args
                if order in free_symbols(exponent) and need.args[1] == number(0):
                    need = make("relation", base, number(0), data=("!=",))
            if not holds_in(Cell(term, term), need):
                yield need
