"""Claims in several variables, for every n, and under hypotheses: proved, or broken at a point."""

from __future__ import annotations

import pytest
from claim_tables import table

import symdl


def check(row: str, expected: str) -> None:
    claim, declared, given = [part.strip() for part in (row + "@@").split("@")[:3]]
    parts = (part.partition(":") for part in declared.split(";") if part.strip())
    symbols = {name.strip(): text.strip() for name, _, text in parts}
    statements = [part.strip() for part in given.split("&&") if part.strip()]
    verdict = symdl.check(claim, given=statements, symbols=symbols)
    kind, _, text = expected.partition(" :: ")
    assert verdict.kind == kind.strip(), verdict.message
    assert text.strip() in f"{verdict.message} {verdict.evidence}"


@pytest.mark.parametrize(("claim", "expected"), table("several.txt"))
def test_several_variables(claim: str, expected: str) -> None:
    check(claim, expected)


@pytest.mark.parametrize(("claim", "expected"), table("recurrences_for_all.txt"))
def test_for_every_n(claim: str, expected: str) -> None:
    check(claim, expected)


@pytest.mark.parametrize(("claim", "expected"), table("arrays.txt"))
def test_arrays_entry_by_entry(claim: str, expected: str) -> None:
    check(claim, expected)
