r"""Membership in words as a relation: `$y$ is either $0$ or $1$` is `$y \in \{0, 1\}$`, `$x$ lies
in $[0, 1]$` is `$x \in [0, 1]$`.

A passage is rewritten before it is read, as adjectives of numbers are (`adjectives.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run, Words
from symdl.document.source import Source, excerpt
from symdl.expression.symbols import canonical_name
from symdl.notes.sentences.adjectives import FUNCTIONS, is_subject
from symdl.notes.sentences.places import continued

_AMONG = re.compile(
    r"\s*(?:(?P<verb>is|are|be|being|can\s+be|lies?|belongs?|takes?|ranges?|assumes?)\b\s*)?"
    r"(?:always\s+|all\s+|both\s+|each\s+|only\s+|real\s+|an?\s+element\s+|elements\s+|one\s+)*"
    r"(?:(?:lying|taking|assuming)\s+|(?:its\s+|the\s+)?values?\s+|contained\s+|restricted\s+)*"
    r"(?:in|of|to|from|over|among)\s+"
    r"(?:the\s+)?(?:(?:closed|open|half-open|unit)\s+)?(?:set|interval|range)?\s*$",
    re.IGNORECASE,
)
"""Between a name and a set."""
_IS = re.compile(
    r"\s*(?:is|are|be|equals?|can\s+be|takes?(?:\s+on)?|takes?\s+(?:only\s+)?the\s+(?:two\s+)?values?"
    r"|can\s+only\s+be)\s+(?:always\s+|both\s+|all\s+|each\s+|only\s+)*(?:either\s+)?"
    r"(?:the\s+values?\s+)?",
    re.IGNORECASE,
)
_OR = re.compile(r"\s*(?:or|and)\s*")
_NUMBERS = re.compile(r"(-?\d+)\s+or\s+(-?\d+)(?![\w.]*\d)", re.IGNORECASE)
_NUMBER = re.compile(r"\s*[-+]?\d+\s*")
_BOTH = re.compile(r"\s*\\pm\s*\d+\s*")
_SET = re.compile(r"\s*(?:[\[(][^,()\[\]]+,[^,()\[\]]+[\])]|\\\{[^{}|:]+\\\})\s*")
_ENDS = re.compile(
    r"\s*(?:[.,;:)]|$|\b(?:then|and|so|we|the|its|it|but|while|this|here|for|with|denot\w+)\b)"
)
_BE = re.compile(r"\s*be\b", re.IGNORECASE)
_LYING = re.compile(r"\s*(?:lying|in|taking)\b", re.IGNORECASE)
_WRITTEN = re.compile(
    r"\b(?:in|of|or|to|over|among|from|is|are|be|equals?|takes?)\b", re.IGNORECASE
)
_LEADS = re.compile(r"\b(?:with|for|where|if|when|given|any|every|each|all)\s*$", re.IGNORECASE)


def with_memberships(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs of a passage with the names of which it says among what they are as relations."""
    found = list(runs)
    for place in range(len(found) - 1, -1, -1):
        name = found[place]
        if isinstance(name, Math) and place + 1 < len(found) and _is_name(name):
            made = _said(found, place, name)
            if made is not None:
                end, new = made
                found[place:end] = new
    return tuple(found)


def _is_name(run: Math) -> bool:
    if run.display or len(run.text) > 16 or not run.text.strip():
        return False
    try:
        name = canonical_name(run.text.strip())
    except Error:
        return False
    return not name[:1].isdigit() and name not in FUNCTIONS


def _said(runs: Sequence[Run], place: int, name: Math) -> tuple[int, list[Run]] | None:
    """Where what is said of a name ends, and what stands in its place."""
    words = runs[place + 1]
    before = runs[place - 1].text if place and isinstance(runs[place - 1], Words) else ""
    if not isinstance(words, Words) or not _WRITTEN.search(words.text):
        return None
    found = _home(runs, place + 1, words)
    if found is None:
        return None
    home, end, rest = found
    if not _ENDS.match(rest.text if rest is not None else _after(runs, end)):
        return None
    inline = _LYING.match(words.text) is not None
    if not (_LEADS.search(before) if inline else is_subject(before, place > 1, False)):
        return None
    new: list[Run] = [continued(name, rf" \in {home}")]
    if rest is not None:
        new.append(Words(rest))
    if _BE.match(words.text):
        told = " suppose "
        at = len(words.text)
        source = Source(words.source.name, told, words.source, [min(1, at)] * (len(told) + 1))
        new.insert(0, Words(source))
    return end, new


def _after(runs: Sequence[Run], end: int) -> str:
    return runs[end].text if end < len(runs) and isinstance(runs[end], Words) else ""


def _home(runs: Sequence[Run], at: int, words: Words) -> tuple[str, int, Source | None] | None:
    """The set that is said behind a name, where the runs of it end, and the words left of the
    last one."""
    verb = _IS.match(words.text)
    if verb is not None and (two := _NUMBERS.match(words.text, verb.end())) is not None:
        rest = excerpt(words.source, two.end(), len(words.text))
        return rf"\{{{two[1]}, {two[2]}\}}", at + 1, rest
    first = runs[at + 1] if at + 1 < len(runs) else None
    if not isinstance(first, Math) or first.display:
        return None
    if _SET.fullmatch(first.text) and _AMONG.fullmatch(words.text):
        return first.text.strip(), at + 2, None
    if verb is None or verb.end() != len(words.text):
        return None
    if _BOTH.fullmatch(first.text):
        return rf"\{{{first.text.strip()}\}}", at + 2, None
    joined = runs[at + 2 : at + 4]
    if len(joined) < 2 or not _OR.fullmatch(joined[0].text) or not isinstance(joined[1], Math):
        return None
    if not _NUMBER.fullmatch(first.text) or not _NUMBER.fullmatch(joined[1].text):
        return None
    if "and" in joined[0].text and "take" not in words.text.lower():
        return None  # `$x$ is $0$ and $1$`
    return rf"\{{{first.text.strip()}, {joined[1].text.strip()}\}}", at + 4, None
