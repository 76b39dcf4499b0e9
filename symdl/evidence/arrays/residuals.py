r"""Vectors that stand in a claim only as their difference, as in an error `y_i - \hat{y}_i`.

Every vector is such a difference, and every difference a vector: the claim says the same of one
vector in place of two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.expression.domain import REAL
from symdl.expression.term import Term, make, postorder
from symdl.expression.term import replace as replace_terms


def with_residuals(claim: Claim) -> Claim:
    """The claim with one vector for each pair that stands in it only as a difference of entries;
    the claim itself where there is no such pair."""
    sides = claim.terms
    table: dict[Term, Term] = {}
    for first, second in dict.fromkeys(_pairs(sides)):
        shape = first.shape
        if shape != second.shape or shape is None or len(shape) != 1:
            continue
        if any(_defined(v, claim) for v in (first, second)):
            continue
        name = f"{first.data.name} - {second.data.name}"
        one = make("symbol", data=replace(first.data, name=name))
        found = {
            node: _entry(node, first, one)
            for side in sides
            for node in postorder(side)
            if _pair(node) in ((first, second), (second, first))
        }
        left = [replace_terms(side, found) for side in sides]
        if not any(n in (first, second) for side in left for n in postorder(side)):
            table.update(found)
            break
    if not table:
        return claim
    return claim.mapped(lambda term: replace_terms(term, table))


def _pairs(sides: Iterable[Term]) -> Iterable[tuple[Term, Term]]:
    for node in (n for side in sides for n in postorder(side)):
        found = _pair(node)
        if found is not None:
            yield found


def _pair(node: Term) -> tuple[Term, Term] | None:
    """u and v of `u_i - v_i`, two symbols with the same index."""
    if node.op != "add" or len(node.args) != 2 or node.args[1].op != "neg":
        return None
    one, other = node.args[0], node.args[1].args[0]
    if one.op != "entry" or other.op != "entry" or one.args[1:] != other.args[1:]:
        return None
    bases = one.args[0], other.args[0]
    plain = all(base.op == "symbol" for base in bases) and bases[0] is not bases[1]
    return bases if plain else None


def _defined(vector: Term, claim: Claim) -> bool:
    """Whether something is said of a vector that its difference would lose."""
    scope, name = claim.scope, vector.data.name
    named = vector in scope.values or name in scope.entries or name in scope.recurrences
    return named or vector.data.domain != REAL


def _entry(node: Term, first: Term, one: Term) -> Term:
    """The entry of the difference, with the sign that it has here."""
    place = node.args[0].args[1:]
    made = make("entry", one, *place)
    return made if node.args[0].args[0] is first else make("neg", made)
