"""LaTeX files: sections, lists, tables and mathematics, with the author's macros expanded.

Comments, listings and definitions become blanks of the same length, so that every place stays
what it is in the file. A macro's text has the place of its call, its arguments have their own.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Iterator

from symdl.document.delimiters import runs_of
from symdl.document.errors import Error, FileError, ReadError
from symdl.document.kinds import MOST_FILES, put_in
from symdl.document.pieces import (
    CLOSE,
    HEADING,
    ITEM,
    NOTE,
    OPEN,
    PARAGRAPH,
    Block,
    Document,
    Math,
    Run,
    Table,
)
from symdl.document.source import Source, Span, excerpt
from symdl.document.tex_intertext import between_rows
from symdl.document.tex_macros import Macros, blanked, closing, expanded, macros_in

_LEVELS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph")
_ASIDE = r"rem|rmk|obs|[A-Za-z]*(?:remark|caution|warning|observation|aside|digression)[a-z]*"
"""What is said beside the text, with examples of its own."""
_OWN = (
    r"(?:[A-Za-z]*(?:theorem|thm|lemma|proposition|corollary|example|exercise|problem|question"
    r"|solution|proof|answer)[a-z]*|lem|prop|cor|claim|exa?|exer?|exo|xca|prob|ques|eg|xmp|task"
    r"|activity|homework|sol|soln|ans|" + _ASIDE + ")"
)
"""Environments with letters of their own."""
_ANSWER = re.compile(r"[A-Za-z]*(?:solution|proof|answer)[a-z]*|soln?|ans")
_NEAR = 2_000
"""Characters between a problem and its solution."""
_PROBLEM = re.compile(
    r"[A-Za-z]*(?:example|exercise|problem|question)[a-z]*|exa?|exer?|exo|xca|prob|ques|eg|xmp|task"
    r"|activity|homework|" + _ASIDE
)
_PART = re.compile(
    r"\\(" + "|".join(_LEVELS) + r")\*?(?:\[[^\]]*\])?\{"
    r"|\\(item|(?:sub)*part)(?![A-Za-z*{]|\s*\{)(?:\[[^\]]*\])?"
    r"|\\(begin|end)\{(itemize|enumerate|description)\}"
    r"|\\begin\{(tabular[xy*]?)\}"
    r"|\\(?:input|include)\{([^{}]+)\}"
    rf"|\\(begin|end)\{{({_OWN})\*?\}}(?:\[[^\]]*\])?"
    r"|\\(question|exercise|problem|Question|Exercise|Problem)(?![A-Za-z])(?:\[[^\]]*\])?"
    r"|(\n[ \t]*\n\s*)"
)
_FILES = re.compile(
    r"\\(?:input|include)\s*\{([^{}\n]+)\}"
    r"|\\(?:usepackage|RequirePackage)\s*(?:\[[^\]]*\])?\s*\{([^{}]+)\}"
)
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*")
_NOTE = re.compile(r"(?m)^\s*%\s*symdl:\s*(.+?)\s*$")
_LISTING = re.compile(
    r"\\begin\{(verbatim\*?|lstlisting|minted|comment|filecontents\*?|tikzpicture|thebibliography)\}"
    r".*?\\end\{\1\}|\\verb\*?([^A-Za-z\s])[^\n]*?\2",
    re.DOTALL,
)


def read_tex(file: Source) -> Document:
    """The pieces of a LaTeX file and of those that it puts in."""
    reader = _Reader()
    reader.file(file)
    return Document(file, tuple(reader.blocks), tuple(reader.problems))


class _Reader:
    """Goes over files; `macros` are those defined so far, `lists` the lists that are open."""

    def __init__(self) -> None:
        self.blocks: list[Block | Table] = []
        self.problems: list[Error] = []
        self.macros: Macros = {}
        self.seen: set[str] = set()
        self.lists: list[tuple[int, bool]] = []
        self.groups = 0
        self.proved = self.asked = False
        self.own_open: list[bool] = []

    def file(self, file: Source) -> None:
        """Read a file once."""
        self.seen.add(os.path.realpath(file.name))
        text = _LISTING.sub(lambda m: blanked(m[0]), file.text)
        notes = [(m.start(1), m.end(1)) for m in _NOTE.finditer(text)]
        text = _COMMENT.sub(lambda m: m[1] + " " * (len(m[0]) - len(m[1])), text)
        text, self.macros = macros_in(text, self.macros)
        begin = text.find("\\begin{document}")
        self.preamble(Source(file.name, text, file, range(len(text) + 1)), begin)
        text, places = between_rows(text)
        clean = Source(file.name, text, file, places)
        notes = [(bisect_left(places, a), bisect_left(places, b)) for a, b in notes]
        begin = text.find("\\begin{document}")
        start = begin + len("\\begin{document}") if begin >= 0 else 0
        end = text.find("\\end{document}", start)
        self.body(clean, start, end if end >= 0 else len(text), notes)

    def preamble(self, clean: Source, end: int) -> None:
        """The macros of the files that are put in before the document begins."""
        for found in _FILES.finditer(clean.text, 0, max(end, 0)):
            for name in (found[1] or found[2]).split(","):
                path = put_in(clean.name, name if found[1] else f"{name.strip()}.sty")
                if os.path.realpath(path) in self.seen or len(self.seen) > MOST_FILES:
                    continue
                if found[1] is None and not os.path.isfile(path):
                    continue  # a package of the system
                self.seen.add(os.path.realpath(path))
                text = self.text_of(path, name, Span(clean, found.start(), found.end()))
                _, self.macros = macros_in(text, self.macros)

    def text_of(self, path: str, name: str, span: Span) -> str:
        """The text of a file that is put in, without comments; empty, and told, if it cannot
        be read."""
        from symdl.document.formula import decode_source, read_bytes

        try:
            text = decode_source(path, read_bytes(path)).text
        except FileError as error:
            message = f"{name} cannot be read: {error.message}"
            self.problems.append(ReadError(message, span, error.hint, "missing-file"))
            return ""
        return _COMMENT.sub(lambda m: m[1] + " " * (len(m[0]) - len(m[1])), text)

    def body(self, clean: Source, start: int, end: int, notes: list[tuple[int, int]]) -> None:
        """Cut a text at headings, items, lists, tables, other files and empty lines."""
        text, kind, place = clean.text, PARAGRAPH, start
        while True:
            found = _PART.search(text, place, end)
            stop = found.start() if found is not None else end
            while notes and notes[0][0] < stop:
                self.note(clean, *notes.pop(0))
            self.add(clean, kind, place, stop)
            if found is None:
                return
            kind, place = self.part(clean, found, kind)

    def part(self, clean: Source, found: re.Match[str], kind: str) -> tuple[str, int]:
        """What a mark begins, and where its text starts."""
        if found[1]:
            self.asked = False
            close = closing(clean.text, found.end() - 1)
            level = max(1, _LEVELS.index(found[1]) - 1)
            self.add(clean, HEADING, found.end(), close, level)
            return PARAGRAPH, close + 1
        if found[2]:
            return ITEM, found.end()
        if found[3]:
            if found[3] == "begin":
                self.groups += 1
                self.lists.append((self.groups, found[4] == "enumerate"))
            elif self.lists:
                self.lists.pop()
            return PARAGRAPH, found.end()
        if found[5]:
            return PARAGRAPH, self.table(clean, found)
        if found[6]:
            self.other(clean, found)
            return PARAGRAPH, found.end()
        if found[7]:
            self.own(clean, found)
            return PARAGRAPH, found.end()
        if found[9]:
            self.asked = True
            self.blocks.append(Block(OPEN, (), 1))
            return PARAGRAPH, found.end()
        return (PARAGRAPH if not self.lists else kind), found.end()

    def own(self, clean: Source, found: re.Match[str]) -> None:
        """The beginning or end of an environment with letters of its own. A proof or a solution
        has those of what stands before it or around it."""
        if found[7] == "end":
            closes = self.own_open.pop() if self.own_open else True
            self.proved = closes and self.is_answered(clean.text, found.end())
            if closes and not self.proved:
                self.blocks.append(Block(CLOSE, ()))
            return
        within = bool(self.own_open) or self.asked
        answers = _ANSWER.fullmatch(found[8]) is not None
        belongs = within and (answers or re.fullmatch(_ASIDE, found[8]) is not None)
        self.own_open.append(self.proved or not belongs)
        if not self.proved and not belongs:
            problem = answers or _PROBLEM.fullmatch(found[8]) is not None
            self.blocks.append(Block(OPEN, (), int(problem)))
        self.proved = False

    def is_answered(self, text: str, place: int) -> bool:
        """Whether a proof or a solution of what ends at a place comes next, be it behind a hint
        or a remark: before any heading and any other theorem or problem."""
        near = text[place : place + _NEAR]
        following = (m for m in _PART.finditer(near) if m[1] or m[7] == "begin" or m[9])
        mark = next(following, None)
        return mark is not None and bool(mark[7]) and _ANSWER.fullmatch(mark[8]) is not None

    def add(self, clean: Source, kind: str, start: int, end: int, level: int = 0) -> None:
        """A block of a stretch of the text, unless it is empty."""
        stretch = clean.text[start:end]
        if not stretch.strip():
            return
        lead = len(stretch) - len(stretch.lstrip())
        source = excerpt(clean, start + lead, start + len(stretch.rstrip()))
        group, ordered = self.lists[-1] if self.lists and kind == ITEM else (0, False)
        depth = len(self.lists) if kind == ITEM else level
        runs = self.runs(source)
        if runs:
            self.blocks.append(Block(kind, runs, depth, group, ordered))

    def note(self, clean: Source, start: int, end: int) -> None:
        parent, places = clean.parent, clean.offsets
        assert parent is not None
        assert places is not None
        runs, _ = runs_of(excerpt(parent, places[start], places[end]))
        self.blocks.append(Block(NOTE, runs))

    def runs(self, source: Source) -> tuple[Run, ...]:
        """The runs of a text, macros expanded in its mathematics."""
        runs, problems = runs_of(source)
        self.problems += problems
        found: list[Run] = []
        for run in runs:
            if isinstance(run, Math):
                made, problem = expanded(run.source, self.macros)
                if problem is not None:
                    self.problems.append(problem)
                run = Math(made, run.display, run.mended)
            found.append(run)
        return tuple(found)

    def table(self, clean: Source, found: re.Match[str]) -> int:
        """The rows of a tabular; the place behind it."""
        ending = f"\\end{{{found[5]}}}"
        close = clean.text.find(ending, found.end())
        if close < 0:
            return found.end()
        columns = clean.text.find("{", found.end())
        start = closing(clean.text, columns) + 1 if 0 <= columns < close else found.end()
        rows = [
            tuple(self.runs(cell) for cell in _cells(clean, *row))
            for row in _rows(clean.text, start, close)
        ]
        if rows:
            self.blocks.append(Table(rows[0], tuple(rows[1:])))
        return close + len(ending)

    def other(self, clean: Source, found: re.Match[str]) -> None:
        """A file that is put in, read where it stands."""
        span = Span(clean, found.start(), found.end())
        name = found[6].strip()
        path = put_in(clean.name, name)
        if os.path.realpath(path) in self.seen or len(self.seen) > MOST_FILES:
            message = f"{name} is put in twice, or by itself: it is read once"
            self.problems.append(ReadError(message, span, "", "file-again"))
            return
        from symdl.document.formula import decode_source, read_bytes

        try:
            self.file(decode_source(path, read_bytes(path)))
        except FileError as error:
            message = f"{name} cannot be read: {error.message}"
            self.problems.append(ReadError(message, span, error.hint, "missing-file"))


def _rows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches between the row ends of a tabular."""
    place = start
    for found in re.finditer(r"\\\\(?:\[[^\]]*\])?|\\tabularnewline", text[start:end]):
        yield place, start + found.start()
        place = start + found.end()
    if text[place:end].replace("\\hline", "").strip():
        yield place, end


_RULE = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|cline\{[^}]*\}|cmidrule[^{]*\{[^}]*\})")


def _cells(clean: Source, start: int, end: int) -> Iterator[Source]:
    """The cells of a row, rules and blanks around them left out."""
    text = _RULE.sub(lambda m: " " * len(m[0]), clean.text[start:end])
    place = 0
    for found in [*re.finditer(r"(?<!\\)&", text), None]:
        stop = found.start() if found is not None else len(text)
        part = text[place:stop]
        lead = len(part) - len(part.lstrip())
        yield excerpt(clean, start + place + lead, start + place + max(lead, len(part.rstrip())))
        place = stop + 1
