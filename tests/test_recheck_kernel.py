"""The kernel of the second checker: its rules are true, and no proof of something false passes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

import mpmath
import pytest
from flint import arb, ctx

from symdl.certifying import certify
from symdl.claims_made import of_statement
from symdl.evidence.ball_values import values_at
from symdl.evidence.meaning import SIGNS, core
from symdl.evidence.proofs.prover import proof_of
from symdl.evidence.recheck.document import guarded, recheck
from symdl.evidence.recheck.enclosing import exact
from symdl.evidence.recheck.goals import shown
from symdl.evidence.recheck.kernel import PRECISION, STEPS
from symdl.evidence.recheck.rules import BALLS, RULES, slope
from symdl.evidence.recheck.rules import SLOPES as PARTIALS
from symdl.evidence.recheck.signs import added, product, raised
from symdl.evidence.recheck.words import ANYTHING, SMALL
from symdl.evidence.record import Part, document, dumps, loads
from symdl.expression.domain import POSITIVE
from symdl.expression.term import make, number, symbol
from symdl.version import VERSION

LARGE_ATOM = symbol("#large", domain=POSITIVE)


def part_of(latex: str, **symbols: str) -> Part:
    (stated,) = of_statement(latex, [], symbols)
    (part,) = stated.parts
    return part


def status(part: Part, proof: Any) -> str:
    found = guarded(shown, part, {"kind": "proof", **proof})
    return "certified" if found is None else str(found).partition(" ")[0]


# --- the rules are true -------------------------------------------------------------------------


def _agrees(x: arb, relation: str) -> bool:
    """Whether the sign of a ball may be one that a relation allows."""
    possible = {s for s, holds in ((-1, x < 0), (1, x > 0)) if holds} or {-1, 0, 1}
    return bool(possible & SIGNS[relation])


def _certain(x: arb, relation: str) -> bool:
    exact = (
        {0}
        if x.is_zero() or (relation == "=" and abs(x) < 1e-60)
        else {1}
        if x > 0
        else {-1}
        if x < 0
        else {-1, 0, 1}
    )
    return exact <= SIGNS[relation]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_holds_wherever_its_side_conditions_do(name: str) -> None:
    functions, line = RULES[name]
    draw, tried = Random(name), 0
    before, (ctx.prec, _) = ctx.prec, PRECISION
    for _ in range(400):
        places = [arb(draw.randint(-40, 40)) / 8 for _ in functions]
        if "pi" in functions and draw.random() < 0.5:
            places[0] = arb.pi() / draw.choice([1, 2])
        others = [places[0], -places[0], -places[0] * places[0], draw.choice(places)]
        places[1:] = [draw.choice(others) for _ in places[1:]]
        if draw.random() < 0.1:
            places = [arb(0) for _ in places]
        values: list[arb] = []
        for function, u in zip(functions, places, strict=True):
            of = BALLS[function]
            values += [of()] if function == "pi" else [of(u), u]
        numbers = [draw.randint(0, 9)] if name == "exp above power" else []
        *conditions, (x, relation) = line(*values, *numbers)
        if all(_certain(y, r) for y, r in conditions):
            tried += 1
            assert _agrees(x, relation)
    ctx.prec = before
    assert tried >= 10


def test_signs_of_sums_products_and_powers() -> None:
    draw = Random(5)
    sets = [frozenset(s) for s in ((0,), (1,), (-1,), (0, 1), (-1, 0), (-1, 1), (-1, 0, 1))]
    sign = lambda x: (x > 0) - (x < 0)  # noqa: E731
    for _ in range(2000):
        x, y, n = draw.randint(-3, 3), draw.randint(-3, 3), draw.randint(0, 4)
        a, b = (draw.choice([s for s in sets if sign(v) in s]) for v in (x, y))
        assert sign(x + y) in added(a, b)
        assert sign(x * y) in product([a, b])
        assert sign(x**n) in raised(a, n)


# --- what is true is proved, and what is false never ----------------------------------------------

TRUE = [
    (r"\log(x^2) = 2 \log |x|", {}),
    (r"\sqrt{x} \sqrt{x} = x", {}),
    (r"e^x \ge 1 + x", {}),
    (r"\log(1 + e^x) > x", {}),
    (r"x^2 + y^2 \ge 2 x y", {}),
    (r"|x y| = |x| |y|", {}),
    (r"\operatorname{erf}(-x) = -\operatorname{erf}(x)", {}),
    (r"\sin^2 x + \cos^2 x = 1", {}),
    (r"\sqrt{2 \pi} = \sqrt{2} \sqrt{\pi}", {}),
    (r"\left(\frac{1}{4}\right)^n \le \frac{1}{4}", {"n": "integer >= 1"}),
    (r"\max(a, b) = \frac{a + b + |a - b|}{2}", {}),
    (r"\log \cosh r \ge 0", {}),
    (r"x^y = e^{y \log x}", {"x": "real > 0"}),
]


@pytest.mark.parametrize(("latex", "symbols"), TRUE, ids=[t[0] for t in TRUE])
def test_what_is_true_is_proved(latex: str, symbols: dict[str, str]) -> None:
    part = part_of(latex, **symbols)
    proof = proof_of(part)
    assert proof is not None
    assert status(part, proof) == "certified"


FALSE = [
    (r"x^2 = x", {}), (r"\sqrt{x^2} = x", {}), (r"|x| = x", {}), (r"e^x < 1", {}),
    (r"e^x \ge 3 x", {}), (r"\log(x y) = \log x \log y", {}), (r"\frac{x}{|x|} = 1", {}),
    (r"x > 0", {}), (r"x y \ge 0", {"x": "real >= 0"}), (r"\operatorname{erf}(x) > 0", {}),
    (r"\sin x \ge 0", {}), (r"\max(x, 1) = 1", {}), (r"x^2 > 0", {}), (r"e^{x + 1} = e^x + 1", {}),
    (r"\sqrt{x + 1} = \sqrt{x} + 1", {}), (r"\frac{1}{x} > 0", {"x": "real != 0"}),
]  # fmt: skip
X, ONE = [["1", 0, 1]], [["1"]]


@pytest.mark.parametrize(("latex", "symbols"), FALSE, ids=[f[0] for f in FALSE])
def test_what_is_false_is_not_proved(latex: str, symbols: dict[str, str]) -> None:
    part = part_of(latex, **symbols)
    assert proof_of(part) is None
    draw = Random(latex)
    for _ in range(300):
        assert status(part, {"slots": draw.randint(0, 9), **_proof(draw, 0)}) == "rejected"


SPLITS = ([[-1], [0], [1]], [[-1, 0], [1]], [[-1], [0, 1]], [[-1, 1], [0]], [[1]], [[0], [1]])


def _proof(draw: Random, depth: int) -> dict[str, Any]:
    """Steps and branches that somebody might hope for."""
    steps = [_step(draw) for _ in range(draw.randint(0, 6))]
    if depth > 2 or draw.random() < 0.4:
        return {"steps": steps}
    branches = [[signs, _proof(draw, depth + 1)] for signs in draw.choice(SPLITS)]
    return {"steps": steps, "split": _ratio(draw), "branches": branches}


def _step(draw: Random) -> list[Any]:
    places = [draw.randint(0, 3) for _ in range(draw.randint(0, 2))]
    form = [[i, draw.randint(-2, 2)] for i in places]
    x, y = _ratio(draw), _ratio(draw)
    terms = [[[_ratio(draw), draw.randint(0, 3)] for _ in range(draw.randint(1, 2))] for _ in "ab"]
    made: list[list[Any]] = [
        ["form", draw.choice([form, x])], ["value", "exp", x], ["value", "log", y], ["law", form],
        ["sum", terms], ["ball", x, [0, "-1", "1"]], ["ball", x],
        ["rule", draw.choice(list(RULES)), places],
        ["large", x], ["known"], ["value", draw.choice(["erf", "sin", "pi"]), x],
        ["rule", "exp above power", places[:1], draw.randint(0, 3)],
    ]  # fmt: skip
    return draw.choice(made)


def _ratio(draw: Random) -> list[Any]:
    def terms() -> Iterator[list[Any]]:
        for _ in range(draw.randint(0, 2)):
            power = [draw.randint(0, 3), draw.randint(1, 2)] if draw.random() < 0.8 else []
            yield [str(Fraction(draw.randint(-3, 3), draw.randint(1, 2))), *power]

    return [list(terms()) for _ in range(draw.choice([1, 1, 2]))]


LARGE = [
    Part(LARGE_ATOM, "<", SMALL, total=True, large=LARGE_ATOM),
    Part(make("sin", LARGE_ATOM), "<", SMALL, total=True, large=LARGE_ATOM),
    Part(LARGE_ATOM, "<", symbol("k"), total=True, large=LARGE_ATOM),
    Part(make("log", -LARGE_ATOM), "<", ANYTHING, total=True, large=LARGE_ATOM),
    Part(1 / symbol("k"), "=", 1 / symbol("k"), total=True),
    Part(make("sqrt", symbol("k")), ">=", number(0), total=True, large=LARGE_ATOM),
    Part(symbol("k"), "<", LARGE_ATOM, total=True, large=symbol("k")),
]


@pytest.mark.parametrize("part", LARGE, ids=[repr(p.left) for p in LARGE])
def test_what_is_large_proves_nothing_false(part: Part) -> None:
    """Neither that it is bounded, nor that what may be undefined has a value."""
    assert proof_of(part) is None
    draw = Random(repr(part))
    for _ in range(300):
        assert status(part, {"slots": draw.randint(0, 9), **_proof(draw, 0)}) == "rejected"
    circular = [["large", [[["1", 0, 1]]]], ["large", [[["1", 0, 1], ["1"]]]], ["known"]]
    assert status(part, {"slots": 3, "steps": circular}) == "rejected"


def branched(depth: int) -> dict[str, Any]:
    """A proof that splits and splits again."""
    proof: dict[str, Any] = {"steps": []}
    for _ in range(depth):
        proof = {"steps": [], "split": [X], "branches": [[[-1, 0, 1], proof]]}
    return proof


THREE = [[[sign], {"steps": []}] for sign in (-1, 0, 1)]
EXP = ["value", "exp", [X]]
WRONG: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    ("|x| = x", {}, {"steps": [], "split": [X], "branches": THREE}),  # a wrong branch
    ("|x| = |x|", {}, {"steps": [], "split": [X], "branches": THREE[:2]}),  # a gap
    ("|x| = |x|", {}, {"steps": [], "split": [X], "branches": [[[], {"steps": []}]] * 4}),
    ("|x| = |x|", {}, {"steps": [], "split": [[["1", 5, 1]]], "branches": []}),  # no generator
    ("|x| = |x|", {}, branched(300)),
    ("x > 0", {}, {"steps": [["sum", [[[[X], 1]]]]]}),  # what is to be shown, from itself
    ("x > 0", {}, {"steps": [["sum", [[[[["1", 0, 2]]], 1], [[ONE, X], 1]]]]}),  # x^2 / x
    ("x > 0", {}, {"steps": [["ball", [X]]]}),  # no number
    ("x > 0", {}, {"steps": [["value", "log", [X]]]}),
    ("x^2 > 0", {}, {"steps": [["sum", [[[[X], 2]]]]]}),
    ("x > 0", {}, {"steps": [["sum", [[[[X, X], 1]]]]]}),  # a denominator that may be 0
    ("x > 0", {}, {"steps": [["value", "exp", [ONE, X]]]}),
    ("e^x > 1", {}, {"steps": [EXP, ["form", [[1, 1]]], ["law", [[1, 1]]]]}),
    ("e^x = 1", {}, {"steps": [["form", []]]}),
    ("e^x = e^{2x}", {}, {"steps": [EXP, ["form", [[1, 1]]], ["form", [[1, 1]]]]}),
    ("e^x > 1 + x", {}, {"steps": [EXP, ["form", [[1, 1]]],
                                   ["rule", "exp strictly above", [1]]]}),  # where x is not 0
    (r"\sin x \ge 0", {}, {"steps": [["rule", "erf positive", [1]]]}),
    (r"\operatorname{erf}(x) \ge 0", {}, {"steps": [["rule", "erf positive", [1]]]}),
    (r"\operatorname{erf}(x) = 0", {}, {"steps": [["rule", "erf odd", [1, 1]]]}),
    (r"\sqrt{x^2} = x", {}, {"steps": [["form", [X]]]}),
    (r"\sqrt{x^2} = -x", {}, {"steps": [["form", [[["-1", 0, 1]]]]]}),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "symbols", "proof"), WRONG)
def test_a_wrong_proof_is_rejected(latex: str, symbols: dict[str, str], proof: Any) -> None:
    assert status(part_of(latex, **symbols), {"slots": 6, **proof}) == "rejected"


def test_circular_equations_prove_nothing() -> None:
    """Each of two facts from the other, and a fact from its own consequence."""
    gap = [[["1", 0, 1], ["-1", 1, 1]]]
    steps = [
        ["sum", [[[gap, 1], [[ONE], 1]]]],
        ["sum", [[[gap, 1]]]],
        ["sum", [[[gap, 1], [gap, 1]]]],
    ]
    assert status(part_of("x = y"), {"slots": 2, "steps": steps * 5}) == "rejected"


JUNK = [
    None,
    True,
    7,
    -1,
    1.5,
    "x",
    "",
    [],
    {},
    [[]],
    [[[]]],
    "9" * 5_000,
    10**400,
    [None],
    ["form"],
]


@pytest.mark.parametrize("key", ["slots", "steps", "split", "branches"])
def test_wrong_types_are_rejected(key: str) -> None:
    part = part_of("|x| = x")
    for junk in JUNK:
        proof: dict[str, Any] = {
            "slots": 2,
            "steps": [],
            "split": [X],
            "branches": [[[s], {"steps": []}] for s in (-1, 0, 1)],
        }
        proof[key] = junk
        assert status(part, proof) == "rejected"
    for name in (*STEPS, "form", "prove", "__init__", ""):
        for junk in JUNK:
            for step in ([name, junk], [name, junk, junk], [name], name, junk):
                assert status(part, {"slots": 2, "steps": [step]}) == "rejected"


def test_large_numbers_end_soon() -> None:
    part = part_of("x = x + 1")
    large = [["9" * 3_999, 0, 9_999], ["1/" + "7" * 3_900]]
    for step in (["sum", [[[[large], 9_999]]]], ["value", "exp", [large]], ["law", [[1, 10**9]]]):
        assert status(part, {"slots": 2, "steps": [EXP, step]}) == "rejected"


def test_messages_are_for_people() -> None:
    made = certify("|x| = x")
    (record,) = made["records"]
    proof = {"kind": "proof", "slots": 1, "steps": []}
    said = {"kind": "means", "reading": 0, "goals": [proof, proof]}
    record.update(verdict="proved", certificates=[said])
    data = loads(dumps(document(VERSION, made["sources"], [record])))
    read = lambda name, source: of_statement(source["latex"])  # noqa: E731
    assert [told for *_, told in recheck(data, read)] == ["a sign or a form is not known"]


# --- slopes ---------------------------------------------------------------------------------------

SLOPES = [
    ("x^3", "3 x^2", True), ("x^3", "2 x^2", False), (r"\max(x, 0)", "1", False),
    (r"|x|", r"\frac{x}{|x|}", True), (r"|x|", r"\frac{|x|}{x} + 0 x", True), (r"|x|", "1", False),
    (r"e^{-x^2}", r"-2 x e^{-x^2}", True), (r"\log x", r"\frac{1}{x}", True),
    (r"\sqrt{x}", r"\frac{1}{2 \sqrt{x}}", True), (r"\sin x", r"-\cos x", False),
    (r"\begin{cases} x^2 & x > 1 \\ x & x \le 1 \end{cases}",
     r"\begin{cases} 2 x & x > 1 \\ 1 & x < 1 \end{cases}", True),
    (r"\begin{cases} x^2 & x > 1 \\ x & x \le 1 \end{cases}",
     r"\begin{cases} 2 x & x > 1 \\ 2 & x < 1 \end{cases}", False),
]  # fmt: skip


@pytest.mark.parametrize(("function", "result", "true"), SLOPES)
def test_slopes(function: str, result: str, true: bool) -> None:
    part = part_of(f"{function} = {result}")
    assert part.right is not None
    made = Part(slope(core(part.left), symbol("x")), "=", part.right)
    assert (proof_of(made) is not None) == true


def test_arrays_are_no_numbers() -> None:
    """What holds of numbers in their place says nothing of arrays that are too large to write."""
    made = certify(r"X^2 = X \odot X", symbols={"X": "matrix(64, 64)"})
    (record,) = made["records"]
    proof = {"kind": "proof", "slots": 1, "steps": []}
    said = {"kind": "means", "reading": 0, "goals": [proof, proof]}
    record.update(verdict="proved", certificates=[said])
    symbols = {"X": "matrix(64, 64)"}
    read = lambda name, source: of_statement(source["latex"], [], symbols)  # noqa: E731
    data = loads(dumps(document(VERSION, made["sources"], [record])))
    assert [found for found, *_ in recheck(data, read)] == ["rejected"]


# --- the tables of functions, against mpmath -----------------------------------------------------

PLAIN = {
    "exp": mpmath.exp, "log": mpmath.log, "sin": mpmath.sin, "cos": mpmath.cos, "erf": mpmath.erf,
    "erfc": mpmath.erfc, "arctan": mpmath.atan, "arcsin": mpmath.asin, "arccos": mpmath.acos,
    "gamma_function": mpmath.gamma, "digamma": mpmath.digamma, "factorial": mpmath.factorial,
    "floor": mpmath.floor, "pi": lambda: mpmath.pi + 0, "binomial": mpmath.binomial,
}  # fmt: skip


@pytest.mark.parametrize("name", BALLS)
def test_a_ball_holds_what_mpmath_finds(name: str) -> None:
    draw = Random(name)
    with mpmath.workdps(30):
        for _ in range(20):
            n, k = draw.randint(1, 40), draw.randint(1, 7)
            u = Fraction(n) if name in ("factorial", "binomial") else Fraction(n, 41)
            args = {"pi": [], "binomial": [u, Fraction(k)]}.get(name, [u])
            found = BALLS[name](*map(exact, args))
            said = PLAIN[name](*(mpmath.mpf(x.numerator) / x.denominator for x in args))
            assert abs(mpmath.mpf(str(found.mid().str(25, radius=False))) - said) < 1e-12 * (
                1 + abs(said)
            )


@pytest.mark.parametrize("name", PARTIALS)
def test_a_derivative_is_the_slope(name: str) -> None:
    draw, step = Random(name), Fraction(1, 10**12)
    letters = [symbol("u"), symbol("v")]
    letters = letters if name in ("add", "mul", "div", "pow", "max") else letters[:1]
    before, (ctx.prec, _) = ctx.prec, PRECISION
    node = make(name, *letters, data=">=" if name == "test" else None)
    for _ in range(12):
        point = {x: Fraction(draw.randint(1, 60), draw.randint(61, 99)) for x in letters}
        if len({*point.values()}) < len(point):
            continue
        for x, slope_ in zip(letters, PARTIALS[name](*letters), strict=True):
            ends = [values_at({**point, x: point[x] + h})(node) for h in (-step, step)]
            rise = (ends[1] - ends[0]) / (2 * exact(step))
            assert abs(values_at(point)(core(slope_)) - rise) < 1e-9
    ctx.prec = before
