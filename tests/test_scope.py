"""Scopes: what a line defines, and substitution without capture."""

from __future__ import annotations

import pytest

from symdl.expression.defining import define
from symdl.expression.reading import read
from symdl.expression.scope import EMPTY, Scope
from symdl.expression.substitution import substitute
from symdl.expression.symbols import declare
from symdl.expression.term import Term, free_symbols, make, number, symbol

X, Y, N = symbol("x"), symbol("y"), symbol("n")


def term(latex: str, scope: Scope = EMPTY) -> Term:
    return read(latex, scope).term


def test_functions_values_entries_and_recurrences() -> None:
    scope = EMPTY
    for line in (r"f(x, y) = x y", "L = 3", r"C_{ij} = i + j", r"m_t = 2 m_{t-1}"):
        scope = define(scope, term(line))
    assert scope.functions["f"].parameters == (X, Y)
    assert scope.functions["f"].body is X * Y
    assert scope.values[symbol("L")] is number(3)
    assert [p.data.name for p in scope.entries["C"].parameters] == ["i", "j"]
    assert scope.recurrences["m"].body.op == "mul"


def test_a_given_entry_is_a_value() -> None:
    sequence = Scope(symbols={"m": declare("m", "sequence")})
    scope = define(sequence, term("m_0 = 0", sequence))
    assert list(scope.values.values()) == [number(0)]
    assert next(iter(scope.values)).op == "entry"


def test_a_recurrence_written_ahead_is_moved_back() -> None:
    ahead = define(EMPTY, term(r"w_{t+1} = w_t - g_t"))
    plain = define(EMPTY, term(r"w_t = w_{t-1} - g_{t-1}"))
    assert ahead.recurrences["w"].body is plain.recurrences["w"].body


def test_a_membership_declares() -> None:
    scope = define(EMPTY, term(r"x \in \mathbb{R}^{n}"))
    assert scope.symbols["x"].shape == ("n",)
    assert scope.symbols["x"].role == "vector"


def test_later_definitions_win_and_chains_define_by_their_first_link() -> None:
    scope = define(define(EMPTY, term("a = 1")), term("a = 2 = 4"))
    assert scope.values[symbol("a")] is number(2)


@pytest.mark.parametrize(
    "line", [r"\theta = \theta - g", "a < b", r"f'(x) = x", "2 = 3", r"a \approx 2", "f(2) = 3"]
)
def test_what_defines_nothing(line: str) -> None:
    assert define(EMPTY, term(line)) == EMPTY


def test_a_condition_stays_with_the_definition() -> None:
    scope = define(EMPTY, term(r"f(x) = x^2 \text{ if } x > 0"))
    assert scope.functions["f"].body.op == "piecewise"


def test_an_operator_can_be_redefined() -> None:
    scope = define(EMPTY, term(r"\sigma(x) = \max(0, x)"))
    assert term(r"\sigma(2)", scope).op == "call"


def test_substitution_leaves_bound_names_alone() -> None:
    total = term(r"\sum_{i=1}^{n} i x")
    bound = total.args[0]
    assert substitute(total, {bound: number(5)}) is not None
    replaced = substitute(total, {X: bound})
    assert bound in free_symbols(replaced)
    assert replaced.args[0] is not bound


def test_substitution_into_limits_and_bodies() -> None:
    total = term(r"\int_0^x x y \, dx")
    found = substitute(total, {X: number(2)})
    assert found.args[2] is number(2)
    assert free_symbols(found) == {Y}


def test_substitution_is_simultaneous() -> None:
    assert substitute(X - Y, {X: Y, Y: X}) is Y - X


def test_a_derivative_at_a_value_is_evaluated_there() -> None:
    slope = make("derivative", X * Y, X, data="d")
    found = substitute(slope, {X: number(3)})
    assert found.op == "at"
    assert found.args[2] is number(3)
    assert free_symbols(found) >= {Y}
    assert substitute(slope, {Y: number(2)}).op == "derivative"


def test_deep_terms_are_safe() -> None:
    deep = X
    for _ in range(10_000):
        deep = make("tanh", deep)
    assert substitute(deep, {X: Y}) is not deep
