"""Regions of a function of one number in which its spelling loses digits get another one.

The stable spelling of an output is run at numbers of all sizes and compared with balls. Where it
is off by more than rounding explains, beside 0 and 1 (x/x at a removable point, sums that cancel),
far out (infinity over infinity) or between, the region gets a polynomial of `near_and_far.py`. What
was chosen is measured again and kept only where it is better: the regimes of Herbie (Panchekha et
al., PLDI 2015), by balls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial

from symdl.code.lower import LITERAL
from symdl.code.measured import BESIDE, POINTS, WORTH, Measured, argument
from symdl.code.near_and_far import GONE, Fit, far, near
from symdl.code.together import without_quotients
from symdl.code.true_values import TrueValues, ball_of
from symdl.document.errors import CodeError
from symdl.expression.numerals import ZERO
from symdl.expression.term import Term, make, number, replace

PATCHES = tuple(
    (Fraction(side * 3 * 2**k, 8), Fraction(17 * 2**k, 128)) for k in range(8) for side in (1, -1)
)
"""Points between, each with the reach of its region: from 1/4 to 64 these cover all."""
REACHES = tuple(Fraction(k, 8) for k in (1, 2, 4, 8, 12, 16))
"""Of regions beside a point; beside 1 and -1 only the first two, so that they do not meet."""
_START_POWERS = (
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    12,
    20,
    30,
    60,
    120,
    170,
    204,
    240,
    340,
    400,
    500,
    700,
    1000,
)
STARTS = tuple(Fraction(2**k) for k in _START_POWERS)
_GONE = Fraction(1, 2**1080)
_FEW = 3


@dataclass(frozen=True, slots=True)
class Region:
    """Where a fit, or another spelling, holds: within `size` of a point, or (side 1 or -1) beyond
    it."""

    fit: Fit | Term
    size: Fraction
    point: Fraction = Fraction(0)
    side: int = 0


def in_regions(outputs: Sequence[Term], literal: Sequence[Term]) -> tuple[Term, ...]:
    """The outputs in stable spelling, those of one number with regions where they need some;
    `literal` are the same as they were written."""
    return tuple(_of_one(t, w) for t, w in zip(outputs, literal, strict=True))


def _of_one(spelled: Term, literal: Term) -> Term:
    x = argument(spelled, literal)
    return spelled if x is None else _chosen(spelled, literal, x)


@lru_cache(maxsize=512)
def _chosen(spelled: Term, literal: Term, x: Term) -> Term:
    """The spelling with the regions that make it better."""
    measured = Measured(x, TrueValues(literal, x))
    try:
        best, bad = spelled, measured.bad(spelled)
    except CodeError:  # this function runs on another back end only
        return spelled
    lost = sum(bad.values())
    kept: list[Region] = []
    for search in _searches(measured, without_quotients(spelled)):
        before = kept
        for region in search(bad):
            made = _assembled(spelled, x, [*before, region])
            left = measured.bad(made)
            if sum(left.values()) < lost - WORTH:
                best, bad, kept = made, left, [*before, region]
                lost = sum(left.values())
            if not left:
                break
    return best


def _searches(
    measured: Measured, other: Term
) -> Iterator[Callable[[Iterable[float]], Iterator[Region]]]:
    """What gives regions for bad points: beside points, far out, between."""
    for point in POINTS:
        yield partial(_near, measured.exact, point, REACHES if not point else REACHES[:2])
    yield partial(_far, measured.exact, other, 1)
    yield partial(_far, measured.exact, other, -1)
    for point, reach in PATCHES:
        yield partial(_near, measured.exact, point, (reach,))


def _near(
    exact: TrueValues, point: Fraction, reaches: Sequence[Fraction], bad: Iterable[float]
) -> Iterator[Region]:
    offsets = [abs(Fraction(b) - point) for b in bad]
    inside = [t for t in offsets if t <= reaches[-1]]
    sides = [s for s in (1, -1) if exact(point + s * BESIDE) is not None]
    if not inside or not sides:
        return
    for reach in reaches:
        fit = near(exact, point, reach, sides)
        if fit is not None:
            yield Region(fit, reach, point)


def _far(exact: TrueValues, other: Term, side: int, bad: Iterable[float]) -> Iterator[Region]:
    outside = [Fraction(side * b) for b in bad if side * b > STARTS[0]]
    if not outside:
        return
    below = [s for s in STARTS if s < min(outside)][-_FEW:]
    next_to = {max(s for s in STARTS if s < b) for b in outside}
    above = [s for s in STARTS if s >= min(outside)][:_FEW]
    for start in dict.fromkeys((*reversed(below), *above, *sorted(next_to))):
        beyond = [exact(side * s) for s in STARTS if s >= start]
        if all(v is not None and bool(abs(v) < ball_of(_GONE)) for v in beyond):
            yield Region(ZERO, start, side=side)
        fit = far(exact, start, side)
        yield Region(other if fit is None else fit, start, side=side)


def _assembled(spelled: Term, x: Term, regions: Sequence[Region]) -> Term:
    """The spelling with regions around it; what it is given there is moved out of them."""
    held: Term = x
    for region in (r for r in regions if r.side):
        end = number(region.side * region.size)
        held = make("min" if region.side > 0 else "max", held, end)
    for region in (r for r in regions if not r.side):
        held = make("steer", _distance(x, region), held, number(region.point + region.size))
    made = replace(spelled, {x: held})
    for region in (r for r in regions if r.side):
        beyond = region.side * x - number(region.size)
        made = make("steer", beyond, _beyond(x, region), made)
    for region in (r for r in regions if not r.side):
        made = make("steer", _distance(x, region), made, _beside(x, region))
    return made


def _distance(x: Term, region: Region) -> Term:
    """Not negative where x is outside of the region."""
    return make("abs", _moved(x, region.point)) - _remarked(region.size)


def _remarked(size: Fraction) -> Term:
    return make(LITERAL, data=(repr(float(size)), "up to here a polynomial has less error"))


def _moved(x: Term, point: Fraction) -> Term:
    return x - number(point) if point else x


def _beside(x: Term, region: Region) -> Term:
    assert isinstance(region.fit, Fit)
    t = make("max", make("min", _moved(x, region.point), number(region.size)), -number(region.size))
    made = _polynomial(region.fit, t * t if region.fit.even else t)
    for _ in range(int(region.fit.power)):
        made = make("mul", t, made)
    return made


def _beyond(x: Term, region: Region) -> Term:
    fit = region.fit
    inside = make("max" if region.side > 0 else "min", x, number(region.side * region.size))
    if not isinstance(fit, Fit):
        return replace(fit, {x: inside})
    if fit.rate:
        last = number(region.side * GONE / abs(fit.rate))
        inside = make("min" if region.side > 0 else "max", inside, last)
    decay = make("exp", -region.side * inside)
    if fit.growth is not None and not any(fit.coefficients):
        return _grown(fit.growth, inside)
    made = _polynomial(fit, decay if fit.decaying else make("reciprocal", inside))
    if fit.growth is not None:
        return _grown(fit.growth, inside) + made
    if fit.power.denominator > 1:
        made = make("mul", made, make("sqrt", make("abs", inside)))
    for _ in range(abs(math.floor(fit.power))):
        made = make("mul" if fit.power > 0 else "div", made, inside)
    return make("exp_times", fit.rate * inside, made) if fit.rate else made


def _grown(growth: tuple[Fraction, Fraction, Fraction], x: Term) -> Term:
    """q x^2 + k x + d log|x|."""
    square, once, logarithm = growth
    parts = [make("mul", number(square) * x, x)] if square else []
    parts += [once * x] if once else []
    parts += [logarithm * make("log", make("abs", x))] if logarithm else []
    return parts[0] if len(parts) == 1 else make("add", *parts)


def _polynomial(fit: Fit, z: Term) -> Term:
    """Horner's form."""
    total = _coefficient(fit.coefficients[-1])
    for c in fit.coefficients[-2::-1]:
        product = make("mul", z, total)
        total = make("add", _coefficient(c), product) if c else product
    return total


def _coefficient(value: float) -> Term:
    made = make(LITERAL, data=(repr(abs(value)), ""))
    return -made if value < 0 else made
