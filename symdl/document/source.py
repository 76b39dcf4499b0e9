"""Where text comes from: the sole owner of line and column."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A named text. An excerpt (a YAML scalar, a cell) points back into its parent.

    `offsets[i]` is the place in `parent.text` of character `i`; it has one entry
    more than the text, so that the end of a span has a place too. `cell` counts the cells of
    a notebook from 1: lines and columns are then those of the cell's own text.
    """

    name: str
    text: str
    parent: Source | None = field(default=None, repr=False)
    offsets: Sequence[int] | None = field(default=None, repr=False)
    cell: int = 0
    _line_starts: list[int] = field(default_factory=list, repr=False)

    def locate(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character offset of this text."""
        if not self._line_starts:
            self._line_starts.append(0)
            self._line_starts.extend(i + 1 for i, c in enumerate(self.text) if c == "\n")
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters of a source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters covered."""
        return self.source.text[self.start : self.end]

    @property
    def origin(self) -> Span:
        """The same range in the file that the text was taken from."""
        source = self.source
        if source.parent is None or source.offsets is None:
            return self
        if not source.offsets:
            return Span(source.parent, 0, 0).origin
        last = len(source.offsets) - 1
        start = source.offsets[min(self.start, last)]
        end = start
        if self.end > self.start:
            end = source.offsets[min(self.end, last) - 1] + 1
        return Span(source.parent, start, max(start, end)).origin

    @property
    def line(self) -> int:
        """Line of the first character in the file, from 1."""
        return self._place(0)[0]

    @property
    def column(self) -> int:
        """Column of the first character in the file, from 1."""
        return self._place(0)[1]

    @property
    def end_line(self) -> int:
        """Line of the end in the file, from 1."""
        return self._place(1)[0]

    @property
    def end_column(self) -> int:
        """Column just behind the last character in the file, from 1."""
        return self._place(1)[1]

    def _place(self, side: int) -> tuple[int, int]:
        origin = self.origin
        return origin.source.locate(origin.end if side else origin.start)


def whole(source: Source) -> Span:
    """The span of a whole text."""
    return Span(source, 0, len(source.text))


def excerpt(source: Source, start: int, end: int) -> Source:
    """The characters of a source from start to end as a text of its own that knows its place.

    >>> whole = Source("notes", "let $x$ be real")
    >>> Span(excerpt(whole, 5, 6), 0, 1).column
    6
    """
    return Source(source.name, source.text[start:end], source, range(start, end + 1))
