"""Rows of the elementary functions: powers, exponentials, logarithms, rounding, order."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symdl.expression.domain import (
    INTEGER,
    NONNEGATIVE,
    NONZERO,
    POSITIVE,
    REAL,
    SYMMETRIC_UNIT,
    Domain,
)
from symdl.expression.operators.row import Operator
from symdl.expression.term import Term, make, number


def _inside(x: Any, inside: bool) -> Any:
    return x if inside else x * x.nan()


def _nonnegative(x: Any) -> Any:
    return _inside(x, bool(x >= 0))


def op(name: str, *args: Term) -> Term:
    """The application of the operator called `name`."""
    return make(name, *args)


def square(x: Term) -> Term:
    """x to the second."""
    return x ** number(2)


# fmt: off
ROWS: tuple[Operator, ...] = (
    Operator(
        "exp", "exponential function", 1,
        macros=("\\exp",), words=("exp",),
        partials=lambda u: (op("exp", u),),
        range=POSITIVE,
        ball=lambda x: x.exp(), sympy="exp",
        numpy="np.exp({0})", torch="torch.exp({0})", jax="jnp.exp({0})", c="exp({0})",
    ),
    Operator(
        "log", "natural logarithm", 1,
        macros=("\\log", "\\ln"), words=("log", "ln"),
        partials=lambda u: (1 / u,),
        domain=(POSITIVE,),
        ball=lambda x: x.log(), sympy="log",
        numpy="np.log({0})", torch="torch.log({0})", jax="jnp.log({0})", c="log({0})",
    ),
    Operator(
        "log_base", "logarithm of the first argument to the base given second", 2,
        definition=lambda u, b: op("log", u) / op("log", b),
        domain=(POSITIVE, Domain(Fraction(0), None, True, excluded=(Fraction(1),))),
        ball=lambda x, b: x.log() / b.log(), sympy=lambda sp, x, b: sp.log(x) / sp.log(b),
        numpy="(np.log({0}) / np.log({1}))", torch="(torch.log({0}) / math.log({1}))",
        jax="(jnp.log({0}) / jnp.log({1}))", c="(log({0}) / log({1}))",
    ),
    Operator(
        "sqrt", "nonnegative square root", 1,
        words=("sqrt",),
        partials=lambda u: (1 / (2 * op("sqrt", u)),),
        domain=(NONNEGATIVE,), range=NONNEGATIVE, smooth=(POSITIVE,),
        ball=lambda x: _nonnegative(x).sqrt(), sympy="sqrt",
        numpy="np.sqrt({0})", torch="torch.sqrt({0})", jax="jnp.sqrt({0})", c="sqrt({0})",
    ),
    Operator(
        "abs", "absolute value", 1,
        words=("abs",),
        partials=lambda u: (op("sign", u),),
        range=NONNEGATIVE, smooth=(NONZERO,),
        ball=lambda x: abs(x), sympy="Abs",
        numpy="np.abs({0})", torch="torch.abs({0})", jax="jnp.abs({0})", c="fabs({0})",
    ),
    Operator(
        "sign", "sign: -1, 0 or 1", 1,
        macros=("\\sgn", "\\sign"), words=("sign", "sgn"),
        partials=lambda u: (number(0),),
        range=Domain(Fraction(-1), Fraction(1), integer=True), smooth=(NONZERO,),
        ball=lambda x: x.sgn(), sympy="sign",
        numpy="np.sign({0})", torch="torch.sign({0})", jax="jnp.sign({0})",
        c="((double)(({0}) > 0) - (double)(({0}) < 0))",
    ),
    Operator(
        "floor", "largest integer not above", 1,
        macros=("\\floor",), words=("floor",),
        partials=lambda u: (number(0),), range=INTEGER,
        smooth=(Domain(),),
        ball=lambda x: x.floor(), sympy="floor",
        numpy="np.floor({0})", torch="torch.floor({0})", jax="jnp.floor({0})", c="floor({0})",
    ),
    Operator(
        "ceil", "smallest integer not below", 1,
        macros=("\\ceil",), words=("ceil",),
        partials=lambda u: (number(0),), range=INTEGER,
        ball=lambda x: x.ceil(), sympy="ceiling",
        numpy="np.ceil({0})", torch="torch.ceil({0})", jax="jnp.ceil({0})", c="ceil({0})",
    ),
    Operator(
        "sin", "sine", 1,
        macros=("\\sin",), words=("sin",),
        partials=lambda u: (op("cos", u),), range=SYMMETRIC_UNIT,
        ball=lambda x: x.sin(), sympy="sin",
        numpy="np.sin({0})", torch="torch.sin({0})", jax="jnp.sin({0})", c="sin({0})",
    ),
    Operator(
        "cos", "cosine", 1,
        macros=("\\cos",), words=("cos",),
        partials=lambda u: (-op("sin", u),), range=SYMMETRIC_UNIT,
        ball=lambda x: x.cos(), sympy="cos",
        numpy="np.cos({0})", torch="torch.cos({0})", jax="jnp.cos({0})", c="cos({0})",
    ),
    Operator(
        "tan", "tangent", 1,
        macros=("\\tan",), words=("tan",),
        partials=lambda u: (1 + square(op("tan", u)),),
        definition=lambda u: op("sin", u) / op("cos", u),
        ball=lambda x: x.tan(), sympy="tan",
        numpy="np.tan({0})", torch="torch.tan({0})", jax="jnp.tan({0})", c="tan({0})",
    ),
    Operator(
        "arcsin", "inverse sine", 1,
        macros=("\\arcsin",), words=("arcsin", "asin"),
        partials=lambda u: (1 / op("sqrt", 1 - square(u)),),
        domain=(SYMMETRIC_UNIT,), smooth=(Domain(Fraction(-1), Fraction(1), True, True),),
        ball=lambda x: x.asin(), sympy="asin",
        numpy="np.arcsin({0})", torch="torch.asin({0})", jax="jnp.arcsin({0})", c="asin({0})",
    ),
    Operator(
        "arccos", "inverse cosine", 1,
        macros=("\\arccos",), words=("arccos", "acos"),
        partials=lambda u: (-(1 / op("sqrt", 1 - square(u))),),
        domain=(SYMMETRIC_UNIT,), smooth=(Domain(Fraction(-1), Fraction(1), True, True),),
        ball=lambda x: x.acos(), sympy="acos",
        numpy="np.arccos({0})", torch="torch.acos({0})", jax="jnp.arccos({0})", c="acos({0})",
    ),
    Operator(
        "arctan", "inverse tangent", 1,
        macros=("\\arctan",), words=("arctan", "atan"),
        partials=lambda u: (1 / (1 + square(u)),),
        ball=lambda x: x.atan(), sympy="atan",
        numpy="np.arctan({0})", torch="torch.atan({0})", jax="jnp.arctan({0})", c="atan({0})",
    ),
    Operator(
        "max", "largest of the arguments", None,
        macros=("\\max",), words=("max",),
        ball=lambda *xs: _fold(xs, "max"), sympy="Max",
        numpy="np.maximum({0}, {1})", torch="torch.maximum({0}, {1})",
        jax="jnp.maximum({0}, {1})", c="fmax({0}, {1})",
    ),
    Operator(
        "min", "smallest of the arguments", None,
        macros=("\\min",), words=("min",),
        ball=lambda *xs: _fold(xs, "min"), sympy="Min",
        numpy="np.minimum({0}, {1})", torch="torch.minimum({0}, {1})",
        jax="jnp.minimum({0}, {1})", c="fmin({0}, {1})",
    ),
)
# fmt: on


def _fold(xs: tuple[Any, ...], how: str) -> Any:
    result = xs[0]
    for x in xs[1:]:
        result = getattr(result, how)(x)
    return result
