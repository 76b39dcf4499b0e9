"""Rates of growth at infinity, exp(p(t)) t^a log(t)^b: their products, order and largest values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import arb, ctx

from symdl.evidence.asymptotics.constants import ZERO, Exact, rational
from symdl.evidence.balls import exactly


class TooEarly(Exception):
    """The enclosure does not hold from this T on; a larger T may do."""


class Unknown(Exception):
    """This function has no expansion here; the message says why."""


Key = tuple[Fraction, int]
"""(k, j): t^k log(t)^j."""
LINE: Key = (Fraction(0), 1)
"""log t, which powers of t are made of."""


@dataclass(frozen=True, slots=True)
class Growth:
    """exp(sum of c t^k log(t)^j) * t^power * log(t)^logs; the exponent by falling (k, j), which are
    above (0, 1), or that with a c that is not rational: a power with parameters."""

    exponent: tuple[tuple[Key, Exact], ...] = ()
    power: Fraction = Fraction(0)
    logs: int = 0
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        if not self._hash:  # a growth is looked up hundreds of times
            object.__setattr__(self, "_hash", hash((self.exponent, self.power, self.logs)))
        return self._hash


UNIT = Growth()


@lru_cache(maxsize=65536)
def multiply_growth(a: Growth, b: Growth, times: Fraction | int = 1) -> Growth:
    """a * b^times (`times` must be 1 or -1 where logarithms stand)."""
    if not a.exponent and not b.exponent and not b.logs:
        return Growth((), a.power + b.power * times, a.logs)
    times = Fraction(times)
    table: dict[Key, Exact] = dict(a.exponent)
    for key, c in b.exponent:
        table[key] = table.get(key, ZERO) + c.scaled(times)
    logs = b.logs * times
    if logs.denominator != 1:
        raise Unknown("a fractional power of a logarithm")
    return growth_of(table, a.power + b.power * times, a.logs + int(logs))


def growth_of(exponent: Mapping[Key, Exact], power: Fraction, logs: int = 0) -> Growth:
    """The growth with this exponent; what is rational at log t becomes a power."""
    table = {key: c for key, c in exponent.items() if not c.is_zero}
    line = table.pop(LINE, ZERO)
    whole = line.part
    power += whole
    line = line - rational(whole)
    if not line.is_zero:
        table[LINE] = line
    return Growth(tuple(sorted(table.items(), key=lambda item: item[0], reverse=True)), power, logs)


def compare(a: Growth, b: Growth) -> int:
    """1 if a outgrows b, -1 if b outgrows a, 0 if they are the same."""
    return _compare(a, b, ctx.prec)


@lru_cache(maxsize=65536)
def _compare(a: Growth, b: Growth, _: int) -> int:
    if a == b:
        return 0
    ratio = multiply_growth(a, b, -1)
    if ratio.exponent:
        key, lead = ratio.exponent[0]
        sign = (lead + rational(ratio.power) if key == LINE else lead).sign()
        if not sign:
            raise Unknown("the growth of two terms cannot be compared")
        return sign
    if ratio.power:
        return 1 if ratio.power > 0 else -1
    return 1 if ratio.logs > 0 else -1


def largest(growth: Growth, start: Fraction | None) -> Any:
    """The largest value for t >= start of a growth that falls from there on (else TooEarly);
    without a start any positive bound holds from some t on, and 0 stands for them."""
    return _largest(growth, start, ctx.prec)


@lru_cache(maxsize=65536)
def _largest(growth: Growth, start: Fraction | None, _: int) -> Any:
    if growth == UNIT:
        return arb(1)
    if start is None:
        if compare(growth, UNIT) > 0:
            raise TooEarly
        return arb(0)
    begin: Any = exactly(start)
    if not _slope(growth, begin) < 0:
        raise TooEarly
    return growth_at(growth, begin)


def _slope(growth: Growth, begin: Any) -> Any:
    """A bound, for all t >= begin, of t times the slope of the logarithm of a growth over its
    leading part: what helps stays, what falls is taken at the beginning."""
    first = 1 / begin.log()
    rest = exactly(growth.power)
    if growth.logs:
        rest = rest + (exactly(Fraction(growth.logs)) * first if growth.logs > 0 else arb(0))
    if not growth.exponent:
        return arb(-1) if growth.power == 0 and growth.logs < 0 else rest
    (k, j), lead = growth.exponent[0]
    if k:
        top: Key = k, j
        slope = lead.ball() * exactly(k) + upper(lead.ball() * j * arb(0).union(first))
    else:
        top = k, j - 1
        slope = lead.ball() * j
    for (k, j), c in growth.exponent[1:]:
        part = c.ball() * (exactly(k) + j * arb(0).union(first))
        slope += upper(part) * _falling_power(begin, (top[0] - k, top[1] - j))
    return slope + upper(rest) * _falling_power(begin, top)


def _falling_power(begin: Any, key: Key) -> Any:
    """1/(t^k log(t)^j) at the beginning, where it falls from there on; else TooEarly."""
    k, j = key
    if k == 0 and j == 0:
        return arb(1)
    if not (begin.log() * exactly(k) + j >= 0 if k else j > 0):
        raise TooEarly
    return begin ** exactly(-k) * begin.log() ** (-j)


def upper(ball: Any) -> Any:
    """The ball, or 0 where it may be negative: an upper bound that only falls with t."""
    top = ball.upper()
    return top if top > 0 else arb(0)


def growth_at(growth: Growth, t: Any) -> Any:
    """The value of a growth at a ball t > 1."""
    exponent = arb(0)
    for (k, j), c in growth.exponent:
        exponent += c.ball() * t ** exactly(k) * (t.log() ** j if j else arb(1))
    result = exponent.exp() * t ** exactly(growth.power)
    return result * t.log() ** growth.logs if growth.logs else result
