"""The blocks that indentation and `end` make of the rows of pseudo-code, before they are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from symdl.document.errors import ReadError
from symdl.document.source import Source, Span
from symdl.expression.procedures.spelling import of_each_entry
from symdl.latex import pseudocode as p

_COUNTED = re.compile(
    r"\s*(?:\\text\s*\{\s*\}\s*)?([a-z])\s*(?:=|\\in|\\leftarrow)\s*\\?\{?\s*(\d+)?"
)
_EACH = re.compile(r"(?:\\text[a-z]*\s*\{\s*(?:each\s*)?\})?\s*([a-z])\b")


@dataclass
class Step:
    """A step or a branch before anything of it is read: its text and where it stands."""

    source: Source
    then: list[Step] | None = None
    otherwise: list[Step] = field(default_factory=list)


class Blocks:
    """The blocks that indentation and `end` make of rows."""

    def __init__(self, rows: Sequence[p.Row]) -> None:
        self.inputs: list[Source] = []
        self.starts: list[Source] = []
        self.returned: list[Source] = []
        self.letter = ""
        self.first = 1
        self.body: list[Step] = []
        self._rows = rows
        self._looped = not any(r.keyword == p.LOOP for r in rows)
        self._explicit = any(r.keyword == p.END for r in rows)
        place = 0
        while place < len(rows):
            place = self._outside(place)

    def _outside(self, place: int) -> int:
        row = self._rows[place]
        if row.keyword == p.INPUT:
            self.inputs += p.items_of(row.source)
        elif row.keyword == p.START:
            self.starts += p.items_of(row.source)
        elif row.keyword == p.RETURN:
            self.returned += p.items_of(p.without_remark(row.source))
        elif row.keyword == p.LOOP and not self._looped:
            self._looped = True
            self._head(row)
            steps, place = self._block(place + 1, row.indent, "")
            self.body += steps
            return place
        elif row.keyword == p.END:
            pass
        elif self._looped and not self.body:
            self.body, place = self._block(place, -1.0, "")
            return place
        elif row.keyword == p.STEP and not self._looped:
            self.starts += p.items_of(row.source)
        else:
            raise _refused(row, "this row stands outside of the loop")
        return place + 1

    def _head(self, row: p.Row) -> None:
        counted = _COUNTED.match(row.source.text)
        each = _EACH.match(row.source.text)
        if counted:
            self.letter, self.first = counted[1], int(counted[2] or 1)
        elif row.words.startswith("for") and each:
            self.letter = each[1]

    def _block(self, place: int, indent: float, letter: str) -> tuple[list[Step], int]:
        """The steps of a block from a row on, and the row behind it."""
        found: list[Step] = []
        while place < len(self._rows):
            row = self._rows[place]
            closed = not self._explicit and row.indent <= indent
            if closed or row.keyword in (p.RETURN, p.ELSE, p.ELIF):
                break
            if row.keyword == p.END:
                place += 1
                break
            if row.keyword in (p.INPUT, p.START):
                raise _refused(row, f"{row.words} stands inside of the loop")
            if row.keyword == p.LOOP:
                inner = _entries_of(row)
                steps, place = self._block(place + 1, row.indent, inner)
                found += steps
            elif row.keyword == p.IF:
                step, place = self._branch(place, letter)
                found.append(step)
            else:
                found.append(Step(_of_entry(p.without_remark(row.source), letter)))
                place += 1
        return found, place

    def _branch(self, place: int, letter: str) -> tuple[Step, int]:
        row = self._rows[place]
        short = p.behind_then(row)
        if short is not None:
            condition, only = short
            then, place = [Step(_of_entry(only, letter))], place + 1
        else:
            condition = p.condition_of(row)
            then, place = self._block(place + 1, row.indent, letter)
        step = Step(_of_entry(condition, letter), then)
        follows = self._rows[place] if place < len(self._rows) else None
        if follows is None or (not self._explicit and follows.indent != row.indent):
            return step, place
        if follows.keyword == p.ELIF:
            other, place = self._branch(place, letter)
            step.otherwise = [other]
        elif follows.keyword == p.ELSE:
            if follows.source.text.strip(" :") and p.cut(
                follows.source, 0, len(follows.source.text)
            ).text.strip(" :"):
                step.otherwise = [Step(_of_entry(p.without_remark(follows.source), letter))]
                place += 1
            else:
                step.otherwise, place = self._block(place + 1, follows.indent, letter)
        return step, place


def _entries_of(row: p.Row) -> str:
    """The letter of a loop over the entries of arrays."""
    counted = _COUNTED.match(row.source.text) or _EACH.match(row.source.text)
    if counted is None or not row.words.startswith("for"):
        raise _refused(row, "a loop inside of the loop is read over entries: for i = 1, ..., d")
    return counted[1]


def _of_entry(source: Source, letter: str) -> Source:
    return of_each_entry(source, letter) if letter else source


def _refused(row: p.Row, message: str) -> ReadError:
    return ReadError(message, Span(row.source, 0, len(row.source.text)))
