"""Arrays that nobody declared are judged for the most general sizes that fit."""

from __future__ import annotations

from pathlib import Path

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
