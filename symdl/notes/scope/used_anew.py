r"""Letters that a section introduces as numbers of its own: `Fix $x \in [0, 1]$` below a section in
which $x = \lambda y$ was a vector says nothing of that x."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from symdl.document.pieces import Math, Run, Words
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import without_subject

_INTRODUCES = re.compile(
    r"\b(?:let|fix|take|choose|pick|suppose|for|given|consider|any|all|every|each)\s*$",
    re.IGNORECASE,
)
_NAME = r"(?:\\[A-Za-z]+|[A-Za-z])"
_NUMBERS = re.compile(
    rf"\s*({_NAME}(?:\s*,\s*{_NAME})*)\s*\\in\s*"
    r"(?:[(\[][^()\[\]]*,[^()\[\]]*[)\]]|\\mathbb\s*\{?\s*[RQNZ]\s*\}?)\s*"
)


def with_letters_used_anew(runs: Sequence[Run], known: Known) -> Known:
    """The knowledge without what closed sections say that letters are, which words introduce here
    as numbers of a set."""
    for words, run in pairwise(runs):
        if not isinstance(words, Words) or not isinstance(run, Math):
            continue
        said = _NUMBERS.fullmatch(run.text)
        if said is not None and _INTRODUCES.search(words.text):
            for name in re.findall(_NAME, said[1]):
                known = without_subject(known, name)
    return known
