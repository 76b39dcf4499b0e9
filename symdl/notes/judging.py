"""The verdict on a claim of a document: in general first, then for the numbers that are given.

Nothing is refuted on a guess: an equation that may be a condition, and a claim that rests on
what was said elsewhere, are told as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.kinds import is_closed
from symdl.evidence.verdict import Verdict, may_be_meant, undecided
from symdl.expression.defining import freed
from symdl.expression.printer import plain
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.doubts.assumptions import needing_little
from symdl.notes.doubts.beginnings import unless_it_begins
from symdl.notes.doubts.closed_sections import unless_of_another
from symdl.notes.doubts.determined import has_numbers, speaks_of_defined
from symdl.notes.doubts.guesses import is_of_declared, settle
from symdl.notes.doubts.laws_of_arrays import is_law_of_arrays
from symdl.notes.doubts.no_identity import as_no_identity
from symdl.notes.doubts.told import tells_a_slope, tells_a_value
from symdl.notes.one_symbol import Change, in_one_way, numbers_of_steps, of_other_kinds
from symdl.notes.scope.at_a_point import (
    differentiated,
    given_told,
    in_general,
    in_sentence,
    is_meant_there,
    only_there,
    pointed,
    unless_at_a_point,
    unless_of_some,
)
from symdl.notes.scope.conditions import unless_said
from symdl.notes.scope.known import Known, is_literal, reach
from symdl.notes.scope.learning import scope_mapped
from symdl.notes.scope.withdrawal_words import is_existential
from symdl.notes.sentences.premises import ORDER, under_its_own

COUNTERS = frozenset("ijklm")
"""Letters that mostly count: `for all $k$` may speak of whole numbers only."""
HOLDS = frozenset({"proved", "approximate", "rounded", "confirmed"})


@dataclass(frozen=True, slots=True)
class Wording:
    """How its sentence puts a claim. asserted: what leads to it says that it is no condition;
    general: that it holds without any; free: the names for all values of which it is said to
    hold; before: the words of its sentence that lead to it."""

    asserted: bool = False
    general: bool = False
    free: frozenset[str] = frozenset()
    before: str = ""


def verdict_on(claim: Claim, known: Known, judge: Judge, wording: Wording) -> Verdict:
    """The verdict on a claim that stands in a document at a place where this is known. A letter
    is one number in it; what is refuted must fail for the numbers that the claim itself has."""
    if steps := numbers_of_steps(claim):
        claim = replace(claim, scope=_without_values(claim.scope, steps))
        known = replace(known, scope=_without_values(known.scope, steps))
    if others := of_other_kinds(claim):
        left = tuple(h for h in claim.scope.hypotheses if h not in others)
        plainer = replace(
            claim,
            scope=replace(claim.scope, hypotheses=left),
            conditions=tuple(c for c in claim.conditions if c not in others),
        )
        verdict = verdict_on(plainer, known, judge, wording)
        if verdict.kind.startswith("refuted"):
            message = f"{plain(others[0])} has its letter as another kind: {verdict.message}"
            return undecided(message)
        return verdict
    ways = in_one_way(claim)
    if ways is None:
        return _of_one_symbol(claim, known, judge, wording)
    anywhere, as_written = (_changed(claim, known, way) for way in ways)
    verdict = _of_one_symbol(*anywhere, judge, wording)
    if not verdict.kind.startswith("refuted"):
        return verdict
    narrow = _of_one_symbol(*as_written, judge, wording)
    if narrow.kind not in HOLDS:
        return narrow
    return undecided(f"it holds where its letters are usual numbers only: {verdict.message}")


def _without_values(scope: Scope, names: set[Term]) -> Scope:
    return replace(scope, values={k: v for k, v in scope.values.items() if k not in names})


def _changed(claim: Claim, known: Known, way: Change) -> tuple[Claim, Known]:
    scope = scope_mapped(claim.scope, way)
    claim = replace(claim.mapped(way), before=tuple(map(way, claim.before)), scope=scope)
    past = {way(name): value for name, value in known.past.items()}
    return claim, replace(known, scope=scope_mapped(known.scope, way), past=past)


def _of_one_symbol(claim: Claim, known: Known, judge: Judge, wording: Wording) -> Verdict:
    """The verdict on a claim each of whose letters is one symbol."""

    def judged(asked: Claim) -> Verdict:
        firm = wording if asked is claim else replace(wording, asserted=True)
        verdict = _by_case(asked, known, judge, firm)
        return unless_it_begins(asked, verdict, known, judge)

    verdict = as_no_identity(claim, wording.before, wording.free, judged)
    homes = (c for c in claim.conditions if c.op == "relation" and c.data == ("in",))
    told = {str(c.args[0].data.name) for c in homes if _is_any_number(c)}
    return _unless_one_sided(verdict, wording.free | told)


def _is_any_number(home: Term) -> bool:
    """`x \\in \\mathbb{R}`"""
    return home.args[0].op == "symbol" and home.args[1].op == "number_set"


def _unless_one_sided(verdict: Verdict, free: frozenset[str]) -> Verdict:
    """The verdict; no proof of what is said `for every $x$` where a side has no value for some."""
    told = verdict.evidence.get("one_sided")
    if verdict.kind != "proved" or not isinstance(told, dict) or free.isdisjoint(told["at"]):
        return verdict
    return undecided(f"it is said of all {', '.join(sorted(free))}: {verdict.message}")


def _by_case(claim: Claim, known: Known, judge: Judge, wording: Wording) -> Verdict:
    """The verdict under what is known in the case of which a claim speaks. A letter that its
    conditions restrict to more than one number is not the one that has a value (`Let $b = 0$. For
    $b \\ge 0$ ...`): what holds for that value only is not proved."""
    valued = _restricted(claim, known)
    if not valued:
        return _of_its_case(claim, known, judge, wording)
    values = {k: v for k, v in known.scope.values.items() if k not in valued}
    scope = replace(claim.scope, values=values)
    past = {k: v for k, v in known.past.items() if k not in valued}
    of_all = replace(known, scope=replace(known.scope, values=values), past=past)
    verdict = _of_its_case(replace(claim, scope=scope), of_all, judge, wording)
    special = _of_its_case(claim, known, judge, wording)
    if verdict.kind in HOLDS or special.kind not in HOLDS:
        return verdict if verdict.kind in HOLDS else special
    names = ", ".join(sorted(map(plain, valued)))
    return undecided(f"it holds for the values given to {names} only: {verdict.message}")


def _restricted(claim: Claim, known: Known) -> set[Term]:
    """The names with numbers that conditions of a claim put between numbers, unless its sentence
    gives these numbers."""
    bounds = (c for c in claim.conditions if c.op == "relation" and ORDER.issuperset(c.data))
    names = {
        arg
        for bound in bounds
        if all(a.op == "symbol" or is_literal(a) for a in bound.args)
        for arg in bound.args
        if arg.op == "symbol"
    }
    values = {**known.past, **known.scope.values}
    given = {n for n in names if n in values and is_literal(values[n])}
    return {n for n in given if not in_sentence(claim, known, n)}


def _of_its_case(claim: Claim, known: Known, judge: Judge, wording: Wording) -> Verdict:
    """The verdict without what was said of other cases, and of other letters."""
    by_case = under_its_own(known, claim.conditions)
    if by_case is not known:
        known, now = by_case, by_case.scope
        scope = replace(claim.scope, hypotheses=now.hypotheses, values=now.values)
        claim = replace(claim, scope=scope)
    anew = wording.free | _introduced(claim)
    if not anew:
        return _of_its_letters(claim, known, judge, wording)
    claim_of_all = replace(claim, scope=freed(claim.scope, anew))
    past = {k: v for k, v in known.past.items() if k.op != "symbol" or k.data.name not in anew}
    of_all = replace(known, scope=freed(known.scope, anew), past=past)
    verdict = _of_its_letters(claim_of_all, of_all, judge, wording)
    valued = {k.data.name for k in known.scope.values if k.op == "symbol"} & anew
    if not valued or not verdict.kind.startswith("refuted"):
        return verdict
    bound = replace(wording, free=wording.free - valued, before="")
    if _of_its_letters(claim, known, judge, bound).kind not in HOLDS:
        return verdict
    names = ", ".join(sorted(valued))
    return undecided(f"it holds for the values given to {names} only: {verdict.message}")


def _of_its_letters(claim: Claim, known: Known, judge: Judge, wording: Wording) -> Verdict:
    """The verdict where nothing is said of other letters of the same names."""
    general, free, before = wording.general, wording.free, wording.before
    used = reach(claim.sides, known.scope)
    given = pointed(claim, known, used) | _starts(used, known)
    named = in_general(claim, known, given)
    there = not named or (is_meant_there(claim, known, named, before) and not general)
    careful = needing_little(judge, known, before)
    verdict = _under(claim, known, given, careful, named, there, general)
    verdict = unless_of_some(claim, verdict, before)
    verdict = unless_of_another(claim, verdict, known, judge, free)
    verdict = verdict if there and named else unless_at_a_point(claim, verdict, before)
    of_all = _speaks_of_all(claim, known, free) or tells_a_slope(claim, known, before)
    asserted = wording.asserted or tells_a_value(claim, known, before)
    asserted = asserted or is_law_of_arrays(claim, known, before)
    every = asserted and is_of_declared(claim, known) and not is_existential(before)
    settled = settle(claim, known, verdict, judge, (asserted or of_all, general or of_all or every))
    if general:
        return settled
    general_claim = replace(claim, scope=replace(claim.scope, values=known.general.values))

    def restricts(term: Term) -> bool:
        freed = free & {s.data.name for s in free_symbols(term)}
        return not freed and not speaks_of_defined((term,), known)

    return unless_said(general_claim, settled, (known.said, known.path), judge, restricts)


def _speaks_of_all(claim: Claim, known: Known, free: frozenset[str]) -> bool:
    """Whether a claim has only names for all values of which it is said to hold."""
    names = {s.data.name for side in claim.sides for s in free_symbols(side)}
    return bool(names) and names <= free - COUNTERS and not _calls_unknown(claim.sides, known)


def _introduced(claim: Claim) -> frozenset[str]:
    """The letters of which a claim itself says in which set they lie: they are used anew."""
    homes = (c for c in claim.conditions if c.op == "relation" and c.data == ("in",))
    return frozenset(str(c.args[0].data.name) for c in homes if c.args[0].op == "symbol")


def _calls_unknown(sides: Sequence[Term], known: Known) -> bool:
    """Whether a side calls a function of which nothing is said: what is said of all its values is
    a property of it."""
    functions = known.scope.functions
    called = (n.data.function.name for s in sides for n in postorder(s) if n.op == "call")
    return any(str(name) not in functions for name in called)


def _under(
    claim: Claim,
    known: Known,
    given: dict[Term, Term],
    judge: Judge,
    named: frozenset[Term],
    there: bool,
    general: bool,
) -> Verdict:
    """In general, then with the given numbers, then with numbers that may be assumed.

    named: the names of given values of which the claim speaks as of variables; there: whether it
    is said to hold where they have these values; general: whether it is said to hold anywhere.
    """
    sides = claim.sides
    literal = any(is_literal(side) or has_numbers(side, known) for side in sides)
    values = {k: v for k, v in known.general.values.items() if k not in given}
    passing = any(known.is_passing(name) for name in given)
    in_general = replace(claim, scope=replace(claim.scope, values=values))
    if named or passing or not literal or not given:
        verdict = judge(in_general)
        if verdict.kind in HOLDS or not given:
            if verdict.kind in HOLDS or not literal:
                return verdict
            assumed = _assumed(claim, known, judge)
            return verdict if assumed is None else assumed
    in_force = replace(claim, scope=replace(claim.scope, values=known.scope.values))
    if literal and not _is_closed(claim, in_force):
        assumed = _assumed(claim, known, judge)
        if assumed is not None:
            return assumed
    if any(_fails(condition, in_force, judge) for condition in claim.conditions):
        return judge(in_general)
    special = judge(in_force)
    if special.kind in HOLDS:
        if passing and general:
            return verdict
        if not there:
            return verdict if general else only_there(verdict, known, named)
        return given_told(special, claim, given)
    if passing and (there or verdict.kind != "refuted"):
        supposed = all(known.assumed.get(n) is v for n, v in given.items() if not is_literal(v))
        refuted = special.kind == "refuted" and (supposed or verdict.kind == "refuted")
        return special if refuted or special.kind != "refuted" else verdict
    listed = any(value.shape for value in given.values())
    if not literal and verdict.kind == special.kind == "refuted" and not listed:
        return verdict  # wrong for all values, not only for those of the example
    if literal or listed or "refuted" in (verdict.kind, special.kind):
        return special
    return verdict


def _fails(condition: Term, claim: Claim, judge: Judge) -> bool:
    """Whether a condition of a claim is false for the values given: then they are not meant."""
    if condition.op != "relation" or len(condition.data) != 1 or condition.data == ("in",):
        return False
    left, right = condition.args
    asked = replace(claim, left=left, right=right, relation=condition.data[0], conditions=())
    if not _is_closed(asked, asked):
        return False
    return judge(replace(asked, kind="bound")).kind == "refuted"


def _completes(claim: Claim, known: Known, taken: dict[Term, Term]) -> bool:
    """Whether numbers of closed sections complete what is said of names of an open one: a claim
    about nothing else, about slopes or bounds, is one in general."""
    if claim.relation not in ("=", "equiv", "approx") or claim.right is None:
        return False
    written = free_symbols(claim.left) | free_symbols(claim.right)
    slopes = differentiated(claim) & taken.keys()
    if not slopes and _puts_in(claim, taken):
        return True
    return not slopes and not written <= taken.keys() and not in_general(claim, known, taken)


def _puts_in(claim: Claim, taken: dict[Term, Term]) -> bool:
    """Whether one side is the other with numbers put in: `2d = 2 \\cdot 768`."""
    literal = (side for side in claim.sides if is_literal(side))
    written = {n.data.value for side in literal for n in postorder(side) if n.op == "number"}
    return all(v.op == "number" and v.data.value in written for v in taken.values())


def _starts(used: set[Term], known: Known) -> dict[Term, Term]:
    """The values from which the recurrences in use start (`with $v_0 = 0$`)."""
    names = {s.data.name for s in used if s.op == "symbol"} & known.scope.recurrences.keys()
    return {
        k: v
        for k, v in known.scope.values.items()
        if k.op == "entry" and k.args[0].op == "symbol" and k.args[0].data.name in names
        if is_literal(k.args[-1]) and is_literal(v)
    }


def _is_closed(claim: Claim, under: Claim) -> bool:
    sides = claim.sides
    return all(is_closed(side, under.scope) for side in sides)


def _assumed(claim: Claim, known: Known, judge: Judge) -> Verdict | None:
    """The verdict with numbers of closed sections, if those are what is missing."""
    sides = claim.sides
    scope = replace(claim.scope, values=known.with_past.values)
    used = reach(sides, scope)
    taken = {k: v for k, v in known.past.items() if k in used and k not in known.scope.values}
    if not taken:
        return None
    assumed = replace(claim, scope=scope)
    if any(_fails(condition, assumed, judge) for condition in claim.conditions):
        return None
    verdict = judge(assumed)
    names = ", ".join(f"{plain(k)} = {plain(v)}" for k, v in taken.items())
    told = f"assumed {names} from another section"
    if not _completes(claim, known, taken):
        if verdict.kind not in HOLDS:
            return None
        told = f"it holds for {names}, which another section says: it may be meant there"
        return may_be_meant(told)
    if verdict.kind in HOLDS:
        message = f"{verdict.message} ({told})"
        return replace(verdict, message=message, evidence={**verdict.evidence, "assumed": names})
    return undecided(f"{told}: {verdict.message}")
