"""Derivatives against a table, against differences at high precision, and under attack."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import mpmath as mp
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from second_opinion import Undefined, value

import symdl
from symdl.derivation import steps
from symdl.derivation.canonical import same
from symdl.derivation.differentiate import differentiate, gradient
from symdl.derivation.tidy import tidy
from symdl.document.errors import DeriveError
from symdl.expression.domain import POSITIVE
from symdl.expression.operators.build import relation
from symdl.expression.printer import plain
from symdl.expression.reading import read
from symdl.expression.sympy_bridge import to_sympy
from symdl.expression.term import Call, Symbol, Term, make, number, postorder, size, symbol

CASES = [
    tuple(part.strip() for part in line.split(" | "))
    for line in (Path(__file__).parent / "cases" / "derivatives.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
x, y, z = symbol("x"), symbol("y"), symbol("z")
a = symbol("a", domain=POSITIVE)
zero, one = number(0), number(1)


def op(name: str, *args: Term) -> Term:
    return make(name, *args)


@pytest.mark.parametrize("case", CASES, ids=" | ".join)
def test_table(case: tuple[str, ...]) -> None:
    function, variable, expected, *kinks = case
    statement = read(rf"{function}, \quad {variable}").term
    term, wanted = statement.args
    found = differentiate(term, wanted)
    assert plain(found.result) == expected
    assert not kinks or ("; ".join(map(str, found.kinks)) or "-") == kinks[0]


# --- random terms -------------------------------------------------------------------------

UNARY = ("exp", "log", "sqrt", "tanh", "sigmoid", "softplus", "relu", "abs", "sin", "cos", "erf")
leaves = st.sampled_from([x, y, a, one, number(2), number(3), number(Fraction(1, 2))])


def grow(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda p: p[0] + p[1]),
        pair.map(lambda p: p[0] - p[1]),
        pair.map(lambda p: p[0] * p[1]),
        pair.map(lambda p: p[0] / p[1]),
        pair.map(lambda p: op("max", *p)),
        pair.map(lambda p: op("min", *p)),
        pair.map(lambda p: op("pow", op("exp", p[0]), p[1])),
        st.tuples(inner, st.sampled_from([2, 3, -1, -2])).map(lambda p: p[0] ** number(p[1])),
        inner.map(lambda u: -u),
        st.tuples(st.sampled_from(UNARY), inner).map(lambda p: op(*p)),
        st.tuples(inner, inner, inner).map(
            lambda p: op("piecewise", p[0], relation(p[1], ">", one), p[2])
        ),
    )


terms = st.recursive(leaves, grow, max_leaves=8)
rationals = st.fractions(min_value=-2, max_value=2, max_denominator=97)
points = st.tuples(rationals, rationals, rationals.map(lambda r: abs(r) + Fraction(1, 7)))


def evaluate(term: Term, point: dict[Term, Fraction]) -> mp.mpf | None:
    try:
        return value(term, point, 80)
    except Undefined:
        return None


def slopes(term: Term, point: dict[Term, Fraction], variable: Term) -> list[mp.mpf | None]:
    """The difference quotients to the left and to the right."""
    step = Fraction(1, 10**25)
    here = evaluate(term, point)
    found: list[mp.mpf | None] = []
    for side in (-1, 1):
        there = evaluate(term, {**point, variable: point[variable] + side * step})
        with mp.workdps(80):
            known = here is not None and there is not None
            found.append((there - here) * side * 10**25 if known else None)
    return found


def close(p: mp.mpf, q: mp.mpf, digits: int) -> bool:
    with mp.workdps(80):
        return bool(abs(p - q) <= mp.mpf(10) ** -digits * (1 + abs(p) + abs(q)))


def small_enough(term: Term, point: dict[Term, Fraction]) -> bool:
    values = [evaluate(n, point) for n in postorder(term) if n.op not in ("relation",)]
    return all(v is None or abs(v) < 10**4 for v in values)


@settings(max_examples=250, deadline=None)
@given(terms, points)
def test_differentiate_agrees_with_difference_quotients(
    term: Term, where: tuple[Fraction, Fraction, Fraction]
) -> None:
    point = dict(zip((x, y, a), where, strict=True))
    found = evaluate(differentiate(term, x).result, point)
    left, right = slopes(term, point, x)
    assume(found is not None and left is not None and right is not None)
    assume(small_enough(term, point))
    assert close(found, left, 9), (term, point, left)
    assert close(found, right, 9), (term, point, right)


SMOOTH = ("exp", "tanh", "sigmoid", "softplus", "sin", "cos", "erf")
smooth_terms = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] / op("exp", p[1])),
        st.tuples(st.sampled_from(SMOOTH), inner).map(lambda p: op(*p)),
        inner.map(lambda u: op("log", 1 + u**2)),
        inner.map(lambda u: op("sqrt", 1 + u**2)),
    ),
    max_leaves=6,
)


@settings(max_examples=25, deadline=None)
@given(smooth_terms, points)
def test_differentiate_agrees_with_sympy(
    term: Term, where: tuple[Fraction, Fraction, Fraction]
) -> None:
    point = dict(zip((x, y, a), where, strict=True))
    mine = evaluate(differentiate(term, x).result, point)
    assume(mine is not None and small_enough(term, point))
    numbers = {to_sympy(s): sympy.Rational(q.numerator, q.denominator) for s, q in point.items()}
    theirs = to_sympy(term).diff(to_sympy(x)).subs(numbers).evalf(30)
    assert close(mine, mp.mpf(str(theirs)), 12), (term, point)


@settings(max_examples=150, deadline=None)
@given(terms, points)
def test_gradient_agrees_with_differentiate(
    term: Term, where: tuple[Fraction, Fraction, Fraction]
) -> None:
    point = dict(zip((x, y, a), where, strict=True))
    assume(small_enough(term, point))
    partials = gradient(term, [x, y, a]).partials
    compared = 0
    for variable in (x, y, a):
        forward = evaluate(differentiate(term, variable).result, point)
        backward = evaluate(partials[variable], point)
        if forward is not None and backward is not None:
            assert close(forward, backward, 40), (term, variable, point)
            compared += 1
    assume(compared)


@settings(max_examples=250, deadline=None)
@given(terms, points)
def test_tidy_keeps_value_and_domain(
    term: Term, where: tuple[Fraction, Fraction, Fraction]
) -> None:
    point = dict(zip((x, y, a), where, strict=True))
    assume(small_enough(term, point))
    before, after = evaluate(term, point), evaluate(tidy(term), point)
    assert (before is None) == (after is None), (term, tidy(term), point)
    if before is not None and after is not None:
        assert close(before, after, 50), (term, tidy(term), point)
    assert tidy(tidy(term)) is tidy(term), (term, tidy(term), tidy(tidy(term)))


@settings(max_examples=40, deadline=None)
@given(terms)
def test_steps_lead_to_the_result(term: Term) -> None:
    found = differentiate(term, x)
    chain = steps.lines(found)
    if len(found.steps) <= steps.MAX_LINES:
        assert chain[-1].right is found.result
    assert all(s.rule for s in found.steps)
    pending = [s.before for s in found.steps if s.before.op == "derivative"]
    assert len(pending) == len(set(pending))


# --- kinks --------------------------------------------------------------------------------

KINKS = [
    (op("relu", x), ["x = 0: 0 1"]),
    (op("abs", x), ["x = 0: -1 1"]),
    (op("max", x, 1 - x), ["x = 1/2: -1 1"]),
    (op("max", x, y), ["x = y: 0 1"]),
    (op("min", x, y), ["x = y: 1 0"]),
    (op("clip", x, number(-1), one), ["x = -1: 0 1", "x = 1: 1 0"]),
    (op("min", op("max", zero, x), number(6)), ["x = 0: 0 1", "x = 6: 1 0"]),
    (op("piecewise", x, relation(x, ">", zero), op("exp", x) - 1), []),
    (op("piecewise", x, relation(x, ">=", zero), a * (op("exp", x) - 1)), ["x = 0: a 1"]),
    (op("piecewise", x**2 / 2, relation(op("abs", x), "<=", a), a * (op("abs", x) - a / 2)), []),
    (op("piecewise", one, relation(x, ">=", zero), zero), ["x = 0: None 0"]),
    (x / (1 + op("abs", x)), []),
    (op("max", zero, 1 - x) ** 2, []),
    (op("sqrt", 1 + x**2), []),
    (op("sqrt", x), ["x = 0: None None"]),
]


@pytest.mark.parametrize(("term", "expected"), KINKS)
def test_kinks(term: Term, expected: list[str]) -> None:
    def told(side: Term | None) -> str:
        return "None" if side is None else plain(side)

    found = differentiate(term, x).kinks
    listed = [f"{plain(k.condition)}: {told(k.left)} {told(k.right)}" for k in found]
    assert listed == expected


def test_a_kink_has_no_derivative_and_a_smooth_meeting_has() -> None:
    relu = differentiate(op("relu", x), x).result
    assert evaluate(relu, {x: Fraction(0)}) is None
    elu = op("piecewise", x, relation(x, ">", zero), op("exp", x) - 1)
    assert evaluate(differentiate(elu, x).result, {x: Fraction(0)}) == 1
    softsign = differentiate(x / (1 + op("abs", x)), x).result
    assert evaluate(softsign, {x: Fraction(0)}) == 1


READABLE = [
    (op("min", op("max", zero, x), number(6)), "{0 if x < 0; 1 if 0 < x < 6; 0 if x > 6}"),
    (
        x * op("min", op("max", zero, x + 3), number(6)) / 6,
        "{0 if x < -3; x/3 + 1/2 if -3 < x < 3; 1 if x > 3}",
    ),
    (
        op("max", zero, x) + op("min", zero, a * (op("exp", x / a) - 1)),
        "{e^(x/a) if x ≤ 0; 1 if x > 0}",
    ),
    (op("max", zero, 1 - x) ** 2, "{-2max(0, 1 - x) if 1 - x > 0; 0 otherwise}"),
    (a * op("piecewise", x, relation(x, ">", zero), y), "{a if x > 0; 0 if x < 0}"),
]


@pytest.mark.parametrize(("term", "expected"), READABLE)
def test_several_kinks_are_written_by_intervals(term: Term, expected: str) -> None:
    assert plain(differentiate(term, x).result) == expected


# --- size and depth -----------------------------------------------------------------------


def network(depth: int) -> tuple[Term, list[Term]]:
    f, parameters = x, []
    for d in range(1, depth + 1):
        w, b = symbol(f"w_{{{d}}}"), symbol(f"b_{{{d}}}")
        parameters += [w, b]
        f = op("tanh", w * f + b)
    return f, parameters


def operations(*roots: Term) -> int:
    nodes = {n for root in roots for n in postorder(root)}
    return sum(n.op not in ("number", "symbol") for n in nodes)


@pytest.mark.parametrize("depth", [1, 2, 8, 32, 128])
def test_gradient_is_cheap(depth: int) -> None:
    f, parameters = network(depth)
    found = gradient(f, parameters)
    assert operations(f, *found.partials.values()) <= 4 * operations(f)


def test_deep_chains_are_linear() -> None:
    f = x
    for _ in range(10_000):
        f = op("tanh", y * f + z)
    start = time.process_time()
    assert size(differentiate(f, x).result) < 10 * size(f)
    assert size(gradient(f, [x, y]).partials[y]) < 10 * size(f)
    assert time.process_time() - start < 20


def test_doubling_does_not_blow_up() -> None:
    f = x
    for _ in range(200):
        f = f * f
    found = differentiate(f, x)
    assert size(found.result) < 3000
    assert size(gradient(f, [x]).partials[x]) < 3000


def test_huge_powers_stay_as_written() -> None:
    tower = number(9) ** (number(9) ** (number(9) ** number(9)))
    assert plain(differentiate(tower * x, x).result) == "9^(9^(9^9))"
    assert tidy(number(10) ** number(10_000_000)).op == "pow"


# --- binding and refusals -----------------------------------------------------------------


def test_a_bound_index_is_not_captured() -> None:
    i, n = symbol("i", role="index"), symbol("n")
    vector = symbol("x", role="vector", shape=("n",))
    total = make("sum", i, one, n, make("entry", vector, i) ** number(2), data="range")
    assert plain(differentiate(total, make("entry", vector, i)).result) == "2x_i"


def test_a_sum_over_the_index_of_the_variable_is_renamed_apart() -> None:
    """The k that runs becomes l: i is taken around it, j inside of it."""
    line = r"\sum_{i=1}^n \sum_{k=1}^m y_{ik} w_k \sum_{j=1}^m w_j"
    told = repr(symdl.read(line).derivative("w_k"))
    assert told == "sum[l=1..m] sum[j=1..n] w_l y_jl + (sum[l=1..m] w_l) sum[l=1..n] y_lk"


def test_a_sum_over_part_of_the_axis_keeps_its_delta() -> None:
    i, j, n = symbol("i", role="index"), symbol("j", role="index"), symbol("n")
    vector = symbol("x", role="vector", shape=("n",))
    part = make("sum", i, number(2), n, make("entry", vector, i), data="range")
    result = differentiate(part, make("entry", vector, j)).result
    assert plain(result) == "sum[i=2..n] [i = j]"


def test_unknown_functions_get_primes() -> None:
    call = make("call", x**2, data=Call(Symbol("g", "function")))
    assert plain(differentiate(call, x).result) == "2x g'(x^2)"


def test_the_bound_variable_of_an_integral_is_not_the_variable() -> None:
    integral = make("integral", x, zero, one, x * y, data="range")
    assert differentiate(integral, x).result is zero
    assert plain(differentiate(integral, y).result) == "integral(x dx, 0..1)"


@pytest.mark.parametrize(
    "term",
    [
        x + make("dots", data="..."),
        make("opaque", x, data="expectation"),
        op("binomial", x, number(2)),
        op("indicator", relation(x, ">", zero)),
    ],
)
def test_refusals(term: Term) -> None:
    with pytest.raises(DeriveError):
        differentiate(term, x)
    with pytest.raises(DeriveError):
        gradient(term, [x])


def test_an_array_is_no_variable() -> None:
    vector = symbol("v", role="vector", shape=("n",))
    with pytest.raises(DeriveError, match="array"):
        differentiate(x, vector)


# --- telling ------------------------------------------------------------------------------


def test_text_and_latex_of_a_derivation() -> None:
    found = differentiate(x * op("sigmoid", x), x)
    assert steps.text(found).splitlines() == [
        "d/dx [x σ(x)]",
        "   = σ(x) + x d/dx [σ(x)]       product rule",
        "   = σ(x) + x σ(x)(1 - σ(x))    derivative of sigmoid",
    ]
    written = steps.latex(found)
    assert written.startswith("\\begin{align*}")
    assert written.endswith("\\end{align*}")
    assert steps.data(found)["result"] == r"\sigma(x) + x \sigma(x)(1 - \sigma(x))"


def test_same_is_sound_and_sees_through_brackets() -> None:
    assert same((x + 1) ** number(2), x**2 + 2 * x + 1)
    assert same(a * (op("abs", a) - a / 2), a**2 / 2)
    assert not same(x, y)
    assert not same(op("abs", x), x)


def test_deeply_nested_cases_are_bounded() -> None:
    f = x
    for _ in range(200):
        f = op("piecewise", f, relation(f, ">", zero), op("exp", f) - 1)
    start = time.process_time()
    differentiate(f, x)
    assert time.process_time() - start < 20


def nested(step: Callable[[Term], Term], depth: int, start: Term = x) -> Term:
    for _ in range(depth):
        start = step(start)
    return start


ABOVE = relation(x, ">", zero)
TOWERS = {
    "kinks": nested(lambda t: op("abs", t - 1), 1_000),
    "powers": nested(lambda t: t**2, 3_000),
    "powers of y": nested(lambda t: t**y, 3_000),
    "conditions": op("piecewise", x, nested(lambda c: op("and", c, ABOVE), 3_000, ABOVE), x + 1),
}


@pytest.mark.parametrize("tower", TOWERS.values(), ids=TOWERS)
def test_towers_take_linear_time(tower: Term) -> None:
    start = time.process_time()
    differentiate(tower, x)
    assert time.process_time() - start < 4
