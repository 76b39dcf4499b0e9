"""A term in fewer operators: the definitions of rows written out."""

from __future__ import annotations

from collections.abc import Container

from symdl.expression.operators import TABLE
from symdl.expression.term import Term, postorder, rebuild

DEEPEST = 8
"""Definitions refer to rows with definitions at most this many times over."""


def in_terms_of(root: Term, allowed: Container[str]) -> Term:
    """The term with every row that has a definition, and is not allowed as it is, written out.

    The two are equal wherever the term is defined.
    """
    for _ in range(DEEPEST):
        simpler = _once(root, allowed)
        if simpler is root:
            break
        root = simpler
    return root


def _once(root: Term, allowed: Container[str]) -> Term:
    done: dict[Term, Term] = {}
    for node in postorder(root):
        new = rebuild(node, tuple(done[a] for a in node.args))
        row = TABLE.get(new.op)
        if row is not None and row.definition is not None and new.op not in allowed:
            new = row.definition(*new.args)
        done[node] = new
    return done[root]
