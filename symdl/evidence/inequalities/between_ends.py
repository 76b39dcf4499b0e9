r"""Order claims between ends that are no fractions: `\sin x > 0` for `0 < x < \pi`.

Where the claim holds is known from its own zeros (`solutions.py`), on a stretch with rational ends
outside of the written ones; the written ends are then compared with those zeros, exactly or by
balls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symdl.evidence.balls import ball, precision
from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import hides_power, infinite_sign, variables
from symdl.evidence.conditions.solutions import BITS, Spot, Stretch, compare, solutions
from symdl.evidence.equality import judge_equality
from symdl.evidence.exact import as_fraction
from symdl.evidence.inequalities.order import settle
from symdl.evidence.inequalities.question import question
from symdl.evidence.points import domain_of
from symdl.evidence.refute import decimal
from symdl.evidence.verdict import Counterexample, Verdict, proved, refuted
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.relations import MIRRORED, ORDERING, links
from symdl.expression.term import Term, free_symbols, make, number, replace

METHOD = "solutions"
OUTSIDE = Fraction(1, 64)
"""How far the ends looked at are from the written ones, where they are no fractions."""


@dataclass(frozen=True, slots=True)
class End:
    """A written end of an interval; closed: whether it belongs to it."""

    value: Term
    closed: bool
    near: Fraction
    rational: bool


def judge_between_ends(claim: Claim) -> Verdict | None:
    """The verdict on an order claim in one real variable between ends that are not both rational;
    None if it is another claim, or not decided so."""
    if claim.right is None or claim.relation not in ORDERING or not claim.conditions:
        return None
    free = variables((claim.left, claim.right, *claim.conditions))
    if len(free) != 1 or free[0].op != "symbol" or domain_of(free[0]).integer:
        return None
    (variable,) = free
    ends = _ends(claim.conditions, variable)
    if ends is None or all(end is None or end.rational for end in ends):
        return None
    low, high = ends
    if low is not None and high is not None and low.near >= high.near:
        return None  # nothing, or one point, lies between them
    for end in ends:
        broken = None if end is None else _broken_at(claim, variable, end)
        if broken is not None:
            return broken
    asked = make("relation", claim.left, claim.right, data=(claim.relation,))
    known = solutions(asked, variable, _outside(*ends))
    if known is None or not any(_covers(stretch, *ends) for stretch in known.stretches):
        return None
    message = f"it holds for {plain(variable)} in {known.text()}, where the conditions lie"
    return proved(METHOD, message, where=known.text())


def _broken_at(claim: Claim, variable: Term, end: End) -> Verdict | None:
    """A refutation at an end that the conditions include."""
    assert claim.right is not None
    table = {variable: end.value}
    if not end.closed or end.rational or hides_power((claim.left, claim.right), table):
        return None
    left, right = replace(claim.left, table), replace(claim.right, table)
    equal = judge_equality(left, right).kind == "proved"
    found = settle(question(left, claim.relation, right)).counterexample
    if found is None and equal and claim.relation in ("<", ">"):
        with precision(BITS):
            value = decimal(ball(right, {}, BITS), 12, bits=BITS)
        found = Counterexample({}, value, value)
    if found is None:
        return None
    place = plain(end.value)
    shown = Counterexample({plain(variable): place}, found.left, found.right)
    return refuted(METHOD, f"it fails at {plain(variable)} = {place}, an end it includes", shown)


def _ends(conditions: tuple[Term, ...], variable: Term) -> tuple[End | None, End | None] | None:
    """The lower and the upper end that its domain and the conditions give a variable; None where
    these say anything else."""
    domain = domain_of(variable)
    found = [
        None if value is None else End(number(value), not is_open, value, True)
        for value, is_open in (
            (domain.lower, domain.lower_open),
            (domain.upper, domain.upper_open),
        )
    ]
    for relation, left, right in _singly(conditions):
        if right is variable:
            relation, left, right = MIRRORED.get(relation, ""), right, left
        if left is not variable or relation not in ORDERING or free_symbols(right):
            return None
        upper = relation in ("<", "<=")
        if infinite_sign(right) == (1 if upper else -1):
            continue
        end = _end(right, "=" in relation)
        if end is None:
            return None
        known = found[upper]
        if known is None or (end.near < known.near if upper else end.near > known.near):
            found[upper] = end
    return found[0], found[1]


def _singly(conditions: tuple[Term, ...]) -> Iterator[tuple[str, Term, Term]]:
    """The links of conditions, intervals and `|x| < c` as two each."""
    for relation, left, right in links(conditions):
        if relation == "in" and right.op == "interval":
            yield (">=" if right.data[0] == "[" else ">"), left, right.args[0]
            yield ("<=" if right.data[1] == "]" else "<"), left, right.args[1]
        elif left.op == "abs" and relation in ("<", "<="):
            yield relation, left.args[0], right
            yield MIRRORED[relation], left.args[0], make("neg", right)
        else:
            yield relation, left, right


def _end(value: Term, closed: bool) -> End | None:
    exact = rational_value(value)
    if exact is not None:
        return End(value, closed, exact, True)
    with precision(BITS):
        near = ball(value, {}, BITS)
    return End(value, closed, as_fraction(near.mid()), False) if near.is_finite() else None


def _outside(low: End | None, high: End | None) -> Domain:
    """An interval with rational ends around the written one."""
    return Domain(
        None if low is None else low.near if low.rational else _rounded(low.near - OUTSIDE),
        None if high is None else high.near if high.rational else _rounded(high.near + OUTSIDE),
        low is not None and low.rational and not low.closed,
        high is not None and high.rational and not high.closed,
    )


def _rounded(value: Fraction) -> Fraction:
    return value.limit_denominator(4096)


def _covers(stretch: Stretch, low: End | None, high: End | None) -> bool:
    """Whether all points between the ends lie in a stretch."""
    return _reaches(stretch.low, stretch.low_closed, low, -1) and _reaches(
        stretch.high, stretch.high_closed, high, 1
    )


def _reaches(spot: Spot | None, closed: bool, end: End | None, side: int) -> bool:
    if spot is None or end is None:
        return spot is None
    sign = compare(spot, end.value)
    return sign == side or (sign == 0 and (closed or not end.closed))
