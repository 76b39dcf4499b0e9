"""Jacobians of a text that says that it writes them the other way round: `denominator layout`."""

from __future__ import annotations

import re

from symdl.evidence.arrays.layout import in_other_layout
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import Verdict, may_be_meant

_LAYOUT = re.compile(r"\bdenominator[- ]layout|\bHessian formulation", re.IGNORECASE)


def unless_in_other_layout(verdict: Verdict, claim: Claim, judge: Judge) -> Verdict:
    """A refutation of a Jacobian, unless its transpose is proved and the text before it speaks of
    that layout."""
    if verdict.kind != "refuted" or claim.span is None:
        return verdict
    turned = in_other_layout(claim, verdict, judge)
    if turned.kind == "refuted":
        return verdict
    origin = claim.span.origin
    if _LAYOUT.search(origin.source.text, 0, origin.start) is None:
        return verdict
    return may_be_meant(turned.message, verdict.counterexample)
