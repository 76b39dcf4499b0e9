"""Lowering of products, reductions and other operations on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symdl.derivation.index import kernels as ker
from symdl.derivation.index import matrices, switches
from symdl.derivation.index.lowered import Array, Env, Frozen, NotLowered, Work
from symdl.derivation.index.lowering import RULES, Lowering, weight
from symdl.derivation.index.nouns import Form
from symdl.derivation.index.sums import sum_over
from symdl.derivation.norms import by_entries
from symdl.expression.numerals import ONE
from symdl.expression.size_terms import as_term
from symdl.expression.term import Term, make


def _matmul(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    args = yield from low.all(node.args, env, frozen)
    result = args[0]
    for right in args[1:]:
        result = product(low, result, right)
    return result


def product(low: Lowering, left: Array, right: Array) -> Array:
    """The matrix product: see `expression.shapes.multiply`."""
    if not left.shape or not right.shape:
        return low.elementwise((left, right), low.space.multiply)
    if len(left.shape) == 1 and right.row:
        return _outer_product(low, left, Array(right.shape[1:], right.slots[1:], right.form))
    inner_axis = 0 if len(right.shape) == 1 else -2
    if low.joined([(left.shape[-1],), (right.shape[inner_axis],)]) != (left.shape[-1],):
        raise NotLowered("inner sizes differ")
    lead = low.joined([left.shape[:-2], right.shape[:-2]])
    rows = left.shape[-2:-1] if len(left.shape) > 1 else ()
    columns = right.shape[-1:] if len(right.shape) > 1 else ()
    shape = (*lead, *rows, *columns)
    k: Any = left.slots[-1:] if left.shape[-1] != 1 else low.fresh((left.shape[-1],))
    own = right.slots[inner_axis]
    if own is not None and weight(right) > weight(left) and own not in left.slots:
        k = (own,)  # the lighter of both is renamed
    slots: Any = low.fresh(shape)
    first = len(lead) + len(rows)
    if left.shape[:-2] == lead and None not in left.slots:
        slots = (*left.slots[:-1], *slots[first:])
    if columns and right.slots[-1] is not None and right.slots[-1] not in left.slots:
        slots = (*slots[:first], right.slots[-1])
    leading, tail = slots[: len(lead)], slots[first:]
    a = low.at(left, (*_last(leading, len(left.shape) - 2), *slots[len(lead) : first], *k))
    b = low.at(right, (*_last(leading, len(right.shape) - 2), *k, *tail))
    form = sum_over(low.space, low.space.multiply(a, b), [i for i in k if i])
    if left.row and len(right.shape) == 1:
        return Array((), (), form)
    return Array(shape, slots, form, left.row and bool(shape))


def _last(slots: Sequence[Any], count: int) -> Sequence[Any]:
    return slots[len(slots) - max(count, 0) :]


def _outer_product(low: Lowering, left: Array, right: Array) -> Array:
    fresh = low.fresh(right.shape)
    mine = set(left.slots)
    right_slots = (f if s in mine else s for s, f in zip(right.slots, fresh, strict=True))
    slots = (*left.slots, *right_slots)
    cut = len(left.shape)
    form = low.space.multiply(low.at(left, slots[:cut]), low.at(right, slots[cut:]))
    return Array((*left.shape, *right.shape), slots, form)


def _outer(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    left, right = yield from low.all(node.args, env, frozen)
    return _outer_product(low, left, right)


def _hadamard(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    args = yield from low.all(node.args, env, frozen)
    return low.elementwise(args, low.space.multiply)


def _dot(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    args = yield from low.all(node.args, env, frozen)
    both = low.elementwise(args, low.space.multiply)
    return Array((), (), sum_over(low.space, both.form, [i for i in both.slots if i]))


def _transpose(_low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    array = yield node.args[0], env, frozen
    shape, slots = array.shape, array.slots
    if array.row:
        return Array(shape[1:], slots[1:], array.form)
    if len(shape) == 1:
        return Array((1, *shape), (None, *slots), array.form, True)
    if len(shape) < 2:
        return array
    turned = (*shape[:-2], shape[-1], shape[-2]), (*slots[:-2], slots[-1], slots[-2])
    return Array(*turned, array.form)


def _square(low: Lowering, array: Array, what: str) -> None:
    if len(array.shape) != 2 or not low.same_size(*array.shape):
        raise NotLowered(f"the {what} of an array that is no square matrix")


def _trace(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    array = yield node.args[0], env, frozen
    _square(low, array, "trace")
    i = array.slots[0]
    form = low.at(array, (i, i))
    return Array((), (), sum_over(low.space, form, [i] if i else []))


def _diag(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    array = yield node.args[0], env, frozen
    if array.row:
        array = Array(array.shape[1:], array.slots[1:], array.form)
    if len(array.shape) == 1:
        slots = low.fresh(array.shape * 2)
        on = switches.delta(low.space, *slots) if slots[0] else low.space.number(1)
        return Array(array.shape * 2, slots, low.space.multiply(low.at(array, slots[:1]), on))
    _square(low, array, "diagonal")
    slots = low.fresh(array.shape[:1])
    return Array(array.shape[:1], slots, low.at(array, (slots[0], slots[0])))


def _triangle(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    array = yield node.args[0], env, frozen
    slots = low.fresh(array.shape)
    row, column = (switches.index_value(low.space, s) for s in slots[-2:])
    beyond = (column, row) if node.op == "tril" else (row, column)
    outside = switches.step(low.space, low.space.subtract(*beyond))
    inside = low.space.subtract(low.space.number(1), outside)
    return Array(array.shape, slots, low.space.multiply(low.at(array, slots), inside))


def _inverse(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    inner = node.args[0]
    if inner.op == "kron" and all(a.shape and a.shape[0] == a.shape[-1] for a in inner.args):
        return (yield make("kron", *(make("inverse", a) for a in inner.args)), env, frozen)
    array = yield node.args[0], env, frozen
    if not array.shape:
        return Array((), (), ker.power(low.space, array.form, -1))
    _square(low, array, "inverse")
    slots = low.fresh(array.shape)
    axes = _two_axes(array)
    return Array(array.shape, slots, matrices.inverse(low.space, array.form, axes, slots))


def _two_axes(array: Array) -> Any:
    if None in array.slots:
        raise NotLowered("a matrix of one entry")
    return array.slots


def _determinant(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    apart = _parts_of_determinant(node.args[0])
    if apart is not None:
        return (yield apart, env, frozen)
    array = yield node.args[0], env, frozen
    _square(low, array, "determinant")
    return Array((), (), matrices.determinant(low.space, array.form, _two_axes(array)))


def _ones(low: Lowering, node: Term, _env: Env, _frozen: Frozen) -> Array:
    if not node.shape:
        raise NotLowered("the size of an array of ones is not known")
    return Array(node.shape, low.fresh(node.shape), low.space.number(1))


def _identity(low: Lowering, node: Term, _env: Env, _frozen: Frozen) -> Array:
    if not node.shape:
        raise NotLowered("the size of the identity is not known")
    slots = low.fresh(node.shape)
    on = switches.delta(low.space, *slots) if slots[0] else low.space.number(1)
    return Array(node.shape, slots, on)


# --- norms and reductions -----------------------------------------------------------------------


def _norm(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    spelled = by_entries(node, low.scope)
    if spelled is not None:
        return (yield spelled, env, frozen)
    array = yield node.args[0], env, frozen
    kind = _norm_kind(node, array)
    if kind == "abs":
        return Array((), (), switches.absolute(low.space, array.form))
    if kind == "1":
        form = switches.absolute(low.space, array.form)
        return Array((), (), sum_over(low.space, form, _indices(array)))
    squares = _sum_of_squares(low, array)
    known = dict(low.space.demands)
    root = ker.power(low.space, squares, Fraction(1, 2))
    low.space.demands = known  # a sum of squares is not negative
    for mono in root.terms:
        for factor, _ in mono:
            if factor.kind == "base":
                factor.sign = max(factor.sign, 1)
    return Array((), (), root)


def _norm_kind(node: Term, array: Array) -> str:
    if not array.shape:
        return "abs"
    kind = str(node.data)
    vector = len(array.shape) == 1 or array.row
    if kind in ("", "F") or (kind == "2" and vector):
        return "2"
    if kind == "1" and vector:
        return "1"
    raise NotLowered(f"the norm marked {kind!r} has no index form")


def _indices(array: Array) -> list[Any]:
    return [i for i in array.slots if i]


def _sum_of_squares(low: Lowering, array: Array) -> Form:
    return sum_over(low.space, ker.power(low.space, array.form, 2), _indices(array))


def _power(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    """An even power of a norm needs no root."""
    base, exponent = node.args
    squared = exponent.op == "number" and exponent.data.value == 2
    if base.op == "norm" and squared and by_entries(base, low.scope) is None:
        array = yield base.args[0], env, frozen
        if _norm_kind(base, array) == "2":
            return Array((), (), _sum_of_squares(low, array))
    return (yield from low.row(node, env, frozen))


def _parts_of_determinant(inner: Term) -> Term | None:
    """`c^n det A` of `c A`, and `det(A)^q det(B)^p` of a Kronecker product."""
    shape = inner.shape or ()
    if len(shape) != 2 or shape[0] != shape[1]:
        return None
    if inner.op == "neg":
        sign = make("pow", make("neg", ONE), as_term(shape[0]))
        return make("mul", sign, make("det", inner.args[0]))
    arrays = [a for a in inner.args if a.shape]
    if inner.op == "mul" and len(arrays) == 1:
        scalars = [a for a in inner.args if not a.shape]
        front = scalars[0] if len(scalars) == 1 else make("mul", *scalars)
        return make("mul", make("pow", front, as_term(shape[0])), make("det", arrays[0]))
    if inner.op != "kron" or len(arrays) != 2:
        return None
    sizes = [a.shape or () for a in arrays]
    if any(len(size) != 2 or size[0] != size[1] for size in sizes):
        return None
    pairs = zip(arrays, reversed(sizes), strict=True)
    return make("mul", *(make("pow", make("det", a), as_term(size[0])) for a, size in pairs))


def _over_last(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    """Softmax, means and sums over the last axis."""
    array = yield node.args[0], env, frozen
    if not array.shape:
        raise NotLowered(f"{node.op} of a number")
    last = array.slots[-1]
    bound = [last] if last else []
    space = low.space
    if node.op in ("softmax", "log_softmax", "logsumexp"):
        powers = ker.exponential(space, array.form)
        total = sum_over(space, powers, bound)
        if node.op == "softmax":
            form = space.multiply(powers, ker.power(space, total, -1))
            return Array(array.shape, array.slots, form, array.row)
        logarithm = ker.logarithm(space, total)
        if node.op == "log_softmax":
            form = space.subtract(array.form, logarithm)
            return Array(array.shape, array.slots, form, array.row)
        return Array(array.shape[:-1], array.slots[:-1], logarithm)
    form = sum_over(space, array.form, bound)
    if node.op != "reduce_sum":
        count = ker.power(space, space.dimension(array.shape[-1]), -1)
        form = space.multiply(form, count)
        if node.op == "variance":
            square = ker.power(space, space.subtract(array.form, form), 2)
            form = space.multiply(sum_over(space, square, bound), count)
    return Array(array.shape[:-1], array.slots[:-1], form)


RULES.update(
    {
        "matmul": _matmul,
        "outer": _outer,
        "hadamard": _hadamard,
        "dot": _dot,
        "transpose": _transpose,
        "trace": _trace,
        "diag": _diag,
        "tril": _triangle,
        "triu": _triangle,
        "inverse": _inverse,
        "det": _determinant,
        "ones": _ones,
        "identity": _identity,
        "norm": _norm,
        "pow": _power,
        **dict.fromkeys(("softmax", "log_softmax", "logsumexp"), _over_last),
        **dict.fromkeys(("mean", "variance", "reduce_sum"), _over_last),
    }
)
