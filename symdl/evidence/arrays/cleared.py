r"""Equations of matrices multiplied by what is inverted in them: Woodbury, push-through.

`(A + UCV)^{-1} = R` holds where both sides are defined exactly if `I = (A + UCV) R` does, and there
is one inverse less to know something about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from symdl.document.errors import ShapeError
from symdl.evidence.claim import Claim
from symdl.expression.printer import plain
from symdl.expression.size_terms import as_term
from symdl.expression.term import Term, make

MOST_FACTORS = 3
_OPEN = frozenset({"add", "neg"})


def cleared(claim: Claim) -> Iterator[tuple[str, Claim]]:
    """Claims that say the same where both sides are defined: multiplied from the left, from the
    right, or from both, by matrices of which an inverse stands at that end. With what was done."""
    if claim.right is None or len(claim.left.shape or ()) != 2:
        return
    ends = [_inverted(claim, first)[:MOST_FACTORS] for first in (True, False)]
    for before, behind in product((None, *ends[0]), (None, *ends[1])):
        if before is None and behind is None:
            continue
        try:
            sides = [_times(before, side, behind) for side in claim.sides]
        except ShapeError:
            continue
        ends_told = ((before, "left"), (behind, "right"))
        told = " and ".join(f"{plain(m)} from the {side}" for m, side in ends_told if m is not None)
        made = replace(claim, left=sides[0], right=sides[1])
        yield f"multiplied by {told}", made
        for inner in _letters_inverted(before) if behind is None else ():
            left, right = (make("matmul", inner, side) for side in sides)
            more = f"multiplied by {plain(inner)} and {told}"
            yield more, replace(claim, left=left, right=right)


def _inverted(claim: Claim, first: bool) -> list[Term]:
    """The matrices of which an inverse is the first (the last) factor of a summand of a side."""
    found: dict[Term, None] = {}
    for side in claim.sides:
        for summand in _summands(side):
            factors = _factors(summand)
            end = factors[0 if first else -1]
            if end.op == "inverse" and end.args[0].op != "symbol":
                found[end.args[0]] = None
    return list(found)


def _letters_inverted(matrix: Term | None) -> Iterator[Term]:
    """The A of `A^{-1} + B^{-1}`, where it begins a summand."""
    for summand in _summands(matrix) if matrix is not None else ():
        first = _factors(summand)[0]
        if first.op == "inverse" and first.args[0].op == "symbol":
            yield first.args[0]


def _summands(side: Term) -> Iterator[Term]:
    stack = [side]
    while stack:
        node = stack.pop()
        if node.op in _OPEN:
            stack.extend(node.args)
        else:
            yield node


def _factors(summand: Term) -> tuple[Term, ...]:
    """The factors of a product of matrices, a number in front left out."""
    if summand.op == "mul" and sum(bool(a.shape) for a in summand.args) == 1:
        summand = next(a for a in summand.args if a.shape)
    return summand.args if summand.op == "matmul" else (summand,)


def _times(before: Term | None, side: Term, behind: Term | None) -> Term:
    """A side multiplied out: an inverse at an end that meets its matrix is gone."""
    if side.op in _OPEN:
        return make(side.op, *(_times(before, a, behind) for a in side.args))
    if side.op == "number" and not side.data.value:
        return side
    factors = list(_factors(side))
    numbers: tuple[Term, ...] = ()
    if side.op == "mul" and len(factors) and side is not factors[0]:
        numbers = tuple(a for a in side.args if not a.shape)
    if before is not None:
        gone = factors[0] is make("inverse", before)
        factors = factors[1:] if gone else [before, *factors]
    if behind is not None:
        if factors and factors[-1] is make("inverse", behind):
            factors = factors[:-1]
        else:
            factors = [*factors, behind]
    if not factors:
        shape = (before if before is not None else side).shape or ()
        factors = [make("identity", as_term(shape[0]))]
    whole = factors[0] if len(factors) == 1 else make("matmul", *factors)
    return make("mul", *numbers, whole) if numbers else whole
