"""Helpers around the normal distribution that generated NumPy code carries along."""

from __future__ import annotations

from typing import Any

import numpy as np

from symdl.code.runtime.numpy_logistic import _horner, _steer
from symdl.code.runtime.tables import (
    _ERF_32,
    _ERF_64,
    _ERFCX_32,
    _ERFCX_64,
    _LOG_MILLS,
    _MILLS_32,
    _MILLS_64,
)


def _bell(x: Any, scale: float) -> Any:
    """exp(-scale x^2) for scale 1 or 1/2: x = h + l with h^2 exact, so that the error of
    the square is not multiplied by x^2. Below the smallest number beyond |x| = 40.

    In double precision for float32 too: a sum of it may cancel, and `_steer` rounds."""
    if x.dtype.itemsize <= 4:
        wide = x.astype(np.float64)
        return np.exp(-scale * (wide * wide))
    a = np.minimum(np.abs(x), 40)
    h = np.rint(a * 64) / 64
    return np.exp(-scale * h * h) * np.exp(-scale * (a - h) * (a + h))


def _near_bell(x: Any) -> Any:
    """exp(-x^2/2) for |x| <= 13, in double precision: x = h + l with the square of h exact."""
    if x.dtype.itemsize <= 4:
        return _bell(x, 0.5)
    h = x.astype(np.float32).astype(np.float64)
    return np.exp(-0.5 * (h * h)) * np.exp(0.5 * ((h - x) * (h + x)))


def _opposite(x: Any, y: Any) -> Any:
    """1 - y where x >= 0, else y, for y from 0 to 1."""
    return np.abs((x >= 0) - y)


def _typed(value: Any, x: Any) -> Any:
    """A value in the type of x."""
    return np.asarray(value, x.dtype)


def _erfcx(a: Any) -> Any:
    """exp(a^2) erfc(a) for a >= 0.44."""
    table = _ERFCX_32 if np.asarray(a).dtype.itemsize <= 4 else _ERFCX_64
    return _horner(table, (a - 3.5) / (a + 3.5)) / (1 + 2 * a)


def _wide(value: Any) -> Any:
    """A value in double precision."""
    return np.asarray(value, np.float64)


def _mills(a: Any) -> Any:
    """normal_cdf(-a) exp(a^2/2) for a >= 0, in a itself: the rounding of a/sqrt(2) would be
    one more. In double precision like `_bell`; only what comes last has to be."""
    t = 1 - 10 / (a + 5)  # (a - 5) / (a + 5), at infinity too
    if a.dtype.itemsize > 4:
        return _horner(_MILLS_64, t) / (1 + 0.75 * a)
    rest = t * _horner(_MILLS_32[1:], t)
    return (_MILLS_32[0] + rest.astype(np.float64)) / (1 + 0.75 * a.astype(np.float64))


def _erf_near(x: Any) -> Any:
    """erf(x) for |x| <= 1."""
    near = np.clip(x, -1, 1)
    table = _ERF_32 if np.asarray(x).dtype.itemsize <= 4 else _ERF_64
    return near * _horner(table, near * near)


def _erfc(x: Any) -> Any:
    """1 - erf(x), accurate in the upper tail too."""
    a = np.minimum(np.abs(x), 40)
    tail = _bell(a, 1) * _erfcx(a)
    return _steer(0.5 - a, 1 - _erf_near(x), _steer(x, tail, 2 - tail))


def _erf(x: Any) -> Any:
    """The error function: a polynomial for |x| <= 1, 1 - erfc outside."""
    a = np.minimum(np.abs(x), 40)
    return _steer(1 - a, _erf_near(x), np.copysign(1 - _bell(a, 1) * _erfcx(a), x))


def _normal_pdf(x: Any) -> Any:
    """exp(-x^2/2) / sqrt(2 pi)."""
    return _typed(0.3989422804014327 * _bell(x, 0.5), x)


def _normal_cdf(x: Any) -> Any:
    """The distribution function of the standard normal, accurate in both tails."""
    tail = _bell(x, 0.5) * _mills(np.abs(x))
    return _steer(x, 1 - tail, tail)


def _normal_cdf_gap(x: Any, y: Any) -> Any:
    """normal_cdf(x) - normal_cdf(y): of the tails that are left above where both lie to the right,
    by erf in the middle, where a difference of numbers near 1/2 would cancel."""
    kind = np.result_type(x, y)
    x, y = np.asarray(x, kind), np.asarray(y, kind)
    up, down = np.minimum(x, y) >= 0.5, np.maximum(x, y) <= -0.5
    far = _normal_cdf(np.where(up, -y, x)) - _normal_cdf(np.where(up, -x, y))
    middle = 0.5 * (_erf(x * 0.7071067811865476) - _erf(y * 0.7071067811865476))
    return np.where(up | down, far, middle)


def _gauss(x: Any) -> Any:
    """exp(-x^2)."""
    return _typed(_bell(x, 1), x)


def _half_gauss(x: Any) -> Any:
    """exp(-x^2/2)."""
    return _typed(_bell(x, 0.5), x)


def _normal_cdf_tangent(u: Any, w: Any) -> Any:
    """normal_cdf(u) + w normal_pdf(u): the cancellation is beside mills, not beside its product
    with the exponential."""
    a = np.minimum(np.abs(u), 40)
    bell = _bell(u, 0.5)
    half = _mills(a)
    move = 0.3989422804014327 * _wide(np.where(bell == 0, 0, w))
    return _steer(u, 1 - bell * (half - move), bell * (half + move))


def _log_normal_cdf(x: Any) -> Any:
    """log(normal_cdf(x)): log1p of the other tail to the right, asymptotic from -16 on."""
    a = np.abs(x)
    t = _normal_cdf(-a)
    far = np.maximum(a, 16)
    z = 1 / (far * far)
    tail = z * _horner(_LOG_MILLS, z) - (0.5 * far * far + np.log(2.5066282746310002 * far))
    left = _steer(16 - a, np.log(np.maximum(t, 1e-60)), tail)
    return _steer(x, np.log1p(-t), left)


def _log_erfc(x: Any) -> Any:
    """log(erfc(x)): log1p of -erf near 0 and to the left, its asymptotic series from 12 on."""
    far = np.maximum(x, 12)
    z = 0.5 / (far * far)
    tail = z * _horner(_LOG_MILLS, z) - (far * far + np.log(1.7724538509055159 * far))
    middle = np.log(_erfc(np.minimum(np.maximum(x, 0.5), 12)))
    near = np.log1p(-_erf(np.minimum(x, 0.5)))
    return _steer(0.5 - x, near, _steer(12 - x, middle, tail))
