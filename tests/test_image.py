"""The table tests/cases/image.txt: claims with their verdicts."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("image.txt"))
def test_image(claim: str, expected: str) -> None:
    check_row(claim, expected)
