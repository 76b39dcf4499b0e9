"""Places and counts as whole numbers, for generated NumPy code."""

from __future__ import annotations

from typing import Any

import numpy as np


def _given(values: Any) -> Any:
    """The values in a type that holds each of them."""
    found = np.asarray(values)
    return found if found.dtype.kind in "iuf" else found.astype(np.float64)


def _whole(values: Any, told: str) -> Any:
    """The values as whole numbers. Raises IndexError for any other."""
    found = np.asarray(values)
    if found.dtype.kind in "iu":
        return found.astype(np.int64, copy=False)
    found = found if found.dtype.kind == "f" else found.astype(np.float64)
    there = found.astype(np.int64) if np.isfinite(found).all() else 0
    if not (found == there).all() or np.asarray(values).dtype.kind == "b":
        wrong = found.flat[np.argmax(found != there)]
        raise IndexError(f"{told}: places and counts are whole numbers, not {wrong}")
    return there


def _at(place: Any, size: int, told: str) -> Any:
    """Places counted from 0. Raises IndexError where one leaves an axis of that size."""
    low, high = np.min(place, initial=0), np.max(place, initial=size - 1)
    if low < 0 or high >= size:
        wrong = low if low < 0 else high
        raise IndexError(f"{told or 'an index'}: no entry {wrong + 1} on an axis from 1 to {size}")
    return place


def _end(place: Any, size: int, told: str) -> Any:
    """How many entries of an axis come before an end of a slice."""
    if not 0 <= place <= size:
        raise IndexError(f"{told or 'a slice'}: no {place} entries on an axis of {size}")
    return int(place)
