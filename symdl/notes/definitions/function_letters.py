"""Letters that are known functions elsewhere: a document may define its own `\\sigma`."""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.document.source import whole
from symdl.evidence.claims_read import claims
from symdl.evidence.kinds import ANY
from symdl.evidence.verdict import Verdict
from symdl.expression.reading import Reading
from symdl.library.own_names import read_line
from symdl.notes.scope.known import Known, is_literal
from symdl.notes.scope.learning import forget, learn, lose
from symdl.notes.stated import Place, Stated, settled

_LETTER = re.compile(r"(\\(?:sigma|Phi|phi|Gamma)|[σΦφΓ])\s*(?:\\left)?\(")
_SIGMOID = re.compile(
    r"sigmoid|logistic(?! (?:loss|regress|classif|model))|normal distribution|gaussian"
    r"|gamma function",
    re.I,
)


_DEFINES = re.compile(r"\b(?:denot|defin|introduc|let|write|set|call)\w*\W*$", re.IGNORECASE)
_ANOTHER = re.compile(
    r"\b(?:tanh|hyperbolic tangent|relu|rectified linear unit|leaky relu|elu|gelu|swish|silu"
    r"|softplus|mish|softmax|softsign|identity)\b\W*(?<=[:：])\W*$",
    re.IGNORECASE,
)


def _is_one_of_several(letter: str, known: Known, place: Place) -> bool:
    r"""Whether a letter stands for the function named before it, and for another one elsewhere:
    `other choices than the sigmoid: tanh: $\sigma(z) = \tanh z$`."""
    if _ANOTHER.search(place.before) is None:
        return False
    return letter in known.scope.functions or _SIGMOID.search(place.context) is not None


def _of_the_named(letter: str, reading: Reading, known: Known) -> tuple[tuple[Stated, ...], Known]:
    """What is said of one of several functions of a letter: which one it means elsewhere is not
    known, if the document has not told."""
    if letter in known.scope.functions:
        line = whole(reading.source).origin.line
        known = lose(forget(known, letter), (letter,), line)
    verdict = Verdict("definition", "definition", "said of the function that is named before it")
    told = claims(reading, known.scope, ANY)[:1]
    return tuple(Stated(reading.source, claim, settled(verdict)) for claim in told), known


def own_letter(
    reading: Reading, known: Known, place: Place
) -> tuple[tuple[Stated, ...], Known] | None:
    """A letter of a known function (`\\sigma`) that a document defines as another one: from here
    on it is the document's own. None where it agrees, or where the words say the known one."""
    match = _LETTER.match(reading.source.text)
    if match is not None and _is_one_of_several(match[1], known, place):
        return _of_the_named(match[1], reading, known)
    said = place.before if _DEFINES.search(place.before) else place.context
    if match is None or _SIGMOID.search(said) or reading.term.op != "relation":
        return None
    if is_literal(reading.term.args[1]):
        return None  # its value at some point
    again, scope, own = read_line(reading.source, known.scope)
    if not own:
        return None
    span = whole(reading.source)
    text = f"from here on {own} is this function, not the one that the letter usually means"
    verdict = Verdict("definition", "definition", text, code="own-function")
    known = learn(replace(known, scope=scope), again.term, span, place.path)
    told = claims(again, known.scope, ANY)[:1]
    return tuple(Stated(reading.source, claim, settled(verdict)) for claim in told), known
