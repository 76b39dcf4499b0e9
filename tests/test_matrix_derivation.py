"""Derivatives in matrix notation: what is printed reads back and is proved, for all sizes."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from test_gradients import blocks

import symdl
from symdl.cli import main
from symdl.derivation.matrix.derivation import derive_matrix
from symdl.derivation.matrix.lines import MatrixSteps
from symdl.expression import printer
from symdl.expression.scope import Scope
from symdl.expression.term import Term, make, symbol

GRADIENT = re.compile(r"\\nabla_(\{[^}]*\}|\\?[A-Za-z]+) (L|c) = ")


def gradients() -> list[Any]:
    """One row for each gradient that the table of claims proves."""
    rows: dict[str, Any] = {}
    for name, symbols, given, claims in blocks():
        for kind, claim in claims:
            found = GRADIENT.match(claim)
            if kind == "true" and found is not None:
                key = f"{name} in {found[1]}"
                rows[key] = pytest.param(symbols, given, found[2], found[1].strip("{}"), id=key)
    return list(rows.values())


MEMBER = re.compile(r"(\\mathbf\{x\}|[xy])_i")
ARRAYS = {"vector(d)": "matrix(n, d)", "real": "vector(n)"}


def with_arrays(symbols: dict[str, str], given: list[str]) -> tuple[dict[str, str], list[str]]:
    """The declarations with the arrays in the place of their members: what is printed has them."""
    made = {}
    for name, declared in symbols.items():
        member = MEMBER.fullmatch(name)
        made[member[1] if member else name] = ARRAYS[declared] if member else declared
    for statement in given:
        member = MEMBER.match(statement)
        if member is not None and statement.endswith(r"\in \mathbb{R}^d"):
            made[member[1]] = ARRAYS["vector(d)"]
    return made, [s for s in given if not s.endswith(r"_i \in \mathbb{R}^d")]


def derived(symbols: dict[str, str], given: list[str], loss: str, variable: str) -> Any:
    return symdl.read(loss, symbols=symbols, given=given).derivative(variable)


@pytest.mark.parametrize(("symbols", "given", "loss", "variable"), gradients())
def test_what_is_printed_reads_back_and_is_proved(
    symbols: dict[str, str], given: list[str], loss: str, variable: str
) -> None:
    found = derived(symbols, given, loss, variable)
    assert isinstance(found.steps, MatrixSteps)
    claim = rf"\nabla_{{{variable}}} {loss} = {found.latex}"
    symbols, given = with_arrays(symbols, given)
    verdict = symdl.check(claim, given=given, symbols=symbols)
    assert verdict.kind == "proved", (claim, verdict.message)


@pytest.mark.parametrize(("symbols", "given", "loss", "variable"), gradients())
def test_every_step_is_proved(
    symbols: dict[str, str], given: list[str], loss: str, variable: str
) -> None:
    found = derived(symbols, given, loss, variable)
    symbols, given = with_arrays(symbols, given)
    for line in found.steps.lines:
        if line.left.op == "gradient":
            claim = make("relation", line.left, line.right, data=("=",))
            text = symdl.expression.printer.latex(claim)
            verdict = symdl.check(text, given=given, symbols=symbols)
            assert verdict.kind == "proved", (text, verdict.message)


def test_arrays_of_which_only_members_are_declared_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    loss = r"L = \sum_{i=1}^n (x_i^T w - y_i)^2"
    declared = ("--symbol", "x_i: vector(d)", "--symbol", "y_i: real", "--symbol", "w: vector(d)")
    assert main(["derive", loss, *declared, "--wrt", "w"]) == 0
    told = capsys.readouterr().out
    assert "x has the rows x_i: (n, d)" in told
    assert "y has the entries y_i: (n,)" in told


def test_the_forms_a_paper_prints() -> None:
    mse = {"X": "matrix(n, d)", "W": "matrix(k, d)", "Y": "matrix(n, k)", "b": "vector(k)"}
    loss = [r"L = \frac{1}{n} \lVert XW^T + \mathbf{1}b^T - Y \rVert^2"]
    printed = {
        "W": r"\frac{2}{n}(XW^{\top} + \mathbf{1}_n b^{\top} - Y)^{\top} X",
        "b": r"\frac{2}{n}(XW^{\top} + \mathbf{1}_n b^{\top} - Y)^{\top} \mathbf{1}_n",
    }
    for variable, text in printed.items():
        assert derived(mse, loss, "L", variable).latex == text
    softmax = {"x": "vector(n)", "p": "vector(n)", "y": "vector(n)"}
    p = r"p = \operatorname{softmax}(x)"
    assert symdl.read(p, symbols=softmax).derivative("x").latex == (
        r"\operatorname{diag}(p) - pp^{\top}"
    )
    entropy = [p, r"L = -\sum_{i=1}^n y_i \log p_i", r"\sum_{i=1}^n y_i = 1"]
    found = derived(softmax, entropy, "L", "x")
    assert found.latex == "p - y"
    assert "sum[i=1..n] y_i = 1 used" in found.steps.text
    assert "the gradient has the shape of x: (n,)" in found.steps.text


def test_entries_in_their_shortest_form() -> None:
    p = r"p_i = \frac{e^{x_i}}{\sum_{j=1}^n e^{x_j}}"
    symbols = {"x": "vector(n)", "p": "vector(n)"}
    found = symdl.read(p, symbols=symbols).derivative("x_j")
    assert found.latex == r"p_{i}(\mathbf{1}[i = j] - p_{j})"
    squared = symdl.read(r"\lVert x \rVert^2", symbols={"x": "vector(n)"})
    assert squared.derivative("x_j").latex == "2x_{j}"
    layer = symdl.load("linear_layer").expression
    assert layer.derivative("W_{pq}").latex == r"x_{iq} \mathbf{1}[j = p]"


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["derive", "quadratic_form", "--wrt", "x"]
    assert main(arguments) == 0
    assert capsys.readouterr().out.strip() == "(A^T + A) x"
    assert main([*arguments, "--steps", "--format", "latex"]) == 0
    assert r"\begin{align*}" in capsys.readouterr().out
    assert main([*arguments, "--format", "json", "--steps"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["layout"] == "the gradient has the shape of x: (n,)"
    assert told["steps"][-1]["after"] == told["latex"]


def network(layers: int, size: int | str) -> tuple[Term, Term, Scope]:
    """The squared norm at the end of many layers of tanh, its first weights, its definitions."""
    h = symbol("x", "vector", (size,))
    first = symbol("W_{0}", "matrix", (size, size))
    values: dict[Term, Term] = {}
    for layer in range(layers):
        weights = symbol(f"W_{{{layer}}}", "matrix", (size, size))
        z, a = (symbol(f"{name}_{{{layer}}}", "vector", (size,)) for name in "zh")
        values[z], values[a] = make("matmul", weights, h), make("tanh", make("matmul", weights, h))
        h = a
    loss = symbol("L")
    values[loss] = make("norm", h, data="") ** 2
    return loss, first, Scope(values=values)


def test_time_grows_with_the_layers_and_not_with_the_sizes() -> None:
    spent = {}
    for layers, size in ((20, "d"), (20, 4096), (200, "d")):
        loss, first, scope = network(layers, size)
        start = time.thread_time()
        found = derive_matrix(loss, first, scope, loss)
        spent[layers, size] = time.thread_time() - start
        assert found.result.shape == (size, size)
    assert spent[200, "d"] < 30 * spent[20, "d"] + 0.2
    assert spent[20, 4096] < 5 * spent[20, "d"] + 0.2


@pytest.mark.parametrize(
    ("latex", "symbols", "variable"),
    [
        (r"x^T y", {"x": "vector(n)", "y": "vector(n)", "W": "matrix(n, n)"}, "W"),
    ],
)
def test_refused(latex: str, symbols: dict[str, str], variable: str) -> None:
    with pytest.raises(symdl.Error):
        symdl.read(latex, symbols=symbols).derivative(variable)


@pytest.mark.parametrize(
    ("latex", "variable", "entry", "axes"),
    [
        (r"XW", "W", r"X_{ip} \mathbb{1}[j = q]", ("n", "k", "d", "k")),
        (r"W^{-1}", "W", r"-(W^{-1})_{ip} (W^{-1})_{qj}", ("d", "d", "d", "d")),
        (
            r"\sum_{i=1}^m g_i \sum_{j=1}^k w_j x_{i+j-1}",
            "w",
            r"\sum_{l=1}^m g_l x_{l+p-1}",
            ("k",),
        ),
    ],
)
def test_what_has_no_matrix_form_is_shown_by_its_entry(
    latex: str, variable: str, entry: str, axes: tuple[str, ...]
) -> None:
    square = "matrix(d, d)" if "-1}" in latex else "matrix(d, k)"
    symbols = {"X": "matrix(n, d)", "W": square, "g": "vector(m)", "w": "vector(k)"}
    symbols |= {"x": "vector(s)"}
    found = derived(symbols, [], latex, variable)
    assert tuple(size for _, size in found.axes) == axes
    last = found.steps[-1]
    wanted = symdl.read(entry, symbols=symbols | dict.fromkeys("ijpq", "integer >= 1"))
    assert printer.plain(last.right) == printer.plain(wanted.term)
    claim = printer.latex(make("relation", last.left, last.right, data=("=",)))
    given = [f"L = {latex}"] if "L}" in claim else []
    verdict = symdl.check(claim, given=given, symbols=symbols)
    assert verdict.kind == "proved", (claim, verdict.message)
