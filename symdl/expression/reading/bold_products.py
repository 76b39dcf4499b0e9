r"""Products of bold letters in one font: `\mathbf{Av}` is `\mathbf{A}\mathbf{v}`.

A capital before the small letter of a vector is a matrix beside it; any other run of bold letters
is one name.
"""

from __future__ import annotations

from symdl.expression.reading.syntax import rebuilt
from symdl.latex import syntax as s

_BOLD = frozenset({"mathbf", "boldsymbol", "bf"})
_OF_VECTORS = frozenset("vwxyzuh")


def with_bold_products(tree: s.Node, text: str) -> s.Node:
    """The tree in which a bold capital and a bold vector in one font are two names."""
    if "\\mathbf" not in text and "\\b" not in text:
        return tree
    return rebuilt(tree, _apart)


def _apart(node: s.Node) -> s.Node:
    if not isinstance(node, s.Styled) or node.font not in _BOLD:
        return node
    body = node.body
    if not isinstance(body, s.Product) or body.links != ("",):
        return node
    first, second = body.factors
    if not isinstance(first, s.Name) or not isinstance(second, s.Name):
        return node
    capital = len(first.text) == 1 and first.text.isupper()
    if not capital or second.text not in _OF_VECTORS:
        return node
    names = tuple(s.Styled(f.start, f.end, node.font, f) for f in body.factors)
    return s.Product(node.start, node.end, names, body.links)
