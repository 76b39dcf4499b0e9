"""Where a function of one variable is largest, by the zeros of its derivative."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symdl.derivation.differentiate import differentiate
from symdl.document.errors import DeriveError
from symdl.evidence.balls import ball, exactly
from symdl.evidence.bounds import enclosure
from symdl.evidence.bounds.everywhere import POSITIVE, Holds, always
from symdl.evidence.bounds.kinks import kinks, simplest
from symdl.evidence.bounds.periodic import at_angles
from symdl.evidence.bounds.written import candidates
from symdl.evidence.equality import judge_equality
from symdl.evidence.exact import as_fraction
from symdl.expression.domain import Domain
from symdl.expression.term import Term, number, replace

BITS = 256
SHORTEST = Fraction(1, 2**200)
MOST_STEPS = 400
Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where the supremum may be taken: a short interval with exactly one such point, or
    an exact one (`exact` is the point as a Term); `value` is a ball of the value there."""

    low: Fraction
    high: Fraction
    exact: Term | None
    value: Any


def spot_in(
    body: Term, variable: Term, domain: Domain, low: Fraction, high: Fraction
) -> Spot | None:
    """The only point of [low, high] at which the term is largest there."""
    run = enclosure.program(body, variable)
    turning = [p for p in kinks(body, variable) if low <= p <= high]
    ends = [e for e in (domain.lower, domain.upper) if e in (low, high) and domain.contains(e)]
    for point in dict.fromkeys((*turning, *ends)):
        found = _peak(body, variable, low, point, high)
        if found is not None:
            return found
    if turning:
        return None
    return _critical(body, variable, run, low, high)


def _peak(
    body: Term, variable: Term, low: Fraction, point: Fraction, high: Fraction
) -> Spot | None:
    """A plain point, if the term is certainly smaller everywhere else in [low, high]."""
    gap = replace(body, {variable: number(point)}) - body
    for part in (Domain(low, point, False, True), Domain(point, high, True, False)):
        if part.lower == part.upper:
            continue
        if not isinstance(always(gap, variable, part, POSITIVE), Holds):
            return None
    return Spot(point, point, number(point), _value(body, variable, point, point))


def _critical(
    body: Term, variable: Term, run: enclosure.Program, low: Fraction, high: Fraction
) -> Spot | None:
    """The one zero of the derivative, which falls throughout [low, high]."""
    if not run.jet(enclosure.box_of(low, high), 2)[2] < 0:
        return _flat(body, variable, low, high)
    signs = run.jet(exactly(low), 1)[1] > 0, run.jet(exactly(high), 1)[1] < 0
    if not all(signs):
        return None
    a, b = _bisected(run, low, high)
    try:
        slope = differentiate(body, variable).result
    except DeriveError:
        return Spot(a, b, None, _value(body, variable, a, b))
    exact = next((t for t in candidates(a, b) if _vanishes(slope, variable, t)), None)
    if exact is not None:
        value = ball(body, {variable: ball(exact, {}, BITS)}, BITS)
        return Spot(a, b, exact, value)
    return Spot(a, b, None, _value(body, variable, a, b))


def _flat(body: Term, variable: Term, low: Fraction, high: Fraction) -> Spot | None:
    """A maximum as flat as that of -x^4: at a plain number, by the sign of the difference."""
    point = simplest(low, high)
    if not low < point < high or point.denominator > 1000:
        return None
    return _peak(body, variable, low, point, high)


def _bisected(run: enclosure.Program, low: Fraction, high: Fraction) -> Interval:
    """A short interval around the zero of a slope that falls from + to -."""
    for _ in range(MOST_STEPS):
        if high - low < SHORTEST:
            break
        low, high = _newton(run, low, high)
    return low, high


def _newton(run: enclosure.Program, low: Fraction, high: Fraction) -> Interval:
    """One step of the interval Newton method for the slope, or one bisection."""
    middle = (low + high) / 2
    box = run.jet(enclosure.box_of(low, high), 2)[2] * 2
    slope = run.jet(exactly(middle), 1)[1]
    if not box.contains(0):
        step = (exactly(middle) - slope / box).intersection(enclosure.box_of(low, high))
        if step.is_finite():
            a, b = max(low, as_fraction(step.lower())), min(high, as_fraction(step.upper()))
            if a < b and b - a < (high - low) / 2:
                return a, b
    if slope > 0:
        return middle, high
    if slope < 0:
        return low, middle
    quarter = (high - low) / 5
    for point in (middle - quarter, middle + quarter):
        sign = run.jet(exactly(point), 1)[1]
        if sign > 0 and point > low:
            return point, high
        if sign < 0 and point < high:
            return low, point
    return low, high


def _value(body: Term, variable: Term, low: Fraction, high: Fraction) -> Any:
    """A ball of the values on [low, high], tight because the slope there is nearly 0."""
    return enclosure.enclose(enclosure.program(body, variable), low, high).values


def _vanishes(slope: Term, variable: Term, place: Term) -> bool:
    there = at_angles(replace(slope, {variable: place}))
    return judge_equality(there, number(0)).kind == "proved"
