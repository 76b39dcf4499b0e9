"""Functions by cases: where the cases meet, which one holds on which side, whether they meet
smoothly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from symdl.derivation.canonical import affine, same
from symdl.derivation.facts import Facts
from symdl.derivation.numbers import ZERO, holds, relation, spell, value_of
from symdl.derivation.tidy import tidy
from symdl.document.errors import DeriveError
from symdl.expression.scope import substitute
from symdl.expression.term import Term, make, number, postorder, rebuild, replace

ORDER = {"<": -1, "<=": -1, ">": 1, ">=": 1, "=": 0, "!=": 0}
STRICT = {"<=": "<", ">=": ">"}
OPPOSITE = {"<": ">", "<=": ">", ">": "<", ">=": "<", "=": "!=", "!=": "="}


@dataclass
class Line:
    """The real line of one variable: what is known near a point of it."""

    variable: Term
    facts: Facts = field(default_factory=Facts)

    def depends(self, term: Term) -> bool:
        """Whether the variable occurs in `term`."""
        return any(node is self.variable for node in postorder(term))

    def put(self, term: Term, point: Term) -> Term:
        """`term` at a point, tidied."""
        if self.variable.op == "symbol":
            return tidy(substitute(term, {self.variable: point}))
        return tidy(replace(term, {self.variable: point}))

    def roots(self, left: Term, right: Term) -> list[Term] | None:
        """Where left = right, if that can be solved: |a x + b| and a x + b against a constant."""
        for side, other in ((left, right), (right, left)):
            if side.op == "abs" and not self.depends(other):
                inner = side.args[0]
                found = [self.roots(inner, s) for s in (other, tidy(-other))]
                points = [p for points in found if points is not None for p in points]
                return None if None in found else list(dict.fromkeys(points))
            if side.op in ("max", "min", "relu"):
                solved = [self.roots(a, other) for a in (*side.args, *_FLOOR.get(side.op, ()))]
                points = [p for points in solved for p in points or ()]
                return None if None in solved else list(dict.fromkeys(points))
        linear = affine(left - right, self.variable, self.facts)
        if linear is None:
            return None
        slope, rest = linear
        if slope is ZERO:
            return [] if self.facts.nonzero(rest) else None
        return [tidy(-rest / slope)] if self.facts.nonzero(slope) else None

    def sign_near(self, term: Term, point: Term, side: int) -> int | None:
        """The sign of a term just left (-1) of, at (0), or just right (1) of a point."""
        value = self.put(term, point)
        n = value_of(value)
        sign = self.facts.of(value).sign if n is None else (n > 0) - (n < 0)
        if sign is None and same(value, ZERO):
            sign = 0
        if sign != 0 or side == 0:
            return sign
        slope = self.slope_sign(self.picked(term, point, side))
        return slope * side if slope else None

    def slope_sign(self, term: Term) -> int | None:
        """The sign of the slope of a linear term."""
        linear = affine(term, self.variable, self.facts)
        return None if linear is None else self.facts.of(linear[0]).sign

    def truth(self, condition: Term, point: Term, side: int) -> bool | None:
        """Whether a condition holds just left of, at, or just right of a point."""
        if condition.op == "relation":
            pairs = zip(condition.args, condition.args[1:], condition.data, strict=False)
            return _every(self._compared(a, b, kind, point, side) for a, b, kind in pairs)
        if condition.op == "and":
            return _every(self.truth(c, point, side) for c in condition.args)
        if condition.op == "or":
            return _not(_every(_not(self.truth(c, point, side)) for c in condition.args))
        if condition.op == "not":
            return _not(self.truth(condition.args[0], point, side))
        return holds(condition)

    def _compared(self, a: Term, b: Term, kind: str, point: Term, side: int) -> bool | None:
        if kind not in ORDER:
            return None
        sign = self.sign_near(a if b is ZERO else a - b, point, side)
        if sign is None:
            return None
        if kind in ("=", "!="):
            return (sign == 0) == (kind == "=")
        return sign == ORDER[kind] or (sign == 0 and kind in STRICT)

    def picked(self, root: Term, point: Term, side: int) -> Term:
        """`root` with every |u|, max, piecewise, ... replaced by what it is near a point."""
        done: dict[Term, Term] = {}
        for node in postorder(root):
            done[node] = self._near(rebuild(node, tuple(done[a] for a in node.args)), point, side)
        return done[root]

    def _near(self, node: Term, point: Term, side: int) -> Term:
        if node.op == "piecewise":
            chosen = self.chosen(node, point, side)
            return node if chosen is None else chosen
        if not side:
            return node
        if node.op == "clip":
            u, low, high = node.args
            above = self._near(make("max", u, low), point, side)
            return self._near(make("min", above, high), point, side)
        if node.op == "indicator":
            verdict = self.truth(node.args[0], point, side)
            return node if verdict is None else number(int(verdict))
        if node.op in ("max", "min"):
            return self._extreme(node, point, side)
        if node.op in _BY_SIGN:
            sign = self.sign_near(node.args[0], point, side)
            return node if sign is None else _BY_SIGN[node.op](node.args[0], sign)
        return node

    def _extreme(self, node: Term, point: Term, side: int) -> Term:
        best = node.args[0]
        for other in node.args[1:]:
            sign = self.sign_near(best - other, point, side)
            if sign is None:
                return node
            best = best if (sign >= 0) == (node.op == "max") else other
        return best

    def chosen(self, node: Term, point: Term, side: int) -> Term | None:
        """The value of a piecewise that holds near a point; None if that is not certain or
        no case holds."""
        for value, condition in pairs_of(node):
            verdict = True if condition is None else self.truth(condition, point, side)
            if verdict is None:
                return None
            if verdict:
                return value
        return None


_FLOOR = {"relu": (ZERO,)}


def _absolute(u: Term, sign: int) -> Term:
    return u if sign >= 0 else -u


def _rectified(u: Term, sign: int) -> Term:
    return u if sign >= 0 else ZERO


def _signed(u: Term, sign: int) -> Term:
    return number(sign)


_BY_SIGN = {"abs": _absolute, "relu": _rectified, "sign": _signed}


def pairs_of(node: Term) -> list[tuple[Term, Term | None]]:
    """The cases of a piecewise in order; the condition of `otherwise` is None."""
    args = node.args
    listed: list[tuple[Term, Term | None]] = list(zip(args[0::2], args[1::2], strict=False))
    return [*listed, (args[-1], None)] if len(args) % 2 else listed


def _every(verdicts: Iterable[bool | None]) -> bool | None:
    listed = list(verdicts)
    if False in listed:
        return False
    return None if None in listed else True


def _not(verdict: bool | None) -> bool | None:
    return None if verdict is None else not verdict


def boundaries(condition: Term) -> list[tuple[Term, Term]]:
    """The pairs (u, v) at whose equality a condition may switch."""
    found = []
    for node in postorder(condition):
        if node.op == "relation" and all(kind in ORDER for kind in node.data):
            found += list(zip(node.args, node.args[1:], strict=False))
    return found


@dataclass(frozen=True, slots=True)
class Meeting:
    """A boundary u = v of a piecewise: the points it means (None: not solved), and whether
    the cases meet there with equal values and equal derivatives."""

    left: Term
    right: Term
    points: tuple[Term, ...] | None
    smooth: bool


def meetings(node: Term, derivative: Mapping[Term, Term], line: Line) -> list[Meeting]:
    """How the cases of a piecewise meet; `derivative` gives that of each case's value."""
    found: dict[tuple[Term, Term], Meeting] = {}
    for _, condition in pairs_of(node):
        for left, right in boundaries(condition) if condition is not None else ():
            if (left, right) in found or not (line.depends(left) or line.depends(right)):
                continue
            points = line.roots(left, right)
            if points is None:
                smooth = _smooth_where_equal(node, left, right, derivative)
            else:
                smooth = all(_smooth_at(node, p, derivative, line) for p in points)
            solved = None if points is None else tuple(points)
            found[left, right] = Meeting(left, right, solved, smooth)
    return list(found.values())


def _smooth_at(node: Term, point: Term, derivative: Mapping[Term, Term], line: Line) -> bool:
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


def settled(node: Term, shown: Mapping[Term, Term], rough: Sequence[Meeting], line: Line) -> Term:
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
    for node in postorder(condition):
        if node.op == "relation":
            kinds = tuple(
                STRICT.get(kind, kind) if pair in sharp else kind
                for pair, kind in zip(
                    zip(node.args, node.args[1:], strict=False), node.data, strict=False
                )
            )
            if kinds != node.data:
                table[node] = make("relation", *node.args, data=kinds)
    return replace(condition, table)


def _without_points(condition: Term, rough: Sequence[Meeting], line: Line) -> Term:
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


def _outside(node: Term, rough: Sequence[Meeting], line: Line) -> Term | None:
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
    return away[0] if len(away) == 1 else make("and", *away)


def _interval(node: Term, rough: Sequence[Meeting], line: Line) -> Term | None:
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
