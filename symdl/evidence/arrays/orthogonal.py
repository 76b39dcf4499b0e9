r"""Orthogonal matrices: where `A^T A = I` and A is square, `A^{-1}` is `A^T`, `A A^T = I`, and the
square of `\det A` is 1."""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.expression.numerals import ONE
from symdl.expression.term import Term, make, number
from symdl.expression.term import replace as put


def with_orthogonal(claim: Claim) -> Claim:
    """The claim with the transposes of orthogonal matrices in the place of their inverses, under
    both equations that say that they are orthogonal."""
    said = {c: found for c in claim.conditions if (found := _orthogonal(c)) is not None}
    if not said:
        return claim
    table = {make("inverse", name): make("transpose", name) for name, _ in said.values()}
    for name, _ in said.values():
        det = make("det", name)
        table |= {make("pow", det, number(2)): ONE, make("abs", det): ONE}
    both = (
        make("relation", make("matmul", *pair), unit, data=("=",))
        for name, unit in said.values()
        for pair in ((make("transpose", name), name), (name, make("transpose", name)))
    )
    return replace(
        claim,
        left=put(claim.left, table),
        right=None if claim.right is None else put(claim.right, table),
        conditions=tuple(dict.fromkeys((*claim.conditions, *both))),
    )


def _orthogonal(condition: Term) -> tuple[Term, Term] | None:
    """The square matrix of which a condition says that it is orthogonal, and the identity."""
    if condition.op != "relation" or condition.data != ("=",):
        return None
    for product, unit in (condition.args, condition.args[::-1]):
        if product.op != "matmul" or unit.op != "identity" or len(product.args) != 2:
            continue
        one, other = product.args
        for name, turned in ((one, other), (other, one)):
            shape = name.shape or ()
            square = len(shape) == 2 and shape[0] == shape[1]
            if square and turned is make("transpose", name):
                return name, unit
    return None
