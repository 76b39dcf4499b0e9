"""Integrals by power series in cells, with an enclosure of the rest of each series.

The cells lie nearer and nearer to an end at which the integrand has no value, and farther and
farther out where there is none; what is left then is left out, where the last cells say that it is
small. So nothing is certified, and what is rejected is far from the value found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from flint import arb, arb_series, ctx

from symdl.evidence.ball_values import OPERATIONS, WORDS, Value, Values, ball
from symdl.evidence.meaning import (
    SIGNS,
    Open,
    Signs,
    atoms,
    core,
    infinite,
    need,
    readings,
    sure,
)
from symdl.evidence.recheck.signs import sign_of
from symdl.evidence.record import Part
from symdl.evidence.retesting.points import points
from symdl.expression.term import Term, postorder

ORDER, BITS = 12, 96
SHELLS, DIRECTLY, MOST_CELLS = 48, 100, 1_000
SMALL = arb(1) / 2**20
"""The most that the last cells before an end hold, if what is left out is small."""
APART = arb(1) / 2**10
"""How far a side is from the other, by its size, that is said not to be equal."""


class Series(Values):
    """Power series of the values of terms around a place."""

    def signs(self, x: Value) -> Signs:
        """The signs of a value in the whole cell."""
        return sign_of(_value(x))

    def operation(self, node: Term, args: list[Value]) -> Value:
        """The operation on series; on numbers as ever."""
        if node.op in ("test", "max"):
            return self._chosen(node, args)
        if not any(isinstance(a, arb_series) for a in args):
            return super().operation(node, args)
        if node.op == "pow":
            return _power(args[0], args[1])
        sure(node.op in SMOOTH, f"no series of {node.op}")
        sure(node.op != "log" or args[0][0] > 0)
        sure(node.op != "div" or not _value(args[1]).contains(0))
        return args[0].log() if node.op == "log" else SMOOTH[node.op](*args)

    def _chosen(self, node: Term, args: list[Value]) -> Value:
        """What does not switch in the cell."""
        if node.op == "test":
            return super().operation(node, [_value(args[0])])
        apart = _value(args[0] - args[1])
        sure(not apart.contains(0))
        return args[0] if apart > 0 else args[1]


SMOOTH: dict[str, Callable[..., Value]] = {
    name: OPERATIONS[name] for name in ("add", "mul", "neg", "div", "exp", "log", "sin", "cos")
} | {"choose": lambda x: x, "erf": lambda x: x.erf(), "arctan": lambda x: x.atan()}


def _value(x: Value) -> Value:
    """The value at the place, or in the cell."""
    return x[0] if isinstance(x, arb_series) else x


def _power(base: Value, exponent: Value) -> Value:
    if isinstance(exponent, arb) and exponent.is_integer() and abs(exponent) < 64:
        n = int(exponent.unique_fmpz())
        sure(n >= 0 or not _value(base).contains(0))
        return base**n if n >= 0 else 1 / base**-n
    sure(_value(base) > 0)
    return (exponent * base.log()).exp()


@dataclass
class Sum:
    """The integral of a body over cells, as far as it is known."""

    x: Term
    body: Term
    known: dict[Term, Value]
    work: Iterator[int]

    def over(self, a: Value, b: Value) -> Value:
        """The integral over a cell, cut up until it is known well. Raises Open if it never is."""
        total, stack = arb(0), [(a, b)]
        while stack:
            low, high = stack.pop()
            sure(next(self.work, 0), "too many cells")
            found = self._one(low, high)
            if found.rad() < SMALL / 2**4:
                total += found
            else:
                middle = ((low + high) / 2).mid()
                sure(low < middle < high, "a cell is too small")
                stack += [(low, middle), (middle, high)]
        return total

    def between(self, low: Value, high: Value) -> Value:
        """The integral between two places, which may stand in any order."""
        return self.over(low.mid(), high.mid()) if low < high else -self.over(high.mid(), low.mid())

    def _one(self, low: Value, high: Value) -> Value:
        half, middle = (high - low) / 2, ((low + high) / 2).mid()
        around = arb(middle, half.upper())
        try:
            rest = self._series(around)
            found = self._series(middle)
        except Open:
            return self._roughly(around) * 2 * half
        if not isinstance(rest, arb_series) or not isinstance(found, arb_series):
            return rest * 2 * half
        whole = [found[k] * 2 * half ** (k + 1) / (k + 1) for k in range(0, ORDER, 2)]
        last = 2 * abs(rest[ORDER]) * half ** (ORDER + 1) / (ORDER + 1)
        return sum(whole, arb(0)) + arb(0, last.upper())

    def _series(self, place: Value) -> Value:
        return Series({**self.known, self.x: arb_series([place, 1])})(self.body)

    def _roughly(self, around: Value) -> Value:
        try:
            return Values({**self.known, self.x: around})(self.body)
        except Open:
            return arb.nan()

    def towards(self, start: Value, end: Value | int) -> Value:
        """The integral from a place to an end, or to infinity (1 or -1). Raises Open where the last
        cells do not say that the rest is small."""
        total, place, last = arb(0), start, arb(1)
        for k in range(SHELLS):
            if isinstance(end, int):
                onwards = start + end * (arb(2) ** (k + 1) - 1)
            else:
                onwards = end + (start - end) / arb(2) ** (k + 1)
            last = self.between(place, onwards)
            total, place = total + last, onwards
            if abs(last) < SMALL / 2**12 and k > SHELLS / 2:
                break
        sure(abs(last) < SMALL, "the rest may be large")
        return total


def integral(node: Term, known: dict[Term, Value], work: Iterator[int]) -> Value:
    """The value of a definite integral, but for what is small. Raises Open if it is not found."""
    sure(len(node.args) == 4 and node.data != "all", "no definite integral")
    x, *ends, body = node.args
    low, high = (infinite(end) or Values(known)(core(end)) for end in ends)
    sure(not infinite(ends[0]) > 0 and not infinite(ends[1]) < 0, "an integral from behind")
    whole = Sum(x, body, known, work)
    before, (ctx.prec, ctx.cap) = (ctx.prec, ctx.cap), (BITS, ORDER + 1)
    try:
        start = _start(low, high)
        if not isinstance(low, int) and not isinstance(high, int):
            with suppress(Open):
                return Sum(x, body, known, islice(work, DIRECTLY)).between(low, high)
        return -whole.towards(start, low) + whole.towards(start, high)
    finally:
        ctx.prec, ctx.cap = before


def _start(low: Value | int, high: Value | int) -> Value:
    """A place inside."""
    if isinstance(low, int):
        return arb(0) if isinstance(high, int) else (high - 1).mid()
    return (low + 1).mid() if isinstance(high, int) else ((low + high) / 2).mid()


DRAWN, TRIED = 8, 2
"""Settings of the parameters that are drawn, and those at which integrals are found."""


def by_integrals(part: Part) -> str:
    """At how many settings of the parameters the sides are near to each other, or in order. Raises
    Bad where they are far from it."""
    assert part.right is not None
    left, right = core(part.left), core(part.right)
    nodes = [n for side in (left, right) for n in postorder(side)]
    found = [n for n in nodes if n.op == "integral"]
    bound = {n.args[0] for n in found}
    if not all(n.op in WORDS or n in found for n in nodes):
        return "untested"
    slack = _digits(part)
    letters = [a for a in atoms([left, right, *part.conditions]) if a not in bound]
    count, work = 0, iter(range(MOST_CELLS, 0, -1))
    for point in islice(points(letters), DRAWN):
        known = {atom: ball(value) for atom, value in point.items()}
        try:
            sure(all(Values(known)(core(c)) == 1 for c in part.conditions))
            for node in found:
                known[node] = integral(node, known, work)
            a, b = Values(known)(left), Values(known)(right)
        except Open:
            continue
        most = APART * (1 + abs(a) + abs(b)) + slack
        need(not _breaks(part.relation, a - b, most), f"false at {dict(point)}")
        count += 1
        if count >= TRIED:
            break
    return f"retested at {count} points" if count else "untested"


def _breaks(relation: str, apart: Value, most: Value) -> bool:
    """Whether a difference of the sides is none that a relation allows, by far."""
    above, below = bool(apart > most), bool(apart < -most)
    return (above and 1 not in SIGNS[relation]) or (below and -1 not in SIGNS[relation])


def _digits(part: Part) -> Value:
    """By how much printed digits may be off."""
    if part.relation != "approx":
        return arb(0)
    units = [read[0].right for read in readings(part, "right") if read[0].right is not None]
    return 4 * sum((Values({})(core(unit)) for unit in units), arb(0))
