"""Derivations in steps: every line of every one holds for all sizes, and says by which rule."""

from __future__ import annotations

from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import pytest

import symdl
from symdl.derivation.index.equal import compare
from symdl.derivation.matrix.build import NotInMatrices
from symdl.derivation.matrix.lines import Line, MatrixSteps
from symdl.derivation.matrix.vectorise import whole
from symdl.expression.scope import Scope
from symdl.expression.term import Term, make, replace, symbol

TABLE = Path(__file__).parent / "cases" / "derivations.txt"
LINES = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
RULES = {
    "as given", "in matrix notation", "put together", "sum rule", "constant factor",
    "product rule", "product rule entry by entry", "product rule for matrices", "quotient rule",
    "power rule", "transpose", "inner product", "derivative of a squared norm",
    "derivative of a norm", "derivative of a trace", "derivative of a determinant",
    "derivative of an inverse", "diagonal", "chain rule through softmax", "Jacobian of softmax",
    "derivative of log-sum-exp is softmax",
    "derivative of a standardised array (three terms)",
    "derivative of a normalised array (two terms)", "differentiated entry by entry",
    "Kronecker deltas contracted", "tanh entry by entry",
    "Jacobian of log-softmax", "chain rule through log-softmax", "sigmoid entry by entry",
    "summed over the axis along which it is repeated",
    "where the extreme value is attained once (at a tie: a subgradient)",
    *(f"derivative of {f}" for f in ("log", "exp", "tanh", "sigmoid", "max", "relu", "sqrt")),
}  # fmt: skip


def derivation(line: str) -> tuple[MatrixSteps, Term, Scope]:
    latex, declared, variable, *given = line.split(" @ ")
    pairs = (part.partition(": ") for part in declared.split("; "))
    symbols = {name.strip(): kind for name, _, kind in pairs}
    read = symdl.read(latex, symbols=symbols, given=given)
    steps = read.derivative(variable).steps
    assert isinstance(steps, MatrixSteps)
    return steps, in_arrays(read.right.term), read.scope


def in_arrays(term: Term) -> Term:
    try:
        return whole(term)
    except NotInMatrices:
        return term


Claimed = tuple[Term, Term, Scope]


def claimed(line: Line, function: Term, scope: Scope) -> list[Claimed]:
    """Both sides of a line about a derivative, with the function for its name. A part that is
    differentiated in gets a name, defined or standing for itself: the line holds either way."""
    name, part = line.left.args
    if name in scope.values and name.shape != function.shape:  # a Hessian begins with a gradient
        function = in_arrays(scope.values[name])
    if name.op == "entry" and function.shape:
        function = make("entry", function, *name.args[1:])
    elif name.op not in ("symbol", "entry"):
        function = name
    values = {k: in_arrays(v) for k, v in scope.values.items()}
    if name.op == "symbol" and name.shape == function.shape:
        values[name] = function
    if (part.args[0] if part.op == "entry" else part).op in ("symbol", "label"):
        left = make(line.left.op, function, part, data=line.left.data)
        return [(left, line.right, changed(scope, values=values))]
    named = symbol("U_{\\text{part}}", shape=part.shape)
    values = {k: replace(v, {part: named}) for k, v in values.items()}
    left = make(line.left.op, replace(function, {part: named}), named, data=line.left.data)
    return [
        (left, line.right, changed(scope, values=values | {named: part})),
        (left, replace(line.right, {part: named}), changed(scope, values=values)),
    ]


@pytest.mark.parametrize("line", LINES)
def test_every_line_holds(line: str) -> None:
    steps, function, scope = derivation(line)
    assert len(steps) >= 2
    for told in steps.lines:
        if told.left.op in ("gradient", "derivative"):
            ways = claimed(told, function, scope)
        elif told.left in scope.values and (
            told.left is not steps.lines[0].left or told.left.shape != function.shape
        ):
            ways = [(told.left, told.right, scope)]
        else:
            at = told.left.shape and not function.shape
            indices = steps.lines[0].left.args[1:]
            right = make("entry", told.right, *indices) if at else told.right
            ways = [(function, right, scope)]
            function = told.right if told.rule != "as given" else function
        same = [compare(a, b, inside, inside.hypotheses).is_zero for a, b, inside in ways]
        assert any(same), f"{told.left!r} = {told.right!r} by {told.rule}"
        used = [rule for rule in told.rule.split(", ") if not rule.endswith(" used")]
        assert used, told
        assert set(used) <= RULES, told.rule


@pytest.mark.parametrize("line", LINES[:3])
def test_the_steps_are_told_as_text_as_latex_and_in_notebooks(line: str) -> None:
    steps, _, _ = derivation(line)
    shown: Any = steps._repr_latex_()
    for step in steps.lines:
        assert step.rule in steps.text
        assert f"\\text{{{step.rule}}}" in shown
    assert shown.count("&=") == len(steps)
    assert [row["rule"] for row in steps.data["steps"]] == [s.rule for s in steps.lines]
