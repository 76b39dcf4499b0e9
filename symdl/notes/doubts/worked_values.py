r"""Numbers said of what is worked out: `The result is $z = 8$` behind `$z = wx + b$`
and numbers of w, x and b is a claim, for z has its value. No other example begins there: none of
the numbers before it is another one, and no words say so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symdl.document.errors import Error
from symdl.evidence.claim import Claim
from symdl.evidence.written_claim import written_out
from symdl.expression.term import Term, free_symbols
from symdl.notes.items import in_other_items
from symdl.notes.outline import SENTENCE_END
from symdl.notes.scope.at_a_point import text_between
from symdl.notes.scope.known import Known, is_literal, reach
from symdl.notes.stated import Place

_LEADS = re.compile(
    r"(?:^|.*[.;:,])\W*(?:(?:and|so|then|now)\b\W*)?"
    r"(?:the\s+)?(?:[\w'’-]+\s+){0,4}?(?:[\w'’-]+\s*(?::|\bis|\bequals|\bcomes to|\bgives)\W*)?",
    re.IGNORECASE | re.DOTALL,
)
"""`The result is`, `Answer:`, or nothing: words that put a value forward."""
_ENDS = re.compile(r"\s*\$[^$]*\$[\s*_]*(?:$|[.,;)]|and\b)", re.DOTALL)
_OTHERWISE = re.compile(
    r"\b(?:another|others?|instead|suppos\w+|assum\w+|new|let|set|setting|with|given?|giving|tak\w+|pick"
    r"|choos\w+|chosen|consider|now|next|later|example|case|exercise|problem|scenario|different"
    r"|alternative\w*|second|third|again|if|when|whenever|unless|until|once|were|would|could|should"
    r"|must|may|might|want\w*|need\w*|desired?|targets?|goal|aim|labels?|data|dataset|samples?"
    r"|observ\w+|measur\w+|true|truth|actual\w*|real\w*|noise|noisy"
    r"|after|afterwards|steps?|iterations?|epochs?|updat\w+|initial\w*|final\w*|becomes?|converg\w+"
    r"|reach\w*|drops?|falls?|grows?|decreas\w+|increas\w+|reduc\w+|train\w*|learn\w*"
    r"|min\w*|max\w*|optim\w+|best|worst|smallest|largest|lowest|highest|limit|ideal\w*|perfect\w*"
    r"|bound\w*|threshold|line|level|kink|roots?|zeros?|hyperplane|origin|vanish\w*"
    r"|wrong\w*|mistake\w*|incorrect\w*|not|never|no|false\w*|instance|approx\w*|about|round\w*)\b",
    re.IGNORECASE,
)
"""Words beside which a number may be given anew, wished for, or one of another place."""


def is_worked_value(claim: Claim, known: Known, place: Place) -> bool:
    """Whether a number is put to a name that an open section defines by others, all of which have
    numbers there."""
    left, right = claim.left, claim.right
    if right is None or claim.relation != "=" or not is_literal(right) or claim.conditions:
        return False
    inputs = _inputs(claim, known)
    if not inputs or place.conditions or place.others or not _puts_forward(place):
        return False
    return _is_behind((left, *inputs), claim, known)


def _puts_forward(place: Place) -> bool:
    """Whether the words of a sentence put a value forward, and do nothing else."""
    behind = place.sentence[len(place.before) :]
    led = _LEADS.fullmatch(place.before) is not None
    return led and _ENDS.match(behind) is not None and not _OTHERWISE.search(place.sentence)


def _inputs(claim: Claim, known: Known) -> tuple[Term, ...]:
    """The names with numbers from which the value of a name follows; none where it does not."""
    body = known.scope.values.get(claim.left)
    if claim.left.op not in ("symbol", "label", "prime") or body is None or is_literal(body):
        return ()
    said = known.history.get(("value", claim.left), ())
    if known.is_passing(claim.left) or any(
        earlier.body is not body and known.is_here(earlier.origin) for earlier in said
    ):
        return ()
    try:
        if free_symbols(written_out(claim).left):
            return ()
    except Error:
        return ()
    values = known.scope.values
    return tuple(n for n in reach([body], known.scope) if is_literal(values.get(n, n)))


def _is_behind(names: Sequence[Term], claim: Claim, known: Known) -> bool:
    """Whether open sections say before the sentence of a claim what names are, and nothing behind
    the last of them begins something else."""
    origins = [o for name in names if (o := known.origins.get(("value", name))) is not None]
    span = claim.span
    if span is None or len(origins) < len(names) or not all(map(known.is_here, origins)):
        return False
    if any(map(known.is_passing, names)):
        return False
    last = max(origins, key=lambda o: o.span.origin.start).span
    between = text_between(last.origin, span.origin)
    if between is None or in_other_items(last, span) or _OTHERWISE.search(between):
        return False
    return bool(_PARAGRAPH.search(between) or SENTENCE_END.search(between))


_PARAGRAPH = re.compile(r"\n\s*\n|\n\s*(?:[-*+]|\\item)\s")
