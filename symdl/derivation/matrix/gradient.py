"""Reverse mode over arrays: the gradient of a number in matrix notation, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symdl.derivation.matrix.build import NotInMatrices, Scaled, scaled, total
from symdl.derivation.matrix.node import Node
from symdl.derivation.matrix.rules import back, power_of_abs, power_of_norm
from symdl.derivation.matrix.standardise import Standardised, standardised
from symdl.derivation.matrix.vectorise import of_entries, whole
from symdl.derivation.norms import by_entries
from symdl.derivation.written_out import function_named
from symdl.expression.numerals import ONE, value_of
from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, make, postorder


@dataclass(frozen=True, slots=True)
class MatrixStep:
    """One step: the gradient in `what` is `value`, by `rule`."""

    what: Term
    value: Term
    rule: str


@dataclass(frozen=True, slots=True)
class MatrixGradient:
    """The gradient of `function` in `variable` (it has the shape of the variable) and how it was
    found: the gradients of the parts in between, the outermost first. In `result` the gradients
    of named parts stand by their names (`\\nabla_S L`), which `named` gives."""

    function: Term
    variable: Term
    result: Term
    steps: tuple[MatrixStep, ...]
    named: Mapping[Term, Term]


def matrix_gradient(
    body: Term, variable: Term, scope: Scope, called: Term | None = None
) -> MatrixGradient:
    """The gradient of a scalar in an array (or a scalar), in matrix notation.

    Defined symbols keep their names in it, and so do their gradients where the scalar is
    `called` something. The work is linear in the number of operations and does not depend on
    sizes. Raises NotInMatrices where an operation has no matrix rule.
    """
    if body.op == "sum" or (body.op == "mul" and body.args[-1].op == "sum"):
        found = _of_sum(body, variable, scope)
        if found is not None:
            return found
    graph = graph_of(scope, variable)
    root = graph.opened(body)
    if root.shape != ():
        raise NotInMatrices("the gradient of an array")
    order = graph.order(root)
    moving = graph.moving(order)
    if root not in moving:
        raise NotInMatrices("nothing says how this depends on the variable")
    steps, named = _swept(graph, order, moving, variable, called)
    if not steps or steps[-1].what is not variable:
        raise NotInMatrices("nothing says how this depends on the variable")
    return MatrixGradient(body, variable, steps[-1].value, tuple(steps), named)


def _swept(
    graph: Graph, order: list[Term], moving: set[Term], variable: Term, called: Term | None
) -> tuple[list[MatrixStep], dict[Term, Term]]:
    """The gradients from the root, the last in the order, back to the variable; and by their
    names those of the parts that have one."""
    root = order[-1]
    adjoints: dict[Term, list[tuple[str, Term]]] = {root: [("", ONE)]}
    steps: list[MatrixStep] = []
    named: dict[Term, Term] = {}
    for node in reversed(order):
        if node not in adjoints or node not in moving:
            continue
        parts = adjoints.pop(node)
        value = parts[0][1] if len(parts) == 1 else total([p for _, p in parts])
        rules = each_once(rule for rule, _ in parts)
        told = node is variable or (node is not root and node.op in _TOLD)
        if told:
            steps.append(MatrixStep(node, value, rules))
        if node is variable:
            break
        if called is not None and node is not root and node in graph.values:
            name = make("gradient", called, node)
            if name.shape == value.shape:
                named[name] = value
                value = name
        graph.send(node, value, moving, adjoints, "" if told else rules)
    return steps, named


def _of_sum(body: Term, variable: Term, scope: Scope) -> MatrixGradient | None:
    r"""The gradient of a sum over the elements of arrays of matrices, `\sum_b f(X_b)`: the sum of
    those of its summands. None where it sums something else."""
    front, whole_ = ((), body) if body.op == "sum" else (body.args[:-1], body.args[-1])
    index, summand = whole_.args[0], whole_.args[-1]
    elements = [n for n in postorder(summand) if n.op == "entry" and n.args[1:] == (index,)]
    if whole_.data == "set" or not any(len(n.shape or ()) == 2 for n in elements):
        return None
    if any(n.shape == () or n.args[0] is variable for n in elements):
        return None
    if any(variable in free_symbols(term) for term in (*front, *whole_.args[1:-1])):
        return None
    inner = matrix_gradient(summand, variable, scope)
    taken = Scaled.of(inner.result)
    if taken.array is None or any(index in free_symbols(s) for s in (*taken.above, *taken.below)):
        taken = Scaled(Fraction(1), (), (), inner.result)
    assert taken.array is not None
    summed = make("sum", *whole_.args[:-1], taken.array, data=whole_.data)
    outside = Scaled(taken.value, taken.above, taken.below, None).term
    result = scaled(*front, outside, summed)
    rules = each_once(("sum rule", *(step.rule for step in inner.steps)))
    step = MatrixStep(variable, result, rules)
    return MatrixGradient(body, variable, result, (step,), {})


_TOLD = frozenset(
    {"symbol", "label", "matmul", "add", "softmax", "log_softmax", "norm", "trace", "inverse"}
)
"""Parts of which the gradient is a step worth telling."""


def graph_of(scope: Scope, variable: Term) -> Graph:
    """The operations behind a Term, in which the variable stands for itself."""
    return Graph(scope, variable)


class Graph:
    """The operations behind a scalar, through definitions."""

    def __init__(self, scope: Scope, variable: Term) -> None:
        self.scope = scope
        self.variable = variable
        self.wanted = frozenset((variable,))
        self.values: dict[Term, Term] = {}
        self.names: dict[Term, Term] = {}
        self.unwritten: set[str] = set()
        for key, value in scope.values.items():
            if key is not variable and key.op in ("symbol", "label"):
                self.values[key] = value
        for name, found in scope.entries.items():
            declared = scope.symbols.get(name)
            if declared is None or not declared.shape or name == self._name(variable):
                continue
            array = of_entries_of(found.body, list(found.parameters))
            if array is not None:
                self.values[make("symbol", data=declared)] = array
            else:
                self.unwritten.add(name)

    def _name(self, variable: Term) -> str:
        return str(variable.data.name) if variable.op == "symbol" else ""

    def opened(self, term: Term) -> Term:
        """A term with its sums over entries written with whole arrays."""
        return whole(term)

    def children(self, node: Term) -> tuple[Term, ...]:
        """What a node is made of: the value of a name, the arguments of an operation."""
        if node is self.variable:
            return ()
        if node in self.values:
            value = self.opened(self.values[node])
            self.values[node] = value
            self.names.setdefault(value, node)
            return (value,)
        if node.op == "symbol" and node.data.name in self.unwritten:
            raise NotInMatrices(f"{node.data.name} is defined entry by entry")
        if node.op in ("symbol", "label", "number", "constant", "ones", "identity"):
            return ()
        if node.op == "call" and not node.data.primes:
            return (self._called(node),)
        spelled = by_entries(node, self.scope)
        if spelled is not None:
            return (spelled,)
        if node.op == "entry" and self._is_given(node):
            return ()
        if node.op == "entry":
            raise NotInMatrices("a single entry")
        return node.args

    def _is_given(self, entry: Term) -> bool:
        """Whether this is an entry, a row or a matrix of what nothing leads to: `h_{t-1}`."""
        base = entry.args[0]
        defined = base in self.values or base is self.variable or base in self.wanted
        defined = defined or (base.op == "symbol" and base.data.name in self.scope.recurrences)
        plain = base.op == "symbol" and base.data.name not in self.unwritten and not defined
        return plain and entry.shape is not None and len(entry.shape) < 3

    def _called(self, node: Term) -> Term:
        named = node.data.function
        found = function_named(named.name, self.scope)
        if found is None or len(found.parameters) != len(node.args):
            raise NotInMatrices(f"{named.name} is not defined")
        return whole(substitute(found.body, dict(zip(found.parameters, node.args, strict=True))))

    def order(self, root: Term) -> list[Term]:
        """Every node once, what it is made of first."""
        seen: set[Term] = set()
        opened: set[Term] = set()
        found: list[Term] = []
        stack = [root]
        while stack:
            node = stack.pop()
            if node in opened:
                opened.discard(node)
                found.append(node)
            elif node not in seen:
                seen.add(node)
                opened.add(node)
                stack.append(node)
                stack.extend(reversed(self.children(node)))
        return found

    def moving(self, order: list[Term]) -> set[Term]:
        """The nodes that change with the variable."""
        moving: set[Term] = set()
        for node in order:
            if node is self.variable or not moving.isdisjoint(self.children(node)):
                moving.add(node)
        return moving

    def send(
        self,
        node: Term,
        value: Term,
        moving: set[Term],
        adjoints: dict[Term, list[tuple[str, Term]]],
        before: str = "",
    ) -> None:
        """What the adjoint of a node gives to those of its arguments. before: the rules that led
        to the adjoint, where no step tells them."""
        for argument, rule, part in self._parts(node, value, moving):
            adjoints.setdefault(argument, []).append((each_once((before, rule)), part))

    def _parts(
        self, node: Term, value: Term, moving: set[Term]
    ) -> Iterator[tuple[Term, str, Term]]:
        """Each argument that moves, with the rule and what it receives."""
        if node in self.values or node.op == "call" or by_entries(node, self.scope) is not None:
            yield self.children(node)[0], "", value
            return
        named = Node(node, self.names.get(node, node))
        form = self._standardised(node, moving)
        if form is not None:
            yield form.x, form.rule, form.adjoint(value, named.name)
            return
        if _is_power_of_norm(node):
            rule = _NORM[value_of(node.args[1]) == 2]
            yield node.args[0].args[0], rule, power_of_norm(named, value)
            return
        if node.op == "pow" and node.args[0].op == "abs" and node.args[1] not in moving:
            yield node.args[0].args[0], "power of an absolute value", power_of_abs(node, value)
            return
        if node.op == "log" and node.args[0].op == "abs" and node.args[0].args[0] in moving:
            inner = node.args[0].args[0]
            yield inner, *back(Node(make("log", inner), node), value, 0)
            return
        lone = sum(a in moving for a in node.args) == 1
        for place, argument in enumerate(node.args):
            if argument in moving and not is_condition(node, place):
                rule, part = back(named, value, place)
                constant = lone and node.op in _SCALED and is_scaling(node, place)
                yield argument, "constant factor" if constant else rule, part

    def _standardised(self, node: Term, moving: set[Term]) -> Standardised | None:
        """The three-term form of a quotient in the array that its numerator begins with, unless a
        variable lies in between."""
        if node.op != "div" or not moving.issuperset(node.args) or not node.shape:
            return None
        top = node.args[0]
        while top in self.values and self.children(top)[0].op == "add":
            top = self.children(top)[0]
        x = top.args[0] if top.op == "add" else top
        if x.op not in ("symbol", "label") or x not in moving:
            return None
        between = set(self._between(node, x))
        if self.wanted & between:
            return None
        return standardised(node, x, self.scope)

    def _between(self, node: Term, x: Term) -> Iterator[Term]:
        seen: set[Term] = set()
        waiting = [node]
        while waiting:
            inner = waiting.pop()
            if inner is not x and inner not in seen:
                seen.add(inner)
                yield inner
                waiting.extend(self.children(inner))


def is_condition(node: Term, place: int) -> bool:
    """Whether an argument only says where something holds: it has no slope."""
    if node.op == "piecewise":
        return place % 2 == 1 and place < len(node.args) // 2 * 2
    return node.op == "indicator"


def each_once(rules: Iterable[str]) -> str:
    """Rules in order, each once."""
    named = (rule for several in rules for rule in several.split(", "))
    return ", ".join(dict.fromkeys(rule for rule in named if rule))


_SCALED = frozenset({"mul", "div"})


def is_scaling(node: Term, place: int) -> bool:
    """Whether a product or quotient only scales one of its arguments by numbers."""
    others = [*node.args[:place], *node.args[place + 1 :]]
    return all(a.shape == () for a in others) and (node.op == "mul" or place == 0)


_NORM = ("derivative of a power of a norm", "derivative of a squared norm")


def of_entries_of(body: Term, indices: list[Term]) -> Term | None:
    """The array that a definition by entries gives, None where it has no such form."""
    try:
        return of_entries(body, indices)
    except NotInMatrices:
        return None


def _is_power_of_norm(node: Term) -> bool:
    if node.op != "pow" or node.args[0].op != "norm" or (value_of(node.args[1]) or 0) < 2:
        return False
    norm = node.args[0]
    return norm.data in ("", "F") or (norm.data == "2" and len(norm.args[0].shape or ()) < 2)
