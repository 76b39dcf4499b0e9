r"""What can be read of a display of which one part cannot: its other rows, the rest of its chain.

A person who meets `\mathcal{Q}_7 \star f` in the third row of a display reads the others all the
same. A row that begins with a relation or an operator, or stands behind one, goes on with the row
before it; each statement is then one of its own, and of a chain the links on both sides of the
operand that is not understood remain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from symdl.document.errors import Error
from symdl.document.source import Source, excerpt
from symdl.notes.reading_in import trimmed

_ENVIRONMENT = re.compile(
    r"\s*\\begin\s*\{(aligned|align|split|gathered|gather|eqnarray|equation|multline)(\*?)\}"
    r"(?:\[[tcb]\])?(.*)\\end\s*\{\1\2\}\s*$",
    re.DOTALL,
)
_TOKEN = re.compile(
    r"(?P<open>\\begin\s*\{[^{}]*\}|\\left(?![a-z])\s*(?:\\[A-Za-z]+|\\.|.)|[{(\[])"
    r"|(?P<shut>\\end\s*\{[^{}]*\}|\\right(?![a-z])\s*(?:\\[A-Za-z]+|\\.|.)|[})\]])"
    r"|\\\\(?:\s*\[[^\]]*\])?|\\[A-Za-z]+|\\.|.",
    re.DOTALL,
)
_JOINS = (
    r"=|\+|-|<|>|\\(?:approx|equiv|le|ge|leq|geq|cdot|times|propto|sim|simeq|to|ll|gg|in|pm"
    r"|Rightarrow|implies)(?![A-Za-z])|/|\*"
)
_RELATES = re.compile(
    r"[<>:]|\\\\|\\(?:approx|equiv|le|ge|leq|geq|ne|neq|propto|sim|simeq|to|ll|gg|in|Rightarrow|implies)"
    r"(?![A-Za-z])"
)
_GOES_ON = re.compile(
    rf"\s*(?:(?:&|\\h?phantom\s*\{{[^{{}}]*\}}|\\q?quad|\{{\}}|\\[,;:!]|~)\s*)*(?:{_JOINS})"
)
_UNFINISHED = re.compile(rf"(?:{_JOINS})\s*(?:&\s*)*$")


def statements_of(source: Source) -> list[Source]:
    """The statements in the rows of a display, in order; one if it is no display of several."""
    inner = _inside(source)
    rows = list(_split(inner, lambda token: token.startswith("\\\\")))
    joined: list[tuple[int, int]] = []
    for start, end in rows:
        text = inner.text[start:end]
        if not text.strip(" \t\n&"):
            continue
        before = inner.text[joined[-1][0] : joined[-1][1]] if joined else ""
        if joined and (_GOES_ON.match(text) or _UNFINISHED.search(before) or "=" not in text):
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return [trimmed(excerpt(inner, start, end)) for start, end in joined]


def chain_around(source: Source, error: Error) -> tuple[Source, ...]:
    """The parts of a chain before and behind the operand in which an error was found, each with a
    link at least."""
    operands, broken = _operands(source, error)
    if broken < 0:
        return ()
    found = []
    for part in (operands[:broken], operands[broken + 1 :]):
        if len(part) > 1:
            found.append(trimmed(excerpt(source, part[0][0], part[-1][1])))
    return tuple(found)


def bridge_over(source: Source, error: Error) -> Source | None:
    """What a chain says of the operands beside the one in which an error was found: `a = ? = b`
    says a = b. None where the relations are others, or it stands at an end."""
    operands, broken = _operands(source, error)
    if not 0 < broken < len(operands) - 1:
        return None
    near = [operands[broken - 1], operands[broken + 1]]
    if any(_is_listed(excerpt(source, a, b)) for a, b in operands[broken - 1 : broken + 2]):
        return None  # `a = n, b = m` are two statements
    if any(_RELATES.search(source.text[a:b]) for a, b in operands[broken - 1 : broken + 2]):
        return None
    (a, b), (c, d) = near
    text = f"{source.text[a:b]} = {source.text[c:d]}"
    places = (*range(a, b), *(b for _ in " = "), *range(c, d), d)
    return trimmed(Source(source.name, text, source, places))


def _is_listed(operand: Source) -> bool:
    """Whether something stands behind a comma, or a wide gap, of an operand."""
    parts = list(_split(operand, frozenset({",", ";"}).__contains__))
    listed = [operand.text[a:b] for a, b in parts[1:]] + _GAP.split(operand.text)[1:]
    return any(part.strip(" .,;\\&~") for part in listed)


_GAP = re.compile(r"\\q?quad(?![A-Za-z])|(?:~\s*){4,}")


def _operands(source: Source, error: Error) -> tuple[list[tuple[int, int]], int]:
    """The operands of a chain of equations, and which of them holds an error; none if it is not
    known where the error is."""
    place = _place(source, error)
    if place is None:
        return [], -1
    operands = list(_split(source, lambda token: token == "="))
    holding = (i for i, (start, end) in enumerate(operands) if start <= place <= end)
    return operands, next(holding, -1)


def _place(source: Source, error: Error) -> int | None:
    """Where in a text an error is, if it is no error of all of it."""
    if error.span is None:
        return None
    at, start, end = error.span.source, error.span.start, error.span.end
    while at is not source and at.parent is not None and at.offsets is not None:
        start, end, at = at.offsets[start], at.offsets[end], at.parent
    if at is not source or (start == 0 and end >= len(source.text)):
        return None
    return start


def _inside(source: Source) -> Source:
    """A text without the environment around all of it."""
    match = _ENVIRONMENT.match(source.text)
    return source if match is None else excerpt(source, match.start(3), match.end(3))


def _split(source: Source, is_end: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """The parts of a text between tokens that stand in no bracket and no environment."""
    depth, start = 0, 0
    for match in _TOKEN.finditer(source.text):
        if match["open"]:
            depth += 1
        elif match["shut"]:
            depth -= 1
        elif depth == 0 and is_end(match[0]):
            yield start, match.start()
            start = match.end()
    yield start, len(source.text)
