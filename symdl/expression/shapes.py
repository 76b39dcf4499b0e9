"""Shapes as types: which shape an operation gives, and broadcasting with its trace.

Vectors have one axis; a transposed vector is the row `(1, n)`, so that `x^T y` is a scalar
and `x y^T` a matrix. A shape that is not known stays unknown (None) and fits everything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from symdl.document.errors import ShapeError
from symdl.expression import misfits
from symdl.expression.term import Dim, Shape, Term


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One broadcast: the operands padded on the left with 1 to the same rank, the result
    per axis, and the failing axis from the right end (-1 is the last), if any."""

    padded: tuple[tuple[Dim, ...], ...]
    result: tuple[Dim, ...] | None
    failing_axis: int | None = None


def broadcast(*shapes: tuple[Dim, ...]) -> Broadcast:
    """Broadcast shapes by NumPy's rule: align right, pad with 1, equal or one of them 1."""
    rank = max(map(len, shapes), default=0)
    padded = tuple((1,) * (rank - len(s)) + tuple(s) for s in shapes)
    result: list[Dim] = []
    for axis in range(rank):
        wide = {s[axis] for s in padded} - {1}
        if len(wide) > 1:
            return Broadcast(padded, None, axis - rank)
        result.append(wide.pop() if wide else 1)
    return Broadcast(padded, tuple(result))


def shape_of(op: str, args: tuple[Term, ...], data: Any) -> Shape:
    """The shape of a node from its arguments; ShapeError when they do not fit."""
    rule = _RULES.get(op)
    if rule is not None:
        return rule(args, data)
    return elementwise(op, args)


def elementwise(op: str, args: tuple[Term, ...]) -> Shape:
    """The broadcast shape of all arguments; unknown if one of them is."""
    result: Shape = ()
    for argument in args:
        if argument.shape == result:
            continue
        if argument.shape is None or result is None:
            result = None
            continue
        joined = broadcast(result, argument.shape)
        if joined.result is None:
            raise _misfit(op, args, argument)
        result = joined.result
    return result


def _misfit(op: str, args: tuple[Term, ...], last: Term) -> ShapeError:
    """The message on the first of the operands that does not fit beside the last."""
    for other in args:
        if other.shape is not None and last.shape is not None:
            axis = broadcast(other.shape, last.shape).failing_axis
            if axis is not None:
                return misfits.no_broadcast(op, other, last, axis)
    raise AssertionError("operands that fit one by one fit together")


def is_row(node: Term) -> bool:
    """Whether a Term is a transposed vector: as it is, multiplied from the right, or made of
    rows and numbers entry by entry (`2 x^T + y^T`)."""
    stack = [node]
    while stack:
        node = stack.pop()
        if node.shape is None or len(node.shape) != 2 or node.shape[0] != 1:
            return False
        if node.op == "transpose":
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
Rule = Callable[[Args, Any], Shape]


def _symbol(args: Args, data: Any) -> Shape:
    return None if data.role == "sequence" and data.shape is None else data.shape


def _scalar(args: Args, data: Any) -> Shape:
    return ()


def _unknown(args: Args, data: Any) -> Shape:
    return None


def _same(args: Args, data: Any) -> Shape:
    return args[0].shape


def _body(args: Args, data: Any) -> Shape:
    return args[-1].shape


def _chosen(args: Args, data: Any) -> Shape:
    return args[0].shape


def _call(args: Args, data: Any) -> Shape:
    if data.function.declared and data.function.shape:
        return data.function.shape  # type: ignore[no-any-return]
    return () if all(a.shape == () for a in args) else None


def _derivative(args: Args, data: Any) -> Shape:
    shape = args[0].shape
    for variable in args[1:]:
        if shape == ():
            shape = variable.shape
        elif variable.shape != ():
            if args[0].shape != () or shape is None or variable.shape is None:
                return None
            shape = shape + variable.shape
    return shape


def _gradient(args: Args, data: Any) -> Shape:
    if len(args) == 2 and args[0].shape == ():
        return args[1].shape
    return None


def _entry(args: Args, data: Any) -> Shape:
    base, indices = args[0], len(args) - 1
    role = base.data.role if base.op == "symbol" else ""
    if role == "sequence":
        indices -= 1
        if indices == 0 or base.shape is None:
            return base.shape
    if base.shape is None:
        full = {"vector": 1, "matrix": 2, "tensor": 3}.get(role)
        return () if full is not None and indices >= full else None
    if indices > len(base.shape):
        raise misfits.no_axis(base, indices)
    for axis, (index, width) in enumerate(zip(args[-indices:], base.shape, strict=False)):
        whole = index.op == "number" and isinstance(width, int)
        if whole and not 1 <= index.data.value <= width:
            raise misfits.no_entry(base, axis, index.data.value)
    return base.shape[indices:]


def _piecewise(args: Args, data: Any) -> Shape:
    """That of the values and of what is compared: a case for each entry."""
    otherwise = args[-1:] if len(args) % 2 else ()
    values = args[: len(args) // 2 * 2 : 2] + otherwise
    conditions = (c for c in args[1 : len(args) // 2 * 2 : 2] if c.op == "relation")
    compared = (a for c in conditions if ORDER.issuperset(c.data) for a in c.args)
    return elementwise("piecewise", (*values, *compared))


ORDER = frozenset({"<", "<=", ">", ">="})


def _indicator(args: Args, data: Any) -> Shape:
    condition = args[0]
    return elementwise("indicator", condition.args) if condition.op == "relation" else ()


def _relation(args: Args, data: Any) -> Shape:
    for left, relation, right in zip(args, data, args[1:], strict=False):
        if relation in ("=", "approx", ":=", "<-", "equiv", "!="):
            _equal(left, right, relation)
        elif relation in ORDER:
            elementwise(f"'{relation}'", (left, right))
    return ()


def _equal(left: Term, right: Term, relation: str) -> None:
    if left.shape is None or right.shape is None or () in (left.shape, right.shape):
        return
    if left.shape == right.shape:
        return
    axis = broadcast(left.shape, right.shape).failing_axis
    where = "the ranks differ" if axis is None else f"axis {axis} has unlike sizes"
    sides = f"{misfits.named(left, 'left')} and {misfits.named(right, 'right')}"
    raise ShapeError(f"'{relation}' between {sides}: {where}")


def _matrix(args: Args, data: Any) -> Shape:
    if any(a.op == "dots" or a.shape != () for a in args):
        return None
    return tuple(data)


def _vector(args: Args, data: Any) -> Shape:
    if any(a.op == "dots" or a.shape != args[0].shape for a in args):
        return None
    return None if args[0].shape is None else (len(args), *args[0].shape)


def _matmul(args: Args, data: Any) -> Shape:
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
        raise misfits.no_product(_product(args[:count]), args[count], inner, axis)
    if row and len(right) == 1:
        return ()
    lead = broadcast(left[:-2], right[:-2])
    if lead.result is None:
        axis = (lead.failing_axis or 0) - 2
        raise misfits.no_broadcast("matrix product", _product(args[:count]), args[count], axis)
    rows = left[-2:-1] if len(left) > 1 else ()
    return lead.result + rows + (right[-1:] if len(right) > 1 else ())


def _product(factors: Args) -> Term:
    from symdl.expression.term import make

    return factors[0] if len(factors) == 1 else make("matmul", *factors)


def _dot(args: Args, data: Any) -> Shape:
    left, right = args[0].shape, args[1].shape
    if left is not None and right is not None and left != right:
        raise misfits.no_dot(args[0], args[1])
    return ()


def _transpose(args: Args, data: Any) -> Shape:
    shape = args[0].shape
    if not shape:
        return shape
    if is_row(args[0]):
        return shape[1:]
    return (1, shape[0]) if len(shape) == 1 else (*shape[:-2], shape[-1], shape[-2])


def _square(op: str, operand: Term) -> None:
    shape = operand.shape
    if shape and (len(shape) < 2 or shape[-1] != shape[-2]):
        raise misfits.not_square(op, operand)


def _inverse(args: Args, data: Any) -> Shape:
    _square("inverse", args[0])
    return args[0].shape


def _trace(args: Args, data: Any) -> Shape:
    _square("trace", args[0])
    return _of_each(args[0])


def _det(args: Args, data: Any) -> Shape:
    _square("determinant", args[0])
    return _of_each(args[0])


def _of_each(stack: Term) -> Shape:
    """A number for each matrix of a stack."""
    return stack.shape[:-2] if stack.shape else ()


def _diag(args: Args, data: Any) -> Shape:
    shape = args[0].shape
    if shape is None:
        return None
    return (shape[0], shape[0]) if len(shape) == 1 else shape[:1]


def _reduced(args: Args, data: Any) -> Shape:
    shape = args[0].shape
    return shape[:-1] if shape else shape


def _outer(args: Args, data: Any) -> Shape:
    left, right = args[0].shape, args[1].shape
    return None if left is None or right is None else left + right


def _kron(args: Args, data: Any) -> Shape:
    left, right = args[0].shape, args[1].shape
    if left is None or right is None or len(left) != len(right):
        return None
    if all(isinstance(d, int) for d in left + right):
        return tuple(a * b for a, b in zip(left, right, strict=True))  # type: ignore[operator]
    return None


def _concat(args: Args, data: Any) -> Shape:
    shapes = [a.shape for a in args]
    if any(not s or not isinstance(s[-1], int) for s in shapes):
        return None
    known = [s for s in shapes if s]
    if len({s[:-1] for s in known}) > 1:
        return None
    return (*known[0][:-1], sum(s[-1] for s in known if isinstance(s[-1], int)))


def _ones(args: Args, data: Any) -> Shape:
    sizes = [_size(a) for a in args]
    known = tuple(d for d in sizes if d is not None)
    return known if known and len(known) == len(sizes) else None


def _identity(args: Args, data: Any) -> Shape:
    size = _size(args[0]) if args else None
    return None if size is None else (size, size)


def _size(node: Term) -> Dim | None:
    """A dimension written as a Term: a whole number or a name."""
    if node.op == "number":
        return int(node.data.value)
    return str(node.data.name) if node.op == "symbol" else None


def _opaque(args: Args, data: Any) -> Shape:
    return () if all(a.shape == () for a in args) else None


_RULES: dict[str, Rule] = {
    "symbol": _symbol,
    **dict.fromkeys(("number", "constant", "dots", "norm", "cardinality", "statements"), _scalar),
    **dict.fromkeys(("and", "or", "not", "forall"), _scalar),
    **dict.fromkeys(("text", "image", "interval", "number_set", "space", "set"), _unknown),
    **dict.fromkeys(("set_of", "tuple", "shape_of", "times", "given"), _unknown),
    **dict.fromkeys(("sum", "product", "max_over", "min_over", "integral", "limit"), _body),
    **dict.fromkeys(("sup_over", "inf_over"), _body),
    **dict.fromkeys(("argmax", "argmin"), _chosen),
    **dict.fromkeys(("at", "prime", "label", "when", "softmax", "log_softmax"), _same),
    **dict.fromkeys(("logsumexp", "mean", "variance", "reduce_sum"), _reduced),
    "derivative": _derivative,
    "nth_derivative": _same,
    "gradient": _gradient,
    "call": _call,
    "entry": _entry,
    "piecewise": _piecewise,
    "indicator": _indicator,
    "relation": _relation,
    "matrix": _matrix,
    "vector": _vector,
    "matmul": _matmul,
    "dot": _dot,
    "transpose": _transpose,
    "inverse": _inverse,
    "trace": _trace,
    "det": _det,
    "diag": _diag,
    "outer": _outer,
    "kron": _kron,
    "concat": _concat,
    "opaque": _opaque,
    "ones": _ones,
    "identity": _identity,
}
