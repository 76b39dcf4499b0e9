"""The bank of claims from papers and textbooks: true ones are proved, false ones refuted."""

from __future__ import annotations

import pytest
from claim_bank import PROVED, REFUTED, BankClaim, bank, judged

CLAIMS = bank()


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_the_bank(claim: BankClaim) -> None:
    verdict = judged(claim)
    told = "not read" if verdict is None else f"{verdict.kind}: {verdict.message}"
    kind = "" if verdict is None else verdict.kind
    assert kind not in (REFUTED if claim.true else PROVED), told
    if not claim.reason:
        assert kind in (PROVED if claim.true else REFUTED), told


def test_the_bank_is_large_and_mixed() -> None:
    true = sum(claim.true for claim in CLAIMS)
    assert true >= 160
    assert len(CLAIMS) - true >= 80
    assert len({(c.statement, str(c.symbols), c.given) for c in CLAIMS}) == len(CLAIMS)
