"""Rows of the hyperbolic functions and their inverses."""

from __future__ import annotations

from fractions import Fraction

from symdl.expression.domain import (
    NONNEGATIVE,
    NONZERO,
    SYMMETRIC_UNIT_OPEN,
    Domain,
)
from symdl.expression.operators.build import op, square
from symdl.expression.operators.row import Operator
from symdl.expression.term import Term

FROM_ONE = Domain(lower=Fraction(1))
ABOVE_ONE = Domain(lower=Fraction(1), lower_open=True)
UNIT_RIGHT_CLOSED = Domain(Fraction(0), Fraction(1), True, False)


def _difference(u: Term) -> Term:
    return op("exp", u) - op("exp", -u)


def _sum(u: Term) -> Term:
    return op("exp", u) + op("exp", -u)


# fmt: off
ROWS: tuple[Operator, ...] = (
    Operator(
        "sinh", "hyperbolic sine", 1,
        inverse="arsinh",
        rising=True, odd=True, values=((0, 0),),
        macros=("\\sinh",), words=("sinh",),
        partials=lambda u: (op("cosh", u),),
        definition=lambda u: _difference(u) / 2,
        ball=lambda x: x.sinh(), sympy="sinh",
        numpy="np.sinh({0})", torch="torch.sinh({0})", jax="jnp.sinh({0})", c="sinh({0})",
        onnx="Sinh",
    ),
    Operator(
        "cosh", "hyperbolic cosine", 1,
        inverse="arcosh",
        values=((0, 1),),
        macros=("\\cosh",), words=("cosh",),
        partials=lambda u: (op("sinh", u),), range=FROM_ONE,
        definition=lambda u: _sum(u) / 2,
        ball=lambda x: x.cosh(), sympy="cosh",
        numpy="np.cosh({0})", torch="torch.cosh({0})", jax="jnp.cosh({0})", c="cosh({0})",
        onnx="Cosh",
    ),
    Operator(
        "tanh", "hyperbolic tangent", 1,
        steady=True, inverse="artanh",
        rising=True, odd=True, values=((0, 0),),
        macros=("\\tanh",), words=("tanh", "Tanh"),
        partials=lambda u: (1 - square(op("tanh", u)),), range=SYMMETRIC_UNIT_OPEN,
        definition=lambda u: _difference(u) / _sum(u),
        ball=lambda x: x.tanh(), sympy="tanh",
        numpy="np.tanh({0})", torch="torch.tanh({0})", jax="jnp.tanh({0})", c="tanh({0})",
        onnx="Tanh",
    ),
    Operator(
        "coth", "hyperbolic cotangent", 1,
        macros=("\\coth",), words=("coth",),
        partials=lambda u: (1 - square(op("coth", u)),), domain=(NONZERO,), range=NONZERO,
        definition=lambda u: _sum(u) / _difference(u),
        ball=lambda x: x.coth(), sympy="coth",
        numpy="(1 / np.tanh({0}))", torch="(1 / torch.tanh({0}))", jax="(1 / jnp.tanh({0}))",
        c="(1 / tanh({0}))",
    ),
    Operator(
        "sech", "hyperbolic secant", 1,
        macros=("\\sech",), words=("sech",),
        partials=lambda u: (-(op("sech", u) * op("tanh", u)),), range=UNIT_RIGHT_CLOSED,
        definition=lambda u: 2 / _sum(u),
        ball=lambda x: x.sech(), sympy="sech",
        numpy="_sech({0})", torch="_sech({0})", jax="_sech({0})", c="sech_({0})",
    ),
    Operator(
        "csch", "hyperbolic cosecant", 1,
        macros=("\\csch",), words=("csch",),
        partials=lambda u: (-(op("csch", u) * op("coth", u)),), domain=(NONZERO,), range=NONZERO,
        definition=lambda u: 2 / _difference(u),
        ball=lambda x: x.csch(), sympy="csch",
        numpy="(1 / np.sinh({0}))", torch="(1 / torch.sinh({0}))", jax="(1 / jnp.sinh({0}))",
        c="(1 / sinh({0}))",
    ),
    Operator(
        "arsinh", "inverse hyperbolic sine", 1,
        rising=True, odd=True, values=((0, 0),),
        words=("arsinh", "asinh", "arcsinh"),
        partials=lambda u: (1 / op("sqrt", 1 + square(u)),),
        definition=lambda u: op("log", u + op("sqrt", 1 + square(u))),
        ball=lambda x: x.asinh(), sympy="asinh",
        numpy="np.arcsinh({0})", torch="torch.asinh({0})", jax="jnp.arcsinh({0})", c="asinh({0})",
        onnx="Asinh",
    ),
    Operator(
        "arcosh", "inverse hyperbolic cosine", 1,
        words=("arcosh", "acosh", "arccosh"),
        partials=lambda u: (1 / op("sqrt", square(u) - 1),),
        domain=(FROM_ONE,), range=NONNEGATIVE, smooth=(ABOVE_ONE,),
        definition=lambda u: op("log", u + op("sqrt", square(u) - 1)),
        ball=lambda x: x.acosh(), sympy="acosh",
        numpy="np.arccosh({0})", torch="torch.acosh({0})", jax="jnp.arccosh({0})", c="acosh({0})",
        onnx="Acosh",
    ),
    Operator(
        "artanh", "inverse hyperbolic tangent", 1,
        rising=True, odd=True, values=((0, 0),),
        words=("artanh", "atanh", "arctanh"),
        partials=lambda u: (1 / (1 - square(u)),),
        domain=(SYMMETRIC_UNIT_OPEN,), smooth=(SYMMETRIC_UNIT_OPEN,),
        definition=lambda u: op("log", (1 + u) / (1 - u)) / 2,
        ball=lambda x: x.atanh(), sympy="atanh",
        numpy="np.arctanh({0})", torch="torch.atanh({0})", jax="jnp.arctanh({0})", c="atanh({0})",
        onnx="Atanh",
    ),
)
# fmt: on
