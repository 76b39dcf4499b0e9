"""The letter e where a document gives it to something: `Let $e = y - t$ be the error`.

From there on `e` and `e^2` are that, and `e^{-x}` is the power of Euler's number all the same. It
ends with the section.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run, plain_words
from symdl.document.source import Source, whole
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.term import Symbol
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import declare_in

_SET = re.compile(r"\s*e\s*&?\s*(?::=|=|\\coloneqq|\\triangleq)")
_POWER = re.compile(
    r"(?<![A-Za-z\\])e\s*\^\s*(?:\{(?!\s*(?:T|\\top|\\intercal|\\prime|\()\s*\})[^{}]*[A-Za-z\\]"
    r"|\\(?!top|intercal|prime)[A-Za-z]|[A-SU-Za-z])"
)


def with_own_e(source: Source, known: Known, error: Error) -> Known | None:
    """What is known if a formula that cannot be read gives the letter e to something; else None."""
    if _SET.match(source.text) is None or error.code != "ambiguous" or "e" in known.scope.symbols:
        return None
    known = declare_in(known, Symbol("e", declared=True), whole(source), known.path)
    try:
        read(source, known.scope)
    except Error:
        return None
    return known


_CALLED = re.compile(
    r"\b(?:error|residual|epoch|energy|edge|embedding|deviation|noise|effort)s?\s*$", re.IGNORECASE
)
_IS = re.compile(
    r"\s*(?:is|be|denotes?|stands for)\s+(?:the|an?|our)\s+(?:[\w-]+\s+){0,2}?"
    r"(?:error|residual|epoch|energy|edge|embedding|deviation|noise|difference|vector)\b",
    re.IGNORECASE,
)
_SAID_BEHIND = re.compile(
    r"\b(?:where|with|let|define|set|error|residual|difference|and)\s*$", re.IGNORECASE
)
_ARRAY = re.compile(
    r"(?<![A-Za-z\\])e\s*(?:_|\^\s*\{?\s*(?:T|\\top|\\intercal|\\prime)\b)|(?:\\\||\\l?Vert)\s*e(?![A-Za-z])"
)
_EULER = re.compile(r"\\lim|\\sum|\\exp|!|\\(?:ldots|dots)|\\approx")


def with_e_said(runs: Sequence[Run], known: Known, path: tuple[int, ...]) -> Known:
    """What is known in a passage whose words give the letter e to something, be it behind the
    formula that uses it: `$L = \\frac12 e^2$ where $e = y - t$`, `at epoch $e$`."""
    if "e" in known.scope.symbols:
        return known
    if any(isinstance(run, Math) and _ARRAY.search(run.text) for run in runs):
        return known
    for place, run in enumerate(runs):
        if isinstance(run, Math) and _is_given(run.text, runs, place):
            return declare_in(known, Symbol("e", declared=True), whole(run.source), path)
    return known


def _is_given(text: str, runs: Sequence[Run], place: int) -> bool:
    before = plain_words(tuple(runs[max(0, place - 2) : place]))
    if text.strip() == "e":
        behind = plain_words(tuple(runs[place + 1 : place + 2]))
        return bool(_CALLED.search(before) or _IS.match(behind))
    if _SET.match(text) is None or _EULER.search(text) or _SAID_BEHIND.search(before) is None:
        return False
    return re.search(r"[A-Za-z]", text.partition("=")[2]) is not None


def without_own_e(scope: Scope, text: str) -> Scope:
    """The scope for a formula that has powers of Euler's number in it."""
    if "e" not in scope.symbols or _POWER.search(text) is None:
        return scope
    return replace(scope, symbols={k: s for k, s in scope.symbols.items() if k != "e"})
