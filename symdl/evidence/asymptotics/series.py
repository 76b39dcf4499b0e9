"""Functions of certified expansions: powers, exponentials, logarithms, Taylor series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import factorial
from typing import Any

from flint import arb

from symdl.evidence.asymptotics.constants import (
    ONE,
    ZERO,
    Exact,
    Inexact,
    exponential,
    logarithm,
    rational,
)
from symdl.evidence.asymptotics.growth import (
    Coefficient,
    Series,
    Setting,
    add,
    coefficient_sign,
    fixed,
    gather,
    inverse_of,
    known,
    multiply,
    parts,
    scale,
    sign,
    size_bound,
    split,
    within,
)
from symdl.evidence.asymptotics.rates import (
    UNIT,
    Growth,
    Key,
    TooEarly,
    Unknown,
    growth_of,
    multiply_growth,
)
from symdl.evidence.balls import exactly


def compose(
    coefficients: Sequence[Exact], remainder: Any, delta: Series, setting: Setting
) -> Series:
    """sum of c_k delta^k, plus remainder * delta^n, by Horner's rule."""
    result: Series = scale(delta, within(arb.nan() if setting.start is None else remainder))
    for i, c in enumerate(reversed(coefficients)):
        result = add(fixed(c), result, setting)
        if i + 1 < len(coefficients):
            result = multiply(result, delta, setting)
    return result


def reciprocal(series: Series, setting: Setting) -> Series:
    """One over the series."""
    if not series:
        raise Unknown("a division by zero")
    s = split(series, setting)
    n = setting.order
    signs = [rational((-1) ** k) for k in range(n)]
    tail = (arb(-1) ** n) / (1 + _around_zero(s.bound))
    inner = compose(signs, tail, s.rest, setting) if s.rest else fixed(ONE)
    growth = multiply_growth(UNIT, s.growth, -1)
    return scale(inner, inverse_of(s.lead), growth)


def _around_zero(bound: Any) -> Any:
    return (-bound.upper()).union(bound.upper())


def real_power(series: Series, exponent: Fraction, setting: Setting) -> Series:
    """A rational power of a series that is positive from start on (or a small whole power)."""
    if exponent.denominator == 1 and 0 <= exponent <= 12:
        result = fixed(ONE)
        for _ in range(int(exponent)):
            result = multiply(result, series, setting)
        return result
    if exponent.denominator == 1 and -12 <= exponent < 0:
        return real_power(reciprocal(series, setting), -exponent, setting)
    if not series:
        if exponent > 0:
            return ()
        raise Unknown("a negative power of zero")
    s = split(series, setting)
    if coefficient_sign(s.lead) != 1:
        raise Unknown("a fractional power of something not positive")
    binomials, c = [], Fraction(1)
    for k in range(setting.order):
        binomials.append(rational(c))
        c = c * (exponent - k) / (k + 1)
    n = setting.order
    tail = exactly(c) * (1 + _around_zero(s.bound)) ** exactly(exponent - n)
    inner = compose(binomials, tail, s.rest, setting) if s.rest else fixed(ONE)
    growth = multiply_growth(UNIT, s.growth, exponent)
    return scale(inner, _lead_power(s.lead, exponent), growth)


def _lead_power(lead: Coefficient, exponent: Fraction) -> Coefficient:
    if lead.exact is not None:
        try:
            return known(lead.exact.power(exponent))
        except Inexact:
            pass
    return within(lead.ball ** exactly(exponent))


def exp(series: Series, setting: Setting) -> Series:
    """e to the series: growing terms become the growth, the rest is expanded."""
    growing, level, vanishing = parts(series)
    exponent: dict[Key, Exact] = {}
    for g, c in growing:
        if g.exponent or c.exact is None:
            return _steep(series, setting)
        exponent[g.power, g.logs] = c.exact
    growth = growth_of(exponent, Fraction(0))
    return scale(_exp_small(vanishing, setting), _exp_level(level), growth)


def _exp_level(level: Coefficient) -> Coefficient:
    if level.exact is not None:
        try:
            return known(exponential(level.exact))
        except Inexact:
            pass
    return within(level.ball.exp())


def _exp_small(delta: Series, setting: Setting) -> Series:
    if not delta:
        return fixed(ONE)
    n = setting.order
    bound = size_bound(delta, setting)
    if not bound < 1:
        raise TooEarly
    coefficients = [rational(Fraction(1, factorial(k))) for k in range(n)]
    return compose(coefficients, _around_zero(bound).exp() / factorial(n), delta, setting)


def _steep(series: Series, setting: Setting) -> Series:
    """exp of something below -t lies between 0 and exp(-t)."""
    line: Series = ((Growth(power=Fraction(1)), known(ONE)),)
    if sign(add(series, line, setting), setting) < 0:
        return ((Growth((((Fraction(1), 0), -ONE),)), within(arb(0).union(arb(1)))),)
    raise Unknown("a growth beyond exp of a polynomial")


def log(series: Series, setting: Setting) -> Series:
    """The natural logarithm of a series that is positive from start on."""
    if not series:
        raise Unknown("the logarithm of zero")
    s = split(series, setting)
    if coefficient_sign(s.lead) != 1:
        raise Unknown("the logarithm of something not positive")
    if s.growth.logs:
        raise Unknown("a logarithm of a logarithm")
    terms: list[tuple[Growth, Coefficient]] = [
        (Growth(power=k, logs=j), known(c)) for (k, j), c in s.growth.exponent
    ]
    if s.growth.power:
        terms.append((Growth(logs=1), known(rational(s.growth.power))))
    terms.extend(((UNIT, _log_lead(s.lead)),))
    n = setting.order
    small: Series = ()
    if s.rest:
        coefficients = [ZERO, *(rational(Fraction((-1) ** (k + 1), k)) for k in range(1, n))]
        tail = arb((-1) ** (n + 1)) / n / (1 + _around_zero(s.bound)) ** n
        small = compose(coefficients, tail, s.rest, setting)
    return gather((*terms, *small), setting)


def _log_lead(lead: Coefficient) -> Coefficient:
    if lead.exact is not None:
        try:
            return known(logarithm(lead.exact))
        except Inexact:
            pass
    return within(lead.ball.log())


def at_small(
    coefficients: Callable[[int], list[Exact]],
    remainder: Callable[[int, Any], Any],
    delta: Series,
    setting: Setting,
) -> Series:
    """A function given by its Taylor series at 0, of a vanishing argument.

    remainder(n, ball) bounds the n-th derivative over n! on the ball around 0.
    """
    if not delta:
        return fixed(coefficients(1)[0])
    bound = size_bound(delta, setting)
    if not bound < 0.5:
        raise TooEarly
    n = setting.order
    return compose(coefficients(n), remainder(n, _around_zero(bound)), delta, setting)
