"""Where generated JAX code needs another helper than NumPy's with `jnp` for `np`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symdl.code.runtime.numpy_logistic import _horner
from symdl.code.runtime.tables import _MILLS_32, _MILLS_64

if TYPE_CHECKING:
    # Generated modules import JAX; reading this file does not.
    import jax
    import jax.numpy as jnp


def _floats(*values: Any) -> Any:
    """The arguments as arrays of one floating-point type: that of the arrays among them."""
    arrays = [v for v in values if type(v) not in (int, float)]
    kind = jnp.result_type(*arrays) if arrays else jnp.result_type(float)
    if not jnp.issubdtype(kind, jnp.floating):
        kind = jnp.result_type(float)
    found = tuple(jnp.asarray(v, kind) for v in values)
    return found if len(found) > 1 else found[0]


def _sigmoid(x: Any) -> Any:
    """The logistic sigmoid."""
    return jax.nn.sigmoid(x)


def _like(value: Any, *parameters: Any) -> Any:
    """A result that does not depend on every parameter, in their common shape and type."""
    shape = jnp.broadcast_shapes(*(p.shape for p in parameters))
    return jnp.broadcast_to(jnp.asarray(value, parameters[0].dtype), shape)


def _steer(u: Any, right: Any, left: Any) -> Any:
    """`right` where u >= 0, else `left`."""
    return jnp.where(u >= 0, right, left)


def _tame(w: Any) -> Any:
    """w, and 0 where it is infinite."""
    return jnp.where(jnp.isinf(w), 0, w)


def _decay(x: Any) -> Any:
    """exp(-|x|)."""
    return jnp.exp(-jnp.abs(x))


def _bell(x: Any, scale: float) -> Any:
    """exp(-scale x^2) for scale 1 or 1/2 with x = h + l and h^2 exact."""
    a = jnp.minimum(jnp.abs(x), 40)
    h = jnp.rint(a * 64) / 64
    return jnp.exp(-scale * h * h) * jnp.exp(-scale * (a - h) * (a + h))


def _mills(a: Any) -> Any:
    """normal_cdf(-a) exp(a^2/2) for a >= 0."""
    table = _MILLS_32 if a.dtype.itemsize <= 4 else _MILLS_64
    return _horner(table, 1 - 10 / (a + 5)) / (1 + 0.75 * a)


def _wide(value: Any) -> Any:
    """As it is: JAX has double precision only where it was asked for."""
    return value


def _with_diagonal(x: Any, d: Any) -> Any:
    """A matrix with numbers added along its diagonal."""
    along = jnp.arange(x.shape[0])
    return x.at[along, along].add(d)
