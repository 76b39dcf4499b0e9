"""Runs as one text with `⟨n⟩` in the place of formula n, and its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symdl.document.pieces import Code, Math, Run
from symdl.document.source import Source, excerpt

_SENTENCE = re.compile(r"(?:[^.;!?]|\.(?=\S))+")


def with_places(runs: Sequence[Run], first: int = 0) -> str:
    """The runs from one on as a text, with `⟨n⟩` for the formula or code of run n."""
    rest = enumerate(runs[first:], first)
    return "".join(_shown(n, run) for n, run in rest)


def _shown(n: int, run: Run) -> str:
    return f"⟨{n}⟩" if isinstance(run, Math | Code) else run.text


def source_between(runs: Sequence[Run], start: int, end: int) -> Source:
    """Where the characters from start to end of `with_places(runs)` stand: they are the place of a
    formula, or words of one run."""
    for n, run in enumerate(runs):
        shown = len(_shown(n, run))
        if start < shown:
            is_words = not isinstance(run, Math | Code)
            return excerpt(run.source, start, min(end, shown)) if is_words else run.source
        start, end = start - shown, end - shown
    raise IndexError("no character stands there")


def continued(name: Math, said: str) -> Math:
    """A name and what words say of it as one formula, in the place of the name."""
    begin = len(name.text) - len(name.text.lstrip())
    inside = excerpt(name.source, begin, len(name.text.rstrip()))
    end = len(inside.text)
    offsets = [*range(end), *([max(end - 1, 0)] * len(said)), end]
    return Math(Source(inside.name, inside.text + said, inside, offsets))


def sentences_of(text: str) -> Iterator[re.Match[str]]:
    """The sentences of a text, without the marks at their ends; a point in a number ends none."""
    return _SENTENCE.finditer(text)


def without_stars(text: str) -> str:
    """A text with spaces for the stars of Markdown, each character in its place."""
    return text.replace("*", " ")
