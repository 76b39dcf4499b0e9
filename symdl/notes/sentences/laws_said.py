r"""Laws in words as formulas: `Let $X$ be a Poisson variable with rate $\lambda$` is
`Let $X \sim \mathrm{Poisson}(\lambda)$`.

A passage is rewritten before it is read, so that it holds as far as its words say, and is denied,
supposed or given as any formula is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run, Words
from symdl.document.source import excerpt
from symdl.expression.symbols import canonical_name
from symdl.notes.sentences.law_words import SPOKEN, law_at
from symdl.notes.sentences.places import continued, with_places

_VERB = re.compile(
    r"\s*(?:is|be|has|have|follows?|being)\s+(?:an?\s+|the\s+)?(?:(?:real|scalar|continuous)\s+)*"
    r"(?:(?:random\s+)?(?:variable|number)\s+(?:(?:that|which)\s+(?:is|has|follows)\s+)?"
    r"(?:(?:with|having|following|from|drawn from)\s+)?(?:an?\s+|the\s+)?)?",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\s*(?:[.,;:)]|$|\b(?:then|and|so|we|the|its|it|but|while|this|has|have|where)\b)"
    r"(?!\s*(?:given|conditional\w*|truncated|independent\w*|i\.i\.d)\b)",
    re.IGNORECASE,
)


def with_laws(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs of a passage with the names of which it says a law as formulas that say it."""
    if not any(isinstance(run, Words) and SPOKEN.search(run.text) for run in runs):
        return runs
    found = list(runs)
    place = 0
    while place < len(found):
        run = found[place]
        if isinstance(run, Math) and _is_name(run):
            made = _said_of(found, place, run)
            if made is not None:
                end, new = made
                found[place:end] = new
        place += 1
    return tuple(found)


def _is_name(run: Math) -> bool:
    if run.display or len(run.text) > 16:
        return False
    try:
        return not canonical_name(run.text.strip())[:1].isdigit()
    except Error:
        return False


def _said_of(runs: Sequence[Run], place: int, name: Math) -> tuple[int, list[Run]] | None:
    """Where what is said of a name ends, and what stands in its place; None where no law is."""
    text = with_places(runs, place + 1)
    verb = _VERB.match(text)
    law = law_at(text, verb.end(), runs) if verb is not None else None
    if law is None or law.custom or _ENDS.match(text, law.end) is None:
        return None
    end, left = place + 1, law.end
    while end < len(runs) and left >= len(with_places(runs[: end + 1], end)):
        left -= len(with_places(runs[: end + 1], end))
        end += 1
    new: list[Run] = [continued(name, rf" \sim {law.latex}")]
    if left:
        last = runs[end]
        if not isinstance(last, Words):
            return None
        new.append(Words(excerpt(last.source, left, len(last.text))))
        end += 1
    return end, new
