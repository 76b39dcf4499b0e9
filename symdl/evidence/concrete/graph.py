"""Arithmetic on numbers as a list of operations, with derivatives by reverse mode."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

MAX_NODES = 60_000


class Unwritten(Exception):
    """What cannot be written as arithmetic at these sizes; the text says why."""


class Undefined(Unwritten):
    """A division by 0 at these sizes: nothing is said there, though perhaps at others."""


Node = int
"""The place of an operation in its graph."""


@dataclass(slots=True)
class Graph:
    """Operations in order: (name, arguments, data). Equal ones are one."""

    rows: list[tuple[str, tuple[Node, ...], Any]] = field(default_factory=list)
    places: dict[tuple[str, tuple[Node, ...], Any], Node] = field(default_factory=dict)
    most: int = MAX_NODES

    def node(self, op: str, *args: Node, data: Any = None) -> Node:
        """The operation as it stands."""
        key = (op, args, data)
        found = self.places.get(key)
        if found is None:
            found = self.places[key] = len(self.rows)
            self.rows.append(key)
            if found > self.most:
                raise Unwritten("more operations than are worked out")
        return found

    def number(self, value: int | Fraction) -> Node:
        """A rational number; a whole one is kept as int, which is much faster."""
        if type(value) is not int and value.denominator == 1:
            value = value.numerator
        return self.node("number", data=value)

    def value(self, node: Node) -> int | Fraction | None:
        """The number that a node is, if it is one."""
        op, _, data = self.rows[node]
        return data if op == "number" else None

    def add(self, *nodes: Node) -> Node:
        """The sum; numbers are added up at once."""
        constant: int | Fraction = 0
        rest = []
        rows = self.rows
        for n in nodes:
            op, _, data = rows[n]
            if op == "number":
                constant += data
            else:
                rest.append(n)
        if constant or not rest:
            rest.append(self.number(constant))
        return rest[0] if len(rest) == 1 else self.node("add", *rest)

    def mul(self, *nodes: Node) -> Node:
        """The product; numbers are multiplied at once, 0 stays 0."""
        constant: int | Fraction = 1
        rest = []
        rows = self.rows
        for n in nodes:
            op, _, data = rows[n]
            if op == "number":
                constant *= data
            else:
                rest.append(n)
        if not constant:
            return self.number(0)
        if constant != 1 or not rest:
            rest.append(self.number(constant))
        return rest[0] if len(rest) == 1 else self.node("mul", *rest)

    def neg(self, a: Node) -> Node:
        """-a."""
        return self.mul(self.number(-1), a)

    def sub(self, a: Node, b: Node) -> Node:
        """a - b."""
        return self.add(a, self.neg(b))

    def power(self, a: Node, exponent: int | Fraction) -> Node:
        """A rational power."""
        if exponent == 1:
            return a
        if exponent == 0:
            return self.number(1)
        known = self.value(a)
        if known is not None and not known and exponent < 0:
            raise Undefined("a division by 0")
        if known is not None and exponent.denominator == 1 and (known or exponent > 0):
            return self.number(Fraction(known) ** exponent.numerator)
        return self.node("pow", a, data=exponent)

    # --- derivatives -----------------------------------------------------------------------

    def gradient(self, of: Node, wanted: Sequence[Node], partials: Partials) -> list[Node]:
        """The derivatives of one node by several variables, in one sweep."""
        moving = self._moving(of, frozenset(wanted))
        adjoint: dict[Node, list[Node]] = {of: [self.number(1)]}
        found: dict[Node, Node] = {}
        for place in range(of, -1, -1):
            if place not in adjoint or place not in moving:
                continue
            seed = self.add(*adjoint.pop(place))
            if place in wanted:
                found[place] = seed
                continue
            op, args, data = self.rows[place]
            for a, partial in zip(
                args, self._partials(place, op, args, data, partials), strict=True
            ):
                if a in moving:
                    adjoint.setdefault(a, []).append(self.mul(seed, partial()))
        zero = self.number(0)
        return [found.get(w, zero) for w in wanted]

    def _moving(self, of: Node, wanted: frozenset[Node]) -> set[Node]:
        moving: set[Node] = set()
        for place in range(of + 1):
            if place in wanted or not moving.isdisjoint(self.rows[place][1]):
                moving.add(place)
        return moving

    def _partials(
        self, place: Node, op: str, args: tuple[Node, ...], data: Any, partials: Partials
    ) -> list[Callable[[], Node]]:
        if op == "add":
            return [lambda: self.number(1)] * len(args)
        if op == "mul":
            return [self._others(args, i) for i in range(len(args))]
        if op == "pow":
            scale = self.number(data)
            return [lambda: self.mul(scale, self.power(args[0], data - 1))]
        if op == "exp":
            return [lambda: place]
        if op == "log":
            return [lambda: self.power(args[0], Fraction(-1))]
        if op == "abs":
            return [lambda: self.mul(args[0], self.power(place, Fraction(-1)))]
        if op == "relu":
            return [lambda: self.node("open step", args[0])]
        if op in ("step", "open step", "zero"):
            return [lambda: self.mul(self.number(0), self.power(args[0], Fraction(-1)))]
        return partials(self, op, args)

    def _others(self, args: tuple[Node, ...], i: int) -> Callable[[], Node]:
        return lambda: self.mul(self.number(1), *args[:i], *args[i + 1 :])

    def variables_in(self, node: Node) -> set[Node]:
        """The variables that a node is made of."""
        found, waiting = {node}, [node]
        while waiting:
            for a in self.rows[waiting.pop()][1]:
                if a not in found:
                    found.add(a)
                    waiting.append(a)
        return {n for n in found if self.rows[n][0] == "variable"}

    def put(self, nodes: Sequence[Node], table: Mapping[Node, Node]) -> list[Node]:
        """Nodes with some others put in the place of variables."""
        done: dict[Node, Node] = dict(table)
        for place in range(max(nodes, default=-1) + 1):
            if place in done:
                continue
            op, args, data = self.rows[place]
            new = tuple(done[a] for a in args)
            done[place] = place if new == args else self.node(op, *new, data=data)
        return [done[n] for n in nodes]


Partials = Callable[[Graph, str, tuple[Node, ...]], list[Callable[[], Node]]]
"""The partial derivatives of an operator row, each made when it is asked for."""
