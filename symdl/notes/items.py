"""Which item of a list something stands in: what one item declares is not said of the others."""

from __future__ import annotations

import re

from symdl.document.source import Span

_MARK = re.compile(r"^[ \t]*(?:[-*+•]|\d+[.)])[ \t]|\\item(?![A-Za-z])", re.MULTILINE)
_END = re.compile(r"\n[ \t]*\n(?=[^\s\\*+•-])(?!\d+[.)])|\\(?:begin|end)\s*\{(?:itemize|enumerate)")


def item_at(place: Span) -> int:
    """Where the item begins in which something stands, in characters; -1 for running text."""
    origin = place.origin
    text = origin.source.text
    before = text[: origin.start]
    marks = [m.start() for m in _MARK.finditer(before)]
    if not marks or _END.search(before, marks[-1]):
        return -1
    return marks[-1]


def in_other_items(one: Span, other: Span) -> bool:
    """Whether two places stand in two items of lists."""
    items = item_at(one), item_at(other)
    return -1 not in items and items[0] != items[1]


def begins_item(place: Span) -> bool:
    """Whether nothing but the mark of its item stands before a formula."""
    origin = place.origin
    start = item_at(place)
    if start < 0:
        return False
    text = origin.source.text[start : origin.start]
    return re.fullmatch(r"\s*(?:[-*+•]|\d+[.)]|\\item)[\s$\\(]*", text) is not None
