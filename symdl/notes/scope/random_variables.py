"""A claim about expectations under what the text says of its random variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.source import Source
from symdl.evidence.claim import Claim
from symdl.evidence.probability.random_variables import is_operator
from symdl.expression.reading import read
from symdl.expression.term import Term, free_symbols, make, postorder, symbol
from symdl.notes.scope.independence import Apart
from symdl.notes.scope.known import reach


def with_independence(claim: Claim, said: tuple[Apart, ...]) -> Claim:
    """A claim about expectations under what is said of its random variables."""
    sides = claim.sides
    if not said or not any(_is_of_random(n) for side in sides for n in postorder(side)):
        return claim
    reached = reach(sides, claim.scope)
    own = {str(s.data.name): s for s in reached if s.op == "symbol"}
    found: list[Term] = []
    for apart in said:
        terms = [own[name] for name in apart.names if name in own]
        if apart.moments is not None:
            found += _of_members(terms, apart.moments, claim)
            found += _of_written_members(apart, own, claim)
        elif len(terms) > 1:
            found.append(make("relation", *terms, data=("perp",) * (len(terms) - 1)))
    return replace(claim, conditions=(*claim.conditions, *found))


def _is_of_random(node: Term) -> bool:
    """Whether a node is an expectation, or an entropy."""
    return is_operator(node) or (node.op == "call" and node.data.function.name in ("H", "I"))


def _of_members(families: list[Term], moments: tuple[str, ...], claim: Claim) -> Iterator[Term]:
    """That all members of families are independent, and what is said of each."""
    first, second = symbol("i", "index"), symbol("j", "index")
    arrays = [f if f.shape is None or f.shape else _as_family(f) for f in families]
    for place, family in enumerate(arrays):
        for other in arrays[place:]:
            pair = make("entry", family, first), make("entry", other, second)
            yield make("relation", *pair, data=("perp",))
    names = {str(family.data.name) for family in arrays}
    symbols = {str(f.data.name): f.data for f in arrays}
    scope = replace(claim.scope, symbols={**claim.scope.symbols, **symbols})
    for text in moments:
        try:
            statement = read(Source("<words>", text), scope).term
        except Error:
            continue  # no moment after all
        if any(str(s.data.name) in names for s in free_symbols(statement)):
            yield statement


def _of_written_members(apart: Apart, own: Mapping[str, Term], claim: Claim) -> Iterator[Term]:
    """The same of members that a claim writes by themselves: of X_1 and X_2 among X_1, ..., X_n."""
    members = {
        name: member
        for family in apart.names
        for name, member in own.items()
        if re.fullmatch(rf"{re.escape(family)}_\{{?\w+\}}?", name)
    }
    if len(members) > 1:
        yield make("relation", *members.values(), data=("perp",) * (len(members) - 1))
    for text in apart.moments or ():
        for name in members:
            stem = name.partition("_")[0]
            if f"{stem}_i" not in text:
                continue
            try:
                yield read(Source("<words>", text.replace(f"{stem}_i", name)), claim.scope).term
            except Error:
                continue  # no moment after all


def _as_family(name: Term) -> Term:
    return make("symbol", data=replace(name.data, role="vector", shape=None))
