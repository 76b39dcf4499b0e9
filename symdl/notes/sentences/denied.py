"""Mathematics that a text denies or asks: `It is false that $1 = 2$`, `Is $\\tanh x > x$?`.

It is no claim of the text. What defines something does so in a question, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symdl.document.pieces import NEARBY, Run, plain_words
from symdl.expression.term import Term, make
from symdl.notes.outline import SENTENCE_END

_FALSE = r"(?:false|wrong|untrue|incorrect|mistaken|erroneous|fallacious|invalid)"
_ERROR = r"(?:mistakes?|errors?|pitfalls?|misconceptions?|fallac(?:y|ies)|blunders?)"
_THINKS = r"(?:think|believe|expect|guess|conclude|suspect|hope|imagine|be tempted to \w+)"
_SAYS = r"(?:say|write|think|assume|claim|use|believe|conclude|treat|expect|suppose)"
_DENIED = re.compile(
    rf"\b(?:it|that) (?:is|would be|was) (?:simply |clearly |of course |completely )?"
    rf"(?:{_FALSE}|not (?:true|correct|right|the case)|a {_ERROR})\b[^.;:$]*"
    rf"(?:\bthat|\bto {_SAYS}(?: that)?)\s*:?\s*$"
    rf"|\b(?:common|frequent|typical|classic|usual|popular|easy) {_ERROR}\b[^.;$]*"
    rf"(?:\bis|\bare|:|\bthat|\bto {_SAYS}(?: that)?|\bas|\bof)\s*(?:to {_SAYS}\s*)?(?:that)?\s*$"
    rf"|\b(?:one|we|you|it) (?:can ?not|must not|should not|may not|do(?:es)? not)"
    rf" (?:{_SAYS}|follow|imply|mean)(?: that)?\s*$"
    r"|\bcontrary to\b[^.;$]*$"
    rf"|(?:^|[.;:*(]\s*)\W*(?:{_FALSE}|bad|don['’]t|never write)\W*:\W*$"
    rf"|\b(?:one|you|we|some|many|people|students?|beginners?|readers?|novices?)"
    rf"(?: (?:people|students?|readers?))? (?:might|may|could|would|often|sometimes|mistakenly"
    rf"|wrongly|erroneously|incorrectly|falsely|naively|are tempted to|is tempted to)"
    rf"(?: (?:be tempted to|often|naively|wrongly|first|want to))* {_THINKS}(?: that|:|,)*\s*$"
    r"|\b(?:naively|mistakenly|wrongly|erroneously|incorrectly)\b[^.;$]*$",
    re.IGNORECASE,
)
_DENIED_BEHIND = re.compile(
    r"(?:[^.;:$]{0,20}(?:[.;,]|\bbut)\s*(?:but\s+)?(?:this|that|which|it) is|\s*(?:is|would be))"
    r"\s+(?:simply |clearly |of course |completely |plainly |just )?"
    rf"(?:{_FALSE}|not (?:true|correct|right|the case)|an? (?:\w+ )?{_ERROR})\b"
    r"(?!\s+(?:if|when|unless|for|in|only|to|about|at|on|that)\b)",
    re.IGNORECASE,
)


def is_denied(before: str, behind: str = "") -> bool:
    """Whether the words before a formula, or those right behind it, deny it."""
    return _DENIED.search(before) is not None or _DENIED_BEHIND.match(behind) is not None


_BUT = re.compile(
    r"\b(?:unless|(?:except|apart from|other than|away from|excluding)"
    r"(?:\s+(?:at|for|when|if|where|possibly at|perhaps at))?)\s*(?:the (?:point|origin)\s*)?$",
    re.IGNORECASE,
)
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def is_excepted(before: str) -> bool:
    """Whether the words before a formula except what it says."""
    return _BUT.search(before) is not None


def excepted(condition: Term, before: str) -> Term | None:
    """A condition, or its opposite where the words before except it (`unless $x = 0$`); None where
    that is no single relation."""
    if not is_excepted(before):
        return condition
    if condition.op != "relation" or len(condition.data) != 1:
        return None
    opposite = _OPPOSITE.get(condition.data[0])
    return make("relation", *condition.args, data=(opposite,)) if opposite else None


def is_asked(runs: Sequence[Run], place: int) -> bool:
    """Whether the sentence of a run is a question."""
    match = SENTENCE_END.search(plain_words(tuple(runs[place + 1 : place + NEARBY])))
    return match is not None and match[0].startswith("?")


_ONLY = re.compile(r"(?<!and )\bonly (?:if|when|whenever)\s*(?:that\s*)?$", re.IGNORECASE)


def is_necessary(before: str) -> bool:
    """Whether a formula follows from what it is said beside: `A only if B` is no `A if B`."""
    return _ONLY.search(before) is not None
