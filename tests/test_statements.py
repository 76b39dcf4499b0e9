"""What a statement claims: directions of implications, conditions, definitions, entries."""

from __future__ import annotations

import pytest
from claim_tables import check_row, table


@pytest.mark.parametrize(("claim", "expected"), table("claims_statements.txt"))
def test_statements(claim: str, expected: str) -> None:
    check_row(claim, expected)


EXAMPLE = r"""
name: square
title: Square
formula: f(x) = x^2
source: {{title: Numbers, authors: Nobody, year: 2000}}
symbols:
  x: {{domain: real, meaning: a number}}
claims:
- {claim}
examples:
- given: {{x: {x}}}
  expect: {{f(x): {value}}}
"""


def findings(x: str = "3", value: str = "9", claim: str = "f(x) \\ge 0") -> list[str]:
    from symdl.checking import check_bytes

    text = EXAMPLE.format(x=x, value=value, claim=claim)
    return [made.verdict for made in check_bytes("metric/square.yaml", text.encode())]


@pytest.mark.parametrize(
    ("x", "value", "verdict"),
    [
        ("3", "9", "proved"),
        ("3", "10", "refuted"),
        ("1.1", "1", "refuted"),
        ("1.1", "1.2", "rounded"),
        ("0", "0", "proved"),
        ("0.1", "0", "refuted"),
        ("12.01", "144", "rounded"),
        ("99.99", "10000", "refuted"),
    ],
)
def test_worked_numbers(x: str, value: str, verdict: str) -> None:
    assert findings(x, value)[-1] == verdict


def test_claims_of_a_file_define_nothing_declared() -> None:
    assert findings(claim="x = 0")[1:2] == ["refuted"]
    assert findings(claim="f(x) = x x")[1:2] == ["proved"]
