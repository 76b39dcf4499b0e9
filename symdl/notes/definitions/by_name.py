"""A definition of a name that is known: the library's function, or what everybody means by it."""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.evidence.claim import Claim, Decide
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.notes.definitions.against_library import against_library
from symdl.notes.definitions.against_standard import against_standard
from symdl.notes.scope.known import Known
from symdl.notes.stated import Place

_ANOTHER = re.compile(
    r"\b(?:variant|variation|version|modif\w+|instead|simplif\w+|simpler|unnormali[sz]ed|unscaled"
    r"|linear(?:i[sz]ed)?|sparse|local|generali[sz]\w+|approximat\w+|alternative\w*|redefin\w+"
    r"|our own|different(?:ly)?|rather than|custom|toy|restricted)\b",
    re.IGNORECASE,
)


def compared_by_name(claim: Claim, known: Known, place: Place) -> Decide | None:
    """The way to the verdict on a definition of a name that means something already; None where
    it means nothing. Words that speak of another thing (`a variant of`) leave a difference open."""
    named = against_library(claim, known.universal) or against_standard(claim, known.universal)
    if named is None:
        return None
    word = _ANOTHER.search(place.context) or _ANOTHER.search(place.before)
    return lambda judge: _as_named(named(judge), word[0] if word else "")


def _as_named(verdict: Verdict, word: str) -> Verdict:
    """The verdict on such a definition: what cannot be compared is the document's own."""
    if verdict.kind == "refuted" and word:
        told = undecided(f"differs from what the name means ('{word}'): {verdict.message}")
        shown = verdict.counterexample
        return replace(told, code="differs-from-library", counterexample=shown)
    if verdict.kind == "refuted":
        return replace(verdict, message=f"not the function of this name: {verdict.message}")
    if verdict.kind in HOLDING or verdict.code == "differs-from-library":
        return verdict
    return Verdict("definition", "definition", "a definition: nothing to check")
