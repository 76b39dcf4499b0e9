"""What a claim speaks of: its terms, and the definitions that they use, however deep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import NamedTuple

from symdl.evidence.claim import Claim
from symdl.expression.scope import INVERSE, Definition, Scope
from symdl.expression.term import Term, free_symbols, postorder


class Reached(NamedTuple):
    """What a claim speaks of: every sub-term of it and of the definitions that it may use, and
    these definitions with their parameters."""

    nodes: tuple[Term, ...]
    bodies: tuple[tuple[Term, tuple[Term, ...]], ...] = ()


def reachable(claim: Claim) -> Sequence[Term]:
    """Every sub-term of the claim and of the definitions it may use."""
    return _reached(claim).nodes


def definitions_used(claim: Claim) -> list[Term]:
    """What the names that a claim uses stand for, however deep."""
    return [body for body, _ in _reached(claim).bodies]


def _reached(claim: Claim) -> Reached:
    found: Reached | None = claim.reached
    if found is None:
        waiting = list(claim.terms)
        if claim.scope.defines:
            found = _through(waiting, claim.scope)
        else:
            nodes = dict.fromkeys(chain.from_iterable(map(postorder, waiting[::-1])))
            found = Reached(tuple(nodes))
        object.__setattr__(claim, "reached", found)
    return found


def _through(waiting: list[Term], scope: Scope) -> Reached:
    seen: dict[Term, None] = {}
    bodies: list[tuple[Term, tuple[Term, ...]]] = []
    while waiting:
        for node in postorder(waiting.pop()):
            if node not in seen:
                seen[node] = None
                if node.op in _NAMED or node in scope.values:
                    known = tuple(_of_node(node, scope))
                    bodies.extend(known)
                    waiting.extend(body for body, _ in known)
    return Reached(tuple(seen), tuple(bodies))


def definitions(node: Term, scope: Scope) -> Iterable[Term]:
    """What a name, or a call, stands for in a scope."""
    return (body for body, _ in _of_node(node, scope))


def _of_node(node: Term, scope: Scope) -> Iterator[tuple[Term, tuple[Term, ...]]]:
    """What a node stands for, with its parameters."""
    if node in scope.values:
        yield scope.values[node], ()
    if node.op in _NAMED:
        for found in _of_name(node, scope):
            yield found.body, found.parameters


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
    for body, parameters in _reached(claim).bodies:
        found |= free_symbols(body).difference(parameters)
    return found
