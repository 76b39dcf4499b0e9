"""How operations on whole arrays become array operations: ones, diagonals and broadcasts cost
nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symdl.code.contractions import contraction
from symdl.code.stacks import stacked
from symdl.code.whole import RULES, Value, Whole, padded, seen, times, union
from symdl.document.errors import CodeError
from symdl.expression.numerals import ONE
from symdl.expression.printer import plain
from symdl.expression.shapes import is_row
from symdl.expression.term import Term, combined, make


def _outer(left: Value, right: Value) -> Value:
    """The products of all entries of two vectors, numbers or rows that are there or not."""
    axes = (any(left.axes), any(right.axes))
    above = seen(Value(left.term, (axes[0], False)), axes)
    return Value(times(above, right.term), axes)


def _matmul(w: Whole, node: Term, _inner: Sequence[Term]) -> Value:
    a, b = node.args
    left, right = w.known[a], w.known[b]
    if a.shape is None or b.shape is None:
        raise CodeError(f"no array code for {plain(node)}: a shape is not known")
    if max(len(a.shape), len(b.shape)) > 2 and a.shape and b.shape:
        return _of_stacks(w, node)
    if not a.shape or not b.shape:
        return w.entrywise(make("mul", a, b), (a, b))
    if left.diagonal or right.diagonal:
        return _scaled(left, right)
    if len(a.shape) == 1 and is_row(b):
        return _outer(left, Value(right.term, right.axes[1:]))
    keep_a, keep_b = left.axes[:-1], right.axes[1:]
    if left.axes[-1] and right.axes[0]:
        made = Value(make("matmul", left.term, right.term), keep_a + keep_b)
    else:
        size = a.shape[-1]
        if right.axes[0]:
            right = w.summed(right, 0, size)
        elif left.axes[-1]:
            left = w.summed(left, len(left.axes) - 1, size)
        else:
            left = Value(times(w.size(size), left.term), left.axes)
        x, y = Value(left.term, keep_a), Value(right.term, keep_b)
        made = Value(_outer(x, y).term, keep_a + keep_b)
    return Value(made.term) if node.shape == () else made


def _of_stacks(w: Whole, node: Term) -> Value:
    """A product of stacks of matrices; one with a matrix of ones is a sum along the last axis."""
    a, b = node.args
    left, right = w.known[a], w.known[b]
    if min(len(left.axes), len(right.axes)) < 2:
        raise CodeError(f"no array code for {plain(node)} beside gradients")
    if not any(right.axes) and len(right.axes) == 2:
        added = w.summed(left, len(left.axes) - 1, (a.shape or ())[-1])
        return Value(times(added.term, right.term), (*added.axes, False))
    terms = w.full(left, a), w.full(right, b)
    return Value(make("matmul", *terms), (True,) * len(node.shape or ()))


def _scaled(left: Value, right: Value) -> Value:
    """A product with a diagonal: rows or columns are scaled."""
    if left.diagonal and right.diagonal:
        both = Value(left.term, left.axes), Value(right.term, right.axes)
        axes = union(both, 1)
        return Value(times(left.term, right.term), axes, diagonal=True)
    if left.diagonal:
        scale, other = left, right
        stretched = Value(scale.term, scale.axes + (False,) * (len(other.axes) - 1))
    else:
        scale, other = right, left
        stretched = padded(Value(scale.term, scale.axes), len(other.axes))
    axes = union((stretched, other), len(other.axes))
    return Value(times(seen(stretched, axes), seen(other, axes)), axes)


def _transpose(w: Whole, node: Term, _inner: Sequence[Term]) -> Value:
    value = w.known[node.args[0]]
    if value.diagonal:
        return value
    if len(value.axes) == 1:
        return padded(value, 2)
    if len(value.axes) == 2 and len(node.shape or ()) == 1:
        return w.summed(value, 0, 1) if value.axes[0] else Value(value.term, value.axes[1:])
    if len(value.axes) > 2:
        rank = len(value.axes)
        turned = (*range(rank - 2), rank - 1, rank - 2)
        full = w.full(value, node.args[0])
        return Value(make("reorder", full, data=turned), (True,) * rank)
    term = make("reorder", value.term, data=(1, 0)) if all(value.axes) else value.term
    return Value(_undone(term), value.axes[::-1])


def _undone(term: Term) -> Term:
    """A transpose of a transpose is nothing."""
    twice = term.op == "reorder" and term.args[0].op == "reorder"
    return term.args[0].args[0] if twice and term.data == term.args[0].data == (1, 0) else term


def _trace(w: Whole, node: Term, inner: Sequence[Term]) -> Value:
    if len(inner) != 2:
        return Value(make("trace", w.full(w.known[inner[0]], inner[0])))
    a, b = inner
    if a.op != "transpose":
        a, b = b, a  # tr(AB) = tr(BA)
    turned = a.args[0] if a.op == "transpose" else make("transpose", a)
    for part in (turned, b):
        w.value(part)
    shape = b.shape or ()
    if len(shape) != 2 or turned.shape != shape:
        raise CodeError(f"no array code for {plain(node)}")
    return w.total(padded(w.entrywise(make("hadamard", turned, b), (turned, b)), 2), shape)


def _dot(w: Whole, _node: Term, inner: Sequence[Term]) -> Value:
    u, v = inner
    return w.total(w.entrywise(make("hadamard", u, v), inner), u.shape or ())


def _outer_of(w: Whole, _node: Term, inner: Sequence[Term]) -> Value:
    left, right = (w.known[a] for a in inner)
    if right.term is ONE and not any(right.axes):
        return Value(left.term, left.axes + right.axes)
    return _outer(w.known[inner[0]], w.known[inner[1]])


def _ones(_w: Whole, node: Term, _inner: Sequence[Term]) -> Value:
    return Value(ONE, (False,) * len(node.shape or ()))


def _identity(_w: Whole, _node: Term, _inner: Sequence[Term]) -> Value:
    return Value(ONE, (False,), diagonal=True)


def _diag(w: Whole, _node: Term, inner: Sequence[Term]) -> Value:
    value = w.known[inner[0]]
    if len(value.axes) == 1:
        return replace(value, diagonal=True)
    return Value(make("diag", w.full(value, inner[0])), (True,))


def _last(w: Whole, node: Term, inner: Sequence[Term]) -> Value:
    """A reduction over the last axis."""
    x = inner[0]
    value, shape = w.flat(w.known[x], x), x.shape or ()
    value = padded(value, len(shape))
    if node.op == "reduce_sum":
        return w.summed(value, len(shape) - 1, shape[-1])
    if not value.axes[-1]:
        value = Value(w.full(value, x), (True,) * len(shape))
    return Value(make(node.op, value.term, data=node.data), value.axes[:-1])


def _filled(w: Whole, node: Term, inner: Sequence[Term]) -> Value:
    """An operation on whole arrays, all their axes there."""
    terms = [w.full(w.known[a], a) for a in inner]
    return Value(make(node.op, *terms, data=node.data), (True,) * len(node.shape or ()))


def _scaled_diagonal(w: Whole, node: Term, inner: Sequence[Term]) -> Value:
    """A product entry by entry; numbers times a diagonal are a diagonal."""
    values = [w.known[a] for a in inner]
    lone = [v for v in values if v.diagonal]
    if len(lone) == 1 and all(v.diagonal or not v.axes for v in values):
        return Value(times(*(v.term for v in values)), lone[0].axes, diagonal=True)
    return w.entrywise(node, inner)


def _neg(w: Whole, node: Term, inner: Sequence[Term]) -> Value:
    value = w.known[inner[0]]
    if value.diagonal:
        return replace(value, term=make("neg", value.term))
    return w.entrywise(node, inner)


def _added(w: Whole, node: Term, inner: Sequence[Term]) -> Value:
    """A sum; diagonals are added to the diagonal of the rest."""
    values = [w.known[a] for a in inner]
    rest = [a for a, v in zip(inner, values, strict=True) if not v.diagonal]
    lone = [v for v in values if v.diagonal]
    if not lone or any(a.shape != node.shape for a in rest):
        return w.entrywise(node, inner)
    axes = union([Value(v.term, v.axes) for v in lone], 1)
    along = combined("add", [v.term for v in lone])
    if not rest:
        return Value(along, axes, diagonal=True)
    below = w.entrywise(make("add", *rest), rest) if len(rest) > 1 else w.known[rest[0]]
    if not all(below.axes):
        return w.entrywise(node, inner)
    return Value(make("with_diagonal", below.term, along), below.axes)


def _summed(w: Whole, node: Term, inner: Sequence[Term]) -> Value:
    """The sum over the elements of a batch; of a product the inner axis is summed with it."""
    _, sizes = stacked(node)
    rank = len(sizes)
    if len(inner) == 2:
        (left, a), (right, b) = (_unturned(w.full(w.known[part], part)) for part in inner)
        batch = "pqrs"[:rank]
        specs = batch + ("yx" if a else "xy"), batch + ("zy" if b else "yz")
        return Value(contraction((left, right), specs, "xz"), (True, True))
    value = w.known[inner[0]]
    for size in sizes:
        value = w.summed(value, 0, size)
    return value


def _unturned(term: Term) -> tuple[Term, bool]:
    """An array without the transpose of its last two axes, and whether there was one."""
    axes = range(len(term.data)) if term.op == "reorder" else range(0)
    turned = bool(axes) and term.data == (*axes[:-2], axes[-1], axes[-2])
    return (term.args[0], True) if turned else (term, False)


RULES.update(
    {
        "sum": _summed,
        "matmul": _matmul,
        "mul": _scaled_diagonal,
        "neg": _neg,
        "add": _added,
        "transpose": _transpose,
        "trace": _trace,
        "dot": _dot,
        "outer": _outer_of,
        "ones": _ones,
        "identity": _identity,
        "diag": _diag,
        **dict.fromkeys(("reduce_sum", "mean", "variance", "logsumexp"), _last),
        **dict.fromkeys(
            (
                "softmax",
                "log_softmax",
                "norm",
                "det",
                "inverse",
                "concat",
                "slice",
                "vec",
                "unvec",
                "kron",
                "matrix",
                "vector",
            ),
            _filled,
        ),
    }
)
