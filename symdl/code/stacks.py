r"""Sums over the elements of a batch as array operations: `\sum_b X_b^T G_b` is one contraction.

What stands below the sum is written of whole arrays again, their first axes those of the batch, and
summed over these; of a product both the batch and the inner axis are summed in one go.
"""

from __future__ import annotations

from symdl.derivation.matrix.build import associated
from symdl.document.errors import CodeError
from symdl.expression.numerals import ONE
from symdl.expression.printer import plain
from symdl.expression.size_terms import as_term
from symdl.expression.term import Dim, Term, postorder, rebuild


def parts_of_stack(node: Term) -> tuple[Term, ...]:
    """What a sum over elements is made of, in whole arrays: the two factors of a product that both
    have the axes of the batch, or one array. Raises CodeError for sums of something else."""
    stack, sizes = stacked(node)
    factors = associated(stack.args).args if stack.op == "matmul" else ()
    whole = all(len(part.shape or ()) == len(sizes) + 2 for part in factors)
    return factors if factors and whole else (stack,)


def stacked(node: Term) -> tuple[Term, tuple[Dim, ...]]:
    """The body of nested sums over all elements, of whole arrays, and the sizes summed over."""
    indices: list[Term] = []
    ends: list[Term] = []
    body = node
    while body.op == "sum" and body.data == "range" and body.args[1] is ONE:
        indices.append(body.args[0])
        ends.append(body.args[2])
        body = body.args[-1]
    sizes: tuple[Dim, ...] = ()
    done: dict[Term, Term] = {}
    for part in postorder(body):
        if part.op == "entry" and part.args[1:] == tuple(indices) and part.args[0].shape:
            done[part] = part.args[0]
            sizes = part.args[0].shape[: len(indices)]
        elif part.op == "entry":
            raise CodeError(f"no array code for {plain(node)} beside matrix products")
        else:
            done[part] = rebuild(part, tuple(done[a] for a in part.args))
    if not sizes or [as_term(size) for size in sizes] != ends:
        raise CodeError(f"no array code for {plain(node)} beside matrix products")
    return done[body], sizes
