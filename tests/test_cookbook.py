"""Gradients of a table: printed as they are written there, proved for all sizes; a changed one is
not proved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import symdl
from symdl.derivation.index.equal import compare
from symdl.derivation.matrix.lines import MatrixSteps
from symdl.document.errors import DeriveError
from symdl.expression import printer
from symdl.expression.term import make, number

CASES = Path(__file__).parent / "cases" / "cookbook.txt"


def rows() -> Iterator[Any]:
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            left, _, printed = line.rpartition(" => ")
            function, declared, variable, *given = left.split(" @ ")
            said = declared.split("; ") if declared != "-" else []
            pairs = (part.partition(": ") for part in said)
            symbols = {name: kind for name, _, kind in pairs}
            yield pytest.param(function, symbols, variable, given, printed, id=function)


@pytest.mark.parametrize(("function", "symbols", "variable", "given", "printed"), list(rows()))
def test_what_is_printed_is_proved(
    function: str, symbols: dict[str, str], variable: str, given: list[str], printed: str
) -> None:
    found = symdl.read(function, symbols, given).derivative(variable)
    assert found.latex == printed
    steps = found.steps
    assert isinstance(steps, MatrixSteps)
    last = steps.lines[-1]
    known = [*given, f"L = {function}"]
    for right, proved in ((last.right, True), (number(3) * last.right, False)):
        claim = f"{printer.latex(last.left)} = {printer.latex(right)}"
        kind = symdl.check(claim, given=known, symbols=symbols).kind
        assert (kind == "proved") is proved, claim


@pytest.mark.parametrize(
    ("function", "row", "printed"),
    [
        (r"\sum_i \sum_k r_{ik} \|x_i - \mu_k\|^2", r"\mu_k",
         r"2((r^{\top} \mathbf{1}_d)_{k} \mu_{k} - (r^{\top} x)_{k})"),
        (r"\sum_i \sum_j (r_{ij} - u_i^T v_j)^2 + \lambda \sum_i \|u_i\|^2", "u_k",
         r"2(\lambda u_{k} - ((r - uv^{\top})v)_{k})"),
        (r"-\sum_{i=1}^n \sum_{k=1}^K y_{ik} \log \frac{e^{w_k^T x_i}}{\sum_{j=1}^K e^{w_j^T x_i}}",
         "w_k",
         r"(((y \mathbf{1}_K \mathbf{1}_K^{\top}) \odot \operatorname{softmax}(xw^{\top})"
         r" - y)^{\top} x)_{k}"),
    ],
)  # fmt: skip
def test_the_gradient_in_a_row_is_the_row_of_the_gradient(
    function: str, row: str, printed: str
) -> None:
    found = symdl.read(function).derivative(row)
    assert found.latex == printed
    assert isinstance(found.steps, MatrixSteps)
    assert found.slope_of is not None
    slope = make("gradient", found.slope_of[0].term, found.steps.variable)
    whole = make("entry", slope, *found.steps.lines[-1].left.args[1].args[1:])
    assert compare(whole, found.term, found.scope, found.scope.hypotheses).is_zero


def test_a_row_of_what_has_no_matrix_form_is_refused() -> None:
    """A row is no number: the rules for entries would put a delta in its place."""
    with pytest.raises(DeriveError, match=r"the gradient in \\mu|the gradient in μ"):
        symdl.read(r"\sum_i \log \sum_k e^{-\|x_i - \mu_k\|^2}").derivative(r"\mu_k")


def test_a_name_gets_the_shape_of_what_it_names() -> None:
    line = r"y = \frac{x}{\sqrt{\frac{1}{n}\sum_{i=1}^n x_i^2 + \epsilon}}"
    printed = r"I_n - \frac{1}{n} yy^{\top}"
    assert printed in symdl.read(line).derivative("x").latex


def test_vectors_of_a_family_in_bold_are_rows() -> None:
    line = r"\sum_{i=1}^n (y_i - \mathbf{w}^\top \mathbf{x}_i)^2"
    found = symdl.read(line).derivative(r"\mathbf{w}")
    assert found.latex == r"-2\mathbf{x}^{\top}(y - \mathbf{x} \mathbf{w})"
