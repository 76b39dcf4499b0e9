"""Helpers that generated NumPy code carries along: only those it uses, as source text.

All are elementwise, keep float32 in float32 and never overflow, so that no warning needs
silencing. Figures behind "ulp" are the worst measured over the whole line (benchmarks/accuracy.md).
The polynomials are Chebyshev interpolants computed with 60 digits (mpmath) and rounded.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def _sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)) from exp of negative numbers only: no overflow, full tails. A second
    exponential costs less than a choice."""
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


def _sigmoid_slope(x: Any) -> Any:
    """The product sigmoid(x) sigmoid(-x), the derivative of the sigmoid."""
    e = np.exp(-np.abs(x))
    return e / ((1 + e) * (1 + e))


def _softplus(x: Any) -> Any:
    """log(1 + exp(x)): log1p of a number below 1."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _sech(x: Any) -> Any:
    """1 / cosh(x) without overflow."""
    e = np.exp(-np.abs(x))
    return 2 * e / (1 + e * e)


def _sech2(x: Any) -> Any:
    """1 / cosh(x)^2, the derivative of tanh: 1 - tanh(x)^2 would cancel."""
    e = np.exp(-2 * np.abs(x))
    return 4 * e / ((1 + e) * (1 + e))


def _tanh_softplus(x: Any) -> Any:
    """tanh(log(1 + exp(x))) = n / (n + 2q) with n = exp(2x) + 2 exp(x) and q = 1, both over
    exp(2x) where x > 0."""
    e = np.exp(-np.abs(x))
    n = np.where(x > 0, 1 + 2 * e, e * (e + 2))
    return n / (n + 2 * np.where(x > 0, e * e, 1))


def _sech2_softplus(x: Any) -> Any:
    """1 / cosh(log(1 + exp(x)))^2 = 4 q (n + q) / (n + 2q)^2, with n and q as for tanh."""
    e = np.exp(-np.abs(x))
    n = np.where(x > 0, 1 + 2 * e, e * (e + 2))
    q = np.where(x > 0, e * e, 1)
    return 4 * q * (n + q) / ((n + 2 * q) * (n + 2 * q))


def _logcosh(x: Any) -> Any:
    """log(cosh(x)): log1p(2 sinh(x/2)^2) near 0, |x| - log 2 + log1p(exp(-2|x|)) outside."""
    a = np.abs(x)
    s = np.sinh(np.minimum(a, 1) / 2)
    return np.where(a < 1, np.log1p(2 * s * s), a - math.log(2) + np.log1p(np.exp(-2 * a)))


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


def _horner(coefficients: Any, t: Any) -> Any:
    """A polynomial by its coefficients from the constant upwards."""
    total = coefficients[-1]
    for c in coefficients[-2::-1]:
        total = total * t + c
    return total


# (x - tanh(x)) / x^3 as a polynomial in x^2 for |x| <= 1; error 1.5e-17.
_TANHSHRINK = (
    0.33333333333333333,
    -0.1333333333333309,
    0.053968253968046376,
    -0.02186948852912909,
    0.0088632354045782825,
    -0.0035921266793663412,
    0.0014558246920964942,
    -0.00058997929463000517,
    0.00023895705228738225,
    -9.6462777433131814e-5,
    3.8389607893147333e-5,
    -1.4606131676715378e-5,
    4.9877603175203467e-6,
    -1.3791814499083342e-6,
    2.6330772232959335e-7,
    -2.5155023659382106e-8,
)


def _tanhshrink(x: Any) -> Any:
    """x - tanh(x), which cancels near 0: a polynomial for |x| <= 1."""
    near = np.clip(x, -1, 1)
    z = near * near
    inner = near * (z * _horner(_TANHSHRINK, z))
    return np.where(np.abs(x) <= 1, inner, x - np.tanh(x))


def _bell(x: Any, scale: float) -> Any:
    """exp(-scale x^2) for scale 1 or 1/2: x = h + l with h^2 exact, so that the error of
    the square is not multiplied by x^2. Below the smallest number beyond |x| = 40."""
    a = np.minimum(np.abs(x), 40)
    h = np.rint(a * 64) / 64
    return np.exp(-scale * h * h) * np.exp(-scale * (a - h) * (a + h))


# (1 + 2 x) erfcx(x) as a polynomial in (x - 3.75) / (x + 3.75); errors 5.5e-18 and 1.6e-8.
_ERFCX_64 = (
    1.2375126308378276,
    -0.14024059858554696,
    0.003585415485463775,
    0.082276738490145159,
    -0.10880393014171786,
    0.092304321160378767,
    -0.058693398590212367,
    0.028362277418940665,
    -0.009746579552504243,
    0.0017556258530017258,
    0.00029371363428500813,
    -0.00029015408097952713,
    5.1649211390702852e-5,
    2.2384240314224438e-5,
    -1.1444412439171723e-5,
    -9.7356190151826633e-7,
    1.7520579701663181e-6,
    -5.7215972559909872e-8,
    -2.5910696877966579e-7,
    2.3261913276696567e-8,
    3.8965452548985968e-8,
    -3.7435680336345832e-9,
    -5.2842869796314206e-9,
    3.110310719839165e-10,
    4.4349590700096283e-10,
)
_ERFCX_32 = (
    1.2375126184625717,
    -0.14024060801000692,
    0.0035863101016888517,
    0.082277417560368671,
    -0.10881458496174144,
    0.092296367961203001,
    -0.058645982867712496,
    0.028396482120658268,
    -0.0098454910949592954,
    0.0016886622311156745,
    0.00039670463828005489,
    -0.00022874723359084774,
)

# erf(x) / x as a polynomial in x^2 for |x| <= 1; errors 1.5e-19 and 1.4e-9.
_ERF_64 = (
    1.1283791670955126,
    -0.37612638903183748,
    0.11283791670954879,
    -0.026866170645076793,
    0.0052239776248180145,
    -0.00085483269808337899,
    0.00012055331111642711,
    -1.4925595266831182e-5,
    1.6461000484121368e-6,
    -1.6350312701054695e-7,
    1.4659775274047436e-8,
    -1.1372848856791674e-9,
    5.9571761477489114e-11,
)
_ERF_32 = (
    1.1283791658483509,
    -0.37612626666720331,
    0.11283594715160218,
    -0.026854212010626412,
    0.005189087423433974,
    -0.00080168642871658695,
    7.8758750626854883e-5,
)


def _erfcx(a: Any) -> Any:
    """exp(a^2) erfc(a) for a >= 0."""
    table = _ERFCX_32 if np.asarray(a).dtype.itemsize <= 4 else _ERFCX_64
    return _horner(table, (a - 3.75) / (a + 3.75)) / (1 + 2 * a)


def _erfc(x: Any) -> Any:
    """1 - erf(x), accurate in the upper tail too."""
    a = np.minimum(np.abs(x), 40)
    tail = _bell(a, 1) * _erfcx(a)
    return np.where(x < 0, 2 - tail, tail)


def _erf(x: Any) -> Any:
    """The error function: a polynomial for |x| <= 1, 1 - erfc outside."""
    a = np.minimum(np.abs(x), 40)
    near = np.clip(x, -1, 1)
    table = _ERF_32 if np.asarray(a).dtype.itemsize <= 4 else _ERF_64
    inner = near * _horner(table, near * near)
    return np.where(a <= 1, inner, np.copysign(1 - _bell(a, 1) * _erfcx(a), x))


def _normal_pdf(x: Any) -> Any:
    """exp(-x^2/2) / sqrt(2 pi)."""
    return 0.3989422804014327 * _bell(x, 0.5)


def _normal_cdf(x: Any) -> Any:
    """The distribution function of the standard normal, accurate in both tails."""
    a = np.minimum(np.abs(x), 40)
    tail = 0.5 * _bell(a, 0.5) * _erfcx(0.7071067811865476 * a)
    return np.where(x < 0, tail, 1 - tail)


def _gauss(x: Any) -> Any:
    """exp(-x^2)."""
    return _bell(x, 1)


def _half_gauss(x: Any) -> Any:
    """exp(-x^2/2)."""
    return _bell(x, 0.5)


def _floats(*values: Any) -> Any:
    """The arguments as arrays of one floating-point type: that of the arrays among them
    (float32 stays float32 beside Python numbers), else float64."""
    types = [np.asarray(v).dtype for v in values if type(v) not in (int, float)]
    kind = np.result_type(*types) if types else np.dtype(np.float64)
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
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


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
