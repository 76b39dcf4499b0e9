"""The table tests/cases/inverses.txt: what is claimed of the inverse of a known function."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("inverses.txt"))
def test_inverses(claim: str, expected: str) -> None:
    check_row(claim, expected)
