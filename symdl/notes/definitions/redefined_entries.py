"""An array that is defined anew by its entries: `$p = \\mathrm{softmax}(z)$`, later `$p_i = ...$`.

Both say what the same letter is. If they say the same, a claim may use either; if not, the later
one holds from where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from symdl.document.errors import Error
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict
from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.notes.judging import HOLDS
from symdl.notes.scope.at_a_point import differentiated
from symdl.notes.scope.known import Key, Known, is_literal, reach


def by_the_latest(
    claim: Claim, known: Known, judge: Judge, verdict_in: Callable[[Claim, Known], Verdict]
) -> Verdict:
    """The verdict on a claim where of two definitions of a letter that differ the later holds."""
    sides = claim.sides
    twice = [pair for pair in _twice(known) if pair[0] in reach(sides, known.scope)]
    verdict = verdict_in(claim, known)
    if not twice:
        return verdict
    late = known
    for _, first in twice:
        late = _without(late, first)
    again = verdict_in(replace(claim, scope=_as_in(claim, late)), late)
    if again.kind in HOLDS or all(_agree(claim, known, whole, judge) for whole, _ in twice):
        return again if again.kind in HOLDS else verdict
    return again


def with_entries_written(claim: Claim) -> Claim:
    """The claim with names written out whose values speak of one entry of an array (`L = -\\log
    p_k`): the index in the value is the one in the claim."""
    sides = claim.sides
    slopes = differentiated(claim)
    table = {
        name: value
        for side in sides
        for name in free_symbols(side) - slopes
        if (value := claim.scope.values.get(name)) is not None and _is_of_one_entry(value)
    }
    if not table:
        return claim
    named = {i.data.name: i for value in table.values() for i in _open_indices(value)}
    own = {s for side in sides for s in free_symbols(side) if s.data.name in named}
    table |= {s: named[s.data.name] for s in own if s is not named[s.data.name]}
    left, *right = (substitute(side, table) for side in sides)
    return replace(claim, left=left, right=right[0] if right else None)


def _is_of_one_entry(value: Term) -> bool:
    """Whether a value has an entry at an index that nothing in it binds."""
    return next(_open_indices(value), None) is not None


def _open_indices(value: Term) -> Iterator[Term]:
    free = free_symbols(value)
    entries = (node for node in postorder(value) if node.op == "entry")
    return (i for node in entries for i in node.args[1:] if i.op == "symbol" and i in free)


def defines_parts_anew(claim: Claim, known: Known) -> bool:
    """Whether an equation for the entries of an array that has a value brings in names of which
    that value does not speak: it is another array of this name (`p_i = ...` with a temperature)."""
    left, right = claim.left, claim.right
    if left.op != "entry" or left.args[0] not in known.scope.values or right is None:
        return False
    indices = left.args[1:]
    if claim.relation not in ("=", ":=", "equiv") or any(i.op != "symbol" for i in indices):
        return False
    said = reach([left.args[0]], known.scope) | set(indices)
    new = free_symbols(right) - said
    return any(s.data.role == "scalar" and s not in known.scope.values for s in new)


def is_replaced(key: Key, left: Term, known: Known) -> bool:
    """Whether entries that were defined have been replaced by a value of the whole array."""
    whole = left.args[0] if left.op == "entry" else left
    first, later = known.origins.get(key), known.origins.get(("value", whole))
    if key[0] != "entries" or first is None or later is None or whole not in known.scope.values:
        return False
    return first.span.origin.start < later.span.origin.start


def _twice(known: Known) -> Iterator[tuple[Term, Key]]:
    """Each array with a value and with entries, and the key of the definition that came first."""
    for whole, body in known.scope.values.items():
        if whole.op != "symbol" or is_literal(body):
            continue
        name = whole.data.name
        keys: tuple[Key, Key] = ("value", whole), ("entries", name)
        origins = [known.origins.get(key) for key in keys]
        if name in known.scope.entries and origins[0] is not None and origins[1] is not None:
            starts = [o.span.origin.start for o in origins if o is not None]
            yield whole, keys[0] if starts[0] < starts[1] else keys[1]


def _without(known: Known, key: Key) -> Known:
    """The knowledge without one definition."""
    what, name = key
    scope = known.scope
    if what == "value":
        values = {k: v for k, v in scope.values.items() if k is not name}
        return replace(known, scope=replace(scope, values=values))
    entries = {k: d for k, d in scope.entries.items() if k != name}
    return replace(known, scope=replace(scope, entries=entries))


def _as_in(claim: Claim, known: Known) -> Scope:
    values, entries = known.scope.values, known.scope.entries
    return replace(claim.scope, values=values, entries=entries)


def _agree(claim: Claim, known: Known, whole: Term, judge: Judge) -> bool:
    """Whether the entries of an array are those that its value has."""
    written = known.scope.entries[whole.data.name]
    entry = make("entry", known.scope.values[whole], *written.parameters)
    asked = replace(claim, kind="identity", relation="=", left=entry, right=written.body)
    try:
        return judge(replace(asked, conditions=())).kind in HOLDS
    except Error:
        return False  # sizes that differ are another array's
