"""Properties of arrays found in prose: which name is said to be what, and how surely."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symdl.notes.scope.properties import (
    PASSAGE,
    PROPERTIES,
    SENTENCE,
    Has,
    Property,
    flat,
    joined,
)
from symdl.notes.sentences.names import listed

_DECOMPOSED = re.compile(
    r"\bSVD\b|singular value decomposition|eigen-?decomposition|diagonali[sz]\w+|\bQR\b|Cholesky"
    r"|spectral decomposition|Schur decomposition",
    re.IGNORECASE,
)
_PARTS = frozenset(
    [
        "U",
        "V",
        "S",
        "D",
        "Q",
        "R",
        "L",
        "P",
        "W",
        "\\Sigma",
        "\\Lambda",
        "\\Phi",
        "\\Omega",
        "\\hat{U}",
    ]
)
_NAME = r"\$([^$=<>]{1,24}?)(?:\s*\\in(?![A-Za-z])[^$=<>]{1,60})?\$"
_LISTED = rf"{_NAME}(?:\s*(?:,|and|,\s*and|&)\s*{_NAME})*"
_AFTER = re.compile(
    rf"(?:{_LISTED}|(?<![\w$\\])([A-Z])(?=\s+(?:is|be|are)\b))\s*[,(]?\s*"
    r"(?:is|are|be|being|was|denotes?|as|to be|remains?|has|have|with|represents?|defines?)\s+"
    r"([^.;:$]{1,70})",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"\b((?:[\w-]+\s+){{1,4}}){_LISTED}")


_SURE_WORDS = (
    r"(?:symmetric|skew(?:-symmetric)?|anti-?symmetric|orthogonal|idempotent|involutory|diagonal"
    r"|positive[- ](?:semi-?)?definite|psd|spd|reflection|rotation|permutation|householder"
    r"|(?:upper|lower)[- ]triangular|invertible|non-?singular)"
)
_SURE_NOUNS = (
    r"(?:idempotent|involution|reflections?|rotations?|projection|projectors?"
    r"|orthogonal projections?|unit[- ]vectors?|probability (?:vectors?|distributions?)"
    r"|one-?hot(?:[- ]encoded)?(?:\s+(?:vectors?|labels?|targets?|encodings?))?)"
)
_KIND = r"(?:(?:real|square|symmetric|invertible|non-?singular|constant|fixed)\s+)*"
_ADJECTIVES = rf"{_SURE_WORDS}(?:(?:\s+|\s*,\s*(?:and\s+)?|\s+and\s+){_SURE_WORDS})*"
_MATRICES = rf"{_KIND}{_ADJECTIVES}\s+matri(?:x|ces)"
_CONTINUES = r"(?:and|but|so|then|hence|thus|therefore|since|because|which|we)\b"
_CLAUSE_END = (
    r"(?=\s*(?:(?:again|throughout|now|here)\b\s*)?"
    rf"(?:[.;:]|$|,(?!\s*(?:if|when|unless|only|provided|or)\b)|{_CONTINUES}))"
)
_SURE = re.compile(
    r"(?:(?:also|always|assumed to be|taken to be|known to be)\s+)?"
    rf"(?:(?:an?\s+|the\s+|any\s+|some\s+)?{_MATRICES}(?:(?=\s+(?:with|whose)\b)|{_CLAUSE_END})"
    rf"|(?:an?\s+|the\s+)?{_KIND}matrix\s+whose "
    r"(?:rows and columns|columns and rows) are orthonormal"
    rf"|(?:an?\s+|the\s+)?{_KIND}diagonal matrix(?=\s+(?:of|with|whose)\b)"
    r"|(?:an?\s+)?(?:real\s+|square\s+)*(?:real\s+)?"
    rf"(?:{_ADJECTIVES}(?=\s+\$[^$]{{1,12}}\\times[^$]{{1,12}}\$ matri)"
    rf"|(?:{_SURE_NOUNS}|{_ADJECTIVES}){_CLAUSE_END}))",
    re.IGNORECASE,
)
"""A whole predicate that says a property, to the end of its clause: `a real symmetric matrix`, not
`similar to a diagonal matrix`, `block-diagonal`, `the projection matrix of the head`."""
_APPOSED = re.compile(
    rf"\$([^$=<>]{{1,24}}?)\s*\\in(?![A-Za-z])[^$=<>]{{1,60}}\$\s*,?\s*"
    rf"({_KIND}{_ADJECTIVES}){_CLAUSE_END}",
    re.IGNORECASE,
)
"""`with $A \\in \\mathbb{R}^{n \\times n}$ symmetric and positive definite`."""
_UNIT = re.compile(
    rf"(?:unit[- ](?:norm|length)|full[- ](?:column|row)[- ]rank"
    rf"|linearly independent (?:columns|rows)){_CLAUSE_END}",
    re.IGNORECASE,
)
_SURE_BEFORE = re.compile(
    r"(?:.*\s)?(?:an?|the|any|every|all|two|some|both|for|with|where|let|given)\s+"
    rf"(?:{_MATRICES}|{_KIND}{_SURE_NOUNS}|{_KIND}{_ADJECTIVES})\s*",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?:^|[.,;:(]|\b(?:that|where|if|let|suppose|since|because|as|when|then|so|assume|assuming|here"
    r"|and|but|while)\b)\s*(?:(?:the|an?|both|any|every|square|real)\s+)*"
    r"(?:matri(?:x|ces)\s+|vectors?\s+)?$",
    re.IGNORECASE,
)
"""What stands before a name that is the subject: in `the inverse of $A$ is diagonal` it is not."""


_SIZED = re.compile(
    r"(?<=\s)\$[^$=]{1,16}\\times[^$=]{1,16}\$(?=\s+(?:[a-z-]+\s+){0,2}matri(?:x|ces)\b)"
)
"""The size of a matrix: `a $D \\times D$ matrix whose rows are orthonormal`."""
_STEMS_TEXT = """
    project idempot nilpot involut reflect househ permut skew symmetric orthog rotat unitar
    orthonorm definite psd spd covarian hermit adjoint triangular diagonal stochast transition
    markov invertib singular rank unit normali probab simplex hot circulant toeplitz hankel
    hat_m eigen vander identity block minimi fixed steady stationar equilibri inverse svd
    decompos diagonali qr cholesky
"""
_STEMS = tuple(stem.replace("_", " ") for stem in _STEMS_TEXT.split())
"""Beginnings of the words of all rows: a text without any of them says none."""


def properties_in(text: str, path: tuple[int, ...]) -> Iterator[tuple[str, Has]]:
    """The properties that a sentence says of names, formulas in it between dollars."""
    lower = text.lower()
    if not any(stem in lower for stem in _STEMS):
        return
    text = _SIZED.sub(lambda size: " " * len(size[0]), text)
    for match in _AFTER.finditer(text):
        found = _said(match.groups()[-1])
        if found is None:
            continue
        head = match[0][: match.start(match.lastindex or 0) - match.start()]
        names = list(_names(head))
        sure = _is_sure(match, head)
        for name in names:
            alone = name is names[-1] or re.search(r"\b(?:are|be|have)\s*$", head) is not None
            yield name, Has(*found, path, sure and alone, flat(text), held_at(text, match.start()))
    for match in _BEFORE.finditer(text):
        joins = re.search(r"\b(?:and|or)\s*$", match[1])  # `is symmetric and $x$ ...`
        found = None if joins is not None else _said(match[1])
        if found is None:
            continue
        sure = _SURE_BEFORE.fullmatch(match[1]) is not None
        sure = sure and _DENIES.search(re.split(r"[.;:]", text[: match.end(1)])[-1]) is None
        several = re.search(r"s\s*$", match[1]) is not None
        for place, name in enumerate(_names(match[0][len(match[1]) :])):
            firm = sure and (several or not place)
            yield name, Has(*found, path, firm, flat(text), held_at(text, match.end(1)))
    for match in _APPOSED.finditer(text):
        found = _said(match[2])
        if found is not None:
            sure = _DENIES.search(re.split(r"[.;:]", text[: match.start()])[-1]) is None
            yield match[1].strip(), Has(*found, path, sure, flat(text), held_at(text, match.end()))
    decomposed = _DECOMPOSED.search(text)
    if decomposed is not None:
        special = Property(_DECOMPOSED)
        yield from (
            (name, Has(special, f"part of {decomposed[0]}", path)) for name in sorted(_PARTS)
        )


_IF = re.compile(r"\b(?:if|when|whenever|unless|provided|in case)\b[^,;]*$", re.IGNORECASE)
_FOR = re.compile(r"\bfor\b[^,;]*$", re.IGNORECASE)


def held_at(text: str, place: int) -> str:
    """How far what is said at a place of a sentence holds."""
    before = text[:place]
    if text.rstrip().endswith((",", ":")) and not _IF.search(before):
        return ""  # `For symmetric $S$,` leads to all that stands below it
    return SENTENCE if _IF.search(before) else PASSAGE if _FOR.search(before) else ""


_DENIES = re.compile(
    r"\b(?:not|no|unless|whether|unlike|without|forget\w*|ignor\w*|drop\w*|relax\w*|regardless"
    r"|longer|contrast|even)\b",
    re.IGNORECASE,
)


def _is_sure(match: re.Match[str], head: str) -> bool:
    """Whether a name is the subject of a whole predicate; what is denied is not said."""
    before = match.string[: match.start()]
    clause = re.split(r"[.;:]", before)[-1]
    if _SUBJECT.search(before) is None or _DENIES.search(clause):
        return False
    if re.search(r"\b(?:of|between|times|plus)\b[^,]*\band\s*$", clause):
        return False
    said = match.string[match.start(match.lastindex or 0) :]
    if re.search(r"\b(?:is|are|be|being)\s*$", head):
        return _SURE.match(said) is not None
    return re.search(r"\b(?:has|have|with)\s*$", head) is not None and bool(_UNIT.match(said))


def _said(words: str) -> tuple[Property, str] | None:
    """The property that words say, all of their rows together, and what they call it."""
    if re.search(r"\b(?:not|no|non|never|nor)\b", words):
        return None
    found = [(row, match[0]) for row in PROPERTIES if (match := row.words.search(words))]
    if not found:
        return None
    return joined([row for row, _ in found]), " ".join(dict.fromkeys(text for _, text in found))


def _names(text: str) -> Iterator[str]:
    bare = re.match(r"\s*([A-Z])\b", text)
    for written in (*re.findall(_NAME, text), *(bare.groups() if bare else ())):
        yield from listed(written.split(","))
