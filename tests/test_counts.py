"""The table tests/cases/counts.txt: ends of sums that are declared, and entries beyond a shape."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("counts.txt"))
def test_counts(claim: str, expected: str) -> None:
    check_row(claim, expected)
