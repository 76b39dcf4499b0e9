"""Entries at affine places for generated JAX code: see `numpy_places.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symdl.code.runtime.places import _inside_of

if TYPE_CHECKING:
    # Generated modules import JAX; reading this file does not.
    import jax.numpy as jnp


def _places(starts: Any, counts: Any, steps: Any) -> Any:
    """The place on each axis, an axis for each counter."""
    found = []
    for axis, start in enumerate(starts):
        place = jnp.asarray(start)
        for k, (n, row) in enumerate(zip(counts, steps, strict=True)):
            shape = [1] * len(counts)
            shape[k] = n
            place = place + row[axis] * jnp.arange(n).reshape(shape)
        found.append(place)
    return tuple(found)


def _windows(x: Any, starts: Any, counts: Any, steps: Any) -> Any:
    """The entries of x at such places. Raises IndexError where they leave x: JAX by itself takes
    the entry at the end."""
    _inside_of(x.shape, starts, counts, steps)
    return x[_places(starts, counts, steps)]


def _beyond(x: Any, starts: Any, counts: Any, steps: Any, gaps: Any) -> Any:
    """The entries of x, spread with gaps, at such places; 0 where there is none."""
    if 0 in counts or 0 in x.shape:
        return jnp.zeros(counts, x.dtype)
    inside, places = True, []
    for p, n, g in zip(_places(starts, counts, steps), x.shape, gaps, strict=True):
        inside = (p >= 0) & (p <= (n - 1) * g) & (p % g == 0) & inside
        places.append(jnp.clip(p // g, 0, n - 1))
    return jnp.where(inside, x[tuple(places)], 0)


def _at_places(values: Any, shape: Any, starts: Any, counts: Any, steps: Any) -> Any:
    """Zeros of a shape with values at such places, which all differ; places beyond it are none."""
    places, inside = _places(starts, counts, steps), True
    for p, n in zip(places, shape, strict=True):
        inside = (p >= 0) & (p < n) & inside
    places = tuple(jnp.clip(p, 0, n - 1) for p, n in zip(places, shape, strict=True))
    return _scattered(jnp.where(inside, values, 0), shape, places)


def _scattered(values: Any, shape: Any, places: Any) -> Any:
    """Zeros of a shape to which values are added at places, one array of them for each axis."""
    return jnp.zeros(shape, values.dtype).at[tuple(places)].add(values)


def _others(x: Any, axis: int) -> Any:
    """The product of all entries along an axis but each: from both ends, for entries that are 0."""
    turned = jnp.moveaxis(x, axis, -1)
    one = jnp.ones_like(turned[..., :1])
    before = jnp.cumprod(jnp.concatenate((one, turned[..., :-1]), -1), -1)
    after = jnp.cumprod(jnp.concatenate((one, turned[..., :0:-1]), -1), -1)[..., ::-1]
    return jnp.moveaxis(before * after, -1, axis)
