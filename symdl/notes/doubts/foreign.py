r"""Sentences in a language of which no words are read: `$H(p) = \log n$이 성립할 조건`.

Formulas are the same in all languages, conditions in words are not. What such a sentence says of
letters that nothing defines may be said under a condition; numbers, slopes, limits, integrals and
what speaks of defined names are judged as anywhere.
"""

from __future__ import annotations

import re

from symdl.evidence.claim import Claim
from symdl.evidence.kinds import ORDER, is_closed
from symdl.evidence.verdict import Verdict, may_be_meant
from symdl.expression.term import free_symbols, postorder
from symdl.notes.doubts.determined import is_determined, is_rewriting
from symdl.notes.scope.known import Known

_FORMULAS = re.compile(r"\$[^$]*\$")
_WORD = re.compile(r"[^\W\d_]{2,}")
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
_ENGLISH = frozenset(_SMALL_ENGLISH.split())
NEAR = 6
"""Lines in which a function is still the one that was defined before them."""
_WORKED_OUT = frozenset({"derivative", "gradient", "limit", "integral"})


def unless_foreign(
    verdict: Verdict, claim: Claim, known: Known, sentence: str, context: str = ""
) -> Verdict:
    """A refutation, unless conditions on free letters may be said in words that are not read: those
    of an inequality, or of arrays, in the text around it, too."""
    if not verdict.kind.startswith("refuted") or claim.right is None:
        return verdict
    calls = any(n.op == "call" for side in claim.sides for n in postorder(side))
    closed = not calls and all(is_closed(side, claim.scope) for side in claim.sides)
    around = claim.relation in ORDER or claim.kind == "matrix"
    text = f"{context} {sentence}" if around else sentence
    if closed or not _is_foreign(text):
        return verdict
    if any(n.op in _WORKED_OUT for side in claim.sides for n in postorder(side)):
        return verdict
    if is_determined(claim, known) or is_rewriting(claim) or _is_of_defined(claim, known):
        return verdict
    told = f"the words of its sentence are not read, a condition perhaps: {verdict.message}"
    return may_be_meant(told, verdict.counterexample)


def _is_of_defined(claim: Claim, known: Known) -> bool:
    """Whether a claim speaks of functions that are defined, at any value of their letters."""
    calls = [n for side in claim.sides for n in postorder(side) if n.op == "call"]
    origins = [known.origins.get(("function", str(n.data.function.name))) for n in calls]
    letters = {a for n in calls for a in n.args if a.op == "symbol"}
    free = {s for side in claim.sides for s in free_symbols(side)}
    line = claim.span.origin.line if claim.span is not None else 0
    near = all(o is not None and o.span.origin.line + NEAR >= line for o in origins)
    return bool(calls) and near and free <= letters


def _is_foreign(sentence: str) -> bool:
    """Whether the words of a sentence beside its formulas are those of another language."""
    words = [word.lower() for word in _WORD.findall(_FORMULAS.sub(" ", sentence))]
    if any(ord(word[0]) > _LAST_LATIN and ord(word[0]) not in _GREEK for word in words):
        return True
    small = set(words)
    return len(small & _OTHERS) > 1 and not small & _ENGLISH
