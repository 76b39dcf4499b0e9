"""How far the code of a function of one number is off, at numbers of all sizes, by balls."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from symdl.code.backends import NUMPY
from symdl.code.lower import lower
from symdl.code.modules import Body, loaded, module
from symdl.code.share import share
from symdl.code.true_values import TrueValues, has_values
from symdl.code.writer import Writer, count_uses
from symdl.document.errors import CodeError
from symdl.expression.domain import REAL
from symdl.expression.term import Term, free_symbols, has_few_parts, postorder

UNITS: dict[type[Any], float] = {np.float64: 3.5, np.float32: 2.5}
"""An error of at most this many units in the last place is no reason for another spelling."""
TIMES = 3.0
"""Nor is one of at most this many times what rounding the argument does."""
POINTS = tuple(map(Fraction, (0, 1, -1)))
BESIDE = Fraction(1, 2**120)
"""As far from a point as shows what is there."""
WORTH = 0.3
"""Bits lost that another spelling is for."""
_MOST_BITS = 64.0
_LARGEST = 250
"""Of how many sub-terms a term may be: it is evaluated at hundreds of points."""
_RISKY = frozenset({"add", "div", "mul", "pow", "exp", "sinh", "cosh", "log"})


def argument(spelled: Term, literal: Term) -> Term | None:
    """The one number that both depend on, if they can be measured and may lose digits."""
    if not has_few_parts(spelled, _LARGEST) or not has_few_parts(literal, _LARGEST):
        return None
    symbols = free_symbols(spelled) | free_symbols(literal)
    if len(symbols) != 1 or not any(n.op in _RISKY for n in postorder(spelled)):
        return None
    (x,) = symbols
    known = x.shape == () and not x.data.domain.integer and has_values(literal)
    return x if known else None


def lose_in_single(outputs: Sequence[Term], literal: Sequence[Term]) -> bool:
    """Whether an output of one number, computed in single precision, is off by more than rounding
    explains: then double precision computes it."""
    return any(_loses(t, w) for t, w in zip(outputs, literal, strict=True))


@lru_cache(maxsize=512)
def _loses(spelled: Term, literal: Term) -> bool:
    x = argument(spelled, literal)
    if x is None:
        return False
    try:
        return bool(Measured(x, TrueValues(literal, x), np.float32).bad(spelled))
    except CodeError:
        return False


class Measured:
    """A function of one number, its true values and the points at which spellings are tried."""

    def __init__(self, x: Term, exact: TrueValues, kind: type[Any] = np.float64) -> None:
        self.x, self.exact, self.kind = x, exact, kind
        info = np.finfo(kind)
        self.units, self.largest, self.tiny = UNITS[kind], float(info.max), float(info.tiny)
        self.smallest = float(info.smallest_subnormal)
        domain = x.data.domain or REAL
        inside: Any = np.array([p for p in _POINTS if abs(p) <= self.largest], kind)
        self.points = [p for p in sorted({*inside.tolist()}) if domain.contains(Fraction(p))]
        self.truths = [self._truth(Fraction(p)) for p in self.points]

    def _truth(self, point: Fraction) -> Any | None:
        """The value, at a removable point the limit."""
        value = self.exact(point)
        if value is not None or point not in POINTS:
            return value
        right, left = (self.exact(point + s * BESIDE) for s in (1, -1))
        if right is None or left is None:
            return None
        return right if bool(abs(right - left) <= abs(right) * 2.0**-60) else None

    def bad(self, spelled: Term, among: Sequence[float] | None = None) -> dict[float, float]:
        """The points (of these) at which a spelling is off by more than rounding explains, with the
        bits lost beyond that."""
        with np.errstate(all="ignore"):
            made = computed(spelled, self.x)(np.array(self.points, self.kind))
            made = np.broadcast_to(made, len(self.points))
        asked = set(self.points if among is None else among)
        found: dict[float, float] = {}
        for point, truth, value in zip(self.points, self.truths, made.tolist(), strict=True):
            if point not in asked:
                continue
            lost = 0.0 if truth is None else self._bits_lost(point, truth, value)
            if lost > 0:
                found[point] = lost
        return found

    def _bits_lost(self, point: float, truth: Any, made: float) -> float:
        true = float(truth.mid())
        if abs(true) > self.largest / 1.01:
            return 0.0
        if not math.isfinite(made):
            return _MOST_BITS
        unit = self._unit(true)
        error = abs(made - true) / unit / self.units
        if error > 1:
            error /= max(1.0, TIMES * self._by_rounding(point, truth) / unit / self.units)
        return min(math.log2(error), _MOST_BITS) if error > 1 else 0.0

    def _unit(self, value: float) -> float:
        """A unit in the last place; 4096 of the smallest numbers below the normal ones."""
        if abs(value) < self.tiny:
            return self.smallest * 4096
        return float(np.spacing(self.kind(abs(value))))

    def _by_rounding(self, point: float, truth: Any) -> float:
        """What rounding the argument changes."""
        half = Fraction(float(np.spacing(self.kind(abs(point))))) / 2
        moved = self.exact(Fraction(point) + half)
        return math.inf if moved is None else abs(float((moved - truth).mid()))


def _sampled() -> list[float]:
    """Numbers of all sizes, beside 0, 1 and -1, and where exponentials leave the format."""
    sizes = [2.0**-k * (1 + (k % 7) / 8) for k in (*range(1, 30), 40, 54, 80, 120, 200, 400, 520)]
    sizes += [2.0**-k for k in (700, 1000, 1021)] + [0.11 + 0.185 * k for k in range(1, 120)]
    sizes += [0.093 + 0.057 * k for k in range(16)]
    sizes += [
        2.0**k * 1.37 for k in (*range(4, 16), 26, 27, 30, 53, 54, 64, 128, 171, 205, 256, 342, 400)
    ]
    sizes += [2.0**k * 1.9 for k in (510, 511, 512, 700, 900, 1022, 1023)]
    sizes += [350.0, 355.5, 372.0, 708.2, 709.5, 710.3, 712.9, 744.0, 746.5, 26.6, 27.3, 38.6]
    sizes += [1 + s * 2.0**-k for k in (2, 3, 4, 6, 8, 12, 16, 20, 26, 30, 40, 50) for s in (1, -1)]
    sizes += [1.0, *(2.0**k * 1.01 for k in range(-4, 7))]
    return sorted({0.0, *sizes, *(-s for s in sizes)})


_POINTS = tuple(_sampled())


@lru_cache(maxsize=64)
def computed(spelled: Term, x: Term) -> Callable[[Any], Any]:
    """A spelling as NumPy code."""
    ready = lower(share((spelled,)))
    writer = Writer(NUMPY, {x: "x"}, {"x", "f", "kind"}, count_uses(ready))
    result = writer.write(ready[0])[0]
    body = Body("f", {"x": None}, ["x"], writer.lines, [result], ())
    run: Callable[[Any], Any] = loaded(module(NUMPY, body))["f"]
    return run
