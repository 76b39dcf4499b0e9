r"""An integral cut at points that hold parameters: |x - t| from 0 to 1, for t between them."""

from __future__ import annotations

from itertools import pairwise

from symdl.derivation.real_line import RealLine
from symdl.evidence.bounds.kinks import gaps
from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.evidence.inequalities import order
from symdl.evidence.inequalities.question import question
from symdl.evidence.integrals.pieces import has_switch
from symdl.expression.term import Term, free_symbols, number

MOST_CUTS = 6


def term_pieces(
    body: Term, x: Term, lower: Term, upper: Term
) -> list[tuple[Term, Term, Term]] | None:
    """The ends and the branch of each piece, from the lower end to the upper one; None where the
    points are not known or their order is not certain."""
    line = RealLine(x)
    cuts: list[Term] = []
    for gap in gaps(body):
        if x not in free_symbols(gap):
            continue
        found = line.roots(gap, number(0))
        if found is None:
            return None
        cuts += [cut for cut in found if cut not in cuts]
    inside = _between(cuts, lower, upper)
    if inside is None or len(inside) > MOST_CUTS:
        return None
    parts = []
    for low, high in pairwise([lower, *inside, upper]):
        parts.append((low, high, _branch(body, low, high, line)))
    if any(has_switch(branch, x) for _, _, branch in parts):
        return None
    return parts


def _between(cuts: list[Term], lower: Term, upper: Term) -> list[Term] | None:
    """The cuts strictly between the ends, in order."""
    kept: list[Term] = []
    for cut in cuts:
        above = True if infinite_sign(lower) else _less(lower, cut)
        below = True if infinite_sign(upper) else _less(cut, upper)
        if above is None or below is None:
            return None
        if not (above and below):
            continue
        place = 0
        for other in kept:
            smaller = _less(other, cut)
            if smaller is None:
                return None
            place += smaller
        kept.insert(place, cut)
    return kept


def _less(a: Term, b: Term) -> bool | None:
    """Whether a is certainly below b, or certainly not below it."""
    if order.settle(question(a, "<", b)).kind == "proved":
        return True
    return False if order.settle(question(a, ">=", b)).kind == "proved" else None


def _branch(body: Term, low: Term, high: Term, line: RealLine) -> Term:
    """The body with each switch as it is beside an end of a piece that has no other switch."""
    if not infinite_sign(low):
        return line.picked(body, low, 1)
    if not infinite_sign(high):
        return line.picked(body, high, -1)
    return body
