"""What is said of operands whose shapes do not fit: which they are, their shapes, the axis."""

from __future__ import annotations

from symdl.document.errors import ShapeError
from symdl.expression.broadcasting import as_data, broadcast
from symdl.expression.dimensions import never_equal
from symdl.expression.term import Dim, Shape, Term, size

_WORDS = {
    "add": "sum",
    "mul": "product",
    "div": "quotient",
    "pow": "power",
    "hadamard": "entrywise product",
    "max": "maximum",
    "min": "minimum",
}
_LONGEST = 30
"""Operands with more nodes are called by their side, not written out."""


def show(shape: Shape) -> str:
    """A shape as Python writes it: `(3,)`, `(B, n)`; `?` when not known."""
    if shape is None:
        return "?"
    return f"({shape[0]},)" if len(shape) == 1 else "(" + ", ".join(map(str, shape)) + ")"


def named(operand: Term, side: str) -> str:
    """An operand with its shape, as `X W^T of shape (N, k)`."""
    return f"{name(operand, side)} of shape {show(operand.shape)}"


def name(operand: Term, side: str) -> str:
    """An operand as it is called: written out, or by its side if it is long."""
    from symdl.expression.printer import plain

    return plain(operand) if size(operand) <= _LONGEST else f"the {side} operand"


def no_broadcast(op: str, left: Term, right: Term, axis: int) -> ShapeError:
    """Two operands whose sizes differ in an axis (from the right end), neither being 1."""
    there = _size_at(left, axis), _size_at(right, axis)
    turned = [
        which
        for one, other, which in ((left, right, "first"), (right, left, "second"))
        if one.shape and len(one.shape) == 2 and one.shape[::-1] == other.shape
    ]
    if op == "add" and right.op == "neg":
        op, right = "difference", right.args[0]
    names = [name(side, word) for side, word in ((left, "left"), (right, "right"))]
    return ShapeError(
        f"{_WORDS.get(op, op)} of {named(left, 'left')} and {named(right, 'right')}: "
        f"axis {axis} has sizes {there[0]} and {there[1]}, and neither is 1",
        hint=f"the transpose of the {turned[-1]} would fit" if turned else _aligned(left, right),
        broadcast=as_data(((names[0], left.shape or ()), (names[1], right.shape or ()))),
    )


def _aligned(left: Term, right: Term) -> str:
    """How operands of unlike ranks were aligned."""
    a, b = left.shape or (), right.shape or ()
    if len(a) == len(b):
        return ""
    return f"aligned from the right: {' and '.join(map(show, broadcast(a, b).padded))}"


def _size_at(operand: Term, axis: int) -> Dim:
    shape = operand.shape or ()
    return shape[axis] if -axis <= len(shape) else 1


def no_product(left: Term, right: Term, inner: tuple[Dim, Dim], axis: int) -> ShapeError:
    """A matrix product whose inner sizes differ; `axis` is that of the right operand."""
    return ShapeError(
        f"matrix product of {named(left, 'left')} and {named(right, 'right')}: "
        f"axis -1 of the left ({inner[0]}) is not axis {axis} of the right ({inner[1]})",
        hint=_transposed(left, right),
        inner=(str(inner[0]), str(inner[1])),
    )


def no_concat(left: Term, right: Term, axis: int) -> ShapeError:
    """Arrays put behind each other along an axis whose other axes differ."""
    a, b = left.shape or (), right.shape or ()
    where = "the ranks differ"
    if len(a) == len(b):
        differ = [k - len(a) for k in range(len(a)) if k != len(a) + axis and a[k] != b[k]]
        where = f"axis {differ[0]} has sizes {a[differ[0]]} and {b[differ[0]]}, and must fit"
    return ShapeError(
        f"concatenation of {named(left, 'left')} and {named(right, 'right')} along axis {axis}: "
        f"{where}"
    )


def no_dot(left: Term, right: Term) -> ShapeError:
    """A dot product of arrays of unlike shapes."""
    return ShapeError(
        f"dot product of {named(left, 'left')} and {named(right, 'right')}: {unlike(left, right)}"
    )


def _transposed(left: Term, right: Term) -> str:
    """The transpose that makes two matrices fit, if there is one."""
    a, b = left.shape or (), right.shape or ()
    if len(a) < 2 or len(b) < 1:
        return ""
    if len(b) > 1 and a[-1] == b[-1]:
        return f"the transpose of the right one fits: the product is then ({a[-2]}, {b[-2]})"
    if a[-2] == b[-2 if len(b) > 1 else 0]:
        rest = f"({a[-1]}, {b[-1]})" if len(b) > 1 else f"({a[-1]},)"
        return f"the transpose of the left one fits: the product is then {rest}"
    return ""


def no_axis(base: Term, indices: int) -> ShapeError:
    """More indices than axes."""
    from symdl.expression.printer import plain

    name = plain(base)
    if not base.shape:
        return ShapeError(f"{indices} indices for {name}: {name} is a scalar and has no entries")
    last = len(base.shape) - 1
    told = (
        f"{'its last axis is' if last else 'it has only'} axis {last}, there is no axis {last + 1}"
    )
    return ShapeError(f"{indices} indices for {name} of shape {show(base.shape)}: {told}")


def no_entry(base: Term, axis: int, index: int) -> ShapeError:
    """An index outside of its axis."""
    from symdl.expression.printer import plain

    assert base.shape is not None
    return ShapeError(
        f"index {index} of {plain(base)} of shape {show(base.shape)}: axis {axis} has the "
        f"entries 1 to {base.shape[axis]}"
    )


def not_square(op: str, operand: Term) -> ShapeError:
    """An operation on square matrices, of one that is none."""
    shape = operand.shape or ()
    if len(shape) < 2:
        problem = f"there is no axis -2, and axes -2 and -1 of a {op} must be equal"
    else:
        problem = f"axes -2 and -1 have sizes {shape[-2]} and {shape[-1]}, and must be equal"
    return ShapeError(f"{op} of {named(operand, 'the operand')}: {problem}")


def no_triangle(operand: Term) -> ShapeError:
    """Triangles are asked for of something that is no matrix."""
    return ShapeError(
        f"{named(operand, 'the operand')} is no matrix, and only these have triangles"
    )


def no_equation(relation: str, left: Term, right: Term) -> ShapeError:
    """Two sides of an equation whose shapes differ."""
    sides = f"{named(left, 'left')} and {named(right, 'right')}"
    return ShapeError(f"'{relation}' between {sides}: {unlike(left, right)}")


def unlike(left: Term, right: Term) -> str:
    """The first axis from the right that keeps two shapes apart, with its sizes."""
    a, b = left.shape or (), right.shape or ()
    if len(a) != len(b):
        return f"the first has {_axes(a)}, the other {_axes(b)}"
    axis = next((k for k in range(-1, -len(a) - 1, -1) if never_equal(a[k], b[k])), -1)
    return f"axis {axis} has sizes {a[axis]} and {b[axis]}"


def _axes(shape: tuple[Dim, ...]) -> str:
    return f"{len(shape)} {'axis' if len(shape) == 1 else 'axes'}"


def leaves_axis(index: Term, last: int, base: Term, axis: int) -> ShapeError:
    """A bound index that runs beyond an axis."""
    from symdl.expression.printer import plain

    return ShapeError(
        f"the index {plain(index)} runs to {last}, and {plain(base)} of shape {show(base.shape)} "
        f"has the entries 1 to {(base.shape or ())[axis]} along axis {axis}"
    )


def two_sizes(index: Term, first: tuple[Term, int], other: tuple[Term, int]) -> ShapeError:
    """A summed index that stands at axes of unlike sizes."""
    from symdl.expression.printer import plain

    places = [
        f"axis {axis} of {plain(base)} of shape {show(base.shape)}" for base, axis in (first, other)
    ]
    sizes = [str((base.shape or ())[axis]) for base, axis in (first, other)]
    return ShapeError(
        f"the index {plain(index)} runs through {places[0]} and through {places[1]}: "
        f"the sizes {sizes[0]} and {sizes[1]} differ",
        hint=f"write where the sum ends if that is meant, as \\sum_{{{plain(index)}=1}}^{{...}}",
    )


def by_accident(left: Term, right: Term) -> str:
    """What is told of a vector beside a column, which broadcast to a matrix."""
    shape = show(broadcast(left.shape or (), right.shape or ()).result)
    left, right = (side.args[0] if side.op == "neg" else side for side in (left, right))
    return (
        f"{named(left, 'left')} beside {named(right, 'right')} broadcasts to {shape} along axis -2 "
        "and axis -1: by accident, if one of them was meant to be turned"
    )
