"""Certificates of limits, images, extrema, integrals, growth and bounds: they show what is true,
and nothing false beside it, however they are altered."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from symdl.certifying import certify, recheck
from symdl.evidence.recheck.document import guarded
from symdl.evidence.recheck.goals import KINDS, shown
from symdl.evidence.recheck.words import Some
from symdl.evidence.record import Part, document
from symdl.expression.term import make, number, symbol
from symdl.version import VERSION

BESIDE = [
    (r"\lim_{x \to \infty} \tanh x = 1", r"\lim_{x \to \infty} \tanh x = \frac{99}{100}"),
    (r"\lim_{x \to 0^+} \frac{1}{x} = \infty", r"\lim_{x \to 0} \frac{1}{x} = \infty"),
    (r"\lim_{x \to \infty} x e^{-x} = 0", r"\lim_{x \to -\infty} x e^{-x} = 0"),
    (r"\lim_{x \to \infty} \frac{\sin x}{x} = 0", r"\lim_{x \to \infty} \sin x = 0"),
    (r"\log(1 + e^x) \sim x \text{ as } x \to \infty",
     r"\log(1 + e^x) \sim 2x \text{ as } x \to \infty"),
    (r"\log(1 + x) = O(x) \quad (x \to 0)", r"\log(1 + x) = O(x^2) \quad (x \to 0)"),
    (r"\tanh(\mathbb{R}) = (-1, 1)", r"\tanh(\mathbb{R}) = [-1, 1]"),
    (r"\tanh(\mathbb{R}) = (-1, 1)", r"\tanh(\mathbb{R}) = (-1, 2)"),
    (r"f([0, 1]) = [0, 1]", r"f((0, 1)) = [0, 1]"),
    (r"\max_x (1 - x^2) = 1", r"\max_x (1 - x^2) = 2"),
    (r"\sup_x x^2 = \infty", r"\sup_x (-x^2) = -\infty"),
    (r"\inf_x (-x^2) = -\infty", r"\inf_x x^2 = \infty"),
    (r"\sup_x \tanh x = 1", r"\max_x \tanh x = 1"),
    (r"\max_x x e^{-x} \approx 0.3679", r"\max_x x e^{-x} \approx 0.3677"),
    (r"\arg\max_x (1 - x^2) = 0", r"\arg\max_x (1 - x^2) = \frac{1}{2}"),
    (r"\int_0^1 x^2 \, dx = \frac{1}{3}", r"\int_0^1 x^2 \, dx = \frac{1}{2}"),
    (r"\int_0^\infty e^{-x} \, dx = 1", r"\int_{-1}^\infty e^{-x} \, dx = 1"),
    (r"\int_1^2 \frac{1}{x^2} \, dx = \frac{1}{2}",
     r"\int_{-1}^2 \frac{1}{x^2} \, dx = -\frac{3}{2}"),
    (r"x e^{-x} < \frac{37}{100}", r"x e^{-x} < \frac{36}{100}"),
]  # fmt: skip
GIVEN = [r"f(x) = x^2"]


def made(latex: str) -> tuple[dict[str, Any], str]:
    """The evidence for a claim, and its status."""
    evidence = certify(latex, given=GIVEN)
    return evidence, recheck(evidence)[0][0]


@pytest.mark.parametrize(("true", "false"), BESIDE, ids=[b[1] for b in BESIDE])
def test_a_certificate_shows_what_is_true_and_nothing_beside_it(true: str, false: str) -> None:
    evidence, status = made(true)
    assert status == "certified"
    other, _ = made(false)
    (good,), (bad,) = evidence["records"], other["records"]
    assert bad["verdict"].startswith("refuted")
    draw = Random(true + false)
    for forged in _forged(good["certificates"], draw):
        record = {**bad, "verdict": good["verdict"], "certificates": forged}
        record["slopes"] = bad["slopes"]
        found = recheck(document(VERSION, other["sources"], [record]))
        assert [status for status, _, _ in found] == ["rejected"], forged
    for forged in _forged(bad["certificates"], draw):
        record = {**good, "verdict": "refuted", "certificates": forged}
        found = recheck(document(VERSION, evidence["sources"], [record]))
        assert [status for status, _, _ in found] != ["certified"], forged


def _forged(certificates: Any, draw: Random) -> Iterator[Any]:
    """The certificates themselves, and with changes that somebody might hope for."""
    yield certificates
    for _ in range(25):
        changed = copy.deepcopy(certificates)
        for _ in range(draw.randint(1, 3)):
            _alter(changed, draw)
        yield changed


def _alter(data: Any, draw: Random) -> None:
    """One value in JSON data becomes another of its kind, is dropped, doubled or swapped."""
    places = [(inner, key) for inner in _inner(data) for key in _keys(inner)]
    inner, key = draw.choice(places)
    value = inner[key]
    if isinstance(value, str) and value.lstrip("-").replace("/", "").isdigit():
        inner[key] = str(Fraction(value) + draw.choice([1, -1, Fraction(1, 7)]))
    elif isinstance(value, str):
        names = [*KINDS, "proof", "infinity", "known", "form", "large", "law", "sum", "exp", "log"]
        inner[key] = draw.choice(names)
    elif isinstance(value, int):
        inner[key] = draw.choice([-value, value + 1, 0])
    elif isinstance(value, list) and value:
        draw.choice([value.pop, value.reverse, lambda: value.append(value[0]), value.clear])()


def _inner(data: Any) -> Iterator[Any]:
    yield data
    for value in data.values() if isinstance(data, dict) else data:
        if isinstance(value, dict | list):
            yield from _inner(value)


def _keys(inner: Any) -> list[Any]:
    return list(inner) if isinstance(inner, dict) else list(range(len(inner)))


PROOF = {"kind": "proof", "slots": 4, "steps": []}
EMPTY: list[tuple[str, Any]] = [
    (r"\int_0^1 x^2 \, dx = 0", {"kind": "integral", "pieces": [], "goals": []}),
    (r"f([0, 1]) = [0, 2]", {"kind": "means", "reading": 0, "goals": []}),
    (r"f([0, 1]) = [0, 2]", {"kind": "means", "reading": 0, "goals": [PROOF] * 5}),
    (r"\max_x (1 - x^2) = 2", {"kind": "at", "to": "infinity", "side": 1, "goals": []}),
    (r"x e^{-x} < 0", {"kind": "crossing", "ends": ["-1", "1"], "sign": 1, "goals": [PROOF] * 3}),
    (r"x e^{-x} < 0", {"kind": "cells", "ends": ["1", "2"], "goals": [PROOF] * 3}),  # no kind
    (r"1 < 0", PROOF),
    (r"1 < 0", {"kind": "fails", "which": [0], "goals": []}),
    (r"\pi = 3.1", {"kind": "means", "side": "right", "reading": 0, "goals": [PROOF]}),
    (r"\pi = 3.1", {"kind": "means", "bound": "1", "reading": 0, "goals": [PROOF]}),
    (r"\lim_{x \to \infty} \sin x = 0", {"kind": "means", "reading": 0, "goals": []}),
    (r"\lim_{x \to \infty} x = \infty", {"kind": "means", "goals": [{"kind": "means"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "certificate"), EMPTY)
def test_a_certificate_that_shows_nothing_is_rejected(latex: str, certificate: Any) -> None:
    evidence, _ = made(latex)
    (record,) = evidence["records"]
    for one in (certificate, {"kind": "means", "reading": 0, "goals": [certificate, PROOF]}):
        record.update(verdict="proved", certificates=[one])
        assert recheck(document(VERSION, evidence["sources"], [record]))[0][0] == "rejected"


X, Y = symbol("x"), symbol("y")
ABOVE = (Part(Y, "<=", X),)
FALSE = [
    (Some((X,), (), ABOVE, inner=Y), {"at": [[0]]}),  # the same number for all y
    (Some((X,), (), ABOVE, inner=Y), {"to": "infinity", "side": 1}),
    (Some((X,), (), ABOVE, closed=True), {"at": [[0]]}),
    (Some((X,), (), ABOVE, closed=True), {"to": "infinity", "side": 1}),
    (Some((X,), (make("relation", number(2), number(1), data=("<",)),), (), closed=True),
     {"at": ["0"]}),  # a condition that fails
]  # fmt: skip


@pytest.mark.parametrize(("some", "example"), FALSE)
def test_an_example_depends_on_nothing_that_is_said_for_all(some: Some, example: Any) -> None:
    for steps in ([], [["known"]], [["large", [[["1", 1, 1]]]], ["known"]]):
        proof = {"kind": "proof", "slots": 6, "steps": steps}
        cert = {"kind": "at", **example, "goals": [proof]}
        assert str(guarded(shown, some, cert)).startswith("rejected")
