"""Words that may restrict a claim to a part of where its letters lie, and are not followed further.

`If the example belongs to the positive class, $...$`, `$...$ in the second case`: what fails
somewhere may be meant elsewhere. Where words nearby speak of what is negative or positive
(`Negative inputs:`, a heading), it is asked whether the claim holds there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict, may_be_meant
from symdl.expression.printer import plain
from symdl.expression.term import BINDERS, Term, free_symbols, make, number, postorder
from symdl.notes.claim_parts import sides_of, under, variables_in
from symdl.notes.judging import HOLDS
from symdl.notes.outline import SENTENCE_END
from symdl.notes.scope.known import is_literal
from symdl.notes.stated import Place

_OPEN = (
    r"(?!(?:we|you|one|i|they|needed|necessary|desired|possible|any|so|not|written|expanded|combined"
    r"|applied|viewed|seen|computed|differentiated)\b|\w+ing\b)"
)
_WHEN = (
    r"(?:if|when|whenever|once|as soon as|as long as|so long as|provided(?: that)?|unless|in case"
    r"|suppose(?: that)?|assum(?:e|ing)(?: that)?)"
)
_CASE = (
    r"(?:the|this|that|its|each|which)\s+(?:(?!general|usual)[\w-]+\s+)?"
    r"(?:case|branch|regime|region|piece|phase|zone|domain|interval)s?"
    r"|(?:the|its)\s+(?:exponential|linear|quadratic|constant|flat|upper|lower|first|second|left|right)"
    r"\s+part|(?:violations?|outliers?|inliers?|(?:mis|correctly |wrongly )classified \w+)"
)
_BEFORE = re.compile(
    rf"(?:^|[.;:,(]\s*|\b(?:and|but|so|now|then)\s+){_WHEN}\s+{_OPEN}[^.;$]{{4,}}$"
    rf"|\b(?:{_CASE})\b(?:[^.;$]|\$[^$]*\$)*$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"\s*,?\s*\(?(?:only\s+)?(?:{_WHEN}\s+{_OPEN}[^$.;,]{{4,}}(?:[.;,)]|$)"
    rf"|(?:in|on|within|inside|for|over)\s+(?:{_CASE})\b)",
    re.IGNORECASE,
)
_IF_THEN = re.compile(
    rf"\b{_WHEN}\s+[^.;$]*\$[^$=<>]*\$(?:[^.;$]|\$[^$=<>]*\$)*?(?:[a-z]{{4,}}[^.;$]*),?\s*\bthen\s*$",
    re.IGNORECASE,
)
"""`If $x$ and $y$ have opposite signs then`: words about letters."""
_LETTERS = re.compile(r"\$\s*([^$=<>\s]+)\s*\$")
_SIGN = re.compile(r"\b(?:non-?)?(?:negative|positive)\b|\bhalf[- ]?(?:line|axis)\b", re.IGNORECASE)
MOST_LETTERS = 4


def unless_said_of_a_part(
    claim: Claim, verdict: Verdict, judge: Judge, place: Place, text: str
) -> Verdict:
    """A refutation, unless the words around the claim may restrict it to where it holds. What is
    said of nothing that the document defines is a law of its letters."""
    if verdict.kind != "refuted":
        return verdict
    if not claim.conditions and _is_under_words(claim, place.before):
        told = f"a condition in words is not understood: {verdict.message}"
        return may_be_meant(told, verdict.counterexample)
    if not _is_of_defined(claim):
        return verdict
    if _is_a_piece(claim, verdict):
        return may_be_meant(f"one of its pieces: {verdict.message}", verdict.counterexample)
    behind = place.sentence.removeprefix(place.before).partition(text)[2].lstrip("$")
    if not claim.conditions and (_BEFORE.search(place.before) or _BEHIND.match(behind)):
        told = f"a condition in words is not understood: {verdict.message}"
        return may_be_meant(told, verdict.counterexample)
    for condition in _parts(claim, place):
        if judge(under(claim, (condition,))).kind in HOLDS:
            told = f"it holds for {plain(condition)}, and words speak of such: {verdict.message}"
            return may_be_meant(told, verdict.counterexample)
    return verdict


def _is_under_words(claim: Claim, before: str) -> bool:
    """Whether words say something of a letter of a claim on which it stands."""
    match = _IF_THEN.search(before)
    names = {str(s.data.name) for side in sides_of(claim) for s in free_symbols(side)}
    return match is not None and not names.isdisjoint(_LETTERS.findall(match[0]))


def _is_a_piece(claim: Claim, verdict: Verdict) -> bool:
    """Whether a name alone is said to be what it is on a part of the line: `the $g = 2x$ part`."""
    if claim.relation != "=" or claim.left.op != "symbol" or claim.conditions:
        return False
    whole = claim.scope.values.get(claim.left)
    pieces = whole.args if whole is not None and whole.op == "piecewise" else ()
    return claim.right in pieces or bool(verdict.evidence.get("hypotheses"))


def _is_of_defined(claim: Claim) -> bool:
    """Whether a claim has letters, bound ones too, and speaks of a function or a quantity that is
    defined."""
    nodes = [node for side in claim.sides for node in postorder(side)]
    letters = any(variables_in(side) for side in sides_of(claim))
    if not letters and not any(n.op in BINDERS for n in nodes):
        return False
    functions = {n.data.function.name for n in nodes if n.op == "call"}
    functions |= {str(n.data.name) for n in nodes if n.op == "symbol"}
    values = (claim.scope.values.get(n) for n in nodes if n.op == "symbol")
    return bool(functions & claim.scope.functions.keys()) or any(
        value is not None and not is_literal(value) for value in values
    )


def _parts(claim: Claim, place: Place) -> Iterator[Term]:
    """The signs of letters of which the words near a claim may speak."""
    words = re.sub(r"\$[^$]*\$", " ", _near(place))
    letters = [
        s
        for s in sorted(set().union(*map(variables_in, sides_of(claim))), key=repr)
        if s.shape == () and s.op == "symbol"
    ]
    if _SIGN.search(words):
        for letter in letters[:MOST_LETTERS]:
            yield from (make("relation", letter, number(0), data=(sign,)) for sign in "<>")


def _near(place: Place) -> str:
    """The sentence of a claim, the one before it, and the headings above."""
    parts = SENTENCE_END.split(place.context)
    here = [i for i, part in enumerate(parts) if place.before[:40] and place.before[:40] in part]
    if not here:
        return f"{parts[0]} {place.sentence}"
    return " ".join((parts[0], *parts[max(0, here[-1] - 1) : here[-1] + 1], place.sentence))
