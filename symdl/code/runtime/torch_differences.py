"""Helpers for differences that cancel and squares that overflow, which generated PyTorch code
carries along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symdl.code.runtime.tables import (
    _ARTANH_REST,
    _EXPM1_REST,
    _EXPM1_RISE,
    _LOG_MILLS,
    _SINC_SLOPE,
)
from symdl.code.runtime.torch_helpers import _normal_cdf

if TYPE_CHECKING:
    # Generated modules import PyTorch; reading this file does not.
    import torch


def _number(x: Any, like: Any) -> Any:
    """A Python number as a tensor of the type of another."""
    return x if isinstance(x, torch.Tensor) else torch.as_tensor(x, dtype=like.dtype)


def _hypot(x: Any, y: Any) -> Any:
    """sqrt(x^2 + y^2)."""
    return torch.hypot(_number(x, y), _number(y, x))


def _series(coefficients: Any, t: Any) -> Any:
    """A polynomial by its coefficients from the constant upwards."""
    total = coefficients[-1] * t + coefficients[-2]
    for c in coefficients[-3::-1]:
        total = total * t + c
    return total


def _hypot_gap(x: Any) -> Any:
    """sqrt(1 + x^2) - 1."""
    return x * (x / (1 + _hypot(1.0, x)))


def _exp_times(x: Any, y: Any) -> Any:
    """y exp(x), by two exponentials of x/2."""
    half = torch.exp(0.5 * x)
    return (half * y) * half


def _hypot_less(x: Any, y: Any) -> Any:
    """sqrt(x^2 + y^2) - y."""
    half = 0.5 * _hypot(x, y) + 0.5 * torch.abs(_number(y, x))
    over = x / torch.where(half == 0, 1, half)
    return torch.where(_number(y, x) > 0, 0.5 * x * over, 2 * half)


def _log1p_square(x: Any) -> Any:
    """log(1 + x^2): from |x| = 1e9 on 2 log|x|."""
    a = torch.abs(x)
    near = torch.clamp(x, -1e9, 1e9)
    return torch.where(a > 1e9, 2 * torch.log(torch.clamp(a, min=1e9)), torch.log1p(near * near))


def _expm1_rest(x: Any) -> Any:
    """exp(x) - 1 - x."""
    t = torch.clamp(x, -1, 1)
    return torch.where(torch.abs(x) <= 1, t * (t * _series(_EXPM1_REST, t)), torch.expm1(x) - x)


def _expm1_ratio(x: Any) -> Any:
    """(exp(x) - 1)/x, and 1 at 0; it overflows later than exp(x)."""
    t = torch.clamp(x, -1, 1)
    z = torch.where(torch.abs(x) < 1, 1, torch.clamp(x, max=80))
    far = torch.clamp(x, min=80)
    half = torch.exp(far / 2)
    outer = torch.where(x > 80, half / far * half, torch.expm1(z) / z)
    return torch.where(torch.abs(x) < 1, 1 + t * _series(_EXPM1_REST, t), outer)


def _expm1_rise(x: Any) -> Any:
    """x exp(x) - exp(x) + 1."""
    t = torch.clamp(x, -1, 1)
    low = torch.clamp(x, min=-800)
    near = t * (t * _series(_EXPM1_RISE, t))
    return torch.where(torch.abs(x) <= 1, near, (low - 1) * torch.exp(low) + 1)


def _expm1_ratio_slope(x: Any) -> Any:
    """(x exp(x) - exp(x) + 1)/x^2, the derivative of (exp(x) - 1)/x."""
    t = torch.clamp(x, -1, 1)
    low = torch.where(torch.abs(x) < 1, 1, torch.clamp(x, max=80))
    far = torch.clamp(x, min=80)
    half = torch.exp(far / 2)
    left = ((low - 1) / low * torch.exp(low) + 1 / low) / low
    outer = torch.where(x > 80, half / far * ((far - 1) / far * half), left)
    return torch.where(torch.abs(x) < 1, _series(_EXPM1_RISE, t), outer)


def _sinc_slope(x: Any) -> Any:
    """(x cos(x) - sin(x))/x^2, the derivative of sin(x)/x."""
    t = torch.clamp(x, -1, 1)
    z = torch.where(torch.abs(x) < 1, 1, x)
    far = (torch.cos(z) - torch.sin(z) / z) / z
    return torch.where(torch.abs(x) < 1, t * _series(_SINC_SLOPE, t * t), far)


def _bernoulli_entropy(x: Any) -> Any:
    """log(1 + exp(x)) - x sigmoid(x), which is even."""
    a = torch.clamp(torch.abs(x), max=1000)
    e = torch.exp(-a)
    return torch.log1p(e) + a * (e / (1 + e))


def _bend(t: Any) -> Any:
    """(t - log(1 + t))/t^2 for -1/2 <= t <= 1, by log(1 + t) = 2 artanh(t/(2 + t))."""
    s = t / (2 + t)
    return (1 - 2 * t * _series(_ARTANH_REST, s * s) / ((2 + t) * (2 + t))) / (2 + t)


def _log1p_ratio_slope(x: Any) -> Any:
    """(x/(1 + x) - log(1 + x))/x^2, the derivative of log(1 + x)/x."""
    alike = (x > -0.5) & (x < 1)
    t = torch.where(alike, x, 0)
    z = torch.where(alike, 1, x)
    return torch.where(alike, _bend(t) - 1 / (1 + t), (1 / (1 + z) - torch.log1p(z) / z) / z)


def _log1p_gap(x: Any) -> Any:
    """x - log(1 + x), at least 0."""
    t = torch.clamp(x, -0.5, 1)
    return torch.where((x > -0.5) & (x < 1), t * (t * _bend(t)), x - torch.log1p(x))


def _log_gap(x: Any) -> Any:
    """x - 1 - log(x), at least 0."""
    t = torch.clamp(x - 1, -0.5, 1)
    return torch.where((x > 0.5) & (x < 2), t * (t * _bend(t)), (x - 1) - torch.log(x))


def _log_quotient(x: Any, y: Any) -> Any:
    """log(x) - log(y), beside y = x by their difference."""
    alike = (x > 0.5 * y) & (x < 2 * y)
    near = torch.log1p(torch.where(alike, x - y, 0) / torch.where(y == 0, 1, y))
    return torch.where(alike, near, torch.log(x) - torch.log(y))


def _entropy_gap(x: Any, y: Any) -> Any:
    """x log(x/y) - x + y, at least 0."""
    known = torch.where(x == 0, 1, x)
    alike = (x > 0.5 * y) & (x < 2 * y)
    t = torch.where(alike, y - x, 0) / known
    far = torch.where(x == 0, 0, x * _log_quotient(known, y)) + (y - x)
    return torch.where(alike, (y - x) * (t * _bend(t)), far)


def _log_mean_exp(x: Any, y: Any) -> Any:
    """log((exp(x) + exp(y))/2)."""
    return torch.maximum(x, y) + torch.log1p(torch.expm1(-torch.abs(x - y)) / 2)


def _poisson(x: Any, k: Any) -> Any:
    """exp(-x) x^k / k! for whole k."""
    return torch.exp(torch.xlogy(k, x) - x - torch.lgamma(k + 1))


def _log_factorial(x: Any) -> Any:
    """log(x!) for whole x."""
    return torch.lgamma(x + 1)


def _normal_cdf_gap(x: Any, y: Any) -> Any:
    """normal_cdf(x) - normal_cdf(y): by the upper tails to the right, by erf in the middle."""
    x, y = _number(x, y), _number(y, x)
    up = torch.minimum(x, y) >= 0.5
    down = torch.maximum(x, y) <= -0.5
    a, b = torch.where(up, -y, x), torch.where(up, -x, y)
    middle = 0.5 * (torch.erf(x * 0.7071067811865476) - torch.erf(y * 0.7071067811865476))
    return torch.where(up | down, _normal_cdf(a) - _normal_cdf(b), middle)


def _log_normal_cdf(x: Any) -> Any:
    """log(normal_cdf(x)): log1p of the other tail to the right, asymptotic from -16 on."""
    a = torch.abs(x)
    t = _normal_cdf(-a)
    far = torch.clamp(a, min=16)
    z = 1 / (far * far)
    tail = z * _series(_LOG_MILLS, z) - (0.5 * far * far + torch.log(2.5066282746310002 * far))
    left = torch.where(a <= 16, torch.log(torch.clamp(t, min=1e-60)), tail)
    return torch.where(x >= 0, torch.log1p(-t), left)


def _log_erfc(x: Any) -> Any:
    """log(erfc(x)): log1p of -erf near 0 and to the left, its asymptotic series from 12 on."""
    far = torch.clamp(x, min=12)
    z = 0.5 / (far * far)
    tail = z * _series(_LOG_MILLS, z) - (far * far + torch.log(1.7724538509055159 * far))
    middle = torch.log(torch.erfc(torch.clamp(x, 0.5, 12)))
    near = torch.log1p(-torch.erf(torch.clamp(x, max=0.5)))
    return torch.where(x <= 0.5, near, torch.where(x <= 12, middle, tail))
