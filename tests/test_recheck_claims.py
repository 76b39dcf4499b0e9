"""Evidence for every kind of claim (tests/cases/rechecked.txt), read again by the second checker:
what is true is never rejected, and where there is a rule it is tested."""

from __future__ import annotations

import pytest
from claim_tables import parts, table

from symdl.certifying import certify, recheck

TESTED = {"retested", "certified"}
KNOWN = {"tested": TESTED, "any": {*TESTED, "untested", "silent"}}


@pytest.mark.parametrize(("row", "expected"), table("rechecked.txt"))
def test_evidence_is_accepted(row: str, expected: str) -> None:
    claim, given, symbols = parts(row)
    found = recheck(certify(claim, given=given, symbols=symbols))
    assert found
    for status, place, reason in found:
        assert status in KNOWN[expected], f"{place}: {status} {reason}"
