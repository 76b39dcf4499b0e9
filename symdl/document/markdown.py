"""Markdown: blocks by markdown-it, each cut into words, mathematics and code with exact places.

CommonMark and GitHub's tables; display mathematics in `$$`, `\\[ \\]` and LaTeX environments,
which may interrupt a paragraph and hold empty lines; fences and MyST directives of
mathematics; definition lists; front matter, other code and HTML comments are passed by.
Copies that lost their delimiters are mended where the meaning is clear (`damage.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from symdl.document.damage import mended, tabbed
from symdl.document.delimiters import BEGIN, runs_of
from symdl.document.errors import Error
from symdl.document.pieces import HEADING, ITEM, NOTE, PARAGRAPH, Block, Cell, Document, Math, Table
from symdl.document.source import Source, excerpt
from symdl.document.struck import unstruck_runs

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

_LINE_END = re.compile(r"\r\n?|\n")
_MATH_FENCE = re.compile(r"\{?(?:math|latex|tex|katex)\}?(?:\s|$)")
_DIRECTIVE_OPTION = re.compile(r"\s*:[\w-]+:[^\n]*\n")
_NOTE = re.compile(r"<!--\s*symdl:\s*(.*?)\s*-->", re.DOTALL)


def read_markdown(file: Source) -> Document:
    """The pieces of a Markdown text. Damage is told in `problems`; it never raises."""
    return _Reader(file).document()


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.colon_fence import colon_fence_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark").enable("table")
    parser.use(front_matter_plugin).use(deflist_plugin).use(colon_fence_plugin)
    parser.use(footnote_plugin)
    interrupted = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("code", "math_lines", _math_lines, {"alt": interrupted})
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _math_lines(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Lines from one that opens display mathematics to the one that closes it."""
    start = state.bMarks[first] + state.tShift[first]
    opening = state.src[start : state.eMarks[first]]
    begin = BEGIN.match(opening)
    if opening.startswith("$$"):
        if silent and state.getLines(state.line, first, 0, False).count("$$") % 2:
            return False  # it closes what the paragraph has opened: `so $$`
        closing, behind = "$$", 2
    elif opening.startswith("\\["):
        closing, behind = "\\]", 2
    elif begin is not None:
        closing, behind = f"\\end{{{begin[1]}{begin[2]}}}", begin.end()
    else:
        return False
    line = first
    text = opening[behind:]
    while closing not in text:
        line += 1
        if line >= last or (state.sCount[line] < state.blkIndent and not state.isEmpty(line)):
            return False
        text = state.src[state.bMarks[line] : state.eMarks[line]]
    if silent:
        return True
    token = state.push("math_lines", "", 0)
    token.map = [first, line + 1]
    token.content = state.getLines(first, line + 1, state.blkIndent, False)
    state.line = line + 1
    return True


class _Reader:
    """Walks over the block tokens; `lists` are the lists that are open."""

    def __init__(self, file: Source) -> None:
        self.file = file
        self.starts = [0, *(m.end() for m in _LINE_END.finditer(file.text))]
        self.ends = [*(m.start() for m in _LINE_END.finditer(file.text)), len(file.text)]
        self.blocks: list[Block | Table] = []
        self.problems: list[Error] = []
        self.lists: list[tuple[int, bool]] = []
        self.groups = 0
        self.first_of_item = False
        self.in_note = False

    def document(self) -> Document:
        """All blocks and problems."""
        tokens = _parser().parse(self.file.text)
        place = 0
        while place < len(tokens):
            place = self.take(tokens, place)
        return Document(self.file, tuple(self.blocks), tuple(self.problems))

    def take(self, tokens: list[Token], place: int) -> int:
        """Handle the token at a place; the place of the next one."""
        token = tokens[place]
        kind = token.type
        if kind == "table_open":
            return self.table(tokens, place)
        if kind in ("bullet_list_open", "ordered_list_open"):
            self.groups += 1
            self.lists.append((self.groups, kind.startswith("ordered")))
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self.lists.pop()
        elif kind == "list_item_open":
            self.first_of_item = True
        elif kind in ("footnote_reference_open", "footnote_reference_close"):
            self.in_note = kind.endswith("open")
        elif kind == "inline":
            self.text(token, tokens[place - 1])
        elif kind == "math_lines":
            self.add(self.aligned(token), PARAGRAPH, 0)
        elif kind in ("fence", "colon_fence"):
            self.fence(token)
        elif kind == "html_block":
            self.html(token)
        return place + 1

    def text(self, token: Token, opening: Token) -> None:
        source = self.aligned(token)
        if opening.type == "heading_open":
            self.add(source, HEADING, int(opening.tag[1:]))
            return
        table = tabbed(source)
        if table is not None:
            self.blocks.append(table)
            return
        if self.lists and self.first_of_item:
            self.first_of_item = False
            self.add(source, ITEM, len(self.lists))
        else:
            self.add(source, PARAGRAPH, 0)

    def add(self, source: Source, kind: str, level: int) -> None:
        """A block of a text, unless it is empty."""
        runs, problems = unstruck_runs(source)
        self.problems += problems
        runs = mended(runs)
        group, ordered = self.lists[-1] if self.lists and kind == ITEM else (0, False)
        if runs:
            self.blocks.append(Block(kind, runs, level, group, ordered, self.in_note))

    def aligned(self, token: Token) -> Source:
        """The content of a token as an excerpt: each of its lines is the tail of a file's line,
        or stands in it."""
        assert token.map is not None
        first, last = token.map
        parts: list[tuple[int, int]] = []
        for number, content in enumerate(token.content.split("\n")):
            if first + number >= min(last, len(self.starts)):
                break
            start, end = self.starts[first + number], self.ends[first + number]
            line = self.file.text[start:end]
            bare = content.strip()
            at = line.rfind(bare) if token.type != "inline" or number else line.find(bare)
            if at >= 0:
                parts.append((start + at, start + at + len(bare)))
        return _lines_together(self.file, parts)

    def fence(self, token: Token) -> None:
        """A fence of mathematics; other program text is passed by."""
        assert token.map is not None
        if not _MATH_FENCE.match(token.info.strip()):
            return
        first, last = token.map
        last = min(last, len(self.starts))
        parts = []
        for number in range(first + 1, last):
            start, end = self.starts[number], self.ends[number]
            line = self.file.text[start:end]
            if number == last - 1 and re.fullmatch(r"[\s>]*(?:`{3,}|~{3,}|:{3,})\s*", line):
                break
            if not _DIRECTIVE_OPTION.fullmatch(line + "\n"):
                parts.append((start, end))
        source = _lines_together(self.file, parts)
        if source.text.strip():
            self.blocks.append(Block(PARAGRAPH, (Math(source, True),)))

    def html(self, token: Token) -> None:
        """Comments to symdl are notes; mathematics in other HTML is read, scripts are not."""
        assert token.map is not None
        start = self.starts[token.map[0]]
        end = self.ends[min(token.map[1], len(self.ends)) - 1]
        source = excerpt(self.file, start, end)
        notes = list(_NOTE.finditer(source.text))
        for note in notes:
            words = runs_of(excerpt(source, note.start(1), note.end(1)))[0]
            if words:
                self.blocks.append(Block(NOTE, words))
        if notes or re.match(r"\s*<(?:!--|script|style|pre|svg)", source.text, re.IGNORECASE):
            return
        runs, _ = unstruck_runs(source)
        if any(isinstance(run, Math) for run in runs):
            self.blocks.append(Block(PARAGRAPH, runs))

    def table(self, tokens: list[Token], place: int) -> int:
        """A table of GitHub's kind; bars inside of mathematics and code part no cells."""
        rows: list[tuple[Source, ...]] = []
        while tokens[place].type != "table_close":
            token = tokens[place]
            if token.type == "tr_open" and token.map is not None:
                columns = sum(
                    t.type in ("th_open", "td_open") for t in _until(tokens, place, "tr_close")
                )
                rows.append(tuple(self.cells(token.map[0], columns)))
            place += 1
        made = [tuple(self.cell(cell) for cell in row) for row in rows]
        if made:
            self.blocks.append(Table(made[0], tuple(made[1:])))
        return place + 1

    def cells(self, line: int, columns: int) -> Iterator[Source]:
        start, end = self.starts[line], self.ends[line]
        text = self.file.text[start:end]
        bars = _bars(text, True)
        if len(bars) + 1 < columns:
            bars = _bars(text, False)
        edges = [-1, *bars, len(text)]
        pairs = list(pairwise(edges))
        if pairs and not text[: pairs[0][1]].strip(" \t>"):
            pairs = pairs[1:]
        if pairs and not text[pairs[-1][0] + 1 :].strip():
            pairs = pairs[:-1]
        for left, right in pairs:
            inside = text[left + 1 : right]
            lead = len(inside) - len(inside.lstrip())
            at = start + left + 1
            yield excerpt(self.file, at + lead, at + max(lead, len(inside.rstrip())))

    def cell(self, source: Source) -> Cell:
        runs, problems = unstruck_runs(source)
        self.problems += problems
        return mended(runs)


def _until(tokens: list[Token], place: int, kind: str) -> Iterator[Token]:
    while tokens[place].type != kind:
        yield tokens[place]
        place += 1


def _bars(text: str, minding: bool) -> list[int]:
    """Where the bars between cells stand; minding: not within mathematics or code."""
    from symdl.document.delimiters import cuts

    hidden: set[int] = set()
    if minding:
        for cut in cuts(text):
            hidden.update(range(cut.start, cut.end))
    return [
        i
        for i, sign in enumerate(text)
        if sign == "|" and i not in hidden and (i == 0 or text[i - 1] != "\\")
    ]


def _lines_together(file: Source, parts: list[tuple[int, int]]) -> Source:
    """Stretches of the file as one text with line ends between them."""
    if not parts:
        return Source(file.name, "", file, (0,))
    if len(parts) == 1:
        return excerpt(file, *parts[0])
    offsets: list[int] = []
    for start, end in parts:
        offsets.extend(range(start, end + 1))
    text = "\n".join(file.text[start:end] for start, end in parts)
    return Source(file.name, text, file, tuple(offsets))
