"""Random claims that tempt to a wrong verdict, judged again by an oracle that shares no code."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import fuzz_analysis
import fuzz_arrays
import fuzz_claims
import fuzz_indices
import pytest

import symdl

MAKERS: dict[str, tuple[Callable[[Random], Iterator[Any]], Callable[[Any, Any], str]]] = {
    "equalities": (fuzz_claims.equalities, fuzz_claims.wrong),
    "inequalities": (fuzz_claims.inequalities, fuzz_claims.wrong),
    "derivatives": (fuzz_analysis.derivatives, fuzz_analysis.wrong),
    "limits": (fuzz_analysis.limits, fuzz_analysis.wrong),
    "images": (fuzz_analysis.images, fuzz_analysis.wrong),
    "arrays": (fuzz_arrays.claims, fuzz_arrays.wrong),
    "indices": (fuzz_indices.claims, fuzz_indices.wrong),
}


def wrong_verdicts(kind: str, seed: int, count: int) -> list[str]:
    """What the oracle says against the verdicts on `count` random claims of a kind."""
    make, _ = MAKERS[kind]
    return wrong_among(kind, islice(make(Random(seed)), count))


def wrong_among(kind: str, claims: Iterable[Any]) -> list[str]:
    """What the oracle says against the verdicts on claims of a kind."""
    _, wrong = MAKERS[kind]
    found = []
    for claim in claims:
        try:
            given = list(getattr(claim, "given", ()))
            verdict = symdl.check(claim.latex, given=given, symbols=dict(claim.symbols))
        except (symdl.ReadError, symdl.ShapeError):
            continue  # a refusal is no verdict
        if verdict.kind == "refuted-as-stated":
            continue  # it names the part on which it holds; the oracle knows true and false only
        against = wrong(claim, verdict)
        if against:
            found.append(f"{claim.latex}: {verdict.kind}, but {against}")
    return found


SHARES = {"equalities": 350, "inequalities": 130, "derivatives": 130, "limits": 140, "images": 90,
          "arrays": 80, "indices": 80}  # fmt: skip
"""Of the thousand claims of a run."""


@pytest.mark.parametrize("kind", MAKERS)
def test_no_verdict_is_wrong(kind: str) -> None:
    assert wrong_verdicts(kind, seed=1, count=SHARES[kind]) == []


INVISIBLE = Path(__file__).parent / "cases" / "invisible.txt"


@pytest.mark.parametrize("row", INVISIBLE.read_text(encoding="utf-8").splitlines()[1:])
def test_what_no_sample_breaks_is_not_proved(row: str) -> None:
    claim, _, given = row.partition(" @ ")
    holds = given.split(" && ") if given else []
    verdict = symdl.check(claim, given=holds, symbols={"x": "real", "y": "real"})
    assert verdict.kind in ("undecided", "refuted", "refuted-as-stated"), verdict.message


FIRST = int(os.environ.get("SYMDL_FUZZ_SEED", "2"))
"""The first of the ten seeds of a long run."""


@pytest.mark.long
@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("seed", range(FIRST, FIRST + 10))
def test_no_verdict_is_wrong_at_length(kind: str, seed: int) -> None:
    assert wrong_verdicts(kind, seed, count=SHARES[kind]) == []
