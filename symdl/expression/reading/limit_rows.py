r"""Limits in rows are limits with commas: `\sum_{\substack{i = 1 \\ i \ne j}}^n`."""

from __future__ import annotations

from symdl.expression.reading.syntax import rebuilt
from symdl.latex import syntax as s


def with_limit_rows(tree: s.Node, text: str) -> s.Node:
    """The tree with the rows of its limits as lists."""
    return rebuilt(tree, _listed) if "\\substack" in text else tree


def _listed(node: s.Node) -> s.Node:
    if not isinstance(node, s.Environment) or node.name != "substack":
        return node
    cells = [cell for row in node.rows for cell in row if cell is not None]
    items: list[s.Node] = []
    for cell in cells:
        items += cell.items if isinstance(cell, s.Sequence) else (cell,)
    if len(items) == 1:
        return items[0]
    commas = (",",) * (len(items) - 1)
    return s.Sequence(node.start, node.end, tuple(items), commas)
