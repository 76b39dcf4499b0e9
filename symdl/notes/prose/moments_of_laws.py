r"""Means and variances of named laws in words: `The variance of a uniform variable on $[a, b]$ is
$\frac{(b - a)^2}{12}$`, `A Bernoulli variable has mean $p$ and variance $p(1 - p)$`.

The formula behind the words is a claim about a variable of that law. A law without its parameters
has its customary letters, if the formula has no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run
from symdl.document.source import Source, whole
from symdl.evidence.claim import Claim
from symdl.evidence.kinds import NOTHING, classify
from symdl.expression.reading import read
from symdl.expression.term import free_symbols, postorder
from symdl.notes.judging import Wording, verdict_on
from symdl.notes.outline import has_relation
from symdl.notes.prose.slopes_said import DOUBTED
from symdl.notes.reading_in import trimmed
from symdl.notes.scope.known import Known
from symdl.notes.sentences.denied import is_asked
from symdl.notes.sentences.law_words import SPOKEN, Law, law_at
from symdl.notes.sentences.places import with_places
from symdl.notes.stated import Stated

_MOMENTS = {
    "mean": r"\mathbb{E}[Z]",
    "expectation": r"\mathbb{E}[Z]",
    "expected value": r"\mathbb{E}[Z]",
    "second moment": r"\mathbb{E}[Z^2]",
    "variance": r"\operatorname{Var}(Z)",
    "standard deviation": r"\sqrt{\operatorname{Var}(Z)}",
}
_MOMENT = "|".join(_MOMENTS)
_ARTICLE = r"(?:an?|the|any|every)\s+"
_OF = re.compile(
    rf"\b(?P<one>{_MOMENT})(?:\s+and\s+(?:the\s+)?(?P<two>{_MOMENT}))?\s+of\s+(?:{_ARTICLE})?"
    r"(?:random\s+variable\s+(?:that\s+is\s+|with\s+an?\s+))?",
    re.IGNORECASE,
)
_IS = re.compile(
    r"\s*(?:(?:is|equals)(?:\s+(?:just|simply|exactly|therefore))?"
    r"|are(?P<both>\s+both)?(?:\s+equal\s+to)?)\s*⟨(\d+)⟩(?:\s*and\s*⟨(\d+)⟩)?",
    re.IGNORECASE,
)
_A = re.compile(rf"(?:^|[.;:,(]|\b(?:that|and|but|so|since|because)\b)\s*{_ARTICLE}", re.IGNORECASE)
_HAS = re.compile(
    rf"\s*(?:has|have)\s+(?:an?\s+|the\s+)?(?P<one>{_MOMENT})\s*⟨(\d+)⟩"
    rf"(?:\s*and\s+(?:an?\s+|the\s+)?(?P<two>{_MOMENT})\s*⟨(\d+)⟩)?",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\s*(?:for|if|when|where|only|at|times|plus|minus|or)\b", re.IGNORECASE)


def moment_claims(runs: tuple[Run, ...], known: Known) -> Iterator[Stated]:
    """What sentences say of the mean and the variance of a named law."""
    text = with_places(runs)
    if not SPOKEN.search(text):
        return
    for match in _OF.finditer(text):
        law = law_at(text, match.end(), runs)
        said = _IS.match(text, law.end) if law is not None else None
        if law is None or said is None or not _is_said(text, match.start(), said.end()):
            continue
        places = [said[2], said[2] if said["both"] else said[3]]
        yield from _claims((match["one"], match["two"]), places, law, runs, known)
    for match in _A.finditer(text):
        law = law_at(text, match.end(), runs)
        said = _HAS.match(text, law.end) if law is not None else None
        if law is None or said is None or not _is_said(text, match.start(), said.end()):
            continue
        yield from _claims((said["one"], said["two"]), (said[2], said[4]), law, runs, known)


def _is_said(text: str, start: int, end: int) -> bool:
    """Whether a sentence says what stands in it there, without a doubt or a condition."""
    before = re.split(r"[.;?!](?:\s|$)", text[:start])[-1]
    return DOUBTED.search(before) is None and _GOES_ON.match(text, end) is None


def _claims(
    moments: Sequence[str | None],
    places: Sequence[str | None],
    law: Law,
    runs: tuple[Run, ...],
    known: Known,
) -> Iterator[Stated]:
    for moment, place in zip(moments, places, strict=True):
        if moment is None or place is None:
            continue
        run = runs[int(place)]
        if isinstance(run, Math) and not has_relation(run) and not is_asked(runs, int(place)):
            yield from _claim(moment.lower(), trimmed(run.source), law, known)


def _claim(moment: str, source: Source, law: Law, known: Known) -> Iterator[Stated]:
    """The claim that a formula is a moment of a law, of a variable that nothing else is said of."""
    scope = known.scope

    def made(text: str) -> Source:
        return Source(source.name, text, source)

    try:
        said = read(made(rf"Z \sim {law.latex}"), scope).term
        left = read(made(_MOMENTS[moment]), scope).term
        right = read(source, scope).term
    except Error:
        return  # no law, or no formula: nothing is claimed
    letters = {str(s.data.name) for s in free_symbols(right) if s.op == "symbol"}
    own = {str(s.data.name) for s in free_symbols(said)}
    if law.custom and not (letters and letters <= own and not _valued(letters, known)):
        return
    if "Z" in letters or any(n.op in ("tuple", "interval", "opaque") for n in postorder(right)):
        return
    kind = classify(left, "=", right, scope, False, NOTHING)
    claim = Claim(kind, "=", left, right, scope, (said,), whole(source), source.text)
    wording = Wording(asserted=True)
    yield Stated(
        source,
        claim,
        lambda judge: verdict_on(claim, known, judge, wording),
        note=f"the {moment} in words",
    )


def _valued(letters: set[str], known: Known) -> bool:
    values = {str(k.data.name) for k in known.scope.values if k.op == "symbol"}
    return bool(letters & values)
