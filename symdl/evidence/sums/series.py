"""Closed forms of sums: geometric ones, powers of the index, series that are known."""

from __future__ import annotations

from symdl.derivation.recurrences import step_of
from symdl.derivation.tidy import tidy
from symdl.evidence.cells import Cell, sign_in, undefined_in
from symdl.evidence.conditions.hypotheses import domain_under
from symdl.evidence.inequalities.order import settle
from symdl.evidence.inequalities.question import question
from symdl.evidence.sums.binomial import binomial_sum
from symdl.evidence.sums.divided_series import divided_series
from symdl.evidence.sums.growing import from_its_start, ratio
from symdl.evidence.sums.power_series import power_series
from symdl.evidence.sums.powers import power_sum
from symdl.evidence.sums.rational_series import rational_series
from symdl.expression.numerals import value_of
from symdl.expression.substitution import substitute
from symdl.expression.term import BINDERS, Term, free_symbols, make, number, postorder

MOST_LEFT_OUT = 4
"""Terms at the beginning that a series may lack."""
Conditions = tuple[Term, ...]


def begun_at(node: Term) -> tuple[Term, Term, int] | None:
    """The index of a sum over whole numbers, which is not less than where it starts, its terms and
    that start."""
    if node.op != "sum" or node.data != "range":
        return None
    index, lower, _, body = node.args
    low = value_of(lower)
    if low is None or low.denominator != 1 or any(n.op in BINDERS for n in postorder(body)):
        return None
    return (*from_its_start(index, body, low), int(low))


def closed_sum(node: Term, conditions: Conditions = ()) -> Term | None:
    """A term without sums that a sum certainly equals; None if none is known."""
    begun = begun_at(node)
    if begun is None:
        return None
    index, body, low = begun
    upper = node.args[2]
    if upper.op == "constant" and upper.data == "infinity":
        return series_of(body, index, low, conditions)
    start, offset = step_of(upper) or (None, 0)
    last = value_of(upper)
    if last is None and start is not None:
        first = domain_under(start, conditions).lower
        last = None if first is None else first + offset
    if last is None or last.denominator != 1 or low > last + 1:
        return None
    found = power_sum(body, index, low, upper)
    if found is None and upper is start and last >= 0:
        found = binomial_sum(body, index, low, upper)
    return _geometric(body, index, low, upper, conditions) if found is None else found


def _geometric(
    body: Term, index: Term, low: int, upper: Term, conditions: Conditions
) -> Term | None:
    """f(a) (1 - r^(n - a + 1))/(1 - r) where f(k + 1) = r f(k) and r is certainly not 1."""
    factor = ratio(substitute(body, {index: index + 1}), body, index)
    first = substitute(body, {index: number(low)})
    if factor is None or free_symbols(upper) & free_symbols(factor):
        return None
    if undefined_in(Cell(first, first), first):
        return None
    if settle(question(factor, "!=", number(1), conditions)).kind != "proved":
        return None
    count = upper if low == 1 else upper + number(1 - low)
    return first * (1 - factor**count) / (1 - factor)


def series_of(body: Term, index: Term, low: int, conditions: Conditions) -> Term | None:
    later = substitute(body, {index: index + 1})
    first = tidy(substitute(body, {index: number(low)}))
    if undefined_in(Cell(first, first), first):
        return None
    known = rational_series(body, index, low)
    if known is not None:
        return known
    factor = ratio(later, body, index)
    if factor is not None:
        return first / (1 - factor) if _is_small(factor, conditions) else None
    if 0 <= low <= MOST_LEFT_OUT:
        whole = substitute(body, {index: number(0)})
        weight = ratio((index + 1) * later, body, index)
        if weight is not None and not undefined_in(Cell(whole, whole), whole):
            parts = [-substitute(body, {index: number(k)}) for k in range(low)]
            total = make("mul", whole, make("exp", weight))
            return make("add", total, *parts) if parts else total

    def small(factor: Term) -> bool:
        return _is_small(factor, conditions)

    found = power_series(body, index, low, small)
    return divided_series(body, index, low, small) if found is None else found


def _is_small(factor: Term, conditions: Conditions) -> bool:
    """Whether |factor| < 1 for all values of its symbols that meet the conditions."""
    cell = Cell(factor, factor)
    if sign_in(cell, 1 - factor) == 2 and sign_in(cell, 1 + factor) == 2:
        return True
    asked = question(make("abs", factor), "<", number(1), conditions)
    return bool(conditions) and settle(asked).kind == "proved"
