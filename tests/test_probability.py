"""The table tests/cases/probability.txt: expectations, variances and covariances."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("probability.txt"))
def test_probability(claim: str, expected: str) -> None:
    check_row(claim, expected)
