"""Claims as people write them, each judged by hand: tests/cases/defined.txt and as_written.txt."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("defined.txt"))
def test_a_proof_says_where_it_speaks(claim: str, expected: str) -> None:
    check_row(claim, expected)


@pytest.mark.parametrize(("claim", "expected"), table("as_written.txt"))
def test_what_people_write(claim: str, expected: str) -> None:
    check_row(claim, expected)
