r"""Extreme values over an interval or the reals: `\min_x f(x)`, `\arg\min_x f(x)`, `\sup_x f(x)`.

Branch and bound encloses the supremum and the places where it may be taken; each place is then
brought to a point: a kink, an end, or the one zero of a derivative that certainly falls. Where
the place is a number one can write (3, \sqrt{2}, 1/e, \pi/2) it is proved to be that number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace as changed
from fractions import Fraction
from typing import Any

from flint import arb

from symdl.derivation.differentiate import differentiate
from symdl.document.errors import DeriveError
from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Limit, Place, limit
from symdl.evidence.balls import ball, exactly, inside
from symdl.evidence.bounds import enclosure
from symdl.evidence.bounds.everywhere import NONNEGATIVE, POSITIVE, Holds, always, components
from symdl.evidence.bounds.extremum import Maximum, largest_seen, maximum
from symdl.evidence.bounds.kinks import kinks, simplest
from symdl.evidence.bounds.periodic import at_angles, one_period
from symdl.evidence.bounds.ranges import range_of
from symdl.evidence.bounds.written import candidates, readable
from symdl.evidence.conditions.hypotheses import bounded, interval_domain, is_empty
from symdl.evidence.equality import judge_equality
from symdl.evidence.exact import as_fraction
from symdl.evidence.points import domain_of
from symdl.evidence.work import Exhausted, allowance, remembered
from symdl.expression.domain import Domain
from symdl.expression.term import Term, free_symbols, make, number, replace

OPTIMA = frozenset({"max_over", "min_over", "sup_over", "inf_over", "argmax", "argmin"})
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


@dataclass(frozen=True, slots=True)
class Optimum:
    """The supremum of f on a domain.

    value: a ball of it (infinite: +infinity). exact: it as a Term, where that is known.
    attained: whether it is certainly a maximum, or certainly none; None: not known. spots: where
    it is taken (all of them, if `complete`). search: how it was found.
    """

    value: Any
    exact: Term | None
    infinite: bool
    attained: bool | None
    spots: tuple[Spot, ...]
    complete: bool
    search: Maximum | None = None


def optimum(node: Term) -> Optimum | str:
    """The supremum (of the negative for a minimum) that a term `max_over`, ... asks for, or why
    it is not known. The body must have no other free symbol."""
    variable, body = node.args[0], node.args[-1]
    if variable.op != "symbol" or variable.shape != ():
        return "it does not run over a number"
    domain: Domain | None = domain_of(variable)
    if node.data == "set":
        over = interval_domain(node.args[1])
        if over is None:
            return "the set is no interval with rational ends"
        domain = both(domain_of(variable), over)
    elif node.data != "all":
        return "it runs over whole numbers"
    if domain is None or domain.integer or is_empty(domain):
        return "it runs over whole numbers, or over nothing"
    if not free_symbols(body) <= {variable}:
        return "there are parameters in it"
    if node.op in ("min_over", "inf_over", "argmin"):
        body = make("neg", body)
    if node.op not in ("argmax", "argmin"):
        domain = one_period(body, variable, domain)
    return supremum(body, variable, domain)


def both(a: Domain, b: Domain) -> Domain:
    """The common part of two domains."""
    for end, relation in ((b.lower, ">"), (b.upper, "<")):
        is_open = b.lower_open if relation == ">" else b.upper_open
        if end is not None:
            a = bounded(a, relation + ("" if is_open else "="), end)
    for point in b.excluded:
        a = bounded(a, "!=", point)
    return changed(a, integer=True) if b.integer and not a.integer else a


@remembered(64, BITS)
def supremum(body: Term, variable: Term, domain: Domain) -> Optimum | str:
    """The supremum of a term of one variable over a domain of real numbers."""
    try:
        with allowance():
            return _supremum(body, variable, domain)
    except Exhausted:
        return "not settled within the work one claim may take"


def _supremum(body: Term, variable: Term, domain: Domain) -> Optimum | str:
    near = _limits(body, variable, domain)
    if any(found.infinite > 0 for found in near):
        return Optimum(arb.pos_inf(), None, True, False, (), True)
    never = _by_the_ends(body, variable, domain, near)
    if never is not None:
        return never
    found = maximum(body, variable, domain)
    return found if isinstance(found, str) else _settled(body, variable, domain, found)


def _limits(body: Term, variable: Term, domain: Domain) -> list[Limit]:
    """The limits of a term at the ends of a domain, as far as they are found."""
    found = []
    for low, high in components(domain):
        for end, side in ((low, 1), (high, -1)):
            place = Place(None, -side) if end is None else Place(rational(end), side)
            found.append(limit(body, variable, place))
    return [near for near in found if near is not None]


def _settled(body: Term, variable: Term, domain: Domain, found: Maximum) -> Optimum:
    spots: list[Spot] = []
    complete = True
    for low, high in found.at:
        spot = _spot(body, variable, domain, low, high)
        if spot is None:
            complete = False
        else:
            spots.append(spot)
    if not spots or not complete:
        return _plain_level(body, variable, domain, found, spots) or Optimum(
            found.lower.union(found.upper), None, False, None, tuple(spots), False, found
        )
    value = spots[0].value
    for spot in spots[1:]:
        value = value.max(spot.value)
    spots = [spot for spot in spots if not spot.value < value]
    if found.near_end:
        return _with_tail(body, variable, domain, found, value, spots)
    exact = _exact_value(body, variable, spots)
    return Optimum(value, exact, False, True, tuple(spots), True, found)


def _with_tail(
    body: Term, variable: Term, domain: Domain, found: Maximum, value: Any, spots: list[Spot]
) -> Optimum:
    """An end may come close to the best place."""
    plain = _plain_level(body, variable, domain, found, spots)
    if plain is not None:
        return plain
    return Optimum(value.union(found.upper), None, False, None, tuple(spots), False, found)


def _plain_level(
    body: Term, variable: Term, domain: Domain, found: Maximum, spots: Iterable[Spot]
) -> Optimum | None:
    """A plain number that the term reaches and never exceeds, wherever and how often it does."""
    level = simplest(as_fraction(found.lower.lower()), as_fraction(found.upper.upper()))
    if level.denominator > 1000:
        return None
    exact = [spot.exact for spot in spots if spot.exact is not None]
    turning = kinks(body, variable)
    tried = list(exact)
    for low, high in found.at[:8]:
        inner = [p for p in turning if low <= p <= high]
        tried += map(number, (simplest(low, high), low, high, *inner))
    places = [p for p in tried if _inside(p, domain)]
    reached = next((p for p in places if _takes(body, variable, p, level)), None)
    if reached is None:
        return None
    upper = range_of(body).upper
    if upper is None or upper > level:
        answer = always(number(level) - body, variable, domain, NONNEGATIVE)
        if not isinstance(answer, Holds):
            return None
    spot = Spot(*_around(reached), reached, exactly(level))
    return Optimum(exactly(level), number(level), False, True, (spot,), False, found)


def _inside(place: Term, domain: Domain) -> bool:
    where = inside(ball(place, {}, BITS), domain)
    return where is True


def _takes(body: Term, variable: Term, place: Term, level: Fraction) -> bool:
    return judge_equality(replace(body, {variable: place}), number(level)).kind == "proved"


def _around(place: Term) -> Interval:
    value = ball(place, {}, BITS)
    return as_fraction(value.lower()), as_fraction(value.upper())


def _exact_value(body: Term, variable: Term, spots: Iterable[Spot]) -> Term | None:
    """The value at an exact place, if it is the only one or they are all known to be equal."""
    listed = list(spots)
    places = [spot.exact for spot in listed]
    values = [at_angles(replace(body, {variable: p})) for p in places if p is not None]
    if len(values) < len(places) or not values:
        return None
    first = values[0]
    if all(judge_equality(first, other).kind == "proved" for other in values[1:]):
        return first
    return None


def _by_the_ends(
    body: Term, variable: Term, domain: Domain, ends: Iterable[Limit]
) -> Optimum | None:
    """The supremum is a limit at an end of the domain, and the term stays below it."""
    seen = largest_seen(body, variable, domain)
    for near in ends:
        if near.value is None or near.ball < seen:
            continue
        level = readable(near.value)
        if level is None:
            continue
        if isinstance(always(level - body, variable, domain, POSITIVE), Holds):
            return Optimum(near.value.ball(), level, False, False, (), True)
    return None


# --- one place ------------------------------------------------------------------------------


def _spot(body: Term, variable: Term, domain: Domain, low: Fraction, high: Fraction) -> Spot | None:
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
