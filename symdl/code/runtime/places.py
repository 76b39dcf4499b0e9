"""How far affine places go, for generated code in every language of arrays."""

from __future__ import annotations

from typing import Any


def _reach(starts: Any, counts: Any, steps: Any) -> Any:
    """The first and the last place on each axis, for no counter of which there are none."""
    lows = [min(0, s * (n - 1)) for n, row in zip(counts, steps, strict=True) for s in row]
    highs = [max(0, s * (n - 1)) for n, row in zip(counts, steps, strict=True) for s in row]
    k = len(starts)
    return [(s + sum(lows[a::k]), s + sum(highs[a::k])) for a, s in enumerate(starts)]


def _inside_of(shape: Any, starts: Any, counts: Any, steps: Any) -> None:
    """Raises IndexError where such places leave an array, if there are any."""
    if 0 in counts:
        return
    for size, (low, high) in zip(shape, _reach(starts, counts, steps), strict=True):
        if low < 0 or high >= size:
            raise IndexError(f"entries {low + 1} to {high + 1} of an axis of {size}")
