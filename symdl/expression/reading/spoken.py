"""Symbols that statements in force speak of: a line that uses them means the same ones.

`z = w^\\top x` makes w and x arrays; where the next line differentiates what is made of z in w,
this w is that array. In a line that has nothing to do with z, it is a letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symdl.expression.reading.syntax import children
from symdl.expression.scope import Scope
from symdl.expression.spelling import name_of
from symdl.expression.term import Symbol, Term, free_symbols, postorder
from symdl.latex import syntax as s


def scalars_of(scope: Scope) -> dict[str, Symbol]:
    """The scalars of all that holds, by name."""
    definitions = (*scope.functions.values(), *scope.entries.values())
    bodies = [d.body for d in (*definitions, *scope.recurrences.values())]
    terms = (*bodies, *scope.values, *scope.values.values(), *scope.hypotheses)
    return dict(reversed([*_named(terms, "scalar")]))


def arrays_of(scope: Scope, tree: s.Node | None) -> dict[str, Symbol]:
    """The vectors and matrices, by name, of the definitions that a line uses."""
    values = {key.data.name: body for key, body in scope.values.items() if key.op == "symbol"}
    tables = (scope.functions, scope.entries, scope.recurrences)
    defined = {name: d.body for table in tables for name, d in table.items()} | values
    if tree is None or not defined:
        return {}
    waiting, used = [n for n in _names(tree) if n in defined], dict[str, Term]()
    while waiting:
        name = waiting.pop()
        if name not in used:
            used[name] = defined[name]
            waiting.extend(n for n in _spoken(defined[name]) if n in defined)
    return dict(reversed([*_named(used.values(), "vector", "matrix")]))


def _named(terms: Iterable[Term], *roles: str) -> Iterator[tuple[str, Symbol]]:
    for term in terms:
        for found in free_symbols(term):
            if found.data.role in roles:
                yield str(found.data.name), found.data


def _spoken(term: Term) -> Iterator[str]:
    for node in postorder(term):
        if node.op == "symbol":
            yield str(node.data.name)
        elif node.op == "call":
            yield str(node.data.function.name)


def _names(tree: s.Node) -> Iterator[str]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        name = name_of(node)
        if name is not None:
            yield name
        waiting.extend(children(node))
