r"""A letter with entries beside a number of the same letter: `d_k = 8` where `d = 64`.

Authors call the mean of a vector \mu and the means of its columns \mu_j. Where a formula has the
letter with subscripts only, it is another one than the number.
"""

from __future__ import annotations

import re

from symdl.document.errors import Error
from symdl.document.source import Source
from symdl.expression.symbols import canonical_name
from symdl.notes.scope.habits import NAME
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import forget, undeclare

_SUBSCRIPTED = re.compile(rf"\s*({NAME})\s*_")


def scalar_with_entries(source: Source, error: Error) -> str:
    """The name of the number of which a formula that cannot be read has entries only; empty where
    there is none."""
    span = error.span
    if error.code != "shape-mismatch" or span is None or span.source is not source:
        return ""
    match = _SUBSCRIPTED.match(source.text, span.start)
    if match is None:
        return ""
    letter = rf"(?<![A-Za-z\\]){re.escape(match[1])}(?![A-Za-z'])"
    if re.search(rf"{letter}\s*(?!\s*_)", source.text):
        return ""
    try:
        return canonical_name(match[1])
    except Error:
        return ""  # no name after all


def without_scalar(known: Known, name: str) -> Known:
    """The knowledge in which a letter is no number."""
    return undeclare(forget(known, name), name)
