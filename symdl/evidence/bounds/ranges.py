"""Ranges by structure: an interval with exact ends that contains every value of a term.

The interval of a node follows from those of its arguments (products of signs, squares, rising
functions) and from its operator's row. Whether an end is left out is kept exactly, because
`> 0` and `>= 0` are different claims. Parts in one variable can be given the sharp range that
the one-variable method proves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from symdl.evidence.balls import exactly, precision
from symdl.evidence.bounds.range_arithmetic import (
    ALL,
    ZERO_ONE,
    Range,
    absolute,
    hull,
    largest,
    meet,
    negative,
    power,
    product,
    quotient,
    smallest,
    summed,
)
from symdl.evidence.exact import as_fraction
from symdl.evidence.points import domain_of
from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE, Operator
from symdl.expression.term import Term, postorder

BITS = 96


def range_of(root: Term, known: Mapping[Term, Range] | None = None) -> Range:
    """An interval that contains every value of the term, wherever it is defined.

    >>> from symdl.expression.term import make, symbol
    >>> found = range_of(make("exp", symbol("x")) + 1)
    >>> found.lower, found.lower_open, found.upper
    (Fraction(1, 1), True, None)
    """
    found: dict[Term, Range] = {}
    with precision(BITS):
        for node in postorder(root):
            own = _node(node, [found[a] for a in node.args])
            sharp = known.get(node) if known else None
            found[node] = own if sharp is None else meet(own, sharp)
    return found[root]


def _node(node: Term, args: list[Range]) -> Range:
    if node.op == "number":
        value = node.data.value
        return Range(value, value, False, False)
    if node.op == "constant":
        return _CONSTANTS.get(node.data, ALL)
    if node.op in ("symbol", "entry"):
        return _of_domain(domain_of(node))
    rule = _RULES.get(node.op)
    if rule is not None:
        return rule(args)
    if node.op in ("sum", "product"):
        return _repeated(node, args[-1])
    if node.op == "pow":
        return power(node, args)
    if node.op == "piecewise":
        return hull([args[i] for i in _value_places(len(args))])
    row = TABLE.get(node.op)
    if row is None:
        return ALL
    own = _of_domain(row.range)
    return meet(own, _image(row, args[0])) if row.rising else own


_CONSTANTS: dict[str, Range] = {
    "pi": Range(Fraction(333, 106), Fraction(355, 113)),
    "e": Range(Fraction(1264, 465), Fraction(1457, 536)),
}


def _value_places(count: int) -> list[int]:
    places = list(range(0, count - count % 2, 2))
    return [*places, count - 1] if count % 2 else places


def _of_domain(domain: Domain) -> Range:
    lower_open = domain.lower_open or domain.lower in domain.excluded
    upper_open = domain.upper_open or domain.upper in domain.excluded
    return Range(domain.lower, domain.upper, lower_open, upper_open)


def _repeated(node: Term, body: Range) -> Range:
    """A sum or product over an index: over all values of an index it has at least one part."""
    some = node.data == "all"
    if node.op == "product":
        return Range(Fraction(0), None, body.sign == 2) if body.sign > 0 else ALL
    if body.sign > 0:
        return Range(Fraction(0), None, some and body.sign == 2)
    if body.sign < 0:
        return Range(None, Fraction(0), True, some and body.sign == -2)
    return ALL


_RULES: dict[str, Callable[[Sequence[Range]], Range]] = {
    "add": summed,
    "neg": negative,
    "mul": product,
    "hadamard": product,
    "div": quotient,
    "abs": absolute,
    "max": largest,
    "min": smallest,
    "relu": lambda args: largest([*args, Range(Fraction(0), Fraction(0), False, False)]),
    "indicator": lambda args: ZERO_ONE,
}


def _image(row: Operator, a: Range) -> Range:
    """The image of an interval under a rising row: exact where that is known, else the end
    rounded outwards."""
    lower, lower_open = _risen(row, a.lower, a.lower_open, -1)
    upper, upper_open = _risen(row, a.upper, a.upper_open, 1)
    return Range(lower, upper, lower_open, upper_open)


def _risen(
    row: Operator, end: Fraction | None, is_open: bool, side: int
) -> tuple[Fraction | None, bool]:
    if end is None:
        return None, True
    exact = dict(row.values).get(end)
    if exact is not None:
        return Fraction(exact), is_open
    if abs(end) > 2**20:
        return None, True
    value = row.ball(exactly(end))
    if not value.is_finite():  # beyond the domain, or at its end: the row's own range says more
        return None, True
    return _outwards(value, side), True


def _outwards(value: Any, side: int) -> Fraction:
    """A rational strictly beyond a ball."""
    gap = as_fraction(value.rad()) + Fraction(1, 2**60)
    return as_fraction(value.mid()) + side * gap
