"""The rule of each operator on certified expansions (`growth`, `series`)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import factorial
from typing import Any

from flint import arb

from symdl.evidence.asymptotics import growth as g
from symdl.evidence.asymptotics import series
from symdl.evidence.asymptotics.constants import ONE, PI, rational
from symdl.evidence.asymptotics.growth import Series, Setting
from symdl.evidence.asymptotics.rates import UNIT, TooEarly, Unknown
from symdl.evidence.balls import exactly

MOST_CHOSEN = 6
MOST_FACTORS = 100


def difference(a: Series, b: Series, setting: Setting) -> Series:
    """a - b."""
    return g.add(a, negative(b), setting)


def negative(a: Series) -> Series:
    """-a."""
    return g.scale(a, g.known(-ONE))


# --- the rule of each function --------------------------------------------------------------


def _sum(args: list[Series], setting: Setting) -> Series:
    result: Series = ()
    for a in args:
        result = g.add(result, a, setting)
    return result


def _product(args: list[Series], setting: Setting) -> Series:
    result = args[0]
    for a in args[1:]:
        result = g.multiply(result, a, setting)
    return result


def _power(args: list[Series], setting: Setting) -> Series:
    base, exponent = args
    fixed_exponent = _rational(exponent)
    if fixed_exponent is not None:
        return series.real_power(base, fixed_exponent, setting)
    return series.exp(g.multiply(exponent, series.log(base, setting), setting), setting)


def signless_power(args: list[Series], setting: Setting) -> Series:
    """A whole power of something negative: as large as that of its size, of either sign."""
    size = _power([negative(args[0]), args[1]], setting)
    return g.scale(size, g.within(arb(-1).union(arb(1))))


def _factorial(args: list[Series], setting: Setting) -> Series:
    """Stirling: u! = (u/e)^u sqrt(2 pi u) e^{1/(12u) - ..}, the rest between 0 and -1/(360 u^3)
    (Robbins; DLMF 5.11.1 and 5.11(ii))."""
    (u,) = args
    whole = _rational(u)
    if whole is not None and whole.denominator == 1 and 0 <= whole <= MOST_FACTORS:
        return g.fixed(rational(factorial(int(whole))))
    growing, _, _ = g.parts(u)
    if not growing or g.sign(u, setting) < 0:
        raise Unknown("the factorial of something that stays finite")
    inverse = series.reciprocal(u, setting)
    cube = g.multiply(g.multiply(inverse, inverse, setting), inverse, setting)
    slope = difference(series.log(u, setting), g.fixed(ONE), setting)
    rest = g.scale(cube, g.within(arb(0).union(arb(-1) / 360)))
    small = g.add(g.scale(inverse, g.known(rational(Fraction(1, 12)))), rest, setting)
    power = series.exp(g.add(g.multiply(u, slope, setting), small, setting), setting)
    root = series.real_power(u, Fraction(1, 2), setting)
    front = g.known((PI.scaled(Fraction(2))).power(Fraction(1, 2)))
    return g.scale(g.multiply(power, root, setting), front)


def _gamma(args: list[Series], setting: Setting) -> Series:
    """Gamma(u) = u!/u."""
    if not args[0]:
        raise Unknown("a pole")
    return g.multiply(_factorial(args, setting), series.reciprocal(args[0], setting), setting)


def _binomial(args: list[Series], setting: Setting) -> Series:
    """C(u, k) for a fixed k by its product, else by factorials."""
    u, k = args
    few = _rational(k)
    if few is None:
        below = [_factorial([k], setting), _factorial([difference(u, k, setting)], setting)]
        inverse = series.reciprocal(_product(below, setting), setting)
        return g.multiply(_factorial([u], setting), inverse, setting)
    if few.denominator != 1 or not 0 <= few <= MOST_CHOSEN:
        raise Unknown("a binomial coefficient")
    total = g.fixed(ONE)
    for i in range(int(few)):
        part = difference(u, g.fixed(rational(i)), setting)
        total = g.scale(g.multiply(total, part, setting), g.known(rational(Fraction(1, i + 1))))
    return total


def _rational(series: Series) -> Fraction | None:
    if not series:
        return Fraction(0)
    (growth, c), *others = series
    if others or growth != UNIT or c.exact is None:
        return None
    return c.exact.rational


def _root(args: list[Series], setting: Setting) -> Series:
    base, degree = args[0], _rational(args[1])
    if degree is None and base and g.sign(base, setting) > 0 and g.sign(args[1], setting) > 0:
        inverse = series.reciprocal(args[1], setting)
        return series.exp(g.multiply(inverse, series.log(base, setting), setting), setting)
    if degree is None or degree.denominator != 1 or degree < 1:
        raise Unknown("a root of a degree that is no positive integer")
    if base and degree % 2 and g.sign(base, setting) < 0:
        return negative(series.real_power(negative(base), 1 / degree, setting))
    return series.real_power(base, 1 / degree, setting)


def _abs(args: list[Series], setting: Setting) -> Series:
    return args[0] if g.sign(args[0], setting) >= 0 else negative(args[0])


def _pick(wanted: int) -> Callable[[list[Series], Setting], Series]:
    def rule(args: list[Series], setting: Setting) -> Series:
        best = args[0]
        for a in args[1:]:
            if g.sign(difference(a, best, setting), setting) == wanted:
                best = a
        return best

    return rule


def _relu(args: list[Series], setting: Setting) -> Series:
    return args[0] if g.sign(args[0], setting) > 0 else ()


def _sigmoid(args: list[Series], setting: Setting) -> Series:
    below = series.exp(negative(args[0]), setting)
    return series.reciprocal(g.add(g.fixed(ONE), below, setting), setting)


def _erf(args: list[Series], setting: Setting) -> Series:
    u = args[0]
    growing, level, vanishing = g.parts(u)
    if growing:
        sign = g.sign(u, setting)
        positive = _erf_far(u if sign > 0 else negative(u), setting)
        return positive if sign > 0 else negative(positive)
    if level.exact is None or not level.exact.is_zero:
        return g.bounded(_whole(u, setting).erf())
    return _erf_near(vanishing, setting)


def _erf_far(u: Series, setting: Setting) -> Series:
    """1 - exp(-u^2)/(u sqrt pi) * (1 - 1/(2u^2) + 3/(2u^2)^2 - ...), which envelops for u > 0."""
    inverse = series.reciprocal(u, setting)
    half = g.scale(g.multiply(inverse, inverse, setting), g.known(rational(Fraction(-1, 2))))
    n = setting.order
    odd = [1]
    for k in range(1, n + 1):
        odd.append(odd[-1] * (2 * k - 1))
    theta = arb(0).union(arb(odd[n]))
    factor = series.compose([rational(c) for c in odd[:n]], theta, half, setting)
    density = series.exp(negative(g.multiply(u, u, setting)), setting)
    tail = g.multiply(g.multiply(density, inverse, setting), factor, setting)
    root_pi = g.known(-PI.power(Fraction(-1, 2)))
    return g.add(g.fixed(ONE), g.scale(tail, root_pi), setting)


def _erf_near(u: Series, setting: Setting) -> Series:
    """2/sqrt(pi) * u * (1 - w/3 + w^2/10 - ...) of w = u^2 <= 1, an enveloping series."""
    if not u:
        return ()
    if not g.size_bound(u, setting) < 1:
        raise TooEarly
    n = setting.order
    square = g.multiply(u, u, setting)
    terms = [rational(Fraction((-1) ** k, factorial(k) * (2 * k + 1))) for k in range(n)]
    rest = exactly(Fraction((-1) ** n, factorial(n) * (2 * n + 1)))
    inner = series.compose(terms, arb(0).union(rest), square, setting)
    front = g.known(PI.power(Fraction(-1, 2)).scaled(Fraction(2)))
    return g.scale(g.multiply(u, inner, setting), front)


def _whole(u: Series, setting: Setting) -> Any:
    """A ball of all values of a series without growing terms."""
    _, level, vanishing = g.parts(u)
    if setting.start is None:
        raise Unknown("a value that is not known exactly")
    bound = g.size_bound(vanishing, setting)
    return level.ball + (-bound.upper()).union(bound.upper())


def _wave(name: str) -> Callable[[list[Series], Setting], Series]:
    """sin and cos: bounded far out, expanded where the argument vanishes."""

    def rule(args: list[Series], setting: Setting) -> Series:
        growing, level, vanishing = g.parts(args[0])
        if growing:
            return g.bounded(arb(-1).union(arb(1)))
        if level.exact is None or not level.exact.is_zero:
            return g.bounded(getattr(_whole(args[0], setting), name)())
        cycle = (0, 1, 0, -1) if name == "sin" else (1, 0, -1, 0)
        return series.at_small(
            lambda n: [rational(Fraction(cycle[k % 4], factorial(k))) for k in range(n)],
            lambda n, _: arb(-1).union(arb(1)) / factorial(n),
            vanishing,
            setting,
        )

    return rule


def _arctan(args: list[Series], setting: Setting) -> Series:
    u = args[0]
    growing, level, vanishing = g.parts(u)
    if growing:
        side = rational(Fraction(g.sign(u, setting), 2))
        inner = _arctan_near(series.reciprocal(u, setting), setting)
        return g.add(g.fixed(PI * side), negative(inner), setting)
    if level.exact is None or not level.exact.is_zero:
        return g.bounded(_whole(u, setting).atan())
    return _arctan_near(vanishing, setting)


def _arctan_near(u: Series, setting: Setting) -> Series:
    """u * (1 - w/3 + w^2/5 - ...) of w = u^2 <= 1, an enveloping series."""
    if not u:
        return ()
    if not g.size_bound(u, setting) < 1:
        raise TooEarly
    n = setting.order
    terms = [rational(Fraction((-1) ** k, 2 * k + 1)) for k in range(n)]
    rest = arb(0).union(exactly(Fraction((-1) ** n, 2 * n + 1)))
    square = g.multiply(u, u, setting)
    return g.multiply(u, series.compose(terms, rest, square, setting), setting)


def _step(args: list[Series], setting: Setting) -> Series:
    return g.fixed(rational(g.sign(args[0], setting)))


def _rounding(low: int, high: int) -> Callable[[list[Series], Setting], Series]:
    """floor and ceil: known beside a number, else within one of their argument."""

    def rule(args: list[Series], setting: Setting) -> Series:
        beside = _beside_number(args[0], low, setting)
        if beside is not None:
            return g.fixed(rational(beside))
        return g.add(args[0], g.bounded(arb(low).union(arb(high))), setting)

    return rule


def _beside_number(u: Series, low: int, setting: Setting) -> int | None:
    """The floor (low = -1) or ceiling of what goes to a rational number, from one side of it."""
    growing, level, vanishing = g.parts(u)
    value = None if growing or level.exact is None else level.exact.rational
    if value is None:
        return None
    if value.denominator != 1:
        gap = min(value - value // 1, value // 1 + 1 - value)
        if not g.size_bound(vanishing, setting) < exactly(gap):
            raise TooEarly
        return int(value // 1) if low else int(value // 1) + 1
    if not g.size_bound(vanishing, setting) < 1:
        raise TooEarly
    side = g.sign(vanishing, setting)
    return int(value) + (min(side, 0) if low else max(side, 0))


RULES: dict[str, Callable[[list[Series], Setting], Series]] = {
    "add": _sum,
    "mul": _product,
    "neg": lambda args, _: negative(args[0]),
    "div": lambda args, s: g.multiply(args[0], series.reciprocal(args[1], s), s),
    "pow": _power,
    "root": _root,
    "exp": lambda args, s: series.exp(args[0], s),
    "log": lambda args, s: series.log(args[0], s),
    "sqrt": lambda args, s: series.real_power(args[0], Fraction(1, 2), s),
    "abs": _abs,
    "max": _pick(1),
    "min": _pick(-1),
    "relu": _relu,
    "sigmoid": _sigmoid,
    "factorial": _factorial,
    "gamma_function": _gamma,
    "binomial": _binomial,
    "sign": _step,
    "erf": _erf,
    "sin": _wave("sin"),
    "cos": _wave("cos"),
    "arctan": _arctan,
    "floor": _rounding(-1, 0),
    "ceil": _rounding(0, 1),
}
