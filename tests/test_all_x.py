"""Claims over all x: the tables tests/cases/extrema.txt, ... and an oracle that shares no code."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("extrema.txt"))
def test_extrema(claim: str, expected: str) -> None:
    check_row(claim, expected)
