"""What was measured, for people and programs: a table, JSON, a drawing."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from html import escape

from symdl.accuracy.measure import TIMES, Measured

_COLOURS = {
    "numpy": "#0072b2",
    "c": "#009e73",
    "literal": "#d55e00",
    "torch": "#cc79a7",
    "jax": "#e69f00",
}
_WIDTH, _HEIGHT, _LEFT, _TOP, _BINS = 640, 220, 60, 34, 160
_SMALLEST, _LARGEST = -12.0, 6.0
_LEAST, _MOST = -1.0, 17.0


def text(name: str, found: Sequence[Measured]) -> str:
    """A table for the terminal, with what counts as good below it."""
    lines = [f"{name}: error in units of the last place, numbers of every size"]
    rows = [("format", "output", "by", "points", "median", "worst", "at", "")]
    rows += [
        (
            m.format.name,
            m.output,
            m.implementation,
            str(len(m.points)),
            number(m.median),
            number(m.worst),
            _point(m.at),
            _remark(m),
        )
        for m in found
    ]
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines += [
        "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    limits = ", ".join(f"{f.name} {f.limit:g}" for f in dict.fromkeys(m.format for m in found))
    lines.append(
        f"good: at most {limits} units; where rounding the argument alone does more than that"
        f" (beside zeros, in tails), at most {TIMES:g} times what it does"
    )
    return "\n".join(lines)


def number(value: float) -> str:
    """Two digits, or a power of ten.

    >>> number(0.4567), number(12345.0), number(float("inf"))
    ('0.46', '1e+04', 'inf')
    """
    if math.isinf(value):
        return "inf"
    return f"{value:.2g}" if value < 1000 else f"{value:.0e}"


def _point(point: Sequence[float]) -> str:
    return ", ".join(f"{v:.6g}" for v in point)


def _remark(m: Measured) -> str:
    if m.good:
        return "good"
    told = [
        f"{n} {word}"
        for word, n in (("NaN", m.nan), ("overflow", m.overflow), ("lost", m.lost))
        if n
    ]
    if m.over > 1:
        told.append(f"{number(m.over)} times what is allowed, at {_point(m.over_at)}")
    return "; ".join(told)


def as_json(name: str, found: Sequence[Measured]) -> str:
    """The same as data; what is infinite is the text "inf"."""
    rows = [
        {
            "implementation": m.implementation,
            "format": m.format.name,
            "output": m.output,
            "points": len(m.points),
            "median": _plain(m.median),
            "worst": _plain(m.worst),
            "at": list(m.at),
            "allowed_share": _plain(m.over),
            "nan": m.nan,
            "overflow": m.overflow,
            "lost": m.lost,
            "good": m.good,
        }
        for m in found
    ]
    return json.dumps({"formula": name, "limit_times_rounding": TIMES, "rows": rows}, indent=1)


def _plain(value: float) -> float | str:
    return value if math.isfinite(value) else "inf"


def drawing(name: str, found: Sequence[Measured]) -> str:
    """An SVG: the largest error over the line of numbers, a panel an output and format."""
    panels: dict[tuple[str, str], list[Measured]] = {}
    for m in found:
        panels.setdefault((m.format.name, m.output), []).append(m)
    height = _TOP + len(panels) * (_HEIGHT + 40) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH + _LEFT + 20}" height="{height}"'
        ' font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{_LEFT}" y="16" font-size="14">{escape(name)}: error in units of the last'
        " place</text>",
    ]
    for k, ((form, output), rows) in enumerate(panels.items()):
        parts += _panel(f"{output}, {form}", rows, _TOP + k * (_HEIGHT + 40))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(title: str, rows: Sequence[Measured], top: int) -> Iterator[str]:
    yield f'<g transform="translate({_LEFT},{top})">'
    yield f'<text x="0" y="-4">{escape(title)}</text>'
    yield f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="none" stroke="#999"/>'
    for power in (0, 4, 8, 12, 16):
        y = _y(10.0**power)
        yield f'<line x1="0" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="-8" y="{y + 4:.1f}" text-anchor="end">1e{power}</text>'
    for mark in (-1e6, -1e3, -1.0, -1e-6, 0.0, 1e-6, 1.0, 1e3, 1e6):
        x = _x(mark)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{_HEIGHT}" stroke="#eee"/>'
        yield f'<text x="{x:.1f}" y="{_HEIGHT + 14}" text-anchor="middle">{mark:g}</text>'
    for k, m in enumerate(rows):
        colour = _COLOURS.get(m.implementation, "#000")
        yield f'<polyline fill="none" stroke="{colour}" points="{_curve(m)}"/>'
        yield f'<text x="{90 * k + 4}" y="12" fill="{colour}">{escape(m.implementation)}</text>'
    yield "</g>"


def _curve(m: Measured) -> str:
    """The largest error in each piece of the line."""
    bins: dict[int, float] = {}
    for point, error in zip(m.points, m.errors, strict=True):
        place = int(_x(point[0]) / _WIDTH * _BINS)
        bins[place] = max(bins.get(place, 0.0), error)
    return " ".join(
        f"{(b + 0.5) * _WIDTH / _BINS:.1f},{_y(e):.1f}" for b, e in sorted(bins.items())
    )


def _x(value: float) -> float:
    """Numbers by their size, 0 in the middle."""
    size = math.log10(abs(value)) if value else _SMALLEST
    share = (min(max(size, _SMALLEST), _LARGEST) - _SMALLEST) / (_LARGEST - _SMALLEST)
    return _WIDTH / 2 * (1 + math.copysign(share, value))


def _y(error: float) -> float:
    size = min(max(math.log10(error), _LEAST), _MOST) if error > 0 else _LEAST
    return _HEIGHT * (_MOST - min(size, _MOST)) / (_MOST - _LEAST)
