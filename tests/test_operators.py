"""The rows test themselves: every row against figures computed elsewhere (mpmath).

`tests/cases/operators.txt` names every row; a row that is missing, or a derivative with a
wrong sign, fails here. `benchmarks/mutate_operators.py` shows that by breaking each row in turn.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from flint import arb, fmpq

from symdl.code.runtime import numpy_arrays, numpy_gamma, numpy_logistic, numpy_normal
from symdl.evidence.balls import ball, precision, truth
from symdl.expression.operators import MACROS, TABLE, WORDS
from symdl.expression.operators.row import Operator
from symdl.expression.reading import read
from symdl.expression.term import Term, make, number, symbol

CASES = Path(__file__).parent / "cases" / "operators.txt"
BITS = 2000
"""Enough for log(1 + exp(-1000)) written out."""


@pytest.fixture(autouse=True)
def _precise() -> Iterator[None]:
    with precision(BITS):
        yield


class Case(NamedTuple):
    """One line: arguments (text for multiples of pi), value (None: undefined), derivatives
    (None: not looked at), and whether there is none (a kink)."""

    name: str
    args: tuple[Fraction | str, ...]
    value: Fraction | None
    partials: tuple[Fraction | None, ...]
    kink: bool


def _cases() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, args, value, rest = (cell.strip() for cell in line.split("|"))
        kink = rest == "kink"
        slopes = [] if kink or rest == "-" else rest.split(",")
        found[name].append(
            Case(
                name,
                tuple(map(_argument, args.split(","))),
                None if value == "undefined" else Fraction(value),
                tuple(None if s.strip() == "-" else Fraction(s.strip()) for s in slopes),
                kink,
            )
        )
    return found


def _argument(text: str) -> Fraction | str:
    return text.strip() if "pi" in text else Fraction(text.strip())


CASES_OF = _cases()
NAMES = sorted(CASES_OF)


def exact(value: Fraction | str) -> Any:
    """The ball of a fraction, or of a multiple of pi such as `1/2 pi`."""
    if isinstance(value, str):
        return arb.pi() * exact(Fraction(value.partition(" ")[0]))
    return arb(fmpq(value.numerator, value.denominator))


def near(found: Any, wanted: Fraction, digits: int = 30) -> bool:
    """Whether a ball is narrow and agrees with a figure of so many digits."""
    slack = abs(exact(wanted)) / arb(10) ** digits + arb(10) ** -600
    narrow = found.is_finite() and bool(found.rad() <= abs(exact(wanted)) * 2**-60 + arb(2) ** -100)
    return narrow and bool(abs(found - exact(wanted)) - found.rad() * 2 <= slack)


def names_of(case: Case) -> list[Term]:
    """A symbol for each argument."""
    return [symbol(f"x_{i}") for i in range(len(case.args))]


def point_of(case: Case) -> dict[Term, Any]:
    """The symbols at the values of the case."""
    return dict(zip(names_of(case), map(exact, case.args), strict=True))


def test_every_row_has_cases() -> None:
    """The table of operators and the text table name the same rows."""
    assert set(TABLE) == set(CASES_OF)


@pytest.mark.parametrize("name", NAMES)
def test_values(name: str) -> None:
    """The ball and the table agree, outside the domain the ball is not finite."""
    row = TABLE[name]
    for case in CASES_OF[name]:
        found = row.ball(*map(exact, case.args))
        if case.value is None:
            assert not found.is_finite(), case
        else:
            assert near(found, case.value), (case, found)
            wide = row.ball(*(arb(exact(a).mid(), arb(2) ** -20) for a in case.args))
            assert not wide.is_finite() or wide.overlaps(found), (case, wide)


@pytest.mark.parametrize("name", NAMES)
def test_domains(name: str) -> None:
    """Domain and conditions hold where there is a value and fail where there is none."""
    row = TABLE[name]
    for case in CASES_OF[name]:
        inside = all(
            isinstance(a, str) or row.domain_of(i).contains(a) for i, a in enumerate(case.args)
        )
        conditions = row.defined(*names_of(case)) if row.defined else ()
        if inside and case.args != (0, 0):
            inside = all(_holds(c, case) for c in conditions)
        elif inside:
            inside = not conditions
        assert inside == (case.value is not None), case
        if case.value is not None:
            assert row.range.contains(case.value) or not row.range.integer, case
            assert _in_range(row, case.value), case


def _holds(condition: Term, case: Case) -> bool:
    """A condition at a case; integers take powers and roots that symbols do not."""
    answer = truth(condition, point_of(case), BITS)
    if answer is True or case.name not in ("pow", "root"):
        return answer is True
    literal = TABLE[case.name].defined
    assert literal is not None
    conditions = literal(symbol("x_0"), number(case.args[1]))
    return all(truth(c, point_of(case), BITS) is True for c in conditions)


def _in_range(row: Operator, value: Fraction) -> bool:
    """Whether a figure lies in the range; a figure rounded onto an open end counts."""
    low, high = row.range.lower, row.range.upper
    ends = value in (low, high)
    return ends or row.range.contains(value) or (row.range.integer and value.denominator > 1)


@pytest.mark.parametrize("name", NAMES)
def test_derivatives(name: str) -> None:
    """Each partial derivative is the slope of the table; kinks are told where there is none."""
    row = TABLE[name]
    for case in CASES_OF[name]:
        if case.value is None:
            continue
        smooth = all(row.smooth_of(i).contains(a) for i, a in enumerate(case.args))
        kinks = row.kinks(*names_of(case)) if row.kinks else ()
        bent = not smooth or any(truth(k, point_of(case), BITS) is True for k in kinks)
        if case.kink:
            assert bent, case
        elif case.partials:
            assert not bent or case.args[0] == 0, case
            assert row.partials is not None, name
            partials = row.partials(*names_of(case))
            assert len(partials) == len(case.args), case
            for partial, wanted in zip(partials, case.partials, strict=True):
                if wanted is not None:
                    found = ball(partial, point_of(case), BITS)
                    assert near(found, wanted, 25), (case, partial, found)


@pytest.mark.parametrize("name", NAMES)
def test_written_exponents(name: str) -> None:
    """A literal argument (an exponent, a degree) gives the same derivative as a symbol."""
    row = TABLE[name]
    for case in CASES_OF[name]:
        if row.partials is None or len(case.args) != 2 or not case.partials:
            continue
        partials = row.partials(symbol("x_0"), number(case.args[1]))
        found = ball(partials[0], point_of(case), BITS)
        assert case.partials[0] is not None
        assert near(found, case.partials[0], 25), (case, partials[0], found)


@pytest.mark.parametrize("name", NAMES)
def test_definitions(name: str) -> None:
    """The definition in simpler operators has the same value on the whole domain."""
    row = TABLE[name]
    for case in CASES_OF[name]:
        if row.definition is None:
            continue
        term = row.definition(*names_of(case))
        found = ball(term, point_of(case), BITS)
        if case.value is None:
            assert not found.is_finite(), case
        else:
            assert near(found, case.value), (case, found)


@pytest.mark.parametrize("name", NAMES)
def test_numpy_code(name: str) -> None:
    """The NumPy column computes the value to 13 digits where doubles can hold it."""
    row = TABLE[name]
    if not row.numpy:
        pytest.skip("no NumPy code")
    files = (numpy_arrays, numpy_gamma, numpy_logistic, numpy_normal)
    space = {name: value for file in files for name, value in vars(file).items()}
    for case in CASES_OF[name]:
        if case.value is None or not all(abs(a) < 1e4 for a in case.args):
            continue
        texts = [repr(np.float64(a)) for a in case.args]
        if row.arity is None and len(texts) != 2:
            continue
        with np.errstate(all="ignore"):
            found = float(eval(row.numpy.format(*texts), space))
        wanted = float(case.value) if abs(case.value) < Fraction(10) ** 300 else float("inf")
        assert found == pytest.approx(wanted, rel=1e-13, abs=1e-15), case


@pytest.mark.parametrize("name", NAMES)
def test_spellings(name: str) -> None:
    """Every macro, word and letter of a row is read as the row."""
    row = TABLE[name]
    x = symbol("x")
    args = (x,) * (row.arity or 2)
    wanted = make(name, *args)
    inside = ", ".join("x" for _ in args)
    heads = [*row.macros, *(f"\\operatorname{{{w}}}" for w in row.words), row.letter]
    for head in filter(None, heads):
        assert read(f"{head}({inside})").term is wanted, head


def test_spellings_are_not_shared() -> None:
    """No word or macro names two rows."""
    assert len(WORDS) == sum(len(row.words) for row in TABLE.values())
    assert len(MACROS) == sum(len(row.macros) for row in TABLE.values())


@pytest.mark.parametrize("name", NAMES)
def test_huge_arguments_answer(name: str) -> None:
    """No ball hangs: huge and tiny arguments give a ball, in the row's range or without ends, at
    once; of what is no number nothing is known."""
    row = TABLE[name]
    count = row.arity or 2
    low, high = (
        None if end is None else arb(fmpq(end.numerator, end.denominator))
        for end in (row.range.lower, row.range.upper)
    )
    start = time.process_time()
    for huge in (*map(arb, ("1e40", "-1e40", "1e4000", "1e-4000")), arb(2) ** 10**9):
        found = row.ball(*[huge] * count)
        assert low is None or not found < low, huge
        assert high is None or not found > high, huge
    assert time.process_time() - start < 0.5
    assert not row.ball(*[arb("nan")] * count).is_finite()


@pytest.mark.parametrize("name", [n for n, row in TABLE.items() if row.rising or row.odd])
def test_rising_and_odd(name: str) -> None:
    row = TABLE[name]
    points = [arb(fmpq(n, 16)) for n in range(-63, 64)]
    found = [(u, v) for u in points if (v := row.ball(u)).is_finite()]
    assert len(found) > 10
    assert not row.rising or all(low < high for (_, low), (_, high) in pairwise(found))
    assert not row.odd or all(row.ball(-u).overlaps(-v) for u, v in found)


def test_rational_values() -> None:
    for row in TABLE.values():
        for point, value in row.values:
            at, wanted = Fraction(point), Fraction(value)
            gap = row.ball(arb(fmpq(at.numerator, at.denominator)))
            gap -= fmpq(wanted.numerator, wanted.denominator)
            assert gap.contains(0), row.name
            assert gap.rad() < 1e-100, row.name
