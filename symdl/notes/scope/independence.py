"""Which random variables prose says are independent: `If $X$ and $Y$ are independent, then ...`.

It is a condition on what its sentence claims about expectations; said without an if (`Let $X$ and
$Y$ be independent.`) it holds to the end of its section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symdl.document.errors import Error
from symdl.expression.symbols import canonical_name
from symdl.notes.outline import SENTENCE_END
from symdl.notes.scope.moment_words import moments_in
from symdl.notes.scope.properties import flat

_NAME = r"\$[^$=<>]{1,24}\$"
_NAMES = rf"{_NAME}(?:\s*(?:,\s*and|,|and|&)\s*{_NAME})*"
_HOW = r"(?:(?P<how>mutually|jointly|statistically|pairwise)\s+)?independent"
_NOUN = r"(?:\s+(?:real|random|continuous|discrete|normal|gaussian|variables?|scalars?|and|of))*"
_AFTER = re.compile(
    rf"(?P<names>{_NAMES})\s*(?:is|are|be|being|were|as)\s+(?:both\s+|all\s+)?{_HOW}"
    rf"(?P<other>\s+of\s+{_NAME})?(?!\s+(?:of|given|conditional\w*|only|if and only if)\b)",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"\b{_HOW}{_NOUN}\s+(?P<names>{_NAMES})", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:not|never|nor|neither|whether|unless|impl(?:y|ies)|even|only|need|without|in general"
    r"|fails?|dependent|conditionally|given|unlike|regardless|irrespective|matter|whatever"
    r"|contrast|contrary|forget\w*|ignor\w*|drop\w*|relax\w*|longer)\b",
    re.IGNORECASE,
)
_LASTING = re.compile(r"(?:^|\b(?:let|assume|suppose|given|and|where|that))\s*(?:that\s+)?$", re.I)


@dataclass(frozen=True, slots=True)
class Apart:
    """Random variables that are independent, all together, and the open sections where it is
    said. lasting: it is no condition of one sentence; sentence: that sentence without spaces.
    moments: for families, of which all members are independent, what is said of each member
    (`\\operatorname{Var}[x_i] = 1`); None for single variables."""

    names: tuple[str, ...]
    lasting: bool
    path: tuple[int, ...] = ()
    sentence: str = ""
    moments: tuple[str, ...] | None = None


def independent_in(text: str, path: tuple[int, ...] = ()) -> Iterator[Apart]:
    """What a text says of independence, formulas in it between dollars; nothing where a sentence
    denies, asks or restricts something."""
    if not _SPOKEN.search(text):
        return
    for sentence in SENTENCE_END.split(text):
        family = family_in(sentence, path)
        if family is not None:
            yield family
        else:
            yield from _said(sentence, path)


def _said(sentence: str, path: tuple[int, ...]) -> Iterator[Apart]:
    for pattern in (_AFTER, _BEFORE):
        for match in pattern.finditer(sentence):
            if _DENIED.search(sentence[: match.start()]):
                continue
            names = tuple(_names_in(match["names"]))
            lasting = _LASTING.search(sentence[: match.start()]) is not None
            other = match.groupdict().get("other")
            if other:
                pairs = [(name, *_names_in(other)) for name in names]
            elif match["how"] and match["how"].lower() == "pairwise":
                pairs = [(a, b) for i, a in enumerate(names) for b in names[:i]]
            else:
                pairs = [names]
            text = flat(sentence)
            yield from (Apart(pair, lasting, path, text) for pair in pairs if len(set(pair)) > 1)


def family_in(sentence: str, path: tuple[int, ...] = ()) -> Apart | None:
    r"""The families of random variables of which a sentence says that all members are independent:
    `the entries of $q$ and $k$ are independent with mean 0 and variance 1`, `$X_1, \dots, X_n$ are
    i.i.d. with mean $\mu$`."""
    found = _FAMILY.search(sentence)
    if found is None or _DENIED.search(sentence[: found.start()]) or _DENIED.search(found[0]):
        return None
    written = found["of"] or found["members"]
    names = _families(written, found["of"] is not None)
    if not names:
        return None
    behind = sentence[found.end() :]
    lasting = not re.search(r"\b(?:if|when|whenever)\b", sentence[: found.end()], re.IGNORECASE)
    moments = tuple(
        f"{operator}[{name}_i] = {value}"
        for operator, value in moments_in(f"{found[0]} {behind}")
        for name in names
    )
    return Apart(tuple(names), lasting, path, flat(sentence), moments)


_IID = (
    r"(?:(?:mutually|jointly|all|pairwise|statistically)\s+)?"
    r"(?:independent(?:\s+and\s+identically\s+distributed)?|i\.?i\.?d\.?(?!\w))"
)
_ENTRIES = r"(?:entries|components|coordinates|elements)"
_MEMBERS = r"\$[^$=<>~]{1,40}\$(?:\s*(?:,\s*and|,|and|&)\s*\$[^$=<>~]{1,40}\$)*"
_FAMILY = re.compile(
    rf"{_ENTRIES}\s+of\s+(?:the\s+vectors?\s+)?(?P<of>{_NAMES})\s+(?:are|be|is|being)\s+"
    rf"(?:[^.;$]{{0,30}}?\s)?{_IID}"
    rf"|(?P<members>{_MEMBERS})\s*(?:are|be|is|being)\s+(?:[^.;$]{{0,30}}?\s)?{_IID}",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"independent|i\.?i\.?d\b", re.IGNORECASE)
_LISTED = re.compile(
    r"\s*(\\?[A-Za-z]+|\\(?:mathbf|boldsymbol|vec)\{\\?[A-Za-z]+\})_\{?1\}?\s*,"
    r".*(?:dots|ldots|cdots|\.\.\.|…).*,\s*\1_\{?\w+\}?\s*"
)
_MEMBER = re.compile(r"\s*(\\?[A-Za-z]+)_\{?([ijkt])\}?\s*")


def _families(written: str, whole: bool) -> list[str]:
    """The names of the families that formulas speak of; none where one of them is no family."""
    names: list[str] = []
    for formula in re.findall(r"\$([^$]+)\$", written):
        listed = _LISTED.fullmatch(formula)
        parts = [formula] if listed else formula.split(",")
        for part in parts:
            match = listed or (None if whole else _MEMBER.fullmatch(part))
            name = part.strip() if whole else match[1] if match is not None else ""
            if not re.fullmatch(r"\\?[A-Za-z]+|\\\w+\{\\?[A-Za-z]+\}", name):
                return []
            names.append(name)
    return names


def _names_in(text: str) -> Iterator[str]:
    for written in re.findall(_NAME, text):
        for part in written.strip("$").split(","):
            try:
                yield canonical_name(part.strip())
            except Error:
                return  # no list of names after all
