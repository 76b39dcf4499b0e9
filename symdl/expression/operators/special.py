"""Rows of special functions: error functions, the normal distribution, Gamma and counting."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symdl.expression.domain import (
    NATURAL,
    NONZERO,
    SYMMETRIC_UNIT_OPEN,
    UNIT_OPEN,
    Domain,
)
from symdl.expression.operators.build import PI, nan, op, relation, square, whole
from symdl.expression.operators.row import Operator
from symdl.expression.term import Term, make, number

PEAK = Fraction("0.39894228041")
COUNT = Domain(lower=Fraction(1), integer=True)
SHORT = 2000


def _no_pole(u: Term) -> tuple[Term, ...]:
    return (make("or", relation(u, ">", number(0)), relation(u, "!=", op("floor", u))),)


def _factorial(x: Any) -> Any:
    n = whole(x)
    return nan(x) if n is None or n < 0 else (x + 1).gamma()


def _binomial(x: Any, y: Any) -> Any:
    n, k = whole(x), whole(y)
    if n is None or k is None or n < 0 or k < 0:
        return nan(x)
    ball = type(x)
    if k > n:
        return ball(0)
    k = min(k, n - k)
    if k <= SHORT:
        return ball(n - k + 1).rising(k) / ball(k + 1).gamma()
    return (ball(n + 1).lgamma() - ball(k + 1).lgamma() - ball(n - k + 1).lgamma()).exp()


# fmt: off
ROWS: tuple[Operator, ...] = (
    Operator(
        "erf", "error function", 1,
        steady=True, rising=True, odd=True, values=((0, 0),),
        macros=("\\erf",), words=("erf",),
        partials=lambda u: (2 / op("sqrt", PI) * op("exp", -square(u)),),
        range=SYMMETRIC_UNIT_OPEN,
        ball=lambda x: x.erf(), sympy="erf",
        numpy="_erf({0})", torch="torch.erf({0})", jax="jax.scipy.special.erf({0})", c="erf({0})",
        onnx="Erf",
        source="DLMF 7.2.1",
    ),
    Operator(
        "erfc", "complementary error function 1 - erf(x)", 1,
        steady=True, values=((0, 1),),
        macros=("\\erfc",), words=("erfc",),
        partials=lambda u: (-(2 / op("sqrt", PI) * op("exp", -square(u))),),
        range=Domain(Fraction(0), Fraction(2), True, True),
        definition=lambda u: 1 - op("erf", u),
        ball=lambda x: x.erfc(), sympy="erfc",
        numpy="_erfc({0})", torch="torch.erfc({0})", jax="jax.scipy.special.erfc({0})",
        c="erfc({0})", source="DLMF 7.2.2",
    ),
    Operator(
        "normal_cdf", "standard normal distribution function", 1,
        rising=True, values=((0, Fraction(1, 2)),),
        words=("Phi",), letter="\\Phi", reused=True,
        partials=lambda u: (op("normal_pdf", u),), range=UNIT_OPEN,
        definition=lambda u: (1 + op("erf", u / op("sqrt", number(2)))) / 2,
        ball=lambda x: (-x / type(x)(2).sqrt()).erfc() / 2,
        sympy=lambda sp, x: sp.erfc(-x / sp.sqrt(2)) / 2,
        numpy="_normal_cdf({0})", torch="_normal_cdf({0})", jax="_normal_cdf({0})",
        c="normal_cdf_({0})", source="DLMF 7.20.1",
    ),
    Operator(
        "normal_pdf", "standard normal density", 1,
        words=("phi",), reused=True,
        partials=lambda u: (-(u * op("normal_pdf", u)),), range=Domain(Fraction(0), PEAK, True),
        definition=lambda u: op("exp", -(square(u) / 2)) / op("sqrt", 2 * PI),
        ball=lambda x: (-x * x / 2).exp() / (2 * type(x).pi()).sqrt(),
        sympy=lambda sp, x: sp.exp(-(x**2 / 2)) / sp.sqrt(2 * sp.pi),
        numpy="_normal_pdf({0})", torch="_normal_pdf({0})", jax="_normal_pdf({0})",
        c="normal_pdf_({0})", source="DLMF 7.20.1",
    ),
    Operator(
        "gamma_function", "Gamma function", 1,
        slow=True,
        words=("Gamma",), letter="\\Gamma", reused=True,
        partials=lambda u: (op("gamma_function", u) * op("digamma", u),),
        range=NONZERO, defined=_no_pole,
        ball=lambda x: x.gamma(), sympy="gamma",
        numpy="_gamma({0})", torch="_gamma({0})",
        jax="jax.scipy.special.gamma({0})", c="tgamma({0})", source="DLMF 5.2.1",
    ),
    Operator(
        "digamma", "logarithmic derivative of the Gamma function", 1,
        slow=True,
        words=("digamma",), reused=True,
        defined=_no_pole,
        ball=lambda x: x.digamma(), sympy="digamma",
        numpy="_digamma({0})", torch="torch.digamma({0})", jax="jax.scipy.special.digamma({0})",
        c="", source="DLMF 5.2.2",
    ),
    Operator(
        "factorial", "factorial, written n!", 1,
        slow=True,
        domain=(NATURAL,), range=COUNT,
        ball=_factorial, sympy="factorial",
        numpy="_gamma({0} + 1)", torch="torch.exp(torch.lgamma({0} + 1))",
        jax="jax.scipy.special.gamma({0} + 1)", c="tgamma({0} + 1)",
    ),
    Operator(
        "binomial", "binomial coefficient of natural numbers", 2,
        slow=True,
        domain=(NATURAL, NATURAL), range=NATURAL,
        ball=_binomial, sympy="binomial",
        numpy="_binomial({0}, {1})", torch="", jax="_binomial({0}, {1})", c="",
    ),
)
# fmt: on
