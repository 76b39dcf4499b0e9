"""Generated code is right to the last digits: every scalar function of the library against balls,
and the command that shows it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from compiled_together import compile_together

import symdl
from symdl import library
from symdl.accuracy.account import drawing, text
from symdl.accuracy.formats import FORMATS, Format
from symdl.accuracy.measure import Measured, measure
from symdl.accuracy.points import line
from symdl.accuracy.subject import Subject, of_expression, runs, subject
from symdl.cli import main
from symdl.code.lambdify import lambdify
from symdl.code.native.build import NoCompiler, found_compiler
from symdl.document.errors import Error
from symdl.expression.domain import POSITIVE, REAL
from symdl.expression.term import make, symbol

x = symbol("x")
POINTS = 24


@cache
def subjects() -> dict[str, Subject]:
    """Every equation of the library that is a function of numbers."""
    found: dict[str, Subject] = {}
    for name in sorted(library.files()):
        formula = symdl.load(name)
        if formula.steps:
            continue
        for place, equation in enumerate(formula.lines):
            called = name if len(formula.lines) == 1 else f"{name} {place + 1}"
            try:
                found[called] = of_expression(called, equation.right)
            except Error:
                continue
    return found


def backends() -> tuple[str, ...]:
    try:
        found_compiler()
    except NoCompiler:
        return ("numpy",)
    return ("numpy", "c")


@cache
def measured(kind: str) -> dict[str, list[Measured]]:
    made = {name: lambdified(it) for name, it in subjects().items()}
    if "c" in backends():
        compile_together([f["c"]._run for f in made.values()], np.dtype(kind))
    found: dict[str, list[Measured]] = {}
    for name, it in subjects().items():
        implementations = {b: outputs_of(f) for b, f in made[name].items()}
        found[name] = measure(it, FORMATS[kind], implementations, POINTS)
    return found


def lambdified(it: Subject) -> dict[str, Any]:
    variables = [v for v in it.variables if not v.data.domain.integer] or None
    return {b: lambdify(it.outputs[0], it.parameters, b, derivative=variables) for b in backends()}


def outputs_of(function: Any) -> Any:
    def call(arrays: Sequence[Any]) -> Sequence[Any]:
        made = function(*arrays)
        return made if isinstance(made, tuple) else (made,)

    return call


def test_the_library_has_scalar_functions() -> None:
    assert len(subjects()) > 35


@pytest.mark.parametrize("kind", ["float64", "float32"])
@pytest.mark.parametrize("name", subjects())
def test_every_digit_is_right(name: str, kind: str) -> None:
    for m in measured(kind)[name]:
        assert m.points, m
        assert m.good, (m.implementation, m.output, text(name, [m]))
        assert m.median < 1, (m.implementation, m.output, m.median)


HARD = [
    line.split()
    for line in (Path(__file__).parent / "cases" / "hard_points.txt").read_text().splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize("kind", ["float64", "float32"])
@pytest.mark.parametrize("words", HARD, ids=lambda w: w[0])
def test_hard_points(words: list[str], kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    it, form = subjects()[words[0]], FORMATS[kind]
    points = [(float(np.array(float(w)).astype(form.dtype())),) for w in words[1:]]
    monkeypatch.setattr("symdl.accuracy.measure.arguments", lambda *_: points)
    made = {b: outputs_of(f) for b, f in lambdified(it).items()}
    for m in measure(it, form, made, len(points)):
        assert m.good, (m.implementation, m.output, m.errors)


@pytest.mark.parametrize("name", ["gelu", "mish", "softplus"])
@pytest.mark.parametrize("kind", ["float16", "bfloat16"])
def test_half_precision_is_rounded_once(name: str, kind: str) -> None:
    if kind == "bfloat16":
        pytest.importorskip("ml_dtypes")
    it = subjects()[name]
    for m in measure(it, FORMATS[kind], runs(it, ("numpy",)), POINTS):
        if m.implementation == "numpy":
            assert m.worst <= 0.51, (m.output, m.worst, m.at)


def test_half_precision_stays_half_and_goes_where_it_is_wanted() -> None:
    f = lambdify(make("sigmoid", x), [x], derivative=x)
    points = np.linspace(-3, 3, 5).astype(np.float16)
    target = (np.empty(5, np.float16), np.empty(5, np.float16))
    assert f(points, out=target) is not None
    for made, kept in zip(f(points), target, strict=True):
        assert made.dtype == np.float16
        assert np.array_equal(made, kept)


# --- what measuring sees ------------------------------------------------------------------------


def by(function: Any) -> list[Measured]:
    it = subject("test", make("sigmoid", x), [x], {})
    return measure(it, FORMATS["float64"], {"test": lambda a: (function(a[0]),)}, 40)


def steady(v: Any) -> Any:
    return np.exp(np.minimum(v, 0)) / (1 + np.exp(-np.abs(v)))


def test_a_lost_tail_an_overflow_and_nan_are_seen() -> None:
    (good,) = by(steady)
    assert good.good
    (cut,) = by(lambda v: np.where(v < -600, 0, steady(v)))
    assert cut.lost
    assert not cut.good
    (wrong,) = by(lambda v: np.exp(v) / (1 + np.exp(v)))
    assert wrong.nan
    assert not wrong.good
    (far,) = by(lambda v: np.where(v > 700, np.inf, steady(v)))
    assert far.overflow
    assert not far.good


def test_a_few_digits_less_are_seen() -> None:
    (rough,) = by(lambda v: steady(v) * (1 + 2e-15))
    assert 5 < rough.worst < 30
    assert rough.over > 1


def test_beside_a_zero_the_rounding_of_the_argument_counts() -> None:
    term = make("log", x)
    x_positive = symbol("x", domain=POSITIVE)
    it = subject("log", make("log", x_positive), [x_positive], {})
    assert term is not it.outputs[0]
    (exact, _) = measure(it, FORMATS["float64"], {"numpy": lambda a: (np.log(a[0]), 1 / a[0])}, 40)
    (moved, _) = measure(
        it,
        FORMATS["float64"],
        {"numpy": lambda a: (np.log(a[0] * (1 + 3e-16)), 1 / a[0])},
        40,
    )
    assert exact.good
    assert moved.worst > 5


@pytest.mark.parametrize("form", [FORMATS["float64"], FORMATS["float32"], FORMATS["float16"]])
def test_points_have_every_size(form: Format) -> None:
    found = line(form, [make("relu", x - 2)], x, 60, REAL)
    assert min(found) < -form.largest / 1e3
    assert max(found) > form.largest / 1e3
    assert 0.0 in found
    assert any(0 < v < form.tiny for v in found)
    beside = [v for v in found if 0 < abs(v - 2) <= form.unit(2.0)]
    assert beside, "no neighbours of the kink"
    assert all(v > 0 for v in line(form, [], x, 10, POSITIVE))


@pytest.mark.parametrize(
    ("size", "unit"),
    [(1.0, 2.0**-52), (1.9, 2.0**-52), (0.75, 2.0**-53), (2.0**-1022, 2.0**-1074)],
)
def test_units_in_the_last_place(size: float, unit: float) -> None:
    assert FORMATS["float64"].unit(size) == unit == math.ulp(size)


# --- the command ----------------------------------------------------------------------------------


def test_the_command_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["accuracy", "log_cosh", "--points", "8"]) == 0
    printed = capsys.readouterr().out
    assert "literal" in printed
    assert "d/dr" in printed
    assert "good: at most float64 5, float32 3 units" in printed


def test_the_command_writes_json_and_a_drawing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plot = tmp_path / "errors.svg"
    words = [
        "accuracy",
        r"\log(1 + e^x)",
        "--points",
        "6",
        "--types",
        "float32",
        "--format",
        "json",
    ]
    assert main([*words, "--plot", str(plot)]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    literal = next(r for r in rows if r["implementation"] == "literal")
    assert not literal["good"]
    assert all(r["good"] for r in rows if r["implementation"] == "numpy")
    assert plot.read_text().startswith("<svg")
    assert "polyline" in plot.read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["softmax"], "no function of numbers"),
        (["log_cosh", "--types", "float128"], "no number format"),
    ],
)
def test_what_cannot_be_measured(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accuracy", *words]) in (1, 2)
    assert told in capsys.readouterr().err


def test_a_drawing_has_a_panel_for_each_output() -> None:
    it = subjects()["tanh"]
    found = measure(it, FORMATS["float32"], runs(it, ("numpy",)), 6)
    assert drawing("tanh", found).count("value, float32") == 1
