"""Claims at the edges of what the rules take: decided or not, never decided wrongly."""

from __future__ import annotations

import pytest
from claim_bank import PROVED, REFUTED
from claim_tables import judge, table

WRONG = {"true": REFUTED, "false": PROVED, "open": (*PROVED, *REFUTED)}


@pytest.mark.parametrize(("claim", "truth"), table("edges.txt"))
def test_no_verdict_is_wrong_at_an_edge(claim: str, truth: str) -> None:
    verdict = judge(claim)
    assert verdict.kind not in WRONG[truth], verdict.message
