"""The shapes of the arguments of a function of arrays, held against the declared ones when it is
called: an array that only happens to broadcast would give gradients of another shape."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from symdl.document.errors import CodeError
from symdl.expression.misfits import show
from symdl.expression.term import Shape


@dataclass(frozen=True)
class WithDeclaredShapes:
    """A function that raises CodeError where an argument does not fit; shapes: by argument, in
    order."""

    run: Callable[..., Any]
    shapes: Mapping[str, Shape]

    def __call__(self, *args: Any, **named: Any) -> Any:
        """What the function returns, if the shapes fit."""
        refuse_misfits(self.shapes, {**dict(zip(self.shapes, args, strict=False)), **named})
        return self.run(*args, **named)

    @property
    def arguments(self) -> Mapping[str, str | None]:
        """The names of the parameters, with the text of their default."""
        known: Mapping[str, str | None] | None = getattr(self.run, "arguments", None)
        if known is not None:
            return known
        found = inspect.signature(self.run).parameters
        return {n: None if p.default is p.empty else repr(p.default) for n, p in found.items()}

    @property
    def at_once(self) -> Callable[..., Any] | None:
        """The quick way of the function, for arrays of one shape: they fit if all are declared to
        have one and the same."""
        declared = {shape for shape in self.shapes.values() if shape != ()}
        (one,) = declared if len(declared) == 1 else ((),)
        named = one is not None and len(one) == 1 and not isinstance(one[0], int)
        return getattr(self.run, "at_once", None) if named else None


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
