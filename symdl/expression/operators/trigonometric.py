"""Rows of the circular functions and their inverses."""

from __future__ import annotations

from fractions import Fraction

from symdl.expression.domain import (
    NONZERO,
    SYMMETRIC_UNIT,
    SYMMETRIC_UNIT_OPEN,
    Domain,
)
from symdl.expression.operators.build import op, relation, square
from symdl.expression.operators.row import Operator
from symdl.expression.term import Term, number

HALF_PI = Fraction("1.5707963268")
PI_ABOVE = Fraction("3.1415926536")


def _sine_is_not_zero(u: Term) -> tuple[Term, ...]:
    return (relation(op("sin", u), "!=", number(0)),)


def _cosine_is_not_zero(u: Term) -> tuple[Term, ...]:
    return (relation(op("cos", u), "!=", number(0)),)


# fmt: off
ROWS: tuple[Operator, ...] = (
    Operator(
        "sin", "sine", 1,
        steady=True, period=2, inverse="arcsin",
        odd=True, values=((0, 0),),
        macros=("\\sin",), words=("sin",),
        partials=lambda u: (op("cos", u),), range=SYMMETRIC_UNIT,
        ball=lambda x: x.sin(), sympy="sin",
        numpy="np.sin({0})", torch="torch.sin({0})", jax="jnp.sin({0})", c="sin({0})", onnx="Sin",
    ),
    Operator(
        "cos", "cosine", 1,
        steady=True, period=2, inverse="arccos",
        values=((0, 1),),
        macros=("\\cos",), words=("cos",),
        partials=lambda u: (-op("sin", u),), range=SYMMETRIC_UNIT,
        ball=lambda x: x.cos(), sympy="cos",
        numpy="np.cos({0})", torch="torch.cos({0})", jax="jnp.cos({0})", c="cos({0})", onnx="Cos",
    ),
    Operator(
        "tan", "tangent", 1,
        period=1, inverse="arctan",
        odd=True, values=((0, 0),),
        macros=("\\tan",), words=("tan",),
        partials=lambda u: (1 + square(op("tan", u)),), defined=_cosine_is_not_zero,
        definition=lambda u: op("sin", u) / op("cos", u),
        ball=lambda x: x.tan(), sympy="tan",
        numpy="np.tan({0})", torch="torch.tan({0})", jax="jnp.tan({0})", c="tan({0})", onnx="Tan",
    ),
    Operator(
        "cot", "cotangent", 1,
        period=1,
        macros=("\\cot",), words=("cot",),
        partials=lambda u: (-(1 + square(op("cot", u))),), defined=_sine_is_not_zero,
        definition=lambda u: op("cos", u) / op("sin", u),
        ball=lambda x: x.cot(), sympy="cot",
        numpy="(np.cos({0}) / np.sin({0}))", torch="(torch.cos({0}) / torch.sin({0}))",
        jax="(jnp.cos({0}) / jnp.sin({0}))", c="(cos({0}) / sin({0}))",
    ),
    Operator(
        "sec", "secant", 1,
        period=2,
        macros=("\\sec",), words=("sec",),
        partials=lambda u: (op("sec", u) * op("tan", u),), range=NONZERO,
        defined=_cosine_is_not_zero, definition=lambda u: 1 / op("cos", u),
        ball=lambda x: x.sec(), sympy="sec",
        numpy="(1 / np.cos({0}))", torch="(1 / torch.cos({0}))", jax="(1 / jnp.cos({0}))",
        c="(1 / cos({0}))",
    ),
    Operator(
        "csc", "cosecant", 1,
        period=2,
        macros=("\\csc",), words=("csc",),
        partials=lambda u: (-(op("csc", u) * op("cot", u)),), range=NONZERO,
        defined=_sine_is_not_zero, definition=lambda u: 1 / op("sin", u),
        ball=lambda x: x.csc(), sympy="csc",
        numpy="(1 / np.sin({0}))", torch="(1 / torch.sin({0}))", jax="(1 / jnp.sin({0}))",
        c="(1 / sin({0}))",
    ),
    Operator(
        "arcsin", "inverse sine", 1,
        rising=True, odd=True, values=((0, 0),),
        macros=("\\arcsin",), words=("arcsin", "asin"),
        partials=lambda u: (1 / op("sqrt", 1 - square(u)),), range=Domain(-HALF_PI, HALF_PI),
        domain=(SYMMETRIC_UNIT,), smooth=(SYMMETRIC_UNIT_OPEN,),
        ball=lambda x: x.asin(), sympy="asin",
        numpy="np.arcsin({0})", torch="torch.asin({0})", jax="jnp.arcsin({0})", c="asin({0})",
        onnx="Asin",
    ),
    Operator(
        "arccos", "inverse cosine", 1,
        macros=("\\arccos",), words=("arccos", "acos"),
        partials=lambda u: (-(1 / op("sqrt", 1 - square(u))),), range=Domain(Fraction(0), PI_ABOVE),
        domain=(SYMMETRIC_UNIT,), smooth=(SYMMETRIC_UNIT_OPEN,),
        ball=lambda x: x.acos(), sympy="acos",
        numpy="np.arccos({0})", torch="torch.acos({0})", jax="jnp.arccos({0})", c="acos({0})",
        onnx="Acos",
    ),
    Operator(
        "arctan", "inverse tangent", 1,
        steady=True, rising=True, odd=True, values=((0, 0),),
        macros=("\\arctan",), words=("arctan", "atan"),
        partials=lambda u: (1 / (1 + square(u)),), range=Domain(-HALF_PI, HALF_PI, True, True),
        ball=lambda x: x.atan(), sympy="atan",
        numpy="np.arctan({0})", torch="torch.atan({0})", jax="jnp.arctan({0})", c="atan({0})",
        onnx="Atan",
    ),
)
# fmt: on
