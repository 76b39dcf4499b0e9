r"""Sums over the values of random variables, at distributions on two values each.

`P(A \mid B) = P(B \mid A) / \sum_b P(B = b \mid A)`, `I(X; Y) = \sum_x \sum_y p(x, y) \log \dots`:
what is said of all distributions must hold for the one that is written down here. It only refutes.
An integral over all values is that sum for a density which is constant on unit
intervals; `E_x` may be an expectation or, where p stands in it, the sum that authors mean by it,
and what holds in one reading is not refuted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Counterexample, Verdict
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import Call, Symbol, Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as put
from symdl.notes.distributions.model import (
    MEASURES,
    VALUE,
    Model,
    NoDistribution,
    events_of,
    is_chance,
    is_expectation,
    measure_of,
    variable_of,
    variables_of,
)
from symdl.notes.distributions.quantities import base_of, with_quantities

MOST = 3
"""Random variables of a claim."""


def unless_at_a_distribution(claim: Claim, verdict: Verdict, words: str, judge: Judge) -> Verdict:
    """The verdict on an equation that is left open or defines something, or its refutation at one
    distribution, if it is about probabilities, entropies and their sums.

    words: those around it, which may make it one about special distributions. What holds of
    independent variables may be meant of them, and is not refuted.
    """
    if verdict.kind not in ("undecided", "definition") or _SPECIAL.search(words):
        return verdict
    wrong = _at_distributions(claim, judge)
    return verdict if wrong is None else wrong


def _at_distributions(claim: Claim, judge: Judge) -> Verdict | None:
    if claim.right is None or claim.relation not in ("=", ":=", "equiv") or claim.conditions:
        return None
    nodes = [n for side in (claim.left, claim.right) for n in postorder(side)]
    chances = [n for n in nodes if is_chance(n)]
    if not chances or not _is_summed(nodes):
        return None
    named = not is_chance(claim.left)
    if not free_symbols(claim.right) and not any(map(is_chance, postorder(claim.right))):
        return None  # the numbers of an example
    if any(map(_names_alike, chances)):
        return None  # x_1 and x_2 are variables of their own, and no two values of one
    if any(_is_known(n, claim) for n in chances) or (len(_measures(claim)) > 1 and not named):
        return None
    try:
        models = [Model(variables_of(nodes), sums) for sums in (True, False)]
        models += [] if named else [replace(model, apart=True) for model in models]
        told = [_at(claim, model, judge) for model in models]
    except NoDistribution:
        return None
    return None if None in told else told[1]


_SPECIAL = re.compile(r"independen|uniform|equally|same prior|flat prior|i\.?i\.?d", re.IGNORECASE)


def _names_alike(node: Term) -> bool:
    """Whether a probability is one of several names that stand for one variable here."""
    try:
        events, given = events_of(node)
    except NoDistribution:
        return False
    names = {value: name for name, value in (*events, *given)}
    return len(names) > len(set(names.values()))


def _is_known(node: Term, claim: Claim) -> bool:
    """Whether a document says itself what its p is."""
    name = str(node.data.function.name) if node.op == "call" else ""
    return name in claim.scope.functions or claim.scope.declares(name)


def _is_summed(nodes: Iterable[Term]) -> bool:
    """Whether there is a sum over values, an expectation or an entropy."""
    return any(n.op in ("sum", "integral") or is_expectation(n) for n in nodes)


def _at(claim: Claim, model: Model, judge: Judge) -> Verdict | None:
    """The first refutation for values of what is free."""
    if not 1 <= len(model.variables) <= MOST:
        return None
    assert claim.right is not None
    base = base_of(claim)
    free = sorted(_free_values(claim))
    for values in product((0, 1), repeat=len(free)):
        given = dict(zip(free, values, strict=True))
        left = _written(with_quantities(claim.left, model, base), model, given)
        right = _written(with_quantities(claim.right, model, base), model, given)
        if free_symbols(left) | free_symbols(right):
            raise NoDistribution
        asked = replace(claim, kind="number", relation="=", left=left, right=right, latex="")
        told = judge(asked)
        if told.kind == "refuted" and told.counterexample is not None:
            return _told(told, told.counterexample, model, given, _measures(claim))
    return None


def _told(
    told: Verdict, shown: Counterexample, model: Model, given: dict[str, int], measures: set[str]
) -> Verdict:
    at = {}
    for measure in sorted(measures):
        for values in product((0, 1), repeat=len(model.variables)):
            pairs = zip(model.variables, values, strict=True)
            named = ", ".join(f"{name} = {value + 1}" for name, value in pairs)
            each = model.chance(measure, dict(zip(model.variables, values, strict=True)))
            at[f"{measure}({named})"] = str(each)
    at |= {name: str(value + 1) for name, value in given.items()}
    where = ", ".join(f"{name} = {value}" for name, value in at.items())
    message = f"left is {shown.left}, right is {shown.right} if {where}"
    return replace(told, message=message, counterexample=replace(shown, at=at))


def _measures(claim: Claim) -> set[str]:
    nodes = (n for side in (claim.left, claim.right) if side is not None for n in postorder(side))
    return {m for n in nodes if (m := measure_of(n))} or {"p"}


def _free_values(claim: Claim) -> set[str]:
    """The values that no sum runs over."""
    found: set[str] = set()
    for side in (claim.left, claim.right):
        assert side is not None
        bound = {n.args[0] for n in postorder(side) if n.op in ("sum", "integral")}
        bound |= {v for n in postorder(side) if is_expectation(n) for v in _over(n)[0]}
        for node in (n for n in postorder(side) if is_chance(n)):
            for some in events_of(node):
                found |= {plain(value) for _, value in some if value not in bound}
    return found


def _over(node: Term) -> tuple[tuple[Term, ...], str]:
    """The values that an expectation runs over, and their measure if it is written."""
    if len(node.args) != 2:
        raise NoDistribution
    about, measure = node.args[1], ""
    if about.op == "relation" and about.data == ("sim",):
        about, law = about.args
        measure = MEASURES.get(re.split(r"[_^(]", plain(law))[0], "")
        if not measure:
            raise NoDistribution
    values = about.args if about.op == "tuple" else (about,)
    if any(v.op != "symbol" for v in values):
        raise NoDistribution
    return values, measure


def _written(root: Term, model: Model, given: dict[str, int]) -> Term:
    """A side as a number: sums written out, probabilities in their place."""
    for _ in range(2 * MOST):
        nodes = list(postorder(root))
        binder = next((n for n in reversed(nodes) if _binds(n)), None)
        if binder is None:
            break
        root = put(root, {binder: _sum(binder, model)})
    else:
        raise NoDistribution
    table = {n: _number(n, model, given) for n in postorder(root) if is_chance(n)}
    return put(root, table)


def _binds(node: Term) -> bool:
    return node.op in ("sum", "integral") or is_expectation(node)


def _sum(node: Term, model: Model) -> Term:
    """A sum over all values of a variable, written out."""
    if is_expectation(node):
        values, measure = _over(node)
        body = node.args[0]
        alone = model.sums and not measure and any(is_chance(n) for n in postorder(body))
        if not alone:
            body = make("mul", _law(values, measure), body)
    else:
        if node.data != "all" and not _everywhere(node):
            raise NoDistribution
        values, body = node.args[:1], node.args[-1]
    if any(variable_of(v) not in model.variables for v in values):
        raise NoDistribution
    terms = []
    for each in product((0, 1), repeat=len(values)):
        chosen = zip(values, each, strict=True)
        terms.append(substitute(body, {v: symbol(f"{plain(v)}{VALUE}{k}") for v, k in chosen}))
    return make("add", *terms)


def _everywhere(node: Term) -> bool:
    return node.op == "integral" and [plain(a) for a in node.args[1:3]] == ["-∞", "∞"]


def _law(values: tuple[Term, ...], measure: str) -> Term:
    return make("call", *values, data=Call(Symbol(measure or "p", "function")))


def _number(node: Term, model: Model, given: dict[str, int]) -> Term:
    """The probability that a node says."""
    events, condition = ({n: _index(v, given) for n, v in some} for some in events_of(node))
    if events.keys() & condition.keys():
        raise NoDistribution
    measure = measure_of(node)
    found = model.chance(measure, {**events, **condition})
    return number(found / model.chance(measure, condition)) if condition else number(found)


def _index(value: Term, given: dict[str, int]) -> int:
    name = plain(value)
    if name in given:
        return given[name]
    _, mark, place = str(value.data.name).rpartition(VALUE) if value.op == "symbol" else ("",) * 3
    if not mark:
        raise NoDistribution
    return int(place)
