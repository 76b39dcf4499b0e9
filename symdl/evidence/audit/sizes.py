"""Arrays, sums and recurrences said to hold for every size or step, tried at some of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from symdl.derivation.components import components
from symdl.derivation.expand import expand
from symdl.derivation.written_out import inferred_sizes
from symdl.document.errors import DeriveError, ShapeError
from symdl.evidence.arrays.at_entries import distance, entrywise, is_outside
from symdl.evidence.arrays.at_sizes import conditions_at
from symdl.evidence.arrays.settings import Setting, at_setting, free_indices, settings, size_names
from symdl.evidence.audit.relations import LEAST, audit_relation
from symdl.evidence.claim import Claim
from symdl.evidence.points import atoms, is_part
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, number, size

PATTERNS: tuple[tuple[int, ...], ...] = (
    (2, 3, 4, 5), (3, 2, 2, 4), (1, 3, 2, 2), (5, 4, 3, 2),
    *((n, 2, 3, n) for n in (4, 6, 7, 8, 9, 10, 11, 12)),
)  # fmt: skip
LATER_STEP = 2
"""How far behind the first steps one more is tried."""
FEWEST = 4
"""Sizes tried, or more until there are enough points."""
PLACES = 4
"""Values of the free indices tried at each size."""
ENTRIES = 5
"""Entries of an array tried at each of them."""
POINTS = 4
"""Points at which each entry is tried: there are many entries. Both signs of each are among them
(see `places`)."""
MOST_NODES = 4_000
MOST_CONDITIONS = 24


def audit_at_sizes(claim: Claim, relation: str) -> int:
    """At how many points the entries of two sides were compared, at some sizes and steps.

    Raises InternalError where the relation certainly fails.
    """
    names, indices = size_names(claim), free_indices(claim)
    later = {
        i: (*values, values[-1] + LATER_STEP) if isinstance(values, tuple) else values
        for i, values in indices.items()
    }
    compared = 0
    for count, pattern in enumerate(PATTERNS if names else PATTERNS[:1]):
        if count >= FEWEST and compared >= LEAST:
            break
        for setting in islice(settings(claim, names, later, (pattern,)), PLACES):
            compared += _at(claim, setting, relation)
    return compared


def _at(claim: Claim, setting: Setting, relation: str) -> int:
    claim = at_setting(claim, setting)
    assert claim.right is not None
    conditions = conditions_at(claim, setting)
    if conditions is None:
        return 0
    try:
        left, right = (
            components(substitute(side, setting.indices), claim.scope, setting.sizes)
            for side in (claim.left, claim.right)
        )
        given = tuple(_written(claim, conditions, setting))
    except (DeriveError, ShapeError):
        return 0
    if len(given) > MOST_CONDITIONS:
        return 0  # that hardly any point meets
    known = {**inferred_sizes(claim.scope), **setting.sizes}
    written = atoms([*left.entries, *right.entries])
    if any(is_outside(atom, known) or is_part(atom) for atom in written):
        return 0
    if relation == "!=" and len(left.entries) > 1:
        return audit_relation(distance(left, right), relation, number(0), given, POINTS)
    pairs = list(zip(left.entries, right.entries, strict=False))
    chosen: list[tuple[Term, Term]] = pairs[:: max(1, -(-len(pairs) // ENTRIES))]
    return sum(
        audit_relation(a, relation, b, given, POINTS)
        for a, b in chosen
        if size(a) + size(b) <= MOST_NODES
    )


def _written(claim: Claim, conditions: Iterable[Term], setting: Setting) -> Iterator[Term]:
    """Conditions at some sizes, those on arrays entry by entry."""
    for condition in conditions:
        if condition.op == "relation" and any(side.shape for side in condition.args):
            yield from entrywise(condition, setting.indices, claim, setting)
        else:
            yield expand(condition, claim.scope, setting.sizes)
