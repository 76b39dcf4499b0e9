"""Exports that PyTorch and JAX differentiate by the closed form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scalar_functions import functions, x

import symdl
from symdl.code.differentiable import differentiable
from symdl.code.lambdify import lambdify
from symdl.document.errors import CodeError
from symdl.expression.term import Term, make, symbol

a = symbol("a")
SWISH = x * make("sigmoid", a * x)


def loaded(term: Term, to: str, parameters: list[Term], **more: Any) -> Any:
    space: dict[str, Any] = {}
    exec(differentiable(term, to, parameters, **more), space)
    return space["f"]


@pytest.mark.parametrize("name", functions())
def test_torch_checks_first_and_second_derivatives(name: str) -> None:
    torch = pytest.importorskip("torch")
    f = loaded(functions()[name], "torch", [x])
    torch.manual_seed(0)
    points = torch.randn(6, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(f, (points,))
    assert torch.autograd.gradgradcheck(f, (points,))


def test_torch_sums_the_gradient_of_what_is_broadcast() -> None:
    torch = pytest.importorskip("torch")
    f = loaded(SWISH, "torch", [x, a], defaults={a: 1})
    points = torch.randn(3, 1, dtype=torch.float64, requires_grad=True)
    slopes = torch.randn(1, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(f, (points, slopes))
    assert f(points).shape == (3, 1)


def test_torch_keeps_the_tail_that_its_own_gelu_loses() -> None:
    torch = pytest.importorskip("torch")
    f = loaded(functions()["gelu"], "torch", [x])
    point = torch.tensor([-20.0], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(f(point), point)
    exact = lambdify(functions()["gelu"], [x], derivative=x)(-20.0)[1]
    assert float(slope) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("name", ["gelu", "mish", "huber", "sigmoid"])
def test_jax_uses_the_closed_form(name: str) -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    f = loaded(functions()[name], "jax", [x])
    points = np.linspace(-4, 4, 9)
    value, slope = lambdify(functions()[name], [x], derivative=x)(points)
    np.testing.assert_allclose(f(points), value, rtol=1e-12)
    np.testing.assert_allclose(jax.vmap(jax.grad(f))(points), slope, rtol=1e-11)
    assert np.isfinite(jax.vmap(jax.grad(jax.grad(f)))(points)).all()


def test_jax_in_two_parameters() -> None:
    jax = pytest.importorskip("jax")
    f = loaded(SWISH, "jax", [x, a], defaults={a: 1})
    assert float(jax.grad(f, argnums=1)(0.5, 2.0)) == pytest.approx(
        lambdify(SWISH, [x, a], derivative=a)(0.5, 2.0)[1], rel=1e-5
    )


def test_by_the_name_of_a_formula() -> None:
    text = symdl.load("leaky_relu").export("torch", differentiable=True)
    assert "torch.autograd.Function" in text
    assert "def f(x" in text


@pytest.mark.parametrize(
    ("term", "to", "told"),
    [
        (x, "numpy", "torch, jax"),
        (make("norm", symbol("v", "vector", ("n",)), data="2"), "torch", "elementwise"),
    ],
)
def test_what_has_none(term: Term, to: str, told: str) -> None:
    from symdl.expression.term import free_symbols

    with pytest.raises(CodeError, match=told):
        differentiable(term, to, list(free_symbols(term)))
