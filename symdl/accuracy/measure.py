"""Errors in units of the last place, and what they come to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np
from flint import arb

from symdl.accuracy.formats import Format
from symdl.accuracy.points import ROOM, line, spread
from symdl.accuracy.subject import Run, Subject, silently
from symdl.accuracy.truth import by_rounding, slopes, true_value

Point = tuple[float, ...]
TIMES = 4.0
"""How many times what rounding the arguments alone causes an error may be."""


@dataclass(frozen=True)
class Measured:
    """One output of one implementation in one format.

    errors: units of the last place at each point with a true value in the format. over: the
    largest error as a share of what is allowed there (the format's limit, or TIMES the effect
    of rounding the arguments): at most 1 is good. `nan`, `overflow` and `lost` (a normal number
    returned as 0) count points. A derivative's name for an output, "value" for the value.
    """

    implementation: str
    format: Format
    output: str
    points: tuple[Point, ...]
    errors: tuple[float, ...] = field(repr=False)
    over: float = 0.0
    over_at: Point = ()
    nan: int = 0
    overflow: int = 0
    lost: int = 0

    @property
    def worst(self) -> float:
        """The largest error; infinity if a finite value came out as none."""
        return max(self.errors, default=0.0)

    @property
    def at(self) -> Point:
        """Where the error is largest."""
        return self.points[self.errors.index(self.worst)] if self.errors else ()

    @property
    def median(self) -> float:
        """The error that half the points do not exceed."""
        return median(self.errors) if self.errors else 0.0

    @property
    def good(self) -> bool:
        """Whether every error is allowed, and nothing is lost."""
        return self.over <= 1 and not (self.nan or self.overflow or self.lost)


def arguments(it: Subject, form: Format, count: int) -> list[Point]:
    """The points a subject is measured at."""
    domains = [it.domain(p) for p in it.parameters]
    if len(it.parameters) == 1:
        return [(v,) for v in line(form, it.outputs, it.parameters[0], count, domains[0])]
    return list(spread(form, domains, [it.defaults.get(p) for p in it.parameters], count))


def measure(
    it: Subject, form: Format, implementations: Mapping[str, Run], count: int = 100
) -> list[Measured]:
    """The errors of every output of each implementation, at the same points.

    An implementation may give fewer outputs than the subject has (a peer without derivative).
    """
    places = arguments(it, form, count)
    arrays = [np.array(column).astype(form.dtype()) for column in zip(*places, strict=True)]
    made = {name: silently(run, arrays) for name, run in implementations.items()}
    found: list[Measured] = []
    for k, term in enumerate(it.outputs):
        truths = [true_value(term, it.parameters, p) for p in places]
        allowed = _Allowed(it, k, form)
        for name, outputs in made.items():
            if k < len(outputs):
                found.append(_measured(name, it, k, form, (places, truths, outputs[k]), allowed))
    return found


class _Allowed:
    """The error allowed at a point, in units of the last place: found only where it matters."""

    def __init__(self, it: Subject, output: int, form: Format) -> None:
        self.it, self.output, self.form = it, output, form
        self.steep: tuple[Any, ...] | None = None
        self.known: dict[Point, float] = {}

    def __call__(self, point: Point, unit: float) -> float:
        if point not in self.known:
            if self.steep is None:
                real = [p for p in self.it.parameters if not p.data.domain.integer]
                self.steep = slopes(self.it.outputs[self.output], real)
            halves = [
                self.form.unit(abs(v)) / 2
                for p, v in zip(self.it.parameters, point, strict=True)
                if not p.data.domain.integer
            ]
            moved = by_rounding(self.steep, self.it.parameters, point, halves)
            self.known[point] = max(self.form.limit, TIMES * moved / unit)
        return self.known[point]


def _measured(
    name: str,
    it: Subject,
    output: int,
    form: Format,
    what: tuple[Sequence[Point], Sequence[Any], Any],
    allowed: _Allowed,
) -> Measured:
    points: list[Point] = []
    errors: list[float] = []
    counts = {"nan": 0, "overflow": 0, "lost": 0}
    over = 0.0
    over_at: Point = ()
    for point, true, got in zip(*what, strict=True):
        if true is None:
            continue
        size = abs(float(true.mid()))
        if size > form.largest:
            continue
        error, kind = _error(float(got), true, size, form, len(it.parameters) > 1)
        share = error / allowed(point, form.unit(size)) if error > form.limit else 0.0
        if kind and share > 1:
            # Beside a zero of the function 0 may be as near as arguments allow.
            counts[kind] += 1
        if share > over:
            over, over_at = share, point
        points.append(point)
        errors.append(error)
    label = it.labels[output]
    return Measured(name, form, label, tuple(points), tuple(errors), over, over_at, **counts)


def _error(got: float, true: Any, size: float, form: Format, several: bool) -> tuple[float, str]:
    """Units of the last place, and what was lost if anything was."""
    if math.isnan(got):
        return math.inf, "nan"
    if math.isinf(got):
        # Rounding may take the last half unit below the largest number up to infinity.
        near = size > form.largest * (1 / ROOM if several else 1 - 8 * 2.0**-form.digits)
        return (1.0, "") if near else (math.inf, "overflow")
    lost = "lost" if got == 0 and size >= form.tiny * (1 + 8 * 2.0**-form.digits) else ""
    error = abs(arb(got) - true)
    return float((error / arb(form.unit(size))).mid()), lost
