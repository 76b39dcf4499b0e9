"""Norms in order: what holds for all sizes, and what does not."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("norms.txt"))
def test_norms(claim: str, expected: str) -> None:
    check_row(claim, expected)
