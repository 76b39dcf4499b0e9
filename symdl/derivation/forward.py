"""Differentiation: one algorithm over the DAG, one named rule at a time.

The answer is made of the steps: each step replaces one pending derivative `d/dx u` by what
its rule says, the result is the last line tidied up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from symdl.derivation.cases import meetings, settled
from symdl.derivation.context import Context, Local
from symdl.derivation.deltas import collapse
from symdl.derivation.flat import Flat, flat_parts, steep_rule
from symdl.derivation.kinks import Kink, closed, find_kinks
from symdl.derivation.products import refilled
from symdl.derivation.real_line import RealLine, pairs_of
from symdl.derivation.record import record
from symdl.derivation.rules import local_rule
from symdl.derivation.tidy import tidy
from symdl.document.errors import DeriveError
from symdl.expression.numerals import ONE
from symdl.expression.printer import plain
from symdl.expression.term import Term, postorder
from symdl.expression.vocabulary import NAMES


@dataclass(frozen=True)
class Step:
    """`before` became `after` by `rule`; `note` is a remark for the reader, or empty."""

    rule: str
    before: Term
    after: Term
    note: str = ""


@dataclass(frozen=True)
class Derivation:
    """The derivative of `function` in `variable`: the result, how it came about, and where
    the function may have no derivative."""

    function: Term
    variable: Term
    result: Term
    steps: tuple[Step, ...]
    kinks: tuple[Kink, ...]


def differentiate(term: Term, variable: Term) -> Derivation:
    """The derivative of a scalar `term` in `variable`, a scalar symbol or an entry `x_i`.

    Raises DeriveError where a rule is missing (an omission `...`, an expectation, an array
    whose size is not known) and when `variable` is no variable.

    >>> from symdl.expression.term import symbol
    >>> x = symbol("x")
    >>> differentiate(x**2 + 3 * x, x).result
    add(mul(2, x), 3)
    """
    derivation = _derived(term, variable)
    record(term, variable, derivation.result)
    return derivation


@lru_cache(maxsize=256)
def _derived(term: Term, variable: Term) -> Derivation:
    """The derivative; a claim is looked at from several sides, each asks for it."""
    check_variable(variable)
    check_complete(term)
    context = Context(variable)
    flat = flat_parts(term, context)
    rules = _apply_rules(term, flat, context)
    original = frozenset(postorder(term))
    raw = _assemble(term, context, rules, original)
    result = tidy(raw, original)
    steps = [Step(r.name, context.pending(node), r.after, r.note) for node, r in rules.items()]
    if not rules:
        rule = "derivative of the variable" if raw is ONE else "constant rule"
        steps.append(Step(rule, context.pending(term), raw))
    if result is not raw:
        steps.append(Step("simplify", raw, result))
    closable = raw
    collapsed = collapse(result, variable)
    if collapsed is not result:
        picked = tidy(collapsed, original)
        steps.append(Step("Kronecker delta", result, picked, "one summand is left"))
        result = closable = picked
    kinks, mended = find_kinks(term, closable, result, flat, context)
    if mended is not result:
        rule = "interval by interval" if kinks else "one-sided derivatives agree"
        steps.append(Step(rule, result, mended))
    return Derivation(term, variable, mended, tuple(steps), kinks)


def check_variable(variable: Term) -> None:
    """DeriveError unless one can differentiate in `variable`."""
    if variable.op not in NAMES:
        raise DeriveError(f"{plain(variable)} is no variable to differentiate in")
    if variable.op == "symbol" and variable.shape not in ((), None):
        raise DeriveError(
            f"{plain(variable)} is an array: its gradient has one entry for each of its entries",
            hint="take an entry, with an index for each axis, where the formula is in entries",
        )


def check_complete(term: Term) -> None:
    """DeriveError if part of the term was left out by its author."""
    if any(node.op == "dots" for node in postorder(term)):
        raise DeriveError("an omission (...) cannot be differentiated: write the term out")


@dataclass
class _Applied:
    """A rule that was applied: its name, what it gave, a remark, what it asked for."""

    name: str
    after: Term
    note: str
    requests: list[Term]


def _apply_rules(root: Term, flat: Flat, context: Context) -> dict[Term, _Applied]:
    """The rule of every sub-term that depends on the variable, in writing order."""
    rules: dict[Term, _Applied] = {}
    context.d(root)
    stack = list(context.requested)
    while stack:
        node = stack.pop()
        if node not in rules:
            context.requested = []
            name, after, note = _rule(node, flat, context)
            rules[node] = _Applied(name, after, note, list(context.requested))
            stack.extend(reversed(context.requested))
    return rules


def _rule(node: Term, flat: Flat, context: Context) -> Local:
    """The rule of a sub-term, with a value at the kinks that are none of the function."""
    local = local_rule(node, context)
    if node not in flat:
        return local
    found = flat.chains.get(node)
    if found is not None and found.steep:
        return steep_rule(found, local, context)
    name, after, note = local
    return name, closed(after, frozenset((node,))), note


def _assemble(
    root: Term, context: Context, rules: Mapping[Term, _Applied], original: frozenset[Term]
) -> Term:
    """The last line: every pending derivative replaced by what the steps say it is."""
    if root not in rules:
        return context.d(root)
    value: dict[Term, Term] = {}
    stack = [root]
    filled: dict[Term, Term] = {}
    while stack:
        node = stack[-1]
        if node in value:
            stack.pop()
        elif missing := [u for u in rules[node].requests if u not in value]:
            stack.extend(missing)
        else:
            if node.op == "piecewise":
                rules[node].after = _by_cases(node, context, value)
            value[node] = _fill(rules[node].after, filled, original)
            filled[context.pending(node)] = value[node]
            filled[value[node]] = value[node]
            stack.pop()
    return value[root]


def _by_cases(node: Term, context: Context, value: Mapping[Term, Term]) -> Term:
    """The derivative of a piecewise, once that of each case is known."""
    shown = {v: context.d(v) for v, _ in pairs_of(node)}
    derivative = {v: value.get(v, pending) for v, pending in shown.items()}
    line = RealLine(context.variable)
    rough = [m for m in meetings(node, derivative, line) if not m.smooth]
    context.rough[node] = [(m.left, m.right) for m in rough]
    return settled(node, shown, rough, line)


def _fill(root: Term, filled: dict[Term, Term], original: frozenset[Term]) -> Term:
    stack = [root]
    while stack:
        node = stack[-1]
        if node in filled:
            stack.pop()
        elif node in original:
            filled[node] = node
        elif missing := [a for a in node.args if a not in filled]:
            stack.extend(missing)
        else:
            filled[node] = refilled(node, tuple(filled[a] for a in node.args))
    return filled[root]
