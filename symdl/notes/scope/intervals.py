r"""Intervals in words: `$f(x) = x^2$ on $[0, 1]$` says of which x it speaks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run, Words
from symdl.document.source import Source
from symdl.expression.term import Term, free_symbols
from symdl.notes.outline import has_relation
from symdl.notes.reading_in import read_in, trimmed
from symdl.notes.scope.known import Known
from symdl.notes.sentences.clauses import unread

_ON = re.compile(
    r"\s*(?:\w+\s+){0,2}?(?:on|over|throughout|inside)\s+(?:the\s+)?(?:whole\s+)?"
    r"(?:(?:closed|open|half-open|unit)\s+)?(?:interval\s*|range\s*|domain\s*)?$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:^|[.;:,]\s|\b(?:but|and|while|whereas|then))\s*(?:on|over|throughout)\s+(?:the\s+)?"
    r"(?:(?:closed|open|half-open|unit)\s+)?(?:interval\s*)?$",
    re.IGNORECASE,
)
LONGEST = 40
_INTERVAL = re.compile(r"\s*[\[(]\s*[^,;\[\]()]+\s*,\s*[^,;\[\]()]+\s*[\])]\s*[.,;]?\s*$")
_DENIED = re.compile(r"\b(?:not|only|except|fails?|outside)\b", re.IGNORECASE)


def interval_said(runs: Sequence[Run], place: int, known: Known) -> Term | None:
    """The condition that an interval is on the formula right before it, or on what follows where
    it begins a clause; None where it is none. One of which the letter is not clear is a condition
    that cannot be read."""
    run, words = runs[place], runs[place - 1] if place else None
    if not isinstance(run, Math) or not isinstance(words, Words) or not _INTERVAL.match(run.text):
        return None
    if _DENIED.search(words.text[-LONGEST:]):
        return None
    formula = _first(runs[place - 2 : place - 1]) if _ON.match(words.text) else None
    if formula is None and _OPENING.search(words.text):
        formula = _first(runs[place + 2 : place + 3])
    if formula is None:
        return None
    letter = letter_of(formula, known)
    if letter is None:
        return unread(run.text)
    text = run.text.strip(" .,;\n")
    try:
        return read_in(Source(run.source.name, f"{letter} \\in {text}", run.source), known)[0].term
    except Error:
        return unread(run.text)


def formula_beside(runs: Sequence[Run], place: int) -> Math | None:
    """The statement right before a formula with its words, or else right behind it."""
    before = _first(runs[max(0, place - 2) : place - 1]) if place > 1 else None
    return before or _first(runs[place + 2 : place + 3])


def _first(runs: Sequence[Run]) -> Math | None:
    """The formula there, if it states something."""
    run = runs[0] if runs else None
    return run if isinstance(run, Math) and has_relation(run) else None


def letter_of(formula: Math, known: Known) -> str | None:
    """The argument of what is defined, or the only letter."""
    try:
        term = read_in(trimmed(formula.source), known)[0].term
    except Error:
        return None
    left = term.args[0] if term.op == "relation" else term
    if left.op == "call" and len(left.args) == 1 and left.args[0].op == "symbol":
        return str(left.args[0].data.name)
    names = {s for s in free_symbols(term) if s not in known.scope.values}
    letters = [s.data.name for s in names if s.shape == () and s.data.role != "function"]
    return str(letters[0]) if len(letters) == 1 == len(names) else None
