"""Integrals by double-exponential quadrature (Takahasi and Mori, 1974)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def _quadrature(f: Any, lower: Any, upper: Any, *rest: Any) -> Any:
    """The integrals of f(t, *rest) over t, one for each element; NaN where none is found."""
    values = np.broadcast_arrays(lower, upper, *rest)
    flat = [np.asarray(v, np.float64).ravel() for v in values]
    found = [_integral(f, *[float(v) for v in one]) for one in zip(*flat, strict=True)]
    return np.array(found).reshape(values[0].shape)[()]


def _integral(f: Any, a: float, b: float, *rest: Any) -> Any:
    """The integral from a to b: the step is halved until nothing changes any more."""
    if a > b:
        return -_integral(f, b, a, *rest)
    if a == b:
        return 0.0
    last, step = math.nan, 0.25
    while step > 0.001:
        t, weight = _nodes(a, b, step)
        with np.errstate(all="ignore"):
            y = np.asarray(f(t, *rest), np.float64) * weight
        y = np.where(np.isnan(y) & (weight > 0), 0.0, y)  # what is 0 times infinity far out
        total, size = step * float(np.sum(y)), step * float(np.sum(np.abs(y)))
        if math.isfinite(size) and abs(total - last) <= 1e-13 * size:
            return total
        last, step = total, step / 2
    return math.nan


def _nodes(a: float, b: float, step: float) -> Any:
    """Places strictly between a and b and their weights, for one step size."""
    s = np.arange(-6.25, 6.25 + step / 2, step)
    u, slope = 0.5 * math.pi * np.sinh(s), 0.5 * math.pi * np.cosh(s)
    with np.errstate(all="ignore"):
        if math.isinf(a) and math.isinf(b):
            t, weight = np.sinh(u), np.cosh(u) * slope
        elif math.isinf(b):
            t, weight = a + np.exp(u), np.exp(u) * slope
        elif math.isinf(a):
            t, weight = b - np.exp(u), np.exp(u) * slope
        else:
            near = (b - a) / (1 + np.exp(2 * np.abs(u)))
            t = np.where(u < 0, a + near, b - near)
            weight = (b - a) * 0.5 * slope / np.cosh(u) ** 2
    kept = (t > a) & (t < b) & np.isfinite(t) & np.isfinite(weight)
    return t[kept], weight[kept]
