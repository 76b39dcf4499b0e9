"""The arguments of a generated function: in order, with defaults, in one type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from symdl.document.errors import CodeError

Array = np.ndarray[Any, np.dtype[Any]]
NUMBERS = (float, int)
"""Python's own numbers: they take the type of the arrays beside them."""
DOUBLE = np.dtype(np.float64)
OBJECT = np.dtype(object)
_NOT_REAL = "cUSMm"


def bound(
    arguments: Mapping[str, str | None], args: Sequence[Any], named: Mapping[str, Any]
) -> tuple[Any, ...]:
    """The values in the order of the parameters, defaults filled in.

    Raises CodeError for an argument that is missing, unknown or given twice.
    """
    names = list(arguments)
    given = dict(zip(names, args, strict=False))
    wrong = [n for n in named if n in given or n not in arguments]
    if wrong or len(args) > len(names):
        raise CodeError(f"the arguments are {', '.join(names)}, each once", hint=", ".join(wrong))
    given |= named
    missing = [n for n in names if n not in given and arguments[n] is None]
    if missing:
        raise CodeError(f"no value for {', '.join(missing)}")
    return tuple(given[n] if n in given else float(arguments[n] or 0) for n in names)


def common_type(values: Sequence[Any]) -> np.dtype[Any]:
    """The floating-point type of the result: that of the arrays among the values, else double.

    Raises CodeError for complex numbers, texts and times, TypeError for None."""
    types = {v.dtype for v in values if type(v) not in NUMBERS}
    if OBJECT in types:
        refuse_none(values)
    for other in types:
        if other.kind in _NOT_REAL:
            raise CodeError(f"real numbers are needed, not {other}")
    kind = types.pop() if len(types) == 1 else np.result_type(*types) if types else DOUBLE
    if kind.kind != "f" and kind.name != "bfloat16":
        return DOUBLE
    return kind if kind.isnative else kind.newbyteorder("=")


def refuse_none(values: Sequence[Any]) -> None:
    """Raises TypeError where None is among the values or their elements: NumPy takes it for NaN."""
    for value in values:
        if value is None or (not isinstance(value, NUMBERS) and None in np.asarray(value, object)):
            raise TypeError("None is no number: a number or an array of numbers is needed")


def by_single(
    call: Callable[..., Any], values: Sequence[Any], kind: np.dtype[Any], out: Any
) -> Any:
    """A function of arrays of half precision: computed in single precision and rounded once."""
    single = [v if type(v) in NUMBERS else np.asarray(v).astype(np.float32) for v in values]
    made = call(*single)
    several = isinstance(made, tuple)
    halves = [m.astype(kind) for m in (made if several else (made,))]
    if out is None:
        return tuple(halves) if several else halves[0]
    results = result_arrays(out, len(halves), halves[0].shape, kind)
    for target, half in zip(results, halves, strict=True):
        target[...] = half
    return out


def common_shape(arrays: Sequence[Array]) -> tuple[int, ...]:
    """The shape that the arrays broadcast to."""
    shapes = {a.shape for a in arrays}
    return shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)


def result_arrays(out: Any, count: int, shape: tuple[int, ...], kind: np.dtype[Any]) -> list[Array]:
    """Fresh arrays for the results, or those given. Raises CodeError where they do not fit."""
    if out is None:
        return [np.empty(shape, kind) for _ in range(count)]
    given = list(out) if isinstance(out, tuple | list) else [out]
    fit = all(isinstance(a, np.ndarray) and a.shape == shape for a in given)
    if len(given) != count or not fit:
        arrays = "an array" if count == 1 else f"{count} arrays"
        raise CodeError(f"out: {arrays} of shape {shape} needed")
    return given


def apart(results: Sequence[Array], arrays: Sequence[Array]) -> bool:
    """Whether each result is an argument itself, element for element, or lies elsewhere: then an
    element may be written as soon as it is computed."""
    return all(_same_place(a, r) or not np.may_share_memory(a, r) for r in results for a in arrays)


def _same_place(a: Array, b: Array) -> bool:
    return a.shape == b.shape and a.dtype == b.dtype and address(a) == address(b)


def address(array: Array) -> int:
    """Where the first element of an array is."""
    place: int = array.__array_interface__["data"][0]
    return place
