"""The whole backward pass of a number: gradients in several arrays, one equation each, in order.

The equations reuse the names of forward values and of gradients that came before, so that nothing
is computed twice: `\\nabla_Z L = (\\nabla_H L) \\odot (1 - H \\odot H)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from symdl.derivation.matrix.build import NotInMatrices, total
from symdl.derivation.matrix.gradient import Graph, each_once, graph_of
from symdl.derivation.matrix.simplify import simpler
from symdl.derivation.matrix.vectorise import with_calls_opened
from symdl.derivation.norms import spelled
from symdl.document.errors import DeriveError
from symdl.expression.misfits import show
from symdl.expression.numerals import ONE
from symdl.expression.printer import plain
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make, postorder, symbol

NONE = symbol("\\text{no variable}")
_KEPT_OPEN = frozenset({"softmax", "sigmoid"})
"""Functions whose adjoint is put in at once: it cancels what their logarithm brings."""


@dataclass(frozen=True, slots=True)
class Equation:
    """`left = right` by `rule`."""

    left: Term
    right: Term
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Backward:
    """The equations of a number, in the order in which they are computed.

    forward: named values, the last the number itself. backward: gradients, each of the shape of
    what it is taken in; `gradients` gives the left side for each variable,
    `calls` what the calls of functions stand for.
    """

    function: Term
    forward: tuple[Equation, ...]
    backward: tuple[Equation, ...]
    gradients: Mapping[Term, Term]
    calls: Mapping[Term, Term]

    @property
    def layout(self) -> str:
        """The convention that the gradients follow."""
        told = ", ".join(f"{plain(v)} {show(v.shape)}" for v in self.gradients)
        return f"each gradient has the shape of its variable: {told}"


def backward(
    body: Term, variables: Sequence[Term], scope: Scope, called: Term | None = None
) -> Backward:
    """The backward pass of a scalar `body` in arrays (none given: in all that it is made of).

    The work is linear in the number of operations and independent of sizes. Raises DeriveError
    where an operation has no matrix rule or a variable does not occur.
    """
    body = spelled(with_calls_opened(body, scope), scope)
    name = called if called is not None and called.op == "symbol" else symbol("L")
    scope = replace(scope, values={**scope.values, name: scope.values.get(name, body)})
    graph = graph_of(scope, NONE)
    try:
        order = graph.order(name)
        if name.shape != () or body.shape != ():
            raise NotInMatrices("the gradient of an array")
        wanted = tuple(variables) or _leaves(order, graph)
        graph.wanted = frozenset(wanted)
        moving = _moving(order, graph, wanted)
        missing = [v for v in wanted if v not in moving]
        if missing or name not in moving:
            told = ", ".join(plain(v) for v in missing) or "a variable"
            raise NotInMatrices(f"nothing says how this depends on {told}")
        equations = _Pass(graph, name, scope, frozenset(wanted)).run(order, moving)
    except NotInMatrices as problem:
        raise DeriveError(
            f"no matrix notation for this derivative: {problem}",
            hint="take it by an entry, with an index for each axis (W_{ij})",
        ) from None
    forward = tuple(Equation(n, graph.children(n)[0]) for n in order if n in graph.values)
    calls = {n: graph.children(n)[0] for n in order if n.op == "call"}
    gradients = {v: make("gradient", name, v) for v in wanted}
    return Backward(name, forward, equations, gradients, calls)


def _leaves(order: Sequence[Term], graph: Graph) -> tuple[Term, ...]:
    """The arrays that nothing defines, by name."""
    named = [n for n in order if n.op in ("symbol", "label") and n.shape and n not in graph.values]
    return tuple(sorted(named, key=plain))


def _moving(order: Sequence[Term], graph: Graph, wanted: Sequence[Term]) -> set[Term]:
    moving: set[Term] = set()
    for node in order:
        if node in wanted or not moving.isdisjoint(graph.children(node)):
            moving.add(node)
    return moving


@dataclass(frozen=True, slots=True)
class _Pass:
    """One walk from the number back to the variables."""

    graph: Graph
    name: Term
    scope: Scope
    wanted: frozenset[Term]

    def run(self, order: Sequence[Term], moving: set[Term]) -> tuple[Equation, ...]:
        adjoints: dict[Term, list[tuple[str, Term]]] = {self.name: [("", ONE)]}
        found: list[Equation] = []
        for node in reversed(order):
            if node not in moving or node not in adjoints:
                continue
            parts = adjoints.pop(node)
            value = parts[0][1] if len(parts) == 1 else total([p for _, p in parts])
            if node is not self.name and self._is_told(node, value, moving):
                rules = each_once(rule for rule, _ in parts)
                left = make("gradient", self.name, node)
                short = simpler(value, self.scope).term
                found.append(Equation(left, short, rules or "chain rule"))
                value = value if self._stays_open(node) else left
            self.graph.send(node, value, moving, adjoints)
        used = _used(found, {make("gradient", self.name, v) for v in self.wanted})
        return tuple(e for e in found if e.left in used)

    def _is_told(self, node: Term, value: Term, moving: set[Term]) -> bool:
        """Whether the adjoint of a node has an equation of its own: that of a variable, of a
        name, or of a product that would be computed once for each of its arguments."""
        if node in self.wanted:
            return True
        if make("gradient", self.name, node).shape != value.shape or node.shape == ():
            return False
        inner = self.graph.children(node)
        if node in self.graph.values:
            return bool(free_symbols(value))
        several = sum(a in moving for a in inner) > 1
        return several and any(n.op == "matmul" for n in postorder(value))

    def _stays_open(self, node: Term) -> bool:
        return node in self.graph.values and self.graph.children(node)[0].op in _KEPT_OPEN


def _used(found: Sequence[Equation], wanted: set[Term]) -> set[Term]:
    """The left sides that a wanted gradient is made of."""
    used = set(wanted)
    for equation in reversed(found):
        if equation.left in used:
            used |= {n for n in postorder(equation.right) if n.op == "gradient"}
    return used
