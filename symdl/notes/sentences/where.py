"""Definitions that stand behind what they are for: `$$y = p_j(1 - p_j)$$ where $p = ...$`.

What is said behind `where` of a name holds for the formula before it, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run, Words
from symdl.document.source import whole
from symdl.expression.term import Term, free_symbols
from symdl.notes.outline import SENTENCE_END, has_relation
from symdl.notes.reading_in import read_in, trimmed
from symdl.notes.scope.known import Known, is_literal
from symdl.notes.scope.learning import learn

_OPENS = re.compile(r"^[\s,;:)]*(?:and\s+)?(?:where|in which|with)\b", re.IGNORECASE)
_TURNS = re.compile(
    r"\b(?:then|thus|hence|therefore|so|we|if|when|gives?|yields?|which|implies|for|because|since)\b",
    re.IGNORECASE,
)
"""Words behind which a clause says something else than what its names are."""


def with_where(
    known: Known, behind: Sequence[Sequence[Run]], formula: Math, path: tuple[int, ...]
) -> Known:
    """What is known of a formula, with what is defined behind it for it. behind: the runs behind
    it, or the lines that explain its names, of which the first begins with `where`."""
    used = _names(formula.text)
    first = _opened(behind[0]) if behind else ()
    waiting = [run for runs in (first, *behind[1:]) for run in _clause(runs)] if first else []
    while found := next((r for r in waiting if used & _names(_head(r))), None):
        waiting.remove(found)
        try:
            term = read_in(trimmed(found.source), known)[0].term
        except Error:
            continue  # it is told where it stands
        if _says(term):
            known = learn(known, term, whole(found.source), path)
            used |= _names(found.text)
    return known


def _opened(runs: Sequence[Run]) -> Sequence[Run]:
    """The runs from the `where` of this sentence on; none if it has none."""
    for place, run in enumerate(runs):
        if isinstance(run, Words):
            if _OPENS.match(run.text):
                return runs[place:]
            if SENTENCE_END.search(run.text):
                return ()
    return ()


def _clause(runs: Sequence[Run]) -> Iterator[Math]:
    """The relations of one clause, or of one item of the list that `where` opens."""
    for run in runs:
        if isinstance(run, Words):
            if SENTENCE_END.search(run.text) or _TURNS.search(run.text):
                return
        elif not isinstance(run, Math) or run.display:
            return
        elif has_relation(run):
            yield run


def _says(term: Term) -> bool:
    """Whether a term says by others what a name is, or restricts it: `\\sum_i y_i = 1`."""
    if term.op != "relation" or len(term.data) > 1:
        return False
    name, body = term.args
    if term.data[0] in ("=", ":=") and name.op == "symbol":
        return not is_literal(body) and name not in free_symbols(body)
    return is_literal(body) and name.op in ("sum", "norm")


_WORD = re.compile(r"\\?[A-Za-z]+")


def _names(text: str) -> set[str]:
    """The words of a formula; the q of dq, too."""
    words = set(_WORD.findall(text))
    return words | {word[1:] for word in words if len(word) == 2 and word[0] == "d"}


def _head(run: Math) -> str:
    """What stands before the first sign of equality."""
    return run.text.partition("=")[0]
