"""The sign of a term of one variable on a whole domain: proved piece by piece or broken at a point.

Ends, kinks and touching points are covered by certified expansions (they hold up to the end
itself, where boxes never arrive), what lies between by boxes with Taylor enclosures. Every
step is counted, so that the answer depends on the question and never on the clock.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction

from symdl.derivation.facts import Facts
from symdl.evidence.algebra.demands import demands
from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Place, beside
from symdl.evidence.balls import precision
from symdl.evidence.bounds import enclosure
from symdl.evidence.bounds.boxes import (
    MOST_POINTS,
    Broken,
    Stuck,
    Work,
    Zero,
    at_point,
    break_beside,
    cover,
)
from symdl.evidence.bounds.kinks import kinks
from symdl.evidence.bounds.periodic import one_period
from symdl.evidence.work import Exhausted
from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, make, number, postorder

POSITIVE = frozenset((1,))
NONNEGATIVE = frozenset((0, 1))


@dataclass(frozen=True, slots=True)
class Holds:
    """The term has an allowed sign everywhere; `pieces` say how each part was covered."""

    pieces: tuple[str, ...]
    zeros: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Fails:
    """At this rational point of the domain the sign is certainly another."""

    point: Fraction


@dataclass(frozen=True, slots=True)
class Open:
    """Not decided, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Touches(Open):
    """The term is 0 at this number, which is no fraction, where it must not be."""

    root: Term


Answer = Holds | Fails | Open


def always(
    root: Term, variable: Term, domain: Domain, allowed: frozenset[int] = POSITIVE
) -> Answer:
    """Whether the sign of the term is in `allowed` at every point of the domain.

    allowed is {1} (positive) or {0, 1} (nonnegative).
    """
    domain = one_period(root, variable, domain)
    work = Work(root, variable, domain, allowed)
    try:
        with precision(enclosure.BITS):
            if domain.integer:
                _integers(work)
            else:
                for low, high in components(domain):
                    _component(work, low, high)
    except Broken as found:
        return Fails(found.point)
    except Zero as found:
        return Touches("the sides are equal at a point", found.root)
    except Stuck as found:
        return Open(found.reason)
    except Exhausted:
        return Open("not settled within the work one claim may take")
    return Holds(tuple(work.pieces), tuple(sorted(set(work.zeros))))


def defined_everywhere(root: Term, variable: Term, domain: Domain) -> bool:
    """Whether a term certainly has a value at every point of a domain."""
    if Facts().total(root) or _demands_hold(root, variable, domain):
        return True
    square = make("pow", root, number(2))
    return isinstance(always(square, variable, domain, NONNEGATIVE), Holds)


def _demands_hold(root: Term, variable: Term, domain: Domain) -> bool:
    """Whether what each operation asks of its arguments is certain on the domain (where no
    operation is a case distinction)."""
    nodes = list(postorder(root))
    if any(n.op not in TABLE and n.op not in ("number", "constant", "symbol") for n in nodes):
        return False
    if any(n.op == "symbol" and n is not variable for n in nodes):
        return False
    facts = Facts()
    asked = [d for n in nodes for d in demands(n) if not facts.certain(d)]
    return len(asked) <= MOST_DEMANDS and all(_demand(d, variable, domain) for d in asked)


def _demand(condition: Term, variable: Term, domain: Domain) -> bool:
    if condition.op != "relation" or condition.data[0] not in _SIDES or len(condition.args) != 2:
        return False
    left, right = condition.args
    for big, small, allowed in _SIDES[condition.data[0]]:
        gap = make("add", (left, right)[big], make("neg", (left, right)[small]))
        if isinstance(always(gap, variable, domain, allowed), Holds):
            return True
    return False


MOST_DEMANDS = 6
_SIDES: dict[str, tuple[tuple[int, int, frozenset[int]], ...]] = {
    ">": ((0, 1, POSITIVE),),
    "<": ((1, 0, POSITIVE),),
    ">=": ((0, 1, NONNEGATIVE),),
    "<=": ((1, 0, NONNEGATIVE),),
    "!=": ((0, 1, POSITIVE), (1, 0, POSITIVE)),
}


def components(domain: Domain) -> list[tuple[Fraction | None, Fraction | None]]:
    """The connected parts of a domain (as open intervals; None is infinity)."""
    inner = sorted(
        p
        for p in set(domain.excluded)
        if (domain.lower is None or p > domain.lower) and (domain.upper is None or p < domain.upper)
    )
    ends = [domain.lower, *inner, domain.upper]
    return list(itertools.pairwise(ends))


def _component(work: Work, low: Fraction | None, high: Fraction | None) -> None:
    if low is not None and low == high:
        at_point(work, low)
        return
    inner = [p for p in kinks(work.term, work.variable) if between(low, p, high)]
    ends = [low, *inner, high]
    for left, right in itertools.pairwise(ends):
        _stretch(work, left, right)
    for p in inner:
        at_point(work, p)
    for end in (low, high):
        if end is not None and work.domain.contains(end):
            at_point(work, end)


def between(low: Fraction | None, p: Fraction, high: Fraction | None) -> bool:
    """Whether a point lies inside an open interval (None is infinity)."""
    return (low is None or low < p) and (high is None or p < high)


def _stretch(work: Work, low: Fraction | None, high: Fraction | None) -> None:
    """The open interval (low, high), in which no kink lies."""
    left = _end(work, low, 1, high)
    right = _end(work, high, -1, low)
    if left is None and low is None:
        raise Stuck(f"the behaviour for {work.variable} to minus infinity is not known")
    if right is None and high is None:
        raise Stuck(f"the behaviour for {work.variable} to infinity is not known")
    begin = low if left is None else left
    stop = high if right is None else right
    assert begin is not None
    assert stop is not None
    if begin < stop:
        cover(work, begin, stop)


def _end(work: Work, end: Fraction | None, side: int, other: Fraction | None) -> Fraction | None:
    """Up to where (or from where) an expansion at this end shows an allowed sign."""
    place = Place(None if end is None else rational(end), -side if end is None else side)
    found = beside(work.term, work.variable, place)
    if found is None:
        return None
    sign, expansion = found
    reach = place.at(expansion.start)
    if sign not in work.allowed:
        break_beside(work, expansion, other)
        return None
    work.pieces.append(_told(work, end, side, reach, sign))
    return reach


def _told(work: Work, end: Fraction | None, side: int, reach: Fraction, sign: int) -> str:
    name = work.variable
    span = f"{end} < {name} <= {reach}" if side > 0 else f"{reach} <= {name} < {end}"
    if end is None:
        span = f"{name} <= {reach}" if side > 0 else f"{name} >= {reach}"
    return f"{span}: sign {sign} by expansion"


# --- integers -------------------------------------------------------------------------------


def _integers(work: Work) -> None:
    """Integers: one by one near the origin, by expansion beyond."""
    low, high = work.domain.lower, work.domain.upper
    first = -64 if low is None else -(-low.numerator // low.denominator)
    last = first + MOST_POINTS if high is None else high.numerator // high.denominator
    first_reach = _end(work, None, 1, None) if low is None else None
    last_reach = _end(work, None, -1, None) if high is None else None
    if (low is None and first_reach is None) or (high is None and last_reach is None):
        raise Stuck(f"the behaviour of {work.variable} at infinity is not known")
    begin = first if first_reach is None else int(first_reach)
    stop = last if last_reach is None else int(last_reach) + 1
    if stop - begin > 4 * MOST_POINTS:
        raise Stuck("too many integers to look at one by one")
    for whole in range(begin, stop + 1):
        if work.domain.contains(Fraction(whole)):
            at_point(work, Fraction(whole))
