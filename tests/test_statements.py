"""What a statement claims: directions of implications, conditions, definitions, entries."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("claims_statements.txt"))
def test_statements(claim: str, expected: str) -> None:
    check_row(claim, expected)
