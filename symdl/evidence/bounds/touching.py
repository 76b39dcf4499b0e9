"""Zeros of even order at numbers that are no fractions, such as those of (x^2 - 2)^2."""

from __future__ import annotations

from fractions import Fraction

from symdl.derivation.differentiate import differentiate
from symdl.document.errors import DeriveError
from symdl.evidence.balls import exactly, precision
from symdl.evidence.bounds import enclosure
from symdl.evidence.bounds.periodic import at_angles
from symdl.evidence.bounds.written import candidates
from symdl.evidence.equality import judge_equality
from symdl.evidence.exact import as_fraction
from symdl.expression.term import Term, number, replace

BITS = 256
SHORT = Fraction(1, 2**180)
MOST_STEPS = 60


def touching_point(root: Term, variable: Term, low: Fraction, high: Fraction) -> Term | None:
    """A written number in [low, high] at which a term that is convex there is proved to be 0
    with its derivative (so that it is nowhere negative there); None if there is none."""
    run = enclosure.program(root, variable)
    with precision(BITS):
        box = run.jet(enclosure.box_of(low, high), 2)
        if not (box[2].is_finite() and box[2] > 0):
            return None
        a, b = _lowest(run, low, high)
        guesses = list(candidates(a, b))
    if not guesses:
        return None
    try:
        slope = differentiate(root, variable).result
    except DeriveError:
        return None
    for guess in guesses:
        table = {variable: guess}
        values = (at_angles(replace(root, table)), at_angles(replace(slope, table)))
        if all(judge_equality(value, number(0)).kind == "proved" for value in values):
            return guess
    return None


def _lowest(run: enclosure.Program, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """A short interval around the zero of the slope, by the Newton method for intervals."""
    for _ in range(MOST_STEPS):
        if high - low < SHORT:
            break
        middle = (low + high) / 2
        curve = 2 * run.jet(enclosure.box_of(low, high), 2)[2]
        step = exactly(middle) - run.jet(exactly(middle), 1)[1] / curve
        if curve.contains(0) or not step.is_finite():
            break
        a, b = max(low, as_fraction(step.lower())), min(high, as_fraction(step.upper()))
        if a > b or (a, b) == (low, high):
            break
        low, high = a, b
    return low, high
