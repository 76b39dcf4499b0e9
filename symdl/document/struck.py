"""What is struck out of a Markdown text (`~~...~~`, `<del>`, `<s>`): it is not said any more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symdl.document.delimiters import cuts, runs_of
from symdl.document.errors import ReadError
from symdl.document.pieces import Run
from symdl.document.source import Source, excerpt

_MARK = re.compile(r"~~(?=\S)|(?<=\S)~~")
_TAGS = re.compile(r"<(s|del|strike)(?:\s[^<>]*)?>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


def unstruck_runs(source: Source) -> tuple[tuple[Run, ...], tuple[ReadError, ...]]:
    """The runs of a text without what is struck out, and the delimiters that are never closed."""
    if "~~" not in source.text and "</" not in source.text:
        return runs_of(source)
    runs: list[Run] = []
    problems: list[ReadError] = []
    place = 0
    for start, end in (*_struck(source.text), (len(source.text),) * 2):
        if start > place:
            found, told = runs_of(excerpt(source, place, start))
            runs += found
            problems += told
        place = max(place, end)
    return tuple(runs), tuple(problems)


def _struck(text: str) -> Iterator[tuple[int, int]]:
    """The stretches that are struck out, in order; marks inside of mathematics are none."""
    hidden = [(cut.outer_start, cut.outer_end) for cut in cuts(text) if cut.kind != "unclosed"]
    tags = [m.span() for m in _TAGS.finditer(text)]
    marks = [m.span() for m in _MARK.finditer(text)]
    marks = [(a, b) for a, b in marks if not any(start < a < end for start, end in hidden)]
    pairs = [(a, b) for (a, _), (_, b) in zip(marks[::2], marks[1::2], strict=False)]
    yield from sorted((*tags, *(p for p in pairs if "\n\n" not in text[p[0] : p[1]])))
