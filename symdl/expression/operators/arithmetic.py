"""Rows of arithmetic: spelled by symbols (`+`, `\\frac`, `^`, `\\sqrt[n]{}`), not by names.

Powers are real powers. For an integer exponent every base counts (not 0 when the exponent is
negative), else the base must be positive, or 0 with a positive exponent. `0^0` is undefined;
only `x^0` with a written 0 is 1 for every x, as in polynomials. Roots of odd integer degree are
taken of negative numbers too (`\\sqrt[3]{-8}` is -2); `(-8)^{1/3}` is undefined.
"""

from __future__ import annotations

import operator
from functools import reduce
from itertools import accumulate
from typing import Any

from symdl.expression.domain import NONZERO, POSITIVE, REAL
from symdl.expression.numerals import ONE, ZERO, value_of
from symdl.expression.operators.build import integral, nan, op, relation, whole
from symdl.expression.operators.row import Operator
from symdl.expression.term import Term, combined, make, number


def _others(xs: tuple[Term, ...]) -> tuple[Term, ...]:
    """For each factor the product of the others; long products share their beginnings and ends."""
    if len(xs) <= 4:
        return tuple(combined("mul", xs[:i] + xs[i + 1 :]) for i in range(len(xs)))
    left = list(accumulate(xs, operator.mul))
    right = list(accumulate(reversed(xs), lambda a, b: b * a))[::-1]
    middle = (left[i - 1] * right[i + 1] for i in range(1, len(xs) - 1))
    return (right[1], *middle, left[-2])


def _lowered(u: Term, v: Term) -> Term:
    """The derivative v u^(v - 1) in u, with a written exponent counted down."""
    n = value_of(v)
    if n is None:
        return make("mul", v, u ** (v - 1))
    if n == 0:
        return ZERO
    if n == 1:
        return ONE
    return make("mul", v, u if n == 2 else u ** number(n - 1))


def _power_defined(u: Term, v: Term) -> tuple[Term, ...]:
    n = value_of(v)
    if n is not None and n.denominator == 1:
        return () if n >= 0 else (relation(u, "!=", ZERO),)
    if n is not None:
        return (relation(u, ">=" if n > 0 else ">", ZERO),)
    if integral(v):
        return (make("or", relation(u, "!=", ZERO), relation(v, ">", ZERO)),)
    at_zero = make("and", relation(u, "=", ZERO), relation(v, ">", ZERO))
    return (make("or", relation(u, ">", ZERO), at_zero),)


def _power_kinks(u: Term, v: Term) -> tuple[Term, ...]:
    return () if integral(v) else (relation(u, "=", ZERO),)


def power(x: Any, y: Any) -> Any:
    """A ball around x^y for balls x and y; nan unless x^y is certainly defined."""
    if x > 0 or (y.is_integer() and (y > 0 or not x.contains(0))):
        return x**y
    if not (x >= 0 and y > 0):
        return nan(x)
    above = type(x)(x.upper())
    return type(x)(0) if above == 0 else type(x)(0).union(above**y)


def _odd(v: Term) -> bool:
    n = value_of(v)
    return n is not None and n.denominator == 1 and n.numerator % 2 == 1


def _root_defined(u: Term, v: Term) -> tuple[Term, ...]:
    return () if _odd(v) else (relation(u, ">=", ZERO),)


def root(x: Any, n: Any) -> Any:
    """A ball around the real n-th root of x; nan unless it is certainly defined."""
    degree = whole(n)
    if degree is None or degree <= 0 or degree % 2 == 0 or x >= 0:
        return power(x, 1 / n) if n > 0 else nan(x)
    if x <= 0:
        return -power(-x, 1 / n)
    below, above = type(x)(x.lower()), type(x)(x.upper())
    if not (below.is_finite() and above.is_finite()):
        return nan(x)
    return (-power(-below, 1 / n)).union(power(above, 1 / n))


# fmt: off
ROWS: tuple[Operator, ...] = (
    Operator(
        "add", "sum", None,
        partials=lambda *us: (ONE,) * len(us),
        ball=lambda *xs: reduce(operator.add, xs), sympy="Add",
        numpy="({0} + {1})", torch="({0} + {1})", jax="({0} + {1})", c="({0} + {1})", onnx="Add",
    ),
    Operator(
        "mul", "product", None,
        partials=lambda *us: _others(us),
        ball=lambda *xs: reduce(operator.mul, xs), sympy="Mul",
        numpy="({0} * {1})", torch="({0} * {1})", jax="({0} * {1})", c="({0} * {1})", onnx="Mul",
    ),
    Operator(
        "neg", "negative", 1,
        partials=lambda u: (number(-1),),
        ball=lambda x: -x, sympy=lambda sp, x: sp.Mul(sp.Integer(-1), x),
        numpy="(-{0})", torch="(-{0})", jax="(-{0})", c="(-{0})", onnx="Neg",
    ),
    Operator(
        "div", "quotient", 2,
        partials=lambda u, v: (1 / v, -(u / v ** number(2))),
        domain=(REAL, NONZERO),
        ball=lambda x, y: x / y, sympy=lambda sp, x, y: sp.Mul(x, sp.Pow(y, sp.Integer(-1))),
        numpy="({0} / {1})", torch="({0} / {1})", jax="({0} / {1})", c="({0} / {1})", onnx="Div",
    ),
    Operator(
        "pow", "power", 2,
        partials=lambda u, v: (_lowered(u, v), make("mul", op("log", u), u ** v)),
        defined=_power_defined, kinks=_power_kinks,
        ball=power, sympy="Pow",
        numpy="({0} ** {1})", torch="({0} ** {1})", jax="({0} ** {1})", c="pow({0}, {1})",
        onnx="Pow",
    ),
    Operator(
        "root", "real root of the first argument of the degree given second", 2,
        partials=lambda u, v: (
            1 / make("mul", v, op("root", u, v) ** _less(v)),
            -(make("mul", op("root", u, v), op("log", u)) / v ** number(2)),
        ),
        domain=(REAL, POSITIVE), smooth=(NONZERO, POSITIVE), defined=_root_defined,
        ball=root, sympy=lambda sp, x, n: _sympy_root(sp, x, n),
        numpy="(np.sign({0}) * np.abs({0}) ** (1 / {1}))",
        torch="(torch.sign({0}) * torch.abs({0}) ** (1 / {1}))",
        jax="(jnp.sign({0}) * jnp.abs({0}) ** (1 / {1}))",
        c="copysign(pow(fabs({0}), 1 / {1}), {0})",
    ),
)
# fmt: on


def _less(v: Term) -> Term:
    n = value_of(v)
    return v - 1 if n is None else number(n - 1)


def _sympy_root(sp: Any, x: Any, n: Any) -> Any:
    """SymPy's powers of negative numbers are complex: odd roots go by sign and size."""
    if n.is_Integer and int(n) % 2 and not (x.is_Symbol and x.is_nonnegative):
        return sp.Mul(sp.sign(x), sp.Pow(sp.Abs(x), sp.Rational(1, int(n))))
    return sp.Pow(x, sp.Rational(1, int(n)) if n.is_Integer else sp.Pow(n, sp.Integer(-1)))


__all__ = ["ROWS", "power", "root"]
