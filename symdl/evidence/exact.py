"""Exact rational arithmetic of closed terms, with the size of every result bounded first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, comb, factorial, floor, gcd, isqrt, lcm
from typing import Any

from symdl.expression import relations
from symdl.expression.term import Term, operations, postorder

MAX_BITS = 13_000
"""Less than the 4,300 digits that Python writes out."""
Values = list[Fraction]
Rule = Callable[[Values], Fraction | None]


def exact(term: Term, point: Mapping[Term, Fraction] | None = None) -> Fraction | None:
    """The rational value of a closed term; None if it is not rational, is undefined, holds
    symbols, or would be a number of more than 13,000 bits.

    `point` gives values to symbols and entries. (They are not put in as numbers: y^y has no value
    at 0, but with a written 0 as its exponent it has.)

    >>> from symdl.expression.term import make, number
    >>> exact(make("sqrt", number(Fraction(9, 4))) + 1)
    Fraction(5, 2)
    >>> from symdl.expression.term import symbol
    >>> exact(symbol("y") ** symbol("y"), {symbol("y"): Fraction(0)}) is None
    True
    """
    kinds = operations(term)
    if not point and not _RATIONAL.issuperset(kinds) and "piecewise" not in kinds:
        return None
    values: dict[Term, Fraction | bool | None] = dict(point or {})
    for node in postorder(term):
        if node.op == "number":
            values[node] = _bounded(node.data.value)
        elif node not in values:
            values[node] = _value(node, values)
    found = values[term]
    return None if isinstance(found, bool) else found


def _value(node: Term, values: dict[Term, Fraction | bool | None]) -> Fraction | bool | None:
    known = list(map(values.__getitem__, node.args))
    rule = _RULES.get(node.op)
    if rule is None:
        return _choice(node, known)
    numbers = [v for v in known if type(v) is Fraction]  # an instance check asks abc
    if len(numbers) < len(known):
        return None
    if node.op == "pow" and numbers == [0, 0] and node.args[1].op != "number":
        return None  # 0^0 is 1 only with a written 0
    result = rule(numbers)
    return None if result is None else _bounded(result)


def _choice(node: Term, known: list[Fraction | bool | None]) -> Fraction | bool | None:
    """What is decided by conditions; None for anything else."""
    if node.op == "piecewise":
        return _piecewise(known)
    if node.op == "relation":
        return _relation(node.data, known)
    if node.op == "indicator":
        return None if not isinstance(known[0], bool) else Fraction(known[0])
    return None


def _bounded(value: Fraction) -> Fraction | None:
    above, below = value.as_integer_ratio()
    return value if max(above.bit_length(), below.bit_length()) <= MAX_BITS else None


def _piecewise(known: list[Fraction | bool | None]) -> Fraction | bool | None:
    for value, holds in zip(known[::2], known[1::2], strict=False):
        if not isinstance(holds, bool):
            return None
        if holds:
            return value
    return known[-1] if len(known) % 2 else None


def _relation(relations: tuple[str, ...], known: list[Fraction | bool | None]) -> bool | None:
    result = True
    for relation, a, b in zip(relations, known, known[1:], strict=False):
        if not isinstance(a, Fraction) or not isinstance(b, Fraction) or relation not in COMPARE:
            return None
        result = result and COMPARE[relation](a, b)
    return result


COMPARE = {**relations.COMPARE, "equiv": relations.COMPARE["="]}
"""Relations between exact numbers; what is identical is equal."""


def _product(values: Values) -> Fraction:
    total = values[0]
    for value in values[1:]:
        total *= value
    return total


def _power(values: Values) -> Fraction | None:
    base, exponent = values
    if base == 0:
        return None if exponent < 0 else Fraction(exponent == 0)
    if base == 1:
        return base
    if exponent.denominator == 1:
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        # |base| = 1 has one bit and stays small
        if abs(base) != 1 and abs(exponent) * max(bits - 1, 1) > MAX_BITS:
            return None
        return base ** int(exponent % 2 if base == -1 else exponent)
    root = _root([base, Fraction(exponent.denominator)]) if base > 0 else None
    return None if root is None else _power([root, Fraction(exponent.numerator)])


def _root(values: Values) -> Fraction | None:
    x, degree = values
    if degree.denominator != 1 or not 0 < degree <= 1_000:
        return None
    n = int(degree)
    if x < 0:
        inner = _root([-x, degree]) if n % 2 else None
        return None if inner is None else -inner
    top, bottom = _integer_root(x.numerator, n), _integer_root(x.denominator, n)
    return None if top is None or bottom is None else Fraction(top, bottom)


def _integer_root(x: int, n: int) -> int | None:
    """The n-th root of x >= 0 if it is an integer."""
    if n == 2:
        root = isqrt(x)
        return root if root * root == x else None
    low, high = 0, 1 << (x.bit_length() // n + 1)
    while low < high:
        middle = (low + high) // 2
        if middle**n < x:
            low = middle + 1
        else:
            high = middle
    return low if low**n == x else None


def _factorial(values: Values) -> Fraction | None:
    (n,) = values
    return Fraction(factorial(int(n))) if n.denominator == 1 and 0 <= n <= 1_400 else None


def _binomial(values: Values) -> Fraction | None:
    n, k = values
    if n.denominator != 1 or k.denominator != 1 or not 0 <= k <= n <= 10_000:
        return None
    return Fraction(comb(int(n), int(k)))


def _mod(values: Values) -> Fraction | None:
    a, b = values
    return None if b == 0 else a - b * floor(a / b)


_RULES: dict[str, Rule] = {
    "add": lambda v: sum(v, Fraction(0)),
    "mul": _product,
    "hadamard": _product,
    "neg": lambda v: -v[0],
    "div": lambda v: None if v[1] == 0 else v[0] / v[1],
    "pow": _power,
    "root": _root,
    "sqrt": lambda v: _root([v[0], Fraction(2)]),
    "abs": lambda v: abs(v[0]),
    "sign": lambda v: Fraction((v[0] > 0) - (v[0] < 0)),
    "floor": lambda v: Fraction(floor(v[0])),
    "ceil": lambda v: Fraction(ceil(v[0])),
    "max": max,
    "min": min,
    "relu": lambda v: max(v[0], Fraction(0)),
    "clip": lambda v: min(max(v[0], v[1]), v[2]),
    "mod": _mod,
    "factorial": _factorial,
    "binomial": _binomial,
    "exp": lambda v: Fraction(1) if v[0] == 0 else None,
    "log": lambda v: Fraction(0) if v[0] == 1 else None,
}
"""Sine, tanh and so on of rationals are irrational but at few points: the normal form's task."""
_RATIONAL = frozenset({"number", "relation", "indicator", *_RULES})
"""What may be part of a rational value; anything else may be only in a case that does not hold."""


def fraction_of(value: Any) -> Fraction:
    """A rational of FLINT as a Fraction."""
    return Fraction(int(value.p), int(value.q))


def as_fraction(ball: Any) -> Fraction:
    """The dyadic number of an exact ball."""
    return fraction_of(ball.fmpq())


def common_step(a: Fraction, b: Fraction) -> Fraction:
    """The largest rational of which both are integer multiples."""
    below = lcm(a.denominator, b.denominator)
    return Fraction(gcd(int(a * below), int(b * below)), below)
