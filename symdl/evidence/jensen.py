r"""Jensen's inequality: the mean of a convex function of a random variable is at least the value
of the function at the mean (Cover and Thomas, Elements of Information Theory, theorem 2.6.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from symdl.derivation.differentiate import differentiate
from symdl.evidence.claim import Claim
from symdl.evidence.expectations import Moments, Variables, is_operator
from symdl.evidence.verdict import Verdict
from symdl.expression.numerals import value_of
from symdl.expression.scope import EMPTY
from symdl.expression.term import Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as replace_terms

EVERYWHERE = frozenset({"add", "mul", "neg", "exp", "sinh", "cosh", "tanh", "sigmoid", "symbol"})
EVERYWHERE |= {"number", "constant"}
"""What is smooth on the whole line, if its arguments are."""
OF_POSITIVE = frozenset({"log", "sqrt"})
"""What is smooth where its argument is positive: an interval, if the argument is the variable."""

Judge = Callable[[Claim], Verdict]


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
    for node in postorder(body):
        if name not in free_symbols(node) or node.op in EVERYWHERE:
            continue
        positive = node.args[0] is name
        if node.op in OF_POSITIVE and positive:
            continue
        power = value_of(node.args[1]) if node.op == "pow" else None
        if power is not None and power.denominator == 1 and power > 0:
            continue
        if node.op == "div" and name not in free_symbols(node.args[1]):
            continue
        above = name.data.domain.positive
        if above and positive and power is not None:
            continue
        if above and node.op == "div" and node.args[1] is name:
            continue
        return False
    return True
