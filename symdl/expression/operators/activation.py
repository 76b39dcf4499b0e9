"""Rows of the functions deep learning adds: hyperbolic, logistic and error functions."""

from __future__ import annotations

from fractions import Fraction

from symdl.expression.domain import POSITIVE, SYMMETRIC_UNIT_OPEN, UNIT_OPEN, Domain
from symdl.expression.operators.elementary import op, square
from symdl.expression.operators.row import Operator
from symdl.expression.term import constant, make, number

# fmt: off
ROWS: tuple[Operator, ...] = (
    Operator(
        "sinh", "hyperbolic sine", 1,
        macros=("\\sinh",), words=("sinh",),
        partials=lambda u: (op("cosh", u),),
        definition=lambda u: (op("exp", u) - op("exp", -u)) / 2,
        ball=lambda x: x.sinh(), sympy="sinh",
        numpy="np.sinh({0})", torch="torch.sinh({0})", jax="jnp.sinh({0})", c="sinh({0})",
    ),
    Operator(
        "cosh", "hyperbolic cosine", 1,
        macros=("\\cosh",), words=("cosh",),
        partials=lambda u: (op("sinh", u),), range=Domain(lower=Fraction(1)),
        definition=lambda u: (op("exp", u) + op("exp", -u)) / 2,
        ball=lambda x: x.cosh(), sympy="cosh",
        numpy="np.cosh({0})", torch="torch.cosh({0})", jax="jnp.cosh({0})", c="cosh({0})",
    ),
    Operator(
        "tanh", "hyperbolic tangent", 1,
        macros=("\\tanh",), words=("tanh", "Tanh"),
        partials=lambda u: (1 - square(op("tanh", u)),), range=SYMMETRIC_UNIT_OPEN,
        definition=lambda u: (op("exp", u) - op("exp", -u)) / (op("exp", u) + op("exp", -u)),
        ball=lambda x: x.tanh(), sympy="tanh",
        numpy="np.tanh({0})", torch="torch.tanh({0})", jax="jnp.tanh({0})", c="tanh({0})",
    ),
    Operator(
        "sigmoid", "logistic sigmoid 1 / (1 + exp(-x))", 1,
        words=("sigmoid", "Sigmoid", "expit"),
        partials=lambda u: (op("sigmoid", u) * (1 - op("sigmoid", u)),), range=UNIT_OPEN,
        definition=lambda u: 1 / (1 + op("exp", -u)),
        ball=lambda x: 1 / (1 + (-x).exp()), sympy=lambda sp, x: 1 / (1 + sp.exp(-x)),
        numpy="_sigmoid({0})", torch="torch.sigmoid({0})", jax="jax.nn.sigmoid({0})",
        c="sigmoid({0})",
    ),
    Operator(
        "softplus", "smooth rectifier log(1 + exp(x))", 1,
        words=("softplus", "Softplus"),
        partials=lambda u: (op("sigmoid", u),), range=POSITIVE,
        definition=lambda u: op("log", 1 + op("exp", u)),
        ball=lambda x: x.exp().log1p(), sympy=lambda sp, x: sp.log(1 + sp.exp(x)),
        numpy="np.logaddexp(0, {0})", torch="torch.logaddexp(torch.zeros_like({0}), {0})",
        jax="jax.nn.softplus({0})", c="(fmax({0}, 0) + log1p(exp(-fabs({0}))))",
        source="Dugas et al. 2001, section 3",
    ),
    Operator(
        "erf", "error function", 1,
        macros=("\\erf",), words=("erf",),
        partials=lambda u: (2 / op("sqrt", constant("pi")) * op("exp", -square(u)),),
        range=SYMMETRIC_UNIT_OPEN,
        ball=lambda x: x.erf(), sympy="erf",
        numpy="_erf({0})", torch="torch.erf({0})", jax="jax.scipy.special.erf({0})", c="erf({0})",
        source="DLMF 7.2.1",
    ),
    Operator(
        "erfc", "complementary error function 1 - erf(x)", 1,
        macros=("\\erfc",), words=("erfc",),
        partials=lambda u: (-(2 / op("sqrt", constant("pi")) * op("exp", -square(u))),),
        range=Domain(Fraction(0), Fraction(2), True, True),
        definition=lambda u: 1 - op("erf", u),
        ball=lambda x: x.erfc(), sympy="erfc",
        numpy="_erfc({0})", torch="torch.erfc({0})", jax="jax.scipy.special.erfc({0})",
        c="erfc({0})", source="DLMF 7.2.2",
    ),
    Operator(
        "relu", "rectifier max(0, x)", 1,
        words=("ReLU", "relu", "Relu"),
        range=Domain(lower=Fraction(0)), smooth=(Domain(excluded=(Fraction(0),)),),
        partials=lambda u: (make("indicator", make("relation", u, number(0), data=(">",))),),
        definition=lambda u: op("max", number(0), u),
        ball=lambda x: x.max(0), sympy=lambda sp, x: sp.Max(0, x),
        numpy="np.maximum({0}, 0)", torch="torch.relu({0})", jax="jax.nn.relu({0})",
        c="fmax({0}, 0)", source="Nair and Hinton 2010",
    ),
)
# fmt: on

