"""Claims about states of recurrences: which are held, and which hang together."""

from __future__ import annotations

from pathlib import Path

import pytest

from symdl import check

CASES = [
    tuple(part.strip() for part in line.split(" | "))
    for line in (Path(__file__).parent / "cases" / "recurrence_claims.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("kind", "claim", "given"), CASES)
def test_claims(kind: str, claim: str, given: str) -> None:
    assert check(claim, given=given.split(" ; ")).kind == kind


SOFTMAX = r"y_i = e^{g_i} / \sum_m e^{g_m}"


@pytest.mark.parametrize(
    ("kind", "claim"),
    [
        ("proved", r"\frac{\partial y_i}{\partial g_i} = y_i(1 - y_i)"),
        ("proved", r"\frac{\partial y_i}{\partial g_j} = y_i(\mathbb{1}[i=j] - y_j)"),
        ("refuted", r"\frac{\partial y_i}{\partial g_i} = y_i(1 + y_i)"),
    ],
)
def test_the_derivative_of_an_entry_in_an_entry(kind: str, claim: str) -> None:
    assert check(claim, given=[SOFTMAX], symbols={"g": "vector(n)"}).kind == kind


def test_given_sums_are_written_out_at_sizes() -> None:
    given = [
        r"p_i = \frac{e^{x_i}}{\sum_j e^{x_j}}",
        r"L = -\sum_k t_k \log p_k",
        r"\sum_k t_k = 1",
    ]
    symbols = {"x": "vector(n)", "t": "vector(n)"}
    claim = r"\frac{\partial L}{\partial x_i} = p_i - t_i"
    assert check(claim, given=given, symbols=symbols).kind == "proved"
    assert check(claim, given=given[:2], symbols=symbols).kind == "refuted"


def test_the_norm_of_a_vector_by_an_entry() -> None:
    symbols = {"x": "vector(n)"}
    for kind, claim in (
        ("proved", r"\frac{\partial}{\partial x_j} \|x\|^2 = 2 x_j"),
        ("refuted", r"\frac{\partial}{\partial x_j} \|x\| = x_j"),
    ):
        assert check(claim, symbols=symbols).kind in (kind, "confirmed")
