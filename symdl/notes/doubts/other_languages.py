"""Documents in languages whose words are not read here.

Conditions, denials and what is only asked stand in words. Where these are not understood, a claim
is refuted only as what needs none of them: numbers alone, or numbers and letters that one side
writes otherwise. Everything else may be meant under what is said there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from symdl.document.pieces import Run, Words
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict, may_be_meant
from symdl.expression.term import free_symbols, postorder
from symdl.notes.claim_parts import sides_of, variables_in
from symdl.notes.scope.known import Known

_WORD = re.compile(r"[^\W\d_]+")
_NO_LATIN = re.compile(r"[\u0370-\u1cff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ENGLISH = re.compile(
    r"(?:the|of|and|is|are|we|this|that|with|for|which|be|by|it|to|as|if|then|where|from|can|has"
    r"|have|not|in|on|an|at|will|use[ds]?|using|let|given)",
    re.IGNORECASE,
)
LEAST_WORDS = 40
LEAST_SHARE = 0.08
"""Of English text a third are such words; of other languages hardly any."""


def is_foreign(runs: Iterable[Run]) -> bool:
    """Whether the words of a document are those of another language."""
    words = [w for run in runs if isinstance(run, Words) for w in _WORD.findall(run.text)]
    letters = "".join(words)
    others = len(_NO_LATIN.findall(letters))
    if letters and others > len(letters) / 4:
        return others > LEAST_WORDS
    english = sum(_ENGLISH.fullmatch(w) is not None for w in words)
    return len(words) >= LEAST_WORDS and english < LEAST_SHARE * len(words)


def unless_in_other_words(claim: Claim, verdict: Verdict, known: Known) -> Verdict:
    """The verdict on a claim, unless it is a refutation that words which are not read may undo."""
    if not known.habits.foreign or not verdict.kind.startswith("refuted"):
        return verdict
    if _stands_alone(claim):
        return verdict
    told = f"the words around it are not read: {verdict.message}"
    return may_be_meant(told, verdict.counterexample)


def _stands_alone(claim: Claim) -> bool:
    """Whether a claim says without any words what it says: an equation between numbers, or one
    that says of its own letters, none of them an array, what is the same written otherwise."""
    if claim.relation not in ("=", "approx", "equiv") or claim.right is None:
        return False
    names = {s for side in sides_of(claim) for s in free_symbols(side)}
    nodes = {n for side in sides_of(claim) for n in postorder(side)}
    if (
        any(n.op in ("call", "entry", "label", "opaque") for n in nodes)
        or names & claim.scope.values.keys()
    ):
        return False
    if any(name.shape != () or name.data.name in ("i", "j", "e") for name in names):
        return False
    left, right = variables_in(claim.left), variables_in(claim.right)
    return left == right and not any(side.op == "symbol" for side in claim.sides)
