"""Writing out: calls, definitions, derivatives, sums, recurrences; bounds and circles."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

import pytest

from symdl.derivation.expand import expand
from symdl.derivation.numbers import literal
from symdl.document.errors import DeriveError
from symdl.expression.defining import define
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.reading import read
from symdl.expression.scope import EMPTY, Definition, Scope
from symdl.expression.symbols import declare
from symdl.expression.term import (
    Call,
    Symbol,
    Term,
    free_symbols,
    make,
    number,
    replace,
    symbol,
)


def scope_of(given: Sequence[str] = (), symbols: Mapping[str, str] | None = None) -> Scope:
    declared = [declare(key, text) for key, text in (symbols or {}).items()]
    scope = Scope(symbols={d.name: d for d in declared})
    for statement in given:
        scope = define(scope, read(statement, scope).term)
    return scope


def written(
    latex: str,
    given: Sequence[str] = (),
    symbols: Mapping[str, str] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Term:
    scope = scope_of(given, symbols)
    return expand(read(latex, scope).term, scope, sizes)


PLAIN = [
    ("f(3)", ["f(x) = x^2 + 1"], "3^2 + 1"),
    ("f(g(x))", ["f(x) = x^2", "g(x) = x + 1"], "(x + 1)^2"),
    ("f'(x)", [r"f(x) = x^2 \sin x"], "2x sin(x) + x^2 cos(x)"),
    ("f''(x)", ["f(x) = x^3"], "6x"),
    (r"\sigma'(x)", [r"\sigma(x) = \frac{1}{1 + e^{-x}}"], "e^(-x)/(1 + e^(-x))^2"),
    (r"\sigma'(x)", [], "σ(x)(1 - σ(x))"),
    (r"\tanh'(x)", [], "1 - tanh(x)^2"),
    (r"\frac{df}{dx}", ["f(x) = x^2"], "2x"),
    (r"\frac{\partial L}{\partial w}", ["L = (y - (wx + b))^2"], "-2x(y - (wx + b))"),
    (
        r"\frac{\partial L}{\partial w}",
        ["L = (y - (wx + b))^2", "x = 1000", "y = 200000", "w = 100", "b = 0"],
        "-2000(200000 - (100·1000 + 0))",
    ),
    (
        r"\frac{\partial L}{\partial z}",
        [r"L = a^2", r"a = \tanh(z)", "z = 3"],
        "2tanh(3)(1 - tanh(3)^2)",
    ),
    (r"\frac{d^2}{dx^2} \sin x", [], "-sin(x)"),
    (r"\left.\frac{d}{dx} x^3\right|_{x=2}", [], "3·2^2"),
    (r"\sum_{i=1}^{4} i^2", [], "1^2 + 2^2 + 3^2 + 4^2"),
    (r"\sum_{i=3}^{1} i", [], "0"),
    (r"\prod_{i=1}^{3} (x + i)", [], "(x + 1)(x + 2)(x + 3)"),
    (r"\sum_{i=1}^{n} i", ["n = 3"], "1 + 2 + 3"),
    (r"\frac{d}{dx} \int_0^x e^{-t^2} dt", [], "e^(-x^2)"),
]


@pytest.mark.parametrize(("latex", "given", "expected"), PLAIN)
def test_written_out(latex: str, given: list[str], expected: str) -> None:
    assert plain(written(latex, given)) == expected


ARRAYS = {"A": "matrix(2, 2)", "B": "matrix(2, 2)", "C": "matrix(2, 2)"}
PRODUCT = [
    r"A = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
    r"B = \begin{bmatrix} 5 & 6 \\ 7 & 8 \end{bmatrix}",
    "C = AB",
]


def test_entries_of_a_product() -> None:
    assert [literal(written(f"C_{{{p}}}", PRODUCT, ARRAYS)) for p in ("11", "12", "21", "22")] == [
        19, 22, 43, 50,
    ]  # fmt: skip


def test_entries_defined_by_their_indices() -> None:
    symbols = {"A": "matrix(m, n)", "B": "matrix(n, p)", "C": "matrix(m, p)"}
    given = [r"C_{ij} = \sum_{k=1}^n A_{ik} B_{kj}"]
    found = written("C_{12}", given, symbols, {"n": 3})
    assert plain(found) == "A_(1,1) B_(1,2) + A_(1,2) B_(2,2) + A_(1,3) B_(3,2)"


ADAM = [
    r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
    r"\hat{m}_t = \frac{m_t}{1 - \beta_1^t}",
    "m_0 = 0",
    r"\beta_1 = 0.9",
    "g_1 = 0.4",
]
SEQUENCES = {"m": "sequence", "g": "sequence", r"\hat{m}": "sequence"}


def test_recurrences_unroll_to_their_first_value() -> None:
    assert literal(written("m_1", ADAM, SEQUENCES)) == Fraction(4, 100)
    assert literal(written(r"\hat{m}_1", ADAM, SEQUENCES)) == Fraction(4, 10)


def test_a_long_recurrence_shares_its_steps() -> None:
    given = ["m_t = 2 m_{t-1} + m_{t-2}", "m_0 = 0", "m_1 = 1"]
    start = time.process_time()
    found = written("m_{3000}", given, {"m": "sequence"})
    assert time.process_time() - start < 5
    assert not free_symbols(found)


def test_softmax_jacobian_with_symbolic_and_literal_indices() -> None:
    symbols = {"x": "vector(n)", "s": "vector(n)"}
    given = [r"s_i = \frac{e^{x_i}}{\sum_k e^{x_k}}"]
    symbolic = written(r"\frac{\partial s_i}{\partial x_j}", given, symbols)
    assert "k = j" not in plain(symbolic)
    first = written(r"\frac{\partial s_1}{\partial x_2}", given, symbols, {"n": 3})
    assert plain(first) == "-e^x_1 e^x_2/(e^x_1 + e^x_2 + e^x_3)^2"


def test_gradients_of_arrays_come_entry_by_entry() -> None:
    symbols = {"x": "vector(2)"}
    assert plain(written(r"\nabla f(x)", ["f(x) = x_1^2 + 3 x_2"], symbols)) == "[2x_1, 3]"


def test_a_value_under_a_bound_index_is_not_captured() -> None:
    i = symbol("i", role="index")
    scope = Scope(values={symbol("L"): make("mul", number(2), i)})
    total = make("sum", i, number(1), symbol("n"), symbol("L"), data="range")
    found = expand(total, scope)
    assert i in free_symbols(found)


def test_indicators_and_cases_are_decided() -> None:
    f = [r"f(x) = \begin{cases} x & x > 0 \\ \log x & x \le 0 \end{cases}"]
    assert plain(written("f(2)", f)) == "2"
    one = make("relation", number(1), number(2), data=("=",))
    assert value_of(expand(make("indicator", one), EMPTY)) == 0


def test_undefined_functions_stay() -> None:
    assert plain(written("g(x) + 1", [], {"g": "function"})) == "g(x) + 1"
    assert plain(written(r"\frac{d}{dx} g(x^2)", [], {"g": "function"})) == "2x g'(x^2)"
    two = written(r"\frac{d}{dx} g(x^2, y)", [], {"g": "function"})
    assert two.op == "at" or two.op == "derivative" or two.op == "mul"


REFUSED = [
    ("a", ["a = b + 1", "b = a + 1"], "defined by itself"),
    ("f(3)", ["f(n) = n f(n - 1)"], "defined by itself"),
    ("f(1, 2)", ["f(x) = x"], "arguments"),
    (r"\sum_{i=1}^{1000000000000} i", [], "too many"),
    (r"\sum_{i=1}^{9999} \sum_{j=1}^{9999} ij", [], "too many"),
    (r"\frac{\partial L}{\partial w}", [], "not defined here"),
]


@pytest.mark.parametrize(("latex", "given", "message"), REFUSED)
def test_refused_quickly(latex: str, given: list[str], message: str) -> None:
    symbols = {"f": "function"} if "f(" in latex else {}
    start = time.process_time()
    with pytest.raises(DeriveError, match=message):
        written(latex, given, symbols)
    assert time.process_time() - start < 1


def test_recurrences_without_a_first_value_go_down_to_a_free_one() -> None:
    m, t = symbol("m", "sequence"), symbol("t", "index")
    body = number(2) * make("entry", m, t - 1)
    third = make("entry", m, number(3))
    with pytest.raises(DeriveError, match="no first value"):
        expand(third, Scope(recurrences={"m": Definition("m", (t,), body)}))
    assert plain(written("m_3", ["m_t = 2 m_{t-1}"], {"m": "sequence"})) == "2(2(2m_0))"


def test_an_update_is_no_definition() -> None:
    theta = symbol(r"\theta")
    with pytest.raises(DeriveError, match="defined by itself"):
        expand(theta, Scope(values={theta: theta - 1}))


def test_huge_powers_are_not_computed() -> None:
    assert plain(written("9^{9^{9^9}}")) == "9^(9^(9^9))"


def test_definitions_far_down_a_chain() -> None:
    names = [symbol(f"a_{{{i}}}") for i in range(3000)]
    values = {a: b + 1 for a, b in pairwise(names)}
    found = expand(names[0], Scope(values=values))
    assert free_symbols(found) == {names[-1]}


def test_functions_of_functions_may_nest() -> None:
    x = symbol("x")
    functions = {"f_{0}": Definition("f_{0}", (x,), x)}
    for i in range(1, 150):
        inner = make("call", x + 1, data=Call(Symbol(f"f_{{{i - 1}}}", "function")))
        functions[f"f_{{{i}}}"] = Definition(f"f_{{{i}}}", (x,), inner)
    top = make("call", x, data=Call(Symbol("f_{149}", "function")))
    found = expand(top, Scope(functions=functions))
    assert literal(replace(found, {x: number(0)}), 1000) == 149
