"""Which subscripts are indices and which are labels."""

from __future__ import annotations

from collections.abc import Iterator

from symdl.expression import conventions as c
from symdl.expression.reading.syntax import children
from symdl.expression.spelling import run_of_letters
from symdl.latex import syntax as s


def letters(node: s.Node) -> Iterator[str]:
    if isinstance(node, s.Name):
        yield node.text
    elif isinstance(node, s.Scripts):
        return
    else:
        for child in children(node):
            yield from letters(child)


def index_items(sub: s.Node, indices: set[str]) -> tuple[s.Node, ...]:
    """The single indices of a subscript, or () when it is a label.

    `ij` is two indices, `i,j` too, `t-1` and `2i` one; digits and words are none.
    """
    if isinstance(sub, s.Sequence):
        if set(sub.separators) - {","} or len(sub.separators) >= len(sub.items):
            return ()
        if all(isinstance(i, s.Number) for i in sub.items):
            return ()
        parts = [index_items(i, indices) or _fixed(i) for i in sub.items]
        if any(parts):
            parts = [p or _beside_index(i) for p, i in zip(parts, sub.items, strict=True)]
        return tuple(p for part in parts for p in part) if all(parts) else ()
    if isinstance(sub, s.Name):
        return (sub,) if sub.text in c.INDEX_LETTERS or sub.text in indices else ()
    if isinstance(sub, s.Product):
        return _product_items(sub, indices)
    if isinstance(sub, s.Sum):
        return (sub,) if len(sub.terms) > 1 and _index_like(sub, indices) else ()
    if isinstance(sub, s.Scripts):
        plain = node_is_index(sub.base, indices) if sub.sub is None else True
        return (sub,) if plain and _index_like(sub, indices) else ()
    return (sub,) if isinstance(sub, s.Dots) else ()


def node_is_index(node: s.Node, indices: set[str]) -> bool:
    """Whether a node is a letter that stands for an index."""
    return isinstance(node, s.Name) and (node.text in c.INDEX_LETTERS or node.text in indices)


def _beside_index(node: s.Node) -> tuple[s.Node, ...]:
    """In `y_{o,c}` with an index c, o is an index too."""
    single = isinstance(node, s.Name) and len(node.text) == 1 and node.text.islower()
    return (node,) if single else ()


def _fixed(node: s.Node) -> tuple[s.Node, ...]:
    return (node,) if isinstance(node, s.Number | s.Group) else ()


def _product_items(sub: s.Product, indices: set[str]) -> tuple[s.Node, ...]:
    run = run_of_letters(sub)
    if run is None:
        if all(index_items(f, indices) for f in sub.factors) and not any(sub.links):
            return sub.factors
        return (sub,) if _index_like(sub, indices) else ()
    if run in c.LABELS or not all(x in c.INDEX_LETTERS or x in indices for x in run):
        return ()
    return sub.factors


def _index_like(node: s.Node, indices: set[str]) -> bool:
    """Whether arithmetic over numbers and index letters (any single letter in a sum)."""
    if isinstance(node, s.Number):
        return True
    if isinstance(node, s.Name):
        small = len(node.text) == 1 and (node.text.islower() or node.text in c.COUNT_LETTERS)
        return small or node.text in c.INDEX_LETTERS or node.text in indices
    if isinstance(node, s.Scripts):
        lower = isinstance(node.base, s.Name) and node.base.text[:1].islower()
        known = _index_like(node.base, indices) if node.sub is None else True
        return lower and node.sup is None and known
    if isinstance(node, s.Sum | s.Product):
        return all(_index_like(child, indices) for child in children(node))
    return False
