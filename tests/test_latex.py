"""LaTeX to Syntax: tables of trees and of refusals, and what holds of every input."""

from __future__ import annotations

import gc
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from syntax_text import children, text

from symdl.document.errors import ReadError
from symdl.document.source import Source
from symdl.latex.parser import parse
from symdl.latex.table import TOKENS

CASES = Path(__file__).parent / "cases"


def table(name: str, arrow: str) -> list[list[str]]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    kept = (line for line in lines if line.strip() and not line.startswith("# "))
    return [[part.strip() for part in line.split(arrow)] for line in kept]


def tree(latex: str) -> str:
    return text(parse(Source("", latex)).tree)


def refusal(latex: str) -> ReadError:
    with pytest.raises(ReadError) as caught:
        parse(Source("", latex))
    return caught.value


@pytest.mark.parametrize(("latex", "expected"), table("latex_trees.txt", " => "))
def test_tree(latex: str, expected: str) -> None:
    assert tree(latex) == expected


@pytest.mark.parametrize(("latex", "covered", "message"), table("latex_errors.txt", " !! "))
def test_refusal(latex: str, covered: str, message: str) -> None:
    error = refusal(latex)
    assert error.span is not None
    assert error.span.text == covered
    assert message in error.message


def test_nothing_to_read() -> None:
    for latex in ("", "  ", "% only a comment", r"\,", "{}", r"\tag{1}"):
        assert "nothing to read" in refusal(latex).message


def test_near_names_are_told() -> None:
    assert refusal(r"\alhpa").hint == r"did you mean \alpha?"
    assert refusal(r"\begin{bmatrx} 1 \end{bmatrx}").hint == "did you mean bmatrix?"


def test_labels_and_punctuation_are_kept() -> None:
    parsed = parse(Source("", r"a \stackrel{(a)}{=} b \label{eq:1} \tag{2} \,."))
    assert parsed.labels == ("(a)", "eq:1", "2")
    assert parsed.punctuation == "."


def test_places_are_those_of_the_characters() -> None:
    source = Source("", r"y = \frac{a}{b} + \hat{m}_t")
    chain = parse(source).tree
    fraction, moment = children(children(chain)[1])
    assert fraction.span(source).text == r"\frac{a}{b}"
    assert moment.span(source).text == r"\hat{m}_t"
    assert chain.span(source).text == source.text


def test_wrapping_dollars_are_not_mathematics() -> None:
    for latex in ("$x^2$", "$$x^2$$", r"\[x^2\]", r"\(x^2\)", " x^2 "):
        assert tree(latex) == "(scr x ^2)"


# What holds of every input -----------------------------------------------------------------

PIECES = sorted(TOKENS) + [
    " ", "\n", "x", "1", "12", "0.5", "1,200", "1e-8", "W1", "{", "}", "{", "}", "(", ")", "[", "]",
    "|", "||", "^", "_", "&", r"\\", r"\left(", r"\right)", r"\left|", r"\right|", r"\text{if }",
    r"\text{otherwise}", r"\text{and}", r"\text{where}", r"\mathrm{d}x", r"\mathrm{a+b}", "dx",
    r"\begin{cases}", r"\end{cases}", r"\begin{aligned}", r"\end{aligned}", r"\begin{bmatrix}",
    r"\end{bmatrix}", r"\begin{array}{c}", r"\end{array}", r"\operatorname{f}", r"\frac{1}{2}",
    r"\text{if $x$}", r"\stackrel{def}{=}", r"\underset{x}", r"\label{a}", "%", "$", "é", "²", "'",
    r"\operatorname*{arg\,max}", r"\substack{a\\b}", r"\foo", "\x00", "\u2003", "٣",
]  # fmt: skip
inputs = st.one_of(
    st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
)


@settings(max_examples=500, deadline=None)
@given(inputs)
@example(r"\text{, if } x")
@example(r"]0,1[")
@example(r"&= 1 \end{aligned}")
@example(r"{}_2F_1")
@example(r"\int \frac{dx}{x} ")
def test_any_input_is_read_or_refused(latex: str) -> None:
    problem, parsed = None, None
    try:
        parsed = parse(Source("", latex))
    except ReadError as error:
        problem = error
    if parsed is not None:
        check_places(parsed.tree, 0, len(latex))
    else:
        assert problem is not None
        assert problem.message
        assert problem.span is not None
        assert 0 <= problem.span.start <= problem.span.end <= len(latex)


def check_places(node: object, start: int, end: int) -> None:
    assert start <= node.start <= node.end <= end, (node, start, end)  # type: ignore[attr-defined]
    for child in children(node):  # type: ignore[arg-type]
        check_places(child, node.start, node.end)  # type: ignore[attr-defined]


HOSTILE = {
    "brackets": "(" * 5000 + "x" + ")" * 5000,
    "braces": "{" * 100_000,
    "braced letters": "{x" * 50_000,
    "a sum without end": "x+" * 100_000,
    "bars": "|" * 200_000,
    "carets": "^" * 200_000,
    "fractions": r"\frac" * 40_000,
    "digits": "1" * 1_000_000,
    "left": r"\left(" * 30_000,
    "prefixes": r"\sqrt\hat\log\sum" * 8_000,
    "exponent": "1e999999999",
    "environments": r"\begin{matrix}" * 10_000,
    "text": r"\text{" * 30_000,
    "marks": r"\overset{a}" * 15_000,
    "evaluations": "x|_1" * 1000,
    "words": r"x\text{and}" * 1000 + "x",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_refused_at_once(name: str) -> None:
    gc.disable()  # what else is in memory is not at trial
    try:
        start = time.process_time()
        refusal(HOSTILE[name])
        used = time.process_time() - start
    finally:
        gc.enable()
    # A tenth of a second is the promise; a busy machine may take some times longer.
    assert used < 0.5


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("(", ")"), (r"\frac{1}{", "}"), (r"\left[", r"\right]"), ("x^{", "}"), (r"\sqrt{", "}")],
)
def test_depth_of_150_is_read(opening: str, closing: str) -> None:
    waiting, depth = [parse(Source("", opening * 150 + "x" + closing * 150)).tree], 0
    while waiting:
        waiting = [child for node in waiting for child in children(node)]
        depth += 1
    assert depth > 150


def test_long_input_is_linear() -> None:
    def seconds(count: int) -> float:
        source = Source("", "x_1+" * count + "|x|(a,b)" * count + "1")
        best = 1e9
        for _ in range(3):
            start = time.process_time()
            parse(source)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(8_000) < 6 * seconds(2_000) + 0.05
