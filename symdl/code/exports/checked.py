"""An export is run beside the NumPy function before it is handed out."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from symdl.code.native.build import SECONDS, NoCompiler, found_compiler
from symdl.document.errors import InternalError

Values = Sequence[Any]
Runner = Callable[[str, str, Sequence[Values]], "Ran | None"]
TOLERANCE = {"onnx": 2e-4}
"""Relative to values and to 1; where it is not here, 1e-8. ONNX graphs are of single precision."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What ran an export, and the results at each point."""

    runtime: str
    results: Sequence[Values]


@dataclass(frozen=True, slots=True)
class Expected:
    """Points, and the results there of the NumPy function."""

    points: Sequence[Values]
    results: Sequence[Values]


def expected(function: Callable[..., Any], points: Sequence[Values]) -> Expected:
    """The results of a function, where all are finite."""
    kept: list[Values] = []
    results: list[Values] = []
    for point in points:
        with np.errstate(all="ignore"):
            made = function(*point)
        row = made if isinstance(made, tuple) else (made,)
        if all(np.isfinite(r).all() for r in row):
            kept.append(point)
            results.append(row)
    return Expected(kept, results)


def checked(to: str, source: str, name: str, wanted: Expected) -> str:
    """One line on how an export was checked, or why not; empty where nothing can run it.
    Raises InternalError where it computes something else."""
    runner = RUNNERS.get(to)
    if runner is None or not wanted.points:
        return ""
    try:
        ran = runner(source, name, wanted.points)
    except ImportError as missing:
        return f"not checked: {missing.name} is not installed here"
    if ran is None:
        return ""
    count = len(wanted.points)
    if not ran.results:
        return f"checked with {ran.runtime}: {count} points"
    worst = 0.0
    for made, right in zip(ran.results, wanted.results, strict=True):
        for one, other in zip(made, right, strict=True):
            gap = np.abs(np.asarray(one, float) - other) / (1 + np.abs(other))
            worst = max(worst, float(np.max(gap, initial=0.0)))
    if not worst <= TOLERANCE.get(to, 1e-8):
        raise InternalError(f"the {to} code differs from the NumPy code by {worst:.2g}")
    return f"checked with {ran.runtime}: {count} points, largest relative difference {worst:.1g}"


def names_in(source: str) -> dict[str, Any]:
    """The names of a module that symdl wrote."""
    space: dict[str, Any] = {"__name__": "symdl.generated"}
    exec(compile(source, "<symdl export>", "exec"), space)
    return space


def _rows(call: Callable[..., Any], points: Sequence[Values]) -> list[Values]:
    made = [call(*point) for point in points]
    return [m if isinstance(m, tuple) else (m,) for m in made]


def _numpy(source: str, name: str, points: Sequence[Values]) -> Ran:
    with np.errstate(all="ignore"):
        return Ran(f"NumPy {np.__version__}", _rows(names_in(source)[name], points))


def _torch(source: str, name: str, points: Sequence[Values]) -> Ran:
    import torch

    def call(*point: Any) -> Any:
        made: Any = function(*(torch.tensor(v, dtype=torch.float64) for v in point))
        several = isinstance(made, tuple)
        return tuple(np.asarray(m.detach()) for m in (made if several else (made,)))

    function = names_in(source)[name]
    return Ran(f"PyTorch {torch.__version__}", _rows(call, points))


def _jax(source: str, name: str, points: Sequence[Values]) -> Ran:
    import jax

    with jax.enable_x64(True):
        function = names_in(source)[name]
        rows = _rows(function, [[jax.numpy.asarray(v) for v in point] for point in points])
        results = [[np.asarray(v) for v in row] for row in rows]
    return Ran(f"JAX {jax.__version__}", results)


def _numba(source: str, name: str, points: Sequence[Values]) -> Ran:
    import numba

    return Ran(f"Numba {numba.__version__}", _rows(names_in(source)[name], points))


def _onnx(source: str, _name: str, points: Sequence[Values]) -> Ran:
    import onnx.parser
    import onnxruntime

    model = onnx.parser.parse_model(source)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    names = [i.name for i in session.get_inputs()]
    results = []
    for point in points:
        given = {n: np.asarray([v], np.float32) for n, v in zip(names, point, strict=True)}
        results.append([r[0] for r in session.run(None, given)])
    return Ran(f"ONNX Runtime {onnxruntime.__version__}", results)


def _c(source: str, _name: str, _points: Sequence[Values]) -> Ran | None:
    """The test main of a header; its results are compared there."""
    try:
        compiler = found_compiler()
    except NoCompiler:
        return None
    with tempfile.TemporaryDirectory(prefix="symdl-") as folder:
        made = Path(folder) / "test"
        words = [
            *compiler.command,
            "-std=c11",
            "-DSYMDL_TEST",
            "-x",
            "c",
            "-",
            "-o",
            str(made),
            "-lm",
        ]
        subprocess.run(words, input=source, text=True, check=True, timeout=SECONDS)
        done = subprocess.run([made], capture_output=True, text=True, timeout=SECONDS)
    if done.returncode:
        raise InternalError(f"the C code differs from the NumPy code: {done.stdout.strip()}")
    return Ran(compiler.version, [])


RUNNERS: Mapping[str, Runner] = {
    "numpy": _numpy,
    "torch": _torch,
    "jax": _jax,
    "numba": _numba,
    "onnx": _onnx,
    "c": _c,
}
