"""Shapes as types: which shape an operation gives.

Vectors have one axis; a transposed vector is the row `(1, n)`, so that `x^T y` is a scalar
and `x y^T` a matrix. A shape that is not known stays unknown (None) and fits everything.
"""

from __future__ import annotations

from typing import Any

from symdl.expression import entry_shapes, misfits
from symdl.expression.broadcasting import broadcast, may_fit
from symdl.expression.dimensions import added, dimension_of, multiplied, never_equal, without
from symdl.expression.entry_shapes import Rule, elementwise
from symdl.expression.term import Dim, Shape, Term


def shape_of(op: str, args: tuple[Term, ...], data: Any) -> Shape:
    """The shape of a node from its arguments; ShapeError when they do not fit."""
    rule = _RULES.get(op)
    if rule is not None:
        return rule(args, data)
    return elementwise(op, args)


def is_entrywise(node: Term) -> bool:
    """Whether an operation works entry by entry, its operands broadcast."""
    return node.op not in _RULES


def is_row(node: Term) -> bool:
    """Whether a Term is a transposed vector: as it is, multiplied from the right, or made of
    rows and numbers entry by entry (`2 x^T + y^T`)."""
    stack = [node]
    while stack:
        node = stack.pop()
        if node.shape is None or len(node.shape) != 2 or node.shape[0] != 1:
            return False
        if node.op == "concat":
            stack.extend(node.args)
        elif node.op == "transpose":
            inner = node.args[0].shape
            if inner is None or len(inner) != 1:
                return False
        elif node.op == "matmul":
            stack.append(node.args[0])
        elif node.op in _RULES and node.op not in ("softmax", "log_softmax"):
            return False
        else:
            stack.extend(a for a in node.args if a.shape != ())
    return True


Args = tuple[Term, ...]


def _matrix(args: Args, data: Any) -> Shape:
    if any(a.op == "dots" or a.shape != () for a in args):
        return None
    return tuple(data)


def _vector(args: Args, _data: Any) -> Shape:
    if any(a.op == "dots" or a.shape != args[0].shape for a in args):
        return None
    return None if args[0].shape is None else (len(args), *args[0].shape)


def _matmul(args: Args, _data: Any) -> Shape:
    shape, row = args[0].shape, is_row(args[0])
    for count in range(1, len(args)):
        shape = _multiplied(shape, row, args, count)
        row = row and shape != ()
    return shape


def _multiplied(left: Shape, row: bool, args: Args, count: int) -> Shape:
    """The shape of the product of the first `count` factors, given, and the next. A row times a
    vector is a scalar, a vector times a row their outer product, and stacks of matrices
    broadcast over their leading axes."""
    right = args[count].shape
    if left is None or right is None:
        return None
    if not left or not right:
        return left or right
    if len(left) == 1 and is_row(args[count]):
        return (left[0], right[1])
    axis = -1 if len(right) == 1 else -2
    if left[-1] != right[axis]:
        inner = left[-1], right[axis]
        if not never_equal(*inner):
            return None
        raise misfits.no_product(_product(args[:count]), args[count], inner, axis)
    if row and len(right) == 1:
        return ()
    lead = broadcast(left[:-2], right[:-2])
    if lead.result is None:
        if may_fit(left[:-2], right[:-2]):
            return None
        axis = (lead.failing_axis or 0) - 2
        raise misfits.no_broadcast("matrix product", _product(args[:count]), args[count], axis)
    rows = left[-2:-1] if len(left) > 1 else ()
    return lead.result + rows + (right[-1:] if len(right) > 1 else ())


def _product(factors: Args) -> Term:
    from symdl.expression.term import make

    return factors[0] if len(factors) == 1 else make("matmul", *factors)


def _dot(args: Args, _data: Any) -> Shape:
    left, right = args[0].shape, args[1].shape
    if left is not None and right is not None and left != right:
        if len(left) == len(right) and not any(map(never_equal, left, right)):
            return ()
        raise misfits.no_dot(args[0], args[1])
    return ()


def _triangle(args: Args, _data: Any) -> Shape:
    """A triangle of a matrix, or of each of a stack, is as large: the rest of it is 0."""
    shape = args[0].shape
    if shape is not None and (len(shape) < 2 or is_row(args[0])):
        raise misfits.no_triangle(args[0])
    return shape


def _transpose(args: Args, _data: Any) -> Shape:
    shape = args[0].shape
    if not shape:
        return shape
    if is_row(args[0]):
        return shape[1:]
    return (1, shape[0]) if len(shape) == 1 else (*shape[:-2], shape[-1], shape[-2])


def _square(op: str, operand: Term) -> None:
    shape = operand.shape
    if shape and (len(shape) < 2 or never_equal(shape[-1], shape[-2])):
        raise misfits.not_square(op, operand)


def _inverse(args: Args, _data: Any) -> Shape:
    _square("inverse", args[0])
    return args[0].shape


def _trace(args: Args, _data: Any) -> Shape:
    _square("trace", args[0])
    return _of_each(args[0])


def _det(args: Args, _data: Any) -> Shape:
    _square("determinant", args[0])
    return _of_each(args[0])


def _of_each(stack: Term) -> Shape:
    """A number for each matrix of a stack."""
    return stack.shape[:-2] if stack.shape else ()


def _diag(args: Args, _data: Any) -> Shape:
    shape = args[0].shape
    if shape is None:
        return None
    return (shape[0], shape[0]) if len(shape) == 1 else shape[:1]


def _reduced(args: Args, _data: Any) -> Shape:
    shape = args[0].shape
    return shape[:-1] if shape else shape


def _outer(args: Args, _data: Any) -> Shape:
    left, right = args[0].shape, args[1].shape
    return None if left is None or right is None else left + right


def _kron(args: Args, _data: Any) -> Shape:
    left, right = args[0].shape, args[1].shape
    if left is None or right is None or len(left) != len(right):
        return None
    return tuple(multiplied(a, b) for a, b in zip(left, right, strict=True))


def _vec(args: Args, _data: Any) -> Shape:
    shape = args[0].shape
    if not shape or len(shape) > 2:
        return shape and None
    return (multiplied(*shape),)


def _unvec(args: Args, _data: Any) -> Shape:
    """The matrix of given rows and columns of which a vector is the vec."""
    rows, columns = (dimension_of(a) for a in args[1:])
    return None if rows is None or columns is None else (rows, columns)


def _concat(args: Args, data: Any) -> Shape:
    """Behind each other along the last axis (`data` None), or the one before (-2): rows below
    rows; a vector below a matrix is one of its rows."""
    axis = -1 if data is None else data
    shapes = [a.shape for a in args]
    known = [s for s in shapes if s is not None and len(s) >= -axis]
    if len(known) < len(shapes):
        return None
    first = known[0]
    rest = [(*s[:axis], *s[len(s) + axis + 1 :]) for s in known]
    for place, other in enumerate(rest):
        if other != rest[0]:
            if len(other) == len(rest[0]) and not any(map(never_equal, other, rest[0])):
                return None
            raise misfits.no_concat(args[0], args[place], axis)
    end = len(first) + axis
    return (*first[:end], added(*(s[axis] for s in known)), *first[end + 1 :])


def _slice(args: Args, data: Any) -> Shape:
    """The entries from one place to another along each of some axes, both of them in."""
    if not args[0].shape:
        return None
    shape = list(args[0].shape)
    for axis, low, high in zip(data, args[1::2], args[2::2], strict=True):
        first, last = dimension_of(low), dimension_of(high)
        if first is None or last is None:
            return None
        shape[axis] = added(without(last, first), 1)
    return tuple(shape)


def _ones(args: Args, _data: Any) -> Shape:
    sizes = [_size(a) for a in args]
    known = tuple(d for d in sizes if d is not None)
    return known if known and len(known) == len(sizes) else None


def _identity(args: Args, _data: Any) -> Shape:
    size = _size(args[0]) if args else None
    return None if size is None else (size, size)


def _size(node: Term) -> Dim | None:
    """A dimension written as a Term: a whole number, a name, a sum or a product of these."""
    if node.op == "number":
        return int(node.data.value)
    return dimension_of(node)


def _opaque(args: Args, _data: Any) -> Shape:
    return () if all(a.shape == () for a in args) else None


_OF_ARRAYS: dict[str, Rule] = {
    **dict.fromkeys(("logsumexp", "mean", "variance", "reduce_sum"), _reduced),
    "matrix": _matrix,
    "vector": _vector,
    "matmul": _matmul,
    "dot": _dot,
    "transpose": _transpose,
    "inverse": _inverse,
    "trace": _trace,
    "det": _det,
    "diag": _diag,
    "tril": _triangle,
    "triu": _triangle,
    "outer": _outer,
    "kron": _kron,
    "vec": _vec,
    "unvec": _unvec,
    "concat": _concat,
    "slice": _slice,
    "ones": _ones,
    "identity": _identity,
}
_RULES: dict[str, Rule] = {**entry_shapes.RULES, **_OF_ARRAYS, "opaque": _opaque}
ARRAY_OPERATIONS = frozenset({*_OF_ARRAYS, "softmax", "log_softmax", "norm", "cardinality"})
"""Operations of whole arrays; tests/test_array_operations.py says where each has a rule."""
