r"""Determinants of sums with a matrix taken out: the determinant lemma and its family.

Where `A^{-1}` has a value, `\det(A + UV)` is `\det(A) \det(I + A^{-1} U V)`, and what is left goes
round by Sylvester's identity (see `derivation/index/matrices.py`). Of `\det(\lambda I - AB)` a
number is taken out: two polynomials that are equal wherever it is not 0 are equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.expression.printer import plain
from symdl.expression.size_terms import as_term
from symdl.expression.term import Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as put

_POLYNOMIAL = frozenset(
    {"add", "neg", "mul", "matmul", "transpose", "det", "trace", "identity", "symbol", "number"}
    | {"pow"}
)
_OPEN = frozenset({"<", ">", "!="})


def with_matrices_taken_out(claim: Claim) -> Iterator[tuple[str, Claim]]:
    """A claim that says the same where both sides are defined, in which matrices that are inverted
    in it stand in front of the determinants of sums that they are in."""
    if claim.right is None:
        return
    nodes = {node for side in claim.sides for node in postorder(side)}
    dets = [n for n in nodes if n.op == "det" and n.args[0].op == "add" and _is_square(n.args[0])]
    if not dets:
        return
    inverses = {n for n in nodes if n.op == "inverse"}
    polynomial = _is_polynomial(claim)
    table = {}
    told: dict[str, None] = {}
    for node in sorted(dets, key=plain):
        for first in node.args[0].args:
            scaled = polynomial and _is_of_free_number(first, claim)
            made = _taken_out(node.args[0], first, inverses, scaled)
            if made is not None:
                table[node] = made
                told[f"{plain(first)} taken out of {plain(node)}"] = None
                break
    if table:
        left, right = (put(side, table) for side in claim.sides)
        yield "with " + ", ".join(told), replace(claim, left=left, right=right)


def _is_square(matrix: Term) -> bool:
    shape = matrix.shape or ()
    return len(shape) == 2 and shape[0] == shape[1]


def _is_polynomial(claim: Claim) -> bool:
    """Whether both sides are polynomials in what they are about, as far as it is written there."""
    values, entries = claim.scope.values, claim.scope.entries
    for node in (node for side in claim.sides for node in postorder(side)):
        if node.op == "symbol" and (node in values or str(node.data.name) in entries):
            return False
        if node.op == "pow" and node.args[1].op not in ("number", "symbol"):
            return False
        if node.op not in _POLYNOMIAL:
            return False
    return True


def _is_of_free_number(summand: Term, claim: Claim) -> bool:
    """Whether a summand is a number times the identity that may have infinitely many values: two
    polynomials in it that are equal for all of them but 0 are the same."""
    if summand.op != "mul" or len(summand.args) != 2 or summand.args[1].op != "identity":
        return False
    scale = summand.args[0]
    if scale.op != "symbol" or scale.shape != ():
        return False
    return all(
        scale not in free_symbols(h) or (h.op == "relation" and _OPEN.issuperset(h.data))
        for h in (*claim.conditions, *claim.scope.hypotheses)
        if h.op != "relation" or h.data != ("in",) or h.args[1].op != "number_set"
    )


def _taken_out(total: Term, first: Term, inverses: set[Term], scaled: bool) -> Term | None:
    """`det(first) det(I + first^{-1} rest)`; None where first may have no inverse."""
    rest = [a for a in total.args if a is not first]
    size = as_term((total.shape or ())[0])
    unit = make("identity", size)
    if first.op == "inverse" and first.args[0].op == "symbol":
        parts = [_times(first.args[0], a) for a in rest]
        return make("mul", make("det", first), make("det", make("add", unit, *parts)))
    if first.op == "symbol" and make("inverse", first) in inverses:
        parts = [_times(make("inverse", first), a) for a in rest]
        return make("mul", make("det", first), make("det", make("add", unit, *parts)))
    if scaled:
        scale = first.args[0]
        parts = [make("mul", make("div", number(1), scale), a) for a in rest]
        power = make("pow", scale, size)
        return make("mul", power, make("det", make("add", unit, *parts)))
    return None


def _times(inverse: Term, summand: Term) -> Term:
    if summand.op == "neg":
        return make("neg", _times(inverse, summand.args[0]))
    factors = summand.args if summand.op == "matmul" else (summand,)
    return make("matmul", inverse, *factors)
