"""Large arrays are computed block by block: the values are those of the whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symdl
from symdl.code.blocks import BLOCK_BYTES
from symdl.code.lambdify import lambdify
from symdl.code.threads import thread_count
from symdl.document.errors import CodeError
from symdl.expression.term import make, symbol

BLOCK = BLOCK_BYTES // 8
x, y = symbol("x"), symbol("y")
WAVE = lambdify(x * make("exp", -y * y) + y, [x, y], derivative=x)
LARGE = np.random.default_rng(0).normal(size=(5, 3, BLOCK // 4 + 7))


def literal(a: Any, b: Any) -> tuple[Any, Any]:
    slope = np.exp(-b * b) + 0 * a
    return a * slope + b, slope


LAYOUTS = {
    "two of one shape": (LARGE, LARGE + 1),
    "broadcast": (LARGE, LARGE[:, :1, :1]),
    "transposed": (LARGE.T, LARGE.T[::-1]),
    "Fortran order": (np.asfortranarray(LARGE), LARGE),
    "every other one": (LARGE[..., ::2], 0.5),
    "a number and an array": (2.0, LARGE),
    "float32": (LARGE.astype(np.float32), np.float32(0.5)),
    "float32 and float64": (LARGE.astype(np.float32), LARGE),
    "whole numbers": (np.arange(3 * BLOCK) % 7, 1),
    "one more than a block": (np.linspace(-1, 1, BLOCK + 1), 1.0),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout(name: str) -> None:
    a, b = LAYOUTS[name]
    for made, wanted in zip(WAVE(a, b), literal(a, b), strict=True):
        assert made.shape == wanted.shape
        assert made.dtype == wanted.dtype
        exact = made.dtype == np.float64
        np.testing.assert_allclose(made, wanted, rtol=1e-13 if exact else 1e-4, atol=1e-5)


@pytest.mark.parametrize("size", [3, BLOCK + 5])
def test_results_go_where_they_are_wanted(size: int) -> None:
    a = np.linspace(-1, 1, size)
    wanted = literal(a, 0.5)
    value, slope = np.empty(size), np.empty(size, np.float32)
    WAVE(a, 0.5, out=(value, slope))
    np.testing.assert_allclose(value, wanted[0], rtol=1e-15)
    np.testing.assert_allclose(slope, wanted[1], rtol=1e-6)


def test_a_result_on_and_across_an_argument() -> None:
    long = np.linspace(-1, 1, 2 * BLOCK)
    f = lambdify(x * x + y, [x, y])
    wanted = long[:-1] ** 2 + 1
    f(long[:-1], 1.0, out=long[1:])
    assert np.array_equal(long[1:], wanted)
    f(long, 0.0, out=long)
    np.testing.assert_allclose(long[1:], wanted**2, rtol=1e-15)


def test_results_that_do_not_fit() -> None:
    with pytest.raises(CodeError, match="2 arrays of shape"):
        WAVE(np.ones(3), 1.0, out=np.empty(3))


def test_no_argument_is_forgotten_or_invented() -> None:
    with pytest.raises(CodeError, match="no value for y"):
        WAVE(1.0)
    with pytest.raises(CodeError, match="each once"):
        WAVE(1.0, 2.0, z=3.0)


# --- threads ------------------------------------------------------------------------------------


@pytest.fixture
def two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symdl.code.threads.WORTH", 1)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")


@pytest.mark.usefixtures("two_threads")
def test_threads_give_the_same_values() -> None:
    a = np.linspace(-3, 3, 5 * BLOCK + 3)
    whole = WAVE(a, 0.5)
    target = (a.copy(), np.empty_like(a))
    WAVE(target[0], 0.5, out=target)
    for made, own, wanted in zip(whole, target, literal(a, 0.5), strict=True):
        np.testing.assert_allclose(made, wanted, rtol=1e-14, atol=1e-15)
        assert np.array_equal(made, own)


@pytest.mark.usefixtures("two_threads")
def test_what_the_caller_asked_of_numpy_holds_in_all_threads() -> None:
    f = lambdify(1 / x, [x])
    zero_at_the_end = np.append(np.ones(4 * BLOCK), 0.0)
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        f(zero_at_the_end)
    with np.errstate(divide="ignore"):
        assert np.isinf(f(zero_at_the_end)[-1])


@pytest.mark.parametrize(("asked", "count"), [("3", 3), ("4,2", 4), ("no", None), ("0", None)])
def test_how_many_threads(asked: str, count: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert thread_count() == count if count else thread_count() >= 1


def test_results_across_an_argument() -> None:
    long = np.linspace(-1, 1, 4 * BLOCK + 1)
    wanted, slope = WAVE(long[:-1].copy(), 1.0)
    WAVE(long[:-1], 1.0, out=(long[1:], slope))
    assert np.array_equal(long[1:], wanted)


@pytest.mark.parametrize("name", ["silu", "gelu", "gelu_tanh", "mish", "softplus"])
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_each_element_goes_the_way_of_its_own_size(name: str, kind: type) -> None:
    f = symdl.load(name).lambdify("numpy", derivative="x")
    x: Any = np.array(
        [0.5, -3, 1e30, -200, -1e30, 12.9, 13.1, np.nan, -18, 19.9, 21, -np.inf], kind
    )
    with np.errstate(invalid="ignore"):
        whole, alone = f(x.reshape(3, 4)), [f(x[k : k + 1]) for k in range(x.size)]
    for place, made in enumerate(whole):
        assert made.dtype == kind
        assert np.array_equal(made.ravel(), [a[place][0] for a in alone], equal_nan=True)
