"""Rows of order and rounding: size, sign, extremes, whole numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import Any

from symdl.expression.domain import (
    INTEGER,
    NATURAL,
    NONNEGATIVE,
    NONZERO,
    REAL,
    Domain,
)
from symdl.expression.numerals import ZERO
from symdl.expression.operators.build import fold, indicator, nan, op, relation, whole
from symdl.expression.operators.row import Operator
from symdl.expression.term import Term, number


def _extreme(kind: str) -> Callable[..., tuple[Term, ...]]:
    def partials(*us: Term) -> tuple[Term, ...]:
        if len(us) == 1:
            return (number(1),)
        return tuple(
            indicator(*(relation(u, kind, other) for j, other in enumerate(us) if j != i))
            for i, u in enumerate(us)
        )

    return partials


def _pairs(*us: Term) -> tuple[tuple[Term, Term], ...]:
    return tuple(combinations(us, 2))


def _ties(*us: Term) -> tuple[Term, ...]:
    return tuple(relation(u, "=", other) for u, other in _pairs(*us))


def _round(x: Any) -> Any:
    """Nearest integer, ties to the even one; a ball that meets a tie covers both neighbours."""
    half = type(x)(1) / 2
    up, down = (x + half).floor(), (x - half).ceil()
    if up == down:
        return up
    if not x.is_exact():
        return up.union(down)
    return up if (up / 2).is_integer() else down


def _whole_numbers(join: Callable[..., int]) -> Callable[..., Any]:
    def ball(*xs: Any) -> Any:
        values = [whole(x) for x in xs]
        if None in values:
            return nan(xs[0])
        return type(xs[0])(join(*values))

    return ball


def _mod(x: Any, y: Any) -> Any:
    return x - y * (x / y).floor()


# fmt: off
ROWS: tuple[Operator, ...] = (
    Operator(
        "abs", "absolute value", 1,
        steady=True, switches=lambda u: ((u, ZERO),),
        words=("abs",),
        partials=lambda u: (op("sign", u),),
        range=NONNEGATIVE, smooth=(NONZERO,),
        ball=lambda x: abs(x), sympy="Abs",
        numpy="np.abs({0})", torch="torch.abs({0})", jax="jnp.abs({0})", c="fabs({0})", onnx="Abs",
    ),
    Operator(
        "sign", "sign: -1, 0 or 1", 1,
        switches=lambda u: ((u, ZERO),),
        macros=("\\sgn", "\\sign"), words=("sign", "sgn"),
        partials=lambda u: (number(0),),
        range=Domain(Fraction(-1), Fraction(1), integer=True), smooth=(NONZERO,),
        odd=True, jumps=True, values=((0, 0),),
        ball=lambda x: x if x.is_nan() else x.sgn(), sympy="sign",
        numpy="np.sign({0})", torch="torch.sign({0})", jax="jnp.sign({0})",
        c="({0} != {0} ? {0} : (double)({0} > 0) - (double)({0} < 0))", onnx="Sign",
    ),
    Operator(
        "floor", "largest integer not above", 1,
        macros=("\\floor",), words=("floor",),
        partials=lambda u: (number(0),), range=INTEGER,
        kinks=lambda u: (relation(u, "=", op("floor", u)),),
        jumps=True,
        ball=lambda x: x.floor(), sympy="floor",
        numpy="np.floor({0})", torch="torch.floor({0})", jax="jnp.floor({0})", c="floor({0})",
        onnx="Floor",
    ),
    Operator(
        "ceil", "smallest integer not below", 1,
        macros=("\\ceil",), words=("ceil",),
        partials=lambda u: (number(0),), range=INTEGER,
        kinks=lambda u: (relation(u, "=", op("ceil", u)),),
        jumps=True,
        ball=lambda x: x.ceil(), sympy="ceiling",
        numpy="np.ceil({0})", torch="torch.ceil({0})", jax="jnp.ceil({0})", c="ceil({0})",
        onnx="Ceil",
    ),
    Operator(
        "round", "nearest integer, ties to the even one", 1,
        words=("round",),
        partials=lambda u: (number(0),), range=INTEGER,
        kinks=lambda u: (relation(u - op("floor", u), "=", 1 / number(2)),),
        jumps=True,
        ball=_round, sympy=lambda sp, x: sp.Function("round", integer=True)(x),
        numpy="np.rint({0})", torch="torch.round({0})", jax="jnp.rint({0})", c="nearbyint({0})",
        onnx="Round",
        source="IEEE 754, roundTiesToEven",
    ),
    Operator(
        "max", "largest of the arguments", None,
        steady=True, switches=_pairs,
        macros=("\\max",), words=("max",),
        partials=_extreme(">"), kinks=_ties,
        ball=lambda *xs: fold(xs, "max"), sympy="Max",
        numpy="np.maximum({0}, {1})", torch="torch.maximum({0}, {1})",
        jax="jnp.maximum({0}, {1})", c="fmax({0}, {1})", onnx="Max",
    ),
    Operator(
        "min", "smallest of the arguments", None,
        steady=True, switches=_pairs,
        macros=("\\min",), words=("min",),
        partials=_extreme("<"), kinks=_ties,
        ball=lambda *xs: fold(xs, "min"), sympy="Min",
        numpy="np.minimum({0}, {1})", torch="torch.minimum({0}, {1})",
        jax="jnp.minimum({0}, {1})", c="fmin({0}, {1})", onnx="Min",
    ),
    Operator(
        "clip", "the first argument brought between the second and the third", 3,
        steady=True, switches=_pairs,
        words=("clip", "clamp"),
        partials=lambda u, low, high: (
            indicator(relation(u, ">", low), relation(u, "<", high)),
            indicator(relation(low, ">", u), relation(low, "<", high)),
            indicator(relation(op("max", u, low), ">", high)),
        ),
        kinks=lambda u, low, high: (
            relation(u, "=", low), relation(op("max", u, low), "=", high),
        ),
        definition=lambda u, low, high: op("min", op("max", u, low), high),
        ball=lambda x, low, high: x.max(low).min(high),
        sympy=lambda sp, x, low, high: sp.Min(sp.Max(x, low), high),
        numpy="np.clip({0}, {1}, {2})",
        torch="torch.clamp({0}, {1}, {2})",
        jax="jnp.clip({0}, {1}, {2})", c="fmin(fmax({0}, {1}), {2})",
    ),
    Operator(
        "mod", "remainder x - y floor(x / y), with the sign of y", 2,
        partials=lambda u, v: (number(1), -op("floor", u / v)),
        domain=(REAL, NONZERO),
        kinks=lambda u, v: (relation(u / v, "=", op("floor", u / v)),),
        jumps=True,
        definition=lambda u, v: u - v * op("floor", u / v),
        ball=_mod, sympy="Mod",
        numpy="np.mod({0}, {1})", torch="torch.remainder({0}, {1})", jax="jnp.mod({0}, {1})",
        c="({0} - {1} * floor({0} / {1}))", source="Knuth, TAOCP 1.2.4",
    ),
    Operator(
        "gcd", "greatest common divisor", None,
        macros=("\\gcd",), words=("gcd",),
        domain=(INTEGER,), range=NATURAL,
        ball=_whole_numbers(math.gcd), sympy="gcd",
        numpy="np.gcd(({0}).astype(int), ({1}).astype(int))", torch="torch.gcd({0}, {1})",
        jax="jnp.gcd({0}, {1})", c="",
    ),
    Operator(
        "lcm", "least common multiple", None,
        words=("lcm",),
        domain=(INTEGER,), range=NATURAL,
        ball=_whole_numbers(math.lcm), sympy="lcm",
        numpy="np.lcm(({0}).astype(int), ({1}).astype(int))", torch="torch.lcm({0}, {1})",
        jax="jnp.lcm({0}, {1})", c="",
    ),
)
# fmt: on
