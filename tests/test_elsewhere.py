"""The same functions on dask arrays and on arrays of the array API standard."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symdl
from symdl.code.lambdify import Function, lambdify
from symdl.document.errors import CodeError
from symdl.expression.term import make, symbol

x, y = symbol("x"), symbol("y")
WAVE = lambdify(x * make("exp", -y * y) + y, [x, y], derivative=x)
EXAMPLE = Path(__file__).parents[1] / "examples" / "larger_than_memory.py"


def formula(name: str, derivative: Any = None) -> Function:
    return symdl.load(name).lambdify("numpy", derivative)


@pytest.fixture
def da() -> Any:
    return pytest.importorskip("dask.array")


def test_elementwise_functions_stay_lazy(da: Any) -> None:
    points = np.random.default_rng(0).normal(size=(20, 30))
    counted: list[int] = []

    def block(part: Any) -> Any:
        counted.append(1)
        return part

    lazy = da.from_array(points, chunks=(7, 11)).map_blocks(block, dtype=float, meta=points[:0])
    value, slope = formula("gelu", "x")(lazy)
    assert not counted
    wanted = formula("gelu", "x")(points)
    np.testing.assert_array_equal(value.compute(), wanted[0])
    np.testing.assert_array_equal(slope.compute(), wanted[1])
    assert value.chunks == lazy.chunks


def test_arguments_broadcast_and_mix(da: Any) -> None:
    a = np.random.default_rng(0).normal(size=(6, 8))
    b = np.linspace(0, 1, 8)
    for given in [(da.from_array(a, chunks=4), b), (da.from_array(a, chunks=3), 0.5)]:
        value, slope = WAVE(*given)
        wanted = WAVE(a, given[1])
        np.testing.assert_allclose(value.compute(), wanted[0], rtol=1e-15)
        np.testing.assert_allclose(slope.compute(), wanted[1], rtol=1e-15)


def test_single_precision_stays_single(da: Any) -> None:
    value = formula("mish")(da.ones(10, chunks=5, dtype=np.float32))
    assert value.dtype == value.compute().dtype == np.float32


def test_rows_stay_whole(da: Any) -> None:
    points = np.random.default_rng(0).normal(size=(9, 12))
    lazy = da.from_array(points, chunks=(4, 5))
    np.testing.assert_allclose(formula("softmax")(lazy), formula("softmax")(points), rtol=1e-15)
    value, slope = formula("logsumexp", "x")(lazy)
    wanted = formula("logsumexp", "x")(points)
    assert value.shape == (9,)
    np.testing.assert_allclose(value, wanted[0], rtol=1e-15)
    np.testing.assert_allclose(slope, wanted[1], rtol=1e-15)
    with pytest.raises(CodeError, match="numbers"):
        formula("layer_norm")(lazy, np.ones(9))


def test_compiled_functions_too(da: Any) -> None:
    points = np.random.default_rng(0).normal(size=(9, 12))
    f = symdl.load("sigmoid").lambdify("c", "x")
    value, _ = f(da.from_array(points, chunks=4))
    np.testing.assert_allclose(value, f(points)[0], rtol=1e-15)


def test_a_result_that_does_not_depend_on_everything(da: Any) -> None:
    f = lambdify(make("exp", y), [x, y])
    made = f(da.ones((4, 3), chunks=2), 0.0)
    assert made.shape == (4, 3)
    np.testing.assert_array_equal(made, np.ones((4, 3)))


@pytest.mark.parametrize("backend", ["numpy", "c"])
@pytest.mark.parametrize("name", ["gelu", "softmax"])
def test_functions_travel_to_other_processes(name: str, backend: str) -> None:
    cloudpickle = pytest.importorskip("cloudpickle")
    f = symdl.load(name).lambdify(backend)
    points = np.random.default_rng(0).normal(size=(3, 5))
    wanted = f(points)
    again = cloudpickle.loads(cloudpickle.dumps(f))
    np.testing.assert_allclose(again(points), wanted, rtol=1e-15)


def test_the_example_runs_on_local_workers(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("distributed")
    mean, slope = runpy.run_path(str(EXAMPLE))["main"](rows=800, columns=10)
    assert mean == pytest.approx(0.2821, abs=0.05)  # 1/(2 sqrt(pi))
    assert slope == pytest.approx(0.5, abs=0.05)
    assert "sum to 1 up to" in capsys.readouterr().out


def test_arrays_of_the_standard_come_back_as_they_came() -> None:
    strict = pytest.importorskip("array_api_strict")
    points = np.linspace(-3, 3, 7)
    value, slope = formula("gelu", "x")(strict.asarray(points))
    assert type(value) is type(strict.asarray(points))
    wanted = formula("gelu", "x")(points)
    assert np.array_equal(np.asarray(value), wanted[0])
    assert np.array_equal(np.asarray(slope), wanted[1])
    (row,) = (formula("softmax")(strict.asarray(points)),)
    assert type(row) is type(strict.asarray(points))
