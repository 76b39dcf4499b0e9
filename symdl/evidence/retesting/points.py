"""The points at which claims are tried: chosen here, by the same draws every time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random

from flint import arb

from symdl.evidence.ball_values import Point, Values, consistent
from symdl.evidence.meaning import Open, atoms, core, home
from symdl.expression.domain import REAL, Domain
from symdl.expression.term import Term, postorder

TRIED, USUAL = 400, 4
NEAR = tuple(Fraction(n, 8) for n in (0, 4, -4, 8, -8, 1, -1, 12, -3, 24, -20))
"""Numbers at which the functions of this field bend, tried by turns with drawn ones."""


def points(wanted: Sequence[Term]) -> Iterator[Point]:
    """Rational points of the domains, always the same ones."""
    draw = Random(20)
    for turn in range(TRIED if wanted else 1):
        point: dict[Term, Fraction] = {}
        for place, atom in enumerate(wanted):
            drawn = _drawn(home(atom), draw)
            near = turn % 2 == 0 and turn < 2 * len(NEAR) and home(atom) == REAL
            point[atom] = NEAR[turn // 2 * (2 * place + 1) % len(NEAR)] if near else drawn
        if consistent(point):
            yield point


def _drawn(d: Domain, draw: Random) -> Fraction:
    """A number of a domain, or near its ends one beyond them."""
    k = 2 ** draw.randint(0, 6)
    if d.lower is None and d.upper is None:
        place = Fraction(draw.randint(-256, 256) * k, 128)
    else:
        low = d.lower if d.lower is not None else (d.upper or 0) - 4 * k
        high = d.upper if d.upper is not None else low + 4 * k
        place = low + (high - low) * Fraction(draw.randint(0, 512), 512)
    return Fraction(round(place)) if d.integer else place


def is_moderate(body: Term, point: Point, most: int) -> bool:
    """Whether the numbers in a body, and the values at a point, are of a usual size: else what it
    does may be done farther out than anybody looks. most: the power of 2 up to which."""
    if any(abs(value) > USUAL for value in point.values()):
        return False
    largest, values = arb(2) ** most, Values({})
    for node in postorder(core(body)):
        if atoms([node]):
            continue
        try:
            size = abs(values(node))
        except Open:
            return False
        if not (size.is_zero() or 1 / largest < size < largest):
            return False
    return True
