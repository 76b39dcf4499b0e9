"""Helpers for differences that cancel and squares that overflow, which generated NumPy code
carries along. All are elementwise and keep the type of their arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from symdl.code.runtime.numpy_gamma import _gamma, _stirling
from symdl.code.runtime.numpy_logistic import _horner, _steer
from symdl.code.runtime.tables import (
    _ARTANH_REST,
    _EXPM1_REST,
    _EXPM1_RISE,
    _SINC_SLOPE,
)


def _near_1(x: Any) -> Any:
    """x brought into [-1, 1], where the series are."""
    return np.minimum(np.maximum(x, -1), 1)


def _exp_times(x: Any, y: Any) -> Any:
    """y exp(x), by two exponentials of x/2: neither they nor y are out of range before the product
    is."""
    half = np.exp(0.5 * x)
    return (half * y) * half


def _hypot_gap(x: Any) -> Any:
    """sqrt(1 + x^2) - 1."""
    return x * (x / (1 + np.hypot(1, x)))


def _hypot_less(x: Any, y: Any) -> Any:
    """sqrt(x^2 + y^2) - y."""
    half = 0.5 * np.hypot(x, y) + 0.5 * np.abs(y)
    over = x / np.where(half == 0, 1, half)
    return np.where(y > 0, 0.5 * x * over, 2 * half)


def _log1p_square(x: Any) -> Any:
    """log(1 + x^2): from |x| = 1e9 on 2 log|x|."""
    a = np.abs(x)
    near = np.minimum(a, 1e9)
    return _steer(1e9 - a, np.log1p(near * near), 2 * np.log(np.maximum(a, 1e9)))


def _expm1_rest(x: Any) -> Any:
    """exp(x) - 1 - x."""
    t = _near_1(x)
    return _steer(1 - np.abs(x), t * (t * _horner(_EXPM1_REST, t)), np.expm1(x) - x)


def _expm1_ratio(x: Any) -> Any:
    """(exp(x) - 1)/x, and 1 at 0; it overflows later than exp(x)."""
    z = np.where(x == 0, 1, np.minimum(x, 600))
    t = np.maximum(x, 600)
    half = np.exp(t / 2)
    return np.where(x == 0, 1, _steer(600 - x, np.expm1(z) / z, half / t * half))


def _expm1_rise(x: Any) -> Any:
    """x exp(x) - exp(x) + 1."""
    t = _near_1(x)
    low = np.maximum(x, -800)
    return _steer(1 - np.abs(x), t * (t * _horner(_EXPM1_RISE, t)), (low - 1) * np.exp(low) + 1)


def _expm1_ratio_slope(x: Any) -> Any:
    """(x exp(x) - exp(x) + 1)/x^2, the derivative of (exp(x) - 1)/x; it overflows later."""
    low = np.minimum(np.where(np.abs(x) < 1, 1, x), 600)
    t = np.maximum(x, 600)
    half = np.exp(t / 2)
    left = ((low - 1) / low * np.exp(low) + 1 / low) / low
    far = _steer(600 - x, left, half / t * ((t - 1) / t * half))
    return _steer(1 - np.abs(x), _horner(_EXPM1_RISE, _near_1(x)), far)


def _sinc_slope(x: Any) -> Any:
    """(x cos(x) - sin(x))/x^2, the derivative of sin(x)/x, and 0 at 0."""
    t = _near_1(x)
    z = np.where(np.abs(x) < 1, 1, x)
    near = t * _horner(_SINC_SLOPE, t * t)
    return _steer(1 - np.abs(x), near, (np.cos(z) - np.sin(z) / z) / z)


def _bernoulli_entropy(x: Any) -> Any:
    """log(1 + exp(x)) - x sigmoid(x), which is even."""
    a = np.minimum(np.abs(x), 1000)
    e = np.exp(-a)
    return np.log1p(e) + a * (e / (1 + e))


def _bend(t: Any) -> Any:
    """(t - log(1 + t))/t^2 for -1/2 <= t <= 1: with s = t/(2 + t) the logarithm is 2 artanh(s),
    and t - 2s is t s."""
    s = t / (2 + t)
    return (1 - 2 * t * _horner(_ARTANH_REST, s * s) / ((2 + t) * (2 + t))) / (2 + t)


def _log1p_ratio_slope(x: Any) -> Any:
    """(x/(1 + x) - log(1 + x))/x^2, the derivative of log(1 + x)/x."""
    alike = (x > -0.5) & (x < 1)
    t = np.where(alike, x, 0)
    z = np.where(alike, 1, x)
    return np.where(alike, _bend(t) - 1 / (1 + t), (1 / (1 + z) - np.log1p(z) / z) / z)


def _log1p_gap(x: Any) -> Any:
    """x - log(1 + x), at least 0."""
    t = np.minimum(np.maximum(x, -0.5), 1)
    return np.where((x > -0.5) & (x < 1), t * (t * _bend(t)), x - np.log1p(x))


def _log_gap(x: Any) -> Any:
    """x - 1 - log(x), at least 0."""
    t = np.minimum(np.maximum(x - 1, -0.5), 1)
    return np.where((x > 0.5) & (x < 2), t * (t * _bend(t)), (x - 1) - np.log(x))


def _log_quotient(x: Any, y: Any) -> Any:
    """log(x) - log(y) for positive numbers: the logarithm of the quotient where that is an ordinary
    number, beside 1 by x - y."""
    ordinary = (x * 1e-300 < y) & (y * 1e-300 < x)
    alike = (x > 0.5 * y) & (x < 2 * y)
    quotient = np.where(ordinary, x, 1) / np.where(ordinary, y, 1)
    near = np.log1p(np.where(alike, x - y, 0) / np.where(y == 0, 1, y))
    return np.where(alike, near, np.where(ordinary, np.log(quotient), np.log(x) - np.log(y)))


def _entropy_gap(x: Any, y: Any) -> Any:
    """x log(x/y) - x + y, at least 0: a term of the relative entropy."""
    known = np.where(x == 0, 1, x)
    alike = (x > 0.5 * y) & (x < 2 * y)
    t = np.where(alike, y - x, 0) / known
    far = np.where(x == 0, 0, x * _log_quotient(known, y)) + (y - x)
    return np.where(alike, (y - x) * (t * _bend(t)), far)


def _log_mean_exp(x: Any, y: Any) -> Any:
    """log((exp(x) + exp(y))/2)."""
    return np.maximum(x, y) + np.log1p(np.expm1(-np.abs(x - y)) / 2)


def _poisson(x: Any, k: Any) -> Any:
    """exp(-x) x^k / k! for whole k: the product for k up to 20, else a saddle point with its
    correction (Loader, 2000), whose exponent has no large parts that cancel."""
    kind = np.asarray(x).dtype
    x, k = np.asarray(x, np.float64), np.asarray(k, np.float64)
    few = np.minimum(np.maximum(k, 0), 20)
    near = np.where(k <= 20, np.minimum(x, 1400), 0)
    half = np.exp(-near / 2)
    least = half * near**few / np.rint(_gamma(few + 1)) * half
    many = np.maximum(k, 20)
    body = np.exp(-_stirling(many) - _entropy_gap(many, x)) / np.sqrt(6.283185307179586 * many)
    made = np.where(k <= 20, least, body)
    return np.where((k >= 0) & (k == np.rint(k)), made, np.nan).astype(kind)
