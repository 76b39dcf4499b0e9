"""Families of functions: `T_{n+1}(x) = 2x T_n(x) - T_{n-1}(x)` speaks of one function of n and x.

A line that takes one letter with several subscripts, one of them shifted, of the same names in
round brackets writes a family: `T_n(x)` is read as `T(n; x)`. Nobody multiplies entries by a name
in brackets.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from symdl.expression.reading.syntax import children, rebuilt
from symdl.expression.spelling import name_of
from symdl.latex import syntax as s

_WRITTEN = re.compile(r"_\s*\{[^{}]*[+-][^{}]*\}\s*(?:\\left\s*)?\(")


def with_families(tree: s.Node, text: str) -> s.Node:
    """The tree in which members of a family are calls of one function of their index too."""
    if not _WRITTEN.search(text):
        return tree
    members: dict[tuple[str, str], list[s.Node]] = defaultdict(list)
    for base, sub, group in _members(tree):
        members[base, text[group.start : group.end]].append(sub)
    families = {base for (base, _), subs in members.items() if _is_family(subs, text)}
    if not families:
        return tree

    def called(node: s.Node) -> s.Node:
        return _called(node, families) if isinstance(node, s.Product) else node

    return rebuilt(tree, called)


def _is_family(subs: list[s.Node], text: str) -> bool:
    shifted = any(isinstance(sub, s.Sum) and len(sub.terms) > 1 for sub in subs)
    return shifted and len({text[sub.start : sub.end] for sub in subs}) > 1


def _members(tree: s.Node) -> Iterator[tuple[str, s.Node, s.Group]]:
    """Each name with a subscript before names in brackets: the name, the subscript, the bracket."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, s.Product):
            for place in range(len(node.factors) - 1):
                found = _member(node, place)
                if found is not None:
                    yield found
        stack.extend(children(node))


def _member(node: s.Product, place: int) -> tuple[str, s.Node, s.Group] | None:
    head, group = node.factors[place : place + 2]
    if node.links[place] or not isinstance(group, s.Group) or group.open != "(":
        return None
    body = group.body
    items = body.items if isinstance(body, s.Sequence) else (body,)
    if not isinstance(head, s.Scripts) or head.sub is None or head.sup is not None or head.primes:
        return None
    name = name_of(head.base)
    named = all(item is not None and name_of(item) is not None for item in items)
    return (name, head.sub, group) if name is not None and named else None


def _called(node: s.Product, families: set[str]) -> s.Node:
    factors = list(node.factors)
    for place in range(len(factors) - 1):
        found = _member(node, place)
        if found is None or found[0] not in families:
            continue
        _, sub, group = found
        head = factors[place]
        assert isinstance(head, s.Scripts)
        assert group.body is not None
        rest = group.body.items if isinstance(group.body, s.Sequence) else (group.body,)
        signs = (";", *("," for _ in rest[1:]))
        inner = s.Sequence(group.start, group.end, (sub, *rest), signs)
        factors[place] = head.base
        factors[place + 1] = replace(group, body=inner)
    return replace(node, factors=tuple(factors))
