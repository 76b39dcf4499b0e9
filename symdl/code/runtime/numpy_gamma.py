"""Helpers around the Gamma function that generated NumPy code carries along."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def _raised(x: Any) -> Any:
    """x raised by whole steps to 10 or more, and the product of the steps left behind."""
    steps = np.ones_like(x)
    for _ in range(10):
        below = x < 10
        steps = steps * np.where(below, x, 1)
        x = x + below.astype(steps.dtype)
    return x, steps


def _stirling(x: Any) -> Any:
    """The tail of Stirling's series of log Gamma, DLMF 5.11.1, for x >= 10."""
    u = 1 / (x * x)
    total = 1 / 156 * np.ones_like(u)
    for c in (-691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12):
        total = total * u + c
    return total / x


def _gamma(x: Any) -> Any:
    """The Gamma function: Stirling's series from 10 on, recurrence and reflection below."""
    x = np.asarray(x)
    mirrored = x < 0.5
    y, steps = _raised(np.clip(np.where(mirrored, 1 - x, x), 0.5, 172))
    half = y ** (0.5 * y - 0.25)
    value = math.sqrt(2 * math.pi) * (half * np.exp(-y)) * half * np.exp(_stirling(y)) / steps
    sine = np.where(mirrored, np.sin(math.pi * (x - 2 * np.rint(x / 2))), 1)
    pole = mirrored & (x == np.rint(x))
    return np.where(
        mirrored, math.pi / np.where(pole, np.nan, sine * value), np.where(x > 171.7, np.inf, value)
    )


def _log_gamma(x: Any) -> Any:
    """log Gamma(x) for x > 0."""
    y, steps = _raised(np.asarray(x))
    constant = 0.5 * math.log(2 * math.pi)
    return (y - 0.5) * np.log(y) - y + constant + _stirling(y) - np.log(steps)


def _log_factorial(x: Any) -> Any:
    """log(x!), log Gamma(x + 1), exact to the last digits for whole x."""
    few = np.minimum(x, 20)
    many = np.maximum(x, 20)
    product = _gamma(few + 1)
    product = np.where(few == np.rint(few), np.rint(product), product)
    far = (many + 0.5) * np.log(many) - many + 0.5 * math.log(2 * math.pi) + _stirling(many)
    return np.where(x <= 20, np.log(product), far)


def _digamma(x: Any) -> Any:
    """The logarithmic derivative of Gamma: its series from 10 on, DLMF 5.11.2."""
    x = np.asarray(x)
    mirrored = x < 0.5
    y = np.where(mirrored, 1 - x, x)
    total = np.zeros_like(y)
    for _ in range(10):
        below = y < 10
        total = total - np.where(below, 1 / np.where(below, y, 1), 0)
        y = y + below.astype(y.dtype)
    u = 1 / (y * y)
    series = 1 / 12 * np.ones_like(u)
    for c in (-691 / 32760, 1 / 132, -1 / 240, 1 / 252, -1 / 120, 1 / 12):
        series = series * u + c
    value = total + np.log(y) - 0.5 / y - series * u
    turn = math.pi * (x - np.rint(x))
    slope = np.where(mirrored, np.tan(np.where(turn == 0, np.nan, turn)), 1)
    return np.where(mirrored, value - math.pi / slope, value)


def _binomial(n: Any, k: Any) -> Any:
    """The binomial coefficient of whole numbers, exact while it has at most 15 digits."""
    n, k = np.asarray(n), np.asarray(k)
    inside = (k >= 0) & (k <= n)
    k = np.where(inside, k, 0)
    value = np.exp(_log_gamma(n + 1) - _log_gamma(k + 1) - _log_gamma(n - k + 1))
    return np.where(inside, np.where(value < 1e13, np.rint(value), value), 0).astype(n.dtype)
