"""The signs that products, sums, powers and balls may have."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from symdl.evidence.meaning import (
    ANY,
    SIGNS,
    Signs,
)
from symdl.evidence.recheck.quotients import Value

EQUAL, LESS, MORE, APART = SIGNS["="], SIGNS["<"], SIGNS[">"], SIGNS["!="]


def sign_of(x: Value) -> Signs:
    """The signs that a ball may have."""
    return frozenset(s for s, out in ((-1, x >= 0), (0, x != 0), (1, x <= 0)) if not out)


def product(signs: Iterable[Signs]) -> Signs:
    """The signs that a product may have."""
    return reduce(lambda a, b: frozenset(s * t for s in a for t in b), signs, SIGNS[">"])


def added(a: Signs, b: Signs) -> Signs:
    """The signs that a sum may have."""
    return frozenset(u for s in a for t in b for u in (ANY if s * t < 0 else (s or t,)))


def raised(signs: Signs, n: int) -> Signs:
    """The signs that a power may have."""
    return signs if n % 2 else frozenset(s * s for s in signs) if n else SIGNS[">"]
