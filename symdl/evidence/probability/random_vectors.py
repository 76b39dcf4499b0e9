r"""Random vectors by their entries: `\operatorname{Var}(q^T k)` speaks of a sum of products."""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.arrays.fitted import COUNTS
from symdl.evidence.claim import Claim
from symdl.evidence.probability.random_variables import is_operator
from symdl.expression.conventions import COUNT
from symdl.expression.term import Term, combined, free_symbols, make, number, postorder, symbol
from symdl.expression.term import replace as put

ONE = number(1)


def with_products_summed(claim: Claim) -> Claim:
    r"""The claim, where its expectations are of products of vectors, with those as sums over
    their entries: `q^T k`, `\lVert x \rVert^2`."""
    nodes = list(dict.fromkeys(n for side in claim.sides for n in postorder(side)))
    table = {node: _summed(pair) for node in nodes if (pair := _multiplied(node)) is not None}
    inside = {n for o in nodes if is_operator(o) for a in o.args for n in postorder(a)}
    if inside.isdisjoint(table):
        return claim
    if not table or claim.right is None:
        return claim
    return replace(claim, left=put(claim.left, table), right=put(claim.right, table))


def _summed(pair: tuple[Term, Term]) -> Term:
    """The sum of the products of the entries of two vectors, up to their size if that is known."""
    index = symbol("#i", "index")
    body = combined("mul", [make("entry", vector, index) for vector in pair])
    sizes = {size for vector in pair for size in vector.shape or ()}
    if len(sizes) != 1:
        return make("sum", index, body, data="all")
    size = sizes.pop()
    last = number(size) if isinstance(size, int) else symbol(size, domain=COUNT)
    return make("sum", index, ONE, last, body, data="range")


def with_counts(claim: Claim) -> Claim:
    r"""The claim with `\frac{1}{n} \sum_i X_i` in an expectation as a sum up to n: a letter for a
    count beside a sum without limits says how many there are."""
    table: dict[Term, Term] = {}
    for node in dict.fromkeys(n for side in claim.sides for n in postorder(side) if is_operator(n)):
        counts = [s for s in free_symbols(node) if s.data.domain == COUNT and s.data.name in COUNTS]
        sums = [n for n in postorder(node) if n.op == "sum" and n.data == "all"]
        if len(counts) == 1 and sums:
            ranged = {
                n: make("sum", n.args[0], ONE, counts[0], n.args[1], data="range") for n in sums
            }
            table[node] = put(node, ranged)
    if not table or claim.right is None:
        return claim
    return replace(claim, left=put(claim.left, table), right=put(claim.right, table))


def _multiplied(node: Term) -> tuple[Term, Term] | None:
    """The vectors of an inner product, or of a squared norm."""
    left: Term
    right: Term
    if node.op == "pow" and node.args[1] is number(2) and node.args[0].op == "norm":
        left = right = node.args[0].args[0]
        if node.args[0].data not in ("", "2"):
            return None
    elif node.op == "matmul" and node.args[0].op == "transpose" and len(node.args) == 2:
        left, right = node.args[0].args[0], node.args[1]
    elif node.op == "dot":
        left, right = node.args
    else:
        return None
    vectors = all(v.op == "symbol" and v.data.role == "vector" for v in (left, right))
    return (left, right) if vectors else None
