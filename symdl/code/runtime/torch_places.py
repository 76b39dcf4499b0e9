"""Entries at affine places for generated PyTorch code: see `numpy_places.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symdl.code.runtime.places import _inside_of

if TYPE_CHECKING:
    # Generated modules import PyTorch; reading this file does not.
    import torch


def _places(x: Any, starts: Any, counts: Any, steps: Any) -> Any:
    """The place on each axis, an axis for each counter."""
    found = []
    for axis, start in enumerate(starts):
        place = torch.as_tensor(start, device=x.device)
        for k, (n, row) in enumerate(zip(counts, steps, strict=True)):
            shape = [1] * len(counts)
            shape[k] = n
            place = place + row[axis] * torch.arange(n, device=x.device).reshape(shape)
        found.append(place)
    return tuple(found)


def _windows(x: Any, starts: Any, counts: Any, steps: Any) -> Any:
    """The entries of x at such places. Raises IndexError where they leave x."""
    _inside_of(x.shape, starts, counts, steps)
    return x[_places(x, starts, counts, steps)]


def _beyond(x: Any, starts: Any, counts: Any, steps: Any, gaps: Any) -> Any:
    """The entries of x, spread with gaps, at such places; 0 where there is none."""
    if 0 in counts or 0 in x.shape:
        return x.new_zeros(counts)
    inside, places = True, []
    for p, n, g in zip(_places(x, starts, counts, steps), x.shape, gaps, strict=True):
        inside = (p >= 0) & (p <= (n - 1) * g) & (p % g == 0) & inside
        places.append(torch.clamp(torch.div(p, g, rounding_mode="floor"), 0, n - 1))
    return torch.where(inside, x[tuple(places)], x.new_zeros(()))


def _at_places(values: Any, shape: Any, starts: Any, counts: Any, steps: Any) -> Any:
    """Zeros of a shape with values at such places, which all differ; places beyond it are none."""
    places, inside = _places(values, starts, counts, steps), True
    for p, n in zip(places, shape, strict=True):
        inside = (p >= 0) & (p < n) & inside
    kept = torch.where(inside, values, values.new_zeros(()))
    places = tuple(torch.clamp(p, 0, n - 1) for p, n in zip(places, shape, strict=True))
    return _scattered(kept, shape, places)


def _scattered(values: Any, shape: Any, places: Any) -> Any:
    """Zeros of a shape to which values are added at places, one array of them for each axis."""
    shaped = tuple(torch.broadcast_tensors(*places))
    return values.new_zeros(shape).index_put(shaped, values, accumulate=True)


def _others(x: Any, axis: int) -> Any:
    """The product of all entries along an axis but each: from both ends, for entries that are 0."""
    if x.shape[axis] == 0:
        return x
    one = torch.ones_like(x.narrow(axis, 0, 1))
    before = torch.cumprod(torch.cat((one, x.narrow(axis, 0, x.shape[axis] - 1)), axis), axis)
    turned = torch.flip(x.narrow(axis, 1, x.shape[axis] - 1), (axis,))
    after = torch.flip(torch.cumprod(torch.cat((one, turned), axis), axis), (axis,))
    return before * after
