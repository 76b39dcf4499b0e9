"""Evidence for every kind of claim (tests/cases/rechecked.txt), read again by the second checker:
what is true is never rejected, and where there is a rule it is tested."""

from __future__ import annotations

from itertools import islice

import pytest
from claim_rows import Row, rows
from claim_tables import parts, table

from symdl.certifying import certify, recheck
from symdl.document.errors import Error

TESTED = {"retested", "certified"}
KNOWN = {"tested": TESTED, "any": {*TESTED, "untested", "silent"}}


@pytest.mark.parametrize(("row", "expected"), table("rechecked.txt"))
def test_evidence_is_accepted(row: str, expected: str) -> None:
    claim, given, symbols = parts(row)
    found = recheck(certify(claim, given=given, symbols=symbols))
    assert found
    for status, place, reason in found:
        assert status in KNOWN[expected], f"{place}: {status} {reason}"


SAMPLE = [*islice(rows(), 23, None, 71)]
"""Of all claims of the tables; benchmarks/recheck_cases.py goes through each."""


@pytest.mark.parametrize("row", SAMPLE, ids=[f"{row[0]}: {row[1]}" for row in SAMPLE])
def test_no_evidence_of_its_own_is_rejected(row: Row) -> None:
    _, claim, given, symbols = row
    try:
        evidence = certify(claim, given=given, symbols=symbols)
    except Error as problem:
        pytest.skip(f"it is not read: {problem}")
    assert [status for status, *_ in recheck(evidence)].count("rejected") == 0
