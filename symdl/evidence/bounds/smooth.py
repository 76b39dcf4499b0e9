"""Where a claim about a derivative speaks: where the function is defined and has no kink."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symdl.derivation.differentiate import differentiate
from symdl.derivation.expand import expand
from symdl.derivation.facts import Facts
from symdl.document.errors import DeriveError
from symdl.evidence.algebra.demands import demands
from symdl.evidence.balls import truth
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import domain_under
from symdl.expression.domain import REAL
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, number, operations, postorder, symbol
from symdl.expression.term import replace as replace_terms


def smooth_conditions(claim: Claim) -> list[Term]:
    """Where a function has no value or no derivative, a claim about its derivative says nothing.

    Raises DeriveError if it is taken just there.
    """
    sides = claim.sides
    return [condition for side in sides for condition in smooth_where(side, claim)]


def smooth_where(side: Term, claim: Claim) -> Iterator[Term]:
    """Where the derivatives in one side of a claim exist."""
    if operations(side).isdisjoint(("derivative", "call")):
        return
    nodes = list(postorder(side))
    points = {n: (at.args[1:]) for at in nodes if at.op == "at" for n in postorder(at)}
    for node in nodes:
        for body, variable, value in _derivatives(node, claim):
            for condition, certain in _conditions(body, variable):
                moved = {variable: value}
                if node in points:
                    at_variable, at_value = points[node]
                    there = {at_variable: expand(at_value, claim.scope)}
                    moved = {variable: replace_terms(value, there), **there}
                here = replace_terms(condition, moved)
                if truth(here, {}) is False:
                    none = "there is no derivative" if certain else "no derivative is known"
                    raise DeriveError(f"{none} at {plain(moved[variable])}")
                yield here


def words(condition: Term) -> str:
    """A condition for people."""
    if condition.op == "relation" and condition.args[0].op == "abs":
        return f"{plain(condition.args[0].args[0])} is defined"
    return plain(condition)


def _conditions(body: Term, variable: Term) -> Iterator[tuple[Term, bool]]:
    """Under which conditions there is a derivative, and whether there is none wherever not."""
    for kink in differentiate(body, variable).kinks:
        yield _negated(kink.condition), kink.certain and kink.unless is None
    facts = Facts()
    if facts.total(body):
        return
    left = False
    for condition in _demanded(body):
        if facts.certain(condition) or truth(condition, {}) is True:
            continue
        narrow = variable.op == "symbol" and domain_under(variable, (condition,))
        if narrow and narrow != variable.data.domain:
            yield condition, True
        else:
            left = True
    if left or any(node.op == "piecewise" for node in postorder(body)):
        # what is defined has a size that is not negative; what is not has none
        yield make("relation", make("abs", body), number(0), data=(">=",)), True


def _demanded(body: Term) -> Iterator[Term]:
    """What the rows demand, outside the branches of cases."""
    waiting, seen = [body], {body}
    while waiting:
        node = waiting.pop()
        yield from demands(node)
        for a in () if node.op == "piecewise" else node.args:
            if a not in seen:
                seen.add(a)
                waiting.append(a)


def _derivatives(node: Term, claim: Claim) -> list[tuple[Term, Term, Term]]:
    """The function, the variable and its value for each derivative that a node takes (the inner
    ones too)."""
    if node.op == "derivative":
        variables = node.args[1:]
        values = variables
        body = expand(node.args[0], claim.scope)
    elif node.op == "call" and node.data.primes and len(node.args) == 1 and not node.shape:
        (given,) = node.args
        place = symbol("#place", domain=given.data.domain if given.op == "symbol" else REAL)
        variables = (place,) * node.data.primes
        values = (expand(node.args[0], claim.scope),) * node.data.primes
        body = expand(make("call", place, data=replace(node.data, primes=0)), claim.scope)
    else:
        return []
    found = []
    for variable, value in zip(variables, values, strict=True):
        if variable.op not in ("symbol", "entry") or variable.shape or body.shape:
            break
        found.append((body, variable, value))
        body = differentiate(body, variable).result
    return found


def _negated(condition: Term) -> Term:
    if condition.op == "relation" and condition.data == ("=",):
        return make("relation", *condition.args, data=("!=",))
    return make("not", condition)
