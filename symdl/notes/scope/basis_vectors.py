r"""The standard basis in words: `the standard basis vectors $e_1, \dots, e_n$ of $\mathbb{R}^n$`.

The vectors are the rows of the identity: `e` is the identity, and `e_i` its row i. A basis, or a
vector of length 1, of which nothing says that it is the standard one is any.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symdl.document.pieces import Run, plain_words
from symdl.document.source import whole
from symdl.expression.symbols import declare
from symdl.expression.term import Term, make, number, symbol
from symdl.notes.outline import SENTENCE_END
from symdl.notes.prose.claims import text_of
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import declare_in, learn

_KIND = r"(?:basis|unit|coordinate|one-?hot)\s+vectors?|basis"
_WHICH = r"(?:standard|canonical|natural|[a-z\d$]-?th\b|\$-?th\b|first|second|third)"
_SAID = re.compile(rf"\b{_WHICH}[\s\w-]*?\b(?:{_KIND})\b", re.IGNORECASE)
_NAME = re.compile(
    r"\$\s*(?:\\mathbf|\\boldsymbol|\\vec)?\s*\{?([ei])\}?_\{?(\w)\}?(?![\w=])[^$=]*\$"
)
_SPACE = re.compile(r"\\mathbb\s*\{?R\}?\s*\^\s*\{?\s*(\w+)\s*\}?")
_LAST = re.compile(r"\\(?:l?dots|cdots)\s*,\s*(?:\\mathbf\s*\{)?e\}?_\{?(\w)\}?")
_DENIED = re.compile(r"\b(?:not|no|any|some|arbitrary|another|orthonormal)\b", re.IGNORECASE)
FEW = 3
"""So many vectors are known by their numbers, `e_1` to `e_3`."""


def with_basis_said(runs: Sequence[Run], known: Known, path: tuple[int, ...]) -> Known:
    """The knowledge with the standard basis of which a passage gives the name and the dimension."""
    text = plain_words(tuple(runs))
    if "basis" not in text and "vector" not in text and "hot" not in text:
        return known
    for sentence in SENTENCE_END.split(text):
        name, said = _NAME.search(sentence), _SAID.search(sentence)
        if name is None or said is None or _DENIED.search(sentence[: said.end()]):
            continue
        size = _SPACE.search(sentence) or _LAST.search(sentence)
        if size is not None and name[1] not in known.scope.symbols:
            return _learned(known, name[1], size[1], runs, path)
    return known


def _learned(
    known: Known, base: str, size: str, runs: Sequence[Run], path: tuple[int, ...]
) -> Known:
    span = whole(text_of(runs))
    found = declare(base, f"matrix({size}, {size})", span)
    known = declare_in(known, found, span, path)
    rows = make("symbol", data=found)
    width = number(int(size)) if size.isdigit() else symbol(size)
    known = learn(known, _is(rows, make("identity", width)), span, path)
    for place in range(1, FEW + 1):
        vector = declare(f"{base}_{place}", f"vector({size})", span)
        known = declare_in(known, vector, span, path)
        row = make("entry", make("identity", width), number(place))
        known = learn(known, _is(make("symbol", data=vector), row), span, path)
    return known


def _is(name: Term, value: Term) -> Term:
    return make("relation", name, value, data=("=",))
