"""Rational functions modulo a prime: values, bounds on degrees, and what is never said."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symdl.evidence.claim import Claim
from symdl.evidence.exact import exact
from symdl.evidence.finite_field import PRIME, degree, judge_in_finite_field, value
from symdl.expression.scope import EMPTY
from symdl.expression.term import Term, make, number, replace, symbol

x, y = symbol("x"), symbol("y")
TERMS = [
    (x + y) ** 3 / (x - y),
    -(x * y) + number(Fraction(1, 3)),
    (x / y) ** -2 + 1 / (x + 1),
    (x**5 - y) * (y**2 + x) ** 4,
]


@pytest.mark.parametrize("term", TERMS)
def test_values_are_those_of_exact_arithmetic(term: Term) -> None:
    for a, b in ((2, 3), (5, -7), (11, 4)):
        true = exact(replace(term, {x: number(a), y: number(b)}))
        assert true is not None
        expected = true.numerator * pow(true.denominator, -1, PRIME) % PRIME
        assert value(term, {x: a % PRIME, y: b % PRIME}) == expected


def test_degrees_bound_those_of_numerator_and_denominator() -> None:
    assert degree((x + y) ** 3 / (x - y)) == (3, 1)
    assert degree((x / y) ** -2) == (2, 2)
    assert degree(make("exp", x)) is None
    assert degree(x**y) is None


def claim(left: Term, right: Term) -> Claim:
    return Claim("identity", "=", left, right, EMPTY)


def test_equal_sides_are_confirmed_and_never_proved() -> None:
    power = (x * y + x + y + 1) ** 40
    verdict = judge_in_finite_field(claim(power, ((x + 1) * (y + 1)) ** 40))
    assert verdict is not None
    assert verdict.kind == "confirmed"
    assert "not a proof" in verdict.message


@pytest.mark.parametrize("wrong", [x**2 + 1, x**2 * (1 + number(Fraction(1, 10**9))), y**2])
def test_sides_that_differ_are_not_confirmed(wrong: Term) -> None:
    assert judge_in_finite_field(claim(x**2, wrong)) is None


def test_what_is_no_rational_function_is_left_alone() -> None:
    assert judge_in_finite_field(claim(make("exp", x), make("exp", x))) is None
