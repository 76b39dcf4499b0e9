"""Arrays that nobody declared are judged for the most general sizes that fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import symdl

CASES = Path(__file__).parent / "cases" / "undeclared_arrays.txt"


def _rows() -> list[tuple[str, ...]]:
    lines = (line for line in CASES.read_text("utf-8").splitlines() if line and line[0] != "#")
    return [tuple(map(str.strip, line.split(";"))) for line in lines]


@pytest.mark.parametrize(("statement", "given", "kind", "sizes"), _rows())
def test_the_sizes_that_fit(statement: str, given: str, kind: str, sizes: str) -> None:
    verdict = symdl.check(statement, given=[given] if given else [])
    assert verdict.kind == kind, verdict.message
    assert sizes in verdict.message


@pytest.mark.parametrize(
    ("latex", "variable", "derivative"),
    [
        (r"x^T A x", "x", "A^T x + Ax"),
        (r"x^T A x", "A", "x x^T"),
        (r"\|Ax - b\|^2", "A", "2((Ax - b) x^T)"),
        (r"\|x\|", "x", "x/‖x‖"),
        (r"\frac{1}{2}(y - w^T x - b)^2", "w", "-(y - w^T x - b) x"),
    ],
)
def test_derivatives(latex: str, variable: str, derivative: str) -> None:
    assert repr(symdl.read(latex).derivative(variable)) == derivative


def test_numbers_and_code() -> None:
    gram = symdl.read("A^T A + I")
    assert str(gram.value({"A": "[[1, 2], [3, 4]]"})) == "[[11, 14], [14, 21]]"
    assert gram.lambdify()(np.array([[1.0, 2], [3, 4]])).tolist() == [[11, 14], [14, 21]]
    loss = symdl.read(r"\|XW - Y\|^2").lambdify(derivative="W")
    x, w, y = np.ones((3, 2)), np.zeros((2, 1)), np.ones((3, 1))
    value, slope = loss(w, x, y)
    assert value == 3
    assert slope.tolist() == [[-6], [-6]]
