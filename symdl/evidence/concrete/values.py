"""A graph worked out: in balls, exactly, or modulo a prime."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from math import prod
from operator import add, mul
from typing import Any

from flint import arb, fmpq

from symdl.evidence.balls import precision
from symdl.evidence.concrete.graph import Graph, Node
from symdl.expression.operators import TABLE

PRIME = 2**61 - 1
_RATIONAL = frozenset({"number", "variable", "add", "mul"})


def is_rational(graph: Graph, nodes: Sequence[Node]) -> bool:
    """Whether only field arithmetic is needed."""
    for place in needed(graph, nodes):
        op, _, data = graph.rows[place]
        if op not in _RATIONAL and not (op == "pow" and data.denominator == 1):
            return False
    return True


def needed(graph: Graph, nodes: Sequence[Node]) -> list[Node]:
    """The operations that some nodes need, in order."""
    rows = graph.rows
    wanted: set[Node] = set()
    fresh = set(nodes)
    while fresh:
        wanted |= fresh
        fresh = {argument for place in fresh for argument in rows[place][1]} - wanted
    return sorted(wanted)


def modulo(graph: Graph, nodes: Sequence[Node], at: Mapping[Node, int]) -> list[int] | None:
    """Rational nodes modulo PRIME; None where a denominator vanishes there."""
    found: dict[Node, int] = {}
    for place in needed(graph, nodes):
        op, args, data = graph.rows[place]
        if op == "variable":
            found[place] = at[place] % PRIME
        elif op == "number":
            found[place] = data.numerator * pow(data.denominator, -1, PRIME) % PRIME
        elif op == "add":
            found[place] = sum(found[a] for a in args) % PRIME
        elif op == "mul":
            value = 1
            for a in args:
                value = value * found[a] % PRIME
            found[place] = value
        else:
            base = found[args[0]]
            if not base and data < 0:
                return None
            found[place] = pow(base, data.numerator, PRIME)
    return [found[n] for n in nodes]


def exactly(
    graph: Graph, nodes: Sequence[Node], at: Mapping[Node, Fraction]
) -> list[Fraction] | None:
    """Rational nodes exactly; None where a denominator is 0."""
    found: dict[Node, Any] = {}
    for place in needed(graph, nodes):
        op, args, data = graph.rows[place]
        if op == "variable":
            found[place] = fmpq(at[place].numerator, at[place].denominator)
        elif op == "number":
            found[place] = fmpq(data.numerator, data.denominator)
        elif op == "add":
            found[place] = sum((found[a] for a in args), fmpq(0))
        elif op == "mul":
            value = fmpq(1)
            for a in args:
                value *= found[a]
            found[place] = value
        else:
            if not found[args[0]] and data < 0:
                return None
            found[place] = found[args[0]] ** data.numerator
    return [Fraction(int(found[n].p), int(found[n].q)) for n in nodes]


def balls(graph: Graph, nodes: Sequence[Node], at: Mapping[Node, Fraction], bits: int) -> list[Any]:
    """Balls around the values of nodes; not finite where one is not known to be defined."""
    return balls_at_all(graph, nodes, [at], bits)[0]


def balls_at_all(
    graph: Graph, nodes: Sequence[Node], points: Sequence[Mapping[Node, Fraction]], bits: int
) -> list[list[Any]]:
    """The balls of nodes at each of some points; an operation is done at all of them in turn."""
    found: dict[Node, list[Any]] = {}
    with precision(bits):
        for place in needed(graph, nodes):
            op, args, data = graph.rows[place]
            if op == "variable":
                found[place] = [_of_rational(point[place]) for point in points]
            elif op == "number":
                found[place] = [_of_rational(data)] * len(points)
            else:
                arguments = map(found.__getitem__, args)
                found[place] = list(map(_operation(op, args, data), *arguments))
    return [[found[n][i] for n in nodes] for i in range(len(points))]


def _of_rational(value: int | Fraction) -> Any:
    return arb(fmpq(*value.as_integer_ratio()))


def _operation(op: str, args: Sequence[Node], data: Any) -> Callable[..., Any]:
    """What an operation does with the balls of its arguments."""
    if op == "add":
        return add if len(args) == 2 else _sum
    if op == "mul":
        return mul if len(args) == 2 else _product
    if op == "pow":
        return partial(_power, exponent=data)
    if op in ("step", "open step", "relu", "zero"):
        return partial(_switch, op)
    ball: Callable[..., Any] = TABLE[op].ball
    return ball


def _sum(*summands: Any) -> Any:
    return sum(summands[1:], summands[0])


def _product(*factors: Any) -> Any:
    return prod(factors[1:], start=factors[0])


def _power(base: Any, exponent: Fraction) -> Any:
    if exponent.denominator == 1:
        return _integer_power(base, exponent.numerator)
    if exponent.denominator == 2:
        return _integer_power(base.sqrt(), exponent.numerator)
    if not base > 0:
        return arb("nan")
    return base ** arb(fmpq(exponent.numerator, exponent.denominator))


def _integer_power(base: Any, n: int) -> Any:
    """By squaring: flint's own power has no value where a ball around 0 is not exact."""
    result, square = arb(1), base
    for bit in reversed(bin(abs(n))[2:]):
        if bit == "1":
            result = result * square
        square = square * square
    return 1 / result if n < 0 else result


def _switch(op: str, u: Any) -> Any:
    positive, negative = u > 0, u < 0
    if op == "zero":
        return arb(0) if positive or negative else arb(1) if u == 0 else arb("nan")
    if positive:
        return u if op == "relu" else arb(1)
    if negative:
        return arb(0)
    if u == 0 and op != "open step":
        return arb(0)
    return arb("nan")
