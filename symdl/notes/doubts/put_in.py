r"""Formulas written again with numbers in the places of their letters: `\frac{\alpha}{m} =
\frac{.05}{20}`, `\binom{n}{k} = \binom{5}{3}`, `\frac{2B}{\text{peak rate}} = \frac{2B}{4.5e10}`.

Such an equation says which numbers the letters have in an example. It claims nothing of the ones
they had in another example; where the same paragraph gives them, it is right or wrong.
"""

from __future__ import annotations

import re

from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols
from symdl.expression.vocabulary import NAMES
from symdl.notes.scope.at_a_point import text_between
from symdl.notes.scope.known import Known, is_literal

_ANOTHER_BLOCK = re.compile(r"\n\s*(?:[-*+•]\s|\d+[.)]\s|\\item\b)|[.!?]\s*\n\s*\n")


def unless_put_in(verdict: Verdict, claim: Claim, known: Known) -> Verdict:
    """A refutation, unless the right side is the left one with numbers put in that were not given
    otherwise nearby."""
    if not verdict.kind.startswith("refuted") or claim.right is None or claim.relation != "=":
        return verdict
    places = numbers_put_in(claim.left, claim.right)
    if not places or any(_is_given_near(claim, known, name) for name in _names(places)):
        return verdict
    told = ", ".join(f"{plain(k)} is {plain(v)}" for k, v in places.items())
    return Verdict("definition", "reading", f"an example in which {told}")


def _names(places: dict[Term, Term]) -> set[Term]:
    """The names to which numbers are given, and those in what gets a number as a whole."""
    inside = (free_symbols(place) for place in places if place.op not in NAMES)
    return {place for place in places if place.op in NAMES}.union(*inside)


def numbers_put_in(formula: Term, written: Term) -> dict[Term, Term]:
    """The parts of a formula with the numbers that stand in their places; empty if the other term
    is not this formula with numbers put in."""
    if is_literal(formula) or formula.op in NAMES:
        return {}
    if formula.op != written.op or len(formula.args) != len(written.args):
        return {}
    found: dict[Term, Term] = {}
    waiting = [(formula, written)]
    while waiting:
        one, other = waiting.pop()
        if one is other:
            continue
        alike = one.op == other.op and len(one.args) == len(other.args) and one.data == other.data
        if alike and one.args and one.op not in NAMES:
            waiting += zip(one.args, other.args, strict=True)
        elif not free_symbols(one) or found.setdefault(one, other) is not other:
            return {}
    in_words = all(_is_in_words(one) and is_literal(other) for one, other in found.items())
    return found if in_words or is_literal(written) else {}


def _is_in_words(name: Term) -> bool:
    r"""Whether a quantity is named by words: `\\text{network bandwidth}`."""
    return name.op == "symbol" and " " in plain(name)


def _is_given_near(claim: Claim, known: Known, name: Term) -> bool:
    """Whether a name got its number in the paragraph, or the item, of a claim."""
    origin = known.origins.get(("value", name))
    if origin is None or claim.span is None or name not in known.scope.values:
        return False
    between = text_between(origin.span.origin, claim.span.origin)
    return between is not None and _ANOTHER_BLOCK.search(between) is None
