r"""Pseudo-code in displayed mathematics: rows with keywords, blocks by indentation.

`\textbf{for} \: t=1 \: \textbf{to} \: \ldots \: \textbf{do} \\ \hspace{5mm} g_t \leftarrow ...`, as
documentations of optimizers print it. Every line keeps the places of its characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symdl.document.errors import ReadError
from symdl.document.source import Source, Span

INPUT, START, LOOP, IF, ELIF, ELSE, END, RETURN, STEP = (
    "input", "initialize", "for", "if", "else if", "else", "end", "return", "",
)  # fmt: skip
_KEYWORDS = {
    "input": INPUT, "inputs": INPUT, "require": INPUT, "requires": INPUT, "given": INPUT,
    "parameters": INPUT, "hyperparameters": INPUT,
    "initialize": START, "initialise": START, "initialization": START, "init": START,
    "for": LOOP, "for each": LOOP, "while": LOOP, "repeat": LOOP,
    "if": IF, "else if": ELIF, "elseif": ELIF, "elif": ELIF, "else": ELSE,
    "end": END, "end if": END, "endif": END, "end for": END, "endfor": END, "end while": END,
    "endwhile": END, "until": END,
    "return": RETURN, "output": RETURN, "returns": RETURN,
}  # fmt: skip
_FONT = r"\\(?:textbf|mathbf|textsc|texttt|textit|mathit|text|textrm|mathrm|operatorname)\*?"
_KEYWORD = re.compile(
    rf"\s*(?:{_FONT}\s*\{{\s*(?P<set>[A-Za-z]+(?: [A-Za-z]+)?)\s*:?\s*\}}"
    r"|\{\s*\\bf(?:series)?\s+(?P<braced>[A-Za-z]+(?: [A-Za-z]+)?)\s*\}"
    r"|\\bf(?:series)?\s*\{\s*(?P<bf>[A-Za-z]+(?: [A-Za-z]+)?)\s*\}"
    r"|(?P<bare>else\s+if|else|if|for|while|return)(?=\s|\\[:,;! ]|:|\\quad|~|\Z))\s*:?"
)
_BOLD = re.compile(
    r"(?:\\(?:textbf|mathbf)\s*\{\s*|\\bf(?:series)?\s*\{?\s*)"
    r"(?:input|require|initiali[sz]e|for|while|repeat|if|else|return|end)\b",
    re.IGNORECASE,
)
_ENVIRONMENT = re.compile(
    r"\\begin\s*\{([A-Za-z]+\*?)\}(?:\s*\[[tbc]\])?|\\end\s*\{([A-Za-z]+\*?)\}"
)
_COLUMNS = re.compile(r"\s*\{[lcr|@{} ]*\}")
_BREAK = re.compile(r"\\\\\*?(?:\s*\[[^\]\\&]*\])?")
_RULE = re.compile(r"\\(?:rule\s*\{[^{}]*\}\s*\{[^{}]*\}|hline|[tm]idrule|toprule|bottomrule)")
_SPACE = re.compile(
    r"\\hspace\*?\s*\{\s*(?P<width>-?[0-9.]+)\s*(?P<unit>[a-z]{2})\s*\}|(?P<quad>\\q?quad)(?![A-Za-z])"
)
_UNITS = {"mm": 1.0, "cm": 10.0, "em": 3.5, "ex": 1.5, "pt": 0.35, "in": 25.4}
_INDENT = re.compile(rf"(?:\s|&|{_SPACE.pattern}|\\[:,;! ]|~)*".replace("?P<", "?P<x_"))
_DO = re.compile(
    rf"(?:{_FONT}\s*\{{\s*(?:do|then)\s*:?\s*\}}|\\bf\s*\{{\s*(?:do|then)\s*\}}|:)\s*\Z"
)
_REMARK = re.compile(
    r"(?:\\text(?:it|rm)?\s*\{\s*(?:\((?![^()]*\)[^{}]*[a-z])[^{}]*|//[^{}]*)\}|\\triangleright.*)\s*\Z"
)
_ARROW = re.compile(r"\\(?:longleftarrow|leftarrow|gets)(?![A-Za-z])|:=")
_EQUALS = re.compile(r"\A\s*[^=<>]*?[^=<>\s+*/-]\s*=(?!=)")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its keyword (empty for a step), how far it is indented, and what it says."""

    keyword: str
    indent: float
    source: Source
    words: str = ""


def is_pseudocode(text: str) -> bool:
    r"""Whether a display is pseudo-code: rows, assignments, and a keyword in bold.

    >>> is_pseudocode(r"\begin{aligned} &\textbf{for } t \\ & x_t \leftarrow 2 \end{aligned}")
    True
    """
    return _BOLD.search(text) is not None and "\\\\" in text and _ARROW.search(text) is not None


def rows_of(source: Source) -> tuple[Row, ...]:
    """The rows of pseudo-code; what goes on in the next row is one of them. Raises ReadError."""
    found: list[Row] = []
    separated = True
    begins = _ARROW if _ARROW.search(source.text) else _EQUALS
    for start, end in _row_bounds(source):
        text = source.text[start:end]
        if not _RULE.sub("", text).strip(" &\n\t%"):
            separated = separated or bool(_RULE.search(text))
            continue
        row = _row(source, start, end)
        if (found and not separated and _goes_on(found[-1], row, begins)) or (
            row.keyword == STEP and found and found[-1].keyword in (INPUT, START) and not separated
        ):
            found[-1] = _joined(found[-1], row, source)
        else:
            found.append(row)
        separated = False
    return tuple(found)


def _row_bounds(source: Source) -> Iterator[tuple[int, int]]:
    r"""Where the rows of the outermost environment stand (of the whole text where it has none)."""
    text, (start, end) = source.text, _body(source)
    depth = braces = 0
    first = place = start
    while place < end:
        nested = _ENVIRONMENT.match(text, place)
        if nested:
            depth += 1 if nested[1] else -1
            place = nested.end()
            continue
        broken = _BREAK.match(text, place) if depth == 0 and braces == 0 else None
        if broken:
            yield first, place
            first = place = broken.end()
            continue
        if text[place] == "\\":
            place += 2
            continue
        braces += {"{": 1, "}": -1}.get(text[place], 0)
        place += 1
    yield first, end


def _body(source: Source) -> tuple[int, int]:
    text = source.text
    opened = _ENVIRONMENT.search(text)
    if opened is None or not opened[1]:
        return 0, len(text)
    closing = [m for m in _ENVIRONMENT.finditer(text) if m[2] == opened[1]]
    if not closing:
        raise ReadError(
            f"\\begin{{{opened[1]}}} is never closed", Span(source, opened.start(), opened.end())
        )
    start = opened.end()
    if opened[1] in ("array", "tabular") and (columns := _COLUMNS.match(text, start)):
        start = columns.end()
    return start, closing[-1].start()


def _row(source: Source, start: int, end: int) -> Row:
    text = _RULE.sub(lambda m: " " * len(m[0]), source.text[start:end])
    text = re.sub(r"%[^\n]*", lambda m: " " * len(m[0]), text)
    lead = _INDENT.match(text)
    assert lead is not None
    indent = sum(_width(m) for m in _SPACE.finditer(lead[0]))
    keyword = _KEYWORD.match(text, lead.end())
    word = " ".join((next(filter(None, keyword.groups()), "") if keyword else "").lower().split())
    known = _KEYWORDS.get(word)
    if known is None:
        return Row(STEP, indent, _plain(source, start + lead.end(), end))
    assert keyword is not None
    row = Row(known, indent, _plain(source, start + keyword.end(), end), word)
    again = _KEYWORD.match(row.source.text) if known == ELSE else None
    if again is not None and "if" in again.groups():
        at = start + keyword.end() + again.end()
        return Row(ELIF, indent, _plain(source, at, end), "else if")
    return row


def _width(match: re.Match[str]) -> float:
    if match["quad"]:
        return 7.0 if match["quad"] == "\\qquad" else 3.5
    return float(match["width"]) * _UNITS.get(match["unit"], 1.0)


def _plain(source: Source, start: int, end: int) -> Source:
    """A part of a row with marks of alignment, space, rules and remarks blanked out."""
    text = source.text[start:end]
    for pattern in (_RULE, re.compile(r"%[^\n]*"), _SPACE):
        text = pattern.sub(lambda m: " " * len(m[0]), text)
    if "\\begin" not in text:
        text = text.replace("&", " ")
    return Source(source.name, text, source, range(start, end + 1))


def _goes_on(before: Row, row: Row, begins: re.Pattern[str]) -> bool:
    """Whether a row only continues the one before: it has no keyword and assigns nothing."""
    steps = row.keyword == STEP and before.keyword == STEP
    return steps and not begins.search(row.source.text)


def _joined(before: Row, row: Row, source: Source) -> Row:
    first, last = before.source.offsets, row.source.offsets
    assert first is not None
    assert last is not None
    start, middle, end = first[0], last[0], last[-1]
    gap = " " * (middle - start - len(before.source.text))
    between = ("," + gap[1:]) if before.keyword in (INPUT, START) and gap else gap
    text = before.source.text + between + row.source.text
    return replace(before, source=Source(source.name, text, source, range(start, end + 1)))


# --- parts of a row -----------------------------------------------------------------------------


def condition_of(row: Row) -> Source:
    """What stands between `if` and `then` (or the end of the row)."""
    match = _DO.search(row.source.text.rstrip())
    return cut(row.source, 0, match.start() if match else len(row.source.text))


def behind_then(row: Row) -> tuple[Source, Source] | None:
    r"""Condition and step of `\textbf{if} .. \textbf{then} x \leftarrow ..` in one row."""
    match = re.search(r"\\(?:textbf|mathbf)\s*\{\s*then\s*\}", row.source.text)
    if match is None or not row.source.text[match.end() :].strip():
        return None
    step = cut(row.source, match.end(), len(row.source.text))
    return cut(row.source, 0, match.start()), step


def without_remark(source: Source) -> Source:
    r"""A step without a remark in brackets behind it: `\quad\text{(decoupled weight decay)}`."""
    match = _REMARK.search(source.text)
    if match is None:
        return cut(source, 0, len(source.text))
    return cut(source, 0, match.start())


def items_of(source: Source) -> list[Source]:
    """The parts of a list between commas (also semicolons) outside of brackets and words."""
    found, depth, first = [], 0, 0
    text = source.text
    for place, sign in enumerate(text):
        depth += {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}.get(sign, 0)
        if sign in ",;" and depth == 0 and text[max(place - 1, 0)] != "\\":
            found.append(cut(source, first, place))
            first = place + 1
    found.append(cut(source, first, len(text)))
    return [item for item in found if item.text]


_EDGE = re.compile(r"(?:\s|\\[:,;! ](?![A-Za-z])|~|\\q?quad(?![A-Za-z]))+")


def cut(source: Source, start: int, end: int) -> Source:
    """A part of a source without space and full stops around it."""
    text = source.text
    while (lead := _EDGE.match(text, start, end)) is not None:
        start = lead.end()
    while True:
        kept = text[start:end].rstrip()
        tail = re.search(r"(?:\\[:,;! ]|~|\\q?quad|[.,;])\Z", kept)
        if tail is None or kept.endswith("\\\\"):
            end = start + len(kept)
            break
        end = start + tail.start()
    offsets = (
        source.offsets[start : end + 1] if source.offsets is not None else range(start, end + 1)
    )
    parent = source.parent if source.offsets is not None else source
    return Source(source.name, text[start:end], parent, offsets)


def rewritten(source: Source, changes: Sequence[tuple[int, int, str]]) -> Source:
    """A source with parts written otherwise; what is new stands where the old stood."""
    if not changes:
        return source
    offsets = source.offsets if source.offsets is not None else range(len(source.text) + 1)
    parent = source.parent if source.offsets is not None else source
    text: list[str] = []
    places: list[int] = []
    last = 0
    for start, end, new in sorted(changes):
        text += [source.text[last:start], new]
        places += [*offsets[last:start], *([offsets[start]] * len(new))]
        last = end
    text.append(source.text[last:])
    places += offsets[last:]
    return Source(source.name, "".join(text), parent, tuple(places))
