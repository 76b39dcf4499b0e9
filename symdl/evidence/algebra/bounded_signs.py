"""Signs of polynomials in generators whose ranges end somewhere: by a shift of each generator to an
end of its range, and by the corners of the box of all ranges."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import product
from math import prod

from flint import fmpq, fmpq_mpoly_ctx

from symdl.evidence.algebra.polynomials import Poly, Ring
from symdl.evidence.algebra.term_signs import (
    NONNEGATIVE,
    POSITIVE,
    UNKNOWN,
    best,
    by_terms,
)
from symdl.evidence.work import spend
from symdl.expression.domain import Domain

MAX_SHIFTS = 16
MAX_SHIFTED_TERMS = 30
MAX_IMAGE_TERMS = 2_000
SHIFT_STEPS = 20
"""Of work, for one way to shift; its terms count too."""
MAX_CORNERS = 4
ONE = Fraction(1)


def by_shifts(ring: Ring, p: Poly) -> int:
    """Write generators as lower bound + something >= 0 or upper bound - something >= 0."""
    if len(p) > MAX_SHIFTED_TERMS:
        return UNKNOWN
    places = [place for place, degree in enumerate(p.degrees()) if degree]
    options = [(place, _shifts(ring.generator_at(place).range)) for place in places]
    options = [(place, shifts) for place, shifts in options if shifts]
    if not options:
        return UNKNOWN
    rationals = fmpq_mpoly_ctx.get(p.context().names(), p.context().ordering())
    lifted = rationals.from_dict({m: fmpq(c) for m, c in p.terms()})
    found = UNKNOWN
    for tries, choice in enumerate(product(*([None, *shifts] for _, shifts in options))):
        if tries > MAX_SHIFTS or abs(found) == POSITIVE:
            break
        shifted: dict[int, int] = {}
        images = list(rationals.gens())
        for (place, _), shift in zip(options, choice, strict=True):
            if shift is not None:
                bound, direction, strict = shift
                images[place] = direction * images[place] + bound
                shifted[place] = POSITIVE if strict else NONNEGATIVE
        if shifted and (terms := _written_out(p, shifted)) <= MAX_IMAGE_TERMS:
            spend(SHIFT_STEPS + terms)
            image = lifted.compose(*images, ctx=rationals)
            found = best(found, by_terms(ring, list(image.terms()), shifted))
    return found


def _written_out(p: Poly, places: Iterable[int]) -> int:
    """How many terms there are where each generator of those places is a sum of two, if none
    cancel."""
    return sum(prod(int(monomial[place]) + 1 for place in places) for monomial in p.monoms())


def by_corners(ring: Ring, p: Poly) -> int:
    """What is of degree one in every generator lies between its values at the corners of the box
    of their ranges; inside of the box it is no end value unless all of them are equal."""
    degrees = p.degrees()
    places = [place for place, degree in enumerate(degrees) if degree]
    if len(places) > MAX_CORNERS or max(degrees) > 1:
        return UNKNOWN
    ranges = [ring.generator_at(place).range for place in places]
    if any(r.lower is None or r.upper is None for r in ranges):
        return UNKNOWN
    values = set()
    for ends in product(*((r.lower, r.upper) for r in ranges)):
        at = dict(zip(places, ends, strict=True))
        values.add(
            sum(
                (int(c) * prod((at[i] or Fraction(0) for i, e in enumerate(m) if e), start=ONE)
                 for m, c in p.terms()),
                Fraction(0),
            )
        )  # fmt: skip
    if min(values) < 0 < max(values):
        return UNKNOWN
    inside = len(values) > 1 and all(r.lower_open and r.upper_open for r in ranges)
    strict = inside or 0 not in values
    return (POSITIVE if strict else NONNEGATIVE) * (1 if max(values) > 0 else -1)


def _shifts(domain: Domain) -> list[tuple[fmpq, int, bool]]:
    """(bound, direction, strict) for every finite end of a range but 0, which shifts nothing."""
    found = []
    if domain.lower:
        found.append((_rational(domain.lower), 1, domain.lower_open))
    if domain.upper:
        found.append((_rational(domain.upper), -1, domain.upper_open))
    return found


def _rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)
