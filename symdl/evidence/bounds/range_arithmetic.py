"""Intervals with exact ends, and what sums, products and powers make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symdl.expression.term import Term


@dataclass(frozen=True, slots=True)
class Range:
    """lower < or <= value < or <= upper; None is unbounded (and its flag means nothing)."""

    lower: Fraction | None = None
    upper: Fraction | None = None
    lower_open: bool = True
    upper_open: bool = True

    @property
    def sign(self) -> int:
        """2 (> 0), 1 (>= 0), -1 (<= 0), -2 (< 0) or 0 (not known)."""
        if self.lower is not None and self.lower >= 0:
            return 2 if self.lower > 0 or self.lower_open else 1
        if self.upper is not None and self.upper <= 0:
            return -2 if self.upper < 0 or self.upper_open else -1
        return 0


ALL = Range()
ZERO_ONE = Range(Fraction(0), Fraction(1), False, False)


def meet(a: Range, b: Range) -> Range:
    """The common part of two intervals that both contain the values."""
    lower, lower_open = _inner(a.lower, a.lower_open, b.lower, b.lower_open, 1)
    upper, upper_open = _inner(a.upper, a.upper_open, b.upper, b.upper_open, -1)
    return Range(lower, upper, lower_open, upper_open)


def _inner(
    a: Fraction | None, a_open: bool, b: Fraction | None, b_open: bool, side: int
) -> tuple[Fraction | None, bool]:
    if a is None or b is None:
        return (b, b_open) if a is None else (a, a_open)
    if a == b:
        return a, a_open or b_open
    return (a, a_open) if (a - b) * side > 0 else (b, b_open)


def hull(parts: Sequence[Range]) -> Range:
    """The smallest interval around all parts."""
    lower, lower_open = _outer([(p.lower, p.lower_open) for p in parts], -1)
    upper, upper_open = _outer([(p.upper, p.upper_open) for p in parts], 1)
    return Range(lower, upper, lower_open, upper_open)


def _outer(ends: Sequence[tuple[Fraction | None, bool]], side: int) -> tuple[Fraction | None, bool]:
    finite = [(value, is_open) for value, is_open in ends if value is not None]
    if len(finite) < len(ends) or not finite:
        return None, True
    best = max(value * side for value, _ in finite) * side
    return best, all(is_open for value, is_open in finite if value == best)


def summed(args: Sequence[Range]) -> Range:
    """The sum of values in these intervals."""
    total = args[0]
    for a in args[1:]:
        lower = None if total.lower is None or a.lower is None else total.lower + a.lower
        upper = None if total.upper is None or a.upper is None else total.upper + a.upper
        total = Range(
            lower, upper, total.lower_open or a.lower_open, total.upper_open or a.upper_open
        )
    return total


def negative(args: Sequence[Range]) -> Range:
    """The interval mirrored at 0."""
    (a,) = args
    return Range(
        None if a.upper is None else -a.upper,
        None if a.lower is None else -a.lower,
        a.upper_open,
        a.lower_open,
    )


End = tuple[Fraction | None, bool, int]
"""An end of an interval: its value (None is infinite), left out or not, and its side."""


def _times(a: Range, b: Range) -> Range:
    ends = [_corner(x, y) for x in _ends(a) for y in _ends(b)]
    lower = _extreme(ends, -1)
    upper = _extreme(ends, 1)
    return Range(lower[0], upper[0], lower[1], upper[1])


def _ends(a: Range) -> list[End]:
    return [(a.lower, a.lower_open, -1), (a.upper, a.upper_open, 1)]


def _corner(x: End, y: End) -> tuple[Fraction | None, bool, int]:
    """The product of two ends; an infinite one carries its sign. A zero end times anything is
    reached if the zero is."""
    if x[0] is not None and y[0] is not None:
        value = x[0] * y[0]
        if not value:
            reached = (not x[0] and not x[1]) or (not y[0] and not y[1])
            return value, not reached, 0
        return value, x[1] or y[1], 0
    finite = x if x[0] is not None else y
    if finite[0] is not None and not finite[0]:
        return Fraction(0), finite[1], 0
    signs = [(e[2] if e[0] is None else (1 if e[0] > 0 else -1)) for e in (x, y)]
    return None, True, signs[0] * signs[1]


def _extreme(
    corners: Sequence[tuple[Fraction | None, bool, int]], side: int
) -> tuple[Fraction | None, bool]:
    if any(value is None and sign == side for value, _, sign in corners):
        return None, True
    finite = [(value, is_open) for value, is_open, _ in corners if value is not None]
    best = max(value * side for value, _ in finite) * side
    return best, all(is_open for value, is_open in finite if value == best)


def product(args: Sequence[Range]) -> Range:
    """The product of values in these intervals."""
    total = args[0]
    for a in args[1:]:
        total = _times(total, a)
    return total


def quotient(args: Sequence[Range]) -> Range:
    """The first divided by the second, where that is not 0."""
    return _times(args[0], _inverse(args[1]))


def _inverse(a: Range) -> Range:
    """1/a, where a is not 0."""
    if a.lower is not None and a.lower >= 0:
        lower = None if a.upper is None else 1 / a.upper if a.upper else None
        upper = 1 / a.lower if a.lower else None
        if lower is None:
            lower, is_open = Fraction(0), True
        else:
            is_open = a.upper_open
        return Range(lower, upper, is_open, a.lower_open)
    if a.upper is not None and a.upper <= 0:
        return negative([_inverse(negative([a]))])
    return ALL


def power(node: Term, args: Sequence[Range]) -> Range:
    """A power with these intervals of its base and its exponent."""
    base, exponent = args[0], node.args[1]
    if exponent.op == "number" and exponent.data.value.denominator == 1:
        return _whole_power(base, int(exponent.data.value))
    inner = exponent.args[0] if exponent.op == "neg" else exponent
    if inner is not exponent and inner.op == "number" and inner.data.value.denominator == 1:
        return _inverse(_whole_power(base, int(inner.data.value)))
    if base.sign == 2:
        return _positive_power(base, args[1])
    return Range(Fraction(0), None, False) if base.sign == 1 else ALL


def _positive_power(base: Range, exponent: Range) -> Range:
    """b^c for b > 0: above 0, and on one side of 1 when signs tell."""
    found = Range(Fraction(0))
    if base.upper is not None and base.upper <= 1 and exponent.sign > 0:
        return Range(Fraction(0), Fraction(1), True, False)
    if base.lower is not None and base.lower >= 1 and exponent.sign > 0:
        return Range(Fraction(1), None, False)
    return found


def _whole_power(base: Range, exponent: int) -> Range:
    if exponent == 0:
        return Range(Fraction(1), Fraction(1), False, False)
    if exponent > 64:
        return Range(Fraction(0), None, False) if exponent % 2 == 0 else ALL
    if exponent % 2 == 0:
        return _even(absolute([base]), exponent)
    lower = None if base.lower is None else base.lower**exponent
    upper = None if base.upper is None else base.upper**exponent
    return Range(lower, upper, base.lower_open, base.upper_open)


def _even(size: Range, exponent: int) -> Range:
    assert size.lower is not None
    upper = None if size.upper is None else size.upper**exponent
    return Range(size.lower**exponent, upper, size.lower_open, size.upper_open)


def absolute(args: Sequence[Range]) -> Range:
    """The absolute value."""
    (a,) = args
    if a.sign > 0:
        return a
    if a.sign < 0:
        return negative([a])
    if a.lower is None or a.upper is None:
        return Range(Fraction(0), None, False)
    both = [(-a.lower, a.lower_open), (a.upper, a.upper_open)]
    top = max(value for value, _ in both)
    return Range(Fraction(0), top, False, all(o for value, o in both if value == top))


def largest(args: Sequence[Range]) -> Range:
    """The largest of values in these intervals."""
    total = args[0]
    for a in args[1:]:
        lower, lower_open = _inner(total.lower, total.lower_open, a.lower, a.lower_open, 1)
        both = [(total.upper, total.upper_open), (a.upper, a.upper_open)]
        if total.lower == a.lower:
            lower_open = total.lower_open or a.lower_open
        upper, upper_open = _outer(both, 1)
        total = Range(lower, upper, lower_open, upper_open)
    return total


def smallest(args: Sequence[Range]) -> Range:
    """The smallest of values in these intervals."""
    return negative([largest([negative([a]) for a in args])])
