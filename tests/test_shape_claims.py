"""The table tests/cases/shape_claims.txt: claims with their verdicts."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("shape_claims.txt"))
def test_shape_claims(claim: str, expected: str) -> None:
    check_row(claim, expected)
