"""The table tests/cases/periodic.txt: bounds of waves, and of tangents between their poles."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("periodic.txt"))
def test_periodic(claim: str, expected: str) -> None:
    check_row(claim, expected)
