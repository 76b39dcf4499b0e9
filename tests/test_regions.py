"""Functions of one number that get another spelling where the stable one loses digits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symdl
from symdl.accuracy.formats import FORMATS
from symdl.accuracy.measure import measure
from symdl.accuracy.subject import of_expression
from symdl.code.native.build import NoCompiler, found_compiler
from symdl.expression.term import make, symbol

CASES = [
    tuple(part.strip() for part in line.split(" | "))
    for line in (Path(__file__).parent / "cases" / "regions.txt").read_text().splitlines()
    if not line.startswith("#")
]
COMPILED = (r"\frac{x}{e^x - 1}", r"\log \operatorname{erfc} x", r"\sqrt{x^2 + 1} - x")


def outputs(function: Any) -> Any:
    def call(arrays: Sequence[Any]) -> Sequence[Any]:
        return function(*arrays)  # type: ignore[no-any-return]

    return call


def measured(tex: str, domain: str, asked: str, kind: str, backend: str) -> None:
    expression = symdl.read(tex, symbols={"x": domain})
    it = of_expression("f", expression)
    run = expression.lambdify(backend, derivative="x")
    for m in measure(it, FORMATS[kind], {backend: outputs(run)}, 5):
        if asked == "both" or m.output == "value":
            assert m.good, (m.output, m.worst, m.at, m.over, m.over_at)


@pytest.mark.parametrize(("tex", "domain", "asked"), CASES, ids=[c[0] for c in CASES])
def test_every_digit_is_right(tex: str, domain: str, asked: str) -> None:
    measured(tex, domain, asked, "float64", "numpy")


@pytest.mark.parametrize(("tex", "domain", "asked"), CASES[::4], ids=[c[0] for c in CASES[::4]])
def test_single_precision_too(tex: str, domain: str, asked: str) -> None:
    measured(tex, domain, asked, "float32", "numpy")


@pytest.mark.parametrize("tex", COMPILED)
def test_compiled_too(tex: str) -> None:
    try:
        found_compiler()
    except NoCompiler:
        pytest.skip("no compiler")
    measured(tex, "real", "both", "float64", "c")


def test_at_a_removable_point_stands_the_limit_and_nan_stays() -> None:
    f = symdl.read(r"\frac{\tanh x}{x}", symbols={"x": "real"}).lambdify("numpy", derivative="x")
    with np.errstate(all="raise"):
        value, slope = f(np.array([0.0, 1.0]))
    assert (value[0], slope[0]) == (1, 0)
    assert np.isnan(f(np.array([np.nan]))).all()
    assert f(0.0) == (1, 0)


def test_a_good_spelling_is_left_alone() -> None:
    for tex in (r"\frac{x}{1 + |x|}", r"\log(1 + e^x)", r"x \sigma(x)", r"\frac{1}{1 + x^2}"):
        source = symdl.read(tex, symbols={"x": "real"}).lambdify("numpy").source
        assert "polynomial has less error" not in source


def test_a_deep_chain_is_not_measured() -> None:
    from symdl.code.lambdify import lambdify

    x = symbol("x")
    chain = x
    for _ in range(600):
        chain = make("tanh", chain * 2 + 1)
    assert lambdify(chain, [x])(0.0) == pytest.approx(np.tanh(3.0), abs=0.1)
