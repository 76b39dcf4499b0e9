r"""Which matrices prose says commute: `Let $A$ and $B$ be commuting matrices.`

It is what `AB = BA` says. A claim that fails in general, or is not decided, is asked again under
it: what holds then is proved, what fails then is refuted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make
from symdl.findings import reading_of
from symdl.notes.outline import SENTENCE_END
from symdl.notes.scope.properties import PASSAGE, SENTENCE, Has, Property, flat
from symdl.notes.sentences.names import NAMES, names_in

_NOUN = r"(?:[\w-]+\s+|\$[^$=<>]{1,30}\$\s+){0,3}?(?:matrices|operators)"
_SAID = (
    re.compile(
        rf"(?P<names>{NAMES})\s*(?:,\s*)?(?:(?:all|both)\s+)?(?:commute(?!s?\s+with)"
        rf"|(?:be|are)\s+(?:\w+\s+){{0,2}}?commuting\b)",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<names>{NAMES})\s+commutes?\s+with\s+(?P<other>{NAMES})", re.IGNORECASE),
    re.compile(
        rf"(?P<names>{NAMES})\s+(?:be|are)\s+{_NOUN}\s+(?:that|which)\s+commute\b", re.IGNORECASE
    ),
    re.compile(rf"\bcommuting\s+{_NOUN}\s+(?P<names>{NAMES})", re.IGNORECASE),
)
_DENIED = re.compile(
    r"\b(?:not|n't|never|nor|neither|whether|unless|even|only|need|needs|without|fails?|unlike|iff"
    r"|regardless|irrespective|matter|whatever|contrast|forget\w*|ignor\w*|drop\w*|relax\w*|longer"
    r"|hence|thus|therefore|then|so|conclude|implies|follows|prove|show)\b",
    re.IGNORECASE,
)
_IF = re.compile(r"\b(?:if|when|whenever|provided|in case)\b[^;]*$", re.IGNORECASE)
_FOR = re.compile(r"\bfor\b[^;]*$", re.IGNORECASE)
COMMUTING = Property(re.compile("commut"))


def commuting_in(text: str, path: tuple[int, ...]) -> Iterator[tuple[str, Has]]:
    """The pairs of names that a text says commute, each with a space between; nothing where a
    sentence denies, asks or concludes it."""
    if "commut" not in text.lower():
        return
    for sentence in SENTENCE_END.split(text):
        for pattern in _SAID:
            for match in pattern.finditer(sentence):
                before = sentence[: match.start()]
                if _DENIED.search(before.rpartition(";")[2]):
                    continue
                held = SENTENCE if _IF.search(before) else PASSAGE if _FOR.search(before) else ""
                has = Has(COMMUTING, "commuting", path, True, flat(sentence), held)
                yield from ((pair, has) for pair in _pairs(match))


def _pairs(match: re.Match[str]) -> Iterator[str]:
    names = list(names_in(match["names"]))
    other = match.groupdict().get("other")
    if other is not None:
        yield from (f"{one} {two}" for one in names for two in names_in(other))
        return
    yield from (f"{one} {two}" for one, two in combinations(names, 2))


def with_commuting(
    claim: Claim, verdict: Verdict, said: Mapping[str, Has], judge: Judge
) -> tuple[Claim, Verdict]:
    """A claim about matrices that commute, with what this says, and the verdict on it."""
    conditions = tuple(_conditions(claim, said)) if verdict.kind not in HOLDING else ()
    if not conditions:
        return claim, verdict
    asked = replace(claim, conditions=(*claim.conditions, *conditions))
    again = judge(asked)
    refuted = verdict.kind.startswith("refuted")
    if again.kind not in HOLDING and not refuted:
        return claim, verdict
    told = " and ".join(plain(c) for c in conditions)
    if again.kind not in HOLDING and not again.kind.startswith("refuted"):
        again = undecided(f"not for all matrices, and open where {told}: {verdict.message}")
        return asked, again
    message = f"{again.message}, where {told}"
    return asked, replace(again, message=message, reading=reading_of(asked))


def _conditions(claim: Claim, said: Mapping[str, Has]) -> Iterator[Term]:
    own = {str(s.data.name): s for side in claim.sides for s in free_symbols(side)}
    for pair, has in said.items():
        names = pair.split(" ")
        if len(names) != 2 or not has.sure or not set(names) <= own.keys():
            continue
        one, other = (own[name] for name in names)
        op = "mul" if one.shape == other.shape == () else "matmul"
        yield make("relation", make(op, one, other), make(op, other, one), data=("=",))
