"""Entries as programs write them: `w[n]` is `w_n`.

Nobody multiplies by an index letter alone in square brackets; anything else behind a name (`f[x]`,
`n[n + 1]`) stays what it is, and is refused where it is unclear.
"""

from __future__ import annotations

import re
from dataclasses import fields
from dataclasses import replace as changed
from typing import Any

from symdl.expression import conventions as c
from symdl.latex import syntax as s

_WRITTEN = re.compile(r"[A-Za-z]\s*\[\s*(?:[a-z]|\\tau)\s*\]")


def with_entries(tree: s.Node, text: str) -> s.Node:
    """The tree in which names before an index in square brackets have it as a subscript."""
    return _rewritten(tree) if _WRITTEN.search(text) else tree


def _rewritten(node: s.Node) -> s.Node:
    new: dict[str, Any] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        made = _value(value)
        if made is not value:
            new[field.name] = made
    node = changed(node, **new) if new else node
    return _with_entries(node) if isinstance(node, s.Product) else node


def _value(value: Any) -> Any:
    if isinstance(value, s.Node):
        return _rewritten(value)
    if isinstance(value, tuple):
        items = tuple(_value(item) for item in value)
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value


def _with_entries(node: s.Product) -> s.Node:
    factors: list[s.Node] = [node.factors[0]]
    links: list[str] = []
    for link, factor in zip(node.links, node.factors[1:], strict=True):
        made = _entry(factors[-1], factor) if link == "" else None
        if made is None:
            factors.append(factor)
            links.append(link)
        else:
            factors[-1] = made
    if len(factors) == 1:
        return factors[0]
    return changed(node, factors=tuple(factors), links=tuple(links))


def _entry(name: s.Node, following: s.Node) -> s.Scripts | None:
    """The entry that a name and what touches it make; a power behind the bracket is of it."""
    group = following.base if isinstance(following, s.Scripts) else following
    if not isinstance(name, s.Name | s.Styled) or not isinstance(group, s.Group):
        return None
    index = group.body
    if group.open != "[" or not isinstance(index, s.Name) or index.text not in c.INDEX_LETTERS:
        return None
    if isinstance(name, s.Name) and (name.text == index.text or name.text in c.OPAQUE):
        return None
    if not isinstance(following, s.Scripts):
        return s.Scripts(name.start, group.end, name, index)
    if following.sub is not None:
        return None
    return s.Scripts(name.start, following.end, name, index, following.sup, following.primes)
