"""Random claims about derivatives, limits, images and rising functions, judged by numbers.

The numbers are of 250 digits: difference quotients with steps of 10^-60, values at distances
down to 10^-40 from a point and out to 10^40, samples of a set and of its ends.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import fuzz_claims as fc
import mpmath
from fuzz_trees import DIGITS, UNSURE, Tree, compare, latex, num, value, variables

X = fc.X
STEP = Fraction(1, 10**60)
Point = dict[str, Fraction]


@dataclass(frozen=True)
class Question:
    """A claim in LaTeX with what is given, and what it is about."""

    kind: str
    latex: str
    given: tuple[str, ...]
    symbols: tuple[tuple[str, str], ...]
    body: Tree
    about: Any


def _at(body: Tree, x: Fraction) -> Any:
    found = value(body, {"x": x})
    return None if found is None or found is UNSURE else found


def _mpf(v: Any) -> Any:
    return mpmath.mpf(v.numerator) / v.denominator if isinstance(v, Fraction) else v


# --- derivatives ---------------------------------------------------------------------------------


def slope(u: Tree) -> Tree:
    """The derivative in x by the textbook's rules (where there is one)."""
    op, *args = u
    if op == "n":
        return fc.ZERO
    if op == "v":
        return fc.ONE if args[0] == "x" else fc.ZERO
    if op == "cases":
        return (*u[:4], slope(u[4]), slope(u[5]))
    a = args[0]
    da = slope(a)
    if op in ("+", "-"):
        return (op, da, slope(args[1]))
    if op == "*":
        return fc.add(fc.mul(da, args[1]), fc.mul(a, slope(args[1])))
    if op == "/":
        above = fc.sub(fc.mul(da, args[1]), fc.mul(a, slope(args[1])))
        return fc.div(above, fc.square(args[1]))
    if op == "^" and not variables(args[1]):
        less = fc.sub(args[1], fc.ONE)
        return fc.mul(fc.mul(args[1], fc.power(a, less)), da)
    return fc.mul(_outer(u), da)


def _outer(u: Tree) -> Tree:
    op, a = u[0], u[1]
    one = fc.ONE
    return {
        "neg": num(-1), "abs": fc.sign(a), "exp": u, "e^": u, "log": fc.div(one, a),
        "sqrt": fc.div(fc.HALF, u), "sin": fc.cos(a), "cos": fc.neg(fc.sin(a)),
        "tan": fc.add(one, fc.square(u)), "tanh": fc.sub(one, fc.square(u)),
        "sigmoid": fc.mul(u, fc.sub(one, u)), "sinh": fc.cosh(a), "cosh": fc.sinh(a),
        "arctan": fc.div(one, fc.add(one, fc.square(a))), "softplus": fc.sg(a),
        "sign": fc.ZERO,
    }[op]  # fmt: skip


SMOOTH = [
    "abs",
    "exp",
    "e^",
    "log",
    "sqrt",
    "sin",
    "cos",
    "tanh",
    "sigmoid",
    "neg",
    "arctan",
    "cosh",
    "sinh",
    "softplus",
    "sign",
]


def _smooth_tree(draw: Random, depth: int) -> Tree:
    if depth <= 0:
        return X if draw.random() < 0.8 else draw.choice(fc.SMALL)
    kind = draw.random()
    if kind < 0.5:
        return (draw.choice(SMOOTH), _smooth_tree(draw, depth - 1))
    if kind < 0.6:
        return fc.power(_smooth_tree(draw, depth - 1), num(draw.choice(["2", "3", "-1", "1/2"])))
    if kind < 0.7:
        relation = draw.choice(["<", r"\le", ">", r"\ge"])
        return ("cases", "x", relation, num(draw.choice(["0", "1"])),
                _smooth_tree(draw, depth - 1), _smooth_tree(draw, depth - 1))  # fmt: skip
    return (draw.choice("+-*/"), _smooth_tree(draw, depth - 1), _smooth_tree(draw, depth - 1))


SPELLINGS = (r"f'(x)", r"\frac{d}{dx} f(x)", r"\frac{df}{dx}", r"\frac{\partial f}{\partial x}")


def derivatives(draw: Random) -> Iterator[Question]:
    """`f'(x) = ...` by the rules, half of them with a mutant."""
    while True:
        body = _smooth_tree(draw, draw.choice([1, 2, 2, 3]))
        if "x" not in variables(body):
            continue
        result = slope(body)
        if draw.random() < 0.5:
            result = fc.mutated(draw, result)
        claim = f"{draw.choice(SPELLINGS[:2])} = {latex(result)}"
        declared = tuple(s for s in fc.symbols(draw, body) if "integer" not in s[1])
        yield Question("derivative", claim, (f"f(x) = {latex(body)}",), declared, body, result)


def quotient(body: Tree, x: Fraction) -> Any:
    """The derivative at a point by difference quotients; None where there is none."""
    with mpmath.workdps(DIGITS):
        here, above, below = (_at(body, x + d) for d in (0, STEP, -STEP))
        if None in (here, above, below):
            return None
        right, left = ((_mpf(above) - _mpf(here)) * 10**60, (_mpf(here) - _mpf(below)) * 10**60)
        if abs(right - left) > mpmath.mpf(10) ** -20 * (1 + abs(right)) or abs(right) > 10**30:
            return None
        return (right + left) / 2


def _differs(question: Question, x: Fraction) -> bool:
    found, claimed = quotient(question.body, x), _at(question.about, x)
    if found is None or claimed is None:
        return False
    with mpmath.workdps(DIGITS):
        return bool(abs(found - _mpf(claimed)) > mpmath.mpf(10) ** -15 * (1 + abs(found)))


def _wrong_derivative(question: Question, verdict: Any) -> str:
    if verdict.kind in ("proved", "confirmed"):
        points = fc.grid({"x"}, question.symbols)
        bad = next((p["x"] for p in points if _differs(question, p["x"])), None)
        return "" if bad is None else f"{verdict.kind}, but wrong at {bad}"
    if verdict.kind == "refuted":
        if "x" not in verdict.counterexample.at:
            points = fc.grid({"x"}, question.symbols)
            return "" if any(_differs(question, p["x"]) for p in points) else "refuted, but true"
        x = Fraction(verdict.counterexample.at["x"])
        found, claimed = quotient(question.body, x), _at(question.about, x)
        if found is None:
            return f"refuted at {x}, where there is no derivative"
        if claimed is not None and not _differs(question, x):
            return f"refuted at {x}, where it holds"
    return ""


# --- limits --------------------------------------------------------------------------------------

PLACES = (r"\infty", r"-\infty", "0", "0^+", "0^-", "1", "1^-", "2")
VALUES = ("0", "1", "-1", "2", r"\infty", r"-\infty", r"\frac{1}{2}", "e", "-2")


def limits(draw: Random) -> Iterator[Question]:
    """`lim f(x) = value`: the value seen at a distance, or another one."""
    while True:
        body = fc.tree(draw, draw.choice([1, 2, 2, 3]), (X,))
        if "x" not in variables(body):
            continue
        place = draw.choice(PLACES)
        claimed = draw.choice(VALUES)
        seen = _far(body, _towards(place)[0])
        if seen and draw.random() < 0.6:
            claimed = _nice(seen[-1])
        claim = rf"\lim_{{x \to {place}}} \left({latex(body)}\right) = {claimed}"
        yield Question("limit", claim, (), (), body, (place, claimed))


def _nice(v: Any) -> str:
    if abs(v) > 10**12:
        return r"\infty" if v > 0 else r"-\infty"
    near = Fraction(round(float(v) * 12), 12)
    sign = "-" if near < 0 else ""
    return rf"{sign}\frac{{{abs(near.numerator)}}}{{{near.denominator}}}"


SPREADS = tuple(Fraction(v) for v in ("1", "4/3", "22/7", "2/7", "13/5", "41/9"))
"""Sequences that go to a place at these rates: where there is a limit, all have it."""


def _towards(place: str) -> list[list[Fraction]]:
    """Several sequences of points, of each side, that go to a place."""
    tail = [Fraction(10) ** k for k in (3, 6, 10, 16, 25, 40)]
    if "infty" in place:
        sign = -1 if place[0] == "-" else 1
        return [[sign * (t * rate + rate / 3) for t in tail] for rate in SPREADS]
    at = Fraction(place.rstrip("+-^"))
    sides = {"+": (1,), "-": (-1,)}.get(place[-1], (1, -1))
    return [[at + side * rate / t for t in tail] for side in sides for rate in SPREADS]


def _far(body: Tree, points: list[Fraction]) -> list[Any]:
    with mpmath.workdps(DIGITS):
        found = [_at(body, p) for p in points]
        return [_mpf(v) for v in found if v is not None]


def _number(text: str) -> Any:
    known = {r"\infty": mpmath.inf, r"-\infty": -mpmath.inf, "e": mpmath.e}
    if text in known:
        return known[text]
    bare = text.replace(r"\frac", "").replace("}{", "/").strip("-{}")
    return _mpf(Fraction(bare)) * (-1 if text[0] == "-" else 1)


def _tends(body: Tree, points: list[Fraction], text: str) -> bool | None:
    """Whether values far out go to a number; None if it cannot be told (slow, or few values)."""
    with mpmath.workdps(DIGITS):
        seen = _far(body, points)
        if len(seen) < 4:
            return None
        claimed = _number(text)
        if mpmath.isinf(claimed):
            size = [v * (1 if claimed > 0 else -1) for v in seen]
            if size[-1] > 10**6 and all(b > a for a, b in itertools.pairwise(size[-3:])):
                return True
            return False if size[-1] < 50 and abs(size[-1] - size[-2]) < 0.01 else None
        gaps = [abs(v - claimed) for v in seen]
        if gaps[-1] < mpmath.mpf(10) ** -25 and gaps[-2] < 0.01:
            # a gap that stays as it is may be small, but it is one
            return None if 0 < gaps[-1] == gaps[-2] else True
        settled = abs(seen[-1] - seen[-2]) < gaps[-1] / 1000 or abs(seen[-1]) > 10**9
        return False if gaps[-1] > mpmath.mpf(10) ** -3 and settled else None


def _wrong_limit(question: Question, verdict: Any) -> str:
    place, claimed = question.about
    if verdict.kind not in ("proved", "refuted"):
        return ""
    answers = [_tends(question.body, points, claimed) for points in _towards(place)]
    if verdict.kind == "proved" and False in answers:
        return "proved, but the values go elsewhere"
    if verdict.kind == "refuted" and answers and all(a is True for a in answers):
        return "refuted, but the values go there"
    return ""


# --- images ---------------------------------------------------------------------------------------

SETS = (
    r"\mathbb{R}",
    r"\mathbb{R}",
    "[0, 1]",
    "(0, 1)",
    r"[0, \infty)",
    r"(-\infty, 0)",
    "[-1, 2]",
)
SET_DOMAINS = {r"\mathbb{R}": "", "[0, 1]": "real >= 0, <= 1", "(0, 1)": "real > 0, < 1",
               r"[0, \infty)": "real >= 0", r"(-\infty, 0)": "real < 0",
               "[-1, 2]": "real >= -1, <= 2"}  # fmt: skip


def images(draw: Random) -> Iterator[Question]:
    """`f(S) = interval` or contained in it, near what samples show."""
    while True:
        body = fc.tree(draw, draw.choice([1, 1, 2, 2]), (X,))
        if "x" not in variables(body):
            continue
        over = draw.choice(SETS)
        seen = _samples(body, over)
        if len(seen) < 10:
            continue
        ends = [_end(draw, v) for v in (min(map(_mpf, seen)), max(map(_mpf, seen)))]
        if ends[0] == ends[1]:
            continue
        left = "(" if ends[0] is None or draw.random() < 0.5 else "["
        right = ")" if ends[1] is None or draw.random() < 0.5 else "]"
        texts = [r"-\infty" if ends[0] is None else latex(num(ends[0])),
                 r"\infty" if ends[1] is None else latex(num(ends[1]))]  # fmt: skip
        relation = draw.choice(["=", "=", r"\subseteq"])
        claim = rf"f({over}) {relation} {left}{texts[0]}, {texts[1]}{right}"
        about = (over, relation, left, ends[0], ends[1], right)
        yield Question("image", claim, (f"f(x) = {latex(body)}",), (), body, about)


def _end(draw: Random, v: Any) -> Fraction | None:
    if abs(v) > 10**4:
        return None
    near = Fraction(round(float(v), 4)).limit_denominator(12)
    return near + draw.choice([0, 0, 0, 0, 0, Fraction(1, 10), -Fraction(1, 10), 1, -1])


def _points(over: str) -> list[Fraction]:
    tiny = [Fraction(1, 10**k) for k in (3, 6, 12, 25)]
    raw = [*fc.POINTS, *(Fraction(k, 7) for k in range(-60, 61))]
    raw += [s * v for s in (1, -1) for v in (*tiny, *(1 / t for t in tiny))]
    raw += [1 - t for t in tiny] + [1 + t for t in tiny]
    low, high, text = {
        "[0, 1]": (0, 1, "[]"), "(0, 1)": (0, 1, "()"), r"[0, \infty)": (0, None, "[)"),
        r"(-\infty, 0)": (None, 0, "()"), "[-1, 2]": (-1, 2, "[]"),
    }.get(over, (None, None, "()"))  # fmt: skip
    kept = [v for v in raw if (low is None or v > low or (v == low and text[0] == "["))]
    return [v for v in kept if high is None or v < high or (v == high and text[1] == "]")]


def _samples(body: Tree, over: str) -> list[Any]:
    with mpmath.workdps(DIGITS):
        found = [_at(body, p) for p in _points(over)]
        return [v if isinstance(v, Fraction) else _mpf(v) for v in found if v is not None]


def _wrong_image(question: Question, verdict: Any) -> str:
    over, relation, left, low, high, right = question.about
    with mpmath.workdps(DIGITS):
        seen = _samples(question.body, over)
        outside = _outside(seen, low, left == "[", 1) or _outside(seen, high, right == "]", -1)
        reached = _reached(seen, low, left == "[", 1) and _reached(seen, high, right == "]", -1)
    if verdict.kind == "proved":
        if outside:
            return "proved, but values lie outside"
        return "proved, but an end is not seen" if relation == "=" and not reached else ""
    if verdict.kind == "refuted" and not outside:
        target = (left, low, high, right)
        return _wrong_value(question.body, seen, verdict.counterexample.at, target)
    return ""


def _wrong_value(body: Tree, seen: list[Any], at: Any, target: tuple[Any, ...]) -> str:
    """What is wrong with a point outside, or with a value of the set said to be never taken."""
    if "value" not in at:
        try:
            there = [_at(body, Fraction(at["x"]))] if "x" in at else []
        except ValueError:
            there = []  # a point that is not rational
        left, low, high, right = target
        outside = _outside(there, low, left == "[", 1) or _outside(there, high, right == "]", -1)
        ends = [e for e, text in ((low, left), (high, right)) if e is not None and text in "()"]
        touched = any(v is None or compare(v, end) in (None, 0) for v in there for end in ends)
        unknown = not there or None in there
        return "" if outside or touched or unknown else "refuted, but samples fit"
    missed = Fraction(at["value"])
    left, low, high, right = target
    above = low is None or missed > low or (missed == low and left == "[")
    below = high is None or missed < high or (missed == high and right == "]")
    if not (above and below):
        return f"the value {missed} is not in the set"
    exactly = any(isinstance(v, Fraction) and v == missed for v in seen)
    sides = {compare(v, missed) for v in seen} - {None, 0}
    between = len(sides) > 1 and _operations(body).isdisjoint(JUMPING)
    return f"the value {missed} is taken" if exactly or between else ""


JUMPING = frozenset({"sign", "floor", "ceil", "round", "cases", "rows", "/", "^", "tan", "log"})
"""What may jump, or be undefined, between two samples."""


def _operations(body: Tree) -> set[str]:
    return {body[0]}.union(*(_operations(a) for a in body[1:] if isinstance(a, tuple)))


def _outside(seen: list[Any], end: Fraction | None, closed: bool, sign: int) -> bool:
    if end is None:
        return False
    for v in filter(lambda v: v is not None, seen):
        order = compare(v, end)
        if order == -sign or (order == 0 and isinstance(v, Fraction) and not closed):
            return True
    return False


def _reached(seen: list[Any], end: Fraction | None, closed: bool, sign: int) -> bool:
    extreme = (min if sign > 0 else max)(map(_mpf, seen))
    if end is None:
        return abs(extreme) > 20
    if closed:
        return any(compare(v, end) in (0, None) for v in seen) or abs(extreme - _mpf(end)) < 0.05
    return abs(extreme - _mpf(end)) < 0.05


def wrong(question: Question, verdict: Any) -> str:
    """What is wrong with a verdict, as far as numbers can tell."""
    judge = {"derivative": _wrong_derivative, "limit": _wrong_limit, "image": _wrong_image}
    return judge[question.kind](question, verdict)
