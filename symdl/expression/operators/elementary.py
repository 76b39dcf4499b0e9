"""Rows of exponentials, logarithms and the square root."""

from __future__ import annotations

from fractions import Fraction

from symdl.expression.domain import NONNEGATIVE, POSITIVE, UNIT_OPEN, Domain
from symdl.expression.operators.build import inside, op
from symdl.expression.operators.row import Operator
from symdl.expression.term import make, number

BASE = Domain(Fraction(0), None, True, excluded=(Fraction(1),))
ABOVE_MINUS_ONE = Domain(lower=Fraction(-1), lower_open=True)

# fmt: off
ROWS: tuple[Operator, ...] = (
    Operator(
        "exp", "exponential function", 1,
        inverse="log",
        rising=True, values=((0, 1),),
        macros=("\\exp",), words=("exp",),
        partials=lambda u: (op("exp", u),),
        range=POSITIVE,
        ball=lambda x: x.exp(), sympy="exp",
        numpy="np.exp({0})", torch="torch.exp({0})", jax="jnp.exp({0})", c="exp({0})", onnx="Exp",
    ),
    Operator(
        "expm1", "exp(x) - 1, exact near 0", 1,
        rising=True, values=((0, 0),),
        words=("expm1",),
        partials=lambda u: (op("exp", u),), range=ABOVE_MINUS_ONE,
        definition=lambda u: op("exp", u) - 1,
        ball=lambda x: x.expm1(), sympy=lambda sp, x: sp.exp(x) - 1,
        numpy="np.expm1({0})", torch="torch.expm1({0})", jax="jnp.expm1({0})", c="expm1({0})",
    ),
    Operator(
        "log", "natural logarithm", 1,
        inverse="exp",
        rising=True, values=((1, 0),),
        macros=("\\log", "\\ln"), words=("log", "ln"),
        partials=lambda u: (1 / u,),
        domain=(POSITIVE,),
        ball=lambda x: x.log(), sympy="log",
        numpy="np.log({0})", torch="torch.log({0})", jax="jnp.log({0})", c="log({0})", onnx="Log",
    ),
    Operator(
        "log1p", "log(1 + x), exact near 0", 1,
        rising=True, values=((0, 0),),
        words=("log1p",),
        partials=lambda u: (1 / (1 + u),),
        domain=(ABOVE_MINUS_ONE,),
        definition=lambda u: op("log", 1 + u),
        ball=lambda x: x.log1p(), sympy=lambda sp, x: sp.log(1 + x),
        numpy="np.log1p({0})", torch="torch.log1p({0})", jax="jnp.log1p({0})", c="log1p({0})",
    ),
    Operator(
        "log2", "logarithm to base 2", 1,
        words=("log2",),
        partials=lambda u: (1 / make("mul", u, op("log", number(2))),),
        domain=(POSITIVE,),
        definition=lambda u: op("log", u) / op("log", number(2)),
        ball=lambda x: x.log() / type(x).const_log2(),
        sympy=lambda sp, x: sp.log(x) / sp.log(2),
        numpy="np.log2({0})", torch="torch.log2({0})", jax="jnp.log2({0})", c="log2({0})",
    ),
    Operator(
        "log10", "logarithm to base 10", 1,
        words=("log10",),
        partials=lambda u: (1 / make("mul", u, op("log", number(10))),),
        domain=(POSITIVE,),
        definition=lambda u: op("log", u) / op("log", number(10)),
        ball=lambda x: x.log() / type(x).const_log10(),
        sympy=lambda sp, x: sp.log(x) / sp.log(10),
        numpy="np.log10({0})", torch="torch.log10({0})", jax="jnp.log10({0})", c="log10({0})",
    ),
    Operator(
        "log_base", "logarithm of the first argument to the base given second", 2,
        definition=lambda u, b: op("log", u) / op("log", b),
        domain=(POSITIVE, BASE),
        partials=lambda u, b: (
            1 / make("mul", u, op("log", b)),
            -(op("log", u) / make("mul", b, op("log", b) ** number(2))),
        ),
        ball=lambda x, b: x.log() / b.log(), sympy=lambda sp, x, b: sp.log(x) / sp.log(b),
        numpy="(np.log({0}) / np.log({1}))", torch="(torch.log({0}) / math.log({1}))",
        jax="(jnp.log({0}) / jnp.log({1}))", c="(log({0}) / log({1}))",
    ),
    Operator(
        "logit", "log-odds log(x / (1 - x))", 1,
        rising=True, values=((Fraction(1, 2), 0),),
        words=("logit",),
        partials=lambda u: (1 / make("mul", u, 1 - u),),
        domain=(UNIT_OPEN,),
        definition=lambda u: op("log", u / (1 - u)),
        ball=lambda x: x.log() - (-x).log1p(), sympy=lambda sp, x: sp.log(x / (1 - x)),
        numpy="(np.log({0}) - np.log1p(-({0})))", torch="torch.logit({0})",
        jax="jax.scipy.special.logit({0})", c="(log({0}) - log1p(-({0})))",
    ),
    Operator(
        "logaddexp", "log(exp(x) + exp(y))", 2,
        words=("logaddexp",),
        partials=lambda u, v: (op("sigmoid", u - v), op("sigmoid", v - u)),
        definition=lambda u, v: op("log", op("exp", u) + op("exp", v)),
        ball=lambda x, y: x.max(y) + (-abs(x - y)).exp().log1p(),
        sympy=lambda sp, x, y: sp.log(sp.exp(x) + sp.exp(y)),
        numpy="np.logaddexp({0}, {1})", torch="torch.logaddexp({0}, {1})",
        jax="jnp.logaddexp({0}, {1})",
        c="logaddexp_({0}, {1})",
    ),
    Operator(
        "sqrt", "nonnegative square root", 1,
        rising=True,
        words=("sqrt",),
        partials=lambda u: (1 / (2 * op("sqrt", u)),),
        domain=(NONNEGATIVE,), range=NONNEGATIVE, smooth=(POSITIVE,),
        ball=lambda x: inside(x, bool(x >= 0)).sqrt(), sympy="sqrt",
        numpy="np.sqrt({0})", torch="torch.sqrt({0})", jax="jnp.sqrt({0})", c="sqrt({0})",
        onnx="Sqrt",
    ),
)
# fmt: on
