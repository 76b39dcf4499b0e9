"""Where a derivative in matrix notation holds: away from kinks, and where what it is made of has a
value. Told in words behind the result."""

from __future__ import annotations

from collections.abc import Iterator

from symdl.derivation.facts import Facts
from symdl.derivation.kinks import row_candidates
from symdl.derivation.matrix.build import NotInMatrices
from symdl.derivation.matrix.gradient import Graph, graph_of
from symdl.expression.numerals import ZERO, value_of
from symdl.expression.operators import TABLE
from symdl.expression.printer import plain
from symdl.expression.scope import Scope
from symdl.expression.term import Term

LONGEST = 60
"""A condition that is written with more characters is left to the reader."""


def conditions(body: Term, variable: Term, scope: Scope) -> tuple[str, ...]:
    """What must hold of the operations between a function and a variable, each in words."""
    graph = graph_of(scope, variable)
    try:
        order = graph.order(graph.opened(body))
    except NotInMatrices:
        return ()
    moving = graph.moving(order)
    facts = Facts()
    found = (
        told for node in order if node in moving for told in _of(node, order, moving, graph, facts)
    )
    return tuple(dict.fromkeys(told for told in found if len(told) <= LONGEST))


def _of(
    node: Term, order: list[Term], moving: set[Term], graph: Graph, facts: Facts
) -> Iterator[str]:
    inner = [_name(a, graph) for a in node.args]
    if node.op == "norm" and not _is_smooth(node, order):
        entries = node.data == "1" and node.args[0].shape
        yield f"no entry of {inner[0]} is 0" if entries else f"{inner[0]} ≠ 0"
    elif node.op == "inverse" or node.op == "det":
        yield f"{inner[0]} is invertible"
    elif node.op in TABLE and not (node.op == "abs" and _is_smooth(node, order)):
        for u, v in row_candidates(node, facts, moving.__contains__):
            above = TABLE[node.op].domain_of(0).lower is not None and v is ZERO
            yield _above(_name(u, graph), u) if above else _apart(u, v, graph)


def _is_smooth(node: Term, order: list[Term]) -> bool:
    """Whether a norm or absolute value stands only in powers above 1."""
    above = [o for o in order if any(a is node for a in o.args)]
    return bool(above) and all(o.op == "pow" and (value_of(o.args[1]) or 0) > 1 for o in above)


def _above(name: str, u: Term) -> str:
    """What a root is taken of has a slope away from 0."""
    return f"every entry of {name} is positive" if u.shape else f"{name} > 0"


def _apart(u: Term, v: Term, graph: Graph) -> str:
    if value_of(u) is not None:
        u, v = v, u
    left, right = _name(u, graph), _name(v, graph)
    if not u.shape and not v.shape:
        return f"{left} ≠ {right}"
    if v is ZERO or not v.shape:
        return f"no entry of {left} is {right}"
    return f"no entry of {left} is that of {right}" if u.shape else f"no entry of {right} is {left}"


def _name(term: Term, graph: Graph) -> str:
    return plain(graph.names.get(term, term))
