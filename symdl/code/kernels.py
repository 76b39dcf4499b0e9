"""Operators that only code knows: rows like those of `expression/operators`, but without
derivative, since they are introduced after differentiation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symdl.expression.operators import TABLE
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


def _op(name: str, *args: Term) -> Term:
    return make(name, *args)


def _helper(name: str, meaning: str, definition: Callable[..., Term], extra: str = "") -> Kernel:
    call = f"_{name}({{0}}{extra})"
    return Kernel(name, meaning, definition, call, call, call, call[1:].replace("(", "_(", 1))


def _square(u: Term) -> Term:
    return u ** number(2)


def _erfcx(u: Term) -> Term:
    right = make("relation", u, number(0), data=(">=",))
    return make("piecewise", _op("exp", _square(u)) * _op("erfc", u), right)


def _steered(u: Term, right: Term, left: Term) -> Term:
    return make("piecewise", right, make("relation", u, number(0), data=(">=",)), left)


KERNELS: dict[str, Kernel] = {
    row.name: row
    for row in (
        _helper(
            "sigmoid_slope",
            "sigmoid(x) sigmoid(-x)",
            lambda u: _op("sigmoid", u) * _op("sigmoid", -u),
        ),
        _helper("power_gap", "1 - x^y for x >= 0", lambda u, v: 1 - u**v, ", {1}"),
        _helper("sech2", "1 / cosh(x)^2", lambda u: 1 / _square(_op("cosh", u))),
        _helper("tanh_softplus", "tanh(softplus(x))", lambda u: _op("tanh", _op("softplus", u))),
        _helper(
            "sech2_softplus",
            "1 / cosh(softplus(x))^2",
            lambda u: 1 / _square(_op("cosh", _op("softplus", u))),
        ),
        _helper("tanhshrink", "x - tanh(x)", lambda u: u - _op("tanh", u)),
        _helper("logcosh", "log(cosh(x))", lambda u: _op("log", _op("cosh", u))),
        _helper("log1mexp", "log(1 - exp(x))", lambda u: _op("log", 1 - _op("exp", u))),
        Kernel(
            "erfcx",
            "exp(x^2) erfc(x) for x >= 0",
            _erfcx,
            numpy="_erfcx({0})",
            torch="_erfcx({0})",
            jax="_erfcx({0})",
            c="",
        ),
        Kernel(
            "steer",
            "y where x >= 0, else z",
            _steered,
            numpy="np.where({0} >= 0, {1}, {2})",
            torch="torch.where({0} >= 0, {1}, {2})",
            jax="jnp.where({0} >= 0, {1}, {2})",
            c="({0} >= 0 ? {1} : {2})",
        ),
        _helper("gauss", "exp(-x^2)", lambda u: _op("exp", -_square(u))),
        _helper("half_gauss", "exp(-x^2/2)", lambda u: _op("exp", -(_square(u) / 2))),
    )
}


def spelling(op: str, column: str) -> str | None:
    """The format string of an operator on a back end; empty if it has none, None if unknown."""
    row: Operator | Kernel | None = KERNELS.get(op) or TABLE.get(op)
    return None if row is None else getattr(row, column, "")
