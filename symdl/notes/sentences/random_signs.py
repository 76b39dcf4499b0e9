r"""Random variables that words say are positive: `Let $Z$ be a non-negative random variable` is
`suppose $Z \ge 0$, a random variable`, also where Z is no formula: `Let Z be a **positive** RV`.
"""

from __future__ import annotations

import re

from symdl.document.pieces import Math, Run, Words
from symdl.document.source import Source, excerpt
from symdl.notes.sentences.places import continued

_SIGNS = {"positive": " > 0", "nonnegative": r" \ge 0"}
_SAID = (
    r"\s*(?:be|is)\s+(?:an?\s+|any\s+)?[*_]*(?:strictly\s+)?(?P<sign>positive|non-?\s?negative)[*_]*"
    r"(?:[ -]valued)?(?=\s+(?:(?:real|discrete|continuous|integer)(?:[ -]valued)?\s+)*"
    r"(?:random\s+variables?|r\.?v\.?s?)\b)"
)
_BEHIND = re.compile(_SAID, re.IGNORECASE)
_OPENS = re.compile(r"\b(?:let|suppose|assume|if|for)\s*$", re.IGNORECASE)
_BARE = re.compile(rf"\b(?i:let|suppose|assume|if)\s+(?P<name>[A-Z])(?=(?i:{_SAID}))")
_LETTER = re.compile(r"\s*[A-Z](?:\s*_\s*(?:\w|\{\w+\}))?\s*")


def with_random_signs(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs of a passage with random variables as relations where words say their sign."""
    text = "".join(run.text for run in runs if isinstance(run, Words)).lower()
    if "negative" not in text and "positive" not in text:
        return runs
    found = [part for run in runs for part in _with_letter(run)]
    for place in range(len(found) - 2):
        before, name, behind = found[place : place + 3]
        if not (isinstance(before, Words) and isinstance(name, Math) and isinstance(behind, Words)):
            continue
        said = _BEHIND.match(behind.text)
        if said is None or not _OPENS.search(before.text) or not _LETTER.fullmatch(name.text):
            continue
        found[place] = _led(before)
        found[place + 1] = continued(name, _SIGNS[re.sub(r"[-\s]", "", said["sign"].lower())])
        found[place + 2] = Words(excerpt(behind.source, said.end(), len(behind.text)))
    return tuple(found)


def _with_letter(run: Run) -> list[Run]:
    """A run of words, with the letter as a formula of which it says that it is random."""
    match = _BARE.search(run.text) if isinstance(run, Words) else None
    if match is None or not isinstance(run, Words):
        return [run]
    start, end = match.span("name")
    parts = ((0, start), (start, end), (end, len(run.text)))
    before, name, behind = (excerpt(run.source, a, b) for a, b in parts)
    return [Words(before), Math(name), Words(behind)]


def _led(words: Words) -> Words:
    """Words that lead to a supposition: `let` alone introduces."""
    at = len(words.text)
    text = f"{words.text} suppose "
    return Words(Source(words.source.name, text, words.source, [*range(at), *([at] * 10)]))
