"""Functions of vectors along the last axis: NumPy and compiled, right to the last digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np
import pytest

import symdl
from symdl.code.lambdify import Function
from symdl.code.native.build import NoCompiler, found_compiler
from symdl.document.errors import CodeError

try:
    found_compiler()
    BACKENDS = ["numpy", "c"]
except NoCompiler:
    BACKENDS = ["numpy"]
X, Y = {"x": "vector(n)"}, {"x": "vector(n)", "y": "vector(n)"}
G = {"x": "vector(n)", "g": "vector(n)"}
NORMED = r"m = \frac{1}{n}\sum_{i=1}^n x_i", r"s = \frac{1}{n}\sum_{i=1}^n (x_i - m)^2"
CENTRED = r"\sum_{i=1}^n g_i \frac{x_i - m}{\sqrt{s + 0.00001}}"
TINY = 2.0**-1022


def formula(name: str, derivative: Any = None) -> Callable[[str], Function]:
    return lambda backend: symdl.load(name).lambdify(backend, derivative)


def line(latex: str, symbols: dict[str, str], *given: str) -> Callable[[str], Function]:
    return lambda backend: symdl.read(latex, symbols, given).lambdify(backend, derivative=["x"])


FUNCTIONS: dict[str, Callable[[str], Function]] = {
    "softmax": formula("softmax"),
    "log-softmax": formula("log_softmax"),
    "logsumexp and softmax": formula("logsumexp", "x"),
    "cross-entropy": formula("cross_entropy_logits"),
    "layer norm": formula("layer_norm"),
    "root mean square norm": formula("rms_norm"),
    "back through softmax": line(r"g^T p", G, r"p = \operatorname{softmax}(x)"),
    "back through log-softmax": line(r"g^T \operatorname{log\_softmax}(x)", G),
    "cross-entropy and its gradient": line(r"-y^T \operatorname{log\_softmax}(x)", Y),
    "back through layer norm": line(CENTRED, G, *NORMED),
}


def arguments(f: Function, shape: tuple[int, ...], kind: Any = np.float64) -> list[Any]:
    draw = np.random.default_rng(7)
    names = [n for n in f.parameters if n != "epsilon"]
    return [(3 * draw.normal(size=shape)).astype(kind) for _ in names]


def tuples(made: Any) -> tuple[Any, ...]:
    return made if isinstance(made, tuple) else (made,)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_rows_are_vectors(name: str, backend: str) -> None:
    f = FUNCTIONS[name](backend)
    given = arguments(f, (4, 3, 9))
    whole = tuples(f(*given))
    for place in [(0, 0), (3, 2), (1, 1)]:
        alone = tuples(f(*(a[place] for a in given)))
        for made, wanted in zip(whole, alone, strict=True):
            np.testing.assert_allclose(made[place], wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_compiled_rows_are_those_of_numpy(name: str) -> None:
    if "c" not in BACKENDS:
        pytest.skip("no compiler")
    slow, fast = FUNCTIONS[name]("numpy"), FUNCTIONS[name]("c")
    for kind, tolerance in ((np.float64, 1e-11), (np.float32, 1e-5)):
        given = arguments(slow, (6, 33), kind)
        for made, wanted in zip(tuples(fast(*given)), tuples(slow(*given)), strict=True):
            assert made.dtype == wanted.dtype == kind
            assert made.shape == wanted.shape
            np.testing.assert_allclose(made, wanted, rtol=tolerance, atol=tolerance / 100)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradients_are_differences(name: str) -> None:
    f = FUNCTIONS[name]("numpy")
    given = arguments(f, (7,))
    made = tuples(f(*given))
    if len(made) < 2:
        pytest.skip("a value alone")
    place = f.parameters.index("x")
    for k in range(7):
        step = np.zeros(7)
        step[k] = 1e-6
        sides = [
            tuples(f(*(a + s * step if j == place else a for j, a in enumerate(given))))[0]
            for s in (1, -1)
        ]
        assert (sides[0] - sides[1]) / 2e-6 == pytest.approx(made[1][k], rel=1e-6, abs=1e-8)


# --- against balls --------------------------------------------------------------------------------


def balls(x: Any, y: Any) -> dict[str, list[Any]]:
    """The true values for one row of logits, to 80 digits and more."""
    flint.ctx.prec = 900
    try:
        exact = [flint.arb(float(v)) for v in x]
        weights = [flint.arb(float(v)) for v in y]
        top = max(float(v) for v in x)
        powers = [(v - top).exp() for v in exact]
        total = sum(powers, flint.arb(0))
        log_total = total.log() + top
        softmax = [p / total for p in powers]
        logs = [v - log_total for v in exact]
        loss = -sum((w * v for w, v in zip(weights, logs, strict=True)), flint.arb(0))
        return {"softmax": softmax, "log-softmax": logs, "logsumexp and softmax": [log_total],
                "cross-entropy": [loss]}  # fmt: skip
    finally:
        flint.ctx.prec = 53


def far(got: Any, true: Any, kind: Any) -> float:
    """Units in the last place; nothing below the smallest normal number."""
    size = max(abs(float(true)), float(np.finfo(kind).tiny))
    return float(abs(flint.arb(float(got)) - true)) / float(np.spacing(kind(size)))


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("reach", [1e-3, 1, 30, 700, 1e4])
@pytest.mark.parametrize(
    "name", ["softmax", "log-softmax", "logsumexp and softmax", "cross-entropy"]
)
def test_large_logits_keep_their_digits(name: str, reach: float, kind: Any, backend: str) -> None:
    f = FUNCTIONS[name](backend)
    draw = np.random.default_rng(int(reach) + 1)
    for _ in range(4):
        x = (reach * draw.uniform(-1, 1, 12)).astype(kind)
        y = np.full(12, 0.0, kind)
        y[3] = 1
        with np.errstate(all="ignore"):
            made = tuples(f(x, y) if len(f.parameters) > 1 else f(x))[0]
        for got, true in zip(np.atleast_1d(made), balls(x, y)[name], strict=True):
            assert np.isfinite(got)
            assert far(got, true, kind) <= 16, (got, true)


def test_masked_logits_are_no_nan(backend: str) -> None:
    x = np.array([[0.0, -np.inf, 1.0], [-np.inf, -np.inf, 2.0]])
    made = FUNCTIONS["softmax"](backend)(x)
    np.testing.assert_allclose(made[0], np.exp([0, -np.inf, 1]) / (1 + np.e), rtol=1e-14)
    assert made[1].tolist() == [0, 0, 1]


def test_nan_stays_in_its_row(backend: str) -> None:
    made = FUNCTIONS["softmax"](backend)(np.array([[1.0, np.nan, 2.0], [0.0, 0.0, 0.0]]))
    assert np.isnan(made[0]).all()
    np.testing.assert_allclose(made[1], 1 / 3, rtol=1e-15)


# --- arguments ------------------------------------------------------------------------------------


def test_many_rows_on_several_threads(backend: str) -> None:
    x = np.random.default_rng(0).normal(size=(2000, 50))
    made = FUNCTIONS["softmax"](backend)(x)
    wanted = np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(made, wanted, rtol=1e-13)


@pytest.mark.parametrize(
    "x",
    [
        np.random.default_rng(0).normal(size=(9, 5)).T,
        np.random.default_rng(0).normal(size=(5, 18))[:, ::2],
        np.arange(10).reshape(2, 5),
        [[1.0, 2.0], [3.0, 4.0]],
        np.zeros((0, 4)),
        np.float16([[1, 2], [3, 4]]),
    ],
    ids=["transposed", "every other", "whole numbers", "lists", "no rows", "float16"],
)
def test_every_layout(x: Any, backend: str) -> None:
    made = FUNCTIONS["softmax"](backend)(x)
    power = np.exp(np.asarray(x, float))
    assert made.shape == np.shape(x)
    np.testing.assert_allclose(made, power / power.sum(axis=-1, keepdims=True), rtol=2e-3)


def test_results_go_where_they_are_wanted(backend: str) -> None:
    f = FUNCTIONS["logsumexp and softmax"](backend)
    x = np.random.default_rng(0).normal(size=(4, 6))
    wanted = f(x)
    value, slope = np.empty(4), np.empty((6, 4)).T
    f(x, out=(value, slope))
    assert np.array_equal(value, wanted[0])
    assert np.array_equal(slope, wanted[1])
    FUNCTIONS["softmax"](backend)(x, out=x)
    np.testing.assert_allclose(x, wanted[1], rtol=1e-15)


def test_a_number_for_each_row(backend: str) -> None:
    f = FUNCTIONS["layer norm"](backend)
    x = np.random.default_rng(0).normal(size=(3, 8))
    whole = f(x, np.array([1e-5, 1.0, 4.0]))
    for row, epsilon, made in zip(x, [1e-5, 1.0, 4.0], whole, strict=True):
        np.testing.assert_allclose(made, f(row, epsilon), rtol=1e-13)


@pytest.mark.parametrize(
    "given", [(1.0, np.ones(3)), (np.ones(2), np.ones(3)), (np.ones((2, 3)), np.ones((4, 3)))]
)
def test_what_does_not_fit(given: tuple[Any, ...], backend: str) -> None:
    with pytest.raises((CodeError, ValueError)):
        FUNCTIONS["cross-entropy"](backend)(*given)


def test_what_is_no_function_of_rows_has_no_compiled_code() -> None:
    with pytest.raises(CodeError, match="not for arrays"):
        symdl.load("linear_layer").lambdify("c")


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_the_gradient_at_a_confident_target_does_not_cancel(backend: str) -> None:
    e = symdl.read(r"-y^T \operatorname{log\_softmax}(x)", {"x": "vector(n)", "y": "vector(n)"})
    _, slope = e.lambdify(backend, derivative=["x"])(np.array([40.0, 0, -1]), np.array([1.0, 0, 0]))
    others = np.exp(-40.0) + np.exp(-41.0)
    assert abs(slope[0] + others) <= 4 * np.spacing(others)
