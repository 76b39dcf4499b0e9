"""Functions by cases: where the cases meet, and whether they meet smoothly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from symdl.derivation.canonical import same
from symdl.derivation.real_line import ORDER, STRICT, RealLine, is_large, pairs_of
from symdl.document.errors import DeriveError
from symdl.expression.numerals import ZERO, spell, value_of
from symdl.expression.operators.build import relation
from symdl.expression.term import Term, combined, make, replace

OPPOSITE = {"<": ">", "<=": ">", ">": "<", ">=": "<", "=": "!=", "!=": "="}


def comparisons(condition: Term) -> list[Term]:
    """The relations that a condition is made of by and, or, not."""
    found, stack = [], [condition]
    while stack:
        node = stack.pop()
        if node.op == "relation":
            found.append(node)
        elif node.op in ("and", "or", "not"):
            stack.extend(reversed(node.args))
    return found


def boundaries(condition: Term) -> list[tuple[Term, Term]]:
    """The pairs (u, v) at whose equality a condition may switch."""
    return [
        pair
        for node in comparisons(condition)
        if all(kind in ORDER for kind in node.data)
        for pair in pairwise(node.args)
    ]


_MAX_SIZE = 300
"""Cases with more sub-terms are not compared."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A boundary u = v of a piecewise: the points it means (None: not solved), and whether
    the cases meet there with equal values and equal derivatives."""

    left: Term
    right: Term
    points: tuple[Term, ...] | None
    smooth: bool


def meetings(node: Term, derivative: Mapping[Term, Term], line: RealLine) -> list[Meeting]:
    """How the cases of a piecewise meet; `derivative` gives that of each case's value. Not
    smoothly, as far as is known, where the function is too large to be looked at."""
    found: dict[tuple[Term, Term], Meeting] = {}
    large = is_large((node, *derivative.values()), _MAX_SIZE)
    for _, condition in pairs_of(node):
        for left, right in boundaries(condition) if condition is not None else ():
            if (left, right) in found or not (line.depends(left) or line.depends(right)):
                continue
            points = None if large else line.roots(left, right)
            if large:
                smooth = False
            elif points is None:
                smooth = _smooth_where_equal(node, left, right, derivative)
            else:
                smooth = all(_smooth_at(node, p, derivative, line) for p in points)
            solved = None if points is None else tuple(points)
            found[left, right] = Meeting(left, right, solved, smooth)
    return list(found.values())


def _smooth_at(node: Term, point: Term, derivative: Mapping[Term, Term], line: RealLine) -> bool:
    sides = [line.chosen(node, point, side) for side in (-1, 0, 1)]
    if None in sides:
        return False
    values = [s for s in sides if s is not None]
    if all(v is values[0] for v in values):
        return True
    if values[1] is not values[0] and values[1] is not values[2]:
        return False
    return _agree(values, lambda t: line.put(t, point), derivative)


def _smooth_where_equal(
    node: Term, left: Term, right: Term, derivative: Mapping[Term, Term]
) -> bool:
    """All cases agree, values and derivatives, once `left` is replaced by `right`."""
    if value_of(left) is not None:
        left, right = right, left
    values = [value for value, _ in pairs_of(node)]
    return _agree(values, lambda t: replace(t, {left: right}), derivative)


def _agree(
    values: Sequence[Term], put: Callable[[Term], Term], derivative: Mapping[Term, Term]
) -> bool:
    first = put(values[0]), put(derivative[values[0]])
    return all(same(put(v), first[0]) and same(put(derivative[v]), first[1]) for v in values[1:])


def settled(
    node: Term, shown: Mapping[Term, Term], rough: Sequence[Meeting], line: RealLine
) -> Term:
    """The derivative of a piecewise by cases, without a value at its `rough` boundaries;
    `shown` is what to write for the derivative of each case's value."""
    sharp = {(m.left, m.right) for m in rough}
    cases: list[Term] = []
    for value, condition in pairs_of(node):
        if condition is None:
            narrowed = _outside(node, rough, line)
        elif condition.op == "relation" and _pair(condition) in sharp and condition.data == ("=",):
            continue
        else:
            narrowed = _without_points(_strict(condition, sharp), rough, line)
        if narrowed is not ZERO:
            cases += [shown[value]] if narrowed is None else [shown[value], narrowed]
    if not cases:
        raise DeriveError("a function given at single points only has no derivative")
    return make("piecewise", *cases)


def _pair(condition: Term) -> tuple[Term, Term]:
    return condition.args[0], condition.args[1]


def _strict(condition: Term, sharp: set[tuple[Term, Term]]) -> Term:
    """The condition with `<` for `<=` where the cases do not meet smoothly."""
    table = {}
    for node in comparisons(condition):
        kinds = tuple(
            STRICT.get(kind, kind) if pair in sharp else kind
            for pair, kind in zip(pairwise(node.args), node.data, strict=True)
        )
        if kinds != node.data:
            table[node] = make("relation", *node.args, data=kinds)
    return replace(condition, table)


def _without_points(condition: Term, rough: Sequence[Meeting], line: RealLine) -> Term:
    """The condition with the rough points left out that it would still include."""
    excluded = []
    for m in rough:
        away = relation(m.left, "!=", m.right)
        if m.points is None:
            if (m.left, m.right) not in boundaries(condition) and away not in excluded:
                excluded.append(away)
        elif any(line.truth(condition, p, 0) is not False for p in m.points):
            excluded.append(away)
    return make("and", condition, *excluded) if excluded else condition


def _outside(node: Term, rough: Sequence[Meeting], line: RealLine) -> Term | None:
    """The condition of `otherwise` in a derivative: None where it may stay `otherwise`, 0
    where it holds at single points only."""
    if not rough:
        return None
    conditions = [c for _, c in pairs_of(node) if c is not None]
    single = conditions[0] if len(conditions) == 1 else None
    if single is not None and single.op == "relation" and len(single.args) == 2:
        kind = single.data[0]
        return ZERO if kind == "!=" else relation(single.args[0], OPPOSITE[kind], single.args[1])
    inside = _interval(node, rough, line)
    if inside is not None:
        return inside
    away = [relation(m.left, "!=", m.right) for m in rough]
    return combined("and", away)


def _interval(node: Term, rough: Sequence[Meeting], line: RealLine) -> Term | None:
    """`otherwise` as an open interval between two neighbouring rough points, if it is one."""
    points = [p for m in rough for p in m.points or ()]
    values = sorted({v for p in points if (v := value_of(p)) is not None})
    everything = {b for _, c in pairs_of(node) if c is not None for b in boundaries(c)}
    if len(values) < len(points) or len(rough) < len(everything) or len(points) < len(rough):
        return None
    spots = [spell(v) for v in values]
    held = [
        (a, b)
        for a, b in pairwise(spots)
        if line.chosen(node, a, 1) is line.chosen(node, b, -1) is node.args[-1]
    ]
    ends = [line.chosen(node, spots[0], -1), line.chosen(node, spots[-1], 1)]
    if len(held) != 1 or node.args[-1] in ends or None in ends:
        return None
    return make("relation", held[0][0], line.variable, held[0][1], data=("<", "<"))
