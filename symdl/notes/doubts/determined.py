"""Which equations are claims whatever their form, and never conditions to be satisfied.

An equation restricts names that are free to vary. One whose names are all defined where it stands
restricts nothing: after `M = ...`, `M^{-1} = ...` holds or fails. Nor is a law a condition that
says how an operation goes through another: `\\det(A + B) = \\det(A) + \\det(B)`.
"""

from __future__ import annotations

from collections.abc import Sequence

from symdl.evidence.claim import Claim
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.scope.known import Known, is_literal

_ATOMS = frozenset({"symbol", "entry", "label", "prime"})
_SLOPES = frozenset({"derivative", "gradient"})
_MAPS = frozenset({"trace", "det", "inverse", "transpose"})
_JOINS = frozenset({"add", "mul", "matmul", "hadamard"})


def is_determined(claim: Claim, known: Known) -> bool:
    """Whether a claim speaks only of names that open sections define. A name alone set to a number
    is given it, and a slope set to 0 says where a function is flat, unless all names have numbers.
    """
    if claim.right is None:
        return False
    names = _names(*claim.sides)
    if not speaks_of_defined(claim.sides, known):
        return False
    if all(_is_number(name, known) for name in names):
        return True
    if not any(is_literal(side) for side in claim.sides):
        return True
    slopes = any(n.op in _SLOPES for side in claim.sides for n in postorder(side))
    return not slopes and claim.left.op not in _ATOMS


def speaks_of_defined(terms: Sequence[Term], known: Known) -> bool:
    """Whether terms have names, all of which open sections define."""
    names = _names(*terms)
    return bool(names) and all(_is_defined(name, known) for name in names)


def has_numbers(term: Term, known: Known) -> bool:
    """Whether every name of a term has a number."""
    names = _names(term)
    return bool(names) and all(_is_number(name, known) for name in names)


def _names(*terms: Term) -> set[Term]:
    return {s for term in terms for s in free_symbols(term) if s.data.role != "index"}


def _is_number(name: Term, known: Known) -> bool:
    value = known.scope.values.get(name)
    return value is not None and is_literal(value)


def _is_defined(name: Term, known: Known) -> bool:
    """Whether an open section says what a name is."""
    written = str(name.data.name)
    found = name in known.scope.values, written in known.scope.entries
    keys = (("value", name), ("entries", written))
    origins = (known.origins.get(key) for key, there in zip(keys, found, strict=True) if there)
    return any(origin is not None and known.is_here(origin) for origin in origins)


def is_law(claim: Claim) -> bool:
    """Whether a claim says how an operation on matrices goes through a sum or a product."""
    left, right = claim.left, claim.right
    if right is None or left.op not in _MAPS or left.args[0].op not in _JOINS:
        return False
    inside = {n.args[0] for n in postorder(right) if n.op == left.op}
    whole = left.args[0]
    parts = inside - {whole}
    return len(parts) > 1 and parts <= set(postorder(whole)) and whole not in inside
