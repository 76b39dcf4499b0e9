"""What a claim speaks of: its terms, and the definitions that they use, however deep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from itertools import chain

from symdl.evidence.claim import Claim
from symdl.expression.scope import INVERSE, Definition, Scope
from symdl.expression.term import Term, free_symbols, postorder


def reachable(claim: Claim) -> Iterator[Term]:
    """Every sub-term of the claim and of the definitions it may use."""
    waiting = list(claim.terms)
    scope = claim.scope
    if not scope.defines:
        return iter(dict.fromkeys(chain.from_iterable(map(postorder, waiting[::-1]))))
    return _reachable(waiting, scope)


def _reachable(waiting: list[Term], scope: Scope) -> Iterator[Term]:
    seen: set[Term] = set()
    while waiting:
        for node in postorder(waiting.pop()):
            if node in seen:
                continue
            seen.add(node)
            yield node
            waiting.extend(definitions(node, scope))


def definitions(node: Term, scope: Scope) -> Iterator[Term]:
    """What a name, or a call, stands for in a scope."""
    if node in scope.values:
        yield scope.values[node]
    if node.op in _NAMED:
        yield from (found.body for found in _of_name(node, scope))


_NAMED = frozenset({"symbol", "call"})


def _of_name(node: Term, scope: Scope) -> Iterator[Definition]:
    name = ""
    tables: tuple[Mapping[str, Definition], ...]
    tables = (scope.functions, scope.entries, scope.recurrences)
    if node.op == "symbol":
        name = node.data.name
        if node.data.role == "scalar" and node.shape == ():
            tables = tables[:1]  # the number x is no step of the sequence x_k
    elif node.op == "call":
        name = node.data.function.name.removesuffix(INVERSE)
    for table in tables if name else ():
        if name in table:
            yield table[name]


def free_in_definitions(claim: Claim) -> Set[Term]:
    """The letters of the definitions that a claim uses, however deep, less their parameters."""
    found: set[Term] = set()
    for node in reachable(claim):
        if node in claim.scope.values:
            found |= free_symbols(claim.scope.values[node])
        for definition in _of_name(node, claim.scope):
            found |= free_symbols(definition.body) - set(definition.parameters)
    return found
