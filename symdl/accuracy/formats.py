"""Floating-point formats: what the last place of a number is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Format:
    """A binary format: `digits` bits of mantissa, normal numbers from 2^lowest to below
    2^(highest + 1); `limit` is the error, in units of the last place, that code may have."""

    name: str
    digits: int
    lowest: int
    highest: int
    limit: float

    @property
    def smallest(self) -> int:
        """The exponent of the smallest number above 0."""
        return self.lowest - self.digits + 1

    def unit(self, size: float) -> float:
        """The unit in the last place of numbers of a size.

        Below the normal numbers digits are lost gradually in any product: there 4096 smallest
        numbers count as one unit.
        """
        exponent = math.frexp(size)[1] - 1 if size else self.smallest
        if exponent < self.lowest:
            return math.ldexp(1.0, self.smallest) * 4096
        return math.ldexp(1.0, exponent - self.digits + 1)

    @property
    def tiny(self) -> float:
        """The smallest normal number."""
        return math.ldexp(1.0, self.lowest)

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return math.ldexp(2.0 - math.ldexp(1.0, 1 - self.digits), self.highest)

    def dtype(self) -> Any:
        """Its NumPy type; ImportError where bfloat16 needs `ml_dtypes`."""
        import numpy as np

        if self.name != "bfloat16":
            return np.dtype(self.name)
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)


FORMATS = {
    f.name: f
    for f in (
        Format("float64", 53, -1022, 1023, 5.0),
        Format("float32", 24, -126, 127, 3.0),
        Format("float16", 11, -14, 15, 1.0),
        Format("bfloat16", 8, -126, 127, 1.0),
    )
}
