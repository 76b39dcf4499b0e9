r"""Counterexamples at which an equation gives a name an irrational value: `A = \pi r^2`."""

from __future__ import annotations

from symdl.evidence import witness
from symdl.evidence.balls import Ball, balls, exactly, truth
from symdl.evidence.conditions.given import Given
from symdl.evidence.exact import exact
from symdl.evidence.points import Point, domain_of
from symdl.evidence.refute import balls_at, decimal, point_text, told_apart
from symdl.evidence.verdict import Counterexample
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.term import Term, number, replace

BITS = 256
DIGITS = 12


def counterexample_near(
    given: Given, left: Term, relation: str, right: Term, point: Point
) -> tuple[Counterexample, dict[str, str]] | None:
    """A point of the atoms that are left as a counterexample to `left relation right`, if it
    certainly is one with the values that the equations give the others; and these, as terms."""
    if not given.solutions:
        return None
    at = balls_at(point, BITS)
    if any(truth(c, at, BITS) is not True for c in given.conditions):
        return None
    solved: dict[Term, Ball] = {}
    rational = dict(point)
    near: dict[str, str] = {}
    exactly_said: dict[str, str] = {}
    numbers = {atom: number(known) for atom, known in point.items()}
    for atom, value in reversed(given.solutions):
        (found,) = balls((value,), at | solved, BITS)
        if not found.is_finite() or not _certainly_in(domain_of(atom), found):
            return None
        solved[atom] = found
        numbers[atom] = replace(value, numbers)
        exactly_said[plain(atom)] = plain(numbers[atom])
        known = exact(value, rational)
        if known is not None:
            rational[atom] = known
        text = decimal(found, DIGITS) if known is None else str(known)
        near[plain(atom)] = text if found.is_exact() or known is not None else f"≈ {text}"
    a, b = balls((left, right), at | solved, BITS)
    gap = a - b
    sign = 1 if gap > 0 else -1 if gap < 0 else 0
    if (not sign and not gap.is_zero()) or sign in witness.ALLOWED[relation]:
        return None
    shown = told_apart(lambda digits: [decimal(side, digits, bits=BITS) for side in (a, b)])
    return Counterexample(point_text(point) | near, *shown), exactly_said


def _certainly_in(domain: Domain, value: Ball) -> bool:
    """Whether a ball lies in a domain of reals whose ends are among the conditions."""
    return not domain.integer and not any(value.contains(exactly(end)) for end in domain.excluded)
