"""How an adjoint goes back through arrays that are put together, and through their parts."""

from __future__ import annotations

from symdl.derivation.matrix.build import (
    NotInMatrices,
    is_scalar,
    negative,
    product,
    scaled,
    turned,
)
from symdl.derivation.matrix.node import Node
from symdl.expression.dimensions import added, dimension_of, without
from symdl.expression.shapes import is_entrywise, is_row
from symdl.expression.size_terms import as_term
from symdl.expression.term import Dim, Term, make, number


def through_concat(node: Node, g: Term, place: int) -> Term:
    """The part of the adjoint where the argument stands."""
    args, axis = node.term.args, node.term.data or -1
    shapes = [a.shape for a in args]
    if any(s is None for s in shapes):
        raise NotInMatrices("a concatenation of arrays of unknown size")
    sizes = [s[axis] for s in shapes if s is not None]
    before = added(*sizes[:place]) if place else 0
    return part(g, axis, before, added(before, sizes[place]))


def through_slice(node: Node, g: Term, place: int) -> Term:
    """The adjoint where the part stands, 0 elsewhere."""
    array, *ends = node.term.args
    if place:
        raise NotInMatrices("a variable end of a part")
    for axis, low, high in zip(node.term.data, ends[::2], ends[1::2], strict=True):
        first, last = dimension_of(low), dimension_of(high)
        if first is None or last is None or not array.shape:
            raise NotInMatrices("a part of unknown size")
        before, after = without(first, 1), without(array.shape[axis], last)
        pieces = [_zeros(g, axis, before), g, _zeros(g, axis, after)]
        kept = [p for p in pieces if p is not None]
        if len(kept) > 1:
            g = make("concat", *kept, data=None if axis == -1 else axis)
    return g


def through_vec(node: Node, g: Term, _place: int) -> Term:
    """The adjoint as a matrix."""
    x = node.term.args[0]
    if not x.shape or len(x.shape) != 2:
        return g
    scalars = [a for a in g.args if is_scalar(a)] if g.op == "mul" else []
    inner = [a for a in g.args if not is_scalar(a)] if g.op == "mul" else [g]
    if len(inner) == 1 and inner[0].op == "vec" and inner[0].args[0].shape == x.shape:
        return scaled(*scalars, inner[0].args[0])
    return make("unvec", g, *map(as_term, x.shape))


def through_unvec(_node: Node, g: Term, _place: int) -> Term:
    """The columns of the adjoint behind each other."""
    return make("vec", g)


def _zeros(like: Term, axis: int, size: Dim) -> Term | None:
    """Zeros beside an array along an axis; None where there are none."""
    if size == 0:
        return None
    shape = list(like.shape or ())
    shape[axis] = size
    return make("mul", number(0), make("ones", *map(as_term, shape)))


def part(g: Term, axis: int, before: Dim, last: Dim) -> Term:
    """The entries of an array along an axis behind the first `before` as far as `last`; a part of a
    product is the product with a part of its first or last factor."""
    shape = g.shape or ()
    if before == 0 and shape and shape[axis] == last:
        return g
    made = _pushed(g, axis, before, last)
    if made is not None:
        return made
    ends = (as_term(added(before, 1)), as_term(last))
    if g.op == "slice" and axis not in g.data:
        return make("slice", *g.args, *ends, data=(*g.data, axis))
    return make("slice", g, *ends, data=(axis,))


def _pushed(g: Term, axis: int, before: Dim, last: Dim) -> Term | None:
    """A part of an operation as that of parts, where that is shorter."""
    rank = len(g.shape or ())
    if g.op == "neg":
        return negative(part(g.args[0], axis, before, last))
    if g.op == "mul" and sum(not is_scalar(a) for a in g.args) == 1:
        inner = [a if is_scalar(a) else part(a, axis, before, last) for a in g.args]
        return make("mul", *inner)
    if g.op == "concat" and (g.data or -1) == axis:
        return _blocks(g, axis, before, last)
    if g.op == "transpose" and rank == 2 and not is_row(g):
        return turned(part(g.args[0], -3 - axis, before, last))
    if g.op == "matmul" and rank and not is_row(g):
        first = len(g.args[0].shape or ()) == 2 and not is_row(g.args[0])
        if axis == -rank and first:
            return product(part(g.args[0], -2, before, last), *g.args[1:])
        if axis == -1 and rank == 2 and len(g.args[-1].shape or ()) == 2:
            return product(*g.args[:-1], part(g.args[-1], -1, before, last))
    if g.op in ("add", "hadamard") and all(a.shape in (g.shape, ()) for a in g.args):
        inner = [part(a, axis, before, last) if a.shape else a for a in g.args]
        if any(a.op != "slice" for a in inner):
            return make(g.op, *inner)
    if is_entrywise(g) and len(g.args) == 1 and g.args[0].op == "concat":
        return make(g.op, part(g.args[0], axis, before, last), data=g.data)
    return None


def _blocks(g: Term, axis: int, before: Dim, last: Dim) -> Term | None:
    """The blocks between two places, where they begin and end there."""
    at: Dim = 0
    found: list[Term] = []
    inside = False
    for block in g.args:
        inside = inside or at == before
        if at == last:
            break
        if inside:
            found.append(block)
        at = added(at, (block.shape or (0,))[axis])
    if not found or at != last:
        return None
    return found[0] if len(found) == 1 else make("concat", *found, data=g.data)
