"""The table tests/cases/limits.txt: claims with their verdicts."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("limits.txt"))
def test_limits(claim: str, expected: str) -> None:
    check_row(claim, expected)
