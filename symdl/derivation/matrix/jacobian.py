"""Jacobians of vectors in matrix notation: a row for each entry of the function, a column for
each entry of the variable (numerator layout)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symdl.derivation.matrix.build import (
    NotInMatrices,
    entrywise,
    negative,
    product,
    scaled,
    total,
    turned,
)
from symdl.derivation.matrix.gradient import (
    Graph,
    MatrixGradient,
    MatrixStep,
    each_once,
    graph_of,
    matrix_gradient,
)
from symdl.derivation.matrix.node import Node
from symdl.derivation.matrix.rules import slope_of
from symdl.derivation.matrix.standardise import standardised
from symdl.expression.numerals import ONE
from symdl.expression.scope import Scope
from symdl.expression.size_terms import as_term
from symdl.expression.term import Term, make


def matrix_jacobian(body: Term, variable: Term, scope: Scope) -> MatrixGradient:
    """The Jacobian of a vector in a vector. Raises NotInMatrices where it has no matrix form."""
    if len(body.shape or ()) != 1 or len(variable.shape or ()) != 1:
        raise NotInMatrices("the Jacobian of what is no vector in what is none")
    graph = graph_of(scope, variable)
    root = graph.opened(body)
    order = graph.order(root)
    moving = graph.moving(order)
    if root not in moving:
        raise NotInMatrices("nothing says how this depends on the variable")
    jacobians: dict[Term, Term] = {}
    steps: list[MatrixStep] = []
    needed = _along_vectors(root, graph, moving)
    for node in order:
        if node not in needed:
            continue
        if node is variable:
            assert variable.shape
            jacobians[node] = make("identity", as_term(variable.shape[0]))
            continue
        inner = graph.children(node)
        if (node in graph.values or node.op == "call") and inner[0] in jacobians:
            jacobians[node] = jacobians[inner[0]]
        else:
            named = Node(node, graph.names.get(node, node))
            around = _Around(jacobians, frozenset(moving), variable, scope)
            jacobians[node], rule = _through(named, around)
            steps.append(MatrixStep(named.name, jacobians[node], rule))
    return MatrixGradient(body, variable, jacobians[root], tuple(steps), {})


def _along_vectors(root: Term, graph: Graph, moving: set[Term]) -> set[Term]:
    """What moves and is reached without passing through a number."""
    found: set[Term] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node in moving and node.shape != () and node not in found:
            found.add(node)
            waiting += graph.children(node)
    return found


@dataclass(frozen=True, slots=True)
class _Around:
    """The Jacobians found so far, what moves, and in which variable."""

    jacobians: Mapping[Term, Term]
    moving: frozenset[Term]
    variable: Term
    scope: Scope

    def of(self, term: Term) -> Term:
        """The Jacobian of a vector, or of a number that stands for each entry of one."""
        if term.shape != ():
            return self.jacobians[term]
        return turned(matrix_gradient(term, self.variable, self.scope).result)

    def told(self, name: str, term: Term) -> str:
        """A rule, with those by which the numbers among the arguments of a Term were derived."""
        numbers = [a for a in term.args if a.shape == () and a in self.moving]
        found = (matrix_gradient(a, self.variable, self.scope) for a in numbers)
        return each_once((name, *(step.rule for one in found for step in one.steps)))


def _through(node: Node, around: _Around) -> tuple[Term, str]:
    """The Jacobian of an operation from those of its arguments."""
    term = node.term
    op = term.op
    if len(term.shape or ()) != 1 or any(
        len(a.shape or ()) > 1 for a in around.moving & {*term.args}
    ):
        raise NotInMatrices(f"the Jacobian of {op}")
    if op == "div" and (form := _standardised(node, around)) is not None:
        return form
    rule = _RULES.get(op)
    if rule is not None:
        return rule(node, around)
    mine = [a for a in term.args if a in around.moving]
    if len(mine) != 1 or (mine[0].shape != term.shape and op != "matmul"):
        raise NotInMatrices(f"the Jacobian of {op}")
    inner, before = mine[0], around.of(mine[0])
    if op == "matmul":
        if term.args[-1] is not inner or inner in term.args[:-1]:
            raise NotInMatrices("the Jacobian of a product with vectors inside")
        return product(*term.args[:-1], before), "product rule for matrices"
    if op in ("softmax", "log_softmax"):
        return _composed(_of_softmax(node), before), f"Jacobian of {op.replace('_', '-')}"
    slope = slope_of(node, term.args.index(inner))
    return _composed(make("diag", slope), before), f"{op} entry by entry"


def _sum(node: Node, around: _Around) -> tuple[Term, str]:
    parts = []
    for a in node.term.args:
        if a in around.moving:
            part = around.of(a)
            parts.append(product(_ones_of(node.term), part) if a.shape == () else part)
    whole = total(parts)
    if node.term.op == "neg":
        return negative(whole), "constant factor"
    return whole, "sum rule"


def _ones_of(term: Term) -> Term:
    assert term.shape
    return make("ones", as_term(term.shape[0]))


def _product(node: Node, around: _Around) -> tuple[Term, str]:
    args = node.term.args
    parts = []
    for place, a in enumerate(args):
        if a not in around.moving:
            continue
        others = [*args[:place], *args[place + 1 :]]
        numbers = [o for o in others if o.shape == ()]
        vectors = [o for o in others if o.shape != ()]
        if a.shape == ():
            parts.append(scaled(*numbers, product(entrywise(*vectors), around.of(a))))
        elif vectors:
            parts.append(
                scaled(*numbers, _composed(make("diag", entrywise(*vectors)), around.of(a)))
            )
        else:
            parts.append(scaled(*numbers, around.of(a)))
    lone = len(parts) == 1 and all(a.shape == () or a in around.moving for a in args)
    name = "constant factor" if lone else "product rule entry by entry"
    return total(parts), around.told(name, node.term)


def _quotient(node: Node, around: _Around) -> tuple[Term, str]:
    above, below = node.term.args
    parts = []
    if above in around.moving:
        inner = around.of(above)
        if above.shape == ():
            parts.append(product(make("div", ONE, below), inner))
        elif below.shape == ():
            parts.append(scaled(make("div", ONE, below), inner))
        else:
            parts.append(_composed(make("diag", make("div", ONE, below)), inner))
    if below in around.moving:
        inner = around.of(below)
        if below.shape == ():
            parts.append(negative(scaled(make("div", ONE, below), product(node.name, inner))))
        else:
            parts.append(negative(_composed(make("diag", make("div", node.name, below)), inner)))
    name = "quotient rule" if below in around.moving else "constant factor"
    return total(parts), around.told(name, node.term)


def _standardised(node: Node, around: _Around) -> tuple[Term, str] | None:
    """(I - 1 1^T/n - z z^T/n) / s of a quotient z that standardises the variable."""
    form = standardised(node.term, around.variable, around.scope)
    if form is None:
        return None
    assert node.term.shape
    size, z = node.term.shape[0], node.name
    share = make("div", ONE, as_term(size))
    one = make("ones", as_term(size))
    parts = [make("identity", as_term(size))]
    if form.centred:
        parts.append(negative(scaled(share, product(one, turned(one)))))
    parts.append(negative(scaled(share, product(z, turned(z)))))
    return scaled(make("div", ONE, node.term.args[1]), total(parts)), form.rule


def _of_softmax(node: Node) -> Term:
    inner = node.term.args[0]
    if node.term.op == "softmax":
        p = node.name
        return make("diag", p) - product(p, make("transpose", p))
    p = make("softmax", inner)
    assert p.shape
    one = make("ones", as_term(p.shape[0]))
    return make("identity", as_term(p.shape[0])) - product(one, make("transpose", p))


_RULES: dict[str, Callable[[Node, _Around], tuple[Term, str]]] = {
    "add": _sum,
    "neg": _sum,
    "mul": _product,
    "hadamard": _product,
    "div": _quotient,
}


def _composed(local: Term, before: Term) -> Term:
    """A local Jacobian times the one before."""
    return local if before.op == "identity" else product(local, before)
