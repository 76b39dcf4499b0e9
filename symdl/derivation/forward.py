"""Differentiation: one algorithm over the DAG, one named rule at a time.

The answer is made of the steps: each step replaces one pending derivative `d/dx u` by what
its rule says, the result is the last line tidied up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symdl.derivation.kinks import Kink, find_kinks
from symdl.derivation.numbers import ONE
from symdl.derivation.rules import Context, local_rule
from symdl.derivation.tidy import tidy
from symdl.document.errors import DeriveError
from symdl.expression.term import Term, make, postorder, rebuild


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
    check_variable(variable)
    context = Context(variable)
    steps, requests, after = _apply_rules(term, context)
    original = frozenset(postorder(term))
    raw = _assemble(term, context, requests, after, original)
    result = tidy(raw, original)
    if result is not raw:
        steps.append(Step("simplify", raw, result))
    kinks = find_kinks(term, variable, result, context)
    return Derivation(term, variable, result, tuple(steps), kinks)


def check_variable(variable: Term) -> None:
    """DeriveError unless one can differentiate in `variable`."""
    if variable.op not in ("symbol", "entry", "label", "prime"):
        raise DeriveError(f"{variable!r} is no variable to differentiate in")
    if variable.op == "symbol" and variable.shape not in ((), None):
        raise DeriveError(
            f"{variable!r} is an array: its gradient has one entry for each of its entries"
        )


def _apply_rules(
    root: Term, context: Context
) -> tuple[list[Step], dict[Term, list[Term]], dict[Term, Term]]:
    """Steps in writing order (outside first), what each rule asked for, what it gave."""
    steps: list[Step] = []
    requests: dict[Term, list[Term]] = {}
    after: dict[Term, Term] = {}
    start = context.d(root)
    if not context.requested:
        rule = "derivative of the variable" if start is ONE else "constant rule"
        return [Step(rule, make("derivative", root, context.variable, data="d"), start)], {}, {}
    stack = [root]
    while stack:
        node = stack.pop()
        if node in after:
            continue
        context.requested = []
        rule, after[node], note = local_rule(node, context)
        before = make("derivative", node, context.variable, data="d")
        steps.append(Step(rule, before, after[node], note))
        requests[node] = list(context.requested)
        stack.extend(reversed(requests[node]))
    return steps, requests, after


def _assemble(
    root: Term,
    context: Context,
    requests: Mapping[Term, list[Term]],
    after: Mapping[Term, Term],
    original: frozenset[Term],
) -> Term:
    """The last line: every pending derivative replaced by what the steps say it is."""
    if root not in after:
        return context.d(root)
    value: dict[Term, Term] = {}
    stack = [root]
    filled: dict[Term, Term] = {}
    while stack:
        node = stack[-1]
        if node in value:
            stack.pop()
        elif missing := [u for u in requests[node] if u not in value]:
            stack.extend(missing)
        else:
            value[node] = _fill(after[node], filled, original)
            pending = make("derivative", node, context.variable, data="d")
            filled[pending] = value[node]
            filled[value[node]] = value[node]
            stack.pop()
    return value[root]


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
            filled[node] = rebuild(node, tuple(filled[a] for a in node.args))
    return filled[root]
