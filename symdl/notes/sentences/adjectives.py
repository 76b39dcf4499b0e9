"""Adjectives of numbers as the relations that they say: `If $x$ is positive` is `If $x > 0$`.

People write the condition of a claim in words as often as in signs. A passage is rewritten before
it is read: where words put a name under a condition (`if`, `for`, `since`), or state it (`let`,
`suppose`, `The input $x$ is non-negative.`), the name becomes a formula. What is denied, and what
functions and matrices are said to be, stays prose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run, Words
from symdl.document.source import Source, Span, excerpt
from symdl.expression.symbols import canonical_name
from symdl.notes.sentences.hedged import HEDGED

_MEANS = {
    "positive": "> 0",
    "negative": "< 0",
    "nonnegative": r"\ge 0",
    "nonpositive": r"\le 0",
    "nonzero": r"\ne 0",
    "even": r"\bmod 2 = 0",
    "odd": r"\bmod 2 = 1",
    "real": r"\in \mathbb{R}",
}
_ADJECTIVE = r"(?:strictly\s+)?(positive|negative|non-?negative|non-?positive|non-?zero|even|odd)"
_NUMBER = r"(?:\s+(?:real|number|integer|scalar|value|constant|input|argument)s?(?:\s+of)?)*"
_OPENS = (
    r"(?:if|when|whenever|where|since|because|as|for|provided|assuming|suppose|assume|let|given)"
)
_BEFORE = re.compile(
    rf"\b(?:for|with|when|given|at|on)(?:\s+(?:all|any|every|each|some|an?|the))?"
    rf"\s+({_ADJECTIVE}{_NUMBER}\s*)$",
    re.IGNORECASE,
)
"""`for all positive $x$`."""
_ANY = re.compile(
    rf"(?:^|[.;:]\s+)(?P<any>an?|any|every|each|all)\s+({_ADJECTIVE}{_NUMBER}\s*)$", re.IGNORECASE
)
"""`A positive $x$ gives ...`"""
_REAL = re.compile(r"\bfor\s+((real)(?:\s+(?:numbers?|values?(?:\s+of)?))?\s*)$", re.IGNORECASE)
"""`for real $x$`: `for all real $x$` is no condition."""
_SUBJECT = re.compile(
    rf"(?:\b(?:{_OPENS}|note that)"
    r"(?:\s+(?:that|both|all|every|each|the|an?|input|number|scalar|integer|value)s?)*"
    r"|(?:^|[.;]\s)\s*(?:the|here|each|every|both)?(?:\s+\w+)?)\s*$",
    re.IGNORECASE,
)
"""What stands before the name of which a clause says something."""
_JOINS = re.compile(r"\s*(?:,|,?\s*(?:and|or))\s*")
_BEHIND = re.compile(
    r"\s*(?:is|are|be)\s+(?:(?:always|both|all|assumed(?:\s+to\s+be)?|taken\s+to\s+be)\s+)*"
    rf"(?:an?\s+)?({_ADJECTIVE})(?P<noun>{_NUMBER})"
    r"(?=\s*(?:[.,;:)]|$|\b(?:then|and|so|we|the|it|here|but|while|this)\b|$))",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"\b(?:for|if|when|whenever|with)(?:\s+(?:all|any|every|each))?\s*$", re.IGNORECASE
)
_ALONE = re.compile(
    rf"\s+({_ADJECTIVE})(?P<noun>)(?=\s*(?:[.,;:)]|$|\b(?:then|so|we|it|but|while|this)\b))",
    re.IGNORECASE,
)
"""`For $n$ odd, ...`"""
_DENIED = re.compile(
    r"\s*(?:is\s+(?:not|never)|isn['’]t|can\s?not\s+be|can['’]t\s+be|(?:can|must)\s+n(?:ot|ever)\s+be)\s+"
    r"(negative|positive|zero)(?=\s*(?:[.,;:)]|$|\b(?:then|and|so|we|the|it|here|but|while)\b))",
    re.IGNORECASE,
)
_OPPOSITES = {"negative": "nonnegative", "positive": "nonpositive", "zero": "nonzero"}
_BE = re.compile(r"\s*be\b", re.IGNORECASE)
FUNCTIONS = frozenset({"f", "g", "h", "\\phi", "\\psi", "\\varphi", "\\sigma", "\\pi"})
_COUNTS = frozenset("ijklmnpqrst")


def with_signs(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs of a passage with names that adjectives restrict as relations."""
    if not any(isinstance(run, Words) and _WRITTEN.search(run.text) for run in runs):
        return runs
    found: list[Run] = list(runs)
    place = 0
    while place < len(found):
        end = _names_to(found, place)
        if end:
            made = _said_before(found, place, end) or _said_behind(found, place, end)
            if made is not None:
                first, last, new = made
                found[first:last] = new
                place = first + len(new)
                continue
        place += max(end - place, 1)
    return tuple(found)


_WRITTEN = re.compile(rf"\b(?:{_ADJECTIVE}|for real)\b", re.IGNORECASE)


def _names_to(runs: Sequence[Run], place: int) -> int:
    """Where a list of names that begins here ends (`$a$, $b$ and $c$`); 0 where none begins."""
    end = 0
    while place < len(runs) and _is_name(runs[place]):
        end = place + 1
        joined = place + 1 < len(runs) and isinstance(runs[place + 1], Words)
        if not joined or _JOINS.fullmatch(runs[place + 1].text) is None:
            break
        place += 2
    return end


def _is_name(run: Run) -> bool:
    """Whether a run names numbers: `x`, or `a, b`; no functions and no matrices."""
    if not isinstance(run, Math) or run.display or len(run.text) > 24:
        return False
    parts = [part.strip() for part in run.text.split(",")]
    return all(map(_names_a_number, parts))


def _names_a_number(text: str) -> bool:
    try:
        name = canonical_name(text)
    except Error:
        return False
    return not name[:1].isupper() and not name[:1].isdigit() and name not in FUNCTIONS


Change = tuple[int, int, list[Run]]
"""The runs from the first to before the last, and what is there instead."""


def _said_before(runs: Sequence[Run], place: int, end: int) -> Change | None:
    """`for positive $x$`."""
    words = runs[place - 1] if place else None
    text = words.text if isinstance(words, Words) else ""
    match = _BEFORE.search(text) or _REAL.search(text)
    anyone = None if match is not None else _ANY.search(text)
    found = match if anyone is None else anyone
    if found is None or not isinstance(words, Words):
        return None
    relations = _relations(runs[place:end], found[3 if anyone else 2], found[2 if anyone else 1])
    if relations is None:
        return None
    kept = excerpt(words.source, 0, found.start(1))
    if anyone is not None:
        places = _places(len(kept.text), 4)
        kept = Source(kept.name, f"{kept.text}for ", words.source, places)
    return place - 1, end, [Words(kept), relations]


def _said_behind(runs: Sequence[Run], place: int, end: int) -> Change | None:
    """`if $x$ is positive`, `let $x$ be positive`, `The input $x$ is positive.`"""
    words = runs[end] if end < len(runs) else None
    before = runs[place - 1].text if place and isinstance(runs[place - 1], Words) else ""
    match = _said_of(words.text, before) if isinstance(words, Words) else None
    if match is None or not isinstance(words, Words):
        return None
    behind, adjective, noun = match
    joined = place > 1 and _JOINS.fullmatch(before) and _RELATED.search(runs[place - 2].text)
    counted = adjective.lower() in ("even", "odd")
    if not joined and not is_subject(before, place > 1, bool(noun) and not counted):
        return None
    relations = _relations(runs[place:end], adjective, noun)
    if relations is None:
        return None
    new: list[Run] = [relations, Words(excerpt(words.source, behind, len(words.text)))]
    led = joined or opens_supposition(before)
    if _BE.match(words.text) or (counted and not led):  # `$n$ is odd.` is no equation of its own
        new.insert(0, Words(Source(words.source.name, " suppose ", words.source, _places(0, 9))))
    return place, end + 1, new


_RELATED = re.compile(r"[<>=]|\\(?:ge|le|ne|in)\b")


def opens_supposition(before: str) -> bool:
    """Whether the last of these words put the name behind them under a condition."""
    opens = _SUBJECT.search(before)
    return opens is not None and re.search(rf"\b{_OPENS}\b", opens[0], re.IGNORECASE) is not None


def is_subject(before: str, inside: bool, declared: bool) -> bool:
    """Whether a name behind these words is put under a condition, or stated to be something, by
    what follows it. inside: a formula stands before the words; declared: a noun follows."""
    opens = _SUBJECT.search(before)
    if opens is None:
        return False
    if re.search(rf"\b{_OPENS}\b", opens[0], re.IGNORECASE) is not None:
        return not (declared and _LET.search(opens[0]))  # `let x be a real number` declares
    begins = not inside or re.search(r"[.;]\s*\w*\s*\w*\s*$", before) is not None
    return begins and not HEDGED.search(re.split(r"[.;]\s", before)[-1])


def _said_of(text: str, before: str) -> tuple[int, str, str] | None:
    """Where the predicate ends that words begin with, its adjective, and the noun behind it."""
    match = _BEHIND.match(text)
    if match is None and _FOR.search(before):
        match = _ALONE.match(text)
    if match is not None:
        return match.end(), match[2], match["noun"].strip()
    denied = _DENIED.match(text)
    return None if denied is None else (denied.end(), _OPPOSITES[denied[1].lower()], "")


_LET = re.compile(r"\b(?:let|suppose|assume|assuming|given)\b", re.IGNORECASE)


def _relations(names: Sequence[Run], adjective: str, words: str) -> Math | None:
    """The relations of some names in one formula, each in the place of its name."""
    quality = adjective.lower().replace("-", "")
    written = [
        Span(run.source, match.start(), match.end())
        for run in names
        if isinstance(run, Math)
        for match in re.finditer(r"[^\s,](?:[^,]*[^\s,])?", run.text)
    ]
    if quality in ("even", "odd") and not _COUNTS.issuperset(name.text for name in written):
        return None  # an even function
    meanings = [_MEANS[quality]]
    if "integer" in words.lower() and quality not in ("even", "odd"):
        meanings.insert(0, r"\in \mathbb{Z}")
    text, offsets = "", list[int]()
    for name in written:
        place = name.origin
        for meaning in meanings:
            part = f"{name.text} {meaning}"
            last = place.end - 1
            text += f", {part}" if text else part
            offsets += [last] * (len(text) - len(part) - len(offsets))
            offsets += [min(place.start + i, last) for i in range(len(part))]
    home = written[0].origin.source
    return Math(Source(home.name, text, home, [*offsets, offsets[-1] + 1]))


def _places(kept: int, more: int) -> list[int]:
    """The places of a text of which the first characters are kept, with others behind."""
    return [*range(kept), *([kept] * (more + 1))]
