"""A claim written out: definitions, derivatives and conditions put to use in its two sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symdl.derivation.expand import expand
from symdl.derivation.expansion import PLAIN
from symdl.derivation.floors import with_floors
from symdl.evidence.bounds.smooth import smooth_conditions
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import domain_under, hides_power, is_empty
from symdl.evidence.points import atoms
from symdl.expression.term import Term, free_symbols, make, number
from symdl.expression.term import replace as replace_terms


def written_out(claim: Claim) -> Claim:
    """The claim with both sides and the conditions expanded, the conditions that restrict one
    symbol moved into its domain, symbols of one value replaced by it, and the kinks of the
    derivatives in it excluded."""
    if PLAIN.issuperset(claim.operations) and not claim.scope.recurrences:
        return claim  # numbers
    sides = claim.terms
    scope = with_floors(claim.scope, sides)
    if scope is not claim.scope:
        claim = replace(claim, scope=scope)
    left = expand(claim.left, claim.scope)
    right = None if claim.right is None else expand(claim.right, claim.scope)
    conditions = tuple(expand(c, claim.scope) for c in claim.conditions)
    conditions += tuple(smooth_conditions(claim))
    sides = (left,) if right is None else (left, right)
    table = _narrowed(sides, conditions)
    if not table and (*sides, *conditions) == claim.terms:
        return claim
    return replace(
        claim,
        left=replace_terms(left, table),
        right=None if right is None else replace_terms(right, table),
        conditions=tuple(replace_terms(c, table) for c in conditions),
    )


def _narrowed(sides: Sequence[Term], conditions: Sequence[Term]) -> dict[Term, Term]:
    """The free symbols whose domains the conditions narrow, with what stands for each."""
    table: dict[Term, Term] = {}
    for free in frozenset().union(*map(free_symbols, sides)):
        narrow = domain_under(free, conditions)
        if free.data.shape:
            continue
        if narrow.lower is not None and narrow.lower == narrow.upper and not is_empty(narrow):
            table[free] = number(narrow.lower)
            if hides_power(sides, table):
                table[free] = make("symbol", data=replace(free.data, domain=narrow))
        elif narrow is not free.data.domain and narrow != free.data.domain:
            table[free] = make("symbol", data=replace(free.data, domain=narrow))
    return table


def has_bound_entries(claim: Claim) -> bool:
    """Whether an entry in it belongs to an expression or to a defined name: no free number."""
    if "entry" not in claim.operations:
        return False
    bases = (atom.args[0] for atom in atoms(claim.terms) if atom.op == "entry")
    return any(base.op not in ("symbol", "label") or base in claim.scope.values for base in bases)
