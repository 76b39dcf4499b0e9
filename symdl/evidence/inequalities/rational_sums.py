"""Sums with rational coefficients, as tables: of products of arrays, of monomials."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

Summand = TypeVar("Summand")


def added(*sums: Mapping[Summand, Fraction]) -> dict[Summand, Fraction]:
    """The sum of sums; what cancels is left out.

    >>> added({"x": Fraction(1), "y": Fraction(2)}, {"x": Fraction(-1)})
    {'y': Fraction(2, 1)}
    """
    total: dict[Summand, Fraction] = {}
    for each in sums:
        for summand, c in each.items():
            total[summand] = total.get(summand, Fraction(0)) + c
    return {summand: c for summand, c in total.items() if c}


def scaled(total: Mapping[Summand, Fraction], by: Fraction) -> dict[Summand, Fraction]:
    """A multiple of a sum."""
    return {summand: by * c for summand, c in total.items()}
