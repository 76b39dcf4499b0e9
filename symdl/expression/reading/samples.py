r"""Samples: `x^{(i)}` is the i-th of many, as `x_i` would be; all of them are `x^{(\bullet)}`.

A letter in brackets above a name numbers samples where a sum runs over it, and the letters i and j
do so everywhere; layers and steps, `W^{(l)}` and `x^{(k+1)}`, keep their labels. The name of all
samples is one of its own: beside `x^{(i)}` a text may speak of an input x with the entries x_1.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from symdl.expression import conventions as c
from symdl.expression.reading.indices import index_items, letters
from symdl.expression.reading.notation import TRANSPOSES
from symdl.expression.reading.syntax import bracket_of, children, rebuilt
from symdl.expression.scope import Scope
from symdl.expression.spelling import name_of
from symdl.latex import syntax as s

_WRITTEN = re.compile(r"\^\s*\{\s*(?:\\left\s*)?\(")
_USUAL = frozenset("ij")


def with_samples(tree: s.Node, text: str, scope: Scope) -> s.Node:
    """The tree with the samples of each name as what it is indexed by."""
    if not _WRITTEN.search(text):
        return tree
    nodes = list(_all(tree))
    stepped = {n for node in nodes for n in _stepped(node)}
    numbering = (_USUAL | {n for node in nodes for n in _bound(node)}) - stepped
    others = {"e", "d", "f", "g"} | {n for node in nodes for n in _called(node, scope)}
    names = {
        name
        for node in nodes
        if (name := _base(node)) is not None and _is_numbered(node, numbering)
    }
    names -= others | {n for n in names if scope.declares(n)}

    def changed(node: s.Node) -> s.Node:
        return _indexed(node) if _base(node) in names else node

    return rebuilt(tree, changed) if names else tree


def _all(tree: s.Node) -> Iterator[s.Node]:
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(children(node))


def _called(node: s.Node, scope: Scope) -> Iterator[str]:
    """The functions whose derivatives are numbered, `h^{(i)}(0)`."""
    if isinstance(node, s.Product):
        for head, link, group in zip(node.factors, node.links, node.factors[1:], strict=False):
            name = _base(head)
            known = name in c.FUNCTION_LETTERS or name in scope.functions
            if name is not None and known and not link and bracket_of(group) is group:
                yield name


def _bound(node: s.Node) -> Iterator[str]:
    """The letters that a sum or product runs over."""
    if isinstance(node, s.BigOperator) and node.name in ("sum", "prod") and node.lower:
        first = node.lower.operands[0] if isinstance(node.lower, s.Chain) else node.lower
        yield from letters(first)


def _stepped(node: s.Node) -> Iterator[str]:
    """The k of `x^{(k+1)}`: what is taken a step further numbers no samples."""
    label = _label(node)
    if isinstance(label, s.Sum):
        yield from letters(label)


def _label(node: s.Node) -> s.Node | None:
    """What stands in brackets above a name; above a transpose, `x^{(i)T}`, too."""
    if not isinstance(node, s.Scripts) or node.primes:
        return None
    sup = node.sup
    if isinstance(sup, s.Product) and sup.links == ("",) and name_of(sup.factors[1]) in TRANSPOSES:
        sup = sup.factors[0]
    body = sup.body if isinstance(sup, s.Group) and sup.open == "(" else None
    return None if isinstance(body, s.Name) and body.text == "\\bullet" else body


def _base(node: s.Node) -> str | None:
    return None if _label(node) is None else name_of(node.base)  # type: ignore[attr-defined]


def _is_numbered(node: s.Node, numbering: Collection[str]) -> bool:
    label = _label(node)
    items = label.items if isinstance(label, s.Sequence) else (label,)
    return all(isinstance(item, s.Name) and item.text in numbering for item in items)


def _indexed(node: s.Node) -> s.Node:
    """`x_j^{(i)}` as entry (i, j) of all samples; a subscript that is no index stays in the
    name."""
    assert isinstance(node, s.Scripts)
    label = _label(node)
    assert label is not None
    start, end = node.start, node.end
    dot = s.Group(start, end, "(", ")", s.Name(start, end, "\\bullet"))
    entries = () if node.sub is None else index_items(node.sub, set())
    whole = s.Scripts(start, end, node.base, None if entries else node.sub, dot)
    numbers = label.items if isinstance(label, s.Sequence) else (label,)
    items = (*numbers, *entries)
    commas = (",",) * (len(items) - 1)
    place = items[0] if len(items) == 1 else s.Sequence(start, end, items, commas)
    turned = node.sup.factors[1] if isinstance(node.sup, s.Product) else None
    return s.Scripts(start, end, whole, place, turned)
