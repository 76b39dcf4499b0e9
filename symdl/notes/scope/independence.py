"""Which random variables prose says are independent: `If $X$ and $Y$ are independent, then ...`.

It is a condition on what its sentence claims about expectations; said without an if (`Let $X$ and
$Y$ be independent.`) it holds to the end of its section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from symdl.document.errors import Error
from symdl.evidence.claim import Claim
from symdl.evidence.probability.expectations import is_operator
from symdl.expression.symbols import canonical_name
from symdl.expression.term import free_symbols, make, postorder
from symdl.notes.outline import SENTENCE_END
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
    said. lasting: it is no condition of one sentence; sentence: that sentence without spaces."""

    names: tuple[str, ...]
    lasting: bool
    path: tuple[int, ...] = ()
    sentence: str = ""


def independent_in(text: str, path: tuple[int, ...] = ()) -> Iterator[Apart]:
    """What a text says of independence, formulas in it between dollars; nothing where a sentence
    denies, asks or restricts something."""
    if "independent" not in text.lower():
        return
    for sentence in SENTENCE_END.split(text):
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


def _names_in(text: str) -> Iterator[str]:
    for written in re.findall(_NAME, text):
        for part in written.strip("$").split(","):
            try:
                yield canonical_name(part.strip())
            except Error:
                return  # no list of names after all


def with_independence(claim: Claim, said: tuple[Apart, ...]) -> Claim:
    """A claim about expectations under what is said of its random variables."""
    sides = claim.sides
    if not said or not any(is_operator(n) for side in sides for n in postorder(side)):
        return claim
    own = {str(s.data.name): s for side in sides for s in free_symbols(side)}
    found = []
    for apart in said:
        terms = [own[name] for name in apart.names if name in own]
        if len(terms) > 1:
            found.append(make("relation", *terms, data=("perp",) * (len(terms) - 1)))
    return replace(claim, conditions=(*claim.conditions, *found))
