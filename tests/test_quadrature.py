"""Definite integrals in generated code: quadrature that converges, or NaN."""

from __future__ import annotations

import math

import numpy as np
import pytest

import symdl
from symdl import CodeError

POSITIVE = {"x": "real > 0", "a": "real > 0"}
VALUES = [
    (r"\int_0^x \cos t \, dt", 1.25, math.sin(1.25)),
    (r"\int_x^{\infty} e^{-3t} \, dt", 0.5, math.exp(-1.5) / 3),
    (r"\int_{-\infty}^{x} e^{t} \, dt", 0.5, math.exp(0.5)),
    (r"\int_{-\infty}^{\infty} e^{-x t^2} \, dt", 2.0, math.sqrt(math.pi / 2)),
    (r"\int_0^x \frac{1}{\sqrt{t}} \, dt", 4.0, 4.0),
    (r"\int_0^1 x t^{x - 1} \, dt", 0.25, 1.0),
    (r"3 \int_x^0 t^2 \, dt + 1", 2.0, -7.0),
]


@pytest.mark.parametrize(("latex", "x", "value"), VALUES)
def test_values(latex: str, x: float, value: float) -> None:
    function = symdl.read(latex, symbols=POSITIVE).lambdify()
    assert function(x) == pytest.approx(value, rel=1e-13)
    assert function(np.array([x, x])) == pytest.approx([value, value], rel=1e-13)


@pytest.mark.parametrize(
    "latex",
    [
        r"\int_0^x \frac{1}{t} \, dt",
        r"\int_0^{\infty} e^{xt} \, dt",
        r"\int_0^{\infty} \sin(xt) \, dt",
    ],
)
def test_what_does_not_converge_is_nan(latex: str) -> None:
    assert math.isnan(symdl.read(latex, symbols=POSITIVE).lambdify()(1.5))


def test_parameters_of_the_integrand_broadcast() -> None:
    function = symdl.read(r"\int_0^x e^{-a t} \, dt", symbols=POSITIVE).lambdify()
    a, x = np.array([1.0, 2.0]), np.array([[0.5], [1.5]])
    assert function.parameters == ("a", "x")
    np.testing.assert_allclose(function(a, x), (1 - np.exp(-a * x)) / a, rtol=1e-13)


def test_an_integral_in_an_integral() -> None:
    function = symdl.read(r"\int_0^x \int_0^t s \, ds \, dt", symbols=POSITIVE).lambdify()
    assert function(2.0) == pytest.approx(8 / 6, rel=1e-12)


def test_other_back_ends_have_no_quadrature() -> None:
    with pytest.raises(CodeError):
        symdl.read(r"\int_0^x \cos t \, dt").lambdify("c")
