"""Refutation: a readable in-domain point at which two original sides are certainly apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any

from flint import ctx

from symdl.evidence.balls import Ball, balls, balls_at_all, exactly, precision, truth
from symdl.evidence.conditions.hypotheses import holds_exactly
from symdl.evidence.exact import exact
from symdl.evidence.points import PLAIN, Point, atoms, is_part, points
from symdl.evidence.verdict import Counterexample
from symdl.expression.numerals import ending_decimal
from symdl.expression.term import Term, size

PHASES: tuple[tuple[int, int], ...] = ((64, 48), (320, 8), (1_300, 3))
"""(bits, points): many points at low precision, few at a precision of several hundred digits."""
AT_ONCE = 8
"""Points evaluated together."""
MAX_EVALUATIONS = 100_000
"""Operations evaluated in one search at one precision; long terms are tried at fewer points."""
QUICK: tuple[tuple[int, int], ...] = ((64, PLAIN),)
DIGITS = (12, 20, 40, 70, 160, 320, 640)
"""How many digits of two values are shown, until they are seen to differ."""


@dataclass(frozen=True, slots=True)
class Separation:
    """A point and two disjoint balls: the values of the two sides."""

    point: Point
    left: Ball
    right: Ball
    bits: int


def separate(
    left: Term,
    right: Term,
    conditions: Sequence[Term] = (),
    phases: Iterable[tuple[int, int]] = PHASES,
) -> Separation | None:
    """A point of the domain at which the two closed scalar terms certainly differ, if one of
    those tried is one. Points where a side is undefined, or where a condition does not
    certainly hold, do not count."""
    return looked_at(left, right, conditions, phases)[0]


def looked_at(
    left: Term, right: Term, conditions: Sequence[Term], phases: Iterable[tuple[int, int]]
) -> tuple[Separation | None, bool]:
    """`separate`, and whether any of the points did count."""
    counted = False
    wanted = atoms((left, right, *conditions))
    most = max(2, MAX_EVALUATIONS // (size(left) + size(right)))
    for bits, count in phases:
        tried = points(wanted, [left, right, *conditions], min(count, most))
        for some in batched(tried, AT_ONCE):
            for point, both in zip(
                some, all_both_at(left, right, conditions, some, bits), strict=True
            ):
                if both is not None:
                    counted = True
                    if not both[0].overlaps(both[1]):
                        return Separation(point, *both, bits), True
    return None, counted


def at(
    left: Term, right: Term, conditions: Sequence[Term], point: Point, bits: int
) -> Separation | None:
    """The separation of two sides at a point, if they are certainly apart there."""
    both = both_at(left, right, conditions, point, bits)
    return None if both is None or both[0].overlaps(both[1]) else Separation(point, *both, bits)


def both_at(
    left: Term, right: Term, conditions: Sequence[Term], point: Point, bits: int
) -> tuple[Ball, Ball] | None:
    """The values of both sides at a point; None where one is not known to be defined or a
    condition not known to hold."""
    if any(map(is_part, point)):
        return None
    values = balls_at(point, bits)
    if any(truth(c, values, bits) is not True and not holds_exactly(c, point) for c in conditions):
        return None
    a, b = balls((left, right), values, bits)
    return (a, b) if a.is_finite() and b.is_finite() else None


def all_both_at(
    left: Term, right: Term, conditions: Sequence[Term], points: Sequence[Point], bits: int
) -> Iterator[tuple[Ball, Ball] | None]:
    """`both_at` for some points with the same atoms; all at once where there is no condition."""
    if conditions:
        yield from (both_at(left, right, conditions, point, bits) for point in points)
        return
    columns = balls_at_all((left, right), points, bits)
    for a, b in zip(*columns, strict=True):
        yield (a, b) if a.is_finite() and b.is_finite() else None


def batched(tried: Iterable[Point], count: int) -> Iterator[list[Point]]:
    """Points, so many at a time."""
    waiting = iter(tried)
    while some := list(islice(waiting, count)):
        yield some


def balls_at(point: Mapping[Term, Fraction], bits: int) -> dict[Term, Any]:
    """A rational point as balls."""
    with precision(bits):
        return {atom: exactly(value) for atom, value in point.items()}


def counterexample(found: Separation, left: Term, right: Term) -> Counterexample:
    """A separation for people: the point, and both values with enough digits to differ."""
    exacts = [exact(side, found.point) for side in (left, right)]
    texts = _differing(found, exacts)
    return Counterexample(point_text(found.point), *texts)


def point_text(point: Point) -> dict[str, str]:
    """A point by names: `{"x": "1/2"}`."""
    from symdl.expression.printer import plain

    return {plain(atom): str(value) for atom, value in point.items()}


def _differing(found: Separation, exacts: list[Fraction | None]) -> tuple[str, str]:
    def written(digits: int) -> list[str]:
        return [
            decimal(value, digits, known, found.bits)
            for value, known in zip((found.left, found.right), exacts, strict=True)
        ]

    return told_apart(written)


def told_apart(written: Callable[[int], Sequence[str]]) -> tuple[str, str]:
    """Two values as text, with the first number of digits with which they are seen to differ."""
    for digits in DIGITS:
        left, right = written(digits)
        if _without_zeros(left) != _without_zeros(right):
            break
    return left, right


def _without_zeros(text: str) -> str:
    """1.000 as 1."""
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def decimal(value: Ball, digits: int, known: Fraction | None = None, bits: int = 128) -> str:
    """A value in decimals: exact if it is a short decimal, else so many significant digits."""
    if known is not None:
        short = _terminating(known, digits)
        if short:
            return short
    before = ctx.prec
    ctx.prec = bits
    try:
        text: str = value.str(digits, radius=False)
    finally:
        ctx.prec = before
    if text.startswith("["):
        return str(value.str(digits))
    return text


def _terminating(value: Fraction, digits: int) -> str:
    """The exact decimal of a fraction if it ends and has no more digits than that, else ''."""
    text = ending_decimal(abs(value), digits)
    if len(text.replace(".", "").lstrip("0")) > digits:
        return ""
    return f"-{text}" if text and value < 0 else text
