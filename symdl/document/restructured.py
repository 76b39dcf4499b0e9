"""reStructuredText: sections, lists, `.. math::` and `:math:`, with exact places.

docutils keeps the lines of what it reads and not the characters, so the few constructs that hold
mathematics are found here: indentation decides what belongs to a directive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symdl.document.delimiters import runs_of
from symdl.document.errors import Error
from symdl.document.pieces import HEADING, ITEM, NOTE, PARAGRAPH, Block, Document, Math
from symdl.document.source import Source, excerpt

_DIRECTIVE = re.compile(r"\s*\.\.\s+([\w:-]+)::\s*(.*?)\s*$")
_COMMENT = re.compile(r"\s*\.\.(?:\s|$)")
_NOTE = re.compile(r"\s*\.\.\s+symdl:\s+(.+?)\s*$")
_UNDERLINE = re.compile(r"([=\-`:'\"~^_*+#<>])\1{2,}\s*$")
_ITEM = re.compile(r"\s*(?:[-*+•]|(\d+|#|[a-z])[.)])\s+")
_OPTION = re.compile(r"\s*:[\w-]+:.*$")
_CODE = (
    *("code", "code-block", "sourcecode", "literalinclude", "image", "figure", "plot"),
    *("testcode", "testoutput", "testsetup", "testcleanup", "doctest", "prompt", "parsed-literal"),
    *("ipython", "jupyter-execute", "code-cell", "raw", "graphviz", "digraph", "mermaid"),
)
"""Directives whose content is no prose."""

Line = tuple[int, int]
"""Start and end of a line in the text, without its end."""


def read_rst(file: Source) -> Document:
    """The pieces of a reStructuredText."""
    reader = _Reader(file)
    reader.read()
    return Document(file, tuple(reader.blocks), tuple(reader.problems))


class _Reader:
    """Goes over the lines; `levels` are the signs of underlines in the order of their depth."""

    def __init__(self, file: Source) -> None:
        self.file = file
        self.lines = list(_lines(file.text))
        self.blocks: list[Block] = []
        self.problems: list[Error] = []
        self.levels: list[str] = []
        self.group = 0
        self.listed = False

    def read(self) -> None:
        """Fill `blocks`."""
        at = 0
        while at < len(self.lines):
            at = self.block(at)

    def text(self, at: int) -> str:
        start, end = self.lines[at]
        return self.file.text[start:end]

    def indent(self, at: int) -> int:
        text = self.text(at)
        return len(text) - len(text.lstrip())

    def block(self, at: int) -> int:
        """Read the block that begins on a line; the line behind it."""
        text = self.text(at)
        if not text.strip():
            return at + 1
        note = _NOTE.match(text)
        if note is not None:
            start = self.lines[at][0]
            self.add(NOTE, start + note.start(1), start + note.end(1))
            return at + 1
        directive = _DIRECTIVE.match(text)
        if directive is not None:
            return self.directive(at, directive)
        if _COMMENT.match(text):
            return self.skip_deeper(at)
        if text.lstrip().startswith(">>>"):
            return self.skip_paragraph(at)
        if at + 1 < len(self.lines) and self.is_underline(at + 1, text):
            return self.heading(at)
        return self.paragraph(at)

    def is_underline(self, at: int, title: str) -> bool:
        text = self.text(at).strip()
        return _UNDERLINE.match(text) is not None and len(text) >= min(len(title.strip()), 4)

    def heading(self, at: int) -> int:
        sign = self.text(at + 1).strip()[0]
        if sign not in self.levels:
            self.levels.append(sign)
        start, end = self.lines[at]
        self.add(HEADING, start, end, self.levels.index(sign) + 1)
        return at + 2

    def directive(self, at: int, found: re.Match[str]) -> int:
        """Mathematics is read, other directives are text (their content follows), code is not."""
        name = found[1].lower()
        if name == "math":
            return self.math(at, found)
        if name in _CODE:
            return self.skip_deeper(at)
        return at + 1

    def math(self, at: int, found: re.Match[str]) -> int:
        """Formulas of a directive: one that begins behind its name goes on to an empty line."""
        end = self.skip_deeper(at)
        rows: list[int] = []
        if found[2]:
            rows.append(at)
        for row in [*range(at + 1, end), None]:
            if row is not None and self.text(row).strip():
                if not _OPTION.match(self.text(row)):
                    rows.append(row)
            elif rows and (row is None or not self.is_open(rows)):
                start = self.lines[rows[0]][0] + (found.start(2) if rows[0] == at else 0)
                self.formula(start, self.lines[rows[-1]][1])
                rows = []
        return end

    def is_open(self, rows: list[int]) -> bool:
        """Whether an environment that begins in these lines goes on behind them."""
        text = self.file.text[self.lines[rows[0]][0] : self.lines[rows[-1]][1]]
        return text.count("\\begin{") > text.count("\\end{")

    def formula(self, start: int, end: int) -> None:
        source = excerpt(self.file, start, end)
        if source.text.strip():
            self.blocks.append(Block(PARAGRAPH, (Math(source, True),)))

    def skip_deeper(self, at: int) -> int:
        """The first line behind what is indented deeper than a line."""
        depth, at = self.indent(at), at + 1
        while at < len(self.lines) and (not self.text(at).strip() or self.indent(at) > depth):
            at += 1
        return at

    def skip_paragraph(self, at: int) -> int:
        while at < len(self.lines) and self.text(at).strip():
            at += 1
        return at

    def paragraph(self, at: int) -> int:
        """Lines up to an empty one, a list item or a directive; behind `::` comes program text."""
        item = _ITEM.match(self.text(at))
        start, first = self.lines[at][0], at
        at += 1
        while at < len(self.lines) and self.text(at).strip():
            if _ITEM.match(self.text(at)) or _DIRECTIVE.match(self.text(at)):
                break
            at += 1
        end = self.lines[at - 1][1]
        if item is not None:
            self.group += 0 if self.listed else 1
            self.add(ITEM, start + item.end(), end, 1, bool(item[1]))
        else:
            self.add(PARAGRAPH, start + self.indent(first), end)
        self.listed = item is not None
        if self.text(at - 1).rstrip().endswith("::"):
            return self.skip_deeper(at - 1)
        return at

    def add(self, kind: str, start: int, end: int, level: int = 0, ordered: bool = False) -> None:
        runs, problems = runs_of(excerpt(self.file, start, end))
        self.problems += problems
        if runs:
            group = self.group if kind == ITEM else 0
            self.blocks.append(Block(kind, runs, level, group, ordered))


def _lines(text: str) -> Iterator[Line]:
    start = 0
    for end in re.finditer(r"\r\n?|\n", text):
        yield start, end.start()
        start = end.end()
    if start < len(text):
        yield start, len(text)
