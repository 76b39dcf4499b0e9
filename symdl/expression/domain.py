"""The set of reals (or integers) a scalar lies in, as far as it is declared."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor


@dataclass(frozen=True, slots=True)
class Domain:
    """An interval of the reals or integers, perhaps without some points.

    `lower` and `upper` are exact or None (unbounded); `*_open` says that the end itself
    is left out; `excluded` are single points left out (`real != 0`).
    """

    lower: Fraction | None = None
    upper: Fraction | None = None
    lower_open: bool = False
    upper_open: bool = False
    integer: bool = False
    excluded: tuple[Fraction, ...] = ()

    def __hash__(self) -> int:
        none = self.lower is None, self.upper is None  # the hash of a Fraction takes long
        return hash((none, self.lower_open, self.upper_open, self.integer))

    def contains(self, value: Fraction) -> bool:
        """Whether an exact number lies in the domain."""
        above, below = value.as_integer_ratio()  # to compare Fractions takes long
        if self.integer and below != 1:
            return False
        if self.lower is not None:
            end, parts = self.lower.as_integer_ratio()
            gap = above * parts - end * below
            if gap < 0 or (gap == 0 and self.lower_open):
                return False
        if self.upper is not None:
            end, parts = self.upper.as_integer_ratio()
            gap = end * below - above * parts
            if gap < 0 or (gap == 0 and self.upper_open):
                return False
        return not self.excluded or value not in self.excluded

    def members(self, most: int) -> tuple[Fraction, ...]:
        """All elements in order; none where there may be more than `most`.

        >>> [int(v) for v in Domain(Fraction(-1), Fraction(1), integer=True).members(4)]
        [-1, 0, 1]
        """
        if not self.integer or self.lower is None or self.upper is None:
            return ()
        first, last = ceil(self.lower), floor(self.upper)
        if last - first >= most + len(self.excluded):
            return ()
        return tuple(v for v in map(Fraction, range(first, last + 1)) if self.contains(v))

    @property
    def positive(self) -> bool:
        """Whether every element is > 0."""
        return self.lower is not None and self.lower.numerator >= (not self.lower_open)

    @property
    def nonnegative(self) -> bool:
        """Whether every element is >= 0."""
        return self.lower is not None and self.lower.numerator >= 0

    @property
    def nonzero(self) -> bool:
        """Whether 0 is not an element."""
        lower, upper = self.lower, self.upper
        if lower is None and upper is None and not self.excluded:
            return False
        above = lower is not None and lower.numerator >= (not self.lower_open)
        below = upper is not None and upper.numerator <= -(not self.upper_open)
        return above or below or 0 in self.excluded


REAL = Domain()
POSITIVE = Domain(lower=Fraction(0), lower_open=True)
NONNEGATIVE = Domain(lower=Fraction(0))
NONZERO = Domain(excluded=(Fraction(0),))
UNIT_OPEN = Domain(Fraction(0), Fraction(1), True, True)
SYMMETRIC_UNIT = Domain(Fraction(-1), Fraction(1))
SYMMETRIC_UNIT_OPEN = Domain(Fraction(-1), Fraction(1), True, True)
INTEGER = Domain(integer=True)
NATURAL = Domain(lower=Fraction(0), integer=True)
