"""Jacobians as code: right beside differences, and without matrices made for their zeros."""

from __future__ import annotations

import numpy as np
import pytest

import symdl
from symdl.code import diagonals
from symdl.expression.term import Term, make, symbol

SIZES = {"d": 4, "m": 3, "k": 2}
NETWORK = {"V": "matrix(k, m)", "W": "matrix(m, d)", "x": "vector(d)", "b": "vector(m)"}
CASES = [
    (r"\tanh(Wx + b)", "x"),
    (r"V\tanh(Wx + b)", "x"),
    (r"\operatorname{softmax}(Wx + b)", "x"),
    (r"\operatorname{softmax}(2(Wx + b))", "x"),
    (r"V\operatorname{softmax}(Wx + b)", "x"),
    (r"\log\operatorname{softmax}(Wx + b)", "x"),
    (r"W^T\tanh(Wx + b)", "x"),
    (r"\sigma(W\tanh(x) + b)", "x"),
    (r"W \frac{x}{\|x\|}", "x"),
    (r"b \odot (W x)", "x"),
    (r"\operatorname{diag}(b) W x", "x"),
]


@pytest.mark.parametrize(("line", "variable"), CASES)
def test_a_jacobian_is_the_slope_of_its_value(line: str, variable: str) -> None:
    symbols = {k: v for k, v in NETWORK.items() if k in line}
    function = symdl.read(line, symbols).lambdify(derivative=variable)
    random = np.random.default_rng(5)
    shapes = {k: [SIZES[s] for s in "kmd" if s in v[6:]] for k, v in symbols.items()}
    arrays = {k: random.normal(size=shape) for k, shape in shapes.items()}
    value, jacobian = function(**arrays)
    assert jacobian.shape == (*value.shape, *arrays[variable].shape)
    assert "diag(" not in function.source
    step = 1e-6
    for j in range(arrays[variable].size):
        moved = [{**arrays, variable: arrays[variable].copy()} for _ in range(2)]
        moved[0][variable][j] += step
        moved[1][variable][j] -= step
        behind, before = (function(**a)[0] for a in moved)
        assert jacobian[:, j] == pytest.approx((behind - before) / (2 * step), rel=1e-6, abs=1e-8)


def test_what_is_no_product_keeps_its_diagonal() -> None:
    function = symdl.read(r"\operatorname{diag}(b) + A", {"b": "vector(k)", "A": "matrix(k, k)"})
    found = function.lambdify()(b=np.array([1.0, 2.0]), A=np.ones((2, 2)))
    assert found.tolist() == [[2.0, 1.0], [1.0, 3.0]]


def test_the_jacobian_of_a_logarithm_of_shares_does_not_overflow() -> None:
    read = symdl.read(r"\log\operatorname{softmax}(x)", symbols={"x": "vector(n)"})
    _, slope = read.lambdify(derivative="x")(np.array([1000.0, -1000.0, 1000.0]))
    assert np.array_equal(slope, [[0.5, 0, -0.5], [-0.5, 1, -0.5], [-0.5, 0, 0.5]])


def test_what_several_results_share_is_spelled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """200 layers, a result each: every product is looked at once, and code takes linear time."""
    seen: list[Term] = []
    scaled = diagonals._product
    monkeypatch.setattr(diagonals, "_product", lambda n: (seen.append(n), scaled(n))[1])
    weights = symbol("W", "matrix", ("n", "n"))
    layers = [symbol("x", "vector", ("n",))]
    for _ in range(200):
        layers.append(make("tanh", make("matmul", weights, layers[-1])))
    diagonals.without_diagonals(layers)
    assert len(seen) == 200
