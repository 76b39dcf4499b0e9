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

from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Limit, Place, limit
from symdl.evidence.balls import ball, exactly, inside
from symdl.evidence.bounds.everywhere import NONNEGATIVE, POSITIVE, Holds, always, components
from symdl.evidence.bounds.extremum import Maximum, largest_seen, maximum
from symdl.evidence.bounds.kinks import kinks, simplest
from symdl.evidence.bounds.peaks import BITS, Interval, Spot, spot_in
from symdl.evidence.bounds.periodic import at_angles, one_period
from symdl.evidence.bounds.ranges import range_of
from symdl.evidence.bounds.written import readable
from symdl.evidence.conditions.hypotheses import bounded, interval_domain, is_empty
from symdl.evidence.equality import judge_equality
from symdl.evidence.exact import as_fraction
from symdl.evidence.points import domain_of
from symdl.evidence.work import Exhausted, allowance, remembered
from symdl.expression.domain import Domain
from symdl.expression.term import Term, free_symbols, make, number, replace

OPTIMA = frozenset({"max_over", "min_over", "sup_over", "inf_over", "argmax", "argmin"})


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
        spot = spot_in(body, variable, domain, low, high)
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
