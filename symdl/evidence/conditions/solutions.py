r"""Where a condition on one variable holds: every point and every stretch, certified.

`f(x) = 0 \iff x = c`, `\sigma(x) > \frac{1}{2} \iff x > 0`: the difference of the sides of a
condition has its zeros isolated and one sign between them, so the points at which the condition
holds are known, and the claim is looked at there. `\{x : f(x) = 0\} = \{1, 2\}` and the number of
such points are claims about the same set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from symdl.evidence.algebra.demands import demands
from symdl.evidence.balls import ball, exactly, precision
from symdl.evidence.bounds import enclosure
from symdl.evidence.bounds.boxes import sign_at
from symdl.evidence.bounds.enclosure import box_of
from symdl.evidence.bounds.everywhere import components
from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.bounds.written import candidates
from symdl.evidence.conditions.hypotheses import domain_under, is_empty
from symdl.evidence.continuity import Image, discontinuity
from symdl.evidence.equality import judge_equality
from symdl.evidence.exact import as_fraction
from symdl.evidence.integrals.pieces import sample
from symdl.evidence.monotone import zeros
from symdl.evidence.refute import decimal
from symdl.evidence.rounding import Printed
from symdl.evidence.work import allowance
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, number, postorder, replace, symbol

METHOD = "solutions"
BITS = 192
SHORT = Fraction(1, 2**180)
MOST_STEPS = 40
ALLOWED = {
    "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "=": (0,), "!=": (-1, 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """A point: in [low, high], where it is the only one; `exact` is it as a Term, if known."""

    low: Fraction
    high: Fraction
    exact: Term | None

    @property
    def ball(self) -> Any:
        """A ball that contains the point."""
        with precision(BITS):
            return box_of(self.low, self.high)

    def text(self) -> str:
        """For people: exact, or twelve digits."""
        if self.exact is not None:
            return plain(self.exact)
        with precision(BITS):
            return decimal(self.ball, 12, bits=BITS)


@dataclass(frozen=True, slots=True)
class Stretch:
    """An interval between two points (None is infinite), with or without them."""

    low: Spot | None
    high: Spot | None
    low_closed: bool
    high_closed: bool
    sample: Fraction

    def text(self) -> str:
        """For people."""
        low = "-∞" if self.low is None else self.low.text()
        high = "∞" if self.high is None else self.high.text()
        return f"{'[' if self.low_closed else '('}{low}, {high}{']' if self.high_closed else ')'}"


@dataclass(frozen=True, slots=True)
class Solutions:
    """All points of a domain at which a condition holds."""

    spots: tuple[Spot, ...]
    stretches: tuple[Stretch, ...]

    def text(self) -> str:
        """For people."""
        points = [f"{{{', '.join(s.text() for s in self.spots)}}}"] if self.spots else []
        return " and ".join([*points, *(s.text() for s in self.stretches)]) or "nowhere"


def solutions(condition: Term, variable: Term, domain: Domain) -> Solutions | None:
    """Where a relation of two sides in one real variable holds; None if it is not known."""
    if condition.op != "relation" or len(condition.args) != 2:
        return None
    if condition.data == ("in",):
        return _listed(condition, variable, domain)
    allowed = ALLOWED.get(condition.data[0])
    if allowed is None or domain.integer:
        return None
    left, right = condition.args
    gap = left if right.op == "number" and not right.data.value else left - right
    domain = defined_domain(gap, variable, domain)
    if is_empty(domain):
        return Solutions((), ())
    with allowance():
        found = zeros(gap, variable, domain)
    if found is None:
        return None
    spots = [_spot(gap, variable, low, high) for low, high in found.intervals]
    if any(a.high >= b.low for a, b in pairwise(spots)):
        return None
    return _where(gap, variable, domain, spots, allowed)


def _listed(condition: Term, variable: Term, domain: Domain) -> Solutions | None:
    r"""`x \in \{1, 2\}`."""
    left, right = condition.args
    if left is not variable or right.op != "set" or any(free_symbols(e) for e in right.args):
        return None
    spots: list[Spot] = []
    for element in right.args:
        value = rational_value(element)
        if value is not None:
            spot = Spot(value, value, number(value))
        elif domain == Domain():
            with precision(BITS):
                place = ball(element, {}, BITS)
            if not place.is_finite():
                return None
            spot = Spot(as_fraction(place.lower()), as_fraction(place.upper()), element)
        else:
            return None
        if value is not None and not domain.contains(value):
            continue
        apart = [compare(other, element) for other in spots]
        if None in apart:
            return None
        if 0 not in apart:
            spots.append(spot)
    return Solutions(tuple(spots), ())


def defined_domain(root: Term, variable: Term, domain: Domain) -> Domain:
    """The domain without what the operations in a term certainly exclude by a linear demand."""
    if any(n.op in ("piecewise", "indicator") for n in postorder(root)):
        return domain
    asked = [d for n in postorder(root) for d in demands(n)]
    narrow = symbol(variable.data.name, domain=domain)
    return domain_under(narrow, [replace(d, {variable: narrow}) for d in asked])


def _spot(gap: Term, variable: Term, low: Fraction, high: Fraction) -> Spot:
    low, high = _narrowed(enclosure.program(gap, variable), low, high)
    if low == high:
        return Spot(low, low, number(low))
    with precision(BITS):
        guesses = list(candidates(low, high))
    for guess in guesses:
        if judge_equality(replace(gap, {variable: guess}), number(0)).kind == "proved":
            return Spot(low, high, guess)
    return Spot(low, high, None)


def _narrowed(run: enclosure.Program, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """The zero in an interval (the only one there) more closely, by the Newton method for
    intervals."""
    with precision(2 * BITS):
        for _ in range(MOST_STEPS):
            if high - low < SHORT:
                break
            middle = (low + high) / 2
            slope = run.jet(box_of(low, high), 1)[1]
            if slope.contains(0) or not slope.is_finite():
                break
            step = exactly(middle) - run.jet(exactly(middle), 0)[0] / slope
            if not step.is_finite():
                break
            a, b = as_fraction(step.lower()), as_fraction(step.upper())
            if a < low and b > high:
                break
            low, high = max(low, a), min(high, b)
    return low, high


def _where(
    gap: Term, variable: Term, domain: Domain, zeros: Sequence[Spot], allowed: tuple[int, ...]
) -> Solutions | None:
    holds = {zero: 0 in allowed for zero in zeros if _is_in(zero, domain)}
    stretches: list[Stretch] = []
    for low, high in components(domain):
        ends = [None if end is None else Spot(end, end, number(end)) for end in (low, high)]
        for end in ends:
            if end is not None and end not in holds and _is_in(end, domain):
                sign = sign_at(gap, variable, end.low)
                if sign is None:
                    return None
                holds[end] = sign in allowed
        if low is not None and low == high:
            continue
        for a, b in pairwise([ends[0], *(z for z in zeros if _inside(low, z, high)), ends[1]]):
            at = sample(None if a is None else a.high, None if b is None else b.low)
            sign = sign_at(gap, variable, at)
            if sign is None or _breaks(gap, variable, a, b):
                return None
            if sign in allowed:
                closed = [s is not None and holds.get(s, False) for s in (a, b)]
                stretches.append(Stretch(a, b, closed[0], closed[1], at))
    covered = {s for t in stretches for s in (t.low, t.high)}
    alone = sorted((s for s in holds if holds[s] and s not in covered), key=lambda s: s.low)
    return Solutions(tuple(alone), tuple(stretches))


def _is_in(spot: Spot, domain: Domain) -> bool:
    """Whether a zero, or an end, belongs to the domain (the others lie inside of it)."""
    return spot.low != spot.high or domain.contains(spot.low)


def _inside(low: Fraction | None, spot: Spot, high: Fraction | None) -> bool:
    return (low is None or low < spot.high) and (high is None or spot.low < high)


def _breaks(gap: Term, variable: Term, a: Spot | None, b: Spot | None) -> bool:
    """Whether the difference may jump between two zeros (it is defined there)."""
    low = None if a is None else a.low
    high = None if b is None else b.high
    place = symbol(variable.data.name, domain=Domain(low, high, True, True))
    return bool(discontinuity(Image(place, replace(gap, {variable: place}))))


# --- the order of a point and a number --------------------------------------------------------


def compare(spot: Spot, value: Term) -> int | None:
    """The certain sign of spot - value, for a closed value."""
    if spot.exact is not None:
        if judge_equality(spot.exact, value).kind == "proved":
            return 0
        with precision(BITS):
            gap = ball(spot.exact, {}, BITS) - ball(value, {}, BITS)
    else:
        with precision(BITS):
            gap = spot.ball - ball(value, {}, BITS)
    if gap > 0:
        return 1
    return -1 if gap < 0 else None


def is_near(spot: Spot, digits: Printed) -> bool | None:
    """Whether the point lies in the rounding interval of a printed number."""
    with precision(BITS):
        here = spot.ball if spot.exact is None else ball(spot.exact, {}, BITS)
        low, high = (exactly(digits.value + s * digits.ulp / 2) for s in (-1, 1))
        if here >= low and here <= high:
            return True
        return False if here < low or here > high else None
