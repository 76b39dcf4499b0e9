"""Balls of numbers, comparisons of balls, and logic of three values.

A comparison is certainly true, certainly false, or not decided (None) at this precision; a ball
that contains 0 never proves 0. Exact numbers enter as fractions (0.9 is 9/10), never as binary
floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from symdl.expression.domain import Domain

Ball = Any
"""A flint.arb."""
Truth = bool | None
"""Certainly true, certainly false, or not decided at this precision."""

NAN = arb.nan()


class precision:  # noqa: N801 - a block, as those of contextlib
    """Work with so many bits inside a `with` block."""

    __slots__ = ("before", "bits")

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.before = ctx.prec
        ctx.prec = self.bits

    def __exit__(self, *_: object) -> None:
        ctx.prec = self.before


def exactly(value: Fraction | int) -> Ball:
    """The ball of a rational number at the current precision."""
    above, below = value.as_integer_ratio()
    return arb(above) if below == 1 else arb(above) / below


def inside(x: Ball, domain: Domain) -> Truth:
    """Whether a ball lies in a declared domain: True certainly, False certainly not."""
    answers: list[Truth] = []
    if domain.lower is not None:
        low = exactly(domain.lower)
        answers.append(less(low, x) if domain.lower_open else not_above(low, x))
    if domain.upper is not None:
        high = exactly(domain.upper)
        answers.append(less(x, high) if domain.upper_open else not_above(x, high))
    if domain.integer:
        answers.append(integral(x))
    for point in domain.excluded:
        answers.append(negate(equal(x, exactly(point))))
    return conjunction(answers)


def less(a: Ball, b: Ball) -> Truth:
    """a < b, certainly (True), certainly not (False), or undecided."""
    if a < b:
        return True
    return False if a >= b else None


def not_above(a: Ball, b: Ball) -> Truth:
    """a <= b, certainly (True), certainly not (False), or undecided."""
    if a <= b:
        return True
    return False if a > b else None


def equal(a: Ball, b: Ball) -> Truth:
    """a = b: True only for exact balls, False for disjoint ones."""
    if a.is_nan() or b.is_nan():
        return None
    if not a.overlaps(b):
        return False
    return True if a.is_exact() and b.is_exact() and a == b else None


def negate(answer: Truth) -> Truth:
    """Three-valued not."""
    return None if answer is None else not answer


def conjunction(answers: Sequence[Truth]) -> Truth:
    """Three-valued and."""
    if any(answer is False for answer in answers):
        return False
    return True if all(answers) else None


def disjunction(answers: Sequence[Truth]) -> Truth:
    """Three-valued or."""
    return negate(conjunction([negate(answer) for answer in answers]))


def integral(x: Ball) -> Truth:
    """Whether a ball is an integer."""
    if x.is_exact() and x.is_finite():
        return bool(x.is_integer())
    return None if x.contains_integer() else False
