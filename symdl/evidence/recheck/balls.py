"""Values of terms at points, by balls; and the walk over terms that proofs share with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from flint import arb, fmpq

from symdl.evidence.meaning import (
    ATOMS,
    SIGNS,
    Nowhere,
    Open,
    Signs,
    core,
    home,
    links,
    need,
    sure,
)
from symdl.evidence.record import Part
from symdl.expression.term import Term, number

BITS = 320
Value = Any
"""A ball; in a proof a quotient of polynomials; of a condition a truth value."""
Point = Mapping[Term, Fraction]


class Walk:
    """From values of atoms to those of core terms; what no case chooses needs no value."""

    exactly: Callable[[Fraction], Value]
    compare: Callable[[Value, Value], Signs]
    operation: Callable[[Term, list[Value]], Value]

    def __init__(self, at: Mapping[Term, Value]) -> None:
        self.known: dict[Term, Value] = dict(at)

    def __call__(self, root: Term) -> Value:
        """The value. Raises Open where there is none or it is not known."""
        stack = [root]
        while stack:
            node = stack[-1]
            if node in self.known:
                stack.pop()
            elif missing := [n for n in self.needed(node) if n not in self.known]:
                stack += missing[::-1]
            else:
                self.known[node] = self.rule(node)
        return self.known[root]

    def needed(self, node: Term) -> Sequence[Term]:
        """Whose values a node needs next."""
        if node.op == "piecewise":
            for value, condition in zip(node.args[::2], node.args[1::2], strict=False):
                if condition not in self.known or self.known[condition]:
                    return (value if condition in self.known else condition,)
            need(len(node.args) % 2, "no case holds", Nowhere)
            return node.args[-1:]
        if node.op == "relation":
            return [side for a, _, b in links(node) for side in (a, b)]
        return () if node.op in ATOMS else node.args

    def rule(self, node: Term) -> Value:
        """The value of a node from those it needs."""
        if node.op == "relation":
            return all(self.holds(*link) for link in links(node))
        args = [self.known[n] for n in self.needed(node)]
        if node.op in ("and", "or", "not"):
            return not args[0] if node.op == "not" else (all if node.op == "and" else any)(args)
        sure(not any(isinstance(a, bool) for a in args), "a condition is no number")
        if node.op == "number" or (node.op == "pow" and node.args[1] is number(0)):
            return self.exactly(node.data.value if node.op == "number" else Fraction(1))
        if node.op == "sign":
            found = self.compare(args[0], self.exactly(Fraction(0)))
            sure(len(found) == 1, "a sign is not known")
            return self.exactly(Fraction(*found))
        if node.op in ("max", "piecewise"):
            return reduce(self.larger, args)
        return self.operation(node, args)

    def holds(self, a: Term, relation: str, b: Term) -> bool:
        """Whether a link of walked terms holds."""
        found, allowed = self.compare(self.known[a], self.known[b]), SIGNS[relation]
        sure(found <= allowed or not found & allowed, "a case is not decided")
        return found <= allowed

    def larger(self, a: Value, b: Value) -> Value:
        """The larger one of two values."""
        found = self.compare(a, b)
        sure(found <= SIGNS[">="] or found <= SIGNS["<="], "it is not known which is larger")
        return a if found <= SIGNS[">="] else b


def ball(value: Fraction) -> Value:
    """The ball of a rational number."""
    return arb(fmpq(value.numerator, value.denominator))


def whole(x: Value) -> int:
    """The integer that a value certainly is."""
    sure(x.is_exact() and x.is_integer() and abs(x) < 2**70)
    return int(x.unique_fmpz())


def _power(x: Value, y: Value) -> Value:
    if y.is_integer() and abs(y) < 2**20:
        sure(y > 0 or not x.contains(0))
        return x ** whole(y) if y > 0 else 1 / x ** -whole(y)
    if x.is_zero() and y > 0:
        return x
    return (y * x.log()).exp() if x > 0 else arb.nan()


def _root(x: Value, n: Value) -> Value:
    sure(whole(n) > 0)
    return -_power(-x, 1 / n) if whole(n) % 2 and x < 0 else _power(x, 1 / n)


def _call(name: str, holds: Callable[[Value], bool] = lambda x: True) -> Callable[..., Value]:
    return lambda x: getattr(x, name)() if holds(x) else arb.nan()


OPERATIONS: dict[str, Callable[..., Value]] = {
    "add": lambda *xs: reduce(lambda a, b: a + b, xs), "neg": lambda x: -x, "pow": _power,
    "mul": lambda *xs: reduce(lambda a, b: a * b, xs), "div": lambda x, y: x / y, "root": _root,
    "sqrt": lambda x: _power(x, arb(1) / 2), "floor": lambda x: arb(whole(x.floor())),
    "binomial": lambda n, k: arb.bin_uiui(whole(n), whole(k)) if k >= 0 and n < 9999 else arb.nan(),
    "factorial": lambda n: arb(whole(n) + 1).gamma() if n >= 0 else arb.nan(), "erf": _call("erf"),
    "gamma_function": _call("gamma", lambda x: x > 0 and x < 2**70), "arctan": _call("atan"),
    "digamma": _call("digamma", lambda x: x > 0 and x < 2**70), "erfc": _call("erfc"), "pi": arb.pi,
    "arcsin": _call("asin", lambda x: x >= -1 and x <= 1), "exp": _call("exp"), "sin": _call("sin"),
    "arccos": _call("acos", lambda x: x >= -1 and x <= 1), "cos": _call("cos"), "e": arb.const_e,
    "log": _call("log", lambda x: x > 0),
}  # fmt: skip


def sign_of(x: Value) -> Signs:
    """The signs that a ball may have."""
    return frozenset(s for s, out in ((-1, x >= 0), (0, x != 0), (1, x <= 0)) if not out)


class Values(Walk):
    """Certain enclosures of values at a point."""

    exactly = staticmethod(ball)

    def compare(self, a: Value, b: Value) -> Signs:
        """The signs that a - b may have."""
        return sign_of(a - b)

    def larger(self, a: Value, b: Value) -> Value:
        """A ball of the larger one."""
        return a.max(b)

    def operation(self, node: Term, args: list[Value]) -> Value:
        """What the table says, if it is certainly defined."""
        name = node.op if node.args else node.data
        sure(node.op not in ATOMS and name in OPERATIONS, f"no value of {name}")
        found = OPERATIONS[name](*args)
        sure(found.is_finite())
        return found


def signs(part: Part, point: Point) -> Signs:
    """The signs that left - right may have at a point. Raises Open where nothing is claimed."""
    value = Values({atom: ball(x) for atom, x in point.items()})
    sure(all(value(core(condition)) for condition in part.conditions), "a condition fails")
    return value.compare(value(core(part.left)), value(core(part.right or part.left)))


def consistent(point: Point) -> bool:
    """Whether all values are allowed, and what is one entry at the point has one value."""
    value = Values({atom: ball(x) for atom, x in point.items()})
    entries: dict[Any, Fraction] = {}
    for atom, x in point.items():
        base, *places = atom.args if atom.op == "entry" else (atom,)
        try:
            key: Any = (base, *(_index(i, value) for i in places))
        except Open:
            key = atom
        if atom.shape != () or entries.setdefault(key, x) != x or not home(atom).contains(x):
            return False
    return True


def _index(i: Term, value: Values) -> Value:
    return i.data.value if i.op == "number" else whole(value(core(i)))
