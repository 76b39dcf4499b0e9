"""Lines that simple rules would read as something their author did not mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_reading import declared, shown

from symdl.document.errors import Error
from symdl.evidence.kinds import classify
from symdl.expression.reading import read
from symdl.expression.scope import EMPTY

TABLE = Path(__file__).parent / "cases" / "misreadings.txt"
LINES = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if "  ;;  " in line]
ROWS = [line.split("  ;;  ") for line in LINES if not line.startswith("#")]


@pytest.mark.parametrize(("latex", "declarations", "meaning"), ROWS)
def test_meaning(latex: str, declarations: str, meaning: str) -> None:
    scope = declared(declarations.strip("-"))
    if not meaning.startswith("!"):
        assert shown(read(latex, scope).term) == meaning
        return
    with pytest.raises(Error) as caught:
        read(latex, scope)
    assert caught.value.code == meaning[1:]
    assert caught.value.span is not None


@pytest.mark.parametrize("latex", ["w = w - \\eta g", "x_i = x_i + 1", "y' = y + 1"])
def test_updates_are_no_identities(latex: str) -> None:
    relation = read(latex).term
    assert classify(relation.args[0], "=", relation.args[1], EMPTY) == "definition"
