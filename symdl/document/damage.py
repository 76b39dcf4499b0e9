"""Copies that lost something on their way, mended where the meaning is clear.

`\\[ ... \\]` and `\\( ... \\)` lose their backslashes in chat windows and Markdown tools, and
tables become lines with tabs. What is mended says so; nothing is mended that could be prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from symdl.document.delimiters import runs_of
from symdl.document.pieces import Math, Run, Table, Words
from symdl.document.source import Source, excerpt

_COMMAND = re.compile(r"\\[A-Za-z]+")
_UPRIGHT = re.compile(r"\\(?:text|mathrm|operatorname|mathbf|textbf)\s*\{[^{}]*\}")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")
_OPEN = re.compile(r"[(\[]")
_NAME = re.compile(r"\(\s*([A-Za-z](?:_\w|_\{\w+\}|\d)?)\s*\)(?=\s*:)")


def mended(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs with mathematics found in words whose delimiters lost their backslashes."""
    found: list[Run] = []
    for run in runs:
        if isinstance(run, Words):
            found.extend(_of_words(run, first=not found))
        elif isinstance(run, Math) and run.display:
            found.extend(in_lines(run))
        else:
            found.append(run)
    return tuple(found)


_RELATION = re.compile(
    r"=|(?<!\\left)(?<!\\right)[<>]|\\(?:le|leq|ge|geq|approx|propto|sim|in|to|ne|neq|equiv)(?![A-Za-z])"
)
_ENDS_OPEN = re.compile(r"(?:[-+*/=<>,;:({\[&^_|]|\\[A-Za-z]+|\\[,;!>:])\s*$")
_ENDS_A_NAME = re.compile(
    r"\\(?:alpha|beta|gamma|delta|epsilon|varepsilon|theta|lambda|mu|sigma|rho|tau|phi|psi|omega|eta"
    r"|pi|infty|rfloor|rceil|rangle)\s*$"
)
_BEGINS_OPEN = re.compile(
    r"\s*(?:[-+*/=<>,;:{)}\]&^_|.]|\\frac(?!\s*\{\s*(?:\\partial|d\s*[A-Za-z]))|\\(?:cdot|times|quad|qquad|left|right|big|bigg|Big|Bigg|le|leq|ge|geq"
    r"|approx|propto|sim|in|to|ne|neq|equiv|text|mathrm|otherwise|sum|int|prod|pm|mp)(?![A-Za-z]))"
)


def in_lines(run: Math) -> Iterator[Math]:
    r"""The lines of a display that lost the `\\\\` between them: each states something of its own,
    none ends or begins in the middle of one. Any other display as it is."""
    text = run.text
    lines = [m for m in re.finditer(r"[^\n]+", text) if m[0].strip()]
    apart = len(lines) > 1 and "\\\\" not in text and "\\begin" not in text and "&" not in text
    if not apart or not all(_states(m[0]) for m in lines):
        yield run
        return
    pairs = pairwise(lines)
    if any(_is_open(one[0]) or _BEGINS_OPEN.match(other[0]) for one, other in pairs):
        yield run
        return
    for line in lines:
        told = "a line of its own: its display lost what parts its lines"
        yield Math(excerpt(run.source, *line.span()), True, told)


def _states(line: str) -> bool:
    """Whether a line has a relation outside of its brackets, and all of these are closed."""
    depth, outside = 0, []
    for sign in re.finditer(r"\\[A-Za-z]+|\\.|[\[({\])}]|.", line):
        depth += (sign[0] in ("(", "[", "{", "\\{")) - (sign[0] in (")", "]", "}", "\\}"))
        if depth == 0:
            outside.append(sign[0])
    return depth == 0 and _RELATION.search("".join(outside)) is not None


def _is_open(line: str) -> bool:
    return _ENDS_OPEN.search(line) is not None and _ENDS_A_NAME.search(line) is None


def _of_words(run: Words, first: bool) -> Iterator[Run]:
    text = run.text
    place = 0
    for start, end in _lost(text, first):
        if start > place:
            yield Words(excerpt(run.source, place, start))
        sign = "\\" + text[start], "\\" + text[end - 1]
        inner = excerpt(run.source, start + 1, end - 1)
        how = f"the brackets were {sign[0]} {sign[1]} before they lost their backslashes"
        yield Math(inner, text[start] == "[", how)
        place = end
    if place < len(text):
        yield Words(excerpt(run.source, place, len(text)))


def _lost(text: str, first: bool) -> Iterator[tuple[int, int]]:
    """Ranges of brackets that were delimiters: commands of LaTeX inside and no sentence."""
    place = 0
    name = _NAME.match(text) if first else None
    if name is not None:
        yield name.start(), name.end()
        place = name.end()
    if "\\" not in text:
        return
    while (found := _OPEN.search(text, place)) is not None:
        end = _closing(text, found.start())
        if end is None:
            place = found.end()
            continue
        inside = text[found.end() : end - 1]
        mathematical = _COMMAND.search(inside) and not _WORD.search(_UPRIGHT.sub("", inside))
        if mathematical and not text.startswith("(", end):
            yield found.start(), end
            place = end
        else:
            place = found.end()


def _closing(text: str, start: int) -> int | None:
    """Behind the bracket that closes the one at start."""
    depth = 0
    for place in range(start, min(len(text), start + 2000)):
        if text[place] in "([":
            depth += 1
        elif text[place] in ")]":
            depth -= 1
            if not depth:
                return place + 1 if (text[start] == "(") == (text[place] == ")") else None
    return None


def tabbed(source: Source) -> Table | None:
    """The table that lines with tabs are; None if the text is none.

    Every line has a tab, and there are two lines at least: the first is the head.
    """
    if "\t" not in source.text:
        return None
    lines = source.text.split("\n")
    if len(lines) < 2 or not all("\t" in line.strip() for line in lines):
        return None
    rows = []
    start = 0
    for line in lines:
        cells = []
        at = start
        for part in line.split("\t"):
            lead = len(part) - len(part.lstrip())
            inner = excerpt(source, at + lead, at + max(lead, len(part.rstrip())))
            cells.append(mended(runs_of(inner)[0]))
            at += len(part) + 1
        rows.append(tuple(cells))
        start += len(line) + 1
    return Table(rows[0], tuple(rows[1:]))
