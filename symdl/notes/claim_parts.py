"""Parts of claims that several grounds for doubt ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.expression.relations import links
from symdl.expression.term import Term, free_symbols
from symdl.expression.term import replace as put


def sides_of(claim: Claim) -> list[Term]:
    """The sides of a claim and of its conditions."""
    conditions = [t for _, a, b in links(claim.conditions) for t in (a, b)]
    return [side for side in (claim.left, claim.right, *conditions) if side is not None]


def variables_in(term: Term) -> set[Term]:
    """The free symbols that are no indices and no sizes."""
    return {
        s
        for s in free_symbols(term)
        if s.data.role not in ("index", "function") and not s.data.domain.integer
    }


def under(claim: Claim, conditions: Iterable[Term]) -> Claim:
    """The claim under more conditions, which may have been read apart: a letter of theirs is the
    claim's letter of this name (the index t of `\\eta_t`)."""
    own = {s.data.name: s for side in sides_of(claim) for s in free_symbols(side)}
    added: list[Term] = []
    for condition in conditions:
        named = ((s, own.get(s.data.name, s)) for s in free_symbols(condition))
        table = {s: meant for s, meant in named if meant is not s and meant.shape == s.shape}
        added.append(put(condition, table) if table else condition)
    return replace(claim, conditions=(*claim.conditions, *added))


def called_name(node: Term) -> str:
    """The name of the function that a node calls; empty if it calls none."""
    return str(node.data.function.name) if node.op == "call" else ""


_ATOMS = frozenset({"symbol", "entry", "label", "prime", "constant", "identity", "ones", "number"})
_TURNS = frozenset({"transpose", "inverse", "neg"})


def is_simple(side: Term) -> bool:
    """Whether a side is a name, a number or the identity, turned round or scaled."""
    side = bare(side)
    if side.op in ("mul", "div") and free_symbols(side):
        return any(a.shape for a in side.args) and all(
            not a.shape or is_simple(a) for a in side.args
        )
    return side.op in _ATOMS or not free_symbols(side)


def bare(side: Term) -> Term:
    """A side without transposes, inverses and signs around it."""
    while side.op in _TURNS:
        side = side.args[0]
    return side
