"""Claims over all x: tables of claims, and oracles that share no code with the rungs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import mpmath
import pytest
from claim_tables import check_row, judge, table

TABLES = (
    "extrema.txt",
    "entries_of_sums.txt",
    "kinks.txt",
    "series.txt",
    "integrals.txt",
    "growth.txt",
    "solutions.txt",
    "two_points.txt",
    "parts_of_sums.txt",
)
mp: Any = mpmath.mp.clone()
mp.dps = 30


@pytest.mark.parametrize(("claim", "expected"), [r for name in TABLES for r in table(name)])
def test_claims_over_all_x(claim: str, expected: str) -> None:
    check_row(claim, expected)


INTEGRANDS: dict[str, Callable[[Any], Any]] = {
    r"x^3 - 2x + 1": lambda x: x**3 - 2 * x + 1,
    r"x e^{-x^2}": lambda x: x * mp.exp(-(x**2)),
    r"(1 + 3x) e^{-2x}": lambda x: (1 + 3 * x) * mp.exp(-2 * x),
    r"x^2 e^{-x^2 + x}": lambda x: x**2 * mp.exp(-(x**2) + x),
    r"x \cos(3x)": lambda x: x * mp.cos(3 * x),
    r"\sin^2 x": lambda x: mp.sin(x) ** 2,
    r"\tanh(x - 1)": lambda x: mp.tanh(x - 1),
    r"\frac{1}{x^2 + 2x + 5}": lambda x: 1 / (x**2 + 2 * x + 5),
    r"\frac{x}{1 + x^2}": lambda x: x / (1 + x**2),
    r"x^2 \log(x + 3)": lambda x: x**2 * mp.log(x + 3),
    r"\sqrt{x + 3}": lambda x: mp.sqrt(x + 3),
    r"\operatorname{erf}(2x)": lambda x: mp.erf(2 * x),
    r"|x - \frac{1}{2}| e^{x}": lambda x: abs(x - mp.mpf(1) / 2) * mp.exp(x),
    r"\max(x, 1 - x^2)": lambda x: max(x, 1 - x**2),
    r"2^{-x}": lambda x: mp.mpf(2) ** (-x),
    r"\frac{e^x}{1 + e^x}": lambda x: mp.exp(x) / (1 + mp.exp(x)),
    r"\frac{1}{(x + 4)^3}": lambda x: 1 / (x + 4) ** 3,
    r"e^{-x^4}": lambda x: mp.exp(-(x**4)),
    r"\arctan(x)": lambda x: mp.atan(x),
}
ENDS = ((-1, 2), (0, 1), (-2, 0))


@pytest.mark.parametrize(("body", "ends"), product(INTEGRANDS, ENDS))
def test_integrals_against_another_quadrature(body: str, ends: tuple[int, int]) -> None:
    """Twelve digits are right, and a wrong twelfth digit is refuted."""
    low, high = ends
    cuts = [low, *(c for c in (mp.mpf(1) / 2, (mp.sqrt(5) - 1) / 2) if low < c < high), high]
    value = mp.quad(INTEGRANDS[body], cuts)
    digits = mp.nstr(value, 12, strip_zeros=False, min_fixed=-20, max_fixed=20)
    claim = rf"\int_{{{low}}}^{{{high}}} \left({body}\right) dx \approx "
    found = judge(claim + digits).kind
    assert found in ("rounded", "proved") or (found == "undecided" and r"\max" in body)
    last = int(digits[-1])
    wrong = judge(claim + digits[:-1] + str((last + 5) % 10)).kind
    assert wrong == "refuted" or (wrong == "undecided" and r"\max" in body)


EXTREMA: dict[str, tuple[Callable[[Any], Any], float, float]] = {
    # body: the same for mpmath, and an interval in which its least value is taken
    r"x e^x": (lambda x: x * mp.exp(x), -2, 0),
    r"x^4 - 3x^2 + x": (lambda x: x**4 - 3 * x**2 + x, -2, -1),
    r"e^x - 2x": (lambda x: mp.exp(x) - 2 * x, 0, 1),
    r"x \tanh(\log(1 + e^x))": (lambda x: x * mp.tanh(mp.log(1 + mp.exp(x))), -2, 0),
    r"\frac{x}{1 + x^2}": (lambda x: x / (1 + x**2), -2, 0),
    r"(x - 1)^2 + \sin x": (lambda x: (x - 1) ** 2 + mp.sin(x), 0, 1),
    r"x^2 + |x - 1|": (lambda x: x**2 + abs(x - 1), 0, 1),
    r"\log(1 + e^{-x}) + \frac{x^2}{10}": (lambda x: mp.log(1 + mp.exp(-x)) + x**2 / 10, 0, 3),
}


@pytest.mark.parametrize("body", EXTREMA)
def test_extreme_values_against_ternary_search(body: str) -> None:
    """Ten digits of the least value are right, and a wrong tenth digit is refuted."""
    f, low, high = EXTREMA[body]
    a, b = mp.mpf(low), mp.mpf(high)
    for _ in range(160):
        left, right = a + (b - a) / 3, b - (b - a) / 3
        a, b = (a, right) if f(left) < f(right) else (left, b)
    digits = mp.nstr(f((a + b) / 2), 10, strip_zeros=False)
    claim = rf"\min_x \left({body}\right) \approx "
    assert judge(claim + digits).kind in ("rounded", "proved")
    last = int(digits[-1])
    assert judge(claim + digits[:-1] + str((last + 5) % 10)).kind == "refuted"
