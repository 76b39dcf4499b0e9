"""Budgets cost decisions, never their truth: each is set low where a claim meets it."""

from __future__ import annotations

import importlib

import pytest
from claim_tables import CASES, judge

LINES = [
    line
    for line in (CASES / "budgets.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("line", LINES, ids=[line.split(" = ")[0] for line in LINES])
def test_what_is_too_much(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    budget, _, row = line.partition(" ;; ")
    claim, _, verdict = row.rpartition(" => ")
    place, constant, _, value = budget.split(" ")
    module = importlib.import_module(f"symdl.evidence.{place}")
    assert isinstance(getattr(module, constant), int)
    monkeypatch.setattr(module, constant, int(value))
    assert judge(claim).kind == verdict
