"""Polynomials for a function of one number beside a point and far out.

Beside a point p the function is `t^m P(t)` with t = x - p, far out `exp(k x) x^m P(1/x)`,
`exp(k x) P(exp(-|x|))` or `q x^2 + k x + d log|x| + P(1/x)`. P is the interpolant at Chebyshev
points of values found by balls, its coefficients rounded last. Nothing is known beforehand of the
function: what is no such function gives a P that misses the values between the points, and then
there is none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symdl.code.true_values import ball_of

DEGREES = (0, 2, 4, 7, 10, 13, 16, 20, 25, 30)
CLOSE = Fraction(1, 2**56)
"""The relative error of an interpolant that is good enough beside rounding."""
_ACCURATE = 220
_BITS = 400
_TINY = 120
_VAST = (24, 9)
"""How close to the point, and how far out (powers of two), the leading power is read off: there
where that can be told."""
GONE = 1200
"""Where exp(-x) is 0 in every format, and so is what a power makes of it."""
_MOST = 8
_LATEST = 32
"""From there on exp(-|x|) is nothing beside 1."""
_RATES = 4
_ROUGH = 0.1
Exact = Callable[[Fraction, int], Any]


@dataclass(frozen=True, slots=True)
class Fit:
    """`exp(rate x) s^power P(z)`, where s is t or x and z is t, t^2 or 1/x (`decaying`: exp(-|x|));
    `growth` is (q, k, d) for the sum with a logarithm."""

    coefficients: tuple[float, ...]
    power: Fraction = Fraction(0)
    even: bool = False
    rate: Fraction = Fraction(0)
    decaying: bool = False
    growth: tuple[Fraction, Fraction, Fraction] | None = None


def near(exact: Exact, point: Fraction, reach: Fraction, sides: Sequence[int]) -> Fit | None:
    """The fit for |t| up to `reach`, on both sides or one; None where there is none."""
    order = _order(exact, [point + sides[0] * Fraction(1, 2**k) for k in (_TINY, _TINY + 1)])
    if order is None or not 0 <= -order <= _MOST:
        return None
    power = -int(order)

    def reduced(t: Fraction) -> Any | None:
        value = exact(point + t, _ACCURATE)
        return None if value is None else value / ball_of(t) ** power

    both = len(sides) > 1
    ends = (-reach if both else Fraction(0), reach) if sides[0] > 0 else (-reach, Fraction(0))
    made = _fitted(reduced, *ends, both)
    return None if made is None else Fit(made[0], Fraction(power), made[1])


def far(exact: Exact, start: Fraction, side: int) -> Fit | None:
    """The fit beyond `start` to one side."""
    for model in (_as_product, _of_exponentials, _as_logarithm):
        found = model(exact, start, side)
        if found is not None:
            return found
    return None


def _as_product(exact: Exact, start: Fraction, side: int) -> Fit | None:
    found = next(filter(None, (_leading(exact, side, far_out) for far_out in _VAST)), None)
    if found is None:
        return None
    rate, power = found

    def reduced(w: Fraction) -> Any | None:
        value = _without(exact, 1 / w, _ACCURATE, rate)
        return None if value is None else value * _power(w, power)

    last = GONE / abs(rate) if rate else None
    if last is not None and last <= start:
        return None
    made = _beyond(reduced, start, side, last)
    return None if made is None else Fit(made, power, rate=rate)


def _power(w: Fraction, power: Fraction) -> Any:
    """A power of w, times the square root of |w| for half a one."""
    whole = math.floor(power)
    made = ball_of(w) ** whole
    return made if power == whole else made * ball_of(abs(w)).sqrt()


def _leading(exact: Exact, side: int, far_out: int) -> tuple[Fraction, Fraction] | None:
    """The rate and the power, as they are seen far out."""
    places = [side * Fraction(2) ** k for k in (far_out, far_out + 1)]
    with _precision():
        rate = _rate(exact, places)
        if rate is None:
            return None
        power = _order(lambda p, bits: _without(exact, p, bits, rate), places, 2)
    return None if power is None or abs(power) > _MOST else (rate, power)


def _of_exponentials(exact: Exact, start: Fraction, side: int) -> Fit | None:
    found = next(filter(None, (_leading(exact, side, far_out) for far_out in _VAST)), None)
    if found is None or found[1] or start > _LATEST:
        return None

    def reduced(z: Fraction) -> Any | None:
        return _without(exact, side * _rational(-ball_of(z).log()), _ACCURATE, found[0])

    with _precision():
        made = _interpolated(reduced, CLOSE, _rational(ball_of(-start).exp()))
    return None if made is None else Fit(made, rate=found[0], decaying=True)


def _rational(ball: Any) -> Fraction:
    """The middle of a ball."""
    digits, power = ball.mid().man_exp()
    return Fraction(int(digits)) * Fraction(2) ** int(power)


def _as_logarithm(exact: Exact, start: Fraction, side: int) -> Fit | None:
    growth = _growth(exact, side)
    if growth is None or not any(growth):
        return None

    def reduced(w: Fraction) -> Any | None:
        value = exact(1 / w, _ACCURATE)
        return None if value is None else value - _grown(growth, 1 / w)

    if all(_is_all(growth, exact, side * start * 2**k) for k in (0, 1, 2, 5, 12)):
        return Fit((0.0,), growth=growth)
    made = _beyond(reduced, start, side)
    return None if made is None else Fit(made, growth=growth)


def _is_all(growth: Sequence[Fraction], exact: Exact, point: Fraction) -> bool:
    """Whether a value is its growth alone, as far as digits go."""
    value = exact(point, _ACCURATE)
    with _precision():
        close = value is not None and abs(value - _grown(growth, point)) < abs(value) * ball_of(
            CLOSE
        )
    return bool(close)


def _beyond(
    reduced: Callable[[Fraction], Any | None],
    start: Fraction,
    side: int,
    last: Fraction | None = None,
) -> tuple[float, ...] | None:
    ends = side / start, side / last if last else Fraction(0)
    with _precision():
        return _interpolated(reduced, min(ends), max(ends))


def _growth(exact: Exact, side: int) -> tuple[Fraction, Fraction, Fraction] | None:
    """q, k and d, read off one after the other very far out; None where they are no quarters."""
    found = [Fraction(0)] * 3
    for place, power in enumerate((2, 1, 0)):
        at = [side * Fraction(2) ** (4 * _VAST[0] + k) for k in (0, 1)]
        values = [exact(p, _ACCURATE) for p in at]
        if any(v is None for v in values):
            return None
        with _precision():
            left = [v - _grown(found, p) for v, p in zip(values, at, strict=True)]
            if power:
                seen = float((left[1] / ball_of(at[1]) ** power).mid())
            else:
                seen = float((left[1] - left[0]).mid()) / math.log(2)
        if not math.isfinite(seen):
            return None
        quarters = Fraction(round(seen * _RATES), _RATES)
        if not abs(seen - quarters) < 1e-4:
            return None
        found[place] = quarters
    return found[0], found[1], found[2]


def _grown(growth: Sequence[Fraction], x: Fraction) -> Any:
    q, k, d = growth
    return ball_of(q * x * x + k * x) + ball_of(d) * ball_of(abs(x)).log()


def _without(exact: Exact, point: Fraction, bits: int, rate: Fraction) -> Any | None:
    value = exact(point, bits)
    return None if value is None else value * ball_of(-rate * point).exp()


def _rate(exact: Exact, places: Sequence[Fraction]) -> Fraction | None:
    """k where the function grows like exp(k x) times a power of x; None where it does not."""
    sizes = [exact(p, _ACCURATE) for p in places]
    if any(v is None or v.is_zero() for v in sizes):
        return None
    first, second = (float(abs(v).log().mid()) for v in sizes)
    slope = (second - first) / float(places[1] - places[0])
    if not math.isfinite(slope):
        return None
    rate = Fraction(round(slope * _RATES), _RATES)
    return rate if abs(slope - rate) < _ROUGH else None


def _order(exact: Exact, places: Sequence[Fraction], parts: int = 1) -> Fraction | None:
    """m where the function is like x^m at two places, the second at half or twice the first; m is
    a multiple of 1/parts."""
    values = [exact(p, _ACCURATE) for p in places]
    if any(v is None or v.is_zero() for v in values):
        return None
    with _precision():
        found = float(abs(values[1] / values[0]).log().mid()) / math.log(2)
    if not math.isfinite(found):
        return None
    power = Fraction(round(found * parts), parts)
    return power if abs(found - power) < _ROUGH else None


def _fitted(
    reduced: Callable[[Fraction], Any | None], low: Fraction, high: Fraction, both: bool
) -> tuple[tuple[float, ...], bool] | None:
    """The coefficients, and whether they are of the square of the variable."""
    with _precision():
        if both and _is_even(reduced, high):
            squared = _Roots(reduced, high)
            made = _interpolated(squared, Fraction(0), high * high)
            return None if made is None else (made, True)
        made = _interpolated(reduced, low, high)
        return None if made is None else (made, False)


@dataclass(frozen=True, slots=True)
class _Roots:
    """An even function as one of the square of its argument; `high` is the largest."""

    function: Callable[[Fraction], Any | None]
    high: Fraction

    def __call__(self, square: Fraction) -> Any | None:
        return self.function(root(square))


def root(square: Fraction) -> Fraction:
    """The square root to sixty digits and more."""
    scale = 2**400
    return Fraction(math.isqrt(square.numerator * scale**2 // square.denominator), scale)


def _is_even(reduced: Callable[[Fraction], Any | None], high: Fraction) -> bool:
    for t in (high / 3, high * Fraction(7, 8)):
        right, left = reduced(t), reduced(-t)
        if right is None or left is None or not abs(right - left) < abs(right) * ball_of(CLOSE**3):
            return False
    return True


def _interpolated(
    reduced: Callable[[Fraction], Any | None], low: Fraction, high: Fraction
) -> tuple[float, ...] | None:
    """The interpolant of the least degree that is close to the function."""
    checks = [(t, reduced(t)) for t in _between(low, high, 37)]
    if any(v is None or v.is_zero() for _, v in checks):
        return None
    for degree in DEGREES:
        places = _between(low, high, degree + 1)
        values = [reduced(t) for t in places]
        if any(v is None for v in values):
            return None
        exact = _solved(places, values)
        if all(_is_close(exact, t, v) for t, v in checks):
            return _rounded(exact, max(abs(low), abs(high)))
    return None


def _rounded(coefficients: Sequence[Any], reach: Fraction) -> tuple[float, ...]:
    """The nearest floating-point numbers; 0 for what is nowhere seen beside the first."""
    seen = abs(coefficients[0]) * ball_of(CLOSE / 256)
    found = [
        float(c.mid()) if abs(c) * ball_of(reach**k) > seen else 0.0
        for k, c in enumerate(coefficients)
    ]
    while not found[-1]:
        found.pop()
    return tuple(found)


def _between(low: Fraction, high: Fraction, count: int) -> list[Fraction]:
    """Chebyshev points, away from 0, where the function itself may have no value."""
    found: list[Fraction] = []
    for k in range(count):
        share = Fraction(math.cos(math.pi * (k + 0.5) / count)).limit_denominator(2**40)
        t = (low + high) / 2 + (high - low) / 2 * share
        found.append(t or (high - low) / 2**20)
    return found


def _solved(places: Sequence[Fraction], values: Sequence[Any]) -> list[Any]:
    """The coefficients of the polynomial through points: divided differences."""
    balls = [ball_of(t) for t in places]
    newton = list(values)
    for step in range(1, len(balls)):
        for k in range(len(balls) - 1, step - 1, -1):
            newton[k] = (newton[k] - newton[k - 1]) / (balls[k] - balls[k - step])
    made = [newton[-1]]
    for k in range(len(balls) - 2, -1, -1):
        shifted = [ball_of(Fraction(0)), *made]
        made = [
            s - balls[k] * m for s, m in zip(shifted, [*made, ball_of(Fraction(0))], strict=True)
        ]
        made[0] += newton[k]
    return made


def _is_close(coefficients: Sequence[Any], t: Fraction, value: Any) -> bool:
    total = ball_of(Fraction(0))
    for c in reversed(coefficients):
        total = total * ball_of(t) + c
    return bool(abs(total - value) < abs(value) * ball_of(CLOSE))


def _precision() -> Any:
    """The bits in which polynomials are found."""
    import flint

    return flint.ctx.workprec(_BITS)
