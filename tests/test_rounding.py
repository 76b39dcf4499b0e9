"""Printed numbers: the table tests/cases/claims_numbers.txt, and every place of the digits."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symdl.document.source import Source
from symdl.evidence.balls import exactly
from symdl.evidence.claims_read import claims
from symdl.evidence.ladder import judge
from symdl.evidence.refute import decimal
from symdl.evidence.rounding import judge_printed, printed
from symdl.evidence.verdict import Verdict
from symdl.expression.reading import read
from symdl.expression.scope import EMPTY
from symdl.expression.term import number

TABLE = Path(__file__).parent / "cases" / "claims_numbers.txt"


def rows(path: Path) -> list[tuple[str, ...]]:
    """The lines of a table, split at ` :: `."""
    lines = [line for line in path.read_text().splitlines() if line and line[0] != "#"]
    return [tuple(part.strip() for part in line.split(" ::")) for line in lines]


def verdicts(text: str) -> list[Verdict]:
    return [judge(claim) for claim in claims(read(Source("<case>", text)), EMPTY)]


@pytest.mark.parametrize(("claim", "kind", "words"), rows(TABLE))
def test_printed_numbers(claim: str, kind: str, words: str) -> None:
    start = time.perf_counter()
    found = verdicts(claim)
    assert time.perf_counter() - start < 1
    assert [verdict.kind for verdict in found] == [kind] * len(found)
    assert words in found[0].message


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6), st.integers(0, 8))
def test_rounding_interval(top: int, bottom: int, places: int) -> None:
    """`value ≈ digits` is rounded exactly where |value - digits| <= half an ulp."""
    value = Fraction(top, bottom)
    for step in (-2, -1, 0, 1, 2):
        shown = (round(value * 10**places) + step) / Fraction(10**places)
        text = f"{'-' if shown < 0 else ''}{_decimal(abs(shown), places)}"
        term = number(shown, text)
        digits = printed(term)
        assert digits is not None
        verdict = judge_printed(number(value), "approx", term, digits)
        near = abs(value - shown) <= Fraction(1, 2 * 10**places)
        if near:
            assert verdict.kind in ("proved", "rounded")
        elif places and "truncated" not in verdict.message:
            assert verdict.kind == "refuted"


def _decimal(value: Fraction, places: int) -> str:
    digits = str(int(value * 10**places)).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


@pytest.mark.parametrize(
    ("value", "text"),
    [("-1/8", "-0.125"), ("0", "0"), ("-5", "-5"), ("1/100000", "0.00001"), ("1/3", "0.333")],
)
def test_decimals_end_where_they_can(value: str, text: str) -> None:
    exactly_known = Fraction(value)
    assert decimal(exactly(exactly_known), 12, exactly_known).startswith(text)
