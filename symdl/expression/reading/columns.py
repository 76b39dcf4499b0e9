r"""Binomial coefficients that are written as columns: `\sum_{i=0}^d \left(\begin{array}{c} m \\ i
\end{array}\right)`.

A column that has the index of the sum around it as its second entry is no vector, and neither are
the other columns of two in its line.
"""

from __future__ import annotations

from collections.abc import Iterator

from symdl.expression.reading.syntax import children, rebuilt
from symdl.expression.spelling import name_of
from symdl.latex import syntax as s

_COLUMNS = frozenset({"array", "matrix", "smallmatrix"})


def with_binomials(tree: s.Node, text: str) -> s.Node:
    """The tree with the binomial coefficients that its columns are."""
    if "\\begin" not in text or not any(sign in text for sign in ("\\sum", "\\prod")):
        return tree
    nodes = list(_walk(tree))
    bound = {name for node in nodes for name in _bound_by(node)}
    columns = (cells for node in nodes if (cells := _column(node)) is not None)
    if not any(name_of(lower) in bound for _, lower in columns):
        return tree

    def opened(node: s.Node) -> s.Node:
        cells = _column(node)
        return node if cells is None else s.Binomial(node.start, node.end, *cells)

    return rebuilt(tree, opened)


def _walk(tree: s.Node) -> Iterator[s.Node]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))


def _bound_by(node: s.Node) -> Iterator[str]:
    """The index of a sum or a product."""
    if isinstance(node, s.BigOperator) and node.name in ("sum", "prod"):
        first = node.lower.operands[0] if isinstance(node.lower, s.Chain) else node.lower
        name = name_of(first) if first is not None else None
        if name is not None:
            yield name


def _column(node: s.Node) -> tuple[s.Node, s.Node] | None:
    """The two entries of a column in round brackets."""
    table = node
    if isinstance(node, s.Group) and (node.open, node.close) == ("(", ")"):
        table = node.body if node.body is not None else node
    if not isinstance(table, s.Environment):
        return None
    if table.name != "pmatrix" and (table is node or table.name not in _COLUMNS):
        return None
    cells = [cell for row in table.rows for cell in row]
    if len(table.rows) != 2 or len(cells) != 2 or cells[0] is None or cells[1] is None:
        return None
    return cells[0], cells[1]
