"""False claims with nobody looking for points that break them: no proof is found all the same.

Most false claims are broken by samples before a proof is looked for, so that a rule that proves
too much may go unseen. Here the search for points is shut, and every claim of the tables that is
known to be false meets the rules alone.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from random import Random
from typing import Any

import fuzz_claims
import pytest
from claim_bank import PROVED, bank
from claim_tables import CASES, judge, parts, table

import symdl
import symdl.evidence
from symdl.evidence import refute, witness
from symdl.evidence.concrete import judge as concrete

TABLES = (
    "order.txt", "several.txt", "extrema.txt", "growth.txt", "limits.txt", "image.txt",
    "integrals.txt", "solutions.txt", "two_points.txt", "parts_of_sums.txt", "monotone.txt",
    "claims_scalar.txt", "claims_statements.txt", "counts.txt", "arrays.txt", "probability.txt",
    "as_written.txt", "series.txt", "periodic.txt", "entries_of_sums.txt", "omissions.txt",
    "norms.txt", "inverses.txt", "approximation.txt",
)  # fmt: skip
SEARCHES = (refute.separate, refute.at, witness.counterexample, concrete.refute_concretely)
LOOK = refute.looked_at
EACH = 25
"""Every so-manyth claim is tried by default, all of them in the long run."""
RANDOM = 25
"""Random claims of each kind."""


for part in pkgutil.walk_packages(symdl.evidence.__path__, "symdl.evidence."):
    importlib.import_module(part.name)  # what is imported later would keep the shut searches


@contextmanager
def nobody_searches() -> Iterator[None]:
    """Inside, no point is found that breaks a claim."""
    before = []
    for name, module in list(sys.modules.items()):
        if name.startswith("symdl.evidence"):
            for key, value in list(vars(module).items()):
                if value is LOOK:
                    before.append((module, key, value))
                    setattr(module, key, lambda *_: (None, False))
                if any(value is search for search in SEARCHES):
                    before.append((module, key, value))
                    setattr(module, key, lambda *_: None)
    try:
        yield
    finally:
        for module, key, value in before:
            setattr(module, key, value)


def false_claims() -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """The refuted rows of the tables, the false lines of the bank, and what no sample breaks."""
    for name in TABLES:
        for row in table(name):
            claim, verdict = row.values
            if verdict.split(" :: ")[0] == "refuted":
                yield parts(claim)
    for row in table("edges.txt"):
        claim, truth = row.values
        if truth == "false":
            yield parts(claim)
    for one in bank():
        if not one.true:
            yield one.statement, list(one.given), one.symbols
    lines = (CASES / "invisible.txt").read_text(encoding="utf-8").splitlines()[1:]
    for line in lines:
        claim, _, given = line.partition(" @ ")
        yield claim, [g for g in given.split(" && ") if g], {"x": "real", "y": "real"}


def rows() -> Iterator[Any]:
    for number, (claim, given, symbols) in enumerate(false_claims()):
        marks = () if number % EACH == 0 else pytest.mark.long
        yield pytest.param(claim, given, symbols, marks=marks, id=f"{number}: {claim[:60]}")


@pytest.mark.parametrize(("claim", "given", "symbols"), list(rows()))
def test_what_is_false_is_not_proved(claim: str, given: list[str], symbols: dict[str, str]) -> None:
    with nobody_searches():
        verdict = symdl.check(claim, given=given, symbols=symbols)
    assert verdict.kind not in PROVED, verdict.message


@pytest.mark.parametrize("make", [fuzz_claims.equalities, fuzz_claims.inequalities])
def test_random_claims_are_not_proved_wrongly(make: Callable[[Random], Iterator[Any]]) -> None:
    found = []
    for claim in islice(make(Random(11)), RANDOM):
        given = list(getattr(claim, "given", ()))
        with nobody_searches():
            verdict = symdl.check(claim.latex, given=given, symbols=dict(claim.symbols))
        if verdict.kind in PROVED and (against := fuzz_claims.wrong(claim, verdict)):
            found.append(f"{claim.latex}: {against}")
    assert not found


FORMS = (
    r"(T) e^y > 0", r"T + y^2 > 0", r"(T) (y^2 + 1) > 0", r"e^{T + y^2} > 1",
    r"\log(1 + T) + y^2 > 0", r"\sqrt{T} (1 + y^2) > 0", r"T \ne -y^2", r"(T) e^y \ne 0",
    r"y^2 (T) > -(T)", r"e^y > e^{y - (T)}", r"\max(T, -1 - y^2) > 0", r"\frac{T}{1 + y^2} > 0",
)  # fmt: skip
"""What is false where a term T >= 0 is 0 and y is 0, and nowhere else."""


def touching() -> Iterator[Any]:
    lines = (CASES / "touching.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[1:]):
        term, declared, least = line.split(" ; ")
        symbols = dict(part.split(": ") for part in re.split(r", (?=\w+: )", declared))
        for place, form in enumerate(FORMS):
            gap = term if least == "0" else f"{term} - ({least})"
            default = number % 2 and place == number % len(FORMS)
            marks = () if default else pytest.mark.long
            claim = form.replace("T", gap)
            yield pytest.param(claim, {**symbols, "y": "real"}, marks=marks, id=claim)


@pytest.mark.parametrize(("claim", "symbols"), list(touching()))
def test_what_is_false_at_one_point_is_not_proved(claim: str, symbols: dict[str, str]) -> None:
    with nobody_searches():
        verdict = symdl.check(claim, symbols=symbols)
    assert verdict.kind not in PROVED, verdict.message


NARROWLY = (CASES / "narrowly.txt").read_text(encoding="utf-8").splitlines()[1:]


@pytest.mark.parametrize("row", NARROWLY)
def test_what_is_narrowly_false_is_not_proved(row: str) -> None:
    with nobody_searches():
        verdict = judge(row)
    assert verdict.kind not in PROVED, verdict.message


def test_nobody_searches() -> None:
    """What samples break is refuted, undecided without them, and refuted again behind."""
    claim = r"\sin(x) \cos(e^y) = x + y"
    assert symdl.check(claim).kind == "refuted"
    with nobody_searches():
        assert symdl.check(claim).kind == "undecided"
    assert symdl.check(claim).kind == "refuted"
