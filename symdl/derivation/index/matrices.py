"""Kernels of a whole matrix: its inverse and its determinant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symdl.derivation.index.form import Form, Index, Space
from symdl.derivation.index.renaming import rename


def inverse(space: Space, matrix: Form, axes: tuple[Index, ...], slots: tuple[Any, ...]) -> Form:
    """An entry of the inverse of the matrix with entries `matrix` over `axes` (row, column).

    A numeric or scalar factor goes outside; the inverse of the transposed is the transposed.
    """
    outside, inner = _content(space, matrix, axes)
    body, names = _named(space, inner, axes)
    turned, _ = _named(space, inner, (axes[1], axes[0]))
    if turned.number < body.number:
        space.used["the inverse of a transposed matrix is the transposed inverse"] = None
        body, slots = turned, (slots[1], slots[0])
    space.demands[space.of(_determinant(space, body, names)), "!="] = None
    factor = space.factor("inverse", None, slots, (body,), bound=names)
    return space.multiply(outside, space.of(factor))


def _content(space: Space, matrix: Form, axes: tuple[Index, ...]) -> tuple[Form, Form]:
    """The inverse of the factors of a product that do not depend on the axes, and the rest."""
    from symdl.derivation.index.kernels import power

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
    space: Space, matrix: Form, axes: tuple[Index, ...], slots: tuple[Any, ...] = ()
) -> Form:
    """The determinant of a matrix; that of the transposed is the same."""
    body, names = _named(space, matrix, axes)
    turned, _ = _named(space, matrix, (axes[1], axes[0]))
    return space.of(_determinant(space, min(body, turned, key=lambda f: f.number), names))


def _determinant(space: Space, body: Form, names: tuple[Index, ...]) -> Any:
    return space.factor("determinant", None, (), (body,), bound=names)


Maker = Callable[[Space, Form, tuple[Index, ...], tuple[Any, ...]], Form]
CONSTRUCTORS: dict[str, Maker] = {"inverse": inverse, "determinant": determinant}
