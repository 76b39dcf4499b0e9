r"""Weights named by what they connect: `W_{hi}` beside `h_t = ...` and `i_t = ...`.

Two letters below a name are two indices, unless one of them is itself what the lines define (the
gates of a recurrent network): then they are one word, as in `W_{\text{hi}}`. Letters that a sum
runs over, or that stand below the left side, stay indices.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.expression.reading.syntax import children, rebuilt
from symdl.expression.spelling import run_of_letters
from symdl.latex import syntax as s

_PAIR = re.compile(r"[A-Za-z}]\s*_\s*\{\s*([A-Za-z])\s*([A-Za-z])\s*\}")


def with_connections(tree: s.Node, text: str) -> s.Node:
    """The tree in which such pairs of letters are words."""
    pairs = _PAIR.findall(text)
    if not pairs:
        return tree
    defined, used = _letters(tree)
    if (defined - used).isdisjoint(letter for pair in pairs for letter in pair):
        return tree

    def named(node: s.Node) -> s.Node:
        if not isinstance(node, s.Scripts) or node.sub is None or isinstance(node.sub, s.Word):
            return node
        run = run_of_letters(node.sub)
        if run is None or len(run) != 2 or not used.isdisjoint(run) or defined.isdisjoint(run):
            return node
        return replace(node, sub=s.Word(node.sub.start, node.sub.end, "text", run))

    return rebuilt(tree, named)


def _letters(tree: s.Node) -> tuple[set[str], set[str]]:
    """The letters that stand on left sides, and those that are indices for certain."""
    defined: set[str] = set()
    used: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, s.Group) and isinstance(node.body, s.Chain):
            continue  # a condition in brackets defines nothing: `1[i = p]`
        waiting += children(node)
        if isinstance(node, s.Chain):
            first = node.operands[0]
            base = first.base if isinstance(first, s.Scripts) else first
            if isinstance(base, s.Name):
                defined.add(base.text)
            if isinstance(first, s.Scripts) and first.sub is not None:
                used |= _names(first.sub)
        elif isinstance(node, s.BigOperator):
            used |= _names(node.lower) if node.lower is not None else set()
    return defined, used


def _names(node: s.Node) -> set[str]:
    found: set[str] = set()
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        waiting += children(inner)
        if isinstance(inner, s.Name):
            found.add(inner.text)
    return found
