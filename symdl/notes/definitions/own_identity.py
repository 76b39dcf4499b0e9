"""A matrix of the document that is called I, where a document introduces one as such."""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.expression.term import Symbol
from symdl.notes.scope.known import Known, name_of_key
from symdl.notes.scope.learning import forget, undeclare
from symdl.notes.stated import Place

_OWN_I = re.compile(r"\s*I\s*:?=\s*(?:\\left)?\s*(?:\\begin|\[)")
_IDENTITY = re.compile(r"\b(?:identity|unit)\b", re.IGNORECASE)
_INTRODUCES = re.compile(
    r"\b(?:let|with|take|consider|given|set|image|input)\b[^.$]*$", re.IGNORECASE
)
_OTHER_ENTRIES = re.compile(r"(?<![\d.{])(?:[2-9]|\d\d+)(?![\d.}])")
"""Numbers that no identity has, as those of pixels."""


def with_own_identity(known: Known, text: str, place: Place) -> Known:
    r"""The knowledge in which I is a matrix of the document where one is introduced as such, `Let
    $I = ...$ be the input image`, and in that section."""
    written = [
        o for key, o in known.origins.items() if key[0] == "value" and name_of_key(key) == "I"
    ]
    if "I" in text and written and written[-1].path != place.path:
        known = undeclare(forget(known, "I"), "I")
    before = place.before
    introduced = _INTRODUCES.search(before) or _OTHER_ENTRIES.search(text)
    if not _OWN_I.match(text) or not introduced or _IDENTITY.search(before):
        return known
    symbols = {**known.scope.symbols, "I": Symbol("I", "matrix", None, declared=True)}
    return replace(known, scope=replace(known.scope, symbols=symbols))
