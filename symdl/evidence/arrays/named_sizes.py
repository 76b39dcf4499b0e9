"""A claim about arrays of large sizes that are numbers, as one about all sizes.

`X \\in \\mathbb{R}^{B \\times 784}` has too many entries to be written out one by one. What is
proved for every size in the place of 784 holds for 784 too, and can be audited at small ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.expression.domain import Domain
from symdl.expression.scope import Definition, Scope
from symdl.expression.term import Dim, Symbol, Term, make, number, postorder, rebuild, symbol

LARGE = 6
"""Sizes from here on get a name; smaller ones are written out."""
_SIZED = frozenset({"ones", "identity"})


def with_named_sizes(claim: Claim) -> Claim | None:
    """The claim with a name for each large size that is a number, equal ones under one name;
    None where there is none. It says more than the claim does: a refutation of it is none."""
    named = _Named(claim)
    return named.claim() if named.found else None


class _Named:
    """One claim, the names of its sizes and what was renamed already."""

    def __init__(self, claim: Claim) -> None:
        self.given = claim
        nodes = (node for term in _terms(claim) for node in postorder(term))
        shapes = [node.shape for node in nodes if node.op in ("symbol", "label") and node.shape]
        shapes += [known.shape for known in claim.scope.symbols.values() if known.shape]
        large = {d for shape in shapes for d in shape if isinstance(d, int) and d >= LARGE}
        self.found = {d: f"n_{{{d}}}" for d in large}
        self.done: dict[Term, Term] = {}

    def claim(self) -> Claim:
        given = self.given
        return replace(
            given,
            left=self.term(given.left),
            right=None if given.right is None else self.term(given.right),
            conditions=tuple(map(self.term, given.conditions)),
            scope=self.scope(given.scope),
        )

    def scope(self, scope: Scope) -> Scope:
        return replace(
            scope,
            symbols={name: self.symbol(s) for name, s in scope.symbols.items()},
            values={self.term(k): self.term(v) for k, v in scope.values.items()},
            functions={k: self.definition(d) for k, d in scope.functions.items()},
            entries={k: self.definition(d) for k, d in scope.entries.items()},
            hypotheses=tuple(map(self.term, scope.hypotheses)),
        )

    def definition(self, found: Definition) -> Definition:
        parameters = tuple(map(self.term, found.parameters))
        return replace(found, parameters=parameters, body=self.term(found.body))

    def symbol(self, found: Symbol) -> Symbol:
        shape = found.shape
        return found if not shape else replace(found, shape=tuple(map(self.size, shape)))

    def size(self, dim: Dim) -> Dim:
        return self.found.get(dim, dim) if isinstance(dim, int) else dim

    def term(self, root: Term) -> Term:
        for node in postorder(root):
            if node not in self.done:
                self.done[node] = self.made(node)
        return self.done[root]

    def made(self, node: Term) -> Term:
        if node.op == "symbol":
            return make("symbol", data=self.symbol(node.data))
        args = tuple(self.done[a] for a in node.args)
        if node.op in _SIZED:
            args = tuple(map(self.written, args))
        elif node.op == "sum" and node.data == "range":
            args = (*args[:2], self.written(args[2]), args[3])
        return rebuild(node, args)

    def written(self, end: Term) -> Term:
        """A size written as a Term: the number of ones, the end of a sum."""
        value = int(end.data.value) if end.op == "number" else None
        return symbol(self.found[value], domain=_SIZE) if value in self.found else end


_SIZE = Domain(lower=number(1).data.value, integer=True)


def _terms(claim: Claim) -> Iterator[Term]:
    yield from claim.terms
    scope = claim.scope
    yield from scope.values
    yield from scope.values.values()
    yield from scope.hypotheses
    for table in (scope.functions, scope.entries):
        yield from (definition.body for definition in table.values())
