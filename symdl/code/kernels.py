"""Operators that only code knows: rows like those of `expression/operators`, but without
derivative, since they are introduced after differentiation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symdl.expression.operators import TABLE
from symdl.expression.operators.build import op, square
from symdl.expression.operators.row import Operator
from symdl.expression.term import Term, make, number


@dataclass(frozen=True, slots=True)
class Kernel:
    """One elementwise helper: name, meaning, the same in operators of the table, spellings.

    A spelling that starts with an underscore is a helper of the runtime file of the back end.
    """

    name: str
    meaning: str
    definition: Callable[..., Term]
    numpy: str
    torch: str
    jax: str
    c: str


def _helper(name: str, meaning: str, definition: Callable[..., Term], extra: str = "") -> Kernel:
    call = f"_{name}({{0}}{extra})"
    return Kernel(name, meaning, definition, call, call, call, call[1:].replace("(", "_(", 1))


def _tangent(
    name: str, slope: Callable[[Term], Term], value: Callable[[Term], Term] | None = None
) -> Kernel:
    """f(u) + w f'(u), over one denominator: beside its zeros the sum of two rounded terms would
    lose digits. It is the derivative of x f(x), and of x f(c x)."""
    base = value or (lambda u: op(name, u))
    meaning = f"{name}(x) + y {name}'(x)"
    return _helper(f"{name}_tangent", meaning, lambda u, w: base(u) + w * slope(u), ", {1}")


def _shared(name: str, meaning: str, definition: Callable[..., Term]) -> Kernel:
    """A helper that only spellings with a shared exponential use: C has none."""
    call = f"_{name}({{0}})"
    return Kernel(name, meaning, definition, call, call, call, "")


def _by_numpy(name: str, meaning: str, definition: Callable[..., Term], extra: str = "") -> Kernel:
    """A helper that only NumPy's code for moderate arguments uses."""
    return Kernel(name, meaning, definition, f"_{name}({{0}}{extra})", "", "", "")


def _beside(value: Term, u: Term, reach: str) -> Term:
    """A value for |u| up to a bound only."""
    near = make("relation", op("abs", u), number(reach), data=("<=",))
    return make("piecewise", value, near)


def _erfcx(u: Term) -> Term:
    right = make("relation", u, number("0.44"), data=(">=",))
    return make("piecewise", op("exp", square(u)) * op("erfc", u), right)


def _mills(u: Term) -> Term:
    right = make("relation", u, number(0), data=(">=",))
    return make("piecewise", op("exp", square(u) / 2) * op("normal_cdf", -u), right)


def _steered(u: Term, right: Term, left: Term) -> Term:
    return make("piecewise", right, make("relation", u, number(0), data=(">=",)), left)


def _opposite(u: Term, v: Term) -> Term:
    share = make("relation", number(0), v, number(1), data=("<=", "<="))
    return make("piecewise", _steered(u, 1 - v, v), share)


def _near_bell(u: Term) -> Term:
    return _beside(op("exp", -(square(u) / 2)), u, "13")


def _binary(name: str, meaning: str, definition: Callable[..., Term]) -> Kernel:
    return _helper(name, meaning, definition, ", {1}")


def _with_limit(u: Term, value: Term, limit: Term) -> Term:
    """A value with its limit where u is 0."""
    return make("piecewise", value, make("relation", u, number(0), data=("!=",)), limit)


def _rise(u: Term) -> Term:
    return u * op("exp", u) - op("exp", u) + 1


_DIFFERENCES = (
    Kernel(
        "cbrt",
        "the cube root",
        lambda u: op("root", u, number(3)),
        numpy="np.cbrt({0})",
        torch="(torch.sign({0}) * torch.abs({0}) ** (1 / 3))",
        jax="jnp.cbrt({0})",
        c="cbrt({0})",
    ),
    Kernel(
        "hypot",
        "sqrt(x^2 + y^2)",
        lambda u, v: op("sqrt", square(u) + square(v)),
        numpy="np.hypot({0}, {1})",
        torch="_hypot({0}, {1})",
        jax="jnp.hypot({0}, {1})",
        c="hypot({0}, {1})",
    ),
    _helper("hypot_gap", "sqrt(1 + x^2) - 1", lambda u: op("sqrt", 1 + square(u)) - 1),
    _binary(
        "hypot_less",
        "sqrt(x^2 + y^2) - y",
        lambda u, v: op("sqrt", square(u) + square(v)) - v,
    ),
    _helper("log1p_square", "log(1 + x^2)", lambda u: op("log", 1 + square(u))),
    _helper("expm1_rest", "exp(x) - 1 - x", lambda u: op("exp", u) - 1 - u),
    _helper(
        "expm1_ratio",
        "(exp(x) - 1)/x, 1 at 0",
        lambda u: _with_limit(u, (op("exp", u) - 1) / u, number(1)),
    ),
    _helper("expm1_rise", "x exp(x) - exp(x) + 1", _rise),
    _helper(
        "expm1_ratio_slope",
        "(x exp(x) - exp(x) + 1)/x^2, 1/2 at 0",
        lambda u: _with_limit(u, _rise(u) / square(u), number(Fraction(1, 2))),
    ),
    _helper(
        "sinc_slope",
        "(x cos(x) - sin(x))/x^2",
        lambda u: (u * op("cos", u) - op("sin", u)) / square(u),
    ),
    _helper(
        "bernoulli_entropy",
        "softplus(x) - x sigmoid(x)",
        lambda u: op("softplus", u) - u * op("sigmoid", u),
    ),
    _binary(
        "normal_cdf_gap",
        "normal_cdf(x) - normal_cdf(y)",
        lambda u, v: op("normal_cdf", u) - op("normal_cdf", v),
    ),
    _helper("log1p_gap", "x - log(1 + x)", lambda u: u - op("log", 1 + u)),
    _helper("log_gap", "x - 1 - log(x)", lambda u: u - 1 - op("log", u)),
    _binary("log_quotient", "log(x) - log(y)", lambda u, v: op("log", u) - op("log", v)),
    _helper(
        "log1p_ratio_slope",
        "(x/(1 + x) - log(1 + x))/x^2",
        lambda u: (u / (1 + u) - op("log", 1 + u)) / square(u),
    ),
    _binary(
        "entropy_gap",
        "x log(x/y) - x + y for positive x and y",
        lambda u, v: u * (op("log", u) - op("log", v)) - u + v,
    ),
    _binary(
        "exp_times",
        "y exp(x), which overflows and vanishes only where the product does",
        lambda u, v: v * op("exp", u),
    ),
    _binary(
        "log_mean_exp",
        "log((exp(x) + exp(y))/2)",
        lambda u, v: op("log", (op("exp", u) + op("exp", v)) / 2),
    ),
    _binary(
        "poisson",
        "exp(-x) x^y / y! for x > 0 and whole y",
        lambda u, v: op("exp", v * op("log", u) - u) / op("factorial", v),
    ),
)
DIFFERENCES = frozenset(row.name for row in _DIFFERENCES)
"""Helpers that cancel inside: in single precision alone they lose digits."""
KERNELS: dict[str, Kernel] = {
    row.name: row
    for row in (
        _helper(
            "sigmoid_slope",
            "sigmoid(x) sigmoid(-x)",
            lambda u: op("sigmoid", u) * op("sigmoid", -u),
        ),
        _helper("power_gap", "1 - x^y for x >= 0", lambda u, v: 1 - u**v, ", {1}"),
        _helper("sech2", "1 / cosh(x)^2", lambda u: 1 / square(op("cosh", u))),
        _helper("tanh_softplus", "tanh(softplus(x))", lambda u: op("tanh", op("softplus", u))),
        _helper(
            "sech2_softplus",
            "1 / cosh(softplus(x))^2",
            lambda u: 1 / square(op("cosh", op("softplus", u))),
        ),
        _helper(
            "tanh_softplus_slope",
            "the derivative of tanh(softplus(x))",
            lambda u: op("sigmoid", u) / square(op("cosh", op("softplus", u))),
        ),
        _tangent("sigmoid", lambda u: op("sigmoid", u) * op("sigmoid", -u)),
        _tangent(
            "tanh_softplus",
            lambda u: op("sigmoid", u) / square(op("cosh", op("softplus", u))),
            lambda u: op("tanh", op("softplus", u)),
        ),
        _tangent("normal_cdf", lambda u: op("normal_pdf", u)),
        _helper("power1p", "(1 + x)^y", lambda u, v: (1 + u) ** v, ", {1}"),
        _helper("log_factorial", "log(x!) for whole x", lambda u: op("log", op("factorial", u))),
        _helper("tanhshrink", "x - tanh(x)", lambda u: u - op("tanh", u)),
        _helper("logcosh", "log(cosh(x))", lambda u: op("log", op("cosh", u))),
        _helper("log_normal_cdf", "log(normal_cdf(x))", lambda u: op("log", op("normal_cdf", u))),
        _helper("log_erfc", "log(erfc(x))", lambda u: op("log", op("erfc", u))),
        _helper("log1mexp", "log(1 - exp(x))", lambda u: op("log", 1 - op("exp", u))),
        _shared("decay", "exp(-|x|)", lambda u: op("exp", -op("abs", u))),
        Kernel("over", "x / y, kept together", lambda u, v: u / v, *["{0} / {1}"] * 4),
        _by_numpy("near_bell", "exp(-x^2/2) for |x| <= 13", _near_bell),
        _by_numpy("opposite", "1 - y where x >= 0, else y, for y from 0 to 1", _opposite, ", {1}"),
        _by_numpy("growth", "exp(x)", lambda u: op("exp", u)),
        _shared("erfcx", "exp(x^2) erfc(x) for x >= 0.44", _erfcx),
        _shared("mills", "exp(x^2/2) normal_cdf(-x) for x >= 0", _mills),
        Kernel(
            "bell",
            "exp(-x^2/2), in double precision for float32",
            lambda u: op("exp", -(square(u) / 2)),
            numpy="_bell({0}, 0.5)",
            torch="_bell({0}, 0.5)",
            jax="_bell({0}, 0.5)",
            c="",
        ),
        Kernel("typed", "x in the type of y", lambda u, _: u, "_typed({0}, {1})", "{0}", "{0}", ""),
        Kernel(
            "tame",
            "x, and 0 where it is infinite",
            lambda u: u,
            "_tame({0})",
            "torch.where(torch.isinf({0}), 0, {0})",
            "_tame({0})",
            "",
        ),
        Kernel("wide", "x in double precision", lambda u: u, "_wide({0})", "{0}", "{0}", ""),
        _shared("erf_near", "erf(x) for |x| <= 1", lambda u: _beside(op("erf", u), u, "1")),
        Kernel(
            "unless_gone",
            "y, and 0 where x is 0",
            lambda u, v: make("piecewise", v, make("relation", u, number(0), data=("!=",)), u),
            numpy="np.where({0} == 0, 0, {1})",
            torch="torch.where({0} == 0, 0, {1})",
            jax="jnp.where({0} == 0, 0, {1})",
            c="({0} == 0 ? 0 : {1})",
        ),
        Kernel(
            "vanishing",
            "x y, and 0 where x is 0 whatever y",
            lambda u, v: make("piecewise", u * v, make("relation", u, number(0), data=("!=",)), u),
            numpy="({0} * np.where({0} == 0, 0, {1}))",
            torch="({0} * torch.where({0} == 0, 0, {1}))",
            jax="({0} * jnp.where({0} == 0, 0, {1}))",
            c="({0} == 0 ? 0 : {0} * {1})",
        ),
        Kernel(
            "steer",
            "y where x >= 0, else z",
            _steered,
            numpy="_steer({0}, {1}, {2})",
            torch="torch.where({0} >= 0, {1}, {2})",
            jax="jnp.where({0} >= 0, {1}, {2})",
            c="({0} >= 0 ? {1} : {2})",
        ),
        Kernel(
            "reciprocal",
            "1/x, which is not divided by once more",
            lambda u: 1 / u,
            numpy="(1 / {0})",
            torch="(1 / {0})",
            jax="(1 / {0})",
            c="(1 / {0})",
        ),
        *_DIFFERENCES,
        _helper("gauss", "exp(-x^2)", lambda u: op("exp", -square(u))),
        _helper("half_gauss", "exp(-x^2/2)", lambda u: op("exp", -(square(u) / 2))),
    )
}


def spelling(op: str, column: str) -> str | None:
    """The format string of an operator on a back end; empty if it has none, None if unknown."""
    row: Operator | Kernel | None = KERNELS.get(op) or TABLE.get(op)
    return None if row is None else getattr(row, column, "")
