"""What a document is made of: blocks in reading order, each of runs of words, mathematics, code.

Every run is an excerpt of the file: slicing the file at its offsets gives the run back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from symdl.document.errors import Error
from symdl.document.source import Source, Span, whole


@dataclass(frozen=True, slots=True)
class Math:
    """Mathematics: the LaTeX between its delimiters. `mended` says how a damaged delimiter was
    understood (empty: the delimiters are whole)."""

    source: Source
    display: bool = False
    mended: str = ""

    @property
    def text(self) -> str:
        """The LaTeX."""
        return self.source.text


@dataclass(frozen=True, slots=True)
class Words:
    """Prose, as it stands in the file (marks of emphasis and links included)."""

    source: Source

    @property
    def text(self) -> str:
        """The characters."""
        return self.source.text


@dataclass(frozen=True, slots=True)
class Code:
    """Program text within a line: never read as mathematics."""

    source: Source

    @property
    def text(self) -> str:
        """The characters, without the delimiters."""
        return self.source.text


Run = Math | Words | Code

HEADING, PARAGRAPH, ITEM, NOTE = "heading", "paragraph", "item", "note"
OPEN, CLOSE = "open", "close"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, a list item, or a note to symdl.

    level: of a heading from 1, of an item its depth from 1. group: blocks with one group (not
    0) belong to one list; ordered says that the list is numbered. A note is a comment that
    begins with `symdl:` (its one run is what follows). A theorem, example or exercise is opened
    and closed by blocks without runs: what is declared in it is its own; the level of one that
    poses a problem is 1. aside: it is part of a
    footnote.
    """

    kind: str
    runs: tuple[Run, ...]
    level: int = 0
    group: int = 0
    ordered: bool = False
    aside: bool = False

    @property
    def span(self) -> Span:
        """From the first character of the first run to the end of the last."""
        first = Span(self.runs[0].source, 0, 0).origin
        last = self.runs[-1].source
        return Span(first.source, first.start, whole(last).origin.end)


MOST_RUNS = 120
"""Runs of a block that are looked at together; a longer one is cut at the end of a line."""


def in_parts(blocks: Iterable[Block | Table]) -> Iterator[Block | Table]:
    """The blocks, long ones in parts: what stands far away in one paragraph says nothing of a
    formula, and is not searched for each."""
    for block in blocks:
        if isinstance(block, Table) or not block.runs:
            yield block
            continue
        first = 0
        for place, run in enumerate(block.runs):
            many = place - first >= MOST_RUNS
            if many and (place - first >= 2 * MOST_RUNS or _ends_line(run)):
                yield replace(block, runs=block.runs[first : place + 1])
                first = place + 1
        if first < len(block.runs):
            yield block if first == 0 else replace(block, runs=block.runs[first:])


def _ends_line(run: Run) -> bool:
    return isinstance(run, Words) and "\n" in run.text


Cell = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the cells of its head (may be empty) and of its rows, which may be ragged."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document in pieces. `problems` are the damages met, each with its place; what they
    leave readable is among the blocks."""

    file: Source
    blocks: tuple[Block | Table, ...]
    problems: tuple[Error, ...] = ()

    def runs(self) -> Iterator[Run]:
        """Every run in reading order."""
        for block in self.blocks:
            if isinstance(block, Block):
                yield from block.runs
            else:
                for row in (block.head, *block.rows):
                    for cell in row:
                        yield from cell


NEARBY = 40
"""Runs of a paragraph on each side of a formula that may speak of it; more are a table of formulas,
and each would be looked at for each."""


def nearby(runs: tuple[Run, ...], place: int) -> tuple[Run, ...]:
    """The runs around a place: all of them, unless they are very many."""
    return runs if len(runs) <= 2 * NEARBY else runs[max(0, place - NEARBY) : place + NEARBY]


def plain_words(runs: tuple[Run, ...]) -> str:
    """The runs as one line: words without marks of emphasis, mathematics between dollars, code
    between backticks."""
    parts = []
    for run in runs:
        if isinstance(run, Math):
            parts.append(f"${run.text}$")
        elif isinstance(run, Words):
            parts.append(run.text.replace("*", "").replace("`", ""))
        else:
            parts.append(f"`{run.text}`")
    return " ".join("".join(parts).split())
