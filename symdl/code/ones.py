"""Products with vectors of ones, and of a column with a row, as what they mean to a program:
sums, broadcasts and outer products."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.expression.shapes import is_row
from symdl.expression.term import Term, make, postorder, rebuild


def without_ones(term: Term) -> Term:
    """The term with `A 1` as a sum of rows, `1^T v` as a sum, and `1 b^T` beside a matrix as b;
    `u v^T` is an outer product.

    Vectors of ones that stand otherwise are left.
    """
    if not any(node.op == "ones" or _column_before_row(node.args) for node in postorder(term)):
        return term
    done: dict[Term, Term] = {}
    for node in postorder(term):
        args = tuple(done[a] for a in node.args)
        if node.op == "matmul":
            done[node] = _summed(list(args))
        elif node.op == "add":
            done[node] = make("add", *(_broadcast(a, args) for a in args))
        else:
            done[node] = rebuild(node, args)
    return done[term]


def _summed(args: list[Term]) -> Term:
    if _column_before_row(args):
        return _with_outer(args)
    if args[-1].op == "ones" and len(args[-1].args) == 1 and len(args) > 1:
        inner = args[0] if len(args) == 2 else make("matmul", *args[:-1])
        if inner.shape is not None and len(inner.shape) > 1 and inner.shape[0] != 1:
            return make("reduce_sum", inner)
    first = args[0]
    turned = first.op == "transpose" and first.args[0].op == "ones" and is_row(first)
    if turned and len(args) == 2 and len(args[1].shape or ()) == 1:
        return make("reduce_sum", args[1])
    return _with_outer(args)


def _column_before_row(factors: Sequence[Term]) -> int:
    """Where a row follows a vector in a product, 0 for nowhere."""
    for place in range(1, len(factors)):
        if len(factors[place - 1].shape or ()) == 1 and is_row(factors[place]):
            return place
    return 0


def _with_outer(factors: list[Term]) -> Term:
    """A product with `u v^T` in it as the outer product of what stands on both sides."""
    place = _column_before_row(factors)
    after = factors[place + 1 :]
    if not place or factors[place].op != "transpose":
        return make("matmul", *factors)
    before, row = factors[:place], factors[place].args[0]
    left = before[0] if len(before) == 1 else make("matmul", *before)
    if after and len(after[-1].shape or ()) == 1 and not is_row(after[-1]):
        return make("mul", _summed([factors[place], *after]), left)  # u (v^T w) is a multiple of u
    if any(len(f.shape or ()) != 2 for f in after):
        return make("matmul", *factors)
    turned = [make("transpose", f) for f in reversed(after)]
    return make("outer", left, make("matmul", *turned, row) if turned else row)


def _broadcast(summand: Term, summands: tuple[Term, ...]) -> Term:
    """b for `1 b^T` beside a matrix of that shape."""
    if summand.op != "outer":
        return summand
    one, row = summand.args
    plain = one.op == "ones" and len(row.shape or ()) == 1
    others = [s for s in summands if s is not summand and s.shape == summand.shape]
    beside = [s for s in others if not any(n.op == "ones" for n in postorder(s))]
    return row if plain and beside else summand
