"""Evidence made by somebody who knows the format, for what is false: the second checker rejects it.

Each certificate has the form that an honest one would have, of a verdict that is wrong; for the
proofs in it all that might close them is tried.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

import pytest
from claim_bank import bank
from test_recheck_goals import _alter as alter

from symdl.certifying import STATEMENT, certify, claims_of, recheck
from symdl.document.errors import Error
from symdl.evidence.record import Data, document, statement
from symdl.version import VERSION

OPEN: Data = {"kind": "proof", "slots": 9, "steps": []}
"""A proof of which the steps are still to be filled in."""


def means(*goals: Data, **keys: Data) -> Data:
    return {"kind": "means", "reading": 0, "goals": list(goals), **keys}


def fails(*goals: Data, which: tuple[int, ...] = (0,), **keys: Data) -> Data:
    return {"kind": "fails", "which": list(which), "part": 0, "goals": list(goals), **keys}


def at(*values: Data, goals: int) -> Data:
    return {"kind": "at", "at": list(values), "goals": [OPEN] * goals}


def to(place: Data, side: int, goals: int) -> Data:
    return {"kind": "at", "to": place, "side": side, "goals": [OPEN] * goals}


def crossing(low: str, high: str, goals: int) -> Data:
    return {"kind": "crossing", "ends": [low, high], "sign": 1, "goals": [OPEN] * goals}


def integral(*pieces: Data, goals: int) -> Data:
    return {"kind": "integral", "pieces": list(pieces), "goals": [OPEN] * goals}


X = [0]
INVERSE = [0, ["div", 2, 0], "1"]
PROVED: list[tuple[str, dict[str, str], Data]] = [
    # nothing is said of anything: no value is defined, no value meets the conditions
    (r"\frac{1}{0} = 1", {}, means(OPEN, at(goals=2))),
    (r"\log(-1) = 3", {}, means(OPEN, at(goals=2))),
    (r"\sqrt{-1 - x^2} = 7", {}, means(OPEN, at("0", goals=2))),
    (r"x = x + 1 \text{ if } x > 1 \text{ and } x < 0", {}, means(OPEN, at("2", goals=4))),
    (r"\frac{x}{x - x} = 5", {}, means(OPEN, at("1", goals=2))),
    (r"\lim_{x \to \infty} (x - y) = 5 \text{ if } y > 2x", {},
     means(OPEN, OPEN, at("1", goals=3), at("1", goals=3))),
    # what is said to be a constant grows, what is said to be taken is not
    (r"x^2 = O(x) \text{ as } x \to \infty", {}, means(at(X, goals=1))),
    (r"x^2 = O(x) \text{ as } x \to \infty", {}, means(at("1000", goals=1))),
    (r"\max_x \tanh x = 1", {}, means(OPEN, to("infinity", 1, 1), at("0", goals=2))),
    (r"\sup_x x = 5", {}, means(OPEN, at("5", goals=1), at("0", "1", goals=2))),
    (r"\arg\max_x (1 - x^2) = 1", {}, means(at("1", goals=6))),
    # functions that jump, and integrals across poles
    (r"\operatorname{sign}([-1, 1]) = [-1, 1]", {},
     means(OPEN, at("-1", goals=3), OPEN, at("1", goals=3), OPEN, *[at("1", goals=4)] * 2)),
    (r"\int_{-1}^1 \frac{1}{x^2} \, dx = -2", {},
     means(integral([None, ["-1", 0, ["div", 0, 1]], ["1"], ["-1"]], goals=8), at(goals=1))),
    (r"\int_0^1 x \, dx = 1", {}, means(integral([None, X, ["0"], ["1"]], goals=8), at(goals=1))),
    (r"\int_0^1 x \, dx = 0", {}, means(integral(goals=1), at(goals=1))),
    # digits
    (r"\pi \approx 3.15", {}, means(OPEN, at(goals=2), side="right")),
    (r"\pi = 3.14", {}, means(OPEN, at(goals=2))),
    # entries, indices and labels
    (r"x_i = x_j", {"x": "vector(300)"}, means(OPEN, at("1", "1", goals=2))),
    (r"(X X^T)_{12} = (X X^T)_{11}", {"X": "matrix(64, 64)"}, means(OPEN, at("1", "1", goals=2))),
]  # fmt: skip
REFUTED: list[tuple[str, dict[str, str], Data]] = [
    # entries of what is made of other arrays have no values of their own
    (r"(X X^T)_{11} \ge 0", {"X": "matrix(64, 64)"}, fails(at("-1", goals=1))),
    (r"\operatorname{softmax}(z)_1 > 0", {"z": "vector(300)"}, fails(at("-1", goals=1))),
    (r"(Z^T)_{12} = Z_{21}", {"Z": "matrix(300, 300)"}, fails(at("1", "2", goals=1))),
    (r"(x + x)_1 = 2 x_1", {"x": "vector(300)"}, fails(at("1", "2", goals=1))),
    # the same entry twice
    (r"x_i = x_1 \text{ if } i = 1", {"x": "vector(300)"}, fails(at("1", "1", "2", goals=2))),
    (r"x_i = x_1 \text{ if } i = 1", {"x": "vector(300)"}, fails(at("1", "2", "1", goals=2))),
    (r"x_{i + j} = x_{j + i}", {"x": "vector(300)"}, fails(at("1", "2", goals=1))),
    (r"2 w^{(l)} = 2 w^{(1)} \text{ if } l = 1", {}, fails(at("1", "1", "2", goals=2))),
    (r"2 w^{(l)} = 2 w^{(1)} \text{ if } l = 1", {}, fails(at("1", "2", "1", goals=2))),
    # points outside of the domain, of the conditions, or where a side has no value
    (r"n \ge 1", {"n": "integer >= 1"}, fails(at("1/2", goals=2))),
    (r"n \ge 1", {"n": "integer >= 1"}, fails(at("0", goals=2))),
    (r"x^2 > 0 \text{ if } x \ne 0", {}, fails(at("0", goals=2))),
    (r"\frac{x}{x} = 1", {}, fails(at("0", goals=1))),
    (r"2 n \ne 1", {"n": "integer"}, fails(crossing("0", "1", 3))),
    (r"\frac{1}{x} \ne 0", {}, fails(crossing("-1", "1", 3))),
    (r"\lfloor x \rfloor \ne \frac{1}{2}", {}, fails(crossing("0", "1", 3))),
    # a limit from the wrong side, an end that is not reached
    (r"\lim_{x \to 0^+} \frac{1}{x} = \infty", {}, fails(at("-1", goals=1))),
    (r"\lim_{x \to 0^+} \frac{1}{x} = \infty", {}, fails(to("0", -1, 1))),
    (r"\sup_x \tanh x = 1", {}, fails(at("1/2", goals=2), which=(1,))),
    (r"\max_x (1 - x^2) = 1", {}, fails(at("2", goals=1))),
    (r"\pi \approx 3.14", {}, fails(at(goals=1), side="right", which=(0, 0))),
]  # fmt: skip
LARGE, KNOWN, NONE = ["large", [[["1"]]]], ["known"], ["form", []]
EXP, FORM = ["value", "exp", [[["1", 0, 1]]]], ["form", [[1, 1]]]
STEPS = [
    list(steps)
    for most, words in ((4, (KNOWN, LARGE)), (3, (KNOWN, NONE)), (3, (EXP, FORM, KNOWN)))
    for n in range(most)
    for steps in product(words, repeat=n)
]
"""What might close a proof that is so simple."""


def _filled(certificate: Data, draw: Random | None, steps: Data) -> Data:
    """The certificate with the same steps in each proof, or with drawn ones."""
    if certificate["kind"] == "proof":
        return {**certificate, "steps": steps if draw is None else draw.choice(STEPS)}
    goals = [_filled(one, draw, steps) for one in certificate.get("goals", ())]
    return {**certificate, "goals": goals}


def _statuses(latex: str, symbols: dict[str, str], verdict: str, certificate: Data) -> set[str]:
    """What the checker says of each claim of a statement for which somebody has such evidence."""
    source = {"latex": latex, "given": [], "symbols": symbols}
    first, *others = claims_of(STATEMENT, source)
    record = {
        "statement": statement(first), "verdict": verdict, "method": "", "slopes": [],
        "certificates": [certificate] * (len(first.parts) if verdict != "refuted" else 1),
    }  # fmt: skip
    silent = [
        {**record, "statement": statement(one), "verdict": "undecided", "certificates": []}
        for one in others
    ]
    return {recheck(document(VERSION, {STATEMENT: source}, [record, *silent]))[0][0]}


CASES = [
    *(((latex, symbols, "proved", cert)) for latex, symbols, cert in PROVED),
    *(((latex, symbols, "refuted", cert)) for latex, symbols, cert in REFUTED),
]


@pytest.mark.parametrize(
    ("latex", "symbols", "verdict", "certificate"), CASES, ids=[f"{c[2]} {c[0]}" for c in CASES]
)
def test_what_is_false_has_no_evidence(
    latex: str, symbols: dict[str, str], verdict: str, certificate: Data
) -> None:
    draw = Random(latex)
    verdict = "rounded" if "side" in certificate and verdict == "proved" else verdict
    for steps in STEPS:
        made = _filled(certificate, None, steps)
        assert _statuses(latex, symbols, verdict, made) == {"rejected"}, made
    for _ in range(10):
        made = _filled(certificate, draw, [])
        assert _statuses(latex, symbols, verdict, made) == {"rejected"}, made


# --- the opposite of what is true, with the evidence of what is true ----------------------------

OPPOSITE = {"=": r"\ne", r"\le": ">", r"\ge": "<"}
CLAIMS = [c for c in bank() if c.true and sum(c.statement.count(r) for r in OPPOSITE) == 1][::15]


def _altered(certificates: Data, draw: Random) -> Iterator[Data]:
    yield certificates
    for _ in range(12):
        changed = copy.deepcopy(certificates)
        for _ in range(draw.randint(1, 2)):
            alter(changed, draw)
        yield changed


@pytest.mark.parametrize("claim", CLAIMS, ids=[c.statement for c in CLAIMS])
def test_the_evidence_of_a_claim_is_none_of_its_opposite(claim: Any) -> None:
    (relation,) = (r for r in OPPOSITE if r in claim.statement)
    opposite = claim.statement.replace(relation, OPPOSITE[relation])
    try:
        given, symbols = list(claim.given), claim.symbols
        evidence = certify(claim.statement, given=given, symbols=symbols)
        other = certify(opposite, given=given, symbols=symbols)
    except Error as problem:
        pytest.skip(f"it is not read: {problem}")
    if [status for status, *_ in recheck(evidence)] != ["certified"] or len(other["records"]) > 1:
        pytest.skip("not certified, or several claims")
    (good,), (bad,) = evidence["records"], other["records"]
    assert bad["verdict"] != "proved"
    for forged in _altered(good["certificates"], Random(claim.statement)):
        record = {**bad, "verdict": "proved", "certificates": forged, "slopes": good["slopes"]}
        found = recheck(document(VERSION, other["sources"], [record]))
        assert [status for status, *_ in found] == ["rejected"], forged


BY_POINTS = (
    # false near zero alone
    r"x^2 \ge 1",
    r"|\sigma'(x)| \le \frac15",
    r"\tanh'(x) \le \frac12",
    r"x^3 \ge x",
    # a value beyond the end, an end that no value is near to, another place of the extremum
    r"\max_x x e^{-x} = 0.36787944",
    r"\max_{0 \le x \le 1} x(1 - x) = \frac13",
    r"\min_x \frac{1}{1 + x^2} = -1",
    r"\arg\max_x x e^{-x} = \frac{33}{32}",
    r"\arg\min_x (x^2 - 1)^2 = 1",
    r"\arctan(\mathbb{R}) = (-2, 2)",
    r"\cos(\mathbb{R}) = [-2, 1]",
    r"\sin([0, 3]) \subseteq [0, 0.9999]",
    # integrals, with ends at infinity, where there is no value, and with parameters
    r"\int_0^1 x^2 \, dx = \frac12",
    r"\int_0^1 x^2 \, dx \ge 0.34",
    r"\int_1^0 |x - \frac12| \, dx = \frac14",
    r"\int_{-\infty}^\infty e^{-x^2} \, dx = \pi",
    r"\int_0^1 \frac{1}{\sqrt{x}} \, dx = 1",
    r"\int_0^\infty e^{-a^2 x} \, dx = \frac{1}{a} \text{ if } a \ge 2",
    # limits near to the one that is said, at a place, of one side
    r"\lim_{x \to \infty} \arctan x = \frac32",
    r"\lim_{x \to 0} \frac{e^x - 1 - x}{x^2} = 1",
    r"\lim_{x \to 2} \sigma(x) = 0.88",
    r"\lim_{|x| \to \infty} \sigma(x) = 1",
    # digits
    r"\tanh(1) \approx 0.7614",
)


@pytest.mark.parametrize("claim", BY_POINTS)
def test_what_is_false_is_no_proof_by_points(claim: str) -> None:
    assert _by_points(claim) == "rejected"


TRUE_BY_POINTS = (
    r"\max_x x e^{-x} = \frac1e",
    r"\max_x \frac{1}{1 + (x - 10^{30})^2} = 1",
    r"\max_x \frac{1}{1 + (x - 10^{300})^2} = 1",
    r"\lim_{x \to \infty} e^{-x / 10^{25}} = 0",
    r"\lim_{x \to \infty} e^{-e^{x / 10^{25}}} = 0",
    r"\sup_x (1 - e^{-x}) = 1",
    r"\sup_{x > 2} (1 - \frac{1}{\log x}) = 1",
    r"\arg\max_x x e^{-x} = 1",
    r"\exp([0, \log 2]) = [1, 2]",
    r"\int_{-\infty}^\infty \frac{1}{\sqrt{2\pi}} e^{-(x - 1000)^2/2} \, dx = 1",
    r"\int_0^1 \log x \, dx = -1",
    r"\int_2^\infty \frac{1}{x \log^2 x} \, dx = \frac{1}{\log 2}",
    r"\int_{-1}^2 \max(0, x) \, dx = 2",
    r"\lim_{x \to \infty} \frac{1}{\log \log x} = 0",
    r"\lim_{x \to \infty} x^{100} e^{-x} = 0",
    r"\lim_{n \to \infty} \left(1 + \frac{1}{n}\right)^n = e",
    r"\tanh(1) \approx 0.7616",
    r"\sqrt{2} = 1.414",
    r"\pi \approx 3.1415",
)


@pytest.mark.parametrize("claim", TRUE_BY_POINTS)
def test_what_is_true_is_not_rejected_by_points(claim: str) -> None:
    assert _by_points(claim) in ("retested", "untested")


def _by_points(claim: str) -> str:
    """What is said of a claim of which somebody says that points show it."""
    source = {"latex": claim, "given": [], "symbols": {}}
    (stated,) = claims_of(STATEMENT, source)
    points: Data = {"kind": "points"}
    record = {
        "statement": statement(stated),
        "verdict": "rounded" if r"\approx" in claim or r"= 1.4" in claim else "proved",
        "method": "", "slopes": [points] * len(stated.derived),
        "certificates": [points] * len(stated.parts),
    }  # fmt: skip
    return recheck(document(VERSION, {STATEMENT: source}, [record]))[0][0]
