"""Tight rules put for what says the same: log(1 + e^u) is softplus, 1/(1 + e^u) a sigmoid."""

from __future__ import annotations

from symdl.expression.numerals import minus
from symdl.expression.term import Term, make, postorder, rebuild


def folded(root: Term) -> Term:
    """The term with softplus and sigmoid for their definitions; equal everywhere.

    Balls of 1 + e^u lose everything on wide boxes, while both functions only rise.
    """
    done: dict[Term, Term] = {}
    for node in postorder(root):
        new = rebuild(node, tuple(done[a] for a in node.args))
        done[node] = _folded(new)
    return done[root]


def _folded(node: Term) -> Term:
    if node.op == "log":
        inner = _one_plus(node.args[0])
        return node if inner is None else make("softplus", inner)
    if node.op == "div":
        above, below = node.args
        inner = _one_plus(below)
        if inner is not None and _is_one(above):
            return make("sigmoid", minus(inner))
        if inner is not None and above.op == "exp" and above.args[0] is inner:
            return make("sigmoid", inner)
    return node


def _one_plus(node: Term) -> Term | None:
    """u of `1 + e^u`."""
    if node.op != "add" or len(node.args) != 2:
        return None
    first, second = node.args
    if second.op != "exp":
        first, second = second, first
    return second.args[0] if second.op == "exp" and _is_one(first) else None


def _is_one(node: Term) -> bool:
    return node.op == "number" and node.data.value == 1
