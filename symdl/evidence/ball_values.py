"""Values of terms at points, by balls: what retests and the prover try claims with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import Any

from flint import arb

from symdl.evidence.meaning import ATOMS, SIGNS, Open, Signs, core, home, sure
from symdl.evidence.recheck.enclosing import exact
from symdl.evidence.recheck.rules import BALLS
from symdl.evidence.recheck.signs import sign_of
from symdl.evidence.recheck.walk import Walk
from symdl.evidence.record import Part
from symdl.expression.term import Term

Value = Any
"""A ball."""
Point = Mapping[Term, Fraction]
ball = exact


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


OPERATIONS: dict[str, Callable[..., Value]] = {
    **BALLS, "add": lambda *xs: reduce(add, xs), "mul": lambda *xs: reduce(mul, xs),
    "neg": lambda x: -x, "div": lambda x, y: x / y, "pow": _power, "e": arb.const_e,
    "choose": lambda x: x,
    "log": lambda x: x.log() if x > 0 else arb.nan(),
    "arcsin": lambda x: x.asin() if -1 <= x <= 1 else arb.nan(),
    "arccos": lambda x: x.acos() if -1 <= x <= 1 else arb.nan(),
    "max": lambda a, b: a.max(b),
}  # fmt: skip
WORDS = ATOMS | OPERATIONS.keys() | {"number", "constant", "test", "nowhere", "interval"}
"""What has values."""


class Values(Walk):
    """Certain enclosures of values at a point."""

    def signs(self, x: Value) -> Signs:
        """The signs that a value may have."""
        return sign_of(x)

    def operation(self, node: Term, args: list[Value]) -> Value:
        """What the table says, if it is certainly defined."""
        if node.op == "number":
            return ball(node.data.value)
        if node.op == "test":
            found, allowed = sign_of(args[0]), SIGNS[node.data]
            sure(found <= allowed or not found & allowed)
            return arb(found <= allowed)
        name = node.op if node.args else node.data
        sure(node.op not in ATOMS and name in OPERATIONS, f"no value of {name}")
        found = OPERATIONS[name](*args)
        sure(found.is_finite())
        return found


def values_at(point: Point) -> Values:
    """The walk from the values of atoms at a point."""
    return Values({atom: ball(x) for atom, x in point.items()})


def signs(part: Part, point: Point) -> Signs:
    """The signs that left - right may have at a point. Raises Open where nothing is claimed."""
    value = values_at(point)
    sure(all(value(core(condition)) == 1 for condition in part.conditions), "a condition fails")
    return sign_of(value(core(part.left)) - value(core(part.right or part.left)))


def consistent(point: Point) -> bool:
    """Whether all values are allowed, and what is one entry at the point has one value."""
    value = values_at(point)
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
