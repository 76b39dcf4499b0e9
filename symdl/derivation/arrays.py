"""Arrays of concrete size as tuples of scalar Terms, and the operations on them.

A literal (`vector`, `matrix`, vectors of matrices, the transpose of a vector) and
`Components` are two spellings of the same thing; every operation here goes from
Components to Components.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from itertools import product as places
from math import prod

from symdl.document.errors import DeriveError, ShapeError
from symdl.expression.broadcasting import broadcast
from symdl.expression.misfits import show
from symdl.expression.numerals import ZERO
from symdl.expression.term import Term, combined, make, replace

LIMIT = 20_000
"""More scalar terms than this are not written out."""


@dataclass(frozen=True, slots=True)
class Components:
    """Scalar Terms in row-major order; `row` marks a transposed vector, of shape (1, n)."""

    shape: tuple[int, ...]
    entries: tuple[Term, ...]
    row: bool = False

    def at(self, place: Sequence[int]) -> Term:
        """The entry at a place (from 0)."""
        flat = 0
        for size, i in zip(self.shape, place, strict=True):
            flat = flat * size + i
        return self.entries[flat]

    def part(self, place: Sequence[int]) -> Components:
        """What is left when the first axes are fixed (from 0)."""
        shape = self.shape[len(place) :]
        length, start = prod(shape), 0
        for size, i in zip(self.shape, place, strict=False):
            start = start * size + i
        return Components(shape, self.entries[start * length : (start + 1) * length])

    @property
    def term(self) -> Term:
        """The array as a literal Term."""
        if not self.shape:
            return self.entries[0]
        if self.row:
            return make("transpose", make("vector", *self.entries))
        if len(self.shape) == 1:
            return make("vector", *self.entries)
        if len(self.shape) == 2:
            return make("matrix", *self.entries, data=self.shape)
        return make("vector", *(self.part((i,)).term for i in range(self.shape[0])))


def scalar(term: Term) -> Components:
    """A scalar as an array without axes."""
    return Components((), (term,))


def build(shape: tuple[int, ...], entry: Callable[[tuple[int, ...]], Term]) -> Components:
    """The array with `entry(place)` at each place (from 0)."""
    check_count(prod(shape))
    return Components(shape, tuple(entry(p) for p in every_place(shape)))


def every_place(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All places of a shape, row by row."""
    return places(*map(range, shape))


def check_count(count: int) -> None:
    """DeriveError if so many terms are too many to write out."""
    if count > LIMIT:
        raise DeriveError(f"{count} terms are too many to write out (the bound is {LIMIT})")


def as_components(term: Term) -> Components | None:
    """A literal array or a scalar as Components; None for anything else."""
    if term.op == "vector":
        parts = [as_components(a) for a in term.args]
        shapes = {p.shape for p in parts if p is not None}
        if None in parts or len(shapes) != 1 or any(a.op == "dots" for a in term.args):
            return None
        entries = tuple(e for p in parts if p is not None for e in p.entries)
        return Components((len(parts), *shapes.pop()), entries)
    if term.op == "matrix":
        if any(a.op == "dots" or _is_array(a) for a in term.args):
            return None
        return Components(tuple(term.data), term.args)
    if term.op == "transpose" and term.args[0].op == "vector":
        inner = as_components(term.args[0])
        if inner is None or len(inner.shape) != 1:
            return None
        return Components((1, *inner.shape), inner.entries, row=True)
    return None if _is_array(term) else scalar(term)


def _is_array(term: Term) -> bool:
    return bool(term.shape) or term.op in ("vector", "matrix", "transpose")


def is_literal(term: Term) -> bool:
    """Whether `term` is written as a literal array."""
    return term.op in ("vector", "matrix") or (
        term.op == "transpose" and term.args[0].op == "vector"
    )


def elementwise(op: str, arrays: Sequence[Components], data: object = None) -> Components:
    """An operation entry by entry, with broadcasting."""
    joined = broadcast(*(a.shape for a in arrays))
    if joined.result is None:
        shapes = " and ".join(show(a.shape) for a in arrays)
        raise ShapeError(f"{op} of shapes {shapes}: axis {joined.failing_axis} differs")
    shape = tuple(int(d) for d in joined.result)
    result = build(shape, lambda p: make(op, *(stretched(a, p) for a in arrays), data=data))
    return Components(shape, result.entries, _rows(arrays))


def _rows(arrays: Sequence[Components]) -> bool:
    wide = [a for a in arrays if a.shape]
    return bool(wide) and all(a.row for a in wide)


def stretched(array: Components, place: tuple[int, ...]) -> Term:
    """The entry that broadcasting puts at `place` of a larger shape."""
    own = place[len(place) - len(array.shape) :]
    return array.at([0 if size == 1 else i for size, i in zip(array.shape, own, strict=True)])


def piecewise(args: Sequence[Term]) -> Components:
    """A piecewise whose values or conditions hold arrays, entry by entry."""
    found = {a: as_components(a) for t in args for a in _arrays_in(t)}
    arrays = {t: a for t, a in found.items() if a is not None}
    joined = broadcast(*(a.shape for a in arrays.values()))
    if joined.result is None:
        raise ShapeError(f"cases of unlike shapes: axis {joined.failing_axis} differs")
    shape = tuple(int(d) for d in joined.result)

    def entry(place: tuple[int, ...]) -> Term:
        table = {t: stretched(a, place) for t, a in arrays.items()}
        return make("piecewise", *(replace(a, table) for a in args))

    return build(shape, entry)


def _arrays_in(term: Term) -> list[Term]:
    found, stack = [], [term]
    while stack:
        node = stack.pop()
        if is_literal(node):
            found.append(node)
        elif node.op in ("relation", "and", "or", "not", "indicator"):
            stack.extend(node.args)
    return found


def holds_arrays(term: Term) -> bool:
    """Whether a value or condition has a literal array in it."""
    return bool(_arrays_in(term))


def matmul(left: Components, right: Components) -> Components:
    """The matrix product of two arrays: vectors, matrices, stacks of matrices."""
    if not left.shape or not right.shape:
        return elementwise("mul", (left, right))
    if len(left.shape) == 1 and right.row:
        return build((left.shape[0], right.shape[1]), lambda p: _prod(left, right, p))
    inner = right.shape[0] if len(right.shape) == 1 else right.shape[-2]
    if left.shape[-1] != inner:
        raise ShapeError(
            f"matrix product of shapes {show(left.shape)} and {show(right.shape)}: "
            f"{left.shape[-1]} is not {inner}"
        )
    lead = broadcast(left.shape[:-2], right.shape[:-2])
    if lead.result is None:
        raise ShapeError(f"matrix product of {show(left.shape)} and {show(right.shape)}")
    rows = left.shape[-2:-1] if len(left.shape) > 1 else ()
    columns = right.shape[-1:] if len(right.shape) > 1 else ()
    if left.row and len(right.shape) == 1:
        rows = ()
    stack = tuple(int(d) for d in lead.result)
    shape = (*stack, *rows, *columns)
    check_count(prod(shape) * inner)

    def entry(place: tuple[int, ...]) -> Term:
        stacked = place[: len(stack)]
        row = place[len(stack) : len(stack) + len(rows)]
        column = place[len(place) - len(columns) :] if columns else ()
        a_row = row if rows or len(left.shape) == 1 else (0,)
        return combined(
            "add",
            [
                _entry(left, stacked, (*a_row, k)) * _entry(right, stacked, (k, *column))
                for k in range(inner)
            ],
        )

    result = build(shape, entry)
    return Components(shape, result.entries, left.row and shape[:1] == (1,) and len(shape) == 2)


def _entry(array: Components, stacked: tuple[int, ...], own: tuple[int, ...]) -> Term:
    axes = len(array.shape) - len(own)
    lead = stacked[len(stacked) - axes :] if axes else ()
    fitted = [0 if s == 1 else i for s, i in zip(array.shape, lead, strict=False)]
    return array.at((*fitted, *own))


def _prod(left: Components, right: Components, place: tuple[int, ...]) -> Term:
    return left.at(place[:1]) * right.at((0, place[1]))


def transpose(array: Components) -> Components:
    """The last two axes exchanged; a vector becomes a row and a row a vector."""
    if len(array.shape) < 2:
        return Components((1, *array.shape), array.entries, row=True) if array.shape else array
    if array.row:
        return Components(array.shape[1:], array.entries)
    shape = (*array.shape[:-2], array.shape[-1], array.shape[-2])
    return build(shape, lambda p: array.at((*p[:-2], p[-1], p[-2])))


def dot(left: Components, right: Components) -> Components:
    """The sum of the products of all entries."""
    if left.shape != right.shape:
        raise ShapeError(f"dot product of shapes {show(left.shape)} and {show(right.shape)}")
    pairs = zip(left.entries, right.entries, strict=True)
    return scalar(combined("add", [a * b for a, b in pairs]))


def outer(left: Components, right: Components) -> Components:
    """Every entry of one times every entry of the other."""
    axes = len(left.shape)
    return build(left.shape + right.shape, lambda p: left.at(p[:axes]) * right.at(p[axes:]))


def kron(left: Components, right: Components) -> Components:
    """The Kronecker product of arrays with as many axes."""
    if len(left.shape) != len(right.shape):
        raise ShapeError(f"Kronecker product of {show(left.shape)} and {show(right.shape)}")
    shape = tuple(a * b for a, b in zip(left.shape, right.shape, strict=True))

    def entry(p: tuple[int, ...]) -> Term:
        split = [divmod(i, size) for i, size in zip(p, right.shape, strict=True)]
        return left.at([i for i, _ in split]) * right.at([j for _, j in split])

    return build(shape, entry)


def concat(arrays: Sequence[Components], axis: int = -1) -> Components:
    """Arrays behind each other along an axis, counted from the last."""
    rests = {(len(a.shape), *a.shape[:axis], *a.shape[len(a.shape) + axis + 1 :]) for a in arrays}
    if len(rests) != 1 or len(arrays[0].shape) < -axis:
        raise ShapeError("concatenation of " + " and ".join(show(a.shape) for a in arrays))
    end = len(arrays[0].shape) + axis
    found = [(a, k) for a in arrays for k in range(a.shape[axis])]
    shape = (*arrays[0].shape[:end], len(found), *arrays[0].shape[end + 1 :])

    def entry(p: tuple[int, ...]) -> Term:
        array, place = found[p[end]]
        return array.at((*p[:end], place, *p[end + 1 :]))

    made = build(shape, entry)
    return changed(made, row=axis == -1 and all(a.row for a in arrays))


def part(array: Components, axes: Sequence[int], ends: Sequence[int]) -> Components:
    """The entries between two places (from 1, both in) along each of some axes."""
    shape, start = list(array.shape), [0] * len(array.shape)
    for axis, first, last in zip(axes, ends[::2], ends[1::2], strict=True):
        if not 1 <= first <= last <= array.shape[axis]:
            raise ShapeError(f"entries {first} to {last} of an array of shape {show(array.shape)}")
        start[axis], shape[axis] = first - 1, last - first + 1
    at = build(tuple(shape), lambda p: array.at([a + k for a, k in zip(start, p, strict=True)]))
    return changed(at, row=array.row)


def vec(array: Components) -> Components:
    """The columns of a matrix behind each other."""
    if len(array.shape) != 2:
        return array
    rows, columns = array.shape
    return build((rows * columns,), lambda p: array.at((p[0] % rows, p[0] // rows)))


def unvec(array: Components, rows: int, columns: int) -> Components:
    """The matrix whose columns stand behind each other in a vector."""
    if array.shape != (rows * columns,):
        raise ShapeError(f"{rows} x {columns} entries of an array of shape {show(array.shape)}")
    return build((rows, columns), lambda p: array.entries[p[1] * rows + p[0]])


def diag(array: Components) -> Components:
    """A vector as a diagonal matrix, or the diagonal of a matrix."""
    if len(array.shape) == 1:
        n = array.shape[0]
        return build((n, n), lambda p: array.at(p[:1]) if p[0] == p[1] else ZERO)
    return build((min(array.shape[:2]),), lambda p: array.at((p[0], p[0])))
