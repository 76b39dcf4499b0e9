"""Claims about arrays, entries and sums at concrete sizes, entry by entry.

With literal sizes every entry proved is a proof. With symbolic sizes two or three unequal small
sizes are tried: all entries proved there is `confirmed`, not a proof (a wrong off-diagonal
entry can hold at n = 2 and fail at n = 3); one entry separated is a refutation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product

from symdl.derivation.components import Components, components
from symdl.derivation.expand import expand
from symdl.derivation.written_out import inferred_sizes
from symdl.document.errors import DeriveError, ShapeError
from symdl.evidence.arrays.at_entries import (
    Judge,
    at_entry,
    distance,
    entrywise,
    filled,
    is_mixed,
    is_outside,
    is_unclear,
    may_be_identity,
    unlike_shapes,
)
from symdl.evidence.arrays.settings import Setting, at_setting, free_indices, settings, size_names
from symdl.evidence.arrays.shape_claims import given_arrays
from symdl.evidence.balls import truth
from symdl.evidence.claim import Claim
from symdl.evidence.kinds import ORDER
from symdl.evidence.points import atoms, is_part
from symdl.evidence.reached import reachable
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.dimensions import value_at
from symdl.expression.printer import plain
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, number, postorder

MAX_PLACES = 64
MAX_ENTRIES = 400


def judge_at_sizes(claim: Claim, judge: Judge) -> Verdict | None:
    """The verdict on `left = right` entry by entry; None if nothing in it has a size or index.

    `judge` decides one pair of closed scalar terms.
    """
    if claim.right is None:
        return None
    names, indices = size_names(claim), free_indices(claim)
    array = bool(claim.left.shape) or bool(claim.right.shape)
    given = any(side.shape for c in claim.conditions if c.op == "relation" for side in c.args)
    if not (array or given or names or indices):
        return None
    used: list[str] = []
    count = 0
    weakest: Verdict | None = None
    for setting in islice(settings(claim, names, indices), MAX_PLACES):
        there = at_setting(claim, setting)
        if conditions_at(there, setting) is None:
            continue
        judged = _judge_setting(there, setting, judge)
        if judged is None:
            continue
        verdict, entries = judged
        if verdict.kind == "refuted":
            return located(verdict, setting)
        if verdict.kind != "proved":
            words = setting.words()
            told = f"{verdict.message} ({words})" if words else verdict.message
            return replace(verdict, message=told)
        weakest, count = verdict, count + entries
        if setting.words():
            used.append(setting.words())
    if weakest is None:
        return None
    if names or indices:
        return _at_these_sizes(claim, weakest, used, count)
    if not array or claim.relation == "!=":
        return weakest
    held = "satisfy it" if claim.relation in ORDER else "are equal"
    return replace(weakest, message=f"all {count} entries {held}")


def _at_these_sizes(claim: Claim, weakest: Verdict, used: list[str], count: int) -> Verdict:
    """What held at each of some settings, which proves nothing of the others."""
    holds = "holds" if claim.relation in ORDER else "all entries are equal"
    message = f"{holds} at {'; '.join(used[:4])}: not a proof for all sizes"
    return Verdict(
        "confirmed", weakest.method, message, evidence={"settings": used, "entries": count}
    )


def located(verdict: Verdict, setting: Setting) -> Verdict:
    """A refutation with the sizes and indices of its setting."""
    shown = verdict.counterexample
    assert shown is not None
    at = {name: str(size) for name, size in setting.sizes.items()}
    at |= {plain(i): n.data.text for i, n in setting.indices.items()}
    words = setting.words()
    message = f"{verdict.message} ({words})" if words else verdict.message
    shown = replace(shown, at={**at, **shown.at})
    return replace(verdict, message=message, counterexample=shown)


# --- one setting ------------------------------------------------------------------------------


def conditions_at(claim: Claim, setting: Setting) -> tuple[Term, ...] | None:
    """What the conditions ask in a setting beyond what its sizes and indices already meet;
    None where these break one."""
    sizes = {
        free: number(setting.sizes[free.data.name])
        for condition in claim.conditions
        for free in free_symbols(condition)
        if free.data.name in setting.sizes and free.data.shape == ()
    }
    found = []
    for condition in claim.conditions:
        bases = {n.args[0] for n in postorder(condition) if n.op == "entry"}
        if any(node.shape for node in postorder(condition) if node not in bases):
            found.append(condition)  # one of whole arrays keeps their names of sizes
            continue
        for indices in _places(condition, claim, setting, setting.indices):
            at = substitute(condition, {**sizes, **indices})
            holds = None if at is condition else truth(at, {})
            if holds is False:
                return None
            if holds is None:
                found.append(at)
    return tuple(found)


def _judge_setting(claim: Claim, setting: Setting, judge: Judge) -> tuple[Verdict, int] | None:
    """The verdict on all entries and how many there are; None where an index of the setting lies
    outside of its array (the x_3 of a vector of two)."""
    try:
        left, right = _written(claim, setting)
    except (DeriveError, ShapeError) as problem:
        return undecided(problem.message), 0
    known = {**inferred_sizes(claim.scope), **setting.sizes}
    written = atoms([*left.entries, *right.entries])
    if any(is_outside(atom, known) for atom in written):
        return None
    if any(map(is_part, written)):
        return undecided("an entry at a place that is no number here"), 0
    wide = filled(claim, left, right), filled(claim, right, left)
    if wide != (left, right) and may_be_identity(claim, *wide, judge):
        return undecided("1 may be meant as the identity: write I"), 0
    left, right = wide
    if left.shape != right.shape and not len(left.entries) == len(right.entries) == 1:
        return _of_unlike_shapes(claim, left, right), 0
    if len(left.entries) > MAX_ENTRIES:
        return undecided(f"{len(left.entries)} entries are too many to check one by one"), 0
    conditions = tuple(_conditions(claim, setting))
    if claim.relation == "!=" and len(left.entries) > 1:
        return _different(left, right, conditions, judge), len(left.entries)
    return _entry_by_entry(left, right, conditions, judge)


def _written(claim: Claim, setting: Setting) -> tuple[Components, Components]:
    """Both sides by their entries. Raises DeriveError, ShapeError where they, or what is said of
    them, cannot be written out."""
    assert claim.right is not None
    for condition in claim.conditions:
        expand(substitute(condition, setting.indices), claim.scope, setting.sizes)
    left, right = (
        components(substitute(side, setting.indices), claim.scope, setting.sizes)
        for side in (claim.left, claim.right)
    )
    return left, right


def _of_unlike_shapes(claim: Claim, left: Components, right: Components) -> Verdict:
    """What sides of unlike shapes say: they refute only where no shape is a guess."""
    if any(n.op == "symbol" and n.shape is None for n in reachable(claim)):
        return undecided("the shape of an array is not known")
    unclear = any(map(is_unclear, reachable(claim))) or any(given_arrays(claim))
    if claim.relation == "!=" or unclear:
        return undecided("the sides have unlike shapes")
    return unlike_shapes(left, right)


def _entry_by_entry(
    left: Components, right: Components, conditions: Sequence[Term], judge: Judge
) -> tuple[Verdict, int]:
    """The weakest verdict on an entry, and how many entries were judged."""
    worst: Verdict | None = None
    for i, (a, b) in enumerate(zip(left.entries, right.entries, strict=True)):
        if is_mixed((a, b, *conditions)):
            return undecided("an index without a range stands beside numbered entries"), 0
        verdict = judge(a, b, conditions)
        if verdict.kind == "refuted":
            return at_entry(verdict, left, i), 0
        if worst is None or (verdict.kind != "proved" and worst.kind == "proved"):
            said = f"entry {i + 1}: {verdict.message}"
            worst = verdict if verdict.kind == "proved" else replace(verdict, message=said)
        if verdict.kind == "undecided":
            return replace(verdict, message=f"entry {i + 1}: {verdict.message}"), 0
    assert worst is not None
    return worst, len(left.entries)


def _different(
    left: Components, right: Components, conditions: Sequence[Term], judge: Judge
) -> Verdict:
    """Whether arrays differ: in one entry always, or in some entry at each point."""
    if is_mixed((*left.entries, *right.entries, *conditions)):
        return undecided("an index without a range stands beside numbered entries")
    for i, (a, b) in enumerate(zip(left.entries, right.entries, strict=True)):
        verdict = judge(a, b, conditions)
        if verdict.kind == "proved":
            return at_entry(verdict, left, i)
    verdict = judge(distance(left, right), number(0), conditions)
    if verdict.counterexample is None:
        return verdict
    shown = replace(verdict.counterexample, left="the same array", right="the same array")
    return replace(verdict, message="all entries are equal", counterexample=shown)


def _conditions(claim: Claim, setting: Setting) -> Iterator[Term]:
    """The conditions at these sizes, entry by entry; what is stated with a free index holds for
    all of its values. One that cannot be written out stays: no point certainly meets it."""
    stated = set(claim.scope.hypotheses)
    for condition in claim.conditions:
        if condition.op != "relation":
            yield substitute(condition, setting.indices)
            continue
        try:
            fixed = {} if condition in stated else setting.indices
            for indices in _places(condition, claim, setting, fixed):
                yield from entrywise(condition, indices, claim, setting)
        except (DeriveError, ShapeError):
            yield condition


def _places(
    condition: Term, claim: Claim, setting: Setting, fixed: Mapping[Term, Term]
) -> Iterator[Mapping[Term, Term]]:
    r"""All values of the free indices of a condition but the fixed ones: the `p_i > 0` of a claim
    about `\sum_i p_i` is said of every i."""
    of_condition = replace(claim, left=condition, right=None, conditions=())
    found = {i: v for i, v in free_indices(of_condition).items() if i not in fixed}
    sizes = {**inferred_sizes(claim.scope), **setting.sizes}
    ranges = [
        range(1, (value_at(values, sizes) or 0) + 1) if isinstance(values, str) else values
        for values in found.values()
    ]
    for place in product(*ranges):
        yield {**fixed, **dict(zip(found, map(number, place), strict=True))}
