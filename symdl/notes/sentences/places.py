"""Runs as one text with `⟨n⟩` in the place of formula n, and its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symdl.document.pieces import Code, Math, Run

_SENTENCE = re.compile(r"(?:[^.;!?]|\.(?=\S))+")


def with_places(runs: Sequence[Run], first: int = 0) -> str:
    """The runs from one on as a text, with `⟨n⟩` for the formula or code of run n."""
    rest = enumerate(runs[first:], first)
    return "".join(f"⟨{n}⟩" if isinstance(run, Math | Code) else run.text for n, run in rest)


def sentences_of(text: str) -> Iterator[re.Match[str]]:
    """The sentences of a text, without the marks at their ends; a point in a number ends none."""
    return _SENTENCE.finditer(text)


def without_stars(text: str) -> str:
    """A text with spaces for the stars of Markdown, each character in its place."""
    return text.replace("*", " ")
