"""Tokens as parallel lists, and the one expression that splits characters into them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from symdl.document.errors import ReadError
from symdl.document.source import Source, Span
from symdl.latex import macros as m
from symdl.latex import typed

NESTING_LIMIT = 200
DIGIT_LIMIT = 4000

_TEXT = "|".join(re.escape(f) for f in sorted(m.TEXT_FONTS.split(), key=len, reverse=True))
_WORD = "|".join(re.escape(f) for f in sorted(m.WORD_FONTS.split(), key=len, reverse=True))
_DIGITS = (
    r"[0-9]{1,3}(?:\{,\}[0-9]{3})+(?![0-9])(?:\.[0-9]+)?"  # 200{,}000
    r"|[0-9]{1,3}(?:\\,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?"  # 200\,000
    r"|[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9]|,[0-9])(?:\.[0-9]+)?"  # 200,000
    r"|(?:[0-9]+\.(?:[0-9]{3}\\,)+[0-9]{1,3}|[0-9]+\.[0-9]+|\.[0-9]+|[0-9]+)"
    r"(?:[eE][+-]?[0-9]+(?![0-9]|\.[0-9]))?"
)
SPLIT = re.compile(
    r"\s+|[{}\[\])+,&_|\-]"  # those begin nothing that is longer
    rf"|{_DIGITS}"
    rf"|{typed.DERIVATIVES}|{typed.WORDS}|{typed.RANGES}|{typed.POWERS}"
    r"|(?<![A-Za-z\\])[A-Za-z]{2,}(?:\\_[A-Za-z0-9]+)+"
    r"|(?<![A-Za-z\\])(?:otherwise(?![A-Za-z])|if(?=\s*\\[ ,;:]|\s+[a-z|\\]))"
    r"|[A-Za-z][0-9]+(?!\.[0-9])"
    rf"|\\(?:{_TEXT})\s*\{{(?:[^{{}}$\\]|\\[^A-Za-z]|\$[^$]*\$)*\}}"
    rf"|\\(?:{_WORD})\s*\{{(?:[^{{}}$\\]|\\[^A-Za-z])*\}}"
    r"|\\begin\s*\{(?:array|tabular|subarray|alignat\*?|alignedat)\}(?:\s*\[[tbc]\])?"
    r"\s*\{(?:[^{}]|\{[^{}]*\})*\}"
    r"|\\begin\s*\{[A-Za-z]+\*?\}(?:\s*\[[tbc]\])?|\\end\s*\{[A-Za-z]+\*?\}"
    r"|\\(?:left|right|middle|mleft|mright|[bB]igg?[lrm]?)(?![A-Za-z])\s*"
    r"(?:\\[A-Za-z]+|\\.|[^\s\\{}])"
    r"|\\(?:stackrel|overset|underset)\s*\{(?:[^{}]|\{[^{}]*\})*\}\s*"
    r"\{\s*(?:[=<>]|:=|\\[A-Za-z]+)\s*\}"
    r"|\\(?:abs|norm)\*(?=\s*\{)|\\num\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}"
    r"|\\rule\s*\{[^{}]*\}\s*\{[^{}]*\}"
    r"|\\(?:[hv]space|[hv]?phantom|(?:text)?color|label|tag|cline|colorbox)\*?"
    r"\s*\{(?:[^{}]|\{[^{}]*\})*\}"
    r"|\\\\\*?(?:\s*\[\s*-?[0-9.]+\s*(?:pt|em|ex|mm|cm|in|px|mu|sp|pc)\s*\])?"
    r"|(?:(?:\\[,;: ]|~)\s*){4,}|(?:\\;\s*){3}"
    r"|\\[A-Za-z]+|\\.|%[^\n]*|'+|\.\.\.|:=|!=|<=|>=|==|=:|.",
    re.DOTALL,
)
_SAME_AGAIN = re.compile(r"(\\[A-Za-z]+|[^A-Za-z0-9\s\\])\s*(?:\1\s*){200}")
_DANGLING = re.compile(r"(?<![\^_\\])([+\-*/=^_])\s*\Z")


@dataclass(slots=True)
class Tokens:
    """The tokens of a source, as parallel lists that end with one of kind `EOF`."""

    source: Source
    kinds: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    bars: int = 0
    depth: int = 0

    def add(self, kind: str, text: str, start: int, end: int) -> None:
        """Append one token."""
        self.kinds.append(kind)
        self.texts.append(text)
        self.starts.append(start)
        self.ends.append(end)

    def drop(self, at: int = -1) -> None:
        """Take one token away."""
        del self.kinds[at], self.texts[at], self.starts[at], self.ends[at]


def unwrap(text: str) -> tuple[int, int]:
    r"""Bounds of the mathematics: without `$..$`, `$$..$$`, `\[..\]`, `\(..\)` around it."""
    start = len(text) - len(text.lstrip())
    end = max(start, len(text.rstrip()))
    if text[start : start + 1] != "$" and text[start : start + 2] not in (r"\[", r"\("):
        return start, end
    for before, behind in (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)")):
        size = len(before)
        inside = start + size, end - size
        wrapped = text.startswith(before, start) and text.endswith(behind, inside[0], end)
        if inside[0] <= inside[1] and wrapped and text[inside[1] - 1] != "\\":
            return inside
    return start, end


def refuse_hopeless(source: Source, start: int, end: int) -> None:
    """Refuse a long input at once when its end or a senseless run shows that it cannot be read."""
    if "%" in source.text:
        return  # comments may hold anything
    dangling = _DANGLING.search(source.text, max(start, end - 50), end)
    if dangling:
        span = Span(source, dangling.start(1), dangling.end(1))
        raise ReadError(f"nothing follows the last {dangling[1]}", span, "an operand is missing")
    again = _SAME_AGAIN.search(source.text, start, end)
    if again:
        span = Span(source, again.start(), min(again.end(), again.start() + 20))
        raise ReadError(f"{again[1]} stands more than 200 times in a row", span)
