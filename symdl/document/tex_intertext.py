"""Words between the rows of a display: `\\intertext{for some constant $k$. So}` ends the display
before it, and another one begins behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symdl.document.tex_macros import closing

_BEGIN = re.compile(
    r"\\begin\{((?:align|gather|multline|flalign|eqnarray|alignat)\*?)\}(?:\{\d\})?"
)
_WORDS = re.compile(r"\\(?:short)?intertext\s*(?=\{)")


def between_rows(text: str) -> tuple[str, Sequence[int]]:
    """The text with displays that end before such words and begin again behind them, and the place
    of each of its characters."""
    if "intertext" not in text:
        return text, range(len(text) + 1)
    parts: list[str] = []
    places: list[int] = []

    def put(part: str, start: int, stop: int | None = None) -> None:
        parts.append(part)
        places.extend(range(start, stop) if stop is not None else [start] * len(part))

    done = 0
    while (words := _WORDS.search(text, done)) is not None:
        begin = _last_begin(text, words.start())
        close = closing(text, words.end())
        put(text[done : words.start()], done, words.start())
        if begin is None or close == len(text):
            put(text[words.start() : words.end()], words.start(), words.end())
            done = words.end()
            continue
        put(f"\\end{{{begin[1]}}}\n", words.start())
        put(text[words.end() + 1 : close], words.end() + 1, close)
        put(f"\n{begin[0]}", close)
        done = close + 1
    put(text[done:], done, len(text))
    return "".join(parts), (*places, len(text))


def _last_begin(text: str, place: int) -> re.Match[str] | None:
    """The beginning of the display that is open at a place."""
    found = list(_BEGIN.finditer(text, max(0, place - LONGEST), place))
    if not found or f"\\end{{{found[-1][1]}}}" in text[found[-1].end() : place]:
        return None
    return found[-1]


LONGEST = 4_000
"""Characters of a display before such words."""
