"""Derivatives of numbers in numbers that move arrays through a softmax: temperatures and scales."""

from __future__ import annotations

import numpy as np
import pytest

import symdl

CASES = [
    (r"-\log \operatorname{softmax}(s/c)_1", {"s": "vector(n)"}),
    (r"\operatorname{logsumexp}(s/c) - \frac{1}{c} y^T s", {"s": "vector(n)", "y": "vector(n)"}),
    (r"y^T \operatorname{softmax}(c s)", {"s": "vector(n)", "y": "vector(n)"}),
    (r"-y^T \log \operatorname{softmax}(c s)", {"s": "vector(n)", "y": "vector(n)"}),
    (
        r"\operatorname{tr}(G^T \operatorname{softmax}(c X X^T))",
        {"X": "matrix(n, d)", "G": "matrix(n, n)"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("line", "symbols"), CASES)
def test_a_slope_in_a_number_is_that_of_values_beside_it(
    line: str, symbols: dict[str, str]
) -> None:
    expression = symdl.read(line, {**symbols, "c": "real > 0"})
    function = expression.lambdify(derivative="c")
    random = np.random.default_rng(3)
    sizes = {"vector(n)": 4, "matrix(n, d)": (4, 3), "matrix(n, n)": (4, 4)}
    arrays = {name: random.normal(size=sizes[kind]) for name, kind in symbols.items()}
    value, slope = function(**arrays, c=0.7)
    step = 1e-5
    behind, before = (function(**arrays, c=0.7 + sign * step)[0] for sign in (1, -1))
    assert slope == pytest.approx((behind - before) / (2 * step), rel=1e-7, abs=1e-9)
    assert np.isfinite(value)


def test_the_temperature_of_a_contrastive_loss_alone_and_beside_its_arrays() -> None:
    expression = symdl.load("info_nce").expression
    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, 5, 3))
    alone = expression.lambdify(derivative="tau")(a, b, 0.3)
    beside = expression.lambdify(derivative=["A", "B", "tau"])(a, b, 0.3)
    assert alone[0] == pytest.approx(beside[0])
    assert alone[1] == pytest.approx(beside[3])
