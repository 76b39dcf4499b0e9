"""Parts of the line in words: `For negative inputs $r(x) = 0$`, `$r(x) = x$ on the positive side`.

They are conditions on the letter of the formula beside them. A region whose ends the words do not
give (`in the active region`) is a condition that cannot be read: under it nothing is refuted, and
nothing is defined anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symdl.document.errors import Error
from symdl.document.pieces import Math
from symdl.document.source import Source
from symdl.expression.term import Term
from symdl.notes.reading_in import read_in
from symdl.notes.scope.intervals import letter_of
from symdl.notes.scope.known import Known
from symdl.notes.sentences.clauses import unread

_OF = (
    r"(?:inputs?|arguments?|pre-?activations?|numbers|ones|values(?!\s+of\b)|half[- ]?(?:line|axis)"
    r"|(?:half|part|side|branch) of the (?:real )?(?:line|axis)|(?:x-)?axis|side|half|branch|reals)"
)
_ON = r"(?:for|on|at|with|over|in)\s+(?:all\s+|any\s+|every\s+|each\s+)?(?:the\s+|an?\s+)?"
_ORIGIN = r"(?:the origin|zero|0)"
_SIGNS = {
    ">": rf"{_ON}(?:strictly )?positive\s+{_OF}|(?:to the )?right of {_ORIGIN}|above {_ORIGIN}",
    "<": rf"{_ON}(?:strictly )?negative\s+{_OF}|(?:to the )?left of {_ORIGIN}|below {_ORIGIN}",
    r"\ge": rf"{_ON}non-?negative\s+{_OF}",
    r"\le": rf"{_ON}non-?positive\s+{_OF}",
    "": r"(?:in|on|within|inside|outside(?: of)?)\s+(?:the|its|that|this)\s+"
    r"(?:(?:in)?active|linear|saturat\w+|flat|dead|dying|middle|outer|inner|quadratic|clipped)\s+"
    r"(?:region|regime|part|zone|range|branch|tails?|piece|phase)s?"
    r"|(?:for|in|on|over)\s+(?:this|that|the (?:other|first|second|third|left|right|same))\s+"
    r"(?:domain|interval|piece|branch|region|regime|range)"
    r"|on the (?:left|right)(?:[- ]hand side)?(?= (?:it|we|the|this|is|of)\b|\s*,|\s+is\b)",
}
_REGION = "|".join(f"(?P<s{i}>{words})" for i, words in enumerate(_SIGNS.values()))
_BEFORE = re.compile(
    rf"(?:^|[\s(,;:])(?:{_REGION})\b(?!\s*(?:and|or)\s+(?:negative|positive|zero|not)\b)"
    r"(?P<rest>[^.;$]*)$",
    re.IGNORECASE,
)
_BEHIND = re.compile(rf"^\s*,?\s*(?:{_REGION})\b(?!\s*\$)", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:not|unlike|instead of|rather than|than|only|except)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Region:
    """A condition in words on a formula, and the words in front of them."""

    condition: Term
    before: str


def region_before(before: str, run: Math, known: Known) -> Region | None:
    """The region of which the words before a formula speak, in its clause."""
    clause = before.rpartition("$")[2]
    behind = _BEHIND.search(clause) if "$" in before else None  # it is of the formula before
    match = _BEFORE.search(clause, behind.end() if behind is not None else 0)
    if match is None or _OTHERS.search(clause):
        return None
    front = before[: len(before) - len(clause) + match.start()]
    return Region(_condition(match, run, known), front)


def region_behind(before: str, behind: str, run: Math, known: Known) -> Region | None:
    """The region of which the words right behind a formula speak."""
    match = _BEHIND.search(behind)
    front = f"{before} ${run.text}$"
    return None if match is None else Region(_condition(match, run, known), front)


def _condition(match: re.Match[str], run: Math, known: Known) -> Term:
    signs = list(_SIGNS)
    sign = next(signs[i] for i in range(len(signs)) if match[f"s{i}"] is not None)
    words = match[0].strip(" ,;:(").removesuffix(match.groupdict().get("rest") or "").strip()
    letter = letter_of(run, known)
    if not sign or letter is None:
        return unread(words)
    try:
        return read_in(Source(run.source.name, f"{letter} {sign} 0", run.source), known)[0].term
    except Error:
        return unread(words)
