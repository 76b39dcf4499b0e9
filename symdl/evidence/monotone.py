r"""Rising and falling functions, and all zeros of a function of one variable.

`x < y \implies f(x) < f(y)` is proved by the sign of the derivative between the kinks of a
continuous f. `zeros` isolates every zero on the whole domain: certainly one in each interval
it returns, and none elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symdl.derivation.differentiate import differentiate
from symdl.document.errors import DeriveError
from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Place, beside
from symdl.evidence.balls import precision
from symdl.evidence.bounds import enclosure
from symdl.evidence.bounds.boxes import outside, sign_at
from symdl.evidence.bounds.everywhere import (
    NONNEGATIVE,
    POSITIVE,
    Holds,
    always,
    components,
)
from symdl.evidence.bounds.kinks import kinks, simplest
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import bounded, domain_under, variables
from symdl.evidence.continuity import Image, break_in
from symdl.evidence.inequalities.unequal import bisect
from symdl.evidence.verdict import Verdict, proved
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.relations import ORDERING
from symdl.expression.term import Term, make, replace, symbol

METHOD = "monotone"
MOST_BOXES = 2000
TOUCHING = Fraction(1, 2**14)

Interval = tuple[Fraction, Fraction]


def judge_monotone(claim: Claim) -> Verdict | None:
    """A proof of `f(a) < f(b)` under the condition a < b (or >, <=, >=); None if it is not of
    that form or not proved here (a refutation is any two points, found as for every order)."""
    if claim.right is None or claim.relation not in ORDERING:
        return None
    pair = _pair(claim)
    if pair is None:
        return None
    variable, rising = pair
    strict = "=" not in claim.relation
    domain = domain_under(variable, ())
    found = direction(claim.left, variable, domain, strict)
    if found == 0 or (found > 0) != rising:
        return None
    word = f"{'strictly ' if strict else ''}{'increasing' if found > 0 else 'decreasing'}"
    return proved(
        METHOD, f"{plain(claim.left)} is {word}: by the sign of its derivative", direction=word
    )


def _pair(claim: Claim) -> tuple[Term, bool] | None:
    """The variable of the left side, and whether the claim says that f rises."""
    free = variables((claim.left,))
    other = variables((claim.right,)) if claim.right is not None else []
    if len(free) != 1 or len(other) != 1 or free[0] is other[0]:
        return None
    a, b = free[0], other[0]
    if domain_under(a, ()) != domain_under(b, ()) or replace(claim.left, {a: b}) is not claim.right:
        return None
    for condition in claim.conditions:
        if condition.op == "relation" and condition.data in (("<",), (">",)):
            sides = condition.args if condition.data == ("<",) else condition.args[::-1]
            if set(sides) == {a, b}:
                return a, (sides == (a, b)) == (claim.relation in ("<", "<="))
    return None


def direction(root: Term, variable: Term, domain: Domain, strict: bool = True) -> int:
    """1 if the term certainly increases on its (connected) domain, -1 if it decreases, else 0.

    Strictly, unless `strict` is False.

    >>> from symdl.expression.term import symbol
    >>> direction(make("tanh", symbol("x")), symbol("x"), Domain())
    1
    """
    place = symbol("place of the slope", domain=domain)
    body = replace(root, {variable: place})
    if break_in(Image(place, body)):
        return 0
    try:
        slope = differentiate(body, place).result
    except DeriveError:
        return 0
    smooth = domain
    for point in kinks(body, place):
        smooth = bounded(smooth, "!=", point)
    allowed = POSITIVE if strict else NONNEGATIVE
    for sign, side in ((1, slope), (-1, make("neg", slope))):
        if isinstance(always(side, place, smooth, allowed), Holds):
            return sign
    return 0


# --- zeros ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Zeros:
    """Every zero of a function: one in each interval (an exact one has equal ends)."""

    intervals: tuple[Interval, ...]


def zeros(root: Term, variable: Term, domain: Domain) -> Zeros | None:
    """All zeros of a term on its domain, None if they cannot be told apart.

    Every zero must be simple (the sign changes with a slope that is not 0) or none at all.
    """
    found: list[Interval] = []
    with precision(enclosure.BITS):
        for low, high in components(domain):
            part = _zeros_between(root, variable, low, high)
            if part is None:
                return None
            found.extend(part)
            closed = {end for end in (low, high) if end is not None and domain.contains(end)}
            found.extend((end, end) for end in closed if sign_at(root, variable, end) == 0)
    return Zeros(tuple(sorted(set(found))))


def _zeros_between(
    root: Term, variable: Term, low: Fraction | None, high: Fraction | None
) -> list[Interval] | None:
    ends: list[Fraction] = []
    for end, side in ((low, 1), (high, -1)):
        place = Place(None if end is None else rational(end), -side if end is None else side)
        found = beside(root, variable, place)
        if found is None or not found[0]:
            return None
        ends.append(place.at(found[1].start))
    if ends[0] >= ends[1]:
        return []
    return _isolated(root, variable, ends[0], ends[1])


def _isolated(root: Term, variable: Term, low: Fraction, high: Fraction) -> list[Interval] | None:
    run = enclosure.program(root, variable)
    found: list[Interval] = []
    stack = [(low, high)]
    for _ in range(MOST_BOXES):
        if not stack:
            return found
        a, b = stack.pop()
        box = enclosure.enclose(run, a, b)
        if box.values > 0 or box.values < 0:
            continue
        slope = box.jet[1]
        if slope > 0 or slope < 0:
            signs = sign_at(root, variable, a), sign_at(root, variable, b)
            if None in signs:
                return None
            if 0 in signs:
                exact = a if signs[0] == 0 else b
                found.append((exact, exact))
            elif signs[0] != signs[1]:
                found.append(bisect(root, variable, a, b))
            continue
        if b - a < TOUCHING:
            touched = _touched(root, variable, a, b)
            if touched is None:
                return None
            point, hole = touched
            found.append((point, point))
            stack = outside(stack, hole)
            continue
        # an odd split keeps simple fractions, where zeros like to be, inside the boxes
        middle = a + (b - a) * Fraction(5, 11)
        stack.extend(((a, middle), (middle, b)))
    return None


def _touched(
    root: Term, variable: Term, low: Fraction, high: Fraction
) -> tuple[Fraction, Interval] | None:
    """A zero at a plain fraction in the box, and an interval around it without any other."""
    point = simplest(low - (high - low), high + (high - low))
    if point.denominator > 1000 or sign_at(root, variable, point) != 0:
        return None
    ends = []
    for side in (-1, 1):
        found = beside(root, variable, Place(rational(point), side))
        if found is None or not found[0]:
            return None
        ends.append(found[1].place.at(found[1].start))
    hole = ends[0], ends[1]
    return (point, hole) if hole[0] <= low and high <= hole[1] else None
