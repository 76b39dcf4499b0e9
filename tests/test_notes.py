"""The worked numbers the project began with, by name, through the public faces."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import symdl

ROOT = Path(__file__).parents[1]

HOUSE = {"x": "real", "y": "real", "w": "real", "b": "real"}
LOSS = r"L = (y - (wx + b))^2"


def verdict(claim: str, given: list[str] | None = None, **symbols: str) -> symdl.Verdict:
    """The verdict on a claim under what is given."""
    return symdl.check(claim, given=given or [], symbols=symbols)


def test_the_matrix_product_is_19_22_43_50() -> None:
    given = [
        r"A = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
        r"B = \begin{bmatrix} 5 & 6 \\ 7 & 8 \end{bmatrix}",
    ]
    right = r"AB = \begin{bmatrix} 19 & 22 \\ 43 & 50 \end{bmatrix}"
    assert verdict(right, given).kind == "proved"
    wrong = verdict(right.replace("43", "34"), given)
    assert wrong.kind == "refuted"
    assert wrong.counterexample is not None


@pytest.mark.parametrize(
    "claim",
    [
        r"\frac{\partial L}{\partial w} = -2x(y - (wx + b))",
        r"\frac{\partial L}{\partial b} = -2(y - (wx + b))",
    ],
)
def test_the_gradients_of_the_house_price(claim: str) -> None:
    assert verdict(claim, [LOSS], **HOUSE).kind == "proved"
    assert verdict(claim.replace("-2", "2"), [LOSS], **HOUSE).kind == "refuted"


def test_one_step_takes_w_to_102_and_b_to_0_002() -> None:
    given = [LOSS, "x = 1000", "y = 200000", "w = 100", "b = 0", r"\eta = 0.00000001"]
    assert verdict(r"\frac{\partial L}{\partial w} = -200,000,000", given).kind == "proved"
    assert verdict(r"\frac{\partial L}{\partial b} = -200,000", given).kind == "proved"
    assert verdict(r"w - \eta \frac{\partial L}{\partial w} = 102", given).kind == "proved"
    assert verdict(r"b - \eta \frac{\partial L}{\partial b} = 0.002", given).kind == "proved"
    assert verdict(r"w - \eta \frac{\partial L}{\partial w} = 101", given).kind == "refuted"


def test_the_first_adam_step_is_about_0_001() -> None:
    adam = symdl.load("adam")
    state = {"m": 0.0, "v": 0.0, "theta": 1.0}
    after = adam.step(state, g=0.4, t=1)
    assert after["m"] == pytest.approx(0.04)
    assert after["v"] == pytest.approx(0.00016)
    assert state["theta"] - after["theta"] == pytest.approx(0.001, rel=1e-7)


def test_gelu_in_both_forms() -> None:
    exact, approximate = symdl.load("gelu"), symdl.load("gelu_tanh")
    assert exact(x=1.0) == pytest.approx(0.8413447460685429, rel=1e-15)
    assert approximate(x=1.0) == pytest.approx(0.8411919906082768, rel=1e-15)
    tanh_form = r"0.5x(1 + \tanh(\sqrt{2/\pi}(x + 0.044715x^3)))"
    assert verdict(rf"\text{{GELU}}(x) \approx {tanh_form}").kind == "approximate"
    assert verdict(rf"\text{{GELU}}(x) = {tanh_form}").kind == "refuted"
    printed_wrong = verdict(rf"x \operatorname{{erf}}(x/\sqrt{{2}}) \approx {tanh_form}")
    assert printed_wrong.kind == "refuted"


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        ("3", "2, 3", r"2 \times 3"),
        ("2, 3", "2, 1", r"2 \times 3"),
        ("2, 3", "1, 3", r"2 \times 3"),
        ("4, 3, 2", "1, 3, 1", r"4 \times 3 \times 2"),
    ],
)
def test_shapes_that_broadcast(left: str, right: str, result: str) -> None:
    symbols = {"A": f"tensor({left})", "B": f"tensor({right})"}
    claim = rf"A + B \in \mathbb{{R}}^{{{result}}}"
    assert symdl.check(claim, symbols=symbols).kind == "proved"


@pytest.mark.parametrize(("left", "right"), [("2, 3", "4, 1"), ("4, 3, 2", "2, 1")])
def test_shapes_that_do_not(left: str, right: str) -> None:
    symbols = {"A": f"tensor({left})", "B": f"tensor({right})"}
    with pytest.raises(symdl.ShapeError, match="axis"):
        symdl.read("A + B", symbols=symbols)


def test_the_shapes_and_parameters_of_the_network() -> None:
    symbols = {"x": "matrix(16, 100)", "W": "matrix(100, 64)", "b": "vector(64)"}
    assert symdl.check(r"xW + b \in \mathbb{R}^{16 \times 64}", symbols=symbols).kind == "proved"
    count = r"100 \cdot 64 + 64 + 64 \cdot 32 + 32 + 32 \cdot 1 + 1 = 8577"
    assert verdict(count).kind == "proved"


def test_words_that_are_looked_for_first_miss_no_row() -> None:
    """Whatever a row of prose claims or of properties matches is not passed over beforehand."""
    from symdl.notes.prose.phrases import PHRASES, may_claim
    from symdl.notes.scope.properties import PROPERTIES
    from symdl.notes.scope.properties_said import properties_in

    texts = [path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md")]
    folders = ("tests/documents", "examples")
    texts += [p.read_text("utf-8") for f in folders for p in (ROOT / f).glob("*.md")]
    lines = {line for text in texts for line in text.splitlines()}
    matched = {row.name for row in PHRASES for line in lines if row.words.search(line)}
    assert len(matched) > 15
    for line in lines:
        if any(row.words.search(line) for row in PHRASES):
            assert may_claim(line), line
    for row in PROPERTIES:
        for word in re.findall(r"[a-z]{4,}", row.words.pattern):
            found = row.words.search(f"{word} matrices")
            if found is not None:
                assert list(properties_in(f"$A$ is {found[0]}", ())), word


def test_a_letter_is_one_number_whatever_lines_took_it_for() -> None:
    """A sigma that is positive by convention, and one that is any real number by a line before."""
    from symdl.evidence.claim import Claim
    from symdl.evidence.ladder import judge
    from symdl.expression.domain import POSITIVE
    from symdl.expression.scope import EMPTY
    from symdl.expression.term import Symbol, make
    from symdl.notes.judging import Wording, verdict_on
    from symdl.notes.scope.known import Known

    usual = make("symbol", data=Symbol("\\sigma", domain=POSITIVE))
    real = make("symbol", data=Symbol("\\sigma"))
    for one, other in ((usual, real), (real, usual)):
        root = make("sqrt", make("mul", one, one))
        for right, kind in ((other, "undecided"), (make("abs", other), "proved")):
            claim = Claim("identity", "=", root, right, EMPTY)
            assert verdict_on(claim, Known(), judge, Wording()).kind == kind
