"""Names for all values of which a sentence says something: `for all $x$ and $y$`."""

from __future__ import annotations

import re

from symdl.document.pieces import Math, Run, Words, plain_words
from symdl.notes.outline import has_relation
from symdl.notes.sentences.names import listed

_FOR_ALL = re.compile(
    r"\bfor (?:all|any|every|each)(?:\s+(?:real|complex|scalar|possible|numbers?|values?|choices?"
    r"|inputs?|points?|vectors?|of)){0,3}(?:\s+\$[^$=<>]+\$\s*(?:,\s*and|,|and))*\s*$",
    re.IGNORECASE,
)
_FREED_END = (
    r"\s*(?:[.;:)]|$|,(?!\s*(?:with|where|such|except|satisf\w*|provided|in|on|which|but)\b)"
    r"|(?:and|so|then|hence|thus|while|whereas|we|it|if|when|whenever)\b|the (?:in)?equa)"
)
_FREED = re.compile(_FREED_END)
_EVERYWHERE = re.compile(rf"\s*(?:holds |is true )?everywhere{_FREED_END}", re.IGNORECASE)
_NARROWED = re.compile(
    r"\b(?:positive|non-?negative|negative|non-?zero|small|large|interval|half|within|domain|range"
    r"|integers?|natural|between|restrict\w*|not|false|wrong|never|no|whether|cannot|fails?|unless"
    r"|n't|claims?|counterexample\w*)\b",
    re.IGNORECASE,
)
"""Words in a sentence that restrict or deny what it says of all x."""


def freed_names(runs: tuple[Run, ...], place: int, before: str) -> frozenset[str]:
    """The names of `for all $x$ and $y$`, unless what follows or the sentence restricts them."""
    run = runs[place]
    if not isinstance(run, Math) or not _FOR_ALL.search(before) or _NARROWED.search(before):
        return frozenset()
    last = place
    while _is_joined(runs[last + 1 : last + 3]):
        last += 2
    behind = plain_words(runs[last + 1 : last + 2]) if last + 1 < len(runs) else ""
    return names_in(run) if _FREED.match(behind) else frozenset()


def _is_joined(runs: tuple[Run, ...]) -> bool:
    """Whether a list goes on: ` and $y$`."""
    if len(runs) < 2 or not isinstance(runs[0], Words) or not isinstance(runs[1], Math):
        return False
    return re.fullmatch(r"\s*(?:,|,?\s*and)\s*", runs[0].text) is not None and not has_relation(
        runs[1]
    )


def is_everywhere(runs: tuple[Run, ...], place: int, before: str) -> bool:
    """Whether words behind a formula say that it holds everywhere."""
    behind = plain_words(runs[place + 1 : place + 2])
    return _EVERYWHERE.match(behind) is not None and not _NARROWED.search(before)


def names_in(run: Math) -> frozenset[str]:
    """The names that a formula lists: `x, y`."""
    return frozenset(listed(run.text.split(",")))
