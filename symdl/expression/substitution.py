"""Symbols replaced by what they stand for, without capture."""

from __future__ import annotations

from collections.abc import Mapping

from symdl.expression.term import (
    BINDERS,
    Symbol,
    Term,
    free_symbols,
    make,
    postorder,
    rebuild,
    replace,
    symbol,
)
from symdl.expression.vocabulary import DERIVATIVES


def substitute(root: Term, table: Mapping[Term, Term]) -> Term:
    """Symbols replaced by Terms, all at once, without capture.

    A bound variable that would catch a symbol of a new value is renamed, one that has the
    name of a key is left alone, and a derivative in a replaced variable becomes that
    derivative taken at the new value.
    """
    if not table:
        return root
    danger = set(table).union(*(free_symbols(v) for v in table.values()))
    done: dict[Term, Term] = {}
    clash = False
    for node in postorder(root):
        args = tuple(done[a] for a in node.args)
        if node.op in BINDERS and args[0] in danger:
            fresh = _fresh(args[0], danger)
            args = (fresh, *args[1:-1], replace(args[-1], {args[0]: fresh}))
            clash = True
        elif node.op == "at" and args[1] in danger:
            fresh = _fresh(args[1], danger)
            args = (replace(args[0], {args[1]: fresh}), fresh, args[2])
            clash = True
        elif node.op in DERIVATIVES and any(v in table for v in _variables(node)):
            done[node] = _moved(node, args, danger)
            clash = True
            continue
        done[node] = rebuild(node, args)
    return replace(done[root] if clash else root, table)


def _variables(node: Term) -> tuple[Term, ...]:
    """What a derivative is taken in (the order of one of any order is no variable)."""
    return node.args[1:2] if node.op == "nth_derivative" else node.args[1:]


def _moved(node: Term, args: tuple[Term, ...], danger: set[Term]) -> Term:
    """A derivative in `x` as the one in a fresh name, taken at `x`."""
    names = {v: _fresh(v, danger) for v in _variables(node)}
    moved = make(node.op, *(replace(a, names) for a in args), data=node.data)
    for old, new in names.items():
        moved = make("at", moved, new, old)
    return moved


def _fresh(old: Term, taken: set[Term]) -> Term:
    data: Symbol = old.data
    number_ = 1
    while True:
        candidate = symbol(
            f"{data.name}_{{\\text{{new{number_}}}}}", data.role, data.shape, data.domain
        )
        if candidate not in taken:
            taken.add(candidate)
            return candidate
        number_ += 1
