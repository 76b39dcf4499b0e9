r"""Definitions that have no value where they are said: `F(x) = x^\beta / \beta` for x < 0.

Only a condition that stands there counts, and only a part of the definition that has no value at
any of the points tried: a power of a negative number that is no whole one, a root, a logarithm.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, product

from symdl.evidence.algebra.demands import demands
from symdl.evidence.balls import exactly, precision, truth
from symdl.evidence.claim import Claim
from symdl.evidence.points import Point, domain_of
from symdl.evidence.refute import point_text
from symdl.evidence.verdict import Counterexample, Verdict
from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder

BITS = 64
VALUES = tuple(Fraction(text) for text in ("3/2", "1/2", "5/2", "-1/2", "-5/2", "-3/2", "1/4"))
MOST, FEWEST = 40, 2
_PARTIAL = frozenset(
    name
    for name, row in TABLE.items()
    if not any(d.integer for d in row.domain)
    and (row.defined or any((d.lower, d.upper) != (None, None) for d in row.domain))
)
"""Rows that have values in a part of the line alone."""
_CHOOSING = frozenset({"piecewise", "sum", "product", "integral", "max_over", "min_over"})


def unless_nowhere_defined(claim: Claim, verdict: Verdict) -> Verdict:
    """The verdict on a definition, unless it has no value where it is said."""
    if verdict.kind != "definition" or claim.right is None:
        return verdict
    stated = (*claim.conditions, *claim.scope.hypotheses)
    if not stated or any(n.op in _CHOOSING for n in postorder(claim.right)):
        return verdict
    for node in postorder(claim.right):
        names = free_symbols(node)
        near = [c for c in stated if free_symbols(c) and free_symbols(c) <= names]
        if node.op in _PARTIAL and near:
            point = _outside(node, near)
            if point is not None:
                return _refuted(node, point, near)
    return verdict


def _outside(node: Term, conditions: list[Term]) -> Point | None:
    """The first point under the conditions, if a part has no value at any of those tried."""
    tried = list(islice(_points(node, conditions), MOST))
    if len(tried) < FEWEST or not all(_is_outside(node, point) for point in tried):
        return None
    return tried[0]


def _points(node: Term, conditions: list[Term]) -> Iterator[Point]:
    names = sorted(free_symbols(node), key=repr)
    if any(name.shape != () for name in names):
        return
    choices = [[v for v in VALUES if domain_of(name).contains(v)] for name in names]
    for values in product(*choices):
        point = dict(zip(names, values, strict=True))
        if all(_holds(c, point) is True for c in conditions):
            yield point


def _is_outside(node: Term, point: Point) -> bool:
    return any(_holds(demand, point) is False for demand in demands(node))


def _holds(condition: Term, point: Point) -> bool | None:
    with precision(BITS):
        return truth(condition, {name: exactly(v) for name, v in point.items()}, BITS)


def _refuted(node: Term, point: Point, conditions: list[Term]) -> Verdict:
    at = point_text(point)
    where = ", ".join(f"{name} = {value}" for name, value in at.items())
    said = " and ".join(map(plain, conditions))
    message = f"said for {said}, but {plain(node)} has no value at {where}"
    shown = Counterexample(at, "a value", "undefined")
    return Verdict("refuted", "domain", message, counterexample=shown)
