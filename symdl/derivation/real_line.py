"""The real line of one variable: where conditions switch, and what holds on which side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symdl.derivation.canonical import TooLarge, affine, polynomial, same
from symdl.derivation.context import plus, times
from symdl.derivation.facts import Facts
from symdl.derivation.numbers import holds
from symdl.derivation.roots import rational_roots, sign_beside
from symdl.derivation.tidy import tidy
from symdl.expression.numerals import ZERO, spell, value_of
from symdl.expression.operators import TABLE
from symdl.expression.relations import every, truth
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, make, number, postorder, rebuild, replace

ORDER = {"<": -1, "<=": -1, ">": 1, ">=": 1, "=": 0, "!=": 0}
STRICT = {"<=": "<", ">=": ">"}


@dataclass
class RealLine:
    """The real line of one variable: what is known near a point of it."""

    variable: Term
    facts: Facts = field(default_factory=Facts)
    values: dict[tuple[Term, Term], Term] = field(default_factory=dict)

    def depends(self, term: Term) -> bool:
        """Whether the variable occurs in `term`."""
        return any(node is self.variable for node in postorder(term))

    def put(self, term: Term, point: Term) -> Term:
        """`term` at a point, tidied."""
        found = self.values.get((term, point))
        if found is None:
            put_in = substitute if self.variable.op == "symbol" else replace
            found = tidy(put_in(term, {self.variable: point}))
            self.values[term, point] = found
        return found

    def roots(self, left: Term, right: Term) -> list[Term] | None:
        """The points at which `left > right` may switch, if they can be solved for."""
        if not self.depends(left):
            left, right = right, left
        linear = affine(left - right, self.variable)
        if linear is not None:
            slope, rest = linear
            if slope is ZERO:
                return []
            return [tidy(-rest / slope)] if self.facts.nonzero(slope) else None
        powers = self.powers(left - right)
        found = None if powers is None else rational_roots(powers)
        if found is not None:
            return [spell(root) for root in found]
        if self.depends(right):
            return None
        if left.op == "abs":
            return self._all_roots([(left.args[0], right), (left.args[0], tidy(-right))])
        if left.op in ("max", "min", "clip"):
            return self._all_roots([(a, right) for a in left.args])
        if left.op == "relu":
            return self._all_roots([(left.args[0], right), (ZERO, right)])
        return self._inverted(left, tidy(right))

    def _all_roots(self, pairs: Sequence[tuple[Term, Term]]) -> list[Term] | None:
        found = [self.roots(u, v) for u, v in pairs]
        points = [p for points in found for p in points or ()]
        return None if None in found else list(dict.fromkeys(points))

    def _inverted(self, left: Term, right: Term) -> list[Term] | None:
        """One operation taken to the other side of left = right."""
        moving = [a for a in left.args if self.depends(a)]
        rest = [a for a in left.args if not self.depends(a)]
        if len(moving) != 1:
            return None
        (u,) = moving
        if left.op == "neg":
            return self.roots(u, tidy(-right))
        if left.op == "add":
            return self.roots(u, tidy(right - plus(rest)))
        if left.op == "mul" and all(map(self.facts.nonzero, rest)):
            return self.roots(u, tidy(right / times(*rest)))
        if left.op == "div" and u is left.args[0] and self.facts.nonzero(rest[0]):
            return self.roots(u, tidy(right * rest[0]))
        row = TABLE.get(left.op)
        if row is not None and row.rising:
            known = [point for point, value in row.values if value == value_of(right)]
            return self.roots(u, spell(known[0])) if known else None
        return None

    def sign_near(self, term: Term, point: Term, side: int) -> int | None:
        """The sign of a term just left (-1) of, at (0), or just right (1) of a point."""
        value = self.put(term, point)
        n = value_of(value)
        sign = self.facts.of(value).sign if n is None else (n > 0) - (n < 0)
        if sign is None and same(value, ZERO):
            sign = 0
        if sign != 0 or side == 0:
            return sign
        powers, place = self.powers(term), value_of(point)
        if powers is not None and place is not None:
            return sign_beside(powers, place, side)
        slope = self.direction(self.picked(term, point, side))
        return slope * side if slope else None

    def powers(self, term: Term) -> list[Fraction] | None:
        """The coefficients of a polynomial in the variable alone, the lowest first; else None."""
        try:
            found = polynomial(term)
        except TooLarge:
            return None
        listed: dict[int, Fraction] = {}
        for monomial, factor in found.items():
            (power,) = monomial if len(monomial) == 1 else ((self.variable, 0),)
            if len(monomial) > 1 or power[0] is not self.variable or power[1] < 0:
                return None
            listed[power[1]] = factor
        return [listed.get(k, Fraction(0)) for k in range(max(listed, default=-1) + 1)]

    def direction(self, root: Term) -> int | None:
        """1 where a term certainly rises with the variable, -1 where it falls, 0 where it is
        constant."""
        known: dict[Term, int | None] = {}
        for node in postorder(root):
            known[node] = self._direction(node, known)
        if known[root] is None:
            linear = affine(root, self.variable)
            return None if linear is None else self.facts.of(linear[0]).sign
        return known[root]

    def _direction(self, node: Term, known: Mapping[Term, int | None]) -> int | None:
        if node is self.variable:
            return 1
        ways = [known[a] for a in node.args]
        moving = [(a, way) for a, way in zip(node.args, ways, strict=True) if way != 0]
        if not moving:
            return 0
        if node.op == "neg":
            return None if ways[0] is None else -ways[0]
        if node.op == "add":
            return moving[0][1] if len({way for _, way in moving}) == 1 else None
        if len(moving) > 1 or moving[0][1] is None:
            return None
        if node.op in TABLE and TABLE[node.op].rising:
            return moving[0][1]
        if node.op == "mul" or (node.op == "div" and moving[0][0] is node.args[0]):
            way: int | None = moving[0][1]
            for a in node.args:
                sign = self.facts.of(a).sign if a is not moving[0][0] else 1
                way = way * sign if way and sign else None
            return way
        return None

    def truth(self, condition: Term, point: Term, side: int) -> bool | None:
        """Whether a condition holds just left of, at, or just right of a point."""
        return truth(condition, lambda part: self._holds(part, point, side))

    def _holds(self, condition: Term, point: Term, side: int) -> bool | None:
        if condition.op != "relation":
            return holds(condition)
        pairs = zip(condition.args, condition.args[1:], condition.data, strict=False)
        return every(self._compared(a, b, kind, point, side) for a, b, kind in pairs)

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
        if node.op in ("max", "min"):
            return self._extreme(node, point, side)
        if not side:
            return node
        if node.op == "clip":
            u, low, high = node.args
            above = self._near(make("max", u, low), point, side)
            return self._near(make("min", above, high), point, side)
        if node.op == "indicator":
            verdict = self.truth(node.args[0], point, side)
            return node if verdict is None else number(int(verdict))
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


def _absolute(u: Term, sign: int) -> Term:
    return u if sign >= 0 else -u


def _rectified(u: Term, sign: int) -> Term:
    return u if sign >= 0 else ZERO


def _signed(_u: Term, sign: int) -> Term:
    return number(sign)


_BY_SIGN = {"abs": _absolute, "relu": _rectified, "sign": _signed}


def is_large(terms: Iterable[Term], limit: int) -> bool:
    """Whether the terms have more sub-terms than `limit`, counted no further than that."""
    seen: set[Term] = set()
    for term in terms:
        for node in postorder(term):
            seen.add(node)
            if len(seen) > limit:
                return True
    return False


def pairs_of(node: Term) -> list[tuple[Term, Term | None]]:
    """The cases of a piecewise in order; the condition of `otherwise` is None."""
    args = node.args
    listed: list[tuple[Term, Term | None]] = list(zip(args[0::2], args[1::2], strict=False))
    return [*listed, (args[-1], None)] if len(args) % 2 else listed
