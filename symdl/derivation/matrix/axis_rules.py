"""How an adjoint goes back through softmax, means and sums over the last axis."""

from __future__ import annotations

from symdl.derivation.matrix.build import (
    NotInMatrices,
    entrywise,
    is_scalar,
    negative,
    ones,
    product,
    scaled,
    total,
)
from symdl.derivation.matrix.node import Node
from symdl.expression.numerals import ONE
from symdl.expression.size_terms import as_term
from symdl.expression.term import Term, make


def _rows(g: Term) -> Term:
    """Each entry replaced by the sum of its row."""
    if not g.shape:
        raise NotInMatrices("a sum over an axis of unknown size")
    one = ones(g.shape[-1])
    if len(g.shape) == 1:
        return product(make("transpose", one), g)
    if len(g.shape) > 2:
        return product(g, make("ones", *one.args, *one.args))
    return product(g, one, make("transpose", one))


def through_softmax(node: Node, g: Term, _place: int) -> Term:
    p = node.name
    if p.shape is not None and len(p.shape) == 1:
        mean = product(make("transpose", p), g)
        return entrywise(p, total([g, negative(mean)]))
    return entrywise(p, total([g, negative(_rows(entrywise(g, p)))]))


def through_log_softmax(node: Node, g: Term, _place: int) -> Term:
    p = make("softmax", node.term.args[0])
    sums = _rows(g)
    spread = scaled(sums, p) if is_scalar(sums) else entrywise(sums, p)
    return total([g, negative(spread)])


def _spread(node: Node, g: Term) -> Term:
    """An adjoint of sums over the last axis, the same for every entry."""
    x = node.term.args[0]
    if not x.shape:
        raise NotInMatrices("a sum over an axis of unknown size")
    one = ones(x.shape[-1])
    if g.op == "ones":
        return make("ones", *map(as_term, x.shape))
    if len(x.shape) > 2:
        return make("outer", g, one)
    return scaled(g, one) if len(x.shape) == 1 else product(g, make("transpose", one))


def through_reduce_sum(node: Node, g: Term, _place: int) -> Term:
    return _spread(node, g)


def through_mean(node: Node, g: Term, _place: int) -> Term:
    shape = node.term.args[0].shape or ()
    return scaled(make("div", ONE, as_term(shape[-1])), _spread(node, g))


def through_logsumexp(node: Node, g: Term, _place: int) -> Term:
    p = make("softmax", node.term.args[0])
    return scaled(g, p) if is_scalar(g) else entrywise(_spread(node, g), p)
