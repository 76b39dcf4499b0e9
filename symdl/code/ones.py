"""Products with vectors of ones as what they mean to a program: sums and broadcasts."""

from __future__ import annotations

from symdl.expression.term import Term, make, postorder, rebuild


def without_ones(term: Term) -> Term:
    """The term with `A 1` as a sum of rows, `1^T v` as a sum, and `1 b^T` beside a matrix as b.

    Vectors of ones that stand otherwise are left.
    """
    if not any(node.op == "ones" for node in postorder(term)):
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
    if args[-1].op == "ones" and len(args) > 1:
        inner = args[0] if len(args) == 2 else make("matmul", *args[:-1])
        if inner.shape is not None and len(inner.shape) > 1 and inner.shape[0] != 1:
            return make("reduce_sum", inner)
    first = args[0]
    turned = first.op == "transpose" and first.args[0].op == "ones"
    if turned and len(args) == 2 and len(args[1].shape or ()) == 1:
        return make("reduce_sum", args[1])
    return make("matmul", *args)


def _broadcast(summand: Term, summands: tuple[Term, ...]) -> Term:
    """b for `1 b^T` beside a matrix of that shape."""
    if summand.op != "matmul" or len(summand.args) != 2:
        return summand
    one, row = summand.args
    plain = one.op == "ones" and row.op == "transpose" and len(row.args[0].shape or ()) == 1
    others = [s for s in summands if s is not summand and s.shape == summand.shape]
    beside = [s for s in others if not any(n.op == "ones" for n in postorder(s))]
    return row.args[0] if plain and beside else summand
