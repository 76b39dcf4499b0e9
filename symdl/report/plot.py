"""Curves of functions of one variable as inline SVG: value and gradient, or both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

Point = tuple[float, float]
WIDTH, HEIGHT = 360, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 10, 10, 24
_KEPT = 0.02
"""The share of the values at either end that does not stretch the picture (poles)."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A name and its points; None breaks the line (a pole, an end of the domain)."""

    name: str
    points: tuple[Point | None, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """Curves over a variable, and points to be marked: a counterexample on each side."""

    variable: str
    curves: tuple[Curve, ...]
    marks: tuple[Point, ...] = ()


def svg(plot: Plot) -> str:
    """The picture; empty if no curve has two points."""
    points = [p for curve in plot.curves for p in curve.points if p is not None]
    if len(points) < 2:
        return ""
    frame = _frame(points, plot.marks)
    parts = [*_axes(frame, plot.variable)]
    for number, curve in enumerate(plot.curves):
        parts += _line(frame, curve, number)
    parts += (_mark(frame, mark) for mark in plot.marks)
    names = "; ".join(curve.name for curve in plot.curves)
    label = f"curves over {plot.variable}: {names}"
    legend = "".join(
        f'<span class="key k{i}">{escape(curve.name)}</span>' for i, curve in enumerate(plot.curves)
    )
    return (
        f'<figure class="plot"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
        f"<figcaption>{legend}</figcaption></figure>"
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the picture shows: the ranges of both axes."""

    x: tuple[float, float]
    y: tuple[float, float]

    def place(self, point: Point) -> tuple[float, float]:
        across = (point[0] - self.x[0]) / (self.x[1] - self.x[0])
        up = (point[1] - self.y[0]) / (self.y[1] - self.y[0])
        wide, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
        return _LEFT + across * wide, _TOP + (1 - up) * high

    def shows(self, point: Point) -> bool:
        return self.y[0] <= point[1] <= self.y[1]


def _frame(points: Sequence[Point], marks: Sequence[Point]) -> _Frame:
    xs = sorted(x for x, _ in points)
    ys = sorted(y for _, y in points)
    cut = int(len(ys) * _KEPT)
    inner = ys[cut : len(ys) - cut] or ys
    low, high = (
        min(inner[0], *(y for _, y in marks), 0.0),
        max(inner[-1], *(y for _, y in marks), 0.0),
    )
    margin = (high - low) * 0.06 or 1.0
    return _Frame((xs[0], xs[-1] if xs[-1] > xs[0] else xs[0] + 1), (low - margin, high + margin))


def _axes(frame: _Frame, variable: str) -> Iterator[str]:
    left, zero = frame.place((frame.x[0], 0.0))
    right, _ = frame.place((frame.x[1], 0.0))
    yield f'<path class="axis" d="M{left:.1f} {zero:.1f}H{right:.1f}"/>'
    if frame.x[0] < 0 < frame.x[1]:
        middle, _ = frame.place((0.0, 0.0))
        yield f'<path class="axis" d="M{middle:.1f} {_TOP}V{HEIGHT - _BOTTOM}"/>'
    for x in frame.x:
        place, _ = frame.place((x, 0.0))
        anchor = "start" if x == frame.x[0] else "end"
        yield f'<text x="{place:.1f}" y="{HEIGHT - 8}" text-anchor="{anchor}">{x:g}</text>'
    yield f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(variable)}</text>'
    for y in frame.y:
        _, place = frame.place((frame.x[0], y))
        shown = max(_TOP + 8, min(place, HEIGHT - _BOTTOM))
        yield f'<text x="{_LEFT - 4}" y="{shown:.1f}" text-anchor="end">{y:.3g}</text>'


def _line(frame: _Frame, curve: Curve, number: int) -> Iterator[str]:
    piece: list[str] = []
    for point in (*curve.points, None):
        if point is not None and frame.shows(point):
            x, y = frame.place(point)
            piece.append(f"{x:.1f},{y:.1f}")
            continue
        if len(piece) > 1:
            yield f'<polyline class="curve c{number}" points="{" ".join(piece)}"/>'
        piece = []


def _mark(frame: _Frame, mark: Point) -> str:
    x, y = frame.place(mark)
    return f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
