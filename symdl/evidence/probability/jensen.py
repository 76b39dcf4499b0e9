r"""Jensen's inequality: the mean of a convex function of a random variable is at least the value
of the function at the mean (Cover and Thomas, Elements of Information Theory, theorem 2.6.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symdl.derivation.differentiate import differentiate
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.probability.expectations import Moments
from symdl.evidence.probability.random_variables import Variables, is_operator
from symdl.expression.numerals import value_of
from symdl.expression.operators import TABLE
from symdl.expression.scope import EMPTY
from symdl.expression.term import Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as replace_terms


def convexities(
    sides: Iterable[Term], variables: Variables, moments: Moments, judge: Judge
) -> Iterator[Term]:
    """What Jensen's inequality says of each function of one random variable whose mean is taken."""
    bodies = {
        n.args[0]: None
        for side in sides
        for n in postorder(side)
        if n.op == "opaque" and n.data == "expectation" and len(n.args) == 1
    }
    for body in bodies:
        names = free_symbols(body) & variables.random
        if len(names) != 1 or any(is_operator(n) for n in postorder(body)):
            continue
        (name,) = names
        if not on_an_interval(body, name):
            continue
        slope = _curvature(body, name)
        mean = moments.written(make("opaque", body, data="expectation"))
        inside = moments.written(make("opaque", name, data="expectation"))
        at_mean = replace_terms(body, {name: inside})
        for relation in (">=", "<="):
            turning = Claim("bound", relation, slope, number(0), EMPTY)
            if judge(turning).kind == "proved":
                yield make("relation", mean, at_mean, data=(relation,))
                break


def _curvature(body: Term, name: Term) -> Term:
    """The second derivative, for every number between values of the variable: the mean of one of
    integers is none, and a mean of two others may be a point left out."""
    domain = replace(name.data.domain, integer=False, excluded=())
    between = make("symbol", data=replace(name.data, domain=domain))
    body = replace_terms(body, {name: between})
    return differentiate(differentiate(body, between).result, between).result


def on_an_interval(body: Term, name: Term) -> bool:
    """Whether a function is certainly smooth, and defined on an interval."""
    return all(
        name not in free_symbols(node) or node is name or _is_smooth(node, name)
        for node in postorder(body)
    )


def _is_smooth(node: Term, name: Term) -> bool:
    """Whether an operation is smooth, by its row of the table, wherever the function is defined."""
    row = TABLE.get(node.op)
    if row is None:
        return False
    of_name, positive = node.args[0] is name, name.data.domain.positive
    if node.op == "div":
        return name not in free_symbols(node.args[1]) or (positive and node.args[1] is name)
    if node.op == "pow":
        power = value_of(node.args[1])
        natural = power is not None and power.denominator == 1 and power > 0
        return natural or (positive and of_name and power is not None)
    return row.is_smooth or (of_name and row.arity == 1 and row.is_on_intervals)
