"""Footnotes: what a note gives and assumes holds in the note alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from symdl.document.pieces import PARAGRAPH, Block, Run, Words
from symdl.document.source import excerpt
from symdl.notes.outline import Passage
from symdl.notes.scope.known import Known, is_literal

_MARKED = re.compile(r"\s*\[\^[^\]\s]+\]:")
_OPENS = re.compile(r"\\(?:footnote|footnotetext|marginpar|thanks)\s*(?:\[[^\]]*\])?\s*\{")


def apart(passages: Iterable[Passage]) -> Iterator[Passage]:
    """The passages, each followed by the footnotes that are written in it."""
    for passage in passages:
        block = passage.block
        if isinstance(block, Block) and block.aside:
            yield replace(passage, aside=True)
            continue
        if not isinstance(block, Block) or block.kind != PARAGRAPH or not block.runs:
            yield passage
            continue
        first = block.runs[0]
        if isinstance(first, Words) and _MARKED.match(first.text):
            yield replace(passage, aside=True)
            continue
        if not any(isinstance(run, Words) and _OPENS.search(run.text) for run in block.runs):
            yield passage
            continue
        text, note = _split(block.runs)
        yield replace(passage, block=replace(block, runs=text))
        yield replace(passage, block=replace(block, runs=note), aside=True, step=0)


def _split(runs: Iterable[Run]) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The runs of the text, and those of the notes in it."""
    text: list[Run] = []
    notes: list[Run] = []
    depth = 0
    for run in runs:
        if not isinstance(run, Words):
            (notes if depth else text).append(run)
            continue
        start = 0
        while start < len(run.text):
            if not depth:
                opens = _OPENS.search(run.text, start)
                end = opens.start() if opens else len(run.text)
                behind, depth = (opens.end(), 1) if opens else (end, 0)
                kept = text
            else:
                end, depth = _closing(run.text, start, depth)
                behind = end if depth else end + 1
                kept = notes
            if end > start:
                kept.append(Words(excerpt(run.source, start, end)))
            start = behind
    return tuple(text), tuple(notes)


def _closing(text: str, start: int, depth: int) -> tuple[int, int]:
    """Where the brace of a note closes in a text, and how many are open behind it."""
    for match in re.finditer(r"\\.|[{}]", text[start:]):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if not depth:
            return start + match.start(), 0
    return len(text), depth


def behind_note(before: Known, known: Known) -> Known:
    """What is known behind a footnote: its definitions, and nothing that it assumed."""
    own = before.scope.values
    made = {
        k: v
        for k, v in known.scope.values.items()
        if k in own or not (is_literal(v) or known.is_passing(k))
    }
    values = {k: own.get(k, v) for k, v in made.items()} | dict(own)
    return replace(
        known,
        scope=replace(known.scope, values=values, hypotheses=before.scope.hypotheses),
        cases=before.cases,
        assumed=before.assumed,
        solutions=before.solutions,
        independent=before.independent,
        properties=before.properties,
        gone=before.gone,
    )
