"""Places and counts as whole numbers, for generated JAX code.

Inside of `jax.jit`, where nothing can be raised for a value, a wrong place gives NaN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # Generated modules import JAX; reading this file does not.
    import jax
    import jax.numpy as jnp


def _given(values: Any) -> Any:
    """The values in a type that holds each of them beside whole numbers."""
    found = jnp.asarray(values)
    small = jnp.issubdtype(found.dtype, jnp.floating) and found.dtype.itemsize < 4
    return found.astype(jnp.float32) if small else found


def _whole(values: Any, told: str) -> Any:
    """The values as whole numbers. Raises IndexError for any other."""
    found = jnp.asarray(values)
    if jnp.issubdtype(found.dtype, jnp.integer):
        return found.astype(int)
    there = found.astype(int)
    if isinstance(found, jax.core.Tracer):
        return jnp.where(found == there, there, jnp.iinfo(there.dtype).min // 2)
    if found.dtype == bool or not bool(jnp.all(found == there)):
        wrong = jnp.ravel(found)[jnp.argmax(jnp.ravel(found != there))]
        raise IndexError(f"{told}: places and counts are whole numbers, not {wrong}")
    return there


def _at(place: Any, size: int, told: str) -> Any:
    """Places counted from 0. Raises IndexError where one leaves an axis of that size."""
    if isinstance(place, jax.core.Tracer):
        return jnp.where((place >= 0) & (place < size), place, size)
    place = jnp.asarray(place)
    if place.size and not (int(place.min()) >= 0 and int(place.max()) < size):
        wrong = int(place.min()) if int(place.min()) < 0 else int(place.max())
        raise IndexError(f"{told or 'an index'}: no entry {wrong + 1} on an axis from 1 to {size}")
    return place


def _end(place: Any, size: int, told: str) -> Any:
    """How many entries of an axis come before an end of a slice."""
    if not 0 <= place <= size:
        raise IndexError(f"{told or 'a slice'}: no {place} entries on an axis of {size}")
    return int(place)
