"""Words that say that a letter is small or large: `for small $x$`, `near $0$`, `for large $n$`.

They are the condition that it goes to 0, or to infinity, on the formula beside them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run, Words
from symdl.document.source import Source
from symdl.expression.term import Term
from symdl.notes.reading_in import read_in
from symdl.notes.scope.intervals import formula_beside, letter_of
from symdl.notes.scope.known import Known

_SMALL = re.compile(
    r"\b(?:for|when|if|at|with)\s+(?:an?\s+)?(?:(?:very|sufficiently|suitably)\s+)?"
    r"(?P<size>small|tiny|large|big)(?:\s+(?:and\s+)?(?:positive|values?|inputs?|arguments?|angles?)(?:\s+of)?)?\s*$",
    re.IGNORECASE,
)
_NEAR = re.compile(r"\b(?:near|around|close to)\s*$", re.IGNORECASE)
_LETTER = re.compile(r"\s*\|?\s*(\\?[A-Za-z]+(?:_\w)?)\s*\|?\s*(>\s*0\s*)?")
_MUCH_LESS = re.compile(r"\s*(?:\||\\lvert)?\s*(\\?[A-Za-z]+)\s*(?:\||\\rvert)?\s*\\ll\s*1\s*")


def is_sized(before: str) -> bool:
    """Whether words say of the formula behind them that it is small or large."""
    return _SMALL.search(before) is not None


def small_said(runs: Sequence[Run], place: int, known: Known) -> Term | None:
    """The condition that the letter goes to 0 (to infinity) of which a formula and the words before
    it say that it is small (large); None where they do not."""
    run, words = runs[place], runs[place - 1] if place else None
    if not isinstance(run, Math) or not isinstance(words, Words) or run.display:
        return None
    goes = _goes(runs, place, words.text, known)
    if goes is None:
        return None
    try:
        return read_in(Source(run.source.name, goes, run.source), known)[0].term
    except Error:
        return None


def _goes(runs: Sequence[Run], place: int, words: str, known: Known) -> str | None:
    """Where a letter goes, in LaTeX."""
    text = runs[place].text
    sized = _SMALL.search(words)
    if sized is not None and (match := _LETTER.fullmatch(text)) is not None:
        if sized["size"].lower() in ("large", "big"):
            return f"{match[1]} \\to \\infty"
        return f"{match[1]} \\to 0{'^+' if match[2] else ''}"
    if _NEAR.search(words) and text.strip() == "0":
        beside = formula_beside(runs, place)
        letter = None if beside is None else letter_of(beside, known)
        return None if letter is None else f"{letter} \\to 0"
    match = _MUCH_LESS.fullmatch(text)
    return None if match is None else f"{match[1]} \\to 0"
