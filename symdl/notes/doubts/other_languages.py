r"""Words in a language that is not read: a document of them, or a sentence beside English ones.

Formulas are the same in all languages. Conditions, denials and what is only asked stand in
words (`$H(p) = \log n$이 성립할 조건`). Where these are not understood, a claim is refuted only as
what needs none of them: numbers, slopes, limits, integrals, what one side writes otherwise, and
what speaks of names that are defined right before it. All else may be meant under what is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from symdl.document.pieces import Run, Words
from symdl.evidence.claim import Claim
from symdl.evidence.kinds import ORDER, is_closed
from symdl.evidence.verdict import Verdict, may_be_meant
from symdl.expression.operators import TABLE
from symdl.expression.term import free_symbols, postorder
from symdl.notes.claim_parts import sides_of, variables_in
from symdl.notes.doubts.determined import is_determined, is_rewriting
from symdl.notes.scope.known import Key, Known

_LETTERS = re.compile(r"[^\W\d_]+")
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
    words = [w for run in runs if isinstance(run, Words) for w in _LETTERS.findall(run.text)]
    letters = "".join(words)
    others = len(_NO_LATIN.findall(letters))
    if letters and others > len(letters) / 4:
        return others > LEAST_WORDS
    english = sum(_ENGLISH.fullmatch(w) is not None for w in words)
    return len(words) >= LEAST_WORDS and english < LEAST_SHARE * len(words)


_FORMULAS = re.compile(r"\$[^$]*\$")
_LAST_LATIN, _GREEK = 0x24F, range(0x370, 0x400)
_SMALL_WORDS = """
    der die das und ist sind für mit wenn dann sei gilt nicht ein eine wir von zu auf den im
    le les des est une un pour avec si alors où que dans nous du et pas par sur donc
    el los las es para con entonces donde una por se del y como sea ser cuando
    il lo gli di che è per quando allora sia nel della dove
    o os um uma é são com não em na no quando então seja onde
    een het van en met voor als niet zijn wordt
"""
_OTHERS = frozenset(_SMALL_WORDS.split())
"""Small words of other languages in the same script."""
_SMALL_ENGLISH = "the of is are and for with we that then this by from which where be"
_SMALL = frozenset(_SMALL_ENGLISH.split())


def _has_foreign_words(sentence: str) -> bool:
    """Whether the words of a sentence beside its formulas are those of another language."""
    words = [w.lower() for w in _LETTERS.findall(_FORMULAS.sub(" ", sentence)) if len(w) > 1]
    if any(ord(word[0]) > _LAST_LATIN and ord(word[0]) not in _GREEK for word in words):
        return True
    small = set(words)
    return len(small & _OTHERS) > 1 and not small & _SMALL


NEAR = 6
"""Lines in which a name is still what was defined before them."""
_WORKED_OUT = frozenset({"derivative", "gradient", "limit", "integral"})


def unless_in_other_words(
    verdict: Verdict, claim: Claim, known: Known, sentence: str, context: str = ""
) -> Verdict:
    """A refutation, unless conditions on the letters may be said in words that are not read: those
    of an inequality, or of arrays, in the text around it, too."""
    if not verdict.kind.startswith("refuted"):
        return verdict
    around = claim.relation in ORDER or claim.kind == "matrix"
    text = f"{context} {sentence}" if around else sentence
    if not (known.habits.foreign or _has_foreign_words(text)) or _needs_none(claim, known):
        return verdict
    told = f"the words around it are not read, a condition perhaps: {verdict.message}"
    return may_be_meant(told, verdict.counterexample)


def _needs_none(claim: Claim, known: Known) -> bool:
    """Whether a claim says without any words what it says."""
    if claim.right is None:
        return not known.habits.foreign  # a property in English words
    nodes = {n for side in claim.sides for n in postorder(side)}
    if not any(n.op == "call" for n in nodes) and all(
        is_closed(side, claim.scope) for side in claim.sides
    ):
        return True
    if claim.relation in ORDER:
        return False
    near = _is_near(claim, known)
    slope = any(n.op in _WORKED_OUT for n in nodes)
    if slope or _is_of_functions(claim, known) or is_determined(claim, known):
        return near
    return (is_rewriting(claim) or _says_otherwise(claim)) and _is_of_numbers(claim)


def _is_near(claim: Claim, known: Known) -> bool:
    """Whether all that is defined of a claim's names was defined right before it."""
    line = claim.span.origin.line if claim.span is not None else 0
    names = {s for side in claim.sides for s in free_symbols(side)}
    scope = claim.scope
    keys: set[Key] = {("value", name) for name in names if name in scope.values}
    keys |= {("entries", n) for name in names if (n := str(name.data.name)) in scope.entries}
    keys |= {("function", name) for name in _functions(claim)}
    origins = (known.origins.get(key) for key in keys)
    return all(o is None or o.span.origin.line + NEAR >= line for o in origins)


def _functions(claim: Claim) -> set[str]:
    """The functions that a claim calls."""
    nodes = (n for side in claim.sides for n in postorder(side))
    return {str(n.data.function.name) for n in nodes if n.op == "call"}


def _is_of_functions(claim: Claim, known: Known) -> bool:
    """Whether a claim speaks of functions that are defined, at any value of their letters."""
    calls = [n for side in claim.sides for n in postorder(side) if n.op == "call"]
    letters = {a for n in calls for a in n.args if a.op == "symbol"}
    free = {s for side in claim.sides for s in free_symbols(side)}
    defined = all(("function", n) in known.origins or n in TABLE for n in _functions(claim))
    return bool(calls) and defined and free <= letters


def _says_otherwise(claim: Claim) -> bool:
    """Whether an equation has the same letters of numbers on both sides, none of them alone, and
    nothing in it is defined."""
    nodes = {n for side in sides_of(claim) for n in postorder(side)}
    names = {s for side in sides_of(claim) for s in free_symbols(side)}
    if any(n.op in ("call", "entry", "label", "opaque") for n in nodes):
        return False
    if names & claim.scope.values.keys() or any(s.data.name in ("i", "j", "e") for s in names):
        return False
    letters = [variables_in(side) for side in claim.sides]
    return letters[0] == letters[-1] and not any(side.op == "symbol" for side in claim.sides)


def _is_of_numbers(claim: Claim) -> bool:
    """Whether no array stands in a claim."""
    return all(s.shape == () for side in sides_of(claim) for s in free_symbols(side))
