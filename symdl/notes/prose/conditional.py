"""Formulas with conditions in words: `$1$ for $x > 0$, $0$ otherwise`, `1 if x > 0, else 0`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symdl.document.errors import Error
from symdl.document.pieces import Cell, Math
from symdl.document.source import Source, Span, excerpt
from symdl.expression.reading import read
from symdl.expression.relations import opposite
from symdl.expression.scope import Scope
from symdl.expression.term import Term

_WHEN = r"(?:for|if|when|where|on|at)(?:\s+all)?"
_SIGNS = r"(?:<=|>=|<|>|=|≤|≥|\\leq?\b|\\geq?\b)"
_MATH = "\x00(\\d+)\x00"
_VALUE = rf"(?:{_MATH}|(?<![\w.])(-?\d+(?:\.\d+)?))"
_BOUND = rf"\(?\s*(?:{_MATH}|([a-z]\s*{_SIGNS}\s*-?\d+(?:\.\d+)?))\s*\)?"
_CASE = re.compile(
    rf"{_VALUE}\s*,?\s*\(?\s*{_WHEN}\s+{_BOUND}"
    rf"|{_VALUE}\s*,?\s*\(?\s*(?:otherwise|elsewhere|else)\b"
    rf"|(?:otherwise|else)\s*[,:]?\s*{_VALUE}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Case:
    """A value under conditions: where it is written, and the stretch with its words."""

    value: Source
    conditions: tuple[Term, ...]
    span: Span


def cases_of(cell: Cell, whole: Source, scope: Scope) -> tuple[Case, ...]:
    """The values of a cell with their conditions; none where it has no such words. `whole` is
    the text of the cell. A case whose condition cannot be read ends them."""
    text, places = _with_marks(cell, whole)
    found: list[Case] = []
    earlier: list[Term] = []
    for match in _CASE.finditer(text):
        parts = match.groups()
        value = _part(cell, whole, places, match, 1, 2)
        if parts[2] is not None or parts[3] is not None:
            bound = _part(cell, whole, places, match, 3, 4)
            condition = _relation(bound, scope)
            if condition is None:
                break
            earlier.append(condition)
            conditions: tuple[Term, ...] = (condition,)
        else:
            first = 5 if parts[4] is not None or parts[5] is not None else 7
            value = _part(cell, whole, places, match, first, first + 1)
            conditions = tuple(_others(earlier))
            if not conditions:
                break
        start, end = places[match.start()], places[match.end() - 1] + 1
        found.append(Case(value, conditions, Span(whole, start, end)))
    return tuple(found)


def _with_marks(cell: Cell, whole: Source) -> tuple[str, list[int]]:
    """The text of a cell with a mark in place of each formula, and for each of its characters
    the place in the text."""
    text, places = "", []
    for number, run in enumerate(cell):
        start = _start_in(run.source, whole)
        if isinstance(run, Math):
            mark = f"\x00{number}\x00"
            text += mark
            places += [start] * (len(mark) - 1) + [start + len(run.text) - 1]
        else:
            text += run.text
            places += range(start, start + len(run.text))
    return text, places


def _start_in(source: Source, whole: Source) -> int:
    return Span(source, 0, 0).origin.start - Span(whole, 0, 0).origin.start


def _part(
    cell: Cell, whole: Source, places: list[int], match: re.Match[str], mark: int, plain: int
) -> Source:
    """The formula behind a mark, or the plain characters."""
    if match[mark] is not None:
        return cell[int(match[mark])].source
    start, end = match.span(plain)
    return excerpt(whole, places[start], places[end - 1] + 1)


def _relation(source: Source, scope: Scope) -> Term | None:
    text = source.text.replace("≥", "\\ge ").replace("≤", "\\le ")
    text = text.replace("<=", "\\le ").replace(">=", "\\ge ")
    try:
        term = read(text, scope).term
    except Error:
        return None
    return term if term.op == "relation" else None


def _others(earlier: list[Term]) -> Iterator[Term]:
    """What holds where none of the earlier conditions does, if that is plain."""
    for condition in earlier:
        other = opposite(condition)
        if other is not None and condition.data != ("!=",):
            yield other
