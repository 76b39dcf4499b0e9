"""Helpers on entries at affine places that generated NumPy code carries along.

A place on each axis is a start and a step for each counter; every counter is an axis of the
result. Nothing larger than the arrays themselves is made: windows are views.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symdl.code.runtime.places import _inside_of, _reach


def _windows(x: Any, starts: Any, counts: Any, steps: Any) -> Any:
    """The entries of x at such places, as a view. Raises IndexError where they leave x."""
    if 0 in counts:
        return np.zeros(counts, x.dtype)
    _inside_of(x.shape, starts, counts, steps)
    strides = [sum(s * d for s, d in zip(row, x.strides, strict=True)) for row in steps]
    first = x[tuple(slice(s, None) for s in starts)]
    return np.lib.stride_tricks.as_strided(first, counts, strides)


def _beyond(x: Any, starts: Any, counts: Any, steps: Any, gaps: Any) -> Any:
    """The entries of x, spread with gaps, at such places; 0 where there is none."""
    if 0 in counts or 0 in x.shape:
        return np.zeros(counts, x.dtype)
    ends = _reach(starts, counts, steps)
    before = [max(0, -low) for low, _ in ends]
    spread = [(n - 1) * g + 1 for n, g in zip(x.shape, gaps, strict=True)]
    sizes = [b + max(n, high + 1) for b, n, (_, high) in zip(before, spread, ends, strict=True)]
    z = x
    if sizes != list(x.shape):
        z = np.zeros(sizes, x.dtype)
        z[tuple(slice(b, b + n, g) for b, n, g in zip(before, spread, gaps, strict=True))] = x
    return _windows(z, [s + b for s, b in zip(starts, before, strict=True)], counts, steps)


def _at_places(values: Any, shape: Any, starts: Any, counts: Any, steps: Any) -> Any:
    """Zeros of a shape with values at such places, which all differ; places beyond it are none."""
    ends = _reach(starts, counts, steps)
    before = [max(0, -low) for low, _ in ends]
    z = np.zeros(
        [b + max(n, high + 1) for b, n, (_, high) in zip(before, shape, ends, strict=True)]
    )
    z = z.astype(np.asarray(values).dtype, copy=False)
    if 0 not in counts:
        _windows(z, [s + b for s, b in zip(starts, before, strict=True)], counts, steps)[...] = (
            values
        )
    return z[tuple(slice(b, b + n) for b, n in zip(before, shape, strict=True))]


def _windowed(spec: Any, groups: Any, *arrays: Any) -> Any:
    """einsum where letters run along one axis of an array: one product of matrices for each value
    of all but the longest of a group, so that no window is ever copied."""
    inputs, to = spec.split("->")[0].split(","), spec.split("->")[1]
    sizes = {
        s: n for i, x in zip(inputs, arrays, strict=True) for s, n in zip(i, x.shape, strict=True)
    }
    loop = list({s: 0 for g in groups for s in sorted(g, key=lambda s: -sizes[s])[1:]})
    total = np.zeros([sizes[s] for s in to], np.result_type(*arrays))
    kept = ["".join([s for s in i if s not in loop]) for i in (*inputs, to)]
    rest = ",".join(kept[:-1]) + "->" + kept[-1]
    for place in np.ndindex(*[sizes[s] for s in loop]):
        at = dict(zip(loop, place, strict=True))
        cut = [tuple([at.get(s, slice(None)) for s in i]) for i in (*inputs, to)]
        parts = [x[c] for x, c in zip(arrays, cut[:-1], strict=True)]
        total[cut[-1]] += np.einsum(rest, *parts, optimize=True)
    return total


def _scattered(values: Any, shape: Any, places: Any) -> Any:
    """Zeros of a shape to which values are added at places, one array of them for each axis."""
    z = np.zeros(shape, np.asarray(values).dtype)
    np.add.at(z, places, values)
    return z


def _others(x: Any, axis: int) -> Any:
    """The product of all entries along an axis but each: from both ends, for entries that are 0."""
    turned = np.moveaxis(x, axis, -1)
    before, after = np.ones_like(turned), np.ones_like(turned)
    np.cumprod(turned[..., :-1], axis=-1, out=before[..., 1:])
    np.cumprod(turned[..., :0:-1], axis=-1, out=after[..., -2::-1])
    return np.moveaxis(before * after, -1, axis)
