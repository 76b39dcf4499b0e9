"""The letter e where a document gives it to something: `Let $e = y - t$ be the error`.

From there on `e` and `e^2` are that, and `e^{-x}` is the power of Euler's number all the same. It
ends with the section.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.document.errors import Error
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


def without_own_e(scope: Scope, text: str) -> Scope:
    """The scope for a formula that has powers of Euler's number in it."""
    if "e" not in scope.symbols or _POWER.search(text) is None:
        return scope
    return replace(scope, symbols={k: s for k, s in scope.symbols.items() if k != "e"})
