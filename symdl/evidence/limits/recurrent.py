r"""Limits of sequences given by affine recurrences: `x_{t+1} = a x_t + b`.

Its terms are x_t = c + a^{t-s} (x_s - c) with the fixed point c = b / (1 - a), where a is not 1
(Elaydi, An Introduction to Difference Equations, 1.2): the claim is one about these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from symdl.derivation.differentiate import differentiate
from symdl.derivation.recurrences import first_given, step_of
from symdl.derivation.tidy import tidy
from symdl.evidence.algebra.normal_form import NotDecided, prove_equal
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.evidence.conditions.stated import with_hypotheses
from symdl.evidence.inequalities.order import settle
from symdl.evidence.inequalities.question import question
from symdl.evidence.kinds import classify
from symdl.evidence.work import allowance
from symdl.expression.domain import Domain
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as replace_terms

STATE = symbol("state")
COUNT = Domain(Fraction(0), integer=True)

Rule = tuple[Term, Term]
"""a and b."""


def with_closed_form(claim: Claim) -> Claim:
    """The claim about a limit of a sequence as one about its fixed point, where the sequence
    certainly comes near to it, or else about its terms, written out."""
    if claim.kind != "limit" or claim.right is None or not claim.scope.recurrences:
        return claim
    found = _variable(claim)
    if found is None:
        return claim
    table = {}
    for node in {n for side in (claim.left, claim.right) for n in postorder(side)}:
        if _is_term(node, found, claim.scope):
            rule = _rule(node.args[0], found, claim.scope)
            if rule is None:
                return claim
            table[node] = rule
    return _settled(claim, found, table) or _written(claim, found, table)


def _settled(claim: Claim, variable: Term, rules: Mapping[Term, Rule]) -> Claim | None:
    """The claim about the fixed point alone: `\\lim x_t = c` where certainly |a| < 1."""
    assert claim.right is not None
    left, right = claim.left, claim.right
    node = left.args[2] if left.op == "limit" else left
    arrow = claim.relation == "->"
    if (
        node not in rules
        or len(rules) > 1
        or arrow != (left is node)
        or variable in free_symbols(right)
    ):
        return None
    factor, start = rules[node]
    conditions = tuple(c for c in claim.conditions if c.data != ("->",))
    said = tuple(c for c in with_hypotheses(claim).conditions if c.data != ("->",))
    with allowance():
        for relation, end in (("<", number(1)), (">", number(-1))):
            if settle(question(factor, relation, end, said)).kind != "proved":
                return None
    fixed = start / (number(1) - factor)
    kind = classify(fixed, "=", right, claim.scope, defining="nothing")
    return replace(claim, kind=kind, left=fixed, relation="=", conditions=conditions)


def _written(claim: Claim, variable: Term, rules: Mapping[Term, Rule]) -> Claim:
    assert claim.right is not None
    table = {node: _term(node, rule, claim.scope) for node, rule in rules.items()}
    counted = {variable: make("symbol", data=replace(variable.data, domain=COUNT))}

    def written(term: Term) -> Term:
        return replace_terms(replace_terms(term, table), counted) if table else term

    return claim.mapped(written)


def _term(node: Term, rule: Rule, scope: Scope) -> Term:
    """c + a^{t-s} (x_s - c)."""
    base, place = node.args
    factor, start = rule
    fixed = start / (number(1) - factor)
    first = first_given(scope, base) or 0
    value = scope.values.get(make("entry", base, number(first)))
    value = symbol(f"{base.data.name}_{first}") if value is None else value
    return fixed + factor ** (place - number(first) if first else place) * (value - fixed)


def _variable(claim: Claim) -> Term | None:
    r"""What goes to infinity: in `\lim_{t \to \infty}`, or in `as t \to \infty`."""
    for side in claim.terms:
        for node in postorder(side):
            if node.op == "limit" and infinite_sign(node.args[1]) > 0:
                return node.args[0]
            arrow = node.op == "relation" and node.data == ("->",)
            if arrow and node.args[0].op == "symbol" and infinite_sign(node.args[1]) > 0:
                return node.args[0]
    return None


def _is_term(node: Term, variable: Term, scope: Scope) -> bool:
    """Whether a node is `x_t`, `x_{t+1}`: a term that goes on as the variable grows."""
    if node.op != "entry" or len(node.args) != 2 or node.args[0].op != "symbol":
        return False
    place = step_of(node.args[1])
    grows = place is not None and place[0] is variable
    return grows and node.args[0].data.name in scope.recurrences


def _rule(base: Term, variable: Term, scope: Scope) -> Rule | None:
    """The a and b of a recurrence, where they stay the same at all steps."""
    definition = scope.recurrences[base.data.name]
    (step,) = definition.parameters
    before = make("entry", base, step - number(1))
    body = replace_terms(definition.body, {before: STATE})
    others = (n for n in postorder(body) if n.op in ("entry", "call"))
    if STATE not in free_symbols(body) or step in free_symbols(body) or any(others):
        return None
    factor = differentiate(body, STATE).result
    start = tidy(replace_terms(body, {STATE: number(0)}))
    if not free_symbols(factor).isdisjoint((STATE, variable)) or variable in free_symbols(start):
        return None
    try:
        return None if prove_equal(body, factor * STATE + start) is None else (factor, start)
    except NotDecided:
        return None
