"""Macros of LaTeX files: `\\newcommand`, `\\def`, `\\DeclareMathOperator`, expanded with places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from symdl.document.errors import ReadError
from symdl.document.source import Source, whole

LONGEST = 50_000
"""Characters of one formula after expansion."""
MOST_ROUNDS = 2_000
"""Macros that are expanded in one formula."""


@dataclass(frozen=True, slots=True)
class Macro:
    """A command with so many arguments (the first may have a default) and its text."""

    arguments: int
    text: str
    default: str | None = None


Macros = Mapping[str, Macro]

_DEFINES = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand)\*?\s*"
    r"(?:\{\s*(\\[A-Za-z]+)\s*\}|(\\[A-Za-z]+))\s*(?:\[(\d)\])?\s*(?:\[([^\]]*)\])?\s*(?=\{)"
    r"|\\def\s*(\\[A-Za-z]+)\s*((?:#\d)*)\s*(?=\{)"
    r"|\\DeclareMathOperator(\*?)\s*\{\s*(\\[A-Za-z]+)\s*\}\s*(?=\{)"
    r"|\\DeclarePairedDelimiter\s*\{?\s*(\\[A-Za-z]+)\s*\}?\s*\{([^{}]*)\}\s*(?=\{)"
)


def macros_in(text: str, known: Macros) -> tuple[str, Macros]:
    """The text with its definitions blanked out, and the macros known behind it."""
    found = dict(known)
    place = 0
    parts: list[str] = []
    while (match := _DEFINES.search(text, place)) is not None:
        close = closing(text, match.end())
        body = text[match.end() + 1 : close]
        parts.append(text[place : match.start()])
        parts.append(blanked(text[match.start() : close + 1]))
        place = close + 1
        name = match[1] or match[2]
        if name:
            found[name] = Macro(int(match[3] or 0), body, match[4])
        elif match[5]:
            found[match[5]] = Macro(match[6].count("#"), body)
        elif match[9]:
            found[match[9]] = Macro(1, f"{match[10]} #1 {body}")
        else:
            found[match[8]] = Macro(0, f"\\operatorname{{{body}}}")
    parts.append(text[place:])
    return "".join(parts), found


def blanked(text: str) -> str:
    """Blanks of the same length, lines kept."""
    return re.sub(r"[^\n]", " ", text)


def closing(text: str, opening: int) -> int:
    """The place of the brace that closes the one at a place, or the end of the text."""
    depth, place = 0, opening
    while place < len(text):
        if text[place] == "\\":
            place += 1
        elif text[place] == "{":
            depth += 1
        elif text[place] == "}":
            depth -= 1
            if not depth:
                return place
        place += 1
    return len(text)


def expanded(source: Source, macros: Macros) -> tuple[Source, ReadError | None]:
    """The text of a formula with the author's macros expanded; a macro that never ends stays,
    and is told.

    >>> made, _ = expanded(Source("a.tex", r"\\\\R^n"), {r"\\\\R": Macro(0, r"\\\\mathbb{R}")})
    >>> made.text
    '\\\\\\\\mathbb{R}^n'
    """
    names = [name for name in macros if name in source.text]
    if not names:
        return source, None
    pattern = re.compile("(?:" + "|".join(map(re.escape, macros)) + r")(?![A-Za-z])")
    text = source.text
    places = list(range(len(text)))
    for _ in range(MOST_ROUNDS):
        found = pattern.search(text)
        if found is None or len(text) > LONGEST:
            break
        text, places = _one(text, places, found, macros[found[0]])
    if found is not None:
        span = whole(source)
        message = f"the macro {found[0]} does not come to an end"
        return source, ReadError(message, span, "does it use itself?", "macro-recursion")
    return Source(source.name, text, source, (*places, len(source.text))), None


def _one(text: str, places: list[int], found: re.Match[str], macro: Macro) -> tuple[str, list[int]]:
    """One call replaced by its text, which has the place of the call from its first character
    to its last; arguments in it have their own."""
    arguments, place = _arguments(text, found.end(), macro)
    first, last = places[found.start()], places[place - 1]
    body: list[str] = []
    own: list[int] = []
    for part in re.split(r"(#\d)", macro.text):
        given: tuple[int, int] | None = None
        if re.fullmatch(r"#\d", part) and 0 < int(part[1]) <= len(arguments):
            given = arguments[int(part[1]) - 1]
            part = macro.default or "" if given is None else text[slice(*given)]
        body.append(part)
        own += [first] * len(part) if given is None else places[slice(*given)]
    middle = "".join(body)
    if re.search(r"\\[A-Za-z]+$", middle) and text[place : place + 1].isalpha():
        middle, own = middle + " ", [*own, first]
    if own:
        own[0] = first
    if len(own) > 1:
        own[-1] = last
    return text[: found.start()] + middle + text[place:], [
        *places[: found.start()],
        *own,
        *places[place:],
    ]


_STAR = re.compile(r"\s*\*(?:\s*\[[^\]]*\])?(?=\s*\{)")
"""`\\abs*{x}`: brackets that grow with what they hold."""


def _arguments(text: str, place: int, macro: Macro) -> tuple[list[tuple[int, int] | None], int]:
    """Where the arguments of a call stand (None: the default is meant), and the place behind."""
    found: list[tuple[int, int] | None] = []
    starred = _STAR.match(text, place) if macro.arguments else None
    place = place if starred is None else starred.end()
    if macro.default is not None:
        option = re.compile(r"\s*\[([^\]]*)\]").match(text, place)
        found.append(None if option is None else (option.start(1), option.end(1)))
        place = place if option is None else option.end()
    while len(found) < macro.arguments:
        start, end, place = _argument(text, place)
        found.append((start, end))
    return found, place


def _argument(text: str, place: int) -> tuple[int, int, int]:
    """Start and end of the next argument, and the place behind it."""
    while place < len(text) and text[place].isspace():
        place += 1
    if text.startswith("{", place):
        close = closing(text, place)
        return place + 1, close, min(close + 1, len(text))
    command = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL).match(text, place)
    end = command.end() if command is not None else place
    return place, end, end
