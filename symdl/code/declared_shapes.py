"""The shapes of the arguments of a function of arrays, held against the declared ones when it is
called: an array that only happens to broadcast would give gradients of another shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from symdl.document.errors import CodeError
from symdl.expression.misfits import show
from symdl.expression.term import Shape


def with_declared_shapes(
    run: Callable[..., Any], shapes: Mapping[str, Shape]
) -> Callable[..., Any]:
    """The function, which raises CodeError where an argument does not fit; shapes: by argument, in
    order."""
    names = tuple(shapes)

    @wraps(run)
    def checked(*args: Any, **named: Any) -> Any:
        refuse_misfits(shapes, {**dict(zip(names, args, strict=False)), **named})
        return run(*args, **named)

    return checked


def refuse_misfits(shapes: Mapping[str, Shape], values: Mapping[str, Any]) -> None:
    """Raise CodeError for an array of another number of axes than is declared, or of which a size
    is not the one that its number or the arrays before it give. All arrays may be stacked alike,
    along leading axes: rows are vectors."""
    sizes: dict[str, tuple[int, str]] = {}
    stacked: tuple[int, ...] | None = None
    for name, wanted in shapes.items():
        if not wanted or name not in values:
            continue
        have = _shape(values[name])
        extra = len(have) - len(wanted)
        lead = have[: max(extra, 0)]
        stacked = lead if stacked is None else stacked
        if extra < 0 or lead != stacked:
            raise CodeError(f"{name} has the shape {have}, where {show(wanted)} is declared")
        for axis, (size, declared) in enumerate(zip(have[extra:], wanted, strict=True)):
            if isinstance(declared, int):
                known, told = declared, f"{declared} is declared"
            elif declared.isidentifier():
                known, first = sizes.setdefault(declared, (size, name))
                told = f"{declared} is {known} in {first}"
            else:
                continue
            if size != known:
                place = f"axis {axis} of {name}, declared {show(wanted)}, is {size}"
                raise CodeError(f"{place}, where {told}")


def _shape(value: Any) -> tuple[int, ...]:
    found = getattr(value, "shape", None)
    if found is None:
        import numpy as np

        found = np.shape(value)
    return tuple(found)
