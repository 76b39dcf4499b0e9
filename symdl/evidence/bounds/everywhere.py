"""The sign of a term of one variable on a whole domain: proved piece by piece or broken at a point.

Ends, kinks and touching points are covered by certified expansions (they hold up to the end
itself, where boxes never arrive), what lies between by boxes with Taylor enclosures. Every
step is counted, so that the answer depends on the question and never on the clock.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from fractions import Fraction

from symdl.derivation.facts import Facts
from symdl.evidence.algebra.normal_form import demands
from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Expansion, Place, beside, exact_constant
from symdl.evidence.balls import ball, exactly, precision
from symdl.evidence.bounds import enclosure
from symdl.evidence.bounds.kinks import kinks, simplest
from symdl.evidence.work import Exhausted
from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.term import Term, make, number, postorder

MOST_BOXES = 3000
SMALLEST = Fraction(1, 2**26)
MOST_TOUCHES = 6
MOST_POINTS = 200

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


@dataclass(slots=True)
class _Work:
    """One question and what has been found on the way."""

    term: Term
    variable: Term
    domain: Domain
    allowed: frozenset[int]
    boxes: int = 0
    touches: int = 0
    pieces: list[str] = field(default_factory=list)
    zeros: list[Fraction] = field(default_factory=list)


class _Broken(Exception):
    def __init__(self, point: Fraction) -> None:
        self.point = point


class _Zero(Exception):
    def __init__(self, root: Term) -> None:
        self.root = root


class _Stuck(Exception):
    def __init__(self, reason: str) -> None:
        self.reason = reason


def always(
    root: Term, variable: Term, domain: Domain, allowed: frozenset[int] = POSITIVE
) -> Answer:
    """Whether the sign of the term is in `allowed` at every point of the domain.

    allowed is {1} (positive) or {0, 1} (nonnegative).
    """
    work = _Work(root, variable, domain, allowed)
    try:
        with precision(enclosure.BITS):
            if domain.integer:
                _integers(work)
            else:
                for low, high in components(domain):
                    _component(work, low, high)
    except _Broken as found:
        return Fails(found.point)
    except _Zero as found:
        return Touches("the sides are equal at a point", found.root)
    except _Stuck as found:
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


def sign_at(root: Term, variable: Term, point: Fraction) -> int | None:
    """The certain sign of a term at a rational point, None if unknown or undefined there."""
    for bits in (128, 512):
        with precision(bits):
            value = ball(root, {variable: exactly(point)}, bits)
            if value > 0:
                return 1
            if value < 0:
                return -1
    exact = exact_constant(root, {variable: point})
    return None if exact is None else exact.sign()


def _component(work: _Work, low: Fraction | None, high: Fraction | None) -> None:
    if low is not None and low == high:
        _point(work, low)
        return
    inner = [p for p in kinks(work.term, work.variable) if between(low, p, high)]
    ends = [low, *inner, high]
    for left, right in itertools.pairwise(ends):
        _stretch(work, left, right)
    for p in inner:
        _point(work, p)
    for end in (low, high):
        if end is not None and work.domain.contains(end):
            _point(work, end)


def between(low: Fraction | None, p: Fraction, high: Fraction | None) -> bool:
    """Whether a point lies inside an open interval (None is infinity)."""
    return (low is None or low < p) and (high is None or p < high)


def _point(work: _Work, point: Fraction) -> None:
    sign = sign_at(work.term, work.variable, point)
    if sign is None:
        raise _Stuck(f"the value at {work.variable} = {point} is not known exactly")
    if sign not in work.allowed:
        raise _Broken(point)
    if sign == 0:
        work.zeros.append(point)
    work.pieces.append(f"{work.variable} = {point}: sign {sign}")


def _stretch(work: _Work, low: Fraction | None, high: Fraction | None) -> None:
    """The open interval (low, high), in which no kink lies."""
    left = _end(work, low, 1, high)
    right = _end(work, high, -1, low)
    if left is None and low is None:
        raise _Stuck(f"the behaviour for {work.variable} to minus infinity is not known")
    if right is None and high is None:
        raise _Stuck(f"the behaviour for {work.variable} to infinity is not known")
    begin = low if left is None else left
    stop = high if right is None else right
    assert begin is not None
    assert stop is not None
    if begin < stop:
        _boxes(work, begin, stop)


def _end(work: _Work, end: Fraction | None, side: int, other: Fraction | None) -> Fraction | None:
    """Up to where (or from where) an expansion at this end shows an allowed sign."""
    place = Place(None if end is None else rational(end), -side if end is None else side)
    found = beside(work.term, work.variable, place)
    if found is None:
        return None
    sign, expansion = found
    reach = place.at(expansion.start)
    if sign not in work.allowed:
        _break_beside(work, expansion, other)
        return None
    work.pieces.append(_told(work, end, side, reach, sign))
    return reach


def _told(work: _Work, end: Fraction | None, side: int, reach: Fraction, sign: int) -> str:
    name = work.variable
    span = f"{end} < {name} <= {reach}" if side > 0 else f"{reach} <= {name} < {end}"
    if end is None:
        span = f"{name} <= {reach}" if side > 0 else f"{name} >= {reach}"
    return f"{span}: sign {sign} by expansion"


def _break_beside(work: _Work, found: Expansion, other: Fraction | None) -> None:
    for factor in (1, 2, 4, 64):
        point = found.place.at(found.start * factor)
        inside = work.domain.contains(point)
        if other is not None:
            low, high = sorted((found.place.at(found.start * 10**6), other))
            inside = inside and low <= point <= high
        if inside and _breaks(work, point):
            raise _Broken(point)


def _breaks(work: _Work, point: Fraction) -> bool:
    sign = sign_at(work.term, work.variable, point)
    return sign is not None and sign not in work.allowed


# --- boxes ----------------------------------------------------------------------------------


def _boxes(work: _Work, low: Fraction, high: Fraction) -> None:
    run = enclosure.program(work.term, work.variable)
    stack = list(reversed(_pieces(low, high)))
    stuck: list[tuple[Fraction, Fraction]] = []
    before = work.boxes
    while stack:
        a, b = stack.pop()
        work.boxes += 1
        if work.boxes > MOST_BOXES:
            raise _Stuck(f"not settled within {MOST_BOXES} boxes")
        found = enclosure.enclose(run, a, b)
        if found.values > 0 or (0 in work.allowed and found.values >= 0):
            continue
        for point, value in ((found.middle, found.centre[0]),):
            if value < 0 and work.domain.contains(point) and _breaks(work, point):
                raise _Broken(point)
        if b - a <= SMALLEST * max(Fraction(1), abs(a)):
            stuck.append((a, b))
            if len(stuck) > MOST_POINTS:
                raise _Stuck(f"the sign cannot be told near {work.variable} = {_short(a)}")
            continue
        middle = found.middle
        stack.extend(((middle, b), (a, middle)))
        touch = _touch(work, a, b) if _worth_touching(b - a) else None
        if touch is not None:
            stack = outside(stack, touch)
    work.pieces.append(f"[{_short(low)}, {_short(high)}]: {work.boxes - before} boxes")
    for a, b in stuck:
        if _touch(work, a, b) is None:
            where = f"{work.variable} = {_short((a + b) / 2)}"
            raise _Stuck(f"the sign cannot be told near {where}")


def _pieces(low: Fraction, high: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Whole numbers cut a long stretch geometrically: far out boxes may be wide."""
    cuts = {low, high}
    for magnitude in (0, 1, 2, 4, 8, 16, 32, 64, 256, 1024, 4096, 65536):
        cuts |= {c for c in (Fraction(magnitude), Fraction(-magnitude)) if low < c < high}
    ordered = sorted(cuts)
    return list(itertools.pairwise(ordered))


def _short(value: Fraction) -> str:
    return str(value) if value.denominator < 1000 else f"{float(value):.6g}"


def _worth_touching(width: Fraction) -> bool:
    """Try touching points at a few widths only (the trial is dear)."""
    return width in _TRIALS


_TRIALS = frozenset(Fraction(1, 2**k) for k in (5, 10, 16))


def _touch(work: _Work, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction] | None:
    """A zero at a simple rational point in the box: allowed signs around it are proved by
    expansion, and the neighbourhood so covered is returned."""
    if work.touches >= MOST_TOUCHES:
        return None
    margin = high - low
    point = simplest(low - margin / 16, high + margin / 16)
    if point.denominator > 1000 or exact_sign(work, point) != 0:
        return _touch_elsewhere(work, low - margin, high + margin)
    work.touches += 1
    if 0 not in work.allowed:
        if work.domain.contains(point):
            raise _Broken(point)
        return None
    reach: list[Fraction] = []
    for side in (-1, 1):
        found = beside(work.term, work.variable, Place(rational(point), side))
        if found is None:
            return None
        if found[0] not in work.allowed:
            _break_beside(work, found[1], None)
            return None
        reach.append(found[1].place.at(found[1].start))
    work.zeros.append(point)
    work.pieces.append(f"around {work.variable} = {point}: zero there, nonnegative beside it")
    return reach[0], reach[1]


def _touch_elsewhere(
    work: _Work, low: Fraction, high: Fraction
) -> tuple[Fraction, Fraction] | None:
    """A zero at a number that is no fraction, and an interval on which the term is convex."""
    from symdl.evidence.bounds.touching import touching_point  # which needs equality

    inside = work.domain.contains(low) and work.domain.contains(high)
    root = touching_point(work.term, work.variable, low, high) if inside else None
    if root is None:
        return None
    work.touches += 1
    if 0 not in work.allowed:
        raise _Zero(root)
    work.pieces.append(f"around {work.variable} = {plain(root)}: zero there, convex beside it")
    return low, high


def exact_sign(work: _Work, point: Fraction) -> int | None:
    """The sign at a point by exact values only."""
    value = exact_constant(work.term, {work.variable: point})
    return None if value is None else value.sign()


def outside(
    stack: list[tuple[Fraction, Fraction]], hole: tuple[Fraction, Fraction]
) -> list[tuple[Fraction, Fraction]]:
    """Intervals without what lies in the hole."""
    kept: list[tuple[Fraction, Fraction]] = []
    for a, b in stack:
        if b <= hole[0] or a >= hole[1]:
            kept.append((a, b))
            continue
        if a < hole[0]:
            kept.append((a, hole[0]))
        if b > hole[1]:
            kept.append((hole[1], b))
    return kept


# --- integers -------------------------------------------------------------------------------


def _integers(work: _Work) -> None:
    """Integers: one by one near the origin, by expansion beyond."""
    low, high = work.domain.lower, work.domain.upper
    first = -64 if low is None else -(-low.numerator // low.denominator)
    last = first + MOST_POINTS if high is None else high.numerator // high.denominator
    first_reach = _integer_end(work, None, 1) if low is None else None
    last_reach = _integer_end(work, None, -1) if high is None else None
    if (low is None and first_reach is None) or (high is None and last_reach is None):
        raise _Stuck(f"the behaviour of {work.variable} at infinity is not known")
    begin = first if first_reach is None else int(first_reach)
    stop = last if last_reach is None else int(last_reach) + 1
    if stop - begin > 4 * MOST_POINTS:
        raise _Stuck("too many integers to look at one by one")
    for whole in range(begin, stop + 1):
        if work.domain.contains(Fraction(whole)):
            _point(work, Fraction(whole))


def _integer_end(work: _Work, end: None, side: int) -> Fraction | None:
    return _end(work, end, side, None)
