"""Terms as arithmetic on the entries of their arrays, at concrete sizes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as places
from math import prod

from symdl.derivation.walking import walked
from symdl.derivation.written_out import function_named
from symdl.evidence.concrete.graph import Graph, Node, Undefined, Unwritten
from symdl.expression.broadcasting import broadcast
from symdl.expression.dimensions import value_at
from symdl.expression.operators import TABLE
from symdl.expression.scope import Definition, Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Shape, Symbol, Term, free_symbols, number, symbol

MAX_ENTRIES = 400
MAX_SUM = 64
LARGE_ARRAY = 8_000
LARGE_GRAPH = 150_000
"""Bounds of one instance that is written out at the sizes of the claim."""


@dataclass(frozen=True, slots=True)
class Values:
    """An array of nodes, row by row; `row` marks a transposed vector."""

    shape: tuple[int, ...]
    nodes: tuple[Node, ...]
    row: bool = False

    def at(self, place: Sequence[int]) -> Node:
        """The node at a place (from 0); an axis of size 1 is stretched."""
        flat = 0
        for size, i in zip(self.shape, place[len(place) - len(self.shape) :], strict=True):
            flat = flat * size + (i if size > 1 else 0)
        return self.nodes[flat]


Env = frozenset[tuple[Term, int]]
Frozen = frozenset[Term]
Task = tuple[Term, Env, Frozen]
Work = Generator[Task, Values, Values]


class Writer:
    """One instance: a scope, sizes, and the graph in which everything is written."""

    def __init__(self, scope: Scope, sizes: Mapping[str, int], large: bool = False) -> None:
        self.scope = scope
        self.sizes = sizes
        self.graph = Graph(most=LARGE_GRAPH) if large else Graph()
        self.entries = LARGE_ARRAY if large else MAX_ENTRIES
        self.terms = LARGE_ARRAY if large else MAX_SUM
        self.variables: dict[Node, tuple[Term, tuple[int, ...]]] = {}
        self.done: dict[Task, Values] = {}
        self.bound: dict[Term, Values] = {}

    def __call__(
        self, term: Term, env: Mapping[Term, int] | None = None, frozen: Frozen = frozenset()
    ) -> Values:
        """The values of a Term where its free indices have the values in `env`."""
        opened: dict[Task, None] = {}

        def begin(task: Task) -> Work | Values:
            if task in opened:
                raise Unwritten("this is defined by itself")
            return self._begin(*task)

        task: Task = (term, frozenset((env or {}).items()), frozen)
        return walked(task, begin, self.done, opened, _restricted)

    def _begin(self, node: Term, env: Env, frozen: Frozen) -> Work | Values:
        if node in self.bound:
            return self.bound[node]
        if node in self.scope.values and node not in frozen:
            return self._same(self.scope.values[node], env, frozen)
        rule = RULES.get(node.op)
        if rule is not None:
            return rule(self, node, env, frozen)
        if node.op in TABLE:
            return self.row(node, env, frozen)
        raise Unwritten(f"{node.op} is not written out")

    def _same(self, value: Term, env: Env, frozen: Frozen) -> Work:
        return (yield value, env, frozen)

    def all(
        self, terms: Sequence[Term], env: Env, frozen: Frozen
    ) -> Generator[Task, Values, list[Values]]:
        """The values of several Terms."""
        found = []
        for term in terms:
            found.append((yield term, env, frozen))
        return found

    def scalar(self, node: Node) -> Values:
        """A number as an array without axes."""
        return Values((), (node,))

    def build(
        self, shape: Sequence[int], entry: Callable[[tuple[int, ...]], Node], row: bool = False
    ) -> Values:
        """The array with `entry(place)` at each place."""
        if prod(shape) > self.entries:
            raise Unwritten("more entries than are written out")
        nodes = tuple(entry(p) for p in places(*map(range, shape)))
        return Values(tuple(shape), nodes, row)

    def sizes_of(self, shape: Shape) -> tuple[int, ...]:
        """A shape in numbers."""
        if shape is None:
            raise Unwritten("a shape is not known")
        return tuple(d if isinstance(d, int) else self._size(d) for d in shape)

    def _size(self, name: str) -> int:
        found = value_at(name, self.sizes)
        if found is None:
            raise Unwritten(f"the size {name} is not known")
        if found < 1:
            raise Undefined(f"no entries along an axis of {name}")
        return found

    # --- atoms -----------------------------------------------------------------------------

    def _number(self, node: Term, _env: Env, _frozen: Frozen) -> Values:
        return self.scalar(self.graph.number(node.data.value))

    def _constant(self, node: Term, _env: Env, _frozen: Frozen) -> Values:
        if node.data != "e":
            raise Unwritten("this constant is not written out")
        return self.scalar(self.graph.node("exp", self.graph.number(1)))

    def _symbol(self, node: Term, env: Env, frozen: Frozen) -> Work | Values:
        value = dict(env).get(node)
        data = node.data
        if value is None and not data.shape and data.name in self.sizes and node not in frozen:
            value = self.sizes[data.name]
        if value is not None:
            return self.scalar(self.graph.number(value))
        defined = self.scope.entries.get(data.name)
        if defined is not None and data.shape and node not in frozen:
            return self._by_entries(defined, node, env, frozen)
        if data.name in self.scope.recurrences or data.role in ("sequence", "function", "set"):
            raise Unwritten(f"{data.name} is no array of fixed shape")
        return self.atom(node, self.sizes_of(data.shape))

    def atom(self, head: Term, shape: tuple[int, ...]) -> Values:
        """An array of variables."""

        def entry(place: tuple[int, ...]) -> Node:
            made = self.graph.node("variable", data=(head, place))
            self.variables[made] = (head, place)
            return made

        return self.build(shape, entry)

    def _by_entries(self, found: Definition, node: Term, env: Env, frozen: Frozen) -> Work:
        shape = self.sizes_of(node.data.shape)
        if len(found.parameters) != len(shape):
            raise Unwritten("an array defined by other indices")
        nodes = []
        for place in places(*map(range, shape)):
            inner = {p: i + 1 for p, i in zip(found.parameters, place, strict=True)}
            kept = frozenset(pair for pair in env if pair[0] not in inner)
            value = yield found.body, kept | frozenset(inner.items()), frozen
            nodes.append(value.nodes[0])
        return Values(shape, tuple(nodes))

    def _label(self, node: Term, _env: Env, _frozen: Frozen) -> Values:
        return self.atom(node, self.sizes_of(node.shape))

    def _entry(self, node: Term, env: Env, frozen: Frozen) -> Work:
        base, indices = node.args[0], node.args[1:]
        if base.op == "symbol" and base not in frozen and base not in self.scope.values:
            found = self.scope.entries.get(base.data.name)
            if found is not None and len(found.parameters) == len(indices):
                table = dict(zip(found.parameters, indices, strict=True))
                return (yield substitute(found.body, table), env, frozen)
        array = yield base, env, frozen
        at = []
        for index in indices:
            value = self.graph.value((yield index, env, frozen).nodes[0])
            if value is None or value.denominator != 1:
                raise Unwritten("an index that is no number")
            at.append(int(value) - 1)
        if array.row and len(at) == 1:
            at = [0, *at]
        return part(array, at)

    # --- operator rows -----------------------------------------------------------------------

    def row(self, node: Term, env: Env, frozen: Frozen) -> Work:
        """An operator entry by entry."""
        own = SCALARS.get(node.op)
        row = TABLE[node.op]
        if own is None and row.definition is not None:
            return (yield row.definition(*node.args), env, frozen)
        args = yield from self.all(node.args, env, frozen)
        if node.op in ("max", "min") and len(args) == 1:
            args = [self.scalar(n) for n in args[0].nodes]
        if own is None:
            if node.data is not None:
                raise Unwritten(f"{node.op} is not written out")
            return self.elementwise(args, lambda *n: self.graph.node(node.op, *n))
        return self.elementwise(args, lambda *nodes: own(self.graph, *nodes))

    def elementwise(self, args: Sequence[Values], make: Callable[..., Node]) -> Values:
        """An operation on broadcast arrays."""
        if not any(a.shape for a in args):
            return self.scalar(make(*[a.nodes[0] for a in args]))
        joined = broadcast(*(a.shape for a in args))
        if joined.result is None:
            raise Unwritten("shapes that do not broadcast")
        wide = [a for a in args if a.shape]
        row = bool(wide) and all(a.row for a in wide)
        shape = tuple(int(d) for d in joined.result)
        return self.build(shape, lambda p: make(*(a.at(p) for a in args)), row)

    def partials(self, _graph: Graph, op: str, args: tuple[Node, ...]) -> list[Callable[[], Node]]:
        """The partial derivatives of a row."""
        row = TABLE.get(op)
        if row is None or row.partials is None:
            raise Unwritten(f"{op} has no derivative here")
        names = [symbol(f"#c{i}") for i in range(len(args))]
        terms = row.partials(*names)

        def made(term: Term) -> Callable[[], Node]:
            def make() -> Node:
                outer, done = self.bound, self.done
                self.bound = {n: self.scalar(a) for n, a in zip(names, args, strict=True)}
                self.done = {}
                try:
                    return self(term).nodes[0]
                finally:
                    self.bound, self.done = outer, done

            return make

        return [made(t) for t in terms]

    def function(self, named: Symbol) -> Definition | None:
        """The definition of a function."""
        return function_named(named.name, self.scope)


def _restricted(task: Task) -> Task:
    """The task with the values of those indices alone that occur in it."""
    term, env, frozen = task
    if not env:
        return task
    names = free_symbols(term)
    return term, frozenset([p for p in env if p[0] in names]), frozen


def part(array: Values, at: Sequence[int]) -> Values:
    """What is left when the first axes are fixed (from 0)."""
    if len(at) > len(array.shape) or any(
        not 0 <= i < n for i, n in zip(at, array.shape, strict=False)
    ):
        raise Undefined("an index outside of its axis")
    shape = array.shape[len(at) :]
    start = 0
    for size, i in zip(array.shape, at, strict=False):
        start = start * size + i
    length = prod(shape)
    return Values(shape, array.nodes[start * length : (start + 1) * length])


def _power(graph: Graph, base: Node, exponent: Node) -> Node:
    value = graph.value(exponent)
    if value is not None and value.denominator <= 2:
        return graph.power(base, value)
    return graph.node("exp", graph.mul(exponent, graph.node("log", base)))


def _extremum(op: str) -> Callable[..., Node]:
    sign = 1 if op == "max" else -1

    def made(graph: Graph, *nodes: Node) -> Node:
        result = nodes[0]
        for n in nodes[1:]:  # max(a, b) = b + relu(a - b)
            over = graph.node("relu", graph.mul(graph.number(sign), graph.sub(result, n)))
            result = graph.add(n, graph.mul(graph.number(sign), over))
        return result

    return made


SCALARS: Mapping[str, Callable[..., Node]] = {
    "add": lambda g, *n: g.add(*n),
    "mul": lambda g, *n: g.mul(*n),
    "neg": lambda g, a: g.neg(a),
    "div": lambda g, a, b: g.mul(a, g.power(b, Fraction(-1))),
    "pow": _power,
    "sqrt": lambda g, a: g.power(a, Fraction(1, 2)),
    "exp": lambda g, a: g.node("exp", a),
    "log": lambda g, a: g.node("log", a),
    "abs": lambda g, a: g.node("abs", a),
    "relu": lambda g, a: g.node("relu", a),
    "max": _extremum("max"),
    "min": _extremum("min"),
    "tanh": lambda g, a: g.node("tanh", a),
    "sigmoid": lambda g, a: g.node("sigmoid", a),
}
Rule = Callable[[Writer, Term, Env, Frozen], Work | Values]
RULES: dict[str, Rule] = {
    "number": Writer._number,
    "constant": Writer._constant,
    "symbol": Writer._symbol,
    "label": Writer._label,
    "entry": Writer._entry,
}
ONE = number(1)
