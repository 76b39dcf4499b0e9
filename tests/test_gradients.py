"""Gradients and identities of arrays for all sizes: what is true is proved, what is not refuted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import symdl

CASES = Path(__file__).parent / "cases" / "gradients.txt"


def blocks() -> Iterator[tuple[str, dict[str, str], list[str], list[tuple[str, str]]]]:
    """Name, declarations, given statements and claims of each block of the table."""
    name, symbols, given, claims = "", {}, [], []
    for line in [*CASES.read_text(encoding="utf-8").splitlines(), "["]:
        if line.startswith("["):
            if name:
                yield name, symbols, given, claims
            name, symbols, given, claims = line[1:-1], {}, [], []
        elif line and not line.startswith("#"):
            key, _, text = line.partition(": ")
            if key == "declare":
                pairs = (part.partition(": ") for part in text.split("; "))
                symbols = {symbol.strip(): declared for symbol, _, declared in pairs}
            elif key == "given":
                given.append(text)
            else:
                claims.append((key, text))


def rows() -> list[Any]:
    """One test for each claim."""
    return [
        pytest.param(symbols, given, kind, claim, id=f"{name} {kind} {number}")
        for name, symbols, given, claims in blocks()
        for number, (kind, claim) in enumerate(claims)
    ]


@pytest.mark.parametrize(("symbols", "given", "kind", "claim"), rows())
def test_claims_for_all_sizes(
    symbols: dict[str, str], given: list[str], kind: str, claim: str
) -> None:
    verdict = symdl.check(claim, given=given, symbols=symbols)
    told = f"{verdict.message} {verdict.counterexample}"
    assert verdict.kind == ("proved" if kind == "true" else "refuted"), told
    if kind == "true":
        assert verdict.method in ("index-normal-form", "normal-form", "exact", "cases"), told
