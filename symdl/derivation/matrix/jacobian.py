"""Jacobians of vectors in matrix notation: a row for each entry of the function, a column for
each entry of the variable (numerator layout)."""

from __future__ import annotations

from symdl.derivation.matrix.build import (
    NotInMatrices,
    dimension,
    entrywise,
    negative,
    product,
    scaled,
    total,
)
from symdl.derivation.matrix.gradient import MatrixGradient, MatrixStep, graph_of
from symdl.derivation.matrix.rules import Node, slope_of
from symdl.expression.numerals import ONE
from symdl.expression.scope import Scope
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
    for node in order:
        if node not in moving:
            continue
        if node is variable:
            assert variable.shape
            jacobians[node] = make("identity", dimension(variable.shape[0]))
            continue
        inner = graph.children(node)
        if node in graph.values or node.op == "call":
            jacobians[node] = jacobians[inner[0]]
        else:
            named = Node(node, graph.names.get(node, node))
            jacobians[node], rule = _through(named, jacobians, moving)
            steps.append(MatrixStep(named.name, jacobians[node], rule))
    return MatrixGradient(body, variable, jacobians[root], tuple(steps), {})


def _through(node: Node, jacobians: dict[Term, Term], moving: set[Term]) -> tuple[Term, str]:
    """The Jacobian of an operation from those of its arguments."""
    term = node.term
    op = term.op
    mine = [a for a in term.args if a in moving]
    if op in ("add", "neg"):
        parts = [jacobians[a] for a in mine]
        if any(a.shape != term.shape for a in mine):
            raise NotInMatrices("a sum that broadcasts")
        whole = total(parts)
        return (negative(whole) if op == "neg" else whole), "sum rule"
    if op == "hadamard" and all(a.shape == term.shape for a in term.args):
        parts = []
        for place, a in enumerate(term.args):
            if a in moving:
                others = [*term.args[:place], *term.args[place + 1 :]]
                parts.append(_composed(make("diag", entrywise(*others)), jacobians[a]))
        return total(parts), "product rule, entry by entry"
    if len(mine) != 1 or len(term.shape or ()) != 1:
        raise NotInMatrices(f"the Jacobian of {op}")
    inner, before = mine[0], jacobians[mine[0]]
    if op in ("mul", "div") and all(a.shape == () for a in term.args if a is not inner):
        others = [a for a in term.args if a is not inner]
        front = others if op == "mul" else [make("div", ONE, others[0])]
        return scaled(*front, before), "constant multiple rule"
    if op == "matmul" and term.args[-1] is inner and inner not in term.args[:-1]:
        return product(*term.args[:-1], before), "product rule for matrices"
    if op in ("hadamard", "mul"):
        others = [a for a in term.args if a is not inner]
        if len(others) + 1 == len(term.args):
            return product(make("diag", entrywise(*others)), before), "product entry by entry"
    if op in ("softmax", "log_softmax"):
        p = node.name if op == "softmax" else make("softmax", inner)
        if op == "softmax":
            local = make("diag", p) - product(p, make("transpose", p))
        else:
            assert p.shape
            one = make("ones", dimension(p.shape[0]))
            local = make("identity", dimension(p.shape[0])) - product(one, make("transpose", p))
        return _composed(local, before), f"Jacobian of {op.replace('_', '-')}"
    slope = slope_of(node, term.args.index(inner))
    return _composed(make("diag", slope), before), f"{op} entry by entry"


def _composed(local: Term, before: Term) -> Term:
    return local if before.op == "identity" else product(local, before)
