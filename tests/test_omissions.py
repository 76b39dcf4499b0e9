"""The table tests/cases/omissions.txt: sums and products with dots."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("omissions.txt"))
def test_omissions(claim: str, expected: str) -> None:
    check_row(claim, expected)
