"""Gradients of a table: printed as they are written there, proved for all sizes; a changed one is
not proved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import symdl
from symdl.derivation.matrix.lines import MatrixSteps
from symdl.expression import printer
from symdl.expression.term import number

CASES = Path(__file__).parent / "cases" / "cookbook.txt"


def rows() -> Iterator[Any]:
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            left, _, printed = line.rpartition(" => ")
            function, declared, variable, *given = left.split(" @ ")
            pairs = (part.partition(": ") for part in declared.split("; "))
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
