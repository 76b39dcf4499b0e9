"""The base that a document gives its logarithms: `Let $\\log$ denote the base-2 logarithm`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symdl.document.pieces import Run, plain_words
from symdl.expression.reading import Reading
from symdl.expression.term import Term, make, number, postorder, rebuild
from symdl.notes.scope.known import Known

_BASE = r"(?:base[- ]?\$?(?:2|10|two|ten)\b|binary|decimal|\$\\log_\{?(?:2|10)\}?\$)"
_LOG = r"(?:\$\\log\$|\blog(?:arithm)?s?\b)"
_IS = r"(?:denotes?|is|are|means|stands for|refers to|for)"
_NATURAL = re.compile(rf"{_LOG}\s+{_IS}\s+(?:always\s+|taken\s+|the\s+)*natural\b", re.IGNORECASE)
_SAID = re.compile(
    rf"{_LOG}\s+{_IS}\s+(?:always\s+|taken\s+)?(?:to\s+|in\s+)?(?:the\s+)?"
    rf"(?:logarithms?\s+)?(?:to\s+|in\s+)?(?:the\s+)?(?P<base>{_BASE})",
    re.IGNORECASE,
)


def with_log_base(runs: Sequence[Run], known: Known) -> Known:
    """The knowledge with the base that a passage gives to logarithms."""
    text = plain_words(tuple(runs))
    match = _SAID.search(text)
    if match is None:
        return replace(known, log_base=(0, ())) if _NATURAL.search(text) else known
    ten = re.search(r"10|ten|decimal", match["base"], re.IGNORECASE) is not None
    return replace(known, log_base=(10 if ten else 2, known.path))


def in_own_base(reading: Reading, known: Known) -> Reading:
    """A reading with its logarithms in the base of the document; `\\ln` is natural always."""
    base, path = known.log_base
    text = reading.source.text
    if not base or "\\log" not in text or "\\ln" in text or not known.is_open(path):
        return reading
    made: dict[Term, Term] = {}
    for node in postorder(reading.term):
        again = rebuild(node, tuple(made[a] for a in node.args))
        made[node] = make("log_base", *again.args, number(base)) if node.op == "log" else again
    spans = {made.get(term, term): span for term, span in reading.spans.items()}
    return replace(reading, term=made[reading.term], spans=spans)
