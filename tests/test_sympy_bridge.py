"""The bridge to SymPy loses nothing on the way there and back."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from test_operators import CASES_OF, names_of, near

from symdl.document.errors import Error
from symdl.evidence.balls import ball, exactly, precision
from symdl.expression.domain import POSITIVE, Domain
from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.symbols import declare
from symdl.expression.sympy_bridge import from_sympy, to_sympy
from symdl.expression.sympy_return import UNEVALUATED
from symdl.expression.sympy_symbols import symbols_of
from symdl.expression.term import Term, constant, make, number

DECLARED = {
    "x": "real", "y": "real", "z": "real", "a": "real > 0", "n": "integer >= 1", "k": "natural",
    "i": "index", "j": "index", "v": "vector(n)", "A": "matrix(n, n)", "B": "matrix(n, n)",
    "f": "function", "beta_1": "real > 0, < 1", "lr": "real > 0",
}  # fmt: skip
SYMBOLS = {s.name: s for s in (declare(key, text) for key, text in DECLARED.items())}
SCOPE = Scope(symbols=SYMBOLS)
X, Y, Z = (make("symbol", data=SYMBOLS[name]) for name in "xyz")

SAME = r"""
x + y
x - y
1 + x
x - (y - z)
(x + y) + z
-2x(y - (ax + z))
(xy)z
\frac{x}{y}
\frac{1}{x}
\frac{-x}{y}
-\frac{x}{y}
\frac{x}{x}
0 \cdot \log(x)
x + x
2^{10}
x^{y}
x^{3}
\sqrt{x}
\sqrt{x^{2}}
e^{-x^{2}}
\log(e^{x})
\tanh(x)
\sin(x)^2 + \cos(x)^2
|x|
\max(0, x)
\lfloor x \rfloor
n!
\binom{n}{k}
\frac{1}{2} x
\beta_1^{n}
\text{lr} \cdot x
\sum_{i=1}^{n} v_i
\prod_{i=1}^{n} v_i
\sum_{i=1}^{n} \sum_{j=1}^{n} A_{ij}
f(x)
f'(x)
f''(x)
f(x, y)
f'(x^2)
f(x; y)
\frac{d}{dx} (xy + z)
\int_{0}^{1} f(x) \, dx
\lim_{x \to 0^{+}} \log(x)
\lim_{x \to -\infty} \tanh(x)
\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}
\mathbf{1}[x > 0]
x = y
x \ne y
0 < x \le 1
x \in (0, 1]
x \in \mathbb{R}
A B^{\top}
A + B
A^{-1}
\operatorname{tr}(A)
\begin{bmatrix} 1 & x \\ y & 0 \end{bmatrix}
\gcd(n, k)
\operatorname{round}(x)
""".strip().splitlines()


@pytest.mark.parametrize("line", SAME)
def test_the_very_same_term_comes_back(line: str) -> None:
    """These forms are the same Term after a trip to SymPy."""
    term = read(line, SCOPE).term
    back = from_sympy(to_sympy(term), symbols_of(term))
    # d and the round d are one thing to SymPy
    assert plain(back).replace("∂", "d") == plain(term).replace("∂", "d")
    assert back is term or "derivative" in repr(term)


EQUAL = {
    r"\sigma(x)": "1/(1 + e^(-x))",
    r"\operatorname{ReLU}(x)": "max(0, x)",
    "x^{-1}": "1/x",
    "0.90x": "(9/10) x",
    r"\operatorname{log1p}(x)": "log(1 + x)",
    r"\sqrt[3]{a}": "a^(1/3)",
    r"\sqrt[3]{x}": "sign(x) |x|^(1/3)",
    "(-2)x": "-2x",
}


@pytest.mark.parametrize(("line", "text"), EQUAL.items())
def test_what_comes_back_in_other_words(line: str, text: str) -> None:
    """Functions that SymPy spells otherwise come back as an equal Term."""
    term = read(line, SCOPE).term
    assert plain(from_sympy(to_sympy(term), symbols_of(term))) == text


@pytest.mark.parametrize("name", sorted(set(TABLE) - set(UNEVALUATED)))
def test_rows_mean_the_same(name: str) -> None:
    """The SymPy column of a row has the value of the table of cases."""
    checked = 0
    for case in CASES_OF[name]:
        if case.value is None or any(abs(a) > 900 for a in case.args):
            continue
        terms = names_of(case)
        if name == "root":  # the parity of a degree decides, so it is written out
            terms[1] = number(case.args[1])
        values = {to_sympy(s): to_sympy(number(a)) for s, a in zip(terms, case.args, strict=True)}
        value = sp.N(to_sympy(make(name, *terms)).subs(values), 45)
        assert value.is_real, case
        with precision(200):
            found = sp.Rational(value)
            assert near(exactly(Fraction(found.p, found.q)), case.value, 28), (case, value)
        checked += 1
    assert checked


ATOMS = [X, Y, Z, number(2), number(1) / 3, number(9) / 10, -number(3), constant("pi"), number(0)]


def random_term(pick: random.Random, depth: int) -> Term:
    """A scalar Term of operator rows and cases."""

    def part() -> Term:
        return random_term(pick, depth - 1)

    if depth == 0 or pick.random() < 0.15:
        return pick.choice(ATOMS)
    rows = sorted(set(TABLE) - {"factorial", "binomial", "gcd", "lcm", "pow", "root"})
    op = pick.choice([*rows, *("add", "mul", "div", "neg") * 3, "pow", "root", "piecewise"])
    if op == "pow":
        exponents = [number(2), -number(1), number(1) / 2, Y, number(3), -(number(3) / 2)]
        return make(op, part(), pick.choice(exponents))
    if op == "root":
        return make(op, part(), number(pick.choice([2, 3, 5])))
    if op == "piecewise":
        condition = make("relation", pick.choice(ATOMS), X, data=(pick.choice("<>"),))
        return make(op, part(), condition, part())
    return make(op, *(part() for _ in range(TABLE[op].arity or pick.choice([2, 3]))))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 3))
def test_random_terms_keep_value_and_domain(seed: int, depth: int) -> None:
    """There and back, a Term has the same value, and none in the same places."""
    pick = random.Random(seed)
    term = random_term(pick, depth)
    try:
        theirs = to_sympy(term)
    except Error:  # SymPy's own recursion gives up on some nests of Max and floor
        reject()
    back = from_sympy(theirs, symbols_of(term))
    for _ in range(3):
        point = {s: exactly(pick.choice([0, 1, -1, 2])) / pick.choice([1, 3]) for s in (X, Y, Z)}
        before, after = ball(term, point), ball(back, point)
        if before.is_finite() and after.is_finite():
            assert before.overlaps(after)
        else:
            assert _vague(before)
            assert _vague(after)


def _vague(value: Any) -> bool:
    """Undefined, or not known well enough to tell."""
    return not value.is_finite() or value.rel_accuracy_bits() < 100 or bool(value.rad() > 0)


def test_nothing_is_evaluated() -> None:
    """Domains survive: SymPy would make these 0, 1 and a float."""
    assert to_sympy(number(0) * make("log", X)) != 0
    assert to_sympy(X / X) != 1
    assert to_sympy(read("0.9", SCOPE).term) == sp.Rational(9, 10)


def test_assumptions() -> None:
    """Domains become assumptions and come back as domains."""
    rate = to_sympy(make("symbol", data=SYMBOLS["lr"]))
    assert rate.is_positive
    assert rate.is_integer is None
    count = to_sympy(make("symbol", data=SYMBOLS["n"]))
    assert count.is_integer
    assert count.is_positive
    assert from_sympy(rate).data.domain == POSITIVE
    assert from_sympy(sp.Symbol("q", nonpositive=True)).data.domain == Domain(upper=0)


t, w = sp.symbols("t w", real=True)
g = sp.Function("g")
RETURNED = [
    (sp.diff(1 / (1 + sp.exp(-t)), t), "e^(-t)/(1 + e^(-t))^2"),
    (sp.diff(sp.Max(0, t), t), "(1 + sign(t))/2"),
    (sp.Heaviside(t, 0), "{1 if t > 0; 0 if t = 0; 0 otherwise}"),
    (sp.integrate(sp.exp(-(t**2)), (t, -sp.oo, sp.oo)), "sqrt(π)"),
    (sp.solve(t**2 - w, t), "{-sqrt(w), sqrt(w)}"),
    (sp.solve([t + w - 1, t - w], [t, w]), "t = 1/2,  w = 1/2"),
    (sp.diff(g(t**2), t), "2t g'(t^2)"),
    (sp.diff(g(t), t, 2), "g''(t)"),
    (sp.Rational(-3, 2) * t / (2 * w), "-3t/(4w)"),
    (t ** sp.Rational(-1, 2), "1/sqrt(t)"),
    (sp.Float("0.9") * t, "0.9t"),
    (sp.diff(sp.gamma(t), t), "Γ(t) digamma(t)"),
    (sp.S.Reals, "ℝ"),
    (sp.Interval.Lopen(0, 1), "(0, 1]"),
    (sp.MatrixSymbol("M", 3, 3)[0, 1], "M_(1,2)"),
    (sp.MatrixSymbol("M", 3, 3) * 2, "2M"),
    (sp.exp(1), "e"),
    (-sp.oo, "-∞"),
    (sp.Symbol("beta_1"), "β_1"),
    (sp.And(t > 0, w > 0), "t > 0 and w > 0"),
    (sp.ITE(t > 0, w > 0, w < 0), "(t > 0 and w > 0) or (not (t > 0) and w < 0)"),
]


@pytest.mark.parametrize(("result", "text"), RETURNED, ids=[text for _, text in RETURNED])
def test_results_are_read(result: Any, text: str) -> None:
    """What SymPy returns is taken at its word."""
    assert plain(from_sympy(result)) == text


REFUSED = [
    (sp.DiracDelta(t), "DiracDelta"),
    (sp.I * t, "ImaginaryUnit"),
    (sp.zoo, "ComplexInfinity"),
    (sp.nan, "nan"),
    (sp.LambertW(t), "LambertW"),
    (sp.series(sp.exp(t), t, 0, 3), "Order"),
    (sp.polygamma(1, t), "polygamma"),
    (sp.Symbol("c", complex=True), "not real"),
    (sp.Symbol("t") + t, "two different"),
    (sp.Symbol("__import__('os')"), "operand"),
]


@pytest.mark.parametrize(("result", "word"), REFUSED, ids=[str(r) for r, _ in REFUSED])
def test_what_no_term_says_is_refused(result: Any, word: str) -> None:
    """An Error names the object that no Term stands for."""
    with pytest.raises(Error, match=word):
        from_sympy(result)


NO_OBJECT = [
    r"x \approx y",
    r"\mathbb{E}[x]",
    r"\operatorname{softmax}(v)",
    r"\tanh(v)",
    r"\sum_{i} x",
    r"\nabla_{v} f(v)",
]


@pytest.mark.parametrize("line", NO_OBJECT)
def test_what_sympy_has_no_object_for(line: str) -> None:
    """An Error, never an object that means something else."""
    with pytest.raises(Error, match="SymPy"):
        to_sympy(read(line, SCOPE).term)


def test_a_sum_over_an_axis_gets_its_size() -> None:
    """A sum without limits runs over the declared size of what it indexes."""
    total = to_sympy(read(r"\sum_i v_i", SCOPE).term)
    assert str(total) == "Sum(v[i], (i, 1, n))"


def test_too_deep_for_sympy() -> None:
    """SymPy recurses: a chain of 10,000 layers is refused, not a crash."""
    term = X
    for _ in range(10_000):
        term = make("tanh", term)
    with pytest.raises(Error, match="deep"):
        to_sympy(term)
