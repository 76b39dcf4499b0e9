"""Points that break a claim, certified on both original sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from symdl.evidence.asymptotics.expansion import exact_constant
from symdl.evidence.balls import ball, exactly, precision
from symdl.evidence.conditions.hypotheses import admissible
from symdl.evidence.exact import exact
from symdl.evidence.refute import decimal
from symdl.evidence.verdict import Counterexample
from symdl.expression.printer import plain
from symdl.expression.term import Term

# signs of left - right that each relation allows
ALLOWED: dict[str, frozenset[int]] = {
    "<": frozenset((-1,)),
    "<=": frozenset((-1, 0)),
    ">": frozenset((1,)),
    ">=": frozenset((0, 1)),
    "!=": frozenset((-1, 1)),
    "=": frozenset((0,)),
}

Point = Mapping[Term, Fraction]


def difference_sign(left: Term, right: Term, point: Point) -> int | None:
    """The certain sign of left - right at a point, None if unknown or undefined there."""
    for bits in (128, 512):
        at = {symbol: exactly(value) for symbol, value in point.items()}
        with precision(bits):
            gap = ball(left, at, bits) - ball(right, at, bits)
            if gap > 0:
                return 1
            if gap < 0:
                return -1
    values = [exact(side, point) for side in (left, right)]
    if values[0] is not None and values[1] is not None:
        return (values[0] > values[1]) - (values[0] < values[1])
    a, b = exact_constant(left, point), exact_constant(right, point)
    return None if a is None or b is None else (a - b).sign()


def counterexample(
    left: Term,
    relation: str,
    right: Term,
    point: Point,
    conditions: Iterable[Term] = (),
) -> Counterexample | None:
    """The point as a counterexample to `left relation right`, if it certainly is one."""
    sign = difference_sign(left, right, point)
    if sign is None or sign in ALLOWED[relation] or not admissible(point, conditions):
        return None
    at = {plain(symbol): str(value) for symbol, value in point.items()}
    return Counterexample(at, *both_sides(left, right, point))


def both_sides(left: Term, right: Term, point: Point) -> tuple[str, str]:
    """Both values as text, with enough digits to differ."""
    at = {symbol: exactly(value) for symbol, value in point.items()}
    texts: tuple[str, str] = ("", "")
    for digits in (12, 20, 40, 80):
        with precision(8 * digits):
            values = [ball(side, at, 8 * digits) for side in (left, right)]
            texts = (decimal(values[0], digits), decimal(values[1], digits))
        if texts[0] != texts[1]:
            break
    else:
        texts = (texts[0][:14], texts[1][:14])
    exact = [exact_constant(side, point) for side in (left, right)]
    shown = [
        str(e.rational)
        if e is not None and e.rational is not None and len(str(e.rational)) < 20
        else text
        for e, text in zip(exact, texts, strict=True)
    ]
    return shown[0], shown[1]
