"""Rows of the functions deep learning adds: logistic and rectifier."""

from __future__ import annotations

from fractions import Fraction

from symdl.expression.domain import NONNEGATIVE, NONZERO, POSITIVE, UNIT_OPEN
from symdl.expression.numerals import ZERO
from symdl.expression.operators.build import indicator, op, relation
from symdl.expression.operators.row import Operator

# fmt: off
ROWS: tuple[Operator, ...] = (
    Operator(
        "sigmoid", "logistic sigmoid 1 / (1 + exp(-x))", 1,
        steady=True, inverse="logit",
        rising=True, values=((0, Fraction(1, 2)),),
        words=("sigmoid", "Sigmoid", "expit"), letter="\\sigma", reused=True,
        partials=lambda u: (op("sigmoid", u) * (1 - op("sigmoid", u)),), range=UNIT_OPEN,
        definition=lambda u: 1 / (1 + op("exp", -u)),
        ball=lambda x: 1 / (1 + (-x).exp()), sympy=lambda sp, x: 1 / (1 + sp.exp(-x)),
        numpy="_sigmoid({0})", torch="torch.sigmoid({0})", jax="jax.nn.sigmoid({0})",
        c="sigmoid_({0})", onnx="Sigmoid",
    ),
    Operator(
        "softplus", "smooth rectifier log(1 + exp(x))", 1,
        steady=True, rising=True,
        words=("softplus", "Softplus"), reused=True,
        partials=lambda u: (op("sigmoid", u),), range=POSITIVE,
        definition=lambda u: op("log", 1 + op("exp", u)),
        ball=lambda x: x.exp().log1p(), sympy=lambda sp, x: sp.log(1 + sp.exp(x)),
        numpy="_softplus({0})", torch="_softplus({0})", jax="_softplus({0})", c="softplus_({0})",
        source="Dugas et al. 2001, section 3",
    ),
    Operator(
        "relu", "rectifier max(0, x)", 1,
        steady=True, switches=lambda u: ((u, ZERO),),
        words=("ReLU", "relu", "Relu"), reused=True,
        range=NONNEGATIVE, smooth=(NONZERO,),
        partials=lambda u: (indicator(relation(u, ">", ZERO)),),
        definition=lambda u: op("max", ZERO, u),
        ball=lambda x: x.max(0), sympy=lambda sp, x: sp.Max(0, x),
        numpy="np.maximum({0}, 0)", torch="torch.relu({0})", jax="jax.nn.relu({0})",
        c="fmax({0}, 0)", onnx="Relu", source="Nair and Hinton 2010",
    ),
)
# fmt: on
