r"""Quantities that are named by words, `\sqrt{(\text{x-part})^2} = \text{x-part}`: the text says
around them which are zero, and which are sizes."""

from __future__ import annotations

import re

from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict, may_be_meant
from symdl.expression.printer import plain
from symdl.expression.term import free_symbols, make, number
from symdl.notes.claim_parts import under

_WORDS = re.compile(r"\w+(?:[- ]\w+)+")


def unless_of_quantities(verdict: Verdict, claim: Claim, judge: Judge) -> Verdict:
    """A refutation, unless the claim holds where a quantity named by words is not negative, or
    where one that a side does not have is 0."""
    if verdict.kind != "refuted" or claim.relation != "=":
        return verdict
    each = [{s for s in free_symbols(side) if s.shape == ()} for side in claim.sides]
    names = {s for of in each for s in of if _WORDS.fullmatch(str(s.data.name))}
    for name in sorted(names, key=plain):
        for relation in (">=",) if all(name in of for of in each) else ("=", ">="):
            condition = make("relation", name, number(0), data=(relation,))
            if judge(under(claim, (*claim.conditions, condition))).kind in HOLDING:
                told = f"it holds where {plain(condition)}: {verdict.message}"
                return may_be_meant(told, verdict.counterexample)
    return verdict
