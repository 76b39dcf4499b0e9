"""Where generated Numba code needs another helper than NumPy's: numbers, not arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from symdl.code.runtime.numpy_logistic import _horner
from symdl.code.runtime.tables import _ERF_64, _ERFCX_64, _MILLS_64


def _where(condition: Any, right: Any, left: Any) -> Any:
    """A choice between two numbers."""
    return right if condition else left


def _like(value: Any, *_parameters: Any) -> Any:
    """A result that does not depend on every parameter: a number is one."""
    return value


def _steer(u: Any, right: Any, left: Any) -> Any:
    """`right` where u >= 0, else `left`."""
    return right if u >= 0 else left


def _decay(x: Any) -> Any:
    """exp(-|x|)."""
    return np.exp(-np.abs(x))


def _bell(x: Any, scale: float) -> Any:
    """exp(-scale x^2) for scale 1 or 1/2 with x = h + l and h^2 exact."""
    a = np.minimum(np.abs(x), 40)
    h = np.rint(a * 64) / 64
    return np.exp(-scale * h * h) * np.exp(-scale * (a - h) * (a + h))


def _tame(w: Any) -> Any:
    """w, and 0 where it is infinite."""
    return 0.0 if np.isinf(w) else w


def _typed(value: Any, _x: Any) -> Any:
    """A number in the type of another: all are doubles."""
    return value


def _wide(value: Any) -> Any:
    """A number in double precision, as all are."""
    return value


def _erfcx(a: Any) -> Any:
    """exp(a^2) erfc(a) for a >= 0.44."""
    return _horner(_ERFCX_64, (a - 3.5) / (a + 3.5)) / (1 + 2 * a)


def _mills(a: Any) -> Any:
    """normal_cdf(-a) exp(a^2/2) for a >= 0."""
    return _horner(_MILLS_64, 1 - 10 / (a + 5)) / (1 + 0.75 * a)


def _erf_near(x: Any) -> Any:
    """erf(x) for |x| <= 1."""
    near = min(max(x, -1.0), 1.0)
    return near * _horner(_ERF_64, near * near)
