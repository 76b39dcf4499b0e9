"""A kernel is used only after it agreed with the NumPy function on points of all sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symdl.code.native.build import NoCompiler
from symdl.code.native.kinds import ARRAY

POINTS = 257
TOLERANCE = {"f": 1e-3, "d": 1e-9}
"""Relative, and relative to the largest value near 0: this finds wrong code, not lost digits."""


def agree(
    kernel: Callable[..., None],
    reference: Callable[..., Any],
    kinds: str,
    kind: np.dtype[Any],
    outputs: int,
) -> None:
    """Raises NoCompiler where the kernel's values are not those of the NumPy function."""
    arguments = [
        _points(place, kind) if k == ARRAY else 0.5 + place / 8 for place, k in enumerate(kinds)
    ]
    size = POINTS if ARRAY in kinds else 1
    results = [np.empty(size, kind) for _ in range(outputs)]
    passed = [a if isinstance(a, float) else a.ctypes.data for a in arguments]
    kernel(*passed, *(r.ctypes.data for r in results), size)
    with np.errstate(all="ignore"):
        expected = reference(*arguments)
    for made, wanted in zip(
        results, expected if isinstance(expected, tuple) else (expected,), strict=True
    ):
        wanted = np.broadcast_to(wanted, made.shape)
        if not close(made, wanted, kind, beside=_beside(wanted)):
            raise NoCompiler("the compiled code gives other values than NumPy")


def _beside(wanted: Any) -> float:
    """A thousandth of the usual size of the values: both may have lost digits by a difference."""
    known = np.abs(wanted[np.isfinite(wanted)])
    return max(1e-30, 1e-3 * float(np.median(known))) if known.size else 1e-30


def _code(kind: np.dtype[Any]) -> str:
    return "f" if kind.itemsize == 4 else "d"


def _points(place: int, kind: np.dtype[Any]) -> np.ndarray[Any, np.dtype[Any]]:
    """Numbers of all sizes and both signs, other ones for each parameter; no kinks."""
    turn = np.random.default_rng(place)
    sizes = 10.0 ** turn.uniform(-6, 2, POINTS)
    signs = turn.choice([-1.0, 1.0], POINTS)
    return np.asarray(sizes * signs, kind)


def close(made: Any, wanted: Any, kind: np.dtype[Any], beside: float = 1e-30) -> bool:
    """Equal up to the tolerance, relative to the value or to a size that values may cancel from;
    and not a number in the same places."""
    tolerance = TOLERANCE[_code(kind)]
    wanted = np.asarray(wanted, made.dtype)
    known = np.isfinite(wanted)
    if not np.array_equal(np.isnan(made), np.isnan(wanted)):
        return False
    if not np.array_equal(made[~known & ~np.isnan(wanted)], wanted[~known & ~np.isnan(wanted)]):
        return False
    gap = np.abs(made[known] - wanted[known])
    return bool(np.all(gap <= tolerance * (np.abs(wanted[known]) + beside)))
