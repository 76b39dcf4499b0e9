"""Indices that are given as others: where i = j, `A_{ij}` is the entry `A_{jj}` of the diagonal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.evidence.reached import reachable
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols


def with_equal_indices(claim: Claim) -> Claim:
    """The claim in which an index that stands for another one, or is that far from it, is written
    as that one: no index has two names then."""
    if not any(key.op == "symbol" and free_symbols(v) for key, v in claim.scope.values.items()):
        return claim
    table = {i: claim.scope.values[i] for i in _indices(claim) if i in claim.scope.values}
    table = {i: value for i, value in table.items() if free_symbols(value)}
    if not table:
        return claim
    values = {key: substitute(value, table) for key, value in claim.scope.values.items()}
    scope = replace(claim.scope, values=values)
    return replace(claim.mapped(lambda term: substitute(term, table)), scope=scope)


def _indices(claim: Claim) -> Iterator[Term]:
    """The symbols in the indices of the entries that a claim speaks of."""
    for node in reachable(claim):
        if node.op == "entry":
            for index in node.args[1:]:
                yield from free_symbols(index)
