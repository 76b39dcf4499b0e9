"""What a claim speaks of: its terms, and the definitions that they use, however deep."""

from __future__ import annotations

from collections.abc import Iterator

from symdl.evidence.claim import Claim
from symdl.expression.scope import INVERSE, Scope
from symdl.expression.term import Term, postorder


def reachable(claim: Claim) -> Iterator[Term]:
    """Every sub-term of the claim and of the definitions it may use."""
    waiting = [t for t in (claim.left, claim.right, *claim.conditions) if t is not None]
    seen: set[Term] = set()
    while waiting:
        for node in postorder(waiting.pop()):
            if node in seen:
                continue
            seen.add(node)
            yield node
            waiting.extend(definitions(node, claim.scope))


def definitions(node: Term, scope: Scope) -> Iterator[Term]:
    """What a name, or a call, stands for in a scope."""
    if node in scope.values:
        yield scope.values[node]
    name = ""
    if node.op == "symbol":
        name = node.data.name
    elif node.op == "call":
        name = node.data.function.name.removesuffix(INVERSE)
    for table in (scope.functions, scope.entries, scope.recurrences):
        if name in table:
            yield table[name].body
