"""YAML with every scalar kept as text and every character knowing its place.

Nothing is resolved: `1e-8`, `no` and `0.90` stay the text that was written. The nodes are
built from parser events, without recursion, so that a hostile file costs no more than its
length. Duplicate keys, aliases, tags and a second document are errors with a place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from symdl.document.errors import FormulaError
from symdl.document.source import Source, Span

MAX_DEPTH = 64
"""Deepest nesting of lists and mappings that is read."""

QUOTE_HINT = "quote it with '...' (inside, write '' for one ')"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. `source` is its excerpt: offsets lead to the exact characters of the file."""

    source: Source
    span: Span

    @property
    def text(self) -> str:
        """The characters, as YAML decodes them."""
        return self.source.text


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping, in the author's order; keys are distinct."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span


Node = Scalar | Items | Entries


def parse_yaml(file: Source) -> Node | None:
    """The one document of a YAML file (None when it is empty).

    Raises FormulaError with the place for anything that is not plain YAML.
    """
    try:
        return _Builder(file).build()
    except yaml.YAMLError as error:
        raise _explain(file, error) from None


def _loader() -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Builder:
    """Turns parser events into nodes; `stack` holds the open lists and mappings."""

    def __init__(self, file: Source) -> None:
        self.file = file
        self.shift = 1 if file.text.startswith("\ufeff") else 0
        self.stack: list[tuple[Any, list[Node]]] = []
        self.root: Node | None = None

    def build(self) -> Node | None:
        documents = 0
        for event in yaml.parse(self.file.text[self.shift :], Loader=_loader()):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise FormulaError(
                        "a second document begins here",
                        self.span(event),
                        "one formula a file: remove the line ---",
                    )
            else:
                self.take(event)
        return self.root

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise FormulaError(
                f"*{event.anchor} is a YAML alias, which formula files do not use",
                self.span(event),
                QUOTE_HINT,
            )
        if isinstance(event, yaml.NodeEvent):
            self.refuse_decoration(event)
        if isinstance(event, yaml.ScalarEvent):
            self.put(_scalar(self.file, event, self.span(event)))
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self.stack) >= MAX_DEPTH:
                raise FormulaError(
                    f"nested deeper than {MAX_DEPTH} levels", self.span(event), QUOTE_HINT
                )
            self.stack.append((event, []))
        elif isinstance(event, yaml.CollectionEndEvent):
            start, children = self.stack.pop()
            self.put(self.close(start, children, self.span(start, event)))

    def refuse_decoration(self, event: Any) -> None:
        tagged = event.tag is not None and event.tag != "!"
        if event.anchor is not None or tagged:
            what = f"&{event.anchor}" if event.anchor is not None else str(event.tag)
            raise FormulaError(
                f"{what} is YAML notation that formula files do not use",
                self.span(event),
                QUOTE_HINT,
            )

    def close(self, start: Any, children: list[Node], span: Span) -> Node:
        if isinstance(start, yaml.SequenceStartEvent):
            return Items(tuple(children), span)
        entries = tuple(zip(children[::2], children[1::2], strict=True))
        return Entries(tuple(_distinct(entries)), span)

    def put(self, node: Node) -> None:
        if self.stack:
            self.stack[-1][1].append(node)
        else:
            self.root = node

    def span(self, start: Any, end: Any = None) -> Span:
        first = start.start_mark.index + self.shift
        last = (end or start).end_mark.index + self.shift
        return Span(self.file, first, max(first, last))


def _distinct(entries: tuple[tuple[Node, Node], ...]) -> Iterator[tuple[Scalar, Node]]:
    seen: dict[str, Scalar] = {}
    for key, value in entries:
        if not isinstance(key, Scalar):
            raise FormulaError("a key must be one line of text", key.span, QUOTE_HINT)
        if key.text in seen:
            line = seen[key.text].span.line
            raise FormulaError(
                f"duplicate key {key.text!r} (first on line {line})",
                key.span,
                "a later entry would hide the first: keep one of them",
            )
        seen[key.text] = key
        yield key, value


def _scalar(file: Source, event: Any, span: Span) -> Scalar:
    """The scalar of an event. Block scalars end with their last visible character."""
    raw, style = span.text, event.style
    if style in ("|", ">"):
        text = str(event.value).rstrip("\n")
        header = raw.find("\n") + 1
        span = Span(file, span.start, span.start + max(header, len(raw.rstrip())))
        offsets = _align(text, raw, header, "")
    else:
        text = str(event.value)
        quote = style if style in ("'", '"') else ""
        offsets = _align(text, raw, len(quote), quote)
    if offsets is None:  # an unforeseen spelling: the whole scalar is still the right place
        offsets = [0] * len(text) + [len(raw)]
    places = tuple(span.start + offset for offset in offsets)
    if style == '"':
        _refuse_eaten_backslash(file, text, places)
    return Scalar(Source(file.name, text, file, places), span)


_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}


def _align(text: str, raw: str, start: int, quote: str) -> list[int] | None:
    """For each character of the decoded text its place in the raw spelling, and the end.

    Visible characters stand in both in the same order; white space may have been folded.
    None if the two do not match.
    """
    offsets: list[int] = []
    at = start
    for char in text:
        if quote == '"':
            at = _behind_continuation(raw, at)
        if char.isspace():
            offsets.append(min(at, len(raw)))
            at += _width(raw, at, quote) if _gives(raw, at, quote, char) else 0
            continue
        while at < len(raw) and not _gives(raw, at, quote, char):
            if not (raw[at].isspace() or (quote == '"' and raw[at] == "\\")):
                return None
            at += 1
        if at >= len(raw):
            return None
        offsets.append(at)
        at += _width(raw, at, quote)
    offsets.append(offsets[-1] + _width(raw, offsets[-1], quote) if offsets else start)
    return offsets


def _gives(raw: str, at: int, quote: str, char: str) -> bool:
    """Whether the spelling at a place stands for this character."""
    if at >= len(raw):
        return False
    if quote == '"' and raw[at] == "\\" and at + 1 < len(raw):
        follow = raw[at + 1]
        if follow in _ESCAPE_LENGTHS:
            return int(raw[at + 2 : at + _ESCAPE_LENGTHS[follow]], 16) == ord(char)
        return follow == char or (follow not in "\r\n" and char.isspace())
    return raw[at] == char or (char.isspace() and raw[at].isspace())


def _behind_continuation(raw: str, at: int) -> int:
    """Behind a backslash that ends a line in double quotes, and the next line's indentation."""
    while raw.startswith(("\\\n", "\\\r"), at):
        at += 1
        while at < len(raw) and raw[at].isspace():
            at += 1
    return at


def _width(raw: str, at: int, quote: str) -> int:
    """How many raw characters the spelling at a place takes."""
    if at >= len(raw):
        return 0
    if quote == "'" and raw.startswith("''", at):
        return 2
    if quote == '"' and raw[at] == "\\":
        return _ESCAPE_LENGTHS.get(raw[at + 1], 2)
    return 1


def _refuse_eaten_backslash(file: Source, text: str, places: tuple[int, ...]) -> None:
    """In double quotes YAML reads `\\t` of `\\tanh` as a tab: say so instead of reading on."""
    for place, char in zip(places, text, strict=False):
        if file.text[place] == "\\" and char not in '\\"/ ' and not char.isprintable():
            raise FormulaError(
                f"double quotes make a control character of {file.text[place : place + 2]}",
                Span(file, place, place + 2),
                "write LaTeX without quotes or in single quotes '...'",
            )


def _explain(file: Source, error: yaml.YAMLError) -> FormulaError:
    """A YAML error as a FormulaError with its place and what to do about it."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return _unprintable(file)
    opened = getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", "") or "malformed YAML")
    context = str(getattr(error, "context", "") or "")
    shift = 1 if file.text.startswith("\ufeff") else 0
    start = min(mark.index + shift, len(file.text))
    span = Span(file, start, min(start + 1, len(file.text)))
    where = f" {context} that began on line {opened.line + 1}" if opened and context else ""
    return FormulaError(f"YAML: {problem}{where}", span, _yaml_hint(context, problem))


def _yaml_hint(context: str, problem: str) -> str:
    if "flow mapping" in context or "flow sequence" in context or "flow node" in context:
        return f"braces, brackets and commas of LaTeX end a {{...}} or [...]: {QUOTE_HINT}"
    if "escape" in problem:
        return "write LaTeX without quotes or in single quotes '...'"
    if "block scalar" in context:
        return f"a text that begins with | or > must be quoted: {QUOTE_HINT}"
    if "quoted scalar" in context:
        return "the closing quote is missing"
    if "mapping values" in problem:
        return f"a colon and a space end a key: {QUOTE_HINT}"
    if "cannot start" in problem:
        return f"indent with spaces; a text that begins with % @ or ` must be quoted: {QUOTE_HINT}"
    return f"if this line is LaTeX, {QUOTE_HINT}"


def _unprintable(file: Source) -> FormulaError:
    for place, char in enumerate(file.text):
        if not (char.isprintable() or char in "\t\n\r\x85\u2028\u2029\ufeff\xa0"):
            return FormulaError(
                f"a character that is not text: U+{ord(char):04X}",
                Span(file, place, place + 1),
                "is this a formula file?",
            )
    return FormulaError("this is not YAML text", Span(file, 0, 0), "is this a formula file?")
