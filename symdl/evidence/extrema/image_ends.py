"""The ends of an image: where they are taken, as what limit they are approached, or a value beside
them that is never taken."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from symdl.derivation.real_line import RealLine
from symdl.evidence.asymptotics.constants import Exact, rational
from symdl.evidence.asymptotics.expansion import Limit, Place, exact_constant, limit
from symdl.evidence.balls import ball, exactly, inside, precision
from symdl.evidence.bounds.everywhere import POSITIVE, Holds, always, components
from symdl.evidence.bounds.kinks import gaps, kinks
from symdl.evidence.continuity import Image
from symdl.evidence.equality import judge_equality
from symdl.evidence.inequalities import order
from symdl.evidence.inequalities.question import difference, question
from symdl.evidence.points import candidates
from symdl.evidence.verdict import Counterexample, Verdict, refuted
from symdl.expression.domain import REAL, Domain
from symdl.expression.printer import plain
from symdl.expression.term import Term, constant, free_symbols, number, postorder, replace

METHOD = "image"
LARGEST = 1e300
"""Larger values are left out where values are only guessed."""


@dataclass(frozen=True, slots=True)
class Target:
    """A set of numbers: an interval with ends that may be terms (None is infinite)."""

    lower: Term | None
    upper: Term | None
    lower_open: bool
    upper_open: bool
    term: Term


def reaches(image: Image, target: Target, upper: bool) -> str | Verdict | None:
    """How the end is reached (a text), a refutation, or None if it is not known."""
    end = target.upper if upper else target.lower
    is_open = target.upper_open if upper else target.lower_open
    name = "upper" if upper else "lower"
    if end is not None and not is_open:
        found = attained(image, end)
        if found is not None:
            return f"{name} end {plain(end)} at {found}"
    else:
        found = _approached(image, end, upper)
        if found is not None:
            return f"{name} end {_end_text(end, upper)} as the limit {found}"
    return _never(image, target, end, upper)


def _end_text(end: Term | None, upper: bool) -> str:
    return plain(end) if end is not None else ("infinity" if upper else "-infinity")


def _candidates(image: Image) -> list[Fraction]:
    """Points where an extreme value may be taken exactly: kinks, ends, simple numbers, and
    zeros of the derivative guessed from a fine grid."""
    domain: Domain = image.variable.data.domain
    simple = [Fraction(k, 2) for k in range(-12, 13)]
    ends = [end for end in (domain.lower, domain.upper) if end is not None]
    found = [*kinks(image.body, image.variable), *ends, *simple]
    return [p for p in dict.fromkeys(found) if domain.contains(p)]


def attained(image: Image, end: Term) -> str | None:
    wanted = exact_constant(end, {})
    if wanted is None:
        return None
    for point in _candidates(image):
        value = exact_constant(image.body, {image.variable: point})
        if value is not None and (value - wanted).is_zero:
            return f"{image.variable} = {point}"
    return _elsewhere(image, end) or _at_switch(image, end)


def _at_switch(image: Image, end: Term) -> str | None:
    """At a point with parameters where a switch turns: x = -a of max(x, -a)."""
    if image.variable.data.domain != REAL or free_symbols(image.body) <= {image.variable}:
        return None
    line = RealLine(image.variable)
    for gap in gaps(image.body):
        for place in line.roots(gap, number(0)) or () if line.depends(gap) else ():
            if judge_equality(line.put(image.body, place), end).kind == "proved":
                return f"{image.variable} = {plain(place)}"
    return None


def _elsewhere(image: Image, end: Term) -> str | None:
    r"""At a multiple of \pi, where waves have their extremes, or at a written extreme place."""
    if not any(n.op in ("sin", "cos") for n in postorder(image.body)):
        return None
    places = [number(Fraction(k, 2)) * constant("pi") for k in (0, 1, 2, -1, -2, 3, -3)]
    for place in [*places, *map(number, _candidates(image))]:
        if inside(ball(place, {}), image.variable.data.domain) is not True:
            continue
        here = replace(image.body, {image.variable: place})
        if judge_equality(here, end).kind == "proved":
            return f"{image.variable} = {plain(place)}"
    return None


def _places(domain: Domain) -> list[tuple[str, Place]]:
    places: list[tuple[str, Place]] = []
    for low, high in components(domain):
        for end, side in ((low, 1), (high, -1)):
            if end is None:
                places.append(("-infinity" if side > 0 else "infinity", Place(None, -side)))
            else:
                places.append((str(end), Place(rational(end), side)))
    return places


def _approached(image: Image, end: Term | None, upper: bool) -> str | None:
    wanted = None if end is None else exact_constant(end, {})
    if end is not None and wanted is None:
        return None
    for name, place in _places(image.variable.data.domain):
        found = limit(image.body, image.variable, place)
        if found is not None and _matches(found, wanted, upper):
            return f"for {image.variable} to {name}"
    return None


def _matches(found: Limit, wanted: Exact | None, upper: bool) -> bool:
    if wanted is None:
        return found.infinite == (1 if upper else -1)
    return found.value is not None and (found.value - wanted).is_zero


# --- values that are never taken --------------------------------------------------------------


def _never(image: Image, target: Target, end: Term | None, upper: bool) -> Verdict | None:
    """A refutation: a value of the set that the function never takes."""
    is_open = target.upper_open if upper else target.lower_open
    if end is not None and not is_open and free_symbols(image.body) <= {image.variable}:
        strictly = question(image.body, "<" if upper else ">", end)
        if order.settle(strictly).kind == "proved":
            return _untaken(plain(end), upper, target)
    for value in _beyond(image, target, end, upper):
        low, high = (image.body, number(value)) if upper else (number(value), image.body)
        gap = difference(high, low)
        if isinstance(always(gap, image.variable, image.variable.data.domain, POSITIVE), Holds):
            return _untaken(str(value), upper, target)
    return None


def _untaken(value: str, upper: bool, target: Target) -> Verdict:
    word = "below" if upper else "above"
    home = plain(target.term)
    shown = Counterexample({"value": value}, f"every value is {word} {value}", f"{value} in {home}")
    return refuted(METHOD, f"the value {value} of the set is never taken", shown)


def _beyond(image: Image, target: Target, end: Term | None, upper: bool) -> list[Fraction]:
    """Rational values of the target near its end, that may never be taken."""
    best = _extreme(image, upper)
    found: list[Fraction] = []
    exact = None if end is None else exact_constant(end, {})
    limit_value = None if exact is None else exact.rational
    is_open = target.upper_open if upper else target.lower_open
    if limit_value is not None and not is_open:
        found.append(limit_value)
    if best is None:
        return found
    step = Fraction(1, 2) if end is None else Fraction(0)
    if limit_value is not None:
        step = abs(limit_value - best) / 2
    for part in (1, Fraction(1, 2), 2):
        value = best + step * part * (1 if upper else -1)
        value = value.limit_denominator(1000)
        if _strictly_inside(value, limit_value, upper) and step:
            found.append(value)
    return found


def _strictly_inside(value: Fraction, end: Fraction | None, upper: bool) -> bool:
    if end is None:
        return True
    return value < end if upper else value > end


def _extreme(image: Image, upper: bool) -> Fraction | None:
    """The largest (or least) value seen at sample points and limits; None if unbounded."""
    seen: list[Fraction] = []
    for _, place in _places(image.variable.data.domain):
        found = limit(image.body, image.variable, place)
        if found is None:
            continue
        if found.infinite:
            if (found.infinite > 0) == upper:
                return None
        elif abs(found.ball) < LARGEST:
            seen.append(_about(found.ball))
    with precision(64):
        for point in candidates(image.variable.data.domain):
            value = ball(image.body, {image.variable: exactly(point)}, 64)
            if abs(value) < LARGEST:
                seen.append(_about(value))
    return (max if upper else min)(seen) if seen else None


def _about(value: arb) -> Fraction:
    return Fraction(float(value.mid())).limit_denominator(10**6)
