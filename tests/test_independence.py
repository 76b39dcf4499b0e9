"""A verdict depends on nothing but its claim: not on what was checked before, nor on where."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from symdl import checking, findings
from symdl.document.places import formula_files, library_folder, shown
from symdl.evidence.bounds.ranges import BITS
from symdl.evidence.surroundings import key, narrowed
from symdl.evidence.work import Exhausted, allowance, remembered, spend
from symdl.runs import running, workers
from symdl.runs.limits import Limits
from symdl.runs.workers import guarded

FILES = [(shown(path), path.read_bytes()) for path in formula_files(library_folder())]
SHARE = 6
"""Every so-manieth piece of the library is judged."""
Place = tuple[int, int]


def pieces() -> list[tuple[Place, findings.Piece]]:
    """Some pieces of the library, spread over all files."""
    found = [
        ((i, j), piece)
        for i, (name, data) in enumerate(FILES)
        for j, piece in enumerate(checking.pieces_of_file(name, data))
    ]
    return found[::SHARE]


def judged(piece: findings.Piece) -> list[dict[str, Any]]:
    return [finding.as_dict() for finding in piece.findings(checking.judge)]


def alone(place: Place) -> list[dict[str, Any]]:
    name, data = FILES[place[0]]
    return judged(checking.pieces_of_file(name, data)[place[1]])


def test_forwards_backwards_and_alone_the_findings_are_the_same() -> None:
    forwards = {place: judged(piece) for place, piece in pieces()}
    backwards = {place: judged(piece) for place, piece in reversed(pieces())}
    assert backwards == forwards
    if workers.can_fork():
        for place in random.Random(1).sample(sorted(forwards), 20):
            assert guarded(lambda place=place: alone(place), Limits(60)) == forwards[place]


@pytest.mark.parametrize("jobs", [1, 3])
def test_jobs_change_nothing(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small chunks, so that one file is in many hands."""
    from symdl.runs import dispatch

    names = [name for name, _ in FILES if "/activation/s" in name]
    assert len(names) > 5
    expected = [f for name in names for f in checking.check_bytes(name, Path(name).read_bytes())]
    monkeypatch.setattr(dispatch, "FIRST", 3)
    monkeypatch.setattr(dispatch, "CHUNK", 2)
    for given in (names, names[::-1]):
        found = running.check_paths(given, cached=False, jobs=jobs)
        assert sorted(map(str, found.findings)) == sorted(map(str, expected))
        files = list(dict.fromkeys(f.file for f in found.findings))
        assert [Path(name).name for name in files] == [Path(name).name for name in given]


def test_a_claim_is_judged_in_what_it_speaks_of() -> None:
    """Without the rest of its scope nothing changes; the key knows everything that matters."""
    seen: dict[str, str] = {}

    def judge(claim: checking.Claim) -> checking.Verdict:
        near = narrowed(claim)
        verdict = checking.judge(claim)
        assert checking.judge(near) == verdict
        told = f"{verdict.kind} {verdict.method} {verdict.message}"
        assert seen.setdefault(key(near), told) == told
        return verdict

    for _, piece in pieces()[::3]:
        list(piece.findings(judge))


def claim_of(text: str, given: tuple[str, ...] = (), **symbols: str) -> checking.Claim:
    from symdl.document.source import Source
    from symdl.evidence.claims_read import claims
    from symdl.expression.reading import read
    from symdl.library.given import scope_of

    scope = scope_of(given, symbols, text)
    (claim,) = claims(read(Source("x", text), scope), scope)
    return claim


SAME = [
    (("f(x) = 1", ("f(x) = x^2",)), ("f(x) = 1", ("f(x) = x^2", "g(x) = x"))),
    (("f(x) = 1", ("f(x) = x^2",)), ("f(x) = 1", ("g(x) = f(x)", "f(x) = x^2"))),
]
DIFFERENT = [
    (("f(x) = 1", ("f(x) = x^2",)), ("f(x) = 1", ("f(x) = x^3",))),
    (("f(x) = 1", ("f(x) = g(x)", "g(x) = x")), ("f(x) = 1", ("f(x) = g(x)", "g(x) = 2x"))),
    (("f(x) = 1", ("f(x) = x^2",)), ("f(x) = 1", ("f(x) = x^2", "x > 0"))),
    (("a + b = 1", ("a = 2",)), ("a + b = 1", ("b = 2",))),
    (("m_3 = 1", ("m_t = m_{t-1}", "m_0 = 1")), ("m_3 = 1", ("m_t = m_{t-1}", "m_0 = 2"))),
    (("x + 1 = y", ()), ("x + 1.0 = y", ())),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_what_does_not_bear_on_a_claim_leaves_its_key(first: Any, second: Any) -> None:
    assert key(narrowed(claim_of(*first))) == key(narrowed(claim_of(*second)))


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_what_bears_on_a_claim_changes_its_key(first: Any, second: Any) -> None:
    assert key(narrowed(claim_of(*first))) != key(narrowed(claim_of(*second)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"x": "real"}, {"x": "real > 0"}),
        ({"x": "real"}, {"x": "integer"}),
        ({"x": "vector(n)"}, {"x": "vector(m)"}),
        ({"x": "vector(n)"}, {"x": "vector(n)", "n": "integer >= 3"}),
        ({}, {"x": "real"}),
    ],
)
def test_declarations_are_part_of_the_key(first: dict[str, str], second: dict[str, str]) -> None:
    assert key(narrowed(claim_of("x = x + 0", **first))) != key(
        narrowed(claim_of("x = x + 0", **second))
    )


def test_a_remembered_answer_costs_what_it_cost() -> None:
    calls = []

    @remembered(2)
    def dear(steps: int) -> int:
        calls.append(steps)
        with allowance(1_000):
            spend(steps)
            return steps

    def left_after(first: int, total: int) -> bool:
        try:
            with allowance(total):
                dear(first)
                spend(50)
        except Exhausted:
            return False
        return True

    for _ in range(2):  # asked for the first time and again: the same
        assert left_after(100, 150)
        assert not left_after(100, 149)
    assert calls == [100]
    assert not left_after(300, 10)  # its own allowance is whole where little is left
    assert left_after(300, 350)
    assert calls == [100, 300]
    dear(100)
    dear(400)
    dear(300)
    assert calls == [100, 300, 400, 300]  # 300 was asked for longest ago


def test_a_remembered_answer_belongs_to_its_precision() -> None:
    from flint import arb

    from symdl.evidence.balls import precision

    @remembered(8)
    def third() -> arb:
        return arb(1) / 3

    with precision(BITS):
        rough = third().rad()
    with precision(4 * BITS):
        assert third().rad() < rough
    with precision(BITS):
        assert third().rad() == rough


def test_a_name_that_another_reading_declared_is_none_that_this_one_declares() -> None:
    """Terms are shared: whether somebody declared a name is asked of the scope."""
    from symdl.expression.reading import survey_document
    from symdl.expression.symbols import declare
    from symdl.expression.term import make

    kept = make("symbol", data=declare("x", "sequence"))
    found = survey_document([r"x_{t+1} = x_t - \eta x_t", "x_0 = 1"])
    assert found.symbols["x"] == kept.data
    assert not found.declares("x")
