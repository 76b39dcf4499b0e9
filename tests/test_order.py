"""Claims of order: proved on the whole domain, or broken at a point that is shown."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("order.txt"))
def test_order(claim: str, expected: str) -> None:
    check_row(claim, expected)
