"""Stable spellings: rewrite rows that keep the value and lose overflow and cancellation.

A row says: where the left side is defined and the condition holds, the right side is equal.
The right side may be defined on more. Patterns match inside longer sums and products and up to
a common scale (see `pattern.py`). tests/test_stable.py checks every row with high precision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symdl.code.normal import addends, is_nonnegative, is_positive, spread, sum_of
from symdl.code.pattern import Binding, Pattern, pattern, replacement
from symdl.expression.numerals import value_of
from symdl.expression.term import postorder


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One row: `before` becomes `after` where `condition` (name of a test and letters) holds.

    "alone" is no test of a letter: nothing else may be divided by a sum in the product.
    `why` says what the literal form loses.
    """

    before: str
    after: str
    why: str
    condition: tuple[str, ...] = ()

    def sides(self) -> tuple[Pattern, Pattern]:
        """The left and the right side, compiled."""
        return pattern(self.before), replacement(self.after)

    def allowed(self, bound: Binding) -> bool:
        """Whether the side condition holds for what the letters stand for."""
        for test in self.condition:
            name, *letters = test.split()
            if letters and not _CONDITIONS[name](*(bound[letter] for letter in letters)):
                return False
        return True


_LINEAR = frozenset({"add", "neg", "symbol", "number"})
_CONDITIONS: dict[str, Callable[..., bool]] = {
    "positive": is_positive,
    "nonnegative": is_nonnegative,
    "even": lambda t: (value_of(t) or 1) % 2 == 0,
    "over_minus_one": lambda t: is_positive(sum_of(addends(1 + t))),
    "over_one": lambda t: is_positive(sum_of(addends(t - 1))),
    "share": lambda t: is_positive(t) and is_positive(sum_of(addends(1 - t))),
    "symbolic": lambda t: value_of(t) is None,
    "exponential": lambda t: t.op == "exp",
    "close": lambda t, other: len(spread(t - other)) == 1,
    "bare": lambda t: t.op == "symbol",
    "linear": lambda t: all(n.op in _LINEAR for n in postorder(t)),
}

# Into the functions people know. These rows are applied before differentiation too: the
# derivative of the recognised function is shorter and stable.
MEANING: tuple[Rewrite, ...] = (
    Rewrite("log(exp(u))", "u", "exp overflows"),
    Rewrite("exp(log(u))", "u", "two roundings for none"),
    Rewrite("log(exp(u)/w)", "u - log(w)", "log of a quotient rounded to 0"),
    Rewrite("log(1 + exp(u))", "softplus(u)", "overflow; 1 + exp(u) drops small exp(u)"),
    Rewrite("log_base(u, 2)", "log2(u)", "exact at powers of 2"),
    Rewrite("log_base(u, 10)", "log10(u)", "exact at powers of 10"),
    Rewrite("log2(exp(u))", "u/log(2)", "exp overflows"),
    Rewrite("log10(exp(u))", "u/log(10)", "exp overflows"),
    Rewrite("log(exp(u) + exp(v))", "logaddexp(u, v)", "overflow"),
    Rewrite("u - logaddexp(u, v)", "-softplus(v - u)", "cancellation where u is the larger"),
    Rewrite("u - logaddexp(v, u)", "-softplus(v - u)", "cancellation where u is the larger"),
    Rewrite("exp(u)/(exp(u) + exp(v))", "sigmoid(u - v)", "infinity over infinity"),
    Rewrite("log(exp(u) - exp(v))", "u + log(1 - exp(v - u))", "overflow; cancellation"),
    Rewrite("(exp(u) - exp(v))/(exp(u) + exp(v))", "tanh((u - v)/2)", "infinity over infinity"),
    Rewrite("log(sigmoid(u))", "-softplus(-u)", "log of a number rounded to 0 or 1"),
    Rewrite("sigmoid(u)**v", "exp(-v*softplus(-u))", "0 to a power", ("symbolic v",)),
    Rewrite("(1 + exp(u))**v", "exp(v*softplus(u))", "infinity to a power", ("symbolic v",)),
    Rewrite("(w**2 - 1)/(w**2 + 1)", "tanh(log(w))", "infinity over infinity", ("positive w",)),
    Rewrite("arccos(1 - u)", "2*arcsin(sqrt(u/2))", "1 - u drops the digits of a small u"),
    Rewrite("log(softmax(u))", "log_softmax(u)", "log of a number rounded to 0"),
    Rewrite("1/(1 + exp(u))", "sigmoid(-u)", "overflow of exp(u)"),
    Rewrite("exp(u)*sigmoid(-u)", "sigmoid(u)", "infinity times zero"),
    Rewrite("(exp(u) - 1)*sigmoid(-u)", "tanh(u/2)", "infinity times zero"),
    Rewrite("1 - sigmoid(u)", "sigmoid(-u)", "cancellation where sigmoid(u) is near 1"),
    Rewrite("2*sigmoid(u) - 1", "tanh(u/2)", "cancellation near 0"),
    Rewrite("sigmoid(u) - sigmoid(-u)", "tanh(u/2)", "cancellation near 0"),
    Rewrite("softplus(u) - softplus(-u)", "u", "cancellation near 0"),
    Rewrite("1 + tanh(u)", "2*sigmoid(2*u)", "cancellation where tanh(u) is near -1"),
    Rewrite("1 - tanh(u)", "2*sigmoid(-2*u)", "cancellation where tanh(u) is near 1"),
    Rewrite("1 + erf(u)", "erfc(-u)", "cancellation where erf(u) is near -1"),
    Rewrite("1 - erf(u)**2", "erfc(u)*erfc(-u)", "cancellation where |erf(u)| is near 1"),
    Rewrite("1 - erf(u)", "erfc(u)", "cancellation where erf(u) is near 1"),
    Rewrite("1 - erfc(u)", "erf(u)", "cancellation near 0"),
    Rewrite("2 - erfc(u)", "erfc(-u)", "cancellation where erfc(u) is near 2"),
    Rewrite("erfc(u/sqrt(2))", "2*normal_cdf(-u)", "the tail magnifies the rounding of u/sqrt(2)"),
    Rewrite("1 - normal_cdf(u)", "normal_cdf(-u)", "cancellation in the upper tail"),
    Rewrite("exp(u) - exp(-u)", "2*sinh(u)", "cancellation near 0"),
    Rewrite("exp(u) + exp(-u)", "2*cosh(u)", "prepares tanh and sech"),
    Rewrite("exp(u)/cosh(u)", "2*sigmoid(2*u)", "infinity over infinity"),
    Rewrite("exp(-u)/cosh(u)", "2*sigmoid(-2*u)", "infinity over infinity"),
    Rewrite("artanh(tanh(u))", "u", "the inverse of a number rounded to 1"),
    Rewrite("arsinh(sinh(u))", "u", "overflow of sinh(u)"),
    Rewrite("arcosh(cosh(u))", "abs(u)", "overflow of cosh(u); cancellation near 0"),
    Rewrite("logit(sigmoid(u))", "u", "the inverse of a number rounded to 1"),
    Rewrite("sinh(u)/cosh(u)", "tanh(u)", "infinity over infinity"),
    Rewrite("tanh(u)*cosh(u)", "sinh(u)", "zero times infinity"),
    Rewrite("1/cosh(u)", "sech(u)", "overflow of cosh(u)"),
    Rewrite("cosh(u)**2 - sinh(u)**2", "1", "infinity minus infinity"),
    Rewrite("coth(u)**2 - 1", "csch(u)**2", "cancellation where u is large"),
    Rewrite("log(1 - tanh(u)**2)", "-2*log(cosh(u))", "log of a number rounded to 0"),
    Rewrite("log(u**2)", "2*log(u)", "overflow and underflow of the square", ("positive u",)),
    Rewrite("log(sech(u))", "-log(cosh(u))", "log of a number rounded to 0"),
    Rewrite("log(2*cosh(u))", "log(cosh(u)) + log(2)", "overflow of cosh(u)"),
    Rewrite("min(0, exp(u) - 1)", "exp(min(0, u)) - 1", "overflow of what is not chosen"),
    Rewrite("min(exp(u) - 1, 0)", "exp(min(u, 0)) - 1", "overflow of what is not chosen"),
    Rewrite("min(1, exp(u))", "exp(min(0, u))", "exp(u) rounded to 1; its overflow"),
    Rewrite("min(exp(u), 1)", "exp(min(u, 0))", "exp(u) rounded to 1; its overflow"),
    Rewrite("max(1, exp(u))", "exp(max(0, u))", "exp(u) rounded to 1"),
    Rewrite("max(exp(u), 1)", "exp(max(u, 0))", "exp(u) rounded to 1"),
    Rewrite("sign(u)*u", "abs(u)", "one operation less; lets |u| cancel"),
    Rewrite("sign(u)*abs(u)", "u", "one operation less"),
    Rewrite("abs(u)**2", "u**2", "one operation less"),
    Rewrite("sqrt(u**2)", "abs(u)", "overflow and underflow of the square"),
    Rewrite("log((1 + u)/(1 - u))", "2*artanh(u)", "the quotient drops the digits of a small u"),
    Rewrite("log(u + sqrt(1 + u**2))", "arsinh(u)", "cancellation for u < 0, overflow of u**2"),
    Rewrite("log(u + sqrt(u**2 - 1))", "arcosh(u)", "overflow of u**2"),
    Rewrite("u - softplus(u)", "-softplus(-u)", "cancellation where u is large"),
    Rewrite("u + softplus(-u*w)/w", "softplus(u*w)/w", "cancellation where u*w is far below 0"),
    Rewrite("u + softplus(-2*u) - log(2)", "log(cosh(u))", "cancellation; overflow for u < 0"),
)

# Into spellings that only code knows.
SPELLING: tuple[Rewrite, ...] = (
    Rewrite(
        "exp(u) - exp(v)",
        "-exp(max(u, v))*expm1(-abs(u - v))*sign(u - v)",
        "cancellation where the one term that is left of u - v is small",
        ("close u v",),
    ),
    Rewrite("exp(u) - 1", "expm1(u)", "cancellation near 0"),
    Rewrite("log(w*exp(u))", "log(w) + u", "overflow and underflow of the product"),
    Rewrite("root(u, 3)", "cbrt(u)", "1/3 rounded, which large and small u magnify"),
    Rewrite("log(u**v)", "v*log(abs(u))", "overflow and underflow of the power", ("even v",)),
    Rewrite("log(normal_cdf(u))", "log_normal_cdf(u)", "log of a number rounded to 0 or 1"),
    Rewrite("log(erfc(u))", "log_erfc(u)", "log of a number rounded to 0; cancellation near 0"),
    Rewrite("log(-expm1(u))", "log1mexp(u)", "log(1 - exp(u)) cancels near both ends"),
    Rewrite(
        "log(1 + v*u**2)",
        "log1p_square(sqrt(v)*u)",
        "overflow of the square",
        ("positive v",),
    ),
    Rewrite("log(1 + u)", "log1p(u)", "1 + u drops the digits of a small u"),
    Rewrite("log_base(u, v)", "log(u)/log(v)", "the logarithm of a constant is folded"),
    Rewrite("log2(1 + u)", "log1p(u)/log(2)", "1 + u drops the digits of u"),
    Rewrite("log10(1 + u)", "log1p(u)/log(10)", "1 + u drops the digits of u"),
    Rewrite("log(cosh(u))", "logcosh(u)", "overflow; cancellation near 0"),
    Rewrite("log(tanh(u))", "log1mexp(-2*u) - softplus(-2*u)", "log of a number rounded to 1"),
    Rewrite("1 - tanh(u)**2", "sech2(u)", "cancellation where |tanh(u)| is near 1"),
    Rewrite("u - tanh(u)", "tanhshrink(u)", "cancellation near 0"),
    Rewrite("sech(u)**2", "sech2(u)", "one function for two"),
    Rewrite("1 - tanh_softplus(u)**2", "sech2_softplus(u)", "cancellation where u is large"),
    Rewrite("tanh(softplus(u))", "tanh_softplus(u)", "one exponential for three functions"),
    Rewrite("sech2_softplus(u)*sigmoid(u)", "tanh_softplus_slope(u)", "roundings of a product"),
    Rewrite("w - w*sigmoid(u)", "w*sigmoid(-u)", "cancellation where sigmoid(u) is near 1"),
    Rewrite("sigmoid(u)*sigmoid(-u)", "sigmoid_slope(u)", "one exponential for two"),
    Rewrite("sigmoid(u) + w*sigmoid_slope(u)", "sigmoid_tangent(u, w)", "cancellation at zeros"),
    Rewrite(
        "tanh_softplus(u) + w*tanh_softplus_slope(u)",
        "tanh_softplus_tangent(u, w)",
        "cancellation at zeros",
    ),
    Rewrite("normal_cdf(u) + w*normal_pdf(u)", "normal_cdf_tangent(u, w)", "cancellation at zeros"),
    Rewrite(
        "1 - u**v",
        "power_gap(u, v)",
        "cancellation where u is near 1",
        ("nonnegative u", "symbolic v"),
    ),
    Rewrite(
        "(1 + u)**v",
        "power1p(u, v)",
        "a large v magnifies the rounding of 1 + u",
        ("symbolic v",),
    ),
    Rewrite(
        "1 - power1p(u, v)",
        "-expm1(v*log1p(u))",
        "cancellation where u is near 0",
        ("over_minus_one u",),
    ),
    Rewrite(
        "sqrt(1 + v*u**2) - 1",
        "hypot_gap(sqrt(v)*u)",
        "cancellation near 0; overflow of the square",
        ("positive v",),
    ),
    Rewrite("sqrt(1 + u) - 1", "u/(1 + sqrt(1 + u))", "cancellation near 0"),
    Rewrite("1 - cos(u)", "2*sin(u/2)**2", "cancellation near 0"),
    Rewrite(
        "cos(u) - cos(v)",
        "2*sin((u + v)/2)*sin((v - u)/2)",
        "cancellation where u is near v",
        ("bare u", "bare v"),
    ),
    Rewrite("cosh(u) - 1", "2*sinh(u/2)**2", "cancellation near 0"),
    Rewrite("log(expm1(u))", "u + log1mexp(-u)", "overflow of exp(u)"),
    Rewrite("exp(u)/expm1(u)", "-1/expm1(-u)", "infinity over infinity", ("nonnegative u",)),
    Rewrite("u*exp(u) - expm1(u)", "expm1_rise(u)", "cancellation near 0"),
    Rewrite("expm1_rise(u)/u**2", "expm1_ratio_slope(u)", "0 over 0 where u**2 vanishes"),
    Rewrite("expm1(u)/u", "expm1_ratio(u)", "overflows before the quotient does"),
    Rewrite("u/expm1(u)", "1/expm1_ratio(u)", "0 over 0 at 0"),
    Rewrite("expm1(u) - u", "expm1_rest(u)", "cancellation near 0"),
    Rewrite("(u*cos(u) - sin(u))/u**2", "sinc_slope(u)", "cancellation near 0"),
    Rewrite("(u/(1 + u) - log1p(u))/u**2", "log1p_ratio_slope(u)", "cancellation near 0"),
    Rewrite("softplus(u) - log(2)", "log_mean_exp(0, u)", "cancellation near 0"),
    Rewrite("u - log1p(u)", "log1p_gap(u)", "cancellation near 0"),
    Rewrite("log(factorial(v))", "log_factorial(v)", "overflow of the factorial"),
    Rewrite(
        "sigmoid(u) - sigmoid(v)",
        "-expm1(-abs(u - v))*sigmoid(max(u, v))*sigmoid(-min(u, v))*sign(u - v)",
        "cancellation where both are near 1 or one another",
    ),
    Rewrite(
        "log(-expm1(-abs(u - v))*sigmoid(max(u, v))*sigmoid(-min(u, v))*sign(u - v))",
        "log1mexp(-abs(u - v)) - softplus(-max(u, v)) - softplus(min(u, v)) + log(sign(u - v))",
        "log of a number rounded to 0 or 1",
    ),
    Rewrite(
        "tanh(u) - tanh(v)",
        "-2*expm1(-2*abs(u - v))*sigmoid(2*max(u, v))*sigmoid(-2*min(u, v))*sign(u - v)",
        "cancellation where both are near 1 or one another",
    ),
    Rewrite(
        "normal_cdf(u) - normal_cdf(v)",
        "normal_cdf_gap(u, v)",
        "cancellation where both are near 1 or one another",
    ),
    Rewrite(
        "erf(u) - erf(v)",
        "2*normal_cdf_gap(sqrt(2)*u, sqrt(2)*v)",
        "cancellation where both are near 1",
    ),
    Rewrite("u*sech2(u)", "vanishing(sech2(u), u)", "zero times infinity", ("exponential u",)),
    Rewrite(
        "u**2 - 2*log(u) - 1",
        "(u - 1)**2 + 2*log_gap(u)",
        "cancellation where u is near 1",
    ),
    Rewrite("u - log(u) - 1", "log_gap(u)", "cancellation where u is near 1"),
    Rewrite("log(u) - log(v)", "log_quotient(u, v)", "cancellation", ("bare u", "bare v")),
    Rewrite("log(u/v)", "log_quotient(u, v)", "overflow of u/v", ("bare u", "bare v")),
    Rewrite(
        "u/v - log_quotient(u, v) - 1",
        "entropy_gap(v, u)/v",
        "cancellation where u is near v",
        ("positive u", "positive v"),
    ),
    Rewrite(
        "u**2/v**2 + 2*log_quotient(v, u) - 1",
        "over(u - v, v)**2 + 2*entropy_gap(v, u)/v",
        "cancellation where u is near v",
        ("positive u", "positive v"),
    ),
    Rewrite(
        "(w + u**2)/v**2 + 2*log_quotient(v, u) - 1",
        "w/v**2 + over(u - v, v)**2 + 2*entropy_gap(v, u)/v",
        "cancellation where u is near v",
        ("positive u", "positive v"),
    ),
    Rewrite(
        "u*log(2*u/(u + v)) + v*log(2*v/(u + v))",
        "entropy_gap(u, (u + v)/2) + entropy_gap(v, (u + v)/2)",
        "cancellation where u is near v",
        ("positive u", "positive v"),
    ),
    Rewrite(
        "u*log_quotient(u, v) + (1 - u)*log((1 - u)/(1 - v))",
        "entropy_gap(u, v) + entropy_gap(1 - u, 1 - v)",
        "cancellation where u is near v",
        ("share u", "share v"),
    ),
    Rewrite("log((exp(u) + exp(v))/2)", "log_mean_exp(u, v)", "overflow"),
    Rewrite("u*sigmoid(u) - softplus(u)", "-bernoulli_entropy(u)", "cancellation for large u"),
    Rewrite(
        "exp(-u)*u**v/factorial(v)",
        "poisson(u, v)",
        "infinity over infinity",
        ("nonnegative u",),
    ),
    Rewrite(
        "(v*u**(v - 1) - u**v)*exp(-u)/factorial(v)",
        "poisson(u, v)*(v - u)/u",
        "infinity over infinity",
        ("nonnegative u",),
    ),
    Rewrite("sqrt(1 + u) - sqrt(u)", "1/(sqrt(1 + u) + sqrt(u))", "cancellation where u is large"),
    Rewrite(
        "1/sqrt(1 + u) - 1/sqrt(u)",
        "-1/sqrt(u)/sqrt(1 + u)/(sqrt(1 + u) + sqrt(u))",
        "cancellation where u is large",
    ),
    Rewrite(
        "sqrt(u) - sqrt(v)",
        "(u - v)/(sqrt(u) + sqrt(v))",
        "cancellation where u is near v",
        ("positive u", "linear u", "linear v"),
    ),
    Rewrite(
        "1/sqrt(u) - 1/sqrt(v)",
        "(v - u)/sqrt(u)/sqrt(v)/(sqrt(u) + sqrt(v))",
        "cancellation where u is near v",
        ("positive u", "linear u", "linear v"),
    ),
    Rewrite(
        "(v*u**v*log(u) + power_gap(u, v))/v**2",
        "expm1_ratio_slope(v*log(u))*log(u)**2",
        "cancellation where u is near 1 or v near 0",
    ),
    Rewrite("log1p(u) - log(u)", "log(1 + 1/u)", "cancellation where u is large"),
    Rewrite(
        "sigmoid(u) - v",
        "(1 - v)*sigmoid(u) - v*sigmoid(-u)",
        "cancellation where v is 1 and u large",
        ("bare v",),
    ),
)

# Squares that overflow before what is made of them does: applied when nothing is left to cancel.
SQUARES: tuple[Rewrite, ...] = (
    Rewrite("sqrt(1 + u**2)", "hypot(1, u)", "overflow of the square"),
    Rewrite("sqrt(1 + v*u**2)", "hypot(1, sqrt(v)*u)", "overflow of the square", ("positive v",)),
    Rewrite("sqrt(u**2 + v**2)", "hypot(u, v)", "overflow of the squares"),
    Rewrite("sqrt(v + u**2)", "hypot(sqrt(v), u)", "overflow of the square", ("positive v",)),
    Rewrite("hypot(v, u) - u", "hypot_less(v, u)", "cancellation where u is large"),
    Rewrite("hypot(u, v) - u", "hypot_less(v, u)", "cancellation where u is large"),
    Rewrite("hypot(v, u) + u", "hypot_less(v, -u)", "cancellation where -u is large"),
    Rewrite("hypot(u, v) + u", "hypot_less(v, -u)", "cancellation where -u is large"),
    Rewrite("1/hypot(sqrt(v), u)/(v + u**2)", "1/hypot(sqrt(v), u)**3", "overflow of the square"),
    Rewrite("1/hypot(u, v)/(u**2 + v**2)", "1/hypot(u, v)**3", "overflow of the squares"),
    Rewrite("1 - u/hypot(v, u)", "hypot_less(v, u)/hypot(v, u)", "cancellation where u is large"),
    Rewrite("1 - u/hypot(u, v)", "hypot_less(v, u)/hypot(u, v)", "cancellation where u is large"),
    Rewrite("1 + u/hypot(v, u)", "hypot_less(v, -u)/hypot(v, u)", "cancellation where -u is large"),
    Rewrite("1 + u/hypot(u, v)", "hypot_less(v, -u)/hypot(u, v)", "cancellation where -u is large"),
    Rewrite("1/v/(1 + u**2/v**2)", "v/hypot(u, v)/hypot(u, v)", "overflow of the quotient"),
    Rewrite(
        "u/(1 + v*u**2)",
        "u/hypot(1, sqrt(v)*u)**2",
        "overflow of the square",
        ("positive v", "alone"),
    ),
    Rewrite(
        "u/(v + u**2)", "u/hypot(sqrt(v), u)**2", "overflow of the square", ("positive v", "alone")
    ),
    Rewrite(
        "exp(u) - exp(v)",
        "-exp(max(u, v))*expm1(-abs(u - v))*sign(u - v)",
        "cancellation where u is near v",
        ("bare u", "bare v"),
    ),
    Rewrite(
        "exp(-w*u**2) - exp(-w*v**2)",
        "exp(-w*min(abs(u), abs(v))**2)*expm1(-w*abs(u - v)*abs(u + v))*sign(abs(u) - abs(v))",
        "cancellation where u is near v",
        ("bare u", "bare v"),
    ),
    Rewrite("sqrt(u**2 - 1)", "sqrt(u - 1)*sqrt(u + 1)", "overflow of u**2", ("over_one u",)),
)
