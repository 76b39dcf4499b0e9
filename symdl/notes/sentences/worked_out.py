"""What words say that an expression comes to, and bounds that are worked out in their line."""

from __future__ import annotations

import re

from symdl.evidence.claim import Claim
from symdl.expression.term import Term, free_symbols, make
from symdl.notes.scope.known import is_literal
from symdl.notes.sentences.premises import ORDER, declares
from symdl.notes.stated import Place

_COMES_TO = re.compile(
    r"\b(?:sums?|adds?|comes?|amounts?|reduces?|evaluates?|equals?|is equal|are equal)"
    r"(?:\s+up)?(?:\s+to)?\W*$"
    r"|\b(?:sum|total|mean|average|expectation|expected value|variance|error|risk|loss|cost|value"
    r"|probability|number|count|product|difference|ratio|norm|area|volume|result|gain|gradient"
    r"|determinant|trace|weights?)\b[^.;:$]{0,40}\b(?:is|are|becomes?|was|:)\W*$",
    re.IGNORECASE,
)


def is_worked_out(claim: Claim, place: Place) -> bool:
    """Whether an equation says step by step what a quantity comes to (`They sum to $1 - p + p^2 =
    1 + p^2$`): an expression that is said to be another one of its own letters."""
    if claim.right is None or claim.relation not in ("=", "equiv", "approx"):
        return False
    left, right = free_symbols(claim.left), free_symbols(claim.right)
    composed = claim.left.op in ("add", "mul", "div") and bool(right) and right <= left
    return composed and _COMES_TO.search(place.before) is not None


def bound_worked_out(term: Term) -> tuple[Term, Term] | None:
    r"""The bound of a name and the number that it comes to (`k \ge \frac{\ln 100}{\ln 2} \approx
    6.6`): the first holds from there on, like a bound alone."""
    if term.op != "relation" or len(term.data) < 2 or term.data[0] not in ORDER:
        return None
    bound = make("relation", *term.args[:2], data=term.data[:1])
    rest = make("relation", *term.args[1:], data=term.data[1:])
    equal = {"=", "approx", "equiv"}.issuperset(rest.data) and all(map(is_literal, rest.args))
    named = term.args[0].op == "symbol" and declares(bound)
    return (bound, rest) if named and equal else None
