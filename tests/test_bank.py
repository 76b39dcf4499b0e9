"""The bank of claims from papers and textbooks: true ones are proved, false ones refuted."""

from __future__ import annotations

import pytest
from claim_bank import BANK, PROVED, REFUTED, BankClaim, bank, judged

CLAIMS = bank()
SECOND = bank(BANK.with_name("bank2.txt"))


@pytest.mark.parametrize("claim", [*CLAIMS, *SECOND], ids=lambda claim: claim.name)
def test_the_bank(claim: BankClaim) -> None:
    verdict = judged(claim)
    told = "not read" if verdict is None else f"{verdict.kind}: {verdict.message}"
    kind = "" if verdict is None else verdict.kind
    assert kind not in (REFUTED if claim.true else PROVED), told
    if not claim.reason:
        assert kind in (PROVED if claim.true else REFUTED), told


@pytest.mark.parametrize(("claims", "least"), [(CLAIMS, 80), (SECOND, 60)])
def test_the_bank_is_large_and_mixed(claims: list[BankClaim], least: int) -> None:
    true = sum(claim.true for claim in claims)
    assert true >= 2 * least
    assert len(claims) - true >= least
    assert len({(c.statement, str(c.symbols), c.given) for c in claims}) == len(claims)
