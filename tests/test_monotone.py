"""The table tests/cases/monotone.txt: claims with their verdicts."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("monotone.txt"))
def test_monotone(claim: str, expected: str) -> None:
    check_row(claim, expected)
