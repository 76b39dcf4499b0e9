"""What prose says of arrays in words that nothing here understands: `matrices that commute`.

Such words may be what a claim needs, so that it is not refuted for arrays without them: whatever
is said of an array where it is introduced, beyond that it is one, is a property until it is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from symdl.notes.scope.properties import PROPERTIES, Has, Property, flat, joined
from symdl.notes.scope.properties_said import held_at
from symdl.notes.sentences.names import listed

_MATH = re.compile(r"\$([^$]*)\$")
_INTRODUCED = re.compile(
    r"\$([^$=<>]{1,60})\$(?:\s*(?:,|and|,\s*and|&)\s*\$([^$=<>]{1,60})\$)*\s*,?\s*"
    r"(?:be|are|is|denotes?)\s+([^.;:]{1,160})",
    re.IGNORECASE,
)
_WITHOUT_VERB = re.compile(
    r"(?:,|\band)\s*\$([^$=<>]{1,60})\$\s+(?=an?\s)([^.;:]{1,160})", re.IGNORECASE
)
"""`Let $A$ be a matrix and $C$ an orthogonal one`."""
_LET = re.compile(r"\b(?:let|suppose|consider|assume|where|with|take|given)\b", re.IGNORECASE)
_NOUN = re.compile(r"\b(?:matri(?:x|ces)|vectors?)\b", re.IGNORECASE)
_NEXT = re.compile(
    r",?\s+and\s+(?:let|suppose)\b|,?\s+(?:and\s+)?#\s+(?:an?|be|is|are)\b|,(?!\s*and\b)"
)
_PLAIN = re.compile(
    r"(?:a|an|the|any|some|two|three|four|five|all|both|each|every|real|complex|square|arbitrary"
    r"|general|generic|given|fixed|constant|real-valued|numeric|dense|rectangular|tall|wide"
    r"|possibly|not|necessarily|weight|weights|data|design|input|output|feature|parameter"
    r"|coefficient|target|label|score|random|nonzero|non-zero|query|key|value|embedding|unknown"
    r"|column|row|same|other|further|another|and|or|more|one|following|trainable|learnable"
    r"|dimensional|small|large|finite|learned|model|parameters|hidden|activation|bias|#"
    r"|non-square|nonsquare|independent)"
)
"""Words for an array that say nothing of its entries."""
_OF_SIZE = re.compile(
    r"\s*(?:(?:all\s+)?(?:of|with|in|over|having)\s+(?:(?:the|an?|any|some|real|complex|same|equal"
    r"|matching|compatible|suitable|conformable|appropriate|that|rational|arbitrary|nonzero|#)\s+)*"
    r"(?:sizes?|shapes?|orders?|dimensions?|entries|elements|coefficients|components|reals?|numbers?"
    r"|rows?|columns?|weights?|parameters?|inputs?|outputs?|data|features?|#)"
    r"(?:\s+(?:#|and|as|rows?|columns?|entries|is|each))*)?"
    r"(?:\s*,?\s*(?:with|where|such that|satisfying|and|in)?\s*#)*\s*",
    re.IGNORECASE,
)
_COMMUTE = re.compile(
    r"\b(?:non-?)?commuting\b|\b(?:that|which)\s+(?:(?:do|need|may)\s*n[o']t\s+)?commute\b",
    re.IGNORECASE,
)
"""What commuting.py understands."""
_THEY = re.compile(
    r"\b(?:suppose|assume|assuming|provided|if|when|let)\b[^.]*"
    r"\b(?:they|both|these|the matrices)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|never|neither|nor|no|cannot|n't)\b", re.IGNORECASE)
_NO_ROW = Property(re.compile(r"(?!)"))


def unread_kinds(
    sentence: str, passage: str, path: tuple[int, ...], told: Mapping[str, bool]
) -> Iterator[tuple[str, Has]]:
    """What a sentence says of arrays that was not understood as a whole. passage: the text around
    it; told: the names of which it says something understood, and whether all of it was."""
    matches = [*_INTRODUCED.finditer(sentence)]
    matches += _WITHOUT_VERB.finditer(sentence) if _LET.search(sentence) else ()
    for match in matches:
        said = _MATH.sub("#", match[match.lastindex or 0])
        rows, unknown = _parts(said)
        head = match[0][: match.start(match.lastindex or 0) - match.start()]
        before = sentence[: match.start()]
        for name in _names(head):
            if told.get(name) or not (unknown or (rows and name not in told)):
                continue
            firm = not unknown and _DENIED.search(before) is None
            row = joined([*rows, *([_NO_ROW] if unknown else [])])
            words = unknown or " ".join(m[0] for r in rows if (m := r.words.search(said)))
            yield name, Has(row, words, path, firm, flat(sentence), held_at(sentence, len(before)))
    found = _THEY.search(sentence)
    if found is not None and _DENIED.search(sentence[: found.end()]) is None:
        for name in _capitals(passage):
            yield name, Has(_NO_ROW, found[0].split()[-1], path, sentence=flat(sentence))


def _names(head: str) -> Iterator[str]:
    """The names of a list, without the set in which they lie."""
    for written in _MATH.findall(head):
        yield from listed(re.split(r"\\in(?![A-Za-z])", written)[0].split(","))


def _capitals(text: str) -> Iterator[str]:
    """The letters of matrices in the formulas of a text."""
    letters = (
        x for written in _MATH.findall(text) for x in re.findall(r"(?<![\\A-Za-z])[A-Z]\b", written)
    )
    return iter(dict.fromkeys(letters))


def _parts(said: str) -> tuple[list[Property], str]:
    """The properties in a predicate, and the words of it that say something else of an array; none
    where it speaks of none."""
    said = re.split(r"\b(?:be|are|is)\b", said)[0]
    noun = _NOUN.search(said)
    if noun is None or "," in said[: noun.start()]:
        return [], ""  # the noun of another part of the sentence
    behind = said[noun.end() :]
    nearer = _NEXT.search(behind)
    behind = behind[: nearer.start()] if nearer is not None else behind
    behind = _AND.sub("", behind)
    text = _COMMUTE.sub(" ", f"{said[: noun.end()]}{behind}")
    rows = [row for row in PROPERTIES if row.words.search(text)]
    for row in rows:
        text = row.words.sub(lambda match: f" {''.join(_NOUN.findall(match[0])[:1])} ", text)
    front, _, behind = _NOUN.sub("@", text).partition("@")
    unknown = [w for w in front.split() if not _PLAIN.fullmatch(w.strip(",()").lower() or "a")]
    if _OF_SIZE.fullmatch(behind) is None:
        unknown.append(behind.strip())
    return rows, " ".join(unknown)


_AND = re.compile(r"\s+and\s*#?\s*$")
