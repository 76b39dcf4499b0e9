"""How large an integrand and its slope are far out, as far as its form tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symdl.derivation.context import Context
from symdl.expression.numerals import value_of
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, free_symbols, make, postorder

FAST, DECAYING, POWER, GROWING = range(4)
"""How large a part is far out, and so is its slope in t: falling faster than every e^{-c|x|},
like some e^{-c|x|}, at most a power of x, at most some e^{c|x|}."""


@dataclass(frozen=True, slots=True)
class Far:
    """What is read off the form of an integrand about its size far out."""

    x: Term
    directions: frozenset[int]
    context: Context

    def level(self, root: Term) -> int | None:
        """How large a term and its slope are far out; None if that is not known."""
        known: dict[Term, int | None] = {}
        for node in postorder(root):
            if self.x not in free_symbols(node) or node is self.x:
                known[node] = POWER
            else:
                known[node] = self._of(node, [known[a] for a in node.args])
        return known[root]

    def _of(self, node: Term, args: list[int | None]) -> int | None:
        if node.op == "exp":
            return self._exponential(node.args[0])
        if node.op == "log":
            return self._logarithm(node, args[0])
        if node.op == "piecewise":
            return _largest([*args[:-1:2], *(args[-1:] if len(args) % 2 else [])])
        if node.op in ("relation", "and", "or", "not"):
            return POWER
        known = [a for a in args if a is not None]
        if len(known) < len(args):
            return None
        rule = _RULES.get(node.op)
        if rule is not None:
            return rule(self, node, known)
        row = TABLE.get(node.op)
        if row is not None and row.steady:
            return POWER if max(known) <= POWER else None
        if row is None or row.definition is None:
            return None
        return self.level(row.definition(*node.args))

    def quotient(self, node: Term, args: list[int]) -> int | None:
        """Below the line stands what is bounded away from 0."""
        below = node.args[1]
        fact = self.context.facts.of(below)
        if self.x not in free_symbols(below):
            return args[0] if fact.range.nonzero else None
        if fact.range.lower is None or fact.range.lower <= 0:
            return None
        return _times(args) if self.context.depends(below) else args[0]

    def power(self, node: Term, args: list[int]) -> int | None:
        """Natural powers, and roots of what is bounded away from 0."""
        exponent = value_of(node.args[1]) if len(node.args) > 1 else None
        if node.op == "pow" and (exponent is None or exponent < 0):
            return None
        natural = node.op == "pow" and exponent is not None and exponent.denominator == 1
        if natural:
            return args[0] if exponent else POWER
        lower = self.context.facts.of(node.args[0]).range.lower
        return POWER if args[0] <= POWER and lower is not None and lower > 0 else None

    def _logarithm(self, node: Term, inner: int | None) -> int | None:
        """log of a product, term by term; log of what is bounded away from 0."""
        (u,) = node.args
        if u.op == "exp":
            return self.level(u.args[0])
        if u.op in ("mul", "div"):
            return _largest([self.level(make("log", a)) for a in u.args])
        if u.op == "pow" and self.x not in free_symbols(u.args[1]):
            return self.level(make("log", u.args[0]))
        range_ = self.context.facts.of(u).range
        if inner is None or range_.lower is None or range_.lower <= 0:
            return None
        return POWER if inner <= POWER else inner

    def _exponential(self, exponent: Term) -> int | None:
        levels = []
        for direction in self.directions:
            trend = self._trend(exponent, direction)
            if trend is None:
                return None
            degree, sign = trend
            if degree == 0:
                levels.append(POWER)
            elif sign == -1:
                levels.append(FAST if degree > 1 else DECAYING)
            elif degree == 1:
                levels.append(GROWING)
            else:
                return None
        return max(levels)

    def _trend(self, root: Term, direction: int) -> tuple[int, int] | None:
        """The degree of a polynomial in x and |..|, and the sign of its leading part in a
        direction (0: not known)."""
        known: dict[Term, tuple[int, int] | None] = {}
        for node in postorder(root):
            if self.x not in free_symbols(node):
                known[node] = 0, self.context.facts.of(node).sign or 0
            elif node is self.x:
                known[node] = 1, direction
            else:
                known[node] = _trend_of(node, [known[a] for a in node.args])
        return known[root]


def _trend_of(node: Term, args: list[tuple[int, int] | None]) -> tuple[int, int] | None:
    parts = [a for a in args if a is not None]
    if len(parts) < len(args):
        return None
    (degree, sign), *rest = parts
    if node.op == "neg":
        return degree, -sign
    if node.op == "abs":
        return (degree, 1) if sign else (degree, 0)
    if node.op == "mul":
        for more, other in rest:
            degree, sign = degree + more, sign * other
        return degree, sign
    if node.op == "div":
        return (degree, sign * rest[0][1]) if rest[0][0] == 0 else None
    if node.op == "pow":
        n = value_of(node.args[1])
        if n is None or n.denominator != 1 or n < 1:
            return None
        return degree * int(n), (abs(sign) if n % 2 == 0 else sign)
    if node.op == "add":
        top = max(d for d, _ in parts)
        signs = {s for d, s in parts if d == top}
        return top, signs.pop() if len(signs) == 1 else 0
    return None


def _largest(levels: list[int | None]) -> int | None:
    known = [level for level in levels if level is not None]
    return max(known) if len(known) == len(levels) else None


def _times(levels: list[int]) -> int:
    """The size of a product."""
    if FAST in levels:
        return FAST
    if GROWING in levels:
        return GROWING
    return DECAYING if DECAYING in levels else POWER


Rule = Callable[[Far, Term, list[int]], "int | None"]
_RULES: dict[str, Rule] = {
    "add": lambda far, node, args: max(args),
    "neg": lambda far, node, args: args[0],
    "mul": lambda far, node, args: _times(args),
    "div": Far.quotient,
    "pow": Far.power,
    "sqrt": Far.power,
    "root": Far.power,
}
