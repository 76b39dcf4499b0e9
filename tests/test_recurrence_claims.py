"""Claims about states of recurrences: which are held, and which hang together."""

from __future__ import annotations

from pathlib import Path

import pytest

from symdl import check

CASES = [
    tuple(part.strip() for part in line.split(" | "))
    for line in (Path(__file__).parent / "cases" / "recurrence_claims.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("kind", "claim", "given"), CASES)
def test_claims(kind: str, claim: str, given: str) -> None:
    assert check(claim, given=given.split(" ; ")).kind == kind
