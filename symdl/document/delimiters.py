"""Where mathematics begins and ends in running text, and what only looks like it.

`runs_of` cuts a text into words, mathematics and code. A dollar opens mathematics only where
a price would not: see `_is_price`. Backslashes escape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symdl.document.errors import ReadError
from symdl.document.pieces import Code, Math, Run, Words
from symdl.document.source import Source, Span, excerpt

ENVIRONMENTS = (
    *("equation", "align", "aligned", "alignat", "gather", "gathered", "multline", "eqnarray"),
    *("displaymath", "math", "flalign", "split", "cases", "dmath"),
)
"""LaTeX environments that are mathematics where they stand."""

BEGIN = re.compile(r"\\begin\{(" + "|".join(ENVIRONMENTS) + r")(\*?)\}")
_ROLE = re.compile(r"\{(math|eq)\}`([^`]*)`|:math:`([^`]*)`")
_START = re.compile(r"[\\$`{:<]")
_TAG = re.compile(
    r"</?(?:a|abbr|area|b|br|button|cite|div|em|figure|font|form|h[1-6]|hr|i|iframe|img|input|li"
    r"|link|meta|ol|p|q|small|source|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul|video)"
    r"(?:\s+[\w:@.-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?)*\s*/?>",
    re.IGNORECASE,
)
"""A tag of HTML: dollars in its attributes are none."""
_WORD = re.compile(
    r"[A-Za-z]{4,}|(?<!\S)(?:and|or|to|per|for|the|is|in|at|of|off|on|an|as|by|vs|via|but|was|are"
    r"|now|bn|mn|k|USD|EUR)(?!\S)"
)
"""A word of a sentence: `$2ab = 1$` is no price, `$5 and $10` are two."""
_COMMAND = re.compile(r"\\(?:text|mathrm|operatorname|mathbf|mathit)\s*\{[^{}]*\}|\\[A-Za-z]+")
_WRAPPED = {"equation", "displaymath", "math", "dmath", "multline", "gather", "split"}


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of a text: what it is (`math`, `display`, `code`), its content's range and the
    range with its delimiters."""

    kind: str
    start: int
    end: int
    outer_start: int
    outer_end: int


def runs_of(source: Source) -> tuple[tuple[Run, ...], tuple[ReadError, ...]]:
    """The runs of a text in order, and the delimiters that are never closed."""
    runs: list[Run] = []
    place = 0
    problems: list[ReadError] = []
    for cut in cuts(source.text):
        if cut.kind == "unclosed":
            problems.append(_unclosed(source, cut))
            continue
        if cut.outer_start > place:
            runs.append(Words(excerpt(source, place, cut.outer_start)))
        inner = excerpt(source, cut.start, cut.end)
        if cut.kind == "code":
            runs.append(Code(inner))
        elif inner.text.strip():
            runs.append(Math(inner, cut.kind == "display"))
        place = cut.outer_end
    if place < len(source.text):
        runs.append(Words(excerpt(source, place, len(source.text))))
    return tuple(runs), tuple(problems)


def cuts(text: str) -> Iterator[Cut]:
    """The stretches of a text that are no words, in order."""
    place = 0
    while True:
        found = _START.search(text, place)
        if found is None:
            return
        at = found.start()
        tag = _TAG.match(text, at) if text[at] == "<" else None
        if tag is not None:
            place = tag.end()
            continue
        cut = _cut_at(text, at)
        if cut is None:
            place = at + (2 if text[at] == "\\" else 1)
            while text[at] in "$`" and place < len(text) and text[place] == text[at]:
                place += 1
            continue
        yield cut
        place = cut.outer_end


def _cut_at(text: str, at: int) -> Cut | None:
    sign = text[at]
    if sign == "`":
        return _code(text, at)
    if sign == "$":
        return _dollars(text, at)
    if sign == "<":
        return None
    if sign in "{:":
        role = _ROLE.match(text, at)
        if role is None or role[1] == "eq":
            return None
        group = 2 if role[2] is not None else 3
        return Cut("math", role.start(group), role.end(group), at, role.end())
    follow = text[at + 1 : at + 2]
    if follow == "\\" and text[at + 2 : at + 3] in ("(", "["):
        return _doubled(text, at)
    if follow in "([" and follow:
        return _brackets(text, at, follow)
    begin = BEGIN.match(text, at)
    return _environment(text, at, begin) if begin else None


def _code(text: str, at: int) -> Cut | None:
    length = 1
    while text.startswith("`", at + length):
        length += 1
    close = at + length
    while True:
        close = text.find("`" * length, close)
        if close < 0:
            return None
        end = close + length
        while text.startswith("`", end):
            end += 1
        if end - close == length:
            return Cut("code", at + length, close, at, end)
        close = end


_LETTERS = re.compile(r"[A-Za-z]{2}")


def _is_within_words(text: str, at: int, close: int) -> bool:
    """Whether `$$x$$` stands in a line with words on both sides of it, as some writers set all of
    their mathematics: it is no display."""
    if "\n" in text[at:close]:
        return False
    before = text[text.rfind("\n", 0, at) + 1 : at]
    end = text.find("\n", close)
    behind = text[close + 2 : end if end >= 0 else len(text)]
    return _LETTERS.search(before) is not None and _LETTERS.search(behind) is not None


def _dollars(text: str, at: int) -> Cut | None:
    if text.startswith("$$", at):
        close = _find(text, "$$", at + 2)
        if close < 0:
            begun = _COMMAND.search(text, at) or _BEGUN.match(text, at)
            return Cut("unclosed", at, at + 2, at, at + 2) if begun else None
        kind = "math" if _is_within_words(text, at, close) else "display"
        return Cut(kind, at + 2, close, at, close + 2)
    close = _find(text, "$", at + 1)
    if close < 0:
        looks = re.match(r"\$\\?[A-Za-z][^$]*[\\=^_]", text[at : at + 200]) is not None
        return Cut("unclosed", at, at + 1, at, at + 1) if looks else None
    inside = text[at + 1 : close]
    if _is_price(inside, text[close + 1 : close + 2]):
        return None
    start, end = at + 1, close
    if len(inside) > 2 and inside[0] == inside[-1] == "`":
        start, end = start + 1, end - 1
    return Cut("math", start, end, at, close + 1)


_BEGUN = re.compile(r"\$\$\s*[A-Za-z({|](?:(?!\n\s*\n)[^$]){0,200}?[=^_]")
"""What looks like a display without any macro: `$$x^2 + 1 = 3`."""


def _is_price(inside: str, follow: str) -> bool:
    """Whether two dollars are no delimiters: nothing or a paragraph's end between them, words,
    or white space inside of them or a digit behind them without any sign of mathematics."""
    if not inside.strip() or re.search(r"\n\s*\n", inside):
        return True
    bare = _COMMAND.sub("", inside)
    if inside[0].isdigit() and _WORD.search(bare) and not re.search(r"[\\^]", inside):
        return True
    loose = inside[0].isspace() or inside[-1].isspace() or follow.isdigit()
    if not loose:
        return False
    mathematical = re.search(r"[\\^_=<>]", inside) or len(inside.strip()) == 1
    return not mathematical or _WORD.search(bare) is not None


def _find(text: str, sign: str, place: int) -> int:
    """The next unescaped occurrence, or -1."""
    while True:
        found = text.find(sign, place)
        if found < 0:
            return -1
        slashes = 0
        while found - slashes > 0 and text[found - slashes - 1] == "\\":
            slashes += 1
        if slashes % 2 == 0:
            return found
        place = found + 1


def _brackets(text: str, at: int, sign: str) -> Cut | None:
    if at and text[at - 1] == "\\":  # \\[2pt] is a line break
        return None
    close = text.find("\\)" if sign == "(" else "\\]", at + 2)
    if close < 0:
        looks = _COMMAND.search(text, at + 2) is not None
        return Cut("unclosed", at, at + 2, at, at + 2) if looks else None
    return Cut("math" if sign == "(" else "display", at + 2, close, at, close + 2)


def _doubled(text: str, at: int) -> Cut | None:
    """Delimiters whose backslashes are doubled for Markdown: `\\\\( x \\\\)`; `\\\\[2pt]` is a line
    break."""
    inline = text[at + 2] == "("
    close = text.find("\\\\)" if inline else "\\\\]", at + 3)
    if close < 0 or re.search(r"\n\s*\n", text[at:close]):
        return None
    return Cut("math" if inline else "display", at + 3, close, at, close + 3)


def _environment(text: str, at: int, begin: re.Match[str]) -> Cut | None:
    """An environment; one that only numbers or places its content is no part of the LaTeX."""
    name = begin[1] + begin[2]
    closing = f"\\end{{{name}}}"
    close = text.find(closing, begin.end())
    if close < 0:
        return Cut("unclosed", at, begin.end(), at, begin.end())
    end = close + len(closing)
    if begin[1] in _WRAPPED:
        return Cut("display", begin.end(), close, at, end)
    return Cut("display", at, end, at, end)


def _unclosed(source: Source, cut: Cut) -> ReadError:
    sign = source.text[cut.start : cut.end]
    return ReadError(
        f"{sign} opens mathematics that is never closed",
        Span(source, cut.start, cut.end),
        f"write \\{sign} for a dollar" if sign == "$" else "close it, or remove it",
        "unclosed-math",
    )
