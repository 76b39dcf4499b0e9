"""Equations with a number that say what something defined is, by the words of their sentence:
`With $w = 3$ and $b = 1$, $L = 5$` gives no L, `The derivative is $f'(x) = 3$` asks for no place.
"""

from __future__ import annotations

import re

from symdl.evidence.claim import Claim
from symdl.expression.term import number
from symdl.notes.scope.at_a_point import in_sentence
from symdl.notes.scope.known import Known, is_literal, reach

_FOR = re.compile(
    r"(?:(?:so|then|thus|hence|therefore|now|and|while|but|for example)\b,?\s*)?"
    r"(?:with|for|if|when|at)\b[^.;$]{0,40}"
    r"(?:\$[^$]+\$(?:\s*,\s*and\s*|\s*,\s*|\s+and\s+))*\$[^$]+\$[^\w$]*"
    r"(?:,|:|\b(?:then|so|we have|we get|the \w+ is|this gives|it follows that))[^\w$]*",
    re.IGNORECASE,
)
_SLOPE_IS = re.compile(
    r"(?:(?:so|then|thus|hence|therefore|now|and|while|but)\b,?\s*)?(?:the|its)"
    r"(?: (?:first|second|third|corresponding))? derivative(?: of \$[^$=<>]+\$)? is"
    r"(?: (?:then|simply|just|therefore|thus|hence|clearly))?\s*:?",
    re.IGNORECASE,
)


def tells_a_value(claim: Claim, known: Known, before: str) -> bool:
    """Whether a sentence gives numbers to letters of a formula and then says what it is: the other
    letters of it have theirs."""
    formula = known.scope.values.get(claim.left)
    if formula is None or is_literal(formula) or not _FOR.fullmatch(before.strip()):
        return False
    origin = known.origins.get(("value", claim.left))
    if origin is None or not known.is_here(origin):
        return False
    letters = reach([formula], known.scope)
    if any(letter not in known.scope.values for letter in letters):
        return False
    numbers = (s for s in letters if is_literal(known.scope.values[s]))
    return any(in_sentence(claim, known, name) for name in numbers)


def tells_a_slope(claim: Claim, known: Known, before: str) -> bool:
    """Whether a sentence says what the derivative of a defined function is, for all x. Where it is
    0 is asked for."""
    left, right = claim.left, claim.right
    if left.op != "call" or not left.data.primes or right is None or claim.relation != "=":
        return False
    if right is number(0) or claim.conditions or not _SLOPE_IS.fullmatch(before.strip()):
        return False
    letters = all(a.op == "symbol" and a not in known.scope.values for a in left.args)
    return letters and str(left.data.function.name) in known.scope.functions
