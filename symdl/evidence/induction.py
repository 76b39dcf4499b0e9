"""Proofs for every n: sums and products up to n, and terms of a recurrence, by induction.

`\\sum_{i=1}^n a_i = R(n)` holds for all n if it holds at the first n and the right side grows
by the last term of the left. A recurrence `m_t = F(m_{t-1})` has the terms R(t) if the first
is given so and `F(R(t - 1)) = R(t)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from symdl.derivation.expand import expand
from symdl.derivation.recurrences import settled_index, step_of
from symdl.document.errors import DeriveError
from symdl.evidence.claim import Claim
from symdl.evidence.equality import judge_equality
from symdl.evidence.verdict import Verdict, proved
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.scope import substitute
from symdl.expression.term import BINDERS, Term, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as replace_terms

METHOD = "induction"
MOST_SUMS = 4


def judge_by_induction(claim: Claim) -> Verdict | None:
    """A proof of a scalar equation for every value of a size or step; None if there is none."""
    if claim.relation not in ("=", "equiv") or claim.right is None or claim.conditions:
        return None
    if claim.left.shape != () or claim.right.shape != ():
        return None
    try:
        found = _recurrence(claim, claim.left, claim.right)
        return _sums(claim) if found is None else found
    except DeriveError:
        return None


def _told(name: str, first: int, where: tuple[str, ...]) -> Verdict:
    message = f"by induction: it holds at {name} = {first}, and from {name} to {name} + 1"
    if where:
        message += f", where at every step both sides are defined ({', '.join(where[:4])})"
    return proved(METHOD, message, variable=name, first=first, defined_where=list(where))


def _where_equal(left: Term, right: Term) -> tuple[str, ...] | None:
    """Where two terms are equal: conditions in words, None if that is not proved."""
    verdict = judge_equality(left, right)
    if verdict.kind != "proved":
        return None
    return tuple(verdict.evidence.get("defined_where", ()))


# --- sums and products ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum or product up to n, the name it goes by, and what it becomes at n + 1."""

    node: Term
    name: Term
    next: Term


def _sums(claim: Claim) -> Verdict | None:
    assert claim.right is not None
    left, right = expand(claim.left, claim.scope), expand(claim.right, claim.scope)
    top = _upper_limit(left, right)
    if top is None or top.data.domain.lower is None or not top.data.domain.integer:
        return None
    first = int(-(-top.data.domain.lower // 1))
    found = list(_named(left, right, top, first))
    if not found or len(found) > MOST_SUMS:
        return None
    names = {one.node: one.name for one in found}
    here = [replace_terms(side, names) for side in (left, right)]
    grown = {top: top + 1, **{one.name: one.next for one in found}}
    there = [replace_terms(side, grown) for side in here]
    where = _step(here, there, top)
    if where is None or not _at(left, right, top, first, claim):
        return None
    return _told(plain(top), first, where)


def _step(here: list[Term], there: list[Term], top: Term) -> tuple[str, ...] | None:
    for a, b in ((0, 1), (1, 0)):
        if here[a].op == "symbol" and here[a] not in free_symbols(here[b]) | {top}:
            return _where_equal(replace_terms(there[a], {here[a]: here[b]}), there[b])
    return _where_equal(there[0] - here[0], there[1] - here[1])


def _at(left: Term, right: Term, top: Term, first: int, claim: Claim) -> bool:
    table = {top: number(first)}
    a, b = (expand(replace_terms(side, table), claim.scope) for side in (left, right))
    return _where_equal(a, b) is not None


def _upper_limit(left: Term, right: Term) -> Term | None:
    """The symbol n if every sum and product goes up to n or to n plus a number."""
    tops = {
        (step_of(node.args[2]) or (None, 0))[0]
        for side in (left, right)
        for node in postorder(side)
        if node.op in ("sum", "product") and node.data == "range"
    }
    return next(iter(tops)) if len(tops) == 1 else None


def _named(left: Term, right: Term, top: Term, first: int) -> Iterator[_Sum]:
    """Every sum and product with a name; nothing if one is not of the plain form."""
    found: list[_Sum] = []
    for node in dict.fromkeys((*postorder(left), *postorder(right))):
        if node.op not in BINDERS:
            continue
        if node.op not in ("sum", "product") or node.data != "range":
            return
        index, lower, upper, body = node.args
        inner = any(n.op in BINDERS for n in postorder(body))
        reach = first + (step_of(upper) or (top, 0))[1]
        if lower.op != "number" or lower.data.value > reach + 1 or inner:
            return
        if top in free_symbols(body):
            return
        name = symbol(f"S_{len(found) + 1}")
        last = substitute(body, {index: settled_index(upper + 1)})
        join = "add" if node.op == "sum" else "mul"
        found.append(_Sum(node, name, make(join, name, last)))
    yield from found


# --- recurrences --------------------------------------------------------------------------------


def _recurrence(claim: Claim, term: Term, value: Term) -> Verdict | None:
    if value.op == "entry" and term.op != "entry":
        term, value = value, term
    if term.op != "entry" or len(term.args) != 2 or term.args[1].op != "symbol":
        return None
    base, step = term.args
    definition = claim.scope.recurrences.get(base.data.name if base.op == "symbol" else "")
    given = [
        (int(key.args[1].data.value), found)
        for key, found in claim.scope.values.items()
        if key.op == "entry" and key.args[0] is base and key.args[1].op == "number"
    ]
    if definition is None or not given or _states(value, claim):
        return None
    first, start = min(given, key=lambda pair: pair[0])
    now = make("symbol", data=replace(step.data, domain=_after(first)))
    known = replace_terms(value, {step: now})
    before = make("entry", base, make("add", now, make("neg", number(1))))
    body = replace_terms(definition.body, {definition.parameters[0]: now})
    if before not in postorder(body):
        return None
    earlier = substitute(known, {now: make("add", now, make("neg", number(1)))})
    unrolled = replace_terms(body, {before: earlier})
    if _states(unrolled, claim):
        return None
    scope = claim.scope
    where = _where_equal(expand(unrolled, scope), expand(known, scope))
    at_first = expand(substitute(value, {step: number(first)}), scope)
    if where is None or _where_equal(at_first, expand(start, scope)) is None:
        return None
    return _told(plain(step), first, where)


def _after(first: int) -> Domain:
    return Domain(lower=Fraction(first + 1), integer=True)


def _states(term: Term, claim: Claim) -> bool:
    """Whether a term holds an entry of a recurrence."""
    return any(
        n.op == "entry"
        and n.args[0].op == "symbol"
        and n.args[0].data.name in claim.scope.recurrences
        for n in postorder(term)
    )
