"""Evidence for every kind of claim (tests/cases/rechecked.txt), read again by the second checker.

A better checker may certify what it only tested before, or test what it left alone: then it is as
good or better than the table says. It never rejects what is true.
"""

from __future__ import annotations

import pytest
from claim_tables import parts, table

from symdl.certifying import certify, recheck

BETTER = ("silent", "untested", "retested", "certified")


@pytest.mark.parametrize(("row", "expected"), table("rechecked.txt"))
def test_evidence_is_accepted(row: str, expected: str) -> None:
    claim, given, symbols = parts(row)
    found = recheck(certify(claim, given=given, symbols=symbols))
    known = expected.split()
    assert len(found) == len(known)
    for (status, place, reason), before in zip(found, known, strict=True):
        assert status in BETTER, f"{place}: {reason}"
        assert BETTER.index(status) >= BETTER.index(before), f"{place}: {reason}"
