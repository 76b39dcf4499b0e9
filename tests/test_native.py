"""Compiled kernels: the values of the NumPy function, whatever the arrays, caches and compilers."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from compiled_together import compile_together
from scalar_functions import functions, x

import symdl
from symdl.code.lambdify import Function, lambdify
from symdl.code.native import build
from symdl.document.errors import CodeError
from symdl.expression.term import make, symbol

try:
    build.found_compiler()
except build.NoCompiler as problem:
    pytest.skip(str(problem), allow_module_level=True)

Array = np.ndarray[Any, np.dtype[Any]]
POINTS = np.concatenate([[0.0, -0.0], *(s * 10.0 ** np.linspace(-8, 2.8, 200) for s in (1, -1))])
y = symbol("y")
WAVE = x * make("exp", -y * y) + y


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "symdl" / "native"


@cache
def kept_wave() -> Function:
    """WAVE, compiled once for all tests of arguments."""
    return lambdify(WAVE, [x, y], "c")


def wave() -> Function:
    return lambdify(WAVE, [x, y], "c")


@cache
def both(kind: str) -> dict[str, tuple[Function, Function]]:
    """Every textbook function compiled, by one run of the compiler, and in NumPy."""
    made = {
        name: (lambdify(term, [x], "c", derivative=x), lambdify(term, [x], derivative=x))
        for name, term in functions().items()
    }
    compile_together([fast._run for fast, _ in made.values()], np.dtype(kind))
    return made


@pytest.mark.parametrize("name", functions())
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_value_and_derivative_are_those_of_numpy(name: str, kind: str) -> None:
    compiled, plain = both(kind)[name]
    points = POINTS.astype(kind)
    fast = compiled(points)
    with np.errstate(all="ignore"):
        slow = plain(points)
    for made, wanted in zip(fast, slow, strict=True):
        assert made.dtype == kind
        ulp = np.spacing(np.maximum(np.abs(wanted), np.finfo(kind).tiny))
        # GELU and Mish are ill-conditioned at the zero of their derivative.
        assert np.all((np.abs(made - wanted) <= 600 * ulp) | (made == wanted) | np.isnan(wanted))
        assert np.array_equal(np.isnan(made), np.isnan(wanted))


def test_functions_compiled_together_need_no_compiler_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pair = [lambdify(make(n, x), [x], "c") for n in ("tanh", "exp")]
    compile_together([f._run for f in pair], np.float64)
    monkeypatch.setattr("symdl.code.native.call.library", None)
    points = np.linspace(-2, 2, 9)
    np.testing.assert_allclose(pair[0](points), np.tanh(points), rtol=1e-15)
    np.testing.assert_allclose(pair[1](points), np.exp(points), rtol=1e-15)


def test_nan_and_infinity_pass_through() -> None:
    f = lambdify(make("max", make("tanh", x), make("log", make("exp", x) + 1)), [x], "c")
    values = f(np.array([np.nan, np.inf, -np.inf]))
    assert np.isnan(values[0])
    assert values[1:].tolist() == [np.inf, 0.0]


def test_numbers_in_numbers_out_and_defaults() -> None:
    f = lambdify(WAVE, [x, y], "c", defaults={y: 2})
    assert f(3.0) == pytest.approx(3 * np.exp(-4) + 2, rel=1e-15)
    assert type(f(3.0)) is float
    assert f(x=3.0, y=0) == 3.0


def layouts() -> dict[str, tuple[Any, Any]]:
    draw = np.random.default_rng(0)
    grid = draw.normal(size=(4, 6, 8))
    return {
        "broadcast": (grid, draw.normal(size=(6, 1))),
        "transposed": (grid.T, draw.normal(size=(8, 6, 4))),
        "every other one": (grid[::2, ::-1], grid[1::2]),
        "Fortran order": (np.asfortranarray(grid), grid),
        "float32 with a number": (grid.astype(np.float32), 0.5),
        "whole numbers": (np.arange(5), np.arange(5)),
        "lists": ([1.0, 2.0], [0.5, 0.25]),
        "float16": (grid.astype(np.float16), grid.astype(np.float16)),
        "float32 and float64": (grid.astype(np.float32), grid),
        "one of no dimension": (np.float32(2), grid.astype(np.float32)),
        "empty": (np.empty((0, 3)), 1.0),
        "of the other byte order": (grid.astype(grid.dtype.newbyteorder()), 0.5),
    }


@pytest.mark.parametrize("name", layouts())
def test_every_layout(name: str) -> None:
    a, b = layouts()[name]
    made, wanted = kept_wave()(a, b), lambdify(WAVE, [x, y], "numpy")(a, b)
    assert made.dtype == wanted.dtype
    assert made.shape == wanted.shape
    np.testing.assert_allclose(made, wanted, rtol=1e-3, atol=0 if made.dtype == float else 1e-6)
    again = kept_wave()(a, b)  # the kernel exists now: the short way, where there is one
    np.testing.assert_array_equal(made, again)


@pytest.mark.parametrize("backend", ["numpy", "c"])
@pytest.mark.parametrize("value", [np.ones(3) + 1j, 1j, np.array(["1.5"]), "1.5"])
def test_what_is_no_real_number(backend: str, value: Any) -> None:
    f = kept_wave() if backend == "c" else lambdify(WAVE, [x, y], "numpy")
    with pytest.raises(CodeError, match="real numbers are needed"):
        f(value, 1.0)


def test_many_elements_on_several_threads() -> None:
    a = np.linspace(-3, 3, 300_001)
    np.testing.assert_allclose(kept_wave()(a, 0.5), a * np.exp(-0.25) + 0.5, rtol=1e-15, atol=1e-15)


def test_results_go_where_they_are_wanted() -> None:
    a = np.linspace(-1, 1, 100)
    wanted = kept_wave()(a, 1.0)
    target = np.empty(100)
    assert kept_wave()(a, 1.0, out=target) is target
    assert np.array_equal(target, wanted)
    strided = np.empty((100, 2))[:, 0]
    kept_wave()(a, 1.0, out=strided)
    assert np.array_equal(strided, wanted)
    single = np.empty(100, np.float32)
    kept_wave()(a, 1.0, out=single)
    assert np.array_equal(single, wanted.astype(np.float32))


def test_an_argument_can_be_the_result() -> None:
    a = np.linspace(-1, 1, 100)
    wanted = kept_wave()(a, 1.0)
    kept_wave()(a, 1.0, out=a)
    assert np.array_equal(a, wanted)


def test_a_result_across_an_argument() -> None:
    long = np.linspace(-1, 1, 101)
    wanted = kept_wave()(long[:100].copy(), 1.0)
    kept_wave()(long[:100], 1.0, out=long[1:])
    assert np.array_equal(long[1:], wanted)


@pytest.mark.parametrize("out", [np.empty(3), (np.empty(2), np.empty(2)), "text"])
def test_results_that_do_not_fit(out: Any) -> None:
    with pytest.raises(CodeError, match="out"):
        kept_wave()(np.ones(2), 1.0, out=out)


@pytest.mark.parametrize("named", [{}, {"z": 1.0}, {"x": 2.0, "y": 1.0}])
def test_arguments_that_do_not_fit(named: dict[str, float]) -> None:
    with pytest.raises(CodeError):
        kept_wave()(1.0, **named)


# --- compilers and caches ---------------------------------------------------------------------


def test_a_second_function_is_not_compiled_again(own_folder: Path) -> None:
    wave()(np.ones(2), 1.0)
    before = {p: p.stat().st_mtime_ns for p in own_folder.iterdir()}
    wave()(np.ones(2), 1.0)
    assert {p: p.stat().st_mtime_ns for p in own_folder.iterdir()} == before


@pytest.mark.parametrize("damage", [b"", b"not a library", None])
def test_a_damaged_library_is_compiled_again(own_folder: Path, damage: bytes | None) -> None:
    wave()(np.ones(2), 1.0)
    (kept,) = own_folder.glob("*.so")
    content = kept.read_bytes()
    kept.unlink()
    kept.write_bytes(content[: len(content) // 2] if damage is None else damage)
    assert wave()(np.ones(2), 0.0).tolist() == [1.0, 1.0]


def test_what_a_crash_left_behind_is_passed_by(own_folder: Path) -> None:
    own_folder.mkdir(parents=True)
    (own_folder / ".making-abc.so").write_bytes(b"half")
    assert wave()(np.ones(2), 0.0).tolist() == [1.0, 1.0]


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert wave()(np.ones(2), 0.0).tolist() == [1.0, 1.0]


def fake_compiler(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


COMPLAINS = 'test "$1" = --version && exit 0\necho "no space left" >&2; exit 1'
WRONG = (
    'test "$1" = --version && exit 0\n'
    'sed "s/return fma(q, s, s) \\* TINY/return fma(q, s, s) * 2 * TINY/"'
    ' | cc "$@"'
)


@pytest.mark.parametrize(
    ("script", "told"),
    [("exit 1", "exit status 1"), (COMPLAINS, "no space left"), (WRONG, "other")],
)
def test_a_compiler_that_fails_or_errs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, told: str
) -> None:
    monkeypatch.setenv("CC", fake_compiler(tmp_path / "cc", script))
    build.found_compiler.cache_clear()
    f = wave()
    try:
        with pytest.warns(RuntimeWarning, match=told):
            first = f(np.ones(2), 1.0)
        assert f(np.ones(2), 1.0).tolist() == first.tolist() == (np.exp(-1.0) + np.ones(2)).tolist()
    finally:
        build.found_compiler.cache_clear()


RUN = """
import numpy as np
from symdl.code.lambdify import lambdify
from symdl.expression.term import make, symbol
x, y = symbol("x"), symbol("y")
print(lambdify(x * make("exp", -y * y) + y, [x, y], "c")(np.ones(2), 0.0).tolist())
"""


def test_processes_at_the_same_time() -> None:
    def run(_: int) -> str:
        command = [sys.executable, "-W", "error", "-c", RUN]
        return subprocess.run(command, capture_output=True, text=True, env=os.environ).stdout

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(4))) == ["[1.0, 1.0]\n"] * 4


@pytest.mark.usefixtures("own_folder")
def test_a_process_killed_while_it_compiles(tmp_path: Path) -> None:
    slow = fake_compiler(tmp_path / "cc", 'test "$1" = --version && exit 0\nkill -9 $PPID')
    killed = subprocess.run([sys.executable, "-c", RUN], env={**os.environ, "CC": slow})
    assert killed.returncode < 0
    assert wave()(np.ones(2), 0.0).tolist() == [1.0, 1.0]


def test_the_vector_functions_are_accurate() -> None:
    """Against the NumPy helpers' own oracle: mpmath, in units of the last place."""
    import mpmath

    draw = np.random.default_rng(1)
    spread = np.concatenate(
        [draw.normal(size=300), draw.choice([-1, 1], 300) * 10.0 ** draw.uniform(-12, 2.8, 300)]
    )
    for name, most in {
        "exp": 1.1,
        "expm1": 2,
        "tanh": 2.5,
        "sinh": 3,
        "cosh": 2.5,
        "erf": 3,
    }.items():
        made = lambdify(make(name, x), [x], "c")(spread)
        with mpmath.workprec(200):
            for point, value in zip(spread, made, strict=True):
                true = getattr(mpmath, name)(mpmath.mpf(float(point)))
                if mpmath.mpf(1e-300) < abs(true) < 1e308:
                    assert abs(true - float(value)) <= most * np.spacing(abs(float(true))), (
                        name,
                        point,
                    )


def test_the_source_can_be_read() -> None:
    source = lambdify(functions()["gelu"], [x], "c", derivative=x).source
    assert "const double x = x_[loop__i];" in source
    assert "result1_[loop__i] = " in source


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_an_optimizer_steps_in_place(backend: str) -> None:
    step = symdl.load("adam").stepper(backend)
    draw = np.random.default_rng(0)
    slope = {"g": draw.normal(size=70_000)}
    state = {n: np.abs(draw.normal(size=70_000)) for n in step.state}
    wanted = step(3, {n: v.copy() for n, v in state.items()}, slope)
    places = {n: v.ctypes.data for n, v in state.items()}
    step(3, state, slope, out=state)
    for name, values in state.items():
        assert values.ctypes.data == places[name]
        assert np.array_equal(values, wanted[name])
