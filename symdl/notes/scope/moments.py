r"""Means and variances in words: `Let $X$ have mean $\mu$ and variance $1$`.

They are hypotheses from there on, as `$\mathbb{E}[X] = \mu$` and `$\operatorname{Var}(X) = 1$` are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run, plain_words
from symdl.document.source import Source, whole
from symdl.expression.symbols import canonical_name
from symdl.expression.term import Term
from symdl.notes.outline import SENTENCE_END
from symdl.notes.prose.claims import text_of
from symdl.notes.reading_in import read_in
from symdl.notes.scope.independence import family_in
from symdl.notes.scope.known import Known
from symdl.notes.scope.learning import learn, lose
from symdl.notes.scope.moment_words import moments_in
from symdl.notes.sentences.hedged import HEDGED

_NAME = r"\$([^$=<>\\]{1,12})\$"
_SAYS = re.compile(
    rf"((?:{_NAME}\s*(?:,\s*and|,|and)?\s*)+)"
    r"(?:(?:be|is|are|denotes?)\s[^.;$]{0,60}?\b(?:with|having|of)|have|has|having|with|of)\s+"
    r"(?=(?:an?\s+|the\s+)?(?:finite\s+|common\s+)?"
    r"(?:zero|unit|mean|expect\w+|variance|standard|\$0\$))"
    r"([^.;]{1,90})",
    re.IGNORECASE,
)
_LAW_WORDS = (
    r"(?:normal|Gaussian|uniform(?:ly)?|Bernoulli|Poisson|exponential(?:ly)?|binomial|Rademacher"
    r"|standardi[sz]ed|whitened|distributed|distribution|law|degenerate|almost surely)\b"
)
_LAW = re.compile(
    rf"((?:{_NAME}\s*(?:,\s*and|,|and)?\s*)+)(?:be|is|are|follows?|has|have|denotes?)\b"
    rf"[^.;$]{{0,50}}?\b({_LAW_WORDS})",
    re.IGNORECASE,
)
"""What says of a variable that it is a special one, which is not followed further."""
_ALIKE = re.compile(
    r"\b(?:all|every|each)\b[^.;$]{0,40}\b(?:are|is|be|equals?)\b\s*(?:all\s+)?"
    r"(?:equal|identical|constant|the same|to)?\b[^.;$]{0,20}\$([^$=<>]{1,12})\$",
    re.IGNORECASE,
)
"""`All gradients are equal to $g$`: what is said of g holds where they are."""
_SPOKEN = re.compile(
    rf"\b(?:mean|expect|variance|deviation|equals?|identical|constant|same|{_LAW_WORDS})",
    re.IGNORECASE,
)


def with_moments_said(runs: Sequence[Run], known: Known, path: tuple[int, ...]) -> Known:
    """The knowledge with the means and variances that a passage says of random variables."""
    if not any(isinstance(run, Math) for run in runs):
        return known
    text = plain_words(tuple(runs))
    if len(text) > 4000 or not _SPOKEN.search(text):
        return known
    source = text_of(runs)
    span = whole(source)
    for sentence in SENTENCE_END.split(text):
        alike = [match[1].strip() for match in _ALIKE.finditer(sentence)]
        known = lose(known, alike, span.origin.line)
        if family_in(sentence) is not None:
            continue  # `independence.py` reads it
        hedged = HEDGED.search(sentence) is not None
        special = _special(sentence, (_SAYS, _LAW) if hedged else (_LAW,))
        known = lose(known, special, span.origin.line)
        for name, statement in _stated(sentence):
            try:
                reading, _ = read_in(Source(source.name, statement, source), known)
            except Error:
                continue  # no moment after all
            others = _other_moments(known, reading.term)
            if others:
                kept = tuple(h for h in known.scope.hypotheses if h not in others)
                known = replace(known, scope=replace(known.scope, hypotheses=kept))
                known = lose(known, [name], span.origin.line)
            elif not hedged:
                known = learn(known, reading.term, span, path)
    return known


def _other_moments(known: Known, statement: Term) -> list[Term]:
    """What is known of the same moment and is not the same: each was said of one case."""
    equations = (h for h in known.scope.hypotheses if h.op == "relation" and h.data == ("=",))
    same = (h for h in equations if h.args[0] == statement.args[0])
    return [h for h in same if h.args[1:] != statement.args[1:]]


def _stated(sentence: str) -> Iterator[tuple[str, str]]:
    """The equations that a sentence says in words, each with the name of which it says it."""
    for match in _SAYS.finditer(sentence):
        names = [name for name in re.findall(_NAME, match[1]) if _is_random(name)]
        for operator, value in moments_in(match[match.lastindex or 0]):
            for name in names:
                yield name, f"{operator}[{name}] = {value}"


def _special(sentence: str, patterns: Iterable[re.Pattern[str]]) -> list[str]:
    """The random variables of which a sentence says more than is read."""
    found = (match[1] for pattern in patterns for match in pattern.finditer(sentence))
    return [name.strip() for names in found for name in re.findall(_NAME, names)]


def _is_random(name: str) -> bool:
    try:
        return canonical_name(name)[:1].isupper()
    except Error:
        return False
