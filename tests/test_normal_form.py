"""The zero test against a second opinion: no false proof, no false refutation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import mpmath as mp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from second_opinion import Undefined, value

from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra.normal_form import NotDecided, prove_equal
from symdl.evidence.algebra.polynomials import Generator, Ring
from symdl.evidence.cases import prove_by_cases
from symdl.evidence.equality import judge_equality
from symdl.evidence.points import atoms, fine_points, points
from symdl.evidence.work import Exhausted, allowance
from symdl.expression.domain import (
    NATURAL,
    NONNEGATIVE,
    POSITIVE,
    REAL,
    UNIT_OPEN,
    Domain,
)
from symdl.expression.term import Term, constant, make, number, postorder, rebuild, symbol

SYMBOLS = [
    symbol("x"),
    symbol("y"),
    symbol("a", domain=POSITIVE),
    symbol("b", domain=UNIT_OPEN),
    symbol("c", domain=NONNEGATIVE),
    symbol("t", domain=NATURAL),
    symbol("u", domain=Domain(upper=Fraction(0))),
]
UNARY = ["exp", "log", "sqrt", "abs", "neg", "tanh", "sigmoid", "relu", "sin", "cos", "erf", "sign"]
BINARY = ["add", "mul", "div", "pow", "max", "min"]
NUMBERS = [number(n) for n in (0, 1, 2, 3)] + [
    number(1) / 2,
    number(-1),
    number(Fraction(1, 3), ""),
]


def _compose(children: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    return st.one_of(
        st.builds(make, st.sampled_from(UNARY), children),
        st.builds(make, st.sampled_from(BINARY), children, children),
        st.builds(lambda u, n: u ** number(n), children, st.integers(1, 4)),
        st.builds(lambda u: make("root", u, number(3)), children),
    )


TERMS = st.recursive(st.sampled_from([*SYMBOLS, *NUMBERS, constant("pi")]), _compose, max_leaves=6)


def rewrites(node: Term) -> list[Term]:
    """Tempting rewrites of one node, right and wrong ones."""
    args = node.args
    found: list[Term] = [node]
    inner = args[0] if args else None
    if node.op == "sqrt" and inner is not None and inner.op == "pow":
        found += [inner.args[0] ** (inner.args[1] / 2), make("abs", inner.args[0]), inner.args[0]]
    if node.op == "log" and inner is not None:
        if inner.op == "mul":
            found.append(make("log", inner.args[0]) + make("log", inner.args[1]))
        if inner.op == "div":
            found.append(make("log", inner.args[0]) - make("log", inner.args[1]))
        if inner.op == "pow":
            found.append(inner.args[1] * make("log", inner.args[0]))
        if inner.op == "exp":
            found.append(inner.args[0])
        if inner.op == "abs":
            found.append(make("log", inner.args[0]))
    if node.op == "sqrt" and inner is not None and inner.op in ("mul", "div"):
        found.append(make(inner.op, *(make("sqrt", a) for a in inner.args)))
    if node.op == "exp" and inner is not None:
        if inner.op == "add":
            found.append(make("exp", inner.args[0]) * make("exp", inner.args[1]))
        if inner.op == "log":
            found.append(inner.args[0])
    if node.op == "pow":
        base, exponent = args
        if base.op == "pow":
            found.append(base.args[0] ** make("mul", base.args[1], exponent))
        if base.op == "mul":
            found.append((base.args[0] ** exponent) * (base.args[1] ** exponent))
        if base.op == "neg":
            found += [base.args[0] ** exponent, -(base.args[0] ** exponent)]
        found.append(make("exp", exponent * make("log", base)))
        found.append(base ** (exponent - 1) * base)
        found.append(make("abs", base) ** exponent)
    if node.op == "abs" and inner is not None:
        found += [inner, -inner, make("sqrt", inner**2), inner * make("sign", inner)]
        if inner.op == "mul":
            found.append(make("abs", inner.args[0]) * make("abs", inner.args[1]))
        if inner.op == "add":
            found.append(make("abs", inner.args[0]) + make("abs", inner.args[1]))
    if node.op in ("max", "min"):
        a, b = args
        sign = 1 if node.op == "max" else -1
        found += [a, b, (a + b + sign * make("abs", a - b)) / 2, make(node.op, b, a)]
    if node.op == "relu" and inner is not None:
        found += [inner, (inner + make("abs", inner)) / 2, make("max", number(0), inner)]
    if node.op == "sign" and inner is not None:
        found += [inner / make("abs", inner), number(1)]
    if node.op == "div":
        found += [args[0] * args[1] ** number(-1), args[0] * args[1] / args[1] ** 2]
    if node.op == "root" and inner is not None:
        found += [inner ** (number(1) / 3), -make("root", -inner, number(3))]
    if node.op == "tanh" and inner is not None:
        found += [2 * make("sigmoid", 2 * inner) - 1, -make("tanh", -inner)]
    if node.op in ("sin", "cos") and inner is not None and inner.op == "add":
        s = [make("sin", a) for a in inner.args]
        c = [make("cos", a) for a in inner.args]
        found += [s[0] * c[1] + c[0] * s[1], c[0] * c[1] - s[0] * s[1]]
    return found


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Term, Term]:
    """A term and the same with some tempting rewrites."""
    term = draw(TERMS)
    other = term
    for _ in range(draw(st.integers(1, 3))):
        nodes = [n for n in postorder(other) if len(rewrites(n)) > 1]
        if not nodes:
            break
        node = draw(st.sampled_from(nodes))
        table = {node: draw(st.sampled_from(rewrites(node)))}
        done: dict[Term, Term] = dict(table)
        for each in postorder(other):
            if each not in done:
                done[each] = rebuild(each, tuple(done[a] for a in each.args))
        other = done[other]
    return term, other


def agree(left: Term, right: Term) -> bool | None:
    """Whether mpmath finds the sides equal at the points where both have a value."""
    wanted = atoms((left, right))
    seen = False
    for point in [*points(wanted, [left, right], 12), *fine_points(wanted, 12, seed=3)]:
        try:
            a, b = value(left, point), value(right, point)
            if not close(a, b):
                a, b = value(left, point, 400), value(right, point, 400)
        except Undefined:
            continue
        seen = True
        if not close(a, b):
            return False
    return True if seen else None


def close(a: mp.mpf, b: mp.mpf) -> bool:
    with mp.workdps(400):
        return bool(abs(a - b) <= mp.mpf(10) ** -25 * (1 + abs(a) + abs(b)))


def check_pair(left: Term, right: Term) -> None:
    verdict = judge_equality(left, right)
    if verdict.kind == "proved":
        assert agree(left, right) is not False
    elif verdict.kind == "refuted":
        shown = verdict.counterexample
        assert shown is not None
        assert shown.left != shown.right
        at = {atom: Fraction(shown.at[atom.data.name]) for atom in atoms((left, right))}
        for atom, number_ in at.items():
            assert atom.data.domain.contains(number_)
        assert apart(left, right, at)


def apart(left: Term, right: Term, at: dict[Term, Fraction]) -> bool:
    a, b = value(left, at, 400), value(right, at, 400)
    with mp.workdps(400):
        return bool(abs(a - b) > mp.mpf(10) ** -380 * (1 + abs(a)))


@settings(max_examples=250, deadline=None, derandomize=True)
@given(pairs())
def test_no_false_verdict(pair: tuple[Term, Term]) -> None:
    check_pair(*pair)


@pytest.mark.long
@settings(max_examples=5_000, deadline=None)
@given(pairs())
def test_no_false_verdict_long(pair: tuple[Term, Term]) -> None:
    check_pair(*pair)


x, y, a, b, c, t, u = SYMBOLS
n = symbol("n", domain=Domain(Fraction(1), integer=True))
HALF = number(1) / 2


def f(op: str, *args: Term) -> Term:
    return make(op, *args)


TRUE = [
    (f("sqrt", x**2), f("abs", x)),
    (f("log", a * b), f("log", a) + f("log", b)),
    ((a**x) ** y, a ** (x * y)),
    (f("sqrt", number(8)), 2 * f("sqrt", number(2))),
    (f("root", number(16), number(4)), number(2)),
    (f("root", -x, number(3)), -f("root", x, number(3))),
    (f("exp", x / (1 + x**2)) * f("exp", 1 / (1 + x**2)), f("exp", (1 + x) / (1 + x**2))),
    (f("exp", number(Fraction(8943, 200000), "0.044715") * x), f("exp", x * 8943 / 200000)),
    (f("sin", x + y), f("sin", x) * f("cos", y) + f("cos", x) * f("sin", y)),
    (f("cos", constant("pi") / 3), HALF),
    (f("erf", -x), -f("erf", x)),
    (f("max", x, y), f("max", y, x)),
    (x ** (n - 1) * x, x**n),
    (f("log", f("exp", x) * a), x + f("log", a)),
    (f("exp", f("log", a) / 2), f("sqrt", a)),
    (1 / f("sqrt", number(2)), f("sqrt", number(2)) / 2),
]
FALSE_OR_OPEN = [
    (f("sqrt", x**2), x),
    (f("log", x**2), 2 * f("log", f("abs", x) + 1)),
    (((x**2) ** (y / 2)), x**y),
    (f("sqrt", x**2 * y) + f("abs", y), f("sqrt", x**2 * y) + y),
    (f("sqrt", f("abs", x) * y) + f("abs", y), f("sqrt", f("abs", x) * y) + y),
    ((x ** (2 * t)) ** (number(1) / (2 * t + 1)), x ** (2 * t / (2 * t + 1))),
    (f("abs", x ** (2 * y)), x ** (2 * y)),
    (f("max", x, y), x),
    (f("sign", x) ** 2, number(1)),
    (x * f("sign", x) / f("abs", x), f("sign", x) ** 3 + 1),
]


@pytest.mark.parametrize(("left", "right"), TRUE, ids=str)
def test_true_is_proved(left: Term, right: Term) -> None:
    assert judge_equality(left, right).kind == "proved"


@pytest.mark.parametrize(("left", "right"), FALSE_OR_OPEN, ids=str)
def test_false_is_never_proved(left: Term, right: Term) -> None:
    assert judge_equality(left, right).kind != "proved"


def test_conditions_are_named() -> None:
    proof = prove_equal(f("log", x * y), f("log", x) + f("log", y))
    assert proof is not None
    assert [repr(each) for each in proof.conditions] == [
        "relation[('>',)](mul(x, y), 0)",
        "relation[('>',)](x, 0)",
        "relation[('>',)](y, 0)",
    ]


def test_large_powers_stay_whole() -> None:
    w, z = symbol("w"), symbol("z")
    assert prove_equal((x + y + z + w) ** 200, (w + x + y + z) ** 200) is not None
    assert prove_equal((x + y) ** 100_000, (x + y) ** 99_999 * (x + y)) is None


def test_large_products_are_refused_at_once() -> None:
    factors = [symbol(f"x_{i}") + symbol(f"y_{i}") + 1 for i in range(9)]
    with pytest.raises(NotDecided, match="too large"):
        prove_equal(make("mul", *factors), number(1))


def test_shifts_to_the_end_of_a_range_count_their_work_and_bound_their_size() -> None:
    """At an end of its range a generator is a sum of two: (1 + u)^n has n + 1 terms."""
    ring = Ring(2)
    x, y = (
        ring.find_or_add((name,), Generator("atom", None, Domain(Fraction(1)))) for name in "xy"
    )
    assert signs.sign_of(ring, x**3 * y - 1) == signs.NONNEGATIVE
    assert signs.sign_of(ring, x**1_500 - 1) == signs.NONNEGATIVE
    with allowance(1_000), pytest.raises(Exhausted):
        signs.sign_of(ring, x**1_400 - 1)
    with allowance(10_000):
        assert signs.sign_of(ring, x**50_000 * y - 1) == signs.UNKNOWN
        assert signs.sign_of(ring, x**900 * y**900 - 1) == signs.UNKNOWN


def test_cases_name_cells_and_breakpoints() -> None:
    proof = prove_by_cases(f("relu", x), (x + f("abs", x)) / 2)
    assert proof is not None
    assert proof.cells == ("x < 0", "x = 0", "x > 0")


def test_no_sample_decides_a_switch() -> None:
    far = symbol("x", domain=REAL)
    assert prove_by_cases(f("relu", far + 100), far + 100) is None
    verdict = judge_equality(f("relu", far + 100), far + 100)
    assert verdict.kind == "refuted"


def test_points_are_the_same_in_every_thread() -> None:
    atoms_ = [symbol("x", domain=UNIT_OPEN), symbol("y", domain=NATURAL)]

    def drawn() -> list[list[Fraction]]:
        found = [*points(atoms_, atoms_, 300, seed=77), *fine_points(atoms_, 300, seed=78)]
        return [list(point.values()) for point in found]

    with ThreadPoolExecutor(8) as pool:
        all_ = [task.result() for task in [pool.submit(drawn) for _ in range(8)]]
    assert len(all_[0]) > 500
    assert all(one == all_[0] for one in all_)
