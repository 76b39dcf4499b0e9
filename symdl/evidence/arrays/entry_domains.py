r"""What is said of every entry: the `p_i > 0` of a claim about `\sum_i p_i \log p_i`.

Where the claim binds the index, the condition is one on all entries: the array has entries of such
a domain.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import domain_under, is_empty, is_interval
from symdl.expression.fitting import fitted_scope
from symdl.expression.term import Term, free_symbols, make, symbol
from symdl.expression.term import replace as put


def with_entry_domains(claim: Claim) -> Claim:
    """The claim with the conditions on all entries of an array in the array's domain."""
    sides = claim.sides
    free = {s for side in sides for s in free_symbols(side)}
    table: dict[Term, Term] = {}
    met: set[Term] = set()
    for condition in claim.conditions:
        array = _array_of(condition, free)
        if array is None or array in claim.scope.values:
            continue
        narrow = _narrowed(table.get(array, array), array, condition)
        if narrow is not None:
            table[array] = narrow
            met.add(condition)
    if not table:
        return claim
    left, *others = (put(side, table) for side in sides)
    conditions = tuple(put(c, table) for c in claim.conditions if c not in met)
    scope = fitted_scope(claim.scope, table)
    right = others[0] if others else None
    return replace(claim, left=left, right=right, conditions=conditions, scope=scope)


def _array_of(condition: Term, free: set[Term]) -> Term | None:
    """The array of which a condition speaks entry by entry, by indices that are bound."""
    if condition.op != "relation":
        return None
    entries = {side for side in condition.args if free_symbols(side)}
    entry = next(iter(entries)) if len(entries) == 1 else None
    if entry is None or entry.op != "entry" or entry.args[0].op != "symbol":
        return None
    indices = entry.args[1:]
    bound = all(index.op == "symbol" and index not in free for index in indices)
    return entry.args[0] if bound and len(set(indices)) == len(indices) else None


def _narrowed(known: Term, array: Term, condition: Term) -> Term | None:
    """The array with the domain that a condition leaves; None where it says something else."""
    place = symbol("u", domain=known.data.domain)
    entry = next(side for side in condition.args if free_symbols(side))
    said = put(condition, {entry: place})
    found = domain_under(place, [said])
    if is_empty(found) or not is_interval(said, place):
        return None
    return make("symbol", data=replace(array.data, domain=found))
