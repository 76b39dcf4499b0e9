"""Proofs for every n: sums and products up to n, and terms of recurrences, by induction.

What a claim says at n + 1 is written in what it speaks of at n: `S_{n+1}` is `S_n` and the next
term, `m_{t+1}` is what the recurrence makes of `m_t`. The claim at n is then a condition under
which the claim at n + 1 is judged like any other. A recurrence that reaches back r steps needs
the claim at r steps, and r first values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from symdl.derivation.expand import expand
from symdl.derivation.recurrences import step_of
from symdl.document.errors import DeriveError, ShapeError
from symdl.evidence.algebra.demands import demands
from symdl.evidence.cells import Cell, holds_in
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import domain_under
from symdl.evidence.equality import judge_equality
from symdl.evidence.inequalities.order import settle
from symdl.evidence.inequalities.question import question
from symdl.evidence.sums.summands import may_have_undefined_terms
from symdl.evidence.sums.unfolded import (
    Run,
    definition_of,
    moved_on,
    offset_of,
    related,
    summed_up,
    unfolded_once,
)
from symdl.evidence.verdict import Verdict, proved
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.relations import ORDERING
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as replace_terms

METHOD = "induction"
MOST_BACK = 3
MOST_DEFINED = 5


def judge_by_induction(claim: Claim) -> Verdict | None:
    """A proof of a scalar relation for every value of a size or step; None if there is none."""
    if claim.relation not in ORDERING | {"=", "equiv"} or claim.right is None:
        return None
    if claim.left.shape != () or claim.right.shape != ():
        return None
    claim = _with_written_sums(claim)
    assert claim.right is not None
    if may_have_undefined_terms(claim.left) or may_have_undefined_terms(claim.right):
        return None
    for step in _steps(claim):
        try:
            verdict = _by_step(claim, step)
        except (DeriveError, ShapeError):
            continue
        if verdict is not None:
            return verdict
    return None


def _with_written_sums(claim: Claim) -> Claim:
    r"""The claim with sequences that are defined without themselves written out, where one is a
    sum or a product: `\bar{\alpha}_t = \prod_{s=1}^t \alpha_s`."""
    assert claim.right is not None
    sides = claim.left, claim.right
    for _ in range(MOST_DEFINED):
        table = {
            node: substitute(own.body, {own.parameters[0]: node.args[1]})
            for node in dict.fromkeys(n for side in sides for n in postorder(side))
            if (own := definition_of(node, claim)) is not None
            and node.args[0] not in free_symbols(own.body)
        }
        if not table:
            break
        sides = replace_terms(sides[0], table), replace_terms(sides[1], table)
    summed = any(n.op in ("sum", "product") for side in sides for n in postorder(side))
    return replace(claim, left=sides[0], right=sides[1]) if summed else claim


def _by_step(claim: Claim, step: Term) -> Verdict | None:
    """Base cases and step in one symbol."""
    first = _first(claim, step)
    if first is None:
        return None
    run = Run(claim, step, first)
    there = _said(run, 1)
    if there is None or not run.names:
        return None
    back = 1 - there.earliest
    if back > MOST_BACK:
        return None
    before = [_said(run, -i) for i in range(back)]
    if any(one is None or one.earliest < 1 - back for one in before):
        return None
    known = tuple(one.relation for one in before if one is not None)
    last = first + back - 1
    if not all(_holds_at(run, first + i) for i in range(back)):
        return None
    conditions = [_from(run, c, last) for c in (*known, *_conditions(run))]
    if any(_may_vanish(_from(run, c, last), run) for c in known):
        return None
    where = _holds(_from(run, there.relation, last), tuple(conditions))
    return None if where is None else _told(plain(step), first, back, where)


def _may_vanish(relation: Term, run: Run) -> bool:
    """Whether a side of the claim may be undefined at some steps and not at others: then it says
    nothing there, and nothing follows from it."""
    # what depends on parameters only is undefined at all steps or at none
    changing = {run.step.data.name, *(name.data.name for name in run.names.values())}
    cell = Cell(relation.args[0], relation.args[1])
    return any(
        not changing.isdisjoint(s.data.name for s in free_symbols(need))
        and not holds_in(cell, need)
        for side in relation.args
        for node in postorder(side)
        for need in demands(node)
    )


def _told(name: str, first: int, back: int, where: tuple[str, ...]) -> Verdict:
    at = f"{name} = {first}" if back == 1 else f"{name} = {first} to {first + back - 1}"
    before = name if back == 1 else f"{name} and the {back - 1} before it"
    message = f"by induction: it holds at {at}, and from {before} to {name} + 1"
    if where:
        message += f", where at every step both sides are defined ({', '.join(where[:4])})"
    return proved(
        METHOD, message, variable=name, first=first, steps=back, defined_where=list(where)
    )


def _holds(relation: Term, conditions: tuple[Term, ...]) -> tuple[str, ...] | None:
    """Where a relation holds under conditions, in words; None if that is not proved."""
    left, right = relation.args
    if relation.data == ("=",):
        verdict = judge_equality(left, right, conditions)
    else:
        verdict = settle(question(left, relation.data[0], right, conditions))
    if verdict.kind != "proved":
        return None
    return tuple(verdict.evidence.get("defined_where", ()))


# --- the symbols in which to go -----------------------------------------------------------------


def _steps(claim: Claim) -> Iterator[Term]:
    """Symbols that may be the n of an induction: ends of sums, steps of recurrences."""
    found: dict[Term, None] = {}
    for side in (claim.left, claim.right):
        assert side is not None
        for node in postorder(side):
            place = None
            if node.op in ("sum", "product") and node.data == "range":
                place = node.args[2]
            elif definition_of(node, claim) is not None:
                place = node.args[1]
            elif node.op == "factorial":
                (place,) = node.args
            elif node.op == "pow" and claim.relation in ORDERING:
                place = node.args[1]
            start = None if place is None else (step_of(place) or (None, 0))[0]
            if start is not None and start not in claim.scope.values:
                found[start] = None
    yield from found


def _first(claim: Claim, step: Term) -> int | None:
    """The first value of the step of which the claim speaks."""
    domain = domain_under(step, claim.conditions)
    if not domain.integer or domain.lower is None or domain.upper is not None or domain.excluded:
        return None
    first = ceil(domain.lower)
    return first + 1 if first == domain.lower and domain.lower_open else first


# --- what a claim says at a step ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    """The claim at a step as a relation of closed terms; earliest: the first state in it, counted
    from the step (at most 0)."""

    relation: Term
    earliest: int


def _said(run: Run, offset: int) -> _Said | None:
    """What the claim says at step + offset, in terms of what there is up to the step."""
    assert run.claim.right is not None
    sides, earliest = [], 0
    for side in (run.claim.left, run.claim.right):
        moved = moved_on(run, side, offset)
        summed = summed_up(run, side, moved, offset)
        unfolded = None if summed is None else unfolded_once(run, summed)
        if unfolded is None:
            return None
        states = {
            n: offset_of(run, n)
            for n in postorder(unfolded)
            if definition_of(n, run.claim) and (step_of(n.args[1]) or (run.step, 0))[0] is not None
        }
        if any(o is None for o in states.values()):
            return None
        earliest = min([earliest, *(o for o in states.values() if o is not None)])
        named = replace_terms(unfolded, {n: run.name(n) for n in states})
        sides.append(expand(named, run.claim.scope))
    return _Said(make("relation", *sides, data=(related(run.claim),)), earliest)


def _conditions(run: Run) -> Iterator[Term]:
    """The conditions that do not speak of the step."""
    for condition in run.claim.conditions:
        if run.step not in free_symbols(condition):
            yield expand(condition, run.claim.scope)


def _from(run: Run, term: Term, least: int) -> Term:
    """The term with the step in the domain in which it is taken."""
    domain = Domain(lower=Fraction(least), integer=True)
    now = make("symbol", data=replace(run.step.data, domain=domain))
    return replace_terms(term, {run.step: now})


def _holds_at(run: Run, value: int) -> bool:
    """Whether the claim is proved at a number."""
    assert run.claim.right is not None
    sides = [
        expand(substitute(side, {run.step: number(value)}), run.claim.scope)
        for side in (run.claim.left, run.claim.right)
    ]
    relation = make("relation", *sides, data=(related(run.claim),))
    return _holds(relation, tuple(_conditions(run))) is not None
