"""The shapes of atoms, binders, derivatives, entries, cases and statements, and of what works
entry by entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symdl.document.errors import ShapeError
from symdl.expression import misfits
from symdl.expression.broadcasting import broadcast, may_fit
from symdl.expression.relations import ORDERING
from symdl.expression.term import Shape, Term

Args = tuple[Term, ...]
Rule = Callable[[Args, Any], Shape]


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
        if joined.result is None and not may_fit(result, argument.shape):
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


def _symbol(_args: Args, data: Any) -> Shape:
    return None if data.role == "sequence" and data.shape is None else data.shape


def _scalar(_args: Args, _data: Any) -> Shape:
    return ()


def _unknown(_args: Args, _data: Any) -> Shape:
    return None


def _same(args: Args, _data: Any) -> Shape:
    return args[0].shape


def _body(args: Args, _data: Any) -> Shape:
    return args[-1].shape


def _chosen(args: Args, _data: Any) -> Shape:
    return args[0].shape


def _call(args: Args, data: Any) -> Shape:
    told: Shape = data.function.shape
    if told:
        return told
    return () if all(a.shape == () for a in args) else None


def _derivative(args: Args, _data: Any) -> Shape:
    shape = args[0].shape
    for variable in args[1:]:
        if shape == ():
            shape = variable.shape
        elif variable.shape != ():
            if args[0].shape != () or shape is None or variable.shape is None:
                return None
            shape = shape + variable.shape
    return shape


def _gradient(args: Args, _data: Any) -> Shape:
    if len(args) == 2 and args[0].shape == ():
        return args[1].shape
    return None


def _entry(args: Args, _data: Any) -> Shape:
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


def _piecewise(args: Args, _data: Any) -> Shape:
    """That of the values and of what is compared: a case for each entry."""
    otherwise = args[-1:] if len(args) % 2 else ()
    values = args[: len(args) // 2 * 2 : 2] + otherwise
    conditions = (c for c in args[1 : len(args) // 2 * 2 : 2] if c.op == "relation")
    compared = (a for c in conditions if ORDERING.issuperset(c.data) for a in c.args)
    return elementwise("piecewise", (*values, *compared))


def _indicator(args: Args, _data: Any) -> Shape:
    condition = args[0]
    return elementwise("indicator", condition.args) if condition.op == "relation" else ()


def _relation(args: Args, data: Any) -> Shape:
    for left, relation, right in zip(args, data, args[1:], strict=False):
        if relation in ("=", "approx", ":=", "<-", "equiv", "!="):
            _equal(left, right, relation)
        elif relation in ORDERING:
            elementwise(f"'{relation}'", (left, right))
    return ()


def _equal(left: Term, right: Term, relation: str) -> None:
    if left.shape is None or right.shape is None or () in (left.shape, right.shape):
        return
    if left.shape == right.shape:
        return
    if len(left.shape) == len(right.shape) and may_fit(left.shape, right.shape):
        return
    raise misfits.no_equation(relation, left, right)


RULES: dict[str, Rule] = {
    "symbol": _symbol,
    **dict.fromkeys(("number", "constant", "dots", "norm", "cardinality", "statements"), _scalar),
    **dict.fromkeys(("and", "or", "not", "forall"), _scalar),
    **dict.fromkeys(("text", "image", "interval", "number_set", "space", "set"), _unknown),
    **dict.fromkeys(("set_of", "tuple", "shape_of", "times", "given"), _unknown),
    **dict.fromkeys(("sum", "product", "max_over", "min_over", "integral", "limit"), _body),
    **dict.fromkeys(("sup_over", "inf_over"), _body),
    **dict.fromkeys(("argmax", "argmin"), _chosen),
    **dict.fromkeys(("at", "prime", "label", "when", "softmax", "log_softmax"), _same),
    "derivative": _derivative,
    "nth_derivative": _same,
    "gradient": _gradient,
    "call": _call,
    "entry": _entry,
    "piecewise": _piecewise,
    "indicator": _indicator,
    "relation": _relation,
}
