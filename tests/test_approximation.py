"""The table tests/cases/approximation.txt: claims with their verdicts."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("approximation.txt"))
def test_approximation(claim: str, expected: str) -> None:
    check_row(claim, expected)
