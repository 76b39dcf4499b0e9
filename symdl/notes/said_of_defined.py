"""Equations about what the text has defined already, under a condition: claims, no definitions.

`Let $r(x) = \\max(0, x)$. If $x > 0$, $r(x) = x$.` says something of r for positive x. What r is
stays as it was, whether the claim is proved, refuted or open.
"""

from __future__ import annotations

import re

from symdl.evidence.claim import Claim
from symdl.expression.term import Term, free_symbols
from symdl.notes.again import earlier_of, is_letter
from symdl.notes.known import Known, is_literal, reach
from symdl.notes.pieces import restricts
from symdl.notes.points import in_sentence
from symdl.notes.stated import Place

_DEFINES = re.compile(
    r"\b(?:let|(?:re)?define[sd]?|defining|denote[sd]?|set|put|call|take|choose|consider|use[sd]?"
    r"|write|replac\w+|instead)\s*(?:us\s*|now\s*|it by\s*|by\s*|as\s*|the \w+\s*){0,2}:?\s*$",
    re.IGNORECASE,
)
"""Words right before an equation that make it a definition, whatever its name was before."""
_ARBITRARY = re.compile(
    r"\b(?:in general|generally|always|in all cases|arbitrary|regardless"
    r"|for (?:all|any|every|each|general|generic)"
    r"|no matter|without (?:this|that|these|any|the) (?:assumptions?|restrictions?|conditions?))\b",
    re.IGNORECASE,
)


def is_said_of_defined(claim: Claim, known: Known, place: Place) -> bool:
    """Whether an equation says what something defined before it is under a condition, or without
    any, and does not define it."""
    if claim.right is None or _DEFINES.search(place.before):
        return False
    found = earlier_of(claim, known)
    if not found:
        return False
    last = found[-1]
    if not known.is_here(last.origin) and is_letter(claim.left):
        return False
    if any(restricts(c) for c in claim.conditions) or any(c.op == "text" for c in place.others):
        return True
    if is_literal(claim.right):
        return False
    within = reach([claim.left, last.body], known.scope)
    if without_condition(place.before) and free_symbols(claim.right) <= within:
        return True
    given = {n for n in within if n in known.scope.values and _is_special(n, known)}
    if any(in_sentence(claim, known, name) for name in given):
        return True
    names = {s.data.name for h in known.scope.hypotheses for s in free_symbols(h)}
    reached = {s.data.name for n in within for s in free_symbols(n)}
    return place.asserted and bool(given or names & reached)


def without_condition(before: str) -> bool:
    """Whether the words before a claim say that it needs no condition, also none in force."""
    return _ARBITRARY.search(before) is not None


def _is_special(name: Term, known: Known) -> bool:
    """Whether the value of a name is a number of an example, or was supposed."""
    value = known.scope.values[name]
    return is_literal(value) or known.assumed.get(name) is value
