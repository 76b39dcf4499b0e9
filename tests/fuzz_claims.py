"""Random claims with tempting rewrites, and what an independent oracle says of a verdict on them."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import mpmath
from fuzz_trees import DIGITS, UNSURE, Tree, When, close, compare, latex, num, value, var, variables

X, Y, Z, N, K = map(var, "xyznk")
POINTS = [Fraction(p) for p in ["0", "1", "-1", "2", "-2", "1/2", "-1/2", "3/2", "-3/2", "3", "-3", "1/3", "-4/3", "7/5", "-9/4", "10", "-10", "1/100", "-1/100", "31/7", "-31/7"]]  # fmt: skip
FAR = [s * Fraction(p) for p in ("1e-30", "1e30", "1e-9", "1e9") for s in (1, -1)]
FAR += [p + s * Fraction("1e-15") for p in (1, -1, 2) for s in (1, -1)]


@dataclass(frozen=True)
class FuzzClaim:
    """`left relation right` over the declared symbols, as trees and as LaTeX."""

    left: Tree
    relation: str
    right: Tree
    symbols: tuple[tuple[str, str], ...] = ()

    @property
    def latex(self) -> str:
        return f"{latex(self.left)} {self.relation} {latex(self.right)}"


# --- random trees ------------------------------------------------------------------------------

UNARY = ["abs", "exp", "e^", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "erf", "relu", "sign", "floor", "ceil", "neg", "arctan", "cosh", "sinh", "softplus", "tan", "round", "log1p", "expm1"]  # fmt: skip
BINARY = ["+", "-", "*", "/", "^", "max", "min"]
SMALL = [num(v) for v in ("1", "2", "3", "-1", "0.5", "-2", "0.1", "1/3", "4")]


def tree(draw: Random, depth: int, names: tuple[Tree, ...]) -> Tree:
    """A random tree."""
    if depth <= 0 or draw.random() < 0.15:
        return draw.choice(names) if draw.random() < 0.75 else draw.choice(SMALL)
    kind = draw.random()
    if kind < 0.4:
        return (draw.choice(UNARY), tree(draw, depth - 1, names))
    if kind < 0.43:
        return _rows(draw, depth, names)
    if kind < 0.48:
        relation = draw.choice(["<", r"\le", ">", r"\ge"])
        name = draw.choice(names)[1]
        place = num(draw.choice(["0", "1", "-1", "0.5"]))
        return ("cases", name, relation, place, tree(draw, depth - 1, names),
                tree(draw, depth - 1, names))  # fmt: skip
    if kind < 0.6:
        exponent = draw.choice(["2", "3", "-1", "1/2", "1/3", "-2", "2/3", "0", "4"])
        return ("^", tree(draw, depth - 1, names), num(exponent))
    return (draw.choice(BINARY), tree(draw, depth - 1, names), tree(draw, depth - 1, names))


def _rows(draw: Random, depth: int, names: tuple[Tree, ...]) -> Tree:
    """Cases whose ends touch, overlap or leave a gap; or the same function in all of them."""
    low, high = (num(v) for v in draw.choice([("0", "1"), ("-1", "1"), ("0", "0"), ("-2", "0.5")]))
    values = [tree(draw, depth - 1, names) for _ in range(3)]
    if draw.random() < 0.3:
        values[1] = values[0]
    ends = [draw.choice(["<", r"\le"]) for _ in range(4)]
    whens = (
        When(None, "<", ends[0], low),
        When(low, ends[1], ends[2], high),
        When(high, ends[3], "<", None),
    )
    flat = [part for pair in zip(values, whens, strict=True) for part in pair]
    return ("rows", draw.choice(names)[1], *flat)


def _f(op: str) -> Callable[..., Tree]:
    return lambda *args: (op, *args)


add, sub, mul, div, power = map(_f, "+-*/^")
exp, log, sqrt, size, neg = map(_f, ("e^", "log", "sqrt", "abs", "neg"))
big, small, floor, ceil, sign = map(_f, ("max", "min", "floor", "ceil", "sign"))
sin, cos, tan, tanh, sg, erf, relu = map(
    _f, ("sin", "cos", "tan", "tanh", "sigmoid", "erf", "relu")
)
arctan, sinh, cosh, sp = map(_f, ("arctan", "sinh", "cosh", "softplus"))
clip, near = _f("clip"), _f("round")
ONE, TWO, ZERO, HALF = num(1), num(2), num(0), num("1/2")


def square(u: Tree) -> Tree:
    return power(u, TWO)


def _step(u: Tree) -> Tree:
    """1 where a variable is positive, else 0; with a gap at 0 it would be another function."""
    return ("cases", u[1], ">", ZERO, ONE, ZERO)


def _log_sum(*terms: Tree) -> Tree:
    first, *others = map(exp, terms)
    for other in others:
        first = add(first, other)
    return log(first)


def _part(u: Tree, v: Tree) -> Tree:
    """An entry of the softmax of two numbers."""
    return div(exp(u), add(exp(u), exp(v)))


REWRITES: tuple[Callable[[Tree, Tree], tuple[Tree, Tree]], ...] = (
    lambda u, v: (sqrt(square(u)), u),
    lambda u, v: (sqrt(square(u)), size(u)),
    lambda u, v: (square(sqrt(u)), u),
    lambda u, v: (power(square(u), HALF), u),
    lambda u, v: (power(square(u), HALF), size(u)),
    lambda u, v: (power(power(u, num(3)), num("1/3")), u),
    lambda u, v: (("root", power(u, num(3)), 3), u),
    lambda u, v: (("root", power(u, num(4)), 4), u),
    lambda u, v: (power(("root", u, 3), num(3)), u),
    lambda u, v: (power(u, num("2/3")), ("root", square(u), 3)),
    lambda u, v: (power(u, num("1/3")), ("root", u, 3)),
    lambda u, v: (log(mul(u, v)), add(log(u), log(v))),
    lambda u, v: (log(div(u, v)), sub(log(u), log(v))),
    lambda u, v: (log(square(u)), mul(TWO, log(u))),
    lambda u, v: (log(square(u)), mul(TWO, log(size(u)))),
    lambda u, v: (log(power(u, v)), mul(v, log(u))),
    lambda u, v: (log(sqrt(u)), div(log(u), TWO)),
    lambda u, v: (log(add(u, v)), add(log(u), log(v))),
    lambda u, v: (exp(log(u)), u),
    lambda u, v: (log(exp(u)), u),
    lambda u, v: (exp(add(u, v)), mul(exp(u), exp(v))),
    lambda u, v: (power(exp(u), v), exp(mul(u, v))),
    lambda u, v: (exp(neg(u)), div(ONE, exp(u))),
    lambda u, v: (power(exp(u), HALF), exp(div(u, TWO))),
    lambda u, v: (power(power(u, v), TWO), power(u, mul(TWO, v))),
    lambda u, v: (power(power(u, TWO), v), power(u, mul(TWO, v))),
    lambda u, v: (mul(power(u, v), u), power(u, add(v, ONE))),
    lambda u, v: (mul(power(u, HALF), power(v, HALF)), power(mul(u, v), HALF)),
    lambda u, v: (sqrt(mul(u, v)), mul(sqrt(u), sqrt(v))),
    lambda u, v: (sqrt(div(u, v)), div(sqrt(u), sqrt(v))),
    lambda u, v: (sqrt(add(square(u), square(v))), add(u, v)),
    lambda u, v: (sqrt(div(u, square(v))), div(sqrt(u), v)),
    lambda u, v: (sqrt(mul(u, square(v))), mul(sqrt(u), v)),
    lambda u, v: (size(mul(u, v)), mul(size(u), size(v))),
    lambda u, v: (size(add(u, v)), add(size(u), size(v))),
    lambda u, v: (size(sub(u, v)), size(sub(v, u))),
    lambda u, v: (mul(sign(u), size(u)), u),
    lambda u, v: (mul(sign(u), u), size(u)),
    lambda u, v: (div(u, size(u)), sign(u)),
    lambda u, v: (square(size(u)), square(u)),
    lambda u, v: (power(size(u), num(3)), power(u, num(3))),
    lambda u, v: (add(big(u, v), small(u, v)), add(u, v)),
    lambda u, v: (mul(big(u, v), small(u, v)), mul(u, v)),
    lambda u, v: (big(u, v), div(add(add(u, v), size(sub(u, v))), TWO)),
    lambda u, v: (sub(big(u, v), small(u, v)), size(sub(u, v))),
    lambda u, v: (mul(u, big(u, v)), big(square(u), mul(u, v))),
    lambda u, v: (neg(big(u, v)), small(neg(u), neg(v))),
    lambda u, v: (big(u, v), neg(small(u, v))),
    lambda u, v: (big(add(u, ONE), add(v, ONE)), add(ONE, big(u, v))),
    lambda u, v: (exp(big(u, v)), big(exp(u), exp(v))),
    lambda u, v: (big(u, neg(u)), size(u)),
    lambda u, v: (relu(u), big(ZERO, u)),
    lambda u, v: (sub(relu(u), relu(neg(u))), u),
    lambda u, v: (add(relu(u), relu(neg(u))), size(u)),
    lambda u, v: (square(relu(u)), mul(u, relu(u))),
    lambda u, v: (relu(mul(u, v)), mul(u, relu(v))),
    lambda u, v: (relu(relu(u)), relu(u)),
    lambda u, v: (floor(add(u, ONE)), add(floor(u), ONE)),
    lambda u, v: (floor(mul(TWO, u)), mul(TWO, floor(u))),
    lambda u, v: (floor(neg(u)), neg(ceil(u))),
    lambda u, v: (floor(neg(u)), neg(floor(u))),
    lambda u, v: (sub(ceil(u), floor(u)), ONE),
    lambda u, v: (floor(floor(u)), floor(u)),
    lambda u, v: (floor(add(u, v)), add(floor(u), floor(v))),
    lambda u, v: (floor(mul(TWO, u)), add(floor(u), floor(add(u, HALF)))),
    lambda u, v: (div(u, u), ONE),
    lambda u, v: (mul(v, div(u, v)), u),
    lambda u, v: (div(ONE, div(ONE, u)), u),
    lambda u, v: (div(sub(square(u), square(v)), sub(u, v)), add(u, v)),
    lambda u, v: (square(add(u, v)), add(square(u), square(v))),
    lambda u, v: (square(add(u, v)), add(add(square(u), mul(TWO, mul(u, v))), square(v))),
    lambda u, v: (div(ONE, add(u, v)), add(div(ONE, u), div(ONE, v))),
    lambda u, v: (div(add(u, v), u), add(ONE, div(v, u))),
    lambda u, v: (power(u, ZERO), ONE),
    lambda u, v: (mul(ZERO, u), ZERO),
    lambda u, v: (sub(u, u), ZERO),
    lambda u, v: (tanh(u), sub(mul(TWO, sg(mul(TWO, u))), ONE)),
    lambda u, v: (tanh(u), sub(mul(TWO, sg(u)), ONE)),
    lambda u, v: (sg(neg(u)), sub(ONE, sg(u))),
    lambda u, v: (sg(u), div(exp(u), add(ONE, exp(u)))),
    lambda u, v: (sg(u), div(ONE, add(ONE, exp(neg(u))))),
    lambda u, v: (sg(u), add(HALF, div(tanh(div(u, TWO)), TWO))),
    lambda u, v: (log(sg(u)), neg(sp(neg(u)))),
    lambda u, v: (sub(sp(u), sp(neg(u))), u),
    lambda u, v: (log(div(sg(u), sub(ONE, sg(u)))), u),
    lambda u, v: (tanh(add(u, v)), div(add(tanh(u), tanh(v)), add(ONE, mul(tanh(u), tanh(v))))),
    lambda u, v: (tanh(u), div(sinh(u), cosh(u))),
    lambda u, v: (sub(square(cosh(u)), square(sinh(u))), ONE),
    lambda u, v: (add(square(sin(u)), square(cos(u))), ONE),
    lambda u, v: (sin(mul(TWO, u)), mul(TWO, mul(sin(u), cos(u)))),
    lambda u, v: (cos(mul(TWO, u)), sub(ONE, mul(TWO, square(sin(u))))),
    lambda u, v: (cos(u), sqrt(sub(ONE, square(sin(u))))),
    lambda u, v: (sin(add(u, v)), add(sin(u), sin(v))),
    lambda u, v: (sin(add(u, v)), add(mul(sin(u), cos(v)), mul(cos(u), sin(v)))),
    lambda u, v: (tan(u), div(sin(u), cos(u))),
    lambda u, v: (tan(arctan(u)), u),
    lambda u, v: (arctan(tan(u)), u),
    lambda u, v: (add(arctan(u), arctan(div(ONE, u))), mul(TWO, arctan(ONE))),
    lambda u, v: (sin(neg(u)), neg(sin(u))),
    lambda u, v: (erf(neg(u)), neg(erf(u))),
    lambda u, v: (erf(size(u)), size(erf(u))),
    lambda u, v: (tanh(size(u)), size(tanh(u))),
    lambda u, v: (size(exp(u)), exp(u)),
    lambda u, v: (log(add(ONE, exp(u))), sp(u)),
    lambda u, v: (log(add(exp(u), exp(v))), add(u, sp(sub(v, u)))),
    lambda u, v: (log(add(exp(u), exp(v))), big(u, v)),
    lambda u, v: (sign(mul(u, v)), mul(sign(u), sign(v))),
    lambda u, v: (sign(exp(u)), ONE),
    lambda u, v: (square(sign(u)), ONE),
    lambda u, v: (power(num(2), u), exp(mul(u, log(num(2))))),
    lambda u, v: (power(num("0.25"), u), div(ONE, power(TWO, mul(TWO, u)))),
    lambda u, v: (clip(u, ZERO, ONE), small(big(u, ZERO), ONE)),
    lambda u, v: (clip(u, neg(ONE), ONE), sub(relu(add(u, ONE)), relu(sub(u, ONE)))),
    lambda u, v: (clip(u, v, add(v, ONE)), small(big(u, v), add(v, ONE))),
    lambda u, v: (clip(u, ONE, v), big(ONE, small(u, v))),
    lambda u, v: (mul(TWO, clip(u, ZERO, ONE)), clip(mul(TWO, u), ZERO, TWO)),
    lambda u, v: (near(u), floor(add(u, HALF))),
    lambda u, v: (near(neg(u)), neg(near(u))),
    lambda u, v: (near(near(u)), near(u)),
    lambda u, v: (("log1p", u), log(add(ONE, u))),
    lambda u, v: (("expm1", u), sub(exp(u), ONE)),
    lambda u, v: (("expm1", ("log1p", u)), u),
    lambda u, v: (("log1p", ("expm1", u)), u),
    lambda u, v: (power(power(u, num("1/3")), num(3)), u),
    lambda u, v: (power(power(u, num("2/3")), num("3/2")), u),
    lambda u, v: (power(power(u, num("2/3")), num("3/2")), size(u)),
    lambda u, v: (power(u, num("2/4")), sqrt(u)),
    lambda u, v: (power(u, num("1.5")), mul(u, sqrt(u))),
    lambda u, v: (power(u, num("2/6")), power(power(u, TWO), num("1/6"))),
    lambda u, v: (power(mul(u, v), num("1/3")), mul(("root", u, 3), ("root", v, 3))),
    lambda u, v: (("root", mul(u, v), 3), mul(("root", u, 3), ("root", v, 3))),
    lambda u, v: (("root", neg(u), 3), neg(("root", u, 3))),
    lambda u, v: (("root", sqrt(u), 3), ("root", u, 6)),
    lambda u, v: (mul(power(u, v), power(u, neg(v))), ONE),
    lambda u, v: (div(power(u, add(v, ONE)), power(u, v)), u),
    lambda u, v: (power(div(u, v), TWO), div(square(u), square(v))),
    lambda u, v: (power(div(ONE, u), v), power(u, neg(v))),
    lambda u, v: (power(mul(u, u), v), mul(power(u, v), power(u, v))),
    lambda u, v: (div(log(u), log(v)), log(div(u, v))),
    lambda u, v: (div(log(square(u)), log(u)), TWO),
    lambda u, v: (log(div(ONE, u)), neg(log(u))),
    lambda u, v: (mul(log(u), log(v)), log(add(u, v))),
    lambda u, v: (exp(mul(v, log(u))), power(u, v)),
    lambda u, v: (exp(div(log(u), TWO)), sqrt(u)),
    lambda u, v: (sqrt(exp(u)), exp(div(u, TWO))),
    lambda u, v: (log(size(mul(u, v))), add(log(size(u)), log(size(v)))),
    lambda u, v: (sqrt(square(add(u, v))), add(u, v)),
    lambda u, v: (sqrt(add(add(square(u), mul(TWO, mul(u, v))), square(v))), size(add(u, v))),
    lambda u, v: (div(u, sqrt(square(u))), sign(u)),
    lambda u, v: (div(ONE, sqrt(u)), div(sqrt(u), u)),
    lambda u, v: (div(sub(u, v), sub(sqrt(u), sqrt(v))), add(sqrt(u), sqrt(v))),
    lambda u, v: (div(sub(u, v), sub(v, u)), neg(ONE)),
    lambda u, v: (div(mul(u, v), mul(v, v)), div(u, v)),
    lambda u, v: (add(div(u, v), div(v, u)), div(add(square(u), square(v)), mul(u, v))),
    lambda u, v: (div(div(u, v), v), div(u, square(v))),
    lambda u, v: (div(mul(ZERO, u), v), ZERO),
    lambda u, v: (power(u, sub(v, v)), ONE),
    lambda u, v: (mul(u, power(u, neg(ONE))), power(v, ZERO)),
    lambda u, v: (sg(add(u, v)), mul(sg(u), sg(v))),
    lambda u, v: (
        sub(ONE, square(tanh(u))),
        mul(num(4), mul(sg(mul(TWO, u)), sg(neg(mul(TWO, u))))),
    ),
    lambda u, v: (("artanh", tanh(u)), u),
    lambda u, v: (tanh(("artanh", u)), u),
    lambda u, v: (("artanh", u), div(log(div(add(ONE, u), sub(ONE, u))), TWO)),
    lambda u, v: (sin(("arcsin", u)), u),
    lambda u, v: (("arcsin", sin(u)), u),
    lambda u, v: (add(erf(u), erf(neg(u))), ZERO),
    lambda u, v: (sub(ONE, erf(neg(u))), add(ONE, erf(u))),
    lambda u, v: (square(erf(u)), erf(square(u))),
    lambda u, v: (big(mul(u, v), ZERO), mul(big(u, ZERO), big(v, ZERO))),
    lambda u, v: (big(big(u, v), ZERO), big(u, big(v, ZERO))),
    lambda u, v: (small(u, big(u, v)), u),
    lambda u, v: (big(square(u), square(v)), square(big(u, v))),
    lambda u, v: (square(big(size(u), size(v))), big(square(u), square(v))),
    lambda u, v: (size(relu(u)), relu(u)),
    lambda u, v: (relu(neg(u)), sub(relu(u), u)),
    lambda u, v: (size(sub(size(u), size(v))), size(sub(u, v))),
    lambda u, v: (size(sin(u)), sqrt(sub(ONE, square(cos(u))))),
    lambda u, v: (sign(neg(u)), neg(sign(u))),
    lambda u, v: (sign(sign(u)), sign(u)),
    lambda u, v: (sign(power(u, num(3))), sign(u)),
    lambda u, v: (sign(u), sub(mul(TWO, _step(u)), ONE)) if u[0] == "v" else (sign(u), sign(u)),
    lambda u, v: (big(u, ZERO), mul(u, _step(u))) if u[0] == "v" else (u, big(u, u)),
    lambda u, v: (_log_sum(u, v, ZERO), add(u, _log_sum(ZERO, sub(v, u), neg(u)))),
    lambda u, v: (_log_sum(u, v, ZERO), big(u, big(v, ZERO))),
    lambda u, v: (add(_part(u, v), _part(v, u)), ONE),
    lambda u, v: (_part(u, v), sg(sub(u, v))),
    lambda u, v: (log(_part(u, v)), sub(u, log(add(exp(u), exp(v))))),
    lambda u, v: (power(neg(ONE), u), cos(mul(u, mul(num(4), arctan(ONE))))),
)
"""Rewrites people make: some hold, some hold only somewhere, some never."""

CONTEXTS: tuple[Callable[[Tree], Tree], ...] = (
    lambda t: t, lambda t: t, lambda t: t, lambda t: add(t, ONE), lambda t: mul(TWO, t), lambda t: mul(X, t),
    lambda t: neg(t), exp, tanh, sg, square, size, lambda t: div(ONE, t), lambda t: sub(t, t), sin,
    lambda t: big(t, ZERO), lambda t: div(t, add(ONE, square(t))), relu, sqrt, log, sign,
)  # fmt: skip
DOMAINS = ("", "", "", "real > 0", "real >= 0", "real < 0", "real > 0, < 1", "real > -1, < 1",
           "integer", "integer >= 1", "real > 1", "real != 0", "real >= -1, <= 1",
           "real < -1", "integer >= 0", "real > 0, <= 2", "real <= 0")  # fmt: skip


def mutated(draw: Random, root: Tree) -> Tree:
    """The tree with one thing changed in a plausible way."""
    places = list(_places(root))
    path = draw.choice(places)
    return _changed(root, path, lambda node: _mutant(draw, node))


def _places(root: Tree, path: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    yield path
    for i, arg in enumerate(root):
        if i and isinstance(arg, tuple):
            yield from _places(arg, (*path, i))


def _changed(root: Tree, path: tuple[int, ...], change: Callable[[Tree], Tree]) -> Tree:
    if not path:
        return change(root)
    i = path[0]
    return (*root[:i], _changed(root[i], path[1:], change), *root[i + 1 :])


OTHER = {"+": "-", "-": "+", "*": "+", "/": "*", "max": "min", "min": "max", "sin": "cos",
         "cos": "sin", "tanh": "sigmoid", "floor": "ceil", "ceil": "floor", "abs": "neg",
         "sigmoid": "tanh", "e^": "neg", "log": "abs", "sqrt": "abs", "sign": "tanh",
         "relu": "abs", "sinh": "cosh", "cosh": "sinh", "erf": "tanh", "softplus": "relu",
         "arctan": "tan", "tan": "sin"}  # fmt: skip


def _mutant(draw: Random, node: Tree) -> Tree:
    if node[0] == "n":
        return num(node[1] + draw.choice([1, -1, Fraction(1, 10), 2]))
    if node[0] == "neg":
        return node[1]
    if node[0] in OTHER and draw.random() < 0.7:
        return (OTHER[node[0]], *node[1:])
    return draw.choice([neg, size, lambda t: add(t, num("0.1")), relu, lambda t: mul(TWO, t)])(node)


def symbols(draw: Random, *trees: Tree) -> tuple[tuple[str, str], ...]:
    """Random declarations of the variables of some trees."""
    names = sorted(set().union(*map(variables, trees)))
    chosen = ((name, draw.choice(DOMAINS)) for name in names)
    return tuple((name, text) for name, text in chosen if text)


def equalities(draw: Random) -> Iterator[FuzzClaim]:
    """Equalities by a rewrite in a context, a third of them with a mutant."""
    while True:
        names = draw.choice([(X,), (X,), (X,), (X, Y), (X, Y), (X, Y, Z)])
        u, v = (tree(draw, draw.choice([0, 0, 1, 1, 2]), names) for _ in range(2))
        left, right = draw.choice(REWRITES)(u, v)
        context = draw.choice(CONTEXTS)
        left, right = context(left), context(right)
        if draw.random() < 0.3:
            right = mutated(draw, right)
        if draw.random() < 0.2:
            left, right = sub(left, right), ZERO
        if draw.random() < 0.1:
            left, right = right, left
        if left[0] not in "vn" and left != right:
            yield FuzzClaim(left, "=", right, symbols(draw, left, right))


def inequalities(draw: Random) -> Iterator[FuzzClaim]:
    """Inequalities: rewrites with an order between the sides, functions against tight bounds."""
    while True:
        names = (X,) if draw.random() < 0.6 else (X, Y)
        relation = draw.choice(["<", r"\le", ">", r"\ge", r"\ne"])
        kind = draw.random()
        if kind < 0.45:
            u, v = (tree(draw, draw.choice([0, 0, 1, 1]), names) for _ in range(2))
            left, right = draw.choice(REWRITES)(u, v)
            if draw.random() < 0.3:
                right = mutated(draw, right)
            declared = symbols(draw, left, right)
        else:
            left = tree(draw, draw.choice([1, 2, 2, 3]), names)
            declared = symbols(draw, left)
            right = _bound(draw, left, declared, relation)
        if left[0] not in "vn" and variables(left) | variables(right):
            yield FuzzClaim(left, relation, right, declared)


def _bound(draw: Random, left: Tree, declared: Any, relation: str) -> Tree:
    """A number near the least or largest value seen."""
    seen = (value(left, p) for p in grid(variables(left), declared))
    values = [float(v) for v in seen if v is not None and v is not UNSURE and abs(v) < 10**6]
    if not values:
        return num(draw.choice([0, 1, -1]))
    end = min(values) if relation in (">", r"\ge") else max(values)
    if relation == r"\ne":
        end = draw.choice(values)
    return num(Fraction(round(end + draw.choice([0, 0, 0, 0.001, -0.001, 0.1, -0.1, 1, -1]), 3))
               .limit_denominator(1000))  # fmt: skip


# --- the oracle ----------------------------------------------------------------------------------


def grid(names: set[str], declared: Any, extra: int = 40) -> list[dict[str, Fraction]]:
    """Points of the declared domains: plain ones and many others, always the same."""
    draw = Random(len(names))
    domains = dict(declared)
    choices = {name: _inside(domains.get(name, ""), draw, extra) for name in sorted(names)}
    if len(choices) <= 1:
        return [dict(zip(choices, p, strict=True)) for p in product(*choices.values())]
    plain = {name: chosen[: 9 if len(choices) == 2 else 4] for name, chosen in choices.items()}
    points = [dict(zip(plain, p, strict=True)) for p in product(*plain.values())]
    return points + [{n: draw.choice(c) for n, c in choices.items()} for _ in range(60)]


def _inside(domain: str, draw: Random, extra: int) -> list[Fraction]:
    raw = POINTS + [Fraction(draw.randint(-4000, 4000), 997) for _ in range(extra)]
    raw += [Fraction(v) for v in (40, -40, 97, -97)] + FAR
    if "<" in domain:
        raw = (
            [Fraction(k, 23) for k in range(-22, 23)] + [Fraction(1, 100), Fraction(99, 100)] + raw
        )
        raw = [Fraction(1, 2), Fraction(-1, 2), *raw]
    if "integer" in domain:
        raw = [Fraction(k) for k in (1, 2, -1, 3, 0, -2, 4, 5, -3, 7, 10, -10, 12, 40, 97)]
    kept = [v for v in raw if contains(domain, v)]
    return list(dict.fromkeys(kept))


def contains(domain: str, v: Fraction) -> bool:
    """Whether a number lies in a declared domain (of those in DOMAINS)."""
    rest = domain.replace("integer", "").replace("real", "")
    for part in filter(None, (p.strip() for p in rest.split(","))):
        relation, end = part.split()
        end_value = Fraction(end)
        if not {"<": v < end_value, ">": v > end_value, ">=": v >= end_value,
                "<=": v <= end_value, "!=": v != end_value}[relation]:  # fmt: skip
            return False
    return "integer" not in domain or v.denominator == 1


SIGNS = {"=": (0,), "<": (-1,), r"\le": (-1, 0), ">": (1,), r"\ge": (0, 1), r"\ne": (-1, 1)}


def broken_at(claim: FuzzClaim, point: dict[str, Fraction]) -> bool:
    """Whether the claim certainly fails at a point (both sides defined there)."""
    return _broken(claim, value(claim.left, point), value(claim.right, point))


def _broken(claim: FuzzClaim, left: Any, right: Any) -> bool:
    sign = compare(left, right)
    return sign is not None and sign not in SIGNS[claim.relation]


def wrong(claim: FuzzClaim, verdict: Any) -> str:
    """What is wrong with a verdict, as far as the oracle can tell; empty if nothing is."""
    names = variables(claim.left) | variables(claim.right)
    if verdict.kind in ("proved", "confirmed", "approximate", "rounded"):
        return _wrong_proof(claim, verdict)
    if verdict.kind in ("refuted", "refuted-as-stated"):
        shown = verdict.counterexample
        return _wrong_refutation(claim, names, {} if shown is None else dict(shown.at))
    return "" if verdict.kind == "undecided" else f"it is called {verdict.kind}"


WARNED = ("both sides are defined", "side is defined", "both exist")


def _wrong_proof(claim: FuzzClaim, verdict: Any) -> str:
    """A proof holds at all points, and says so where it speaks only of those with both sides."""
    told = verdict.kind != "proved" or any(words in verdict.message for words in WARNED)
    for point in grid(variables(claim.left) | variables(claim.right), claim.symbols):
        left = value(claim.left, point)
        if told and left in (None, UNSURE):
            continue
        right = value(claim.right, point)
        if _broken(claim, left, right):
            return f"{verdict.kind}, but it fails at {_told(point)}"
        if not told and (left is None) != (right is None) and UNSURE not in (left, right):
            return f"proved without a word on {_told(point)}, where a side is undefined"
    return ""


def _told(point: dict[str, Fraction]) -> str:
    return ", ".join(f"{n} = {v}" for n, v in point.items())


def _wrong_refutation(claim: FuzzClaim, names: set[str], at: dict[str, str]) -> str:
    try:
        point = {name: _place(text) for name, text in at.items()}
    except ValueError:
        return f"the counterexample is no point: {at}"
    if not names <= set(point):
        return f"refuted without a value for {sorted(names - set(point))}"
    if any(any(c.isalpha() for c in text) for text in at.values()):
        sides = value(claim.left, point), value(claim.right, point)
        return "" if _nearly(*sides) else f"the sides are unlike at {_told(point)}"
    domains = dict(claim.symbols)
    outside = [n for n, v in point.items() if not contains(domains.get(n, ""), v)]
    if outside:
        return f"the counterexample {_told(point)} lies outside the domain"
    left, right = value(claim.left, point), value(claim.right, point)
    if UNSURE in (left, right):
        return ""
    if left is None or right is None:
        return f"refuted at {_told(point)}, where a side is undefined"
    if claim.relation == r"\ne":
        return (
            "" if close(left, right) or _crosses(claim, point) else f"not equal at {_told(point)}"
        )
    if compare(left, right) is None or broken_at(claim, point):
        return ""
    return f"refuted at {_told(point)}, where it holds"


NEAR_PI = 300
"""Digits of a place that is no fraction."""
PLACE_SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
               ast.Div: operator.truediv}  # fmt: skip
PLACE_FUNCTIONS = {"sqrt": mpmath.sqrt, "log": mpmath.log, "arctan": mpmath.atan}


def _place(text: str) -> Fraction:
    """A place of a counterexample; one such as `(-2) π`, `π/4` or `log(2 - sqrt(3))` nearly."""
    if not any(c.isalpha() for c in text):
        return Fraction(text)
    plain = re.sub(r"(?<=[\d)])\s*(?=[a-z(])", "*", text.replace("π", "pi"))
    with mpmath.workdps(NEAR_PI + DIGITS):
        value = _number(ast.parse(plain, mode="eval").body)
        return Fraction(int(mpmath.floor(value * mpmath.mpf(10) ** NEAR_PI)), 10**NEAR_PI)


def _number(node: ast.expr) -> Any:
    """The value of a closed expression; ValueError for anything else."""
    match node:
        case ast.Constant(value=int() as whole):
            return mpmath.mpf(whole)
        case ast.Name(id="pi"):
            return +mpmath.pi
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_number(inner)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in PLACE_SIGNS:
            return PLACE_SIGNS[type(op)](_number(left), _number(right))
        case ast.Call(func=ast.Name(id=name), args=[inner]) if name in PLACE_FUNCTIONS:
            return PLACE_FUNCTIONS[name](_number(inner))
    raise ValueError(ast.dump(node))


def _nearly(left: Any, right: Any) -> bool:
    """Whether two values beside a place are as good as equal, or cannot be told apart."""
    if left is None or right is None or UNSURE in (left, right):
        return True
    with mpmath.workdps(DIGITS):
        one, other = (
            mpmath.mpf(v.numerator) / v.denominator if isinstance(v, Fraction) else v
            for v in (left, right)
        )
        return bool(abs(one - other) < mpmath.mpf(10) ** -(NEAR_PI // 3))


def _crosses(claim: FuzzClaim, point: dict[str, Fraction]) -> bool:
    """Whether the sides of an inequation change their order close to a point."""
    ((name, place),) = point.items()
    step = max(abs(place), Fraction(1)) / 10**12
    signs = [
        compare(*(value(side, {name: place + shift}) for side in (claim.left, claim.right)))
        for shift in (-step, step)
    ]
    return set(signs) == {-1, 1}
