"""What a document states: a claim with the way to its verdict, and where a formula stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symdl.document.errors import Error
from symdl.document.source import Source, Span, whole
from symdl.evidence.claim import Claim, Decide
from symdl.evidence.verdict import Verdict
from symdl.expression.term import Term


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim of a document, or an error in its place.

    decide gives its verdict once somebody asks for it: understanding a document judges
    nothing. note tells the author how the claim was taken. firm: the arrays in it are declared
    in the sections that are open, so that shapes that do not fit are a mistake.
    """

    source: Source
    claim: Claim | None = None
    decide: Decide | None = None
    error: Error | None = None
    note: str = ""
    firm: bool = True

    @property
    def span(self) -> Span:
        """Where it stands."""
        if self.claim is not None and self.claim.span is not None:
            return self.claim.span
        return whole(self.source)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a formula stands: the open sections, the conditions its sentence puts on it, and
    whether the words before it make it a condition that holds from here on. before: the words
    of its sentence that lead to it; context: those, the headings and the leads; others: the
    conditions of other clauses of its sentence; free: the names for all values of which it is
    said to hold; sentence: all of its words; pieces: what else an equation defines, value by
    value with its condition (see pieces_behind)."""

    path: tuple[int, ...] = ()
    conditions: tuple[Term, ...] = ()
    supposed: bool = False
    before: str = ""
    context: str = ""
    others: tuple[Term, ...] = ()
    free: frozenset[str] = frozenset()
    sentence: str = ""
    pieces: tuple[Term, ...] = ()

    @property
    def asserted(self) -> bool:
        """Whether the words before say that what follows holds for all values."""
        return _ASSERTS.search(self.before) is not None

    @property
    def general(self) -> bool:
        """Whether the words before say that what follows needs no condition; what explains their
        formula (`always of the form $a$, where $b \\le c$`) is another clause."""
        return _WITHOUT.search(_EXPLAINED.split(self.before)[-1]) is not None


_WITHOUT = re.compile(r"\b(?:without|in general|for all|for every|always)\b", re.IGNORECASE)
_EXPLAINED = re.compile(r"\$,?\s*(?:where|in which)\b", re.IGNORECASE)
_ASSERTS = re.compile(
    r"\b(?:so|then|thus|hence|therefore|identit(?:y|ies)|for all|always|expand\w*|simplif\w*|gives?"
    r"|yields?|equals|that is|i\.e\.|factor\w*|since|because|implies|obtain|means?|shows?|proves?"
    r"|verify|conclude|clearly|obviously|of course|in other words|as a result|(?:it )?follows"
    r"|recall|note|notice|observe|(?:we|one|you)(?: \w+)? (?:gets?|ha(?:ve|s)|finds?|sees?|knows?)"
    r"|by (?:\S+ ){0,3}(?:rule|theorem|lemma|inequality|definition|symmetry|linearity|induction))"
    r"[^\w$]*(?:that)?[^\w$]*(?:\$[^$]+\$(?:[\s,;]|\band\b)*)*$",
    re.IGNORECASE,
)


def is_alone(words: str) -> bool:
    """Whether the words of a sentence beside a formula, other formulas in them, are none."""
    return _LETTERS.search(_FORMULAS.sub("", words)) is None


_FORMULAS = re.compile(r"\$[^$]*\$")
_LETTERS = re.compile(r"[A-Za-z]{2}")


def settled(verdict: Verdict) -> Decide:
    """A verdict that needs no judge."""
    return lambda _: verdict
