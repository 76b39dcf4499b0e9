"""Helpers around exp and tanh that generated NumPy code carries along, as source text.

All are elementwise, keep float32 in float32 and never overflow, so that no warning needs
silencing. Errors in units of the last place: `symdl accuracy`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from symdl.code.runtime.tables import _TANHSHRINK


def _steer(u: Any, right: Any, left: Any) -> Any:
    """`right` where u >= 0, else `left` (at -0.0 too: both are equal there), by the sign bit: a
    choice by a mask that the processor cannot foresee costs as much as six exponentials. For few
    elements the number of steps counts."""
    if u.size < 4096:
        return np.asarray(np.where(u >= 0, right, left), u.dtype)
    whole = np.int64 if u.dtype.itemsize == 8 else np.int32
    sign = u.view(whole) >> (8 * u.dtype.itemsize - 1)
    first: Any = np.asarray(right, u.dtype).view(whole)
    second: Any = np.asarray(left, u.dtype).view(whole)
    return (first ^ ((first ^ second) & sign)).view(u.dtype)


def _decay(x: Any) -> Any:
    """exp(-|x|), of which all else is made: for float32 in double precision, since NumPy's
    own exponential in single precision is off by 2.5 units in the last place."""
    if x.dtype.itemsize > 4:
        return np.exp(-np.abs(x))
    return np.exp(-np.abs(x.astype(np.float64))).astype(x.dtype)


def _growth(x: Any) -> Any:
    """exp(x), for float32 in double precision like `_decay`."""
    if x.dtype.itemsize > 4:
        return np.exp(x)
    return np.exp(x.astype(np.float64)).astype(x.dtype)


def _by_size(near: Any, far: Any, limits: Any, u: Any, *values: Any) -> Any:
    """near(...) where |u| is below a limit, one for double and one for single precision, and
    far(...) elsewhere."""
    most = limits[u.dtype.itemsize <= 4]
    # The sum of the squares is found sooner than the largest, and is small enough for few.
    if u.size < 4096 and np.vdot(u, u) < most * most:
        return near(*values)
    if np.maximum.reduce(u, axis=None) < most and np.minimum.reduce(u, axis=None) > -most:
        return near(*values)
    if not u.ndim:
        return far(*values)
    size, *every = np.broadcast_arrays(u, *values)
    outside = ~(np.abs(size) < most)
    made = near(*[np.where(outside, 0, v) for v in every])
    rest = far(*[v[outside] for v in every])
    pairs = [(made, rest)] if type(made) is not tuple else list(zip(made, rest, strict=True))
    for whole, part in pairs:
        whole[outside] = part
    return made


def _sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)) from exp of a negative number: no overflow, full tails."""
    e = _decay(x)
    p = e / (1 + e)
    return _steer(x, 1 - p, p)


def _sigmoid_slope(x: Any) -> Any:
    """The product sigmoid(x) sigmoid(-x), the derivative of the sigmoid."""
    e = _decay(x)
    p = e / (1 + e)
    return p * (1 - p)


def _softplus(x: Any) -> Any:
    """log(1 + exp(x)): log1p of a number below 1."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _sech(x: Any) -> Any:
    """1 / cosh(x) without overflow."""
    e = np.exp(-np.abs(x))
    return 2 * e / (1 + e * e)


def _sech2(x: Any) -> Any:
    """1 / cosh(x)^2, the derivative of tanh, as 4 p (1 - p) with p = sigmoid(-2 |x|): 1 - tanh(x)^2
    would cancel."""
    e = _decay(2 * x)
    p = e / (1 + e)
    return 4 * p * (1 - p)


def _tanh_softplus(x: Any) -> Any:
    """tanh(log(1 + exp(x))) = n / (n + 2q) with n = exp(2x) + 2 exp(x) and q = 1, both over
    exp(2x) where x > 0."""
    e = _decay(x)
    n = _steer(x, 1 + 2 * e, e * (e + 2))
    return n / (n + 2 * _steer(x, e * e, 1))


def _sech2_softplus(x: Any) -> Any:
    """1 / cosh(log(1 + exp(x)))^2 = 4 q (n + q) / (n + 2q)^2, with n and q as for tanh."""
    e = _decay(x)
    n = _steer(x, 1 + 2 * e, e * (e + 2))
    q = _steer(x, e * e, 1)
    return 4 * q * (n + q) / ((n + 2 * q) * (n + 2 * q))


def _tanh_softplus_slope(x: Any) -> Any:
    """The derivative of tanh(softplus(x)), 4 e (1 + e) q / (n + 2q)^2 with e = exp(-|x|): q = e
    and n as for tanh where x > 0, else q = 1."""
    e = _decay(x)
    r = 1 / (_steer(x, 1 + 2 * e, e * (e + 2)) + 2 * _steer(x, e * e, 1))
    return 4 * e * (1 + e) * _steer(x, e, 1) * r * r


def _tame(w: Any) -> Any:
    """w, and 0 where it is infinite: the exponential that it is multiplied by is 0 there. Looking
    whether any is costs less than choosing."""
    return w if np.isfinite(w).all() else np.where(np.isinf(w), 0, w)


def _sigmoid_tangent(u: Any, w: Any) -> Any:
    """sigmoid(u) + w sigmoid'(u) over one denominator: exact beside its zeros."""
    e = _decay(u)
    g = np.where(e == 0, 0, 1 + w)
    return _steer(u, 1 + e * g, e * (g + e)) / (1 + e * (e + 2))


def _tanh_softplus_tangent(u: Any, w: Any) -> Any:
    """tanh(softplus(u)) + w times its derivative, over one denominator."""
    e = _decay(u)
    n = _steer(u, 1 + 2 * e, e * (e + 2))
    d = n + 2 * _steer(u, e * e, 1)
    g = np.where(e == 0, 0, w)
    left = 4 * e * (1 + g + e * (1.5 + g + e * (1 + 0.25 * e)))
    return _steer(u, n * d + 4 * (e * e) * (g * (1 + e)), left) / (d * d)


def _logcosh(x: Any) -> Any:
    """log(cosh(x)): log1p(2 sinh(x/2)^2) near 0, |x| - log 2 + log1p(exp(-2|x|)) outside."""
    a = np.abs(x)
    s = np.sinh(np.minimum(a, 1) / 2)
    return _steer(1 - a, np.log1p(2 * s * s), a - math.log(2) + np.log1p(np.exp(-2 * a)))


def _log1mexp(x: Any) -> Any:
    """log(1 - exp(x)) for x < 0, after Maechler (2012): log(-expm1) near 0, else log1p."""
    near = x > -math.log(2)
    return np.where(
        near, np.log(-np.expm1(np.where(near, x, -1))), np.log1p(-np.exp(np.where(near, -1, x)))
    )


def _power_gap(x: Any, y: Any) -> Any:
    """1 - x^y for x >= 0 without cancellation where x is near 1."""
    positive = x > 0
    return np.where(positive, -np.expm1(y * np.log(np.where(positive, x, 1))), 1 - x**y)


def _power_gap_of_numbers(x: Any, y: Any) -> Any:
    """1 - x^y for two numbers."""
    if 0 < x <= 1 and y >= 0:
        return -math.expm1(y * math.log(x))
    return float(_power_gap(x, y))


def _power1p(u: Any, v: Any) -> Any:
    """(1 + u)^v, with the digits given back that the sum 1 + u drops."""
    s = 1 + u
    lost = np.where(np.abs(u) < 1, u - (s - 1), 1 - (s - u))
    back = np.minimum(np.maximum(v * (lost / np.where(s == 0, 1, s)), -700), 700)
    return s**v * np.exp(back)  # where s^v is 0 or infinite, it stays


def _horner(coefficients: Any, t: Any) -> Any:
    """A polynomial by its coefficients from the constant upwards."""
    total = coefficients[-1] * t + coefficients[-2]
    for c in coefficients[-3::-1]:
        total *= t  # in place: a fresh array for each step costs as much as the step
        total += c
    return total


def _tanhshrink(x: Any) -> Any:
    """x - tanh(x), which cancels near 0: a polynomial for |x| <= 1."""
    near = np.clip(x, -1, 1)
    z = near * near
    inner = near * (z * _horner(_TANHSHRINK, z))
    return _steer(1 - np.abs(x), inner, x - np.tanh(x))
