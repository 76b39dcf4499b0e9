"""Printed text in the making: what a printer must know of a part to join it with others.

A Piece keeps its parts (strings and Pieces) unjoined, so that a term of 10,000 layers costs no
more than its length; `text` joins them at the end. How tightly a piece holds together is its
level; whoever places it in a tighter spot brackets it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from symdl.document.errors import Error

STATEMENT, RELATION, SUM, PRODUCT, FACTOR, POWER, ATOM = range(7)
LONGEST = 1_000_000
"""Characters beyond which nothing is printed: a shared sub-term is written out at each use."""

_MACRO_AT_END = re.compile(r"\\[A-Za-z]+$")


class Piece(NamedTuple):
    """A part of a line, made by `piece`.

    level: how tightly it holds together. height: 0 in line, 1 or more for tall content
    (fractions, limits, matrices). greedy: it takes in whatever product follows it (a sum, an
    integral), so it may only stand last. start and end: the first and last characters.
    """

    parts: tuple[str | Piece, ...]
    level: int
    height: int
    greedy: bool
    length: int
    start: str
    end: str

    def __bool__(self) -> bool:
        return self.length > 0

    @property
    def text(self) -> str:
        """The joined characters."""
        out: list[str] = []
        stack: list[str | Piece] = [self]
        while stack:
            part = stack.pop()
            if isinstance(part, str):
                out.append(part)
            else:
                stack += part.parts[::-1]
        return "".join(out)


def piece(*parts: str | Piece, level: int = ATOM, height: int = -1, greedy: bool = False) -> Piece:
    """A Piece of parts, as tall as its tallest part unless a height is given.

    Raises Error for a text that is too long.
    """
    length = tallest = 0
    start = end = ""
    for part in parts:
        if isinstance(part, str):
            size, first, last = len(part), part[:8], part[-40:]
        else:
            _, _, its, _, size, first, last = part
            tallest = max(tallest, its)
        if size:
            start = start or first
            end = last
            length += size
    if length > LONGEST:
        raise Error(
            f"the text of this term is longer than {LONGEST:,} characters",
            hint="common parts are written out at each use; name some of them",
            code="too-long",
        )
    return Piece(parts, level, tallest if height < 0 else height, greedy, length, start, end)


def fenced(inner: Piece, opening: str = "(", closing: str = ")") -> Piece:
    """A piece in brackets, which grow round tall content (LaTeX only: plain text is never tall)."""
    if inner.height:
        return piece(f"\\left{opening} ", inner, f" \\right{closing}", level=ATOM)
    space = " " if opening[-1:].isalpha() else ""
    return piece(opening + space, inner, space + closing, level=ATOM)


def at_least(inner: Piece, level: int) -> Piece:
    """The piece itself if it holds together at this level, else in brackets."""
    return inner if inner.level >= level else fenced(inner)


def separated(items: list[Piece], separator: str = ", ") -> list[str | Piece]:
    """Items with the separator between them, as parts."""
    out: list[str | Piece] = []
    for item in items:
        out += [separator, item] if out else [item]
    return out


def needs_space(left: Piece, right: Piece) -> bool:
    """Whether LaTeX would run a macro at the end of `left` into letters of `right`."""
    return bool(_MACRO_AT_END.search(left.end)) and right.start[:1].isalpha()
