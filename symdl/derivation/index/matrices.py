"""Kernels of a whole matrix: its inverse and its determinant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symdl.derivation.index.form import Space
from symdl.derivation.index.kernels import power
from symdl.derivation.index.nouns import Factor, Form, Index
from symdl.derivation.index.renaming import opened, rename
from symdl.derivation.index.shades import SYMMETRIC
from symdl.derivation.index.sums import sum_over
from symdl.derivation.index.switches import delta

MOST_FACTORS = 12
"""Factors of a product beside the identity that are turned round below a determinant."""


def inverse(space: Space, matrix: Form, axes: tuple[Index, ...], slots: tuple[Any, ...]) -> Form:
    """An entry of the inverse of the matrix with entries `matrix` over `axes` (row, column).

    A numeric or scalar factor goes outside; the inverse of the transposed is the transposed, so
    that of a symmetric matrix is symmetric.
    """
    outside, inner = _content(space, matrix, axes)
    if _is_identity(inner, axes):
        return space.multiply(outside, rename(space, inner, dict(zip(axes, slots, strict=True))))
    again = _inside_inverse(space, inner, axes, slots)
    if again is not None:
        return space.multiply(outside, again)
    parts = _square_factors(space, inner, axes)
    if parts is not None:
        space.used["the inverse of a product is the product of the inverses, turned round"] = None
        left, right, k = parts
        middle = space.index("b", k.dim)
        first = inverse(space, right, (k, axes[1]), (slots[0], middle))
        second = inverse(space, left, (axes[0], k), (middle, slots[1]))
        return space.multiply(outside, sum_over(space, space.multiply(first, second), (middle,)))
    body, names = _named(space, inner, axes)
    turned, _ = _named(space, inner, (axes[1], axes[0]))
    symmetric = turned is body
    if turned.number < body.number:
        space.used["the inverse of a transposed matrix is the transposed inverse"] = None
        body, slots = turned, (slots[1], slots[0])
    space.demands[space.of(_determinant(space, body, names)), "!="] = None
    head = None
    if symmetric:
        space.used["the inverse of a symmetric matrix is symmetric"] = None
        head = SYMMETRIC
        if all(isinstance(s, Index) for s in slots):
            slots = tuple(sorted(slots, key=lambda i: i.number))
    factor = space.factor("inverse", head, slots, (body,), bound=names)
    return space.multiply(outside, space.of(factor))


def _inside_inverse(
    space: Space, matrix: Form, axes: tuple[Index, ...], slots: tuple[Any, ...]
) -> Form | None:
    """An entry of the inverse of an inverse: that of the matrix itself."""
    factor = _only(matrix)
    if factor is None or factor.kind != "inverse" or set(factor.slots) != set(axes):
        return None
    i, j = slots if factor.slots == axes else slots[::-1]
    return rename(space, factor.parts[0], dict(zip(factor.bound, (i, j), strict=True)))


def _is_identity(matrix: Form, axes: tuple[Index, ...]) -> bool:
    factor = _only(matrix)
    return factor is not None and factor.kind == "delta" and set(factor.slots) == set(axes)


def _only(matrix: Form) -> Factor | None:
    if matrix.single is None or matrix.single[1] != 1 or len(matrix.single[0]) != 1:
        return None
    factor, e = matrix.single[0][0]
    return factor if e == 1 else None


def _square_factors(
    space: Space, matrix: Form, axes: tuple[Index, ...]
) -> tuple[Form, Form, Index] | None:
    """A product of square matrices as its first factor, the others, and the index between."""
    found = _factors_between(space, matrix, axes)
    return found if found is not None and found[2].dim == axes[0].dim else None


def _factors_between(
    space: Space, matrix: Form, axes: tuple[Index, ...]
) -> tuple[Form, Form, Index] | None:
    """A product of matrices as its first factor, the others, and the index between."""
    factor = _only(matrix)
    if factor is None or factor.kind != "sum":
        return None
    bound, body = opened(space, factor)
    if body.single is None or body.single[1] != 1:
        return None
    row, column = axes
    first = tuple((f, e) for f, e in body.single[0] if row in f.free)
    rest = tuple((f, e) for f, e in body.single[0] if row not in f.free)
    shared = {i for f, _ in first for i in f.free if i in bound}
    if len(shared) != 1 or any(column in f.free for f, _ in first) or not rest:
        return None
    k = shared.pop()
    if k.dim is None:
        return None
    others = sum_over(space, space.form({rest: 1}), [i for i in bound if i is not k])
    return space.form({first: 1}), others, k


def _content(space: Space, matrix: Form, axes: tuple[Index, ...]) -> tuple[Form, Form]:
    """The inverse of the factors of a product that do not depend on the axes, and the rest."""
    if matrix.single is None:
        return space.number(1), matrix
    mono, c = matrix.single
    inside = tuple((f, e) for f, e in mono if not f.free.isdisjoint(axes))
    outside = tuple((f, e) for f, e in mono if f.free.isdisjoint(axes))
    return power(space, space.form({outside: c}), -1), space.form({inside: 1})


def _named(space: Space, matrix: Form, axes: tuple[Index, ...]) -> tuple[Form, tuple[Index, Index]]:
    level = 1 + matrix.height
    names = tuple(space.canonical(i.dim, level, place) for place, i in enumerate(axes, 1))
    return rename(space, matrix, dict(zip(axes, names, strict=True))), (names[0], names[1])


def determinant(
    space: Space, matrix: Form, axes: tuple[Index, ...], _slots: tuple[Any, ...] = ()
) -> Form:
    """The determinant of a matrix; that of the transposed is the same."""
    if _is_identity(matrix, axes):
        return space.number(1)
    factor = _only(matrix)
    if factor is not None and factor.kind == "inverse" and set(factor.slots) == set(axes):
        inner = space.of(_determinant(space, factor.parts[0], factor.bound))
        return power(space, inner, -1)
    parts = _square_factors(space, matrix, axes)
    if parts is not None:
        space.used["the determinant of a product is the product of the determinants"] = None
        left, right, k = parts
        first = determinant(space, left, (axes[0], k))
        return space.multiply(first, determinant(space, right, (k, axes[1])))
    beside = _beside_identity(space, matrix, axes)
    if beside is not None:
        return beside
    return space.of(_determinant(space, *_symmetrically_named(space, matrix, axes)))


def _beside_identity(space: Space, matrix: Form, axes: tuple[Index, ...]) -> Form | None:
    """`det(I + u v^T)` is `1 + v^T u`, and `det(I + U V W)` is `det(I + V W U)` (Sylvester): of the
    ways to go round, one of the smallest size, which is the same for all of them."""
    unit = [m for m in matrix.terms if _is_identity(space.form({m: 1}), axes)]
    rest = [(m, c) for m, c in matrix.terms.items() if m not in unit]
    if len(unit) != 1 or len(rest) != 1 or matrix.terms[unit[0]] != 1:
        return None
    row, column = axes
    mono, c = rest[0]
    if not any({row, column} <= f.free for f, _ in mono):
        trace = rename(space, space.form({mono: c}), {column: row})
        space.used["det(I + u v^T) = 1 + v^T u"] = None
        return space.add(space.number(1), sum_over(space, trace, (row,)))
    inside = tuple((f, e) for f, e in mono if not f.free.isdisjoint(axes))
    outside = space.form({tuple(pair for pair in mono if pair not in inside): c})
    parts = _factors_between(space, space.form({inside: 1}), axes)
    if parts is None:
        return None
    found = [(matrix, axes)]
    while len(found) <= MOST_FACTORS:
        left, right, k = parts
        other = space.index("b", k.dim)
        again = space.multiply(rename(space, left, {k: other}), rename(space, right, {column: row}))
        turned = sum_over(space, again, (row,))
        whole = space.add(delta(space, k, other), space.multiply(turned, outside))
        if not any({k, other} <= f.free for f, _ in (turned.single or ((), 0))[0]):
            return determinant(space, whole, (k, other))
        row, column = k, other
        if whole in (_renamed(space, *earlier, (k, other)) for earlier in found):
            break
        found.append((whole, (row, column)))
        following = _factors_between(space, turned, (row, column))
        if following is None:
            break
        parts = following
    named = [_symmetrically_named(space, *one) for one in found]
    body, names = min(named, key=lambda one: (str(one[1][0].dim), one[0].number))
    if body is not named[0][0]:
        space.used["det(I + U V) = det(I + V U)"] = None
    return space.of(_determinant(space, body, names))


def _renamed(
    space: Space, matrix: Form, axes: tuple[Index, ...], others: tuple[Index, ...]
) -> Form | None:
    """A matrix over other axes of its sizes; None where they have others."""
    if axes[0].dim != others[0].dim:
        return None
    return rename(space, matrix, dict(zip(axes, others, strict=True)))


def _symmetrically_named(
    space: Space, matrix: Form, axes: tuple[Index, ...]
) -> tuple[Form, tuple[Index, Index]]:
    """A matrix or its transpose over canonical axes: the determinants are the same."""
    body, names = _named(space, matrix, axes)
    turned, _ = _named(space, matrix, (axes[1], axes[0]))
    return min(body, turned, key=lambda f: f.number), names


def _determinant(space: Space, body: Form, names: tuple[Index, ...]) -> Any:
    return space.factor("determinant", None, (), (body,), bound=names)


Maker = Callable[[Space, Form, tuple[Index, ...], tuple[Any, ...]], Form]
CONSTRUCTORS: dict[str, Maker] = {"inverse": inverse, "determinant": determinant}
