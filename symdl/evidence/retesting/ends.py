"""Extrema, their places and images: what follows for each value, and a search for the end.

A value beyond the end that is said makes a claim false. That no value comes near to the end does
so only where cells cover all places; else nothing is said of the claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import islice, pairwise

from flint import arb

from symdl.evidence.ball_values import Point, Value, Values, ball
from symdl.evidence.meaning import (
    EXTREMA,
    Open,
    atoms,
    core,
    home,
    infinite,
    links,
    need,
    readings,
    within,
)
from symdl.evidence.record import Part
from symdl.evidence.retesting.points import NEAR, is_moderate, points
from symdl.expression.term import Term, make, replace

PLACES = {"argmax": "<", "argmin": ">"}
Terms = tuple[Term, ...]


def implied(part: Part) -> Iterator[Part]:
    """What follows for every value from a statement about an image, an extremum or its place."""
    op, right = part.left.op, part.right or part.left
    if op not in {"image", *EXTREMA, *PLACES} or part.left.data == "range" or part.right is None:
        return
    x, *sets, body = part.left.args
    inside = (*part.conditions, *(c for domain in sets for c in within(x, domain)))
    if op == "image":
        if part.relation in ("=", "subset", "subseteq") and right.op == "interval":
            for _, relation, end in links(make("relation", body, right, data=("in",))):
                yield Part(body, relation, end, inside)
        return
    if op in PLACES:
        if part.relation == "=":
            elsewhere = make("relation", x, right, data=("!=",))
            yield Part(body, PLACES[op], replace(body, {x: right}), (*inside, elsewhere))
    elif part.relation == "approx":
        units = [read[0].right or right for read in readings(Part(right, "approx", right), "right")]
        slack = 2 * reduce(lambda a, b: a + b, units[: max(1, len(units) - 1)])
        end = right + slack if EXTREMA[op] == "<=" else right - slack
        yield Part(body, EXTREMA[op], end, inside)
    elif part.relation in ("=", "equiv", EXTREMA[op], EXTREMA[op][0]):
        strict = part.relation == EXTREMA[op][0]
        yield Part(body, EXTREMA[op][0] if strict else EXTREMA[op], right, inside)


# --- a search -----------------------------------------------------------------------------------

DRAWN, SETTINGS = 12, 3
"""Settings of the parameters that are drawn, and those at which an end is searched."""
REFINED, WIDEST = 90, 64
"""Steps of a refinement, and the power of 2 up to which places are tried."""
FAR_OUT = (161, 170, 256, 1_024, 4_096)
CLOSE = arb(1) / 2**12


def ends_found(part: Part) -> bool:
    """Whether a search comes near to each end that is said to be one of an image or an extremum.
    Raises Bad where a value lies beyond it, or certainly none is near to it."""
    x = part.left.args[0]
    exactly = part.relation in ("=", "equiv") and part.left.op not in PLACES
    for one in implied(part):
        letters = atoms([one.left, one.right or one.left, *one.conditions])
        settings = points([a for a in letters if a is not x])
        tried = (_found(Search(x, one, setting), exactly) for setting in islice(settings, DRAWN))
        found = [*islice((near for near in tried if near is not None), SETTINGS)]
        if not found or not all(found):
            return False
    return True


@dataclass(frozen=True)
class Search:
    """For values of a body as far as possible towards an end, at one setting of the parameters."""

    x: Term
    bound: Part
    setting: Point

    @property
    def sign(self) -> int:
        """1 for an upper end, -1 for a lower one."""
        return 1 if self.bound.relation in ("<", "<=") else -1

    def known(self, place: Value) -> Values:
        """The values at a place."""
        return Values({**{a: ball(v) for a, v in self.setting.items()}, self.x: place})

    def height(self, place: Fraction | Value) -> Value | None:
        """How far towards its end the body is at a place; None where it has no value."""
        values = self.known(ball(place) if isinstance(place, Fraction) else place)
        try:
            met = all(values(core(condition)) == 1 for condition in self.bound.conditions)
            return self.sign * values(core(self.bound.left)) if met else None
        except Open:
            return None

    def end(self) -> Value:
        """The end, seen as a height. Raises Open where it is not known."""
        values = Values({a: ball(v) for a, v in self.setting.items()})
        return self.sign * values(core(self.bound.right or self.bound.left))


def _found(search: Search, exactly: bool) -> bool | None:
    """Whether a value is near to the end, or none need be; None where there are no values."""
    best = _highest(search)
    try:
        end = search.end()
    except Open:
        return None
    if best is None:
        return None
    place, height = best
    strict = search.bound.relation in ("<", ">")
    beyond = height >= end if strict else height > end
    at = {**search.setting, search.x: place}
    need(not beyond, f"false at {at}")
    if not exactly or end - height < CLOSE * (1 + abs(end)):
        return True
    need(not _never(search, end, height), f"no value is near to it at {dict(search.setting)}")
    return False


def _highest(search: Search) -> tuple[Fraction, Value] | None:
    """The highest value that is found, and where."""
    tried = ((place, search.height(place)) for place in _places(search))
    heights = [(place, height) for place, height in tried if height is not None]
    if not heights:
        return None
    place, best = max(heights, key=lambda one: _middle(one[1]))
    whole = home(search.x).integer
    step = Fraction(1) if whole else max(abs(place), Fraction(1)) / 4
    for _ in range(REFINED):
        beside = [(at, search.height(at)) for at in (place - step, place + step)]
        higher = [(at, h) for at, h in beside if h is not None and _middle(h) > _middle(best)]
        if higher:
            place, best = max(higher, key=lambda one: _middle(one[1]))
        elif whole:
            break
        else:
            step /= 2
    return place, best


def _middle(value: Value) -> Value:
    return value.mid()


def _places(search: Search) -> Iterator[Fraction]:
    """Places near the ends of the domain, in between, and far out."""
    low, high = _domain(search)
    near = [Fraction(2) ** k for k in range(-WIDEST, WIDEST + 1, 4)]
    if low is not None and high is not None:
        steps = [*(Fraction(n, 32) for n in range(33)), *near[2:16]]
        found = [low + (high - low) * t for step in steps for t in (step, 1 - step)]
    elif low is not None or high is not None:
        base, sign = (low, 1) if low is not None else (high or Fraction(0), -1)
        found = [base, *(base + sign * t for t in near), *(base + sign * abs(t) for t in NEAR)]
    else:
        found = [Fraction(0), *near, *(-t for t in near), *NEAR]
    whole = home(search.x).integer
    yield from dict.fromkeys(Fraction(round(place)) for place in found) if whole else found


def _domain(search: Search) -> tuple[Fraction | None, Fraction | None]:
    """The ends between which the variable lies, as its domain and the conditions say."""
    known = home(search.x)
    ends: dict[int, list[Fraction]] = {-1: [], 1: []}
    for end, side in ((known.lower, -1), (known.upper, 1)):
        ends[side] += [end] if end is not None else []
    values = Values({a: ball(v) for a, v in search.setting.items()})
    for c in search.bound.conditions:
        if c.op == "relation" and len(c.args) == 2 and c.args[0] is search.x:
            try:
                told = {"<": 1, "<=": 1, ">": -1, ">=": -1}.get(c.data[0])
                if told is not None and not infinite(c.args[1]):
                    ends[told].append(_fraction(values(core(c.args[1]))))
            except Open:
                continue
    return max(ends[-1], default=None), min(ends[1], default=None)


def _fraction(value: Value) -> Fraction:
    middle = value.mid().fmpq()
    return Fraction(int(middle.p), int(middle.q))


# --- cells --------------------------------------------------------------------------------------

MOST_CELLS, OUTERMOST, MODERATE = 1_000, 160, 100
"""The cells looked at, the power of 2 up to which they lie, and that up to which numbers do."""


def _never(search: Search, end: Value, best: Value) -> bool:
    """Whether no value comes to the end: in cells that cover all places up to a power of 2, and
    at some places farther out it is no nearer than the best one."""
    if home(search.x).integer or not is_moderate(search.bound.left, search.setting, MODERATE):
        return False
    low, high = _domain(search)
    if low is None or high is None:
        far = [s * arb(2) ** k for k in FAR_OUT for s in (1, -1)]
        heights = [h for h in map(search.height, far) if h is not None]
        if len(heights) < len(FAR_OUT) or not all(h - best < (end - best) / 1_000 for h in heights):
            return False
    cells, count = [*_cells(low, high)], 0
    free = Search(search.x, Part(search.bound.left, search.bound.relation, None), search.setting)
    free_end = (end + best) / 2
    while cells:
        a, b = cells.pop()
        count += 1
        middle = (a + b) / 2
        height = _over(free, a, b)
        if height is not None and height < free_end:
            continue
        if count > MOST_CELLS or b - a < Fraction(1, 2**80):
            return False
        cells += [(a, middle), (middle, b)]
    return True


def _over(search: Search, a: Fraction, b: Fraction) -> Value | None:
    return search.height(arb(ball((a + b) / 2).mid(), ball((b - a) / 2)))


def _cells(low: Fraction | None, high: Fraction | None) -> Iterator[tuple[Fraction, Fraction]]:
    """Cells that cover a domain, up to a power of 2 where it has no end."""
    ends = [Fraction(2) ** k for k in range(OUTERMOST + 1)]
    if low is not None and high is not None:
        yield low, high
        return
    if low is None and high is None:
        yield Fraction(-1), Fraction(1)
        bases = [(Fraction(0), 1), (Fraction(0), -1)]
    else:
        base, sign = (low, 1) if low is not None else (high or Fraction(0), -1)
        yield (base, base + 1) if sign > 0 else (base - 1, base)
        bases = [(base, sign)]
    for base, sign in bases:
        for a, b in pairwise(ends):
            yield (base + a, base + b) if sign > 0 else (base - b, base - a)
