"""Terms are written the way a person would write them, and are read back as they were."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symdl.document.errors import Error
from symdl.expression.operators import TABLE
from symdl.expression.printer import latex, plain
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.symbols import declare
from symdl.expression.term import Call, Term, constant, make, number, symbol

CASES = Path(__file__).parent / "cases" / "printer.txt"


def _rows() -> tuple[Scope, list[tuple[str, str, str]]]:
    """The declarations and the lines: as written, as printed (`=`: the same), as plain text."""
    symbols, rows = {}, []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("!"):
            for part in line[1:].split(";"):
                key, _, text = part.partition(":")
                found = declare(key.strip(), text)
                symbols[found.name] = found
        elif line and not line.startswith("#"):
            written, printed, text = (cell.strip() for cell in line.split(" ;; "))
            rows.append((written, written if printed == "=" else printed, text))
    return Scope(symbols=symbols), rows


SCOPE, ROWS = _rows()


@pytest.mark.parametrize(("written", "printed", "text"), ROWS, ids=[r[0] for r in ROWS])
def test_case(written: str, printed: str, text: str) -> None:
    """One line of the table: both spellings, and reading the LaTeX back gives the same Term."""
    term = read(written, SCOPE).term
    assert latex(term) == printed
    assert plain(term) == text
    assert read(latex(term), SCOPE).term is term


ATOMS = [
    *(make("symbol", data=SCOPE.symbols[n]) for n in "xyz"),
    make("symbol", data=SCOPE.symbols["lr"]),
    make("symbol", data=SCOPE.symbols["\\beta_1"]),
    make("entry", make("symbol", data=SCOPE.symbols["v"]), make("symbol", data=SCOPE.symbols["i"])),
    *(number(n) for n in (0, 1, 2, 10, -3)),
    number(Fraction(1, 3)),
    number(Fraction(9, 10), "0.9"),
    constant("pi"),
]
X, N, INDEX = (make("symbol", data=SCOPE.symbols[n]) for n in "xni")
SHAPES = ("piecewise", "indicator", "sum", "max_over", "call", "limit", "derivative", "integral")


def random_term(pick: random.Random, depth: int) -> Term:
    """A scalar Term of operators, binders, calls and cases."""

    def part() -> Term:
        return random_term(pick, depth - 1)

    def condition() -> Term:
        return make("relation", part(), part(), data=(pick.choice(["<", "<=", ">", ">="]),))

    if depth == 0 or pick.random() < 0.15:
        return pick.choice(ATOMS)
    op = pick.choice([*TABLE, *("add", "mul", "div", "neg", "pow") * 4, *SHAPES])
    if op == "root":
        return make(op, part(), number(pick.choice([3, 4])))
    if op == "piecewise":
        return make(op, part(), condition(), part())
    if op == "indicator":
        return make(op, condition())
    if op == "sum":
        limits = (INDEX, number(1), N) if pick.random() < 0.5 else (INDEX,)
        return make(op, *limits, part(), data="range" if len(limits) == 3 else "all")
    if op == "max_over":
        return make(op, INDEX, part(), data="all")
    if op == "call":
        return make(op, part(), data=Call(SCOPE.symbols["f"], pick.randrange(3)))
    if op == "limit":
        return make(op, X, pick.choice([number(0), -constant("infinity")]), part(), data="")
    if op == "derivative":
        return make(op, part(), X, data=pick.choice(["d", "partial"]))
    if op == "integral":
        return make(op, X, number(0), constant("infinity"), part(), data="range")
    count = TABLE[op].arity or pick.choice([2, 3])
    return make(op, *(part() for _ in range(count)))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 4))
def test_random_terms_come_back(seed: int, depth: int) -> None:
    """Whatever is written is read back as the very same Term."""
    term = random_term(random.Random(seed), depth)
    assert read(latex(term), SCOPE).term is term
    assert plain(term)


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
def test_every_row_is_spelled(row: object) -> None:
    """Each operator has a spelling that is read as that operator."""
    args = ATOMS[: TABLE[row.name].arity or 2]  # type: ignore[attr-defined]
    term = make(row.name, *args)  # type: ignore[attr-defined]
    assert read(latex(term), SCOPE).term is term


def test_letters_that_mean_something_else() -> None:
    """A letter declared otherwise is not used for the function of that letter."""
    spread = symbol("\\sigma")
    assert latex(make("sigmoid", X) * spread) == "\\operatorname{sigmoid}(x)\\sigma"
    euler = symbol("e")
    assert latex(make("exp", X) + euler) == "\\exp(x) + e"


def test_deep_chain() -> None:
    """Ten thousand layers are printed like two, without recursion."""
    term = X
    for _ in range(10_000):
        term = make("tanh", term)
    assert latex(term).count("\\tanh") == 10_000
    assert plain(term).count("tanh") == 10_000


def test_text_that_would_explode() -> None:
    """A shared part that doubles in every layer is refused instead of filling the memory."""
    term = X
    for _ in range(200):
        term = term + term
    with pytest.raises(Error, match="longer than"):
        latex(term)
