"""Helpers on types, shapes and axes that generated NumPy code carries along."""

from __future__ import annotations

from typing import Any

import numpy as np

_KINDS = {np.dtype(np.float64), np.dtype(np.float32)}


def _floats(*values: Any) -> Any:
    """The arguments as arrays of one floating-point type: that of the arrays among them
    (float32 stays float32 beside Python numbers), else float64."""
    found = {v.dtype if type(v) is np.ndarray else None for v in values}
    if len(found) == 1 and found <= _KINDS:
        return values if len(values) > 1 else values[0]
    types = [np.asarray(v).dtype for v in values if type(v) not in (int, float)]
    kind = np.result_type(*types) if types else np.dtype(np.float64)
    if kind.kind == "O":  # float() refuses None, which NumPy takes for NaN
        values = tuple(np.vectorize(float)(v) for v in values)
    if kind.kind != "f":
        kind = np.dtype(np.float64)
    arrays = tuple(np.asarray(v, kind) for v in values)
    return arrays if len(arrays) > 1 else arrays[0]


def _like(value: Any, *parameters: Any) -> Any:
    """A result that does not depend on every parameter, in their common shape and type."""
    shape = np.broadcast_shapes(*(np.shape(p) for p in parameters))
    return np.array(np.broadcast_to(np.asarray(value, parameters[0].dtype), shape))


def _softmax(x: Any) -> Any:
    """exp(x) over its sum along the last axis, moved by the largest."""
    e = x - np.max(x, axis=-1, keepdims=True)
    np.exp(e, out=e)
    e /= np.sum(e, axis=-1, keepdims=True)
    return e


def _log_total(w: Any, axis: int) -> Any:
    """log(sum(exp(w))) along an axis where the largest w is 0: log1p of the other terms."""
    e = np.exp(w)
    place = np.expand_dims(np.argmax(e, axis=axis), axis)
    rest = np.sum(np.where(np.indices(e.shape, sparse=True)[axis] == place, 0, e), axis=axis)
    return np.log1p(rest)


def _logsumexp(x: Any) -> Any:
    """log(sum(exp(x))) along the last axis."""
    top = np.max(x, axis=-1, keepdims=True)
    return top[..., 0] + _log_total(x - top, -1)


def _log_softmax(x: Any) -> Any:
    """The logarithm of softmax along the last axis, accurate near 0 too."""
    w = x - np.max(x, axis=-1, keepdims=True)
    return w - _log_total(w, -1)[..., None]


def _row_exp(x: Any, m: Any, kind: Any) -> Any:
    """exp(x - m), with what the rounding of x - m takes away given back where that is more than
    a dozen units in the last place; in double precision differences of single numbers need no
    such care."""
    w = x - m
    e = np.exp(w)
    if kind.itemsize <= 4 or np.minimum.reduce(w, axis=None, initial=0) > -24:
        return e
    with np.errstate(invalid="ignore"):  # a masked entry is minus infinity
        back = w - x
        lost = (x - (w - back)) - (m + back)
    if not np.isfinite(lost).all():
        lost = np.where(np.isfinite(lost), lost, 0)
    return e + e * lost


def _row_log_total(_w: Any, e: Any) -> Any:
    """log of the sum of e = exp(w) along the last axis, where the largest w is 0: log1p of the
    sum of the others where it is not large."""
    total = np.add.reduce(e, axis=-1, keepdims=True)
    if (total > 2).all():
        return np.log(total)
    place = np.expand_dims(np.argmax(e, axis=-1), -1)
    largest = np.take_along_axis(e, place, -1)
    np.put_along_axis(e, place, 0, -1)
    rest = np.sum(e, axis=-1, keepdims=True)
    np.put_along_axis(e, place, largest, -1)
    return np.where(total > 2, np.log(total), np.log1p(rest))


def _with_diagonal(x: Any, d: Any) -> Any:
    """A matrix with numbers added along its diagonal."""
    y = np.array(x)
    np.einsum("ii->i", y)[...] += d
    return y
