"""Shapes as types: which shape an operation gives, and broadcasting with its trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symdl.document.errors import ShapeError
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
    if op == "symbol":
        return data.shape  # type: ignore[no-any-return]
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
            return None
        joined = broadcast(result, argument.shape)
        if joined.result is None:
            raise ShapeError(
                f"{op} of shapes {show(result)} and {show(argument.shape)}: "
                f"axis {joined.failing_axis} has unlike sizes and neither is 1"
            )
        result = joined.result
    return result


def show(shape: Shape) -> str:
    """A shape as Python writes it: `(3,)`, `(B, n)`; `?` when not known."""
    if shape is None:
        return "?"
    return f"({shape[0]},)" if len(shape) == 1 else "(" + ", ".join(map(str, shape)) + ")"


_RULES: dict[str, Any] = {}
