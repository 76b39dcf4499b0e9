"""Enclosures contain: expansions, jets, ranges and roots against values at many points."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb
from hypothesis import example, given, settings
from hypothesis import strategies as st

import symdl
from symdl.evidence.algebra.sturm import as_poly, open_signs, roots_between, sign_at
from symdl.evidence.asymptotics.constants import ZERO, rational
from symdl.evidence.asymptotics.expansion import Place, expansions, limit
from symdl.evidence.asymptotics.rates import growth_at
from symdl.evidence.balls import ball, exactly, precision
from symdl.evidence.bounds.enclosure import enclose, program
from symdl.evidence.bounds.extremum import Maximum, maximum
from symdl.evidence.bounds.kinks import simplest
from symdl.evidence.bounds.ranges import range_of
from symdl.evidence.monotone import zeros
from symdl.evidence.work import Exhausted, allowance, spend
from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, constant, make, number, symbol

X = symbol("x")
GELU = X * (1 + make("erf", X / make("sqrt", number(2)))) / 2
SLOPE = (1 + make("erf", X / make("sqrt", number(2)))) / 2 + X * make("exp", -(X**2) / 2) / make(
    "sqrt", 2 * constant("pi")
)
TANH_FORM = (
    number(Fraction(1, 2))
    * X
    * (
        1
        + make(
            "tanh",
            make("sqrt", 2 / constant("pi")) * (X + number(Fraction(44715, 10**6)) * X**3),
        )
    )
)
SILU = X * make("sigmoid", X)
MISH = X * make("tanh", make("softplus", X))
SAMPLES: list[Term] = [
    make("sigmoid", X),
    GELU,
    SLOPE,
    TANH_FORM,
    GELU - TANH_FORM,
    MISH,
    make("softplus", X) - X,
    make("erfc", X),
    make("log", X**2 + 1) / (1 + X**2),
    make("sqrt", X**2 + X + 1) - X,
    make("arctan", X) * make("sin", X),
    make("abs", X - 1) + make("max", X, number(2) - X**2),
    make("exp", -make("exp", X)),
    (1 + X**2) ** (number(1) / X),
    make("piecewise", X, make("relation", X, number(0), data=(">",)), make("exp", X) - 1),
    (make("exp", X) - 1 - X) / X**2,
    make("root", X**3 + X, number(3)),
    make("cos", make("tanh", X)),
    make("arctan", X),
    make("arctan", 1 + X / 3),
    make("erf", X / 2),
    make("sin", X) * make("cos", X / 2),
    make("log", 1 + X / 5),
    make("pow", 1 + X / 4, number(1) / 3),
    make("max", make("exp", X), 1 + X),
    make("factorial", X),
]
PLACES = [Place(None, 1), Place(None, -1), Place(ZERO, 1), Place(ZERO, -1), Place(rational(2), 1)]


@pytest.mark.parametrize("term", SAMPLES, ids=repr)
def test_expansions_contain_the_values(term: Term) -> None:
    for place in PLACES:
        for found in list(expansions(term, X, place, 3)):
            for factor in (Fraction(1), Fraction(11, 10), Fraction(3), Fraction(17)):
                t = found.start * factor
                with precision(256):
                    inside = arb(0)
                    for growth, c in found.series:
                        inside += c.ball * growth_at(growth, exactly(t))
                    value = ball(term, {X: exactly(place.at(t))}, 256)
                    assert value.is_nan() or inside.overlaps(value), (place, t, found.setting)


@pytest.mark.parametrize("term", SAMPLES, ids=repr)
@given(
    low=st.fractions(-4, 4, max_denominator=16),
    width=st.fractions(0, 2, max_denominator=16),
    part=st.fractions(0, 1, max_denominator=8),
)
@example(low=Fraction(-1, 2), width=Fraction(1), part=Fraction(1, 2))
@example(low=Fraction(-1, 16), width=Fraction(1, 4), part=Fraction(3, 8))
@example(low=Fraction(1), width=Fraction(1), part=Fraction(1))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_boxes_contain_the_values(
    term: Term, low: Fraction, width: Fraction, part: Fraction
) -> None:
    with precision(128):
        found = enclose(program(term, X), low, low + width)
        value = ball(term, {X: exactly(low + part * width)})
        if not value.is_nan() and found.values.is_finite():
            assert found.values.overlaps(value)
            around = range_of(term)
            assert around.lower is None or not value < exactly(around.lower)
            assert around.upper is None or not value > exactly(around.upper)


def test_zeros_and_extrema_of_the_notes() -> None:
    found = zeros(SLOPE, X, Domain())
    assert found is not None
    assert [round(float(a), 12) for a, _ in found.intervals] == [-0.751791524694]
    for term, least in ((GELU, -0.1699712074799), (SILU, -0.278464542761), (MISH, -0.308843413017)):
        top = maximum(-term, X, Domain())
        assert isinstance(top, Maximum), top
        assert abs(float(top.upper) + least) < 1e-8
        assert abs(float(top.lower) + least) < 1e-8
    steepest = maximum(SLOPE, X, Domain())
    assert isinstance(steepest, Maximum)
    assert abs(float(steepest.upper) - 1.128904145185) < 1e-7
    assert all(float(a) < 2**0.5 + 1e-3 and float(b) > 2**0.5 - 1e-3 for a, b in steepest.at)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=6), st.integers(-3, 3), st.integers(1, 4))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_signs_of_polynomials(coefficients: list[int], low: int, width: int) -> None:
    poly = as_poly([Fraction(c) for c in coefficients])
    found = open_signs(poly, Fraction(low), Fraction(low + width))
    seen = {sign_at(poly, low + Fraction(width * k, 97)) for k in range(1, 97)}
    assert seen <= found
    if poly and poly.degree() > 0 and 0 not in found:
        assert roots_between(poly, Fraction(low), Fraction(low + width)) == 0


@given(st.fractions(-3, 3, max_denominator=50), st.fractions(0, 1, max_denominator=50))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_simplest_fraction(low: Fraction, width: Fraction) -> None:
    found = simplest(low, low + width)
    assert low <= found <= low + width
    for denominator in range(1, found.denominator):
        first = -(-low.numerator * denominator // low.denominator)
        assert Fraction(first, denominator) > low + width


def test_work_is_bounded() -> None:
    with pytest.raises(Exhausted), allowance(10):
        spend(11)
    spend(10**9)


def test_a_hard_claim_is_given_up_not_hung() -> None:
    verdict = symdl.check(r"\sin(x^2) + \cos(x^3) < 1.9999999999 @".rstrip(" @"))
    assert verdict.kind in ("undecided", "refuted")


def test_a_deep_chain_is_no_recursion() -> None:
    term: Term = X
    for _ in range(5_000):
        term = make("tanh", term)
    found = range_of(term)
    assert found.lower is not None
    assert -1 < found.lower < 0


@pytest.mark.parametrize("name", sorted(n for n, row in TABLE.items() if row.rising))
def test_ranges_of_rising_rows(name: str) -> None:
    """The row's own ball says how far a rising function gets, its values which ends are exact."""
    row = TABLE[name]
    for low, high in ((-2, 3), (Fraction(1, 4), Fraction(1, 2)), (0, 1)):
        place = symbol("x", domain=Domain(Fraction(low), Fraction(high), False, False))
        found = range_of(make(name, place))
        for part in (Fraction(1, 2), Fraction(1, 97), Fraction(96, 97)):
            value = row.ball(exactly(low + (Fraction(high) - low) * part))
            assert not value.is_finite() or found.lower is None or value > exactly(found.lower)
            assert not value.is_finite() or found.upper is None or value < exactly(found.upper)
    for at, value in row.values:
        place = symbol("x", domain=Domain(Fraction(at), None, False))
        found = range_of(make(name, place))
        assert (found.lower, found.lower_open) == (value, False)


def test_range_of_a_positive_part() -> None:
    place = symbol("x", domain=Domain(Fraction(-1), Fraction(2), True, False))
    found = range_of(make("relu", place))
    assert (found.lower, found.upper, found.upper_open) == (0, 2, False)


def test_a_statement_has_no_limit() -> None:
    place = Place(None, 1)
    parameter = symbol("a")
    stated = make("relation", parameter / X, 1 / (X + 1), data=("=",))
    assert limit(parameter / X, X, place) is not None
    assert limit(stated, X, place) is None
