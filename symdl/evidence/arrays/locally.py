"""A claim about a gradient as one about the operations it goes through, and no others.

Two theorems make a large network small. What does not depend on the variable is a constant,
however it is defined. And if every way from L down to x meets one of the names c first, the
chain rule says that

    dL/dx = sum over c of <dL/dc, dc/dx>

where in dc/dx the other names are held. The claim that this module makes says so of any array in
the place of each dL/dc, and so says more than the claim that was written: its proof is a proof of
both, its refutation says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from symdl.evidence.claim import Claim
from symdl.expression.scope import Definition, Scope
from symdl.expression.term import Term, combined, free_symbols, make, postorder, symbol
from symdl.expression.term import replace as replace_terms

DERIVATIVES = frozenset({"gradient", "derivative"})


def local(claim: Claim) -> Claim | None:
    """The claim with its gradients in names as any arrays, and what its variables do not move as
    constants; None where nothing becomes simpler."""
    scope = claim.scope
    if scope.recurrences or any(key.op != "symbol" for key in scope.values):
        return None
    cut = _through_names(claim)
    kept = _with_constants(cut or claim)
    return kept or cut


# --- what does not move ---------------------------------------------------------------------------


def _with_constants(claim: Claim) -> Claim | None:
    scope = claim.scope
    terms = claim.terms
    variables = {
        _head(v)
        for term in (*terms, *scope.values.values(), *(d.body for d in scope.entries.values()))
        for node in postorder(term)
        if node.op in DERIVATIVES
        for v in node.args[1:]
    }
    if not variables:
        return None
    needs = Needs(scope)
    still = {
        name
        for name in needs.names
        if name not in variables
        and name.data.shape is not None
        and name.data.shape == needs.shape(name)
        and variables.isdisjoint(needs.all_of((name,)))
    }
    left, right = (
        needs.all_of((t,)) if t is not None else set() for t in (claim.left, claim.right)
    )
    still &= {n for n in left if n in right or not needs.all_of((n,)) - needs.names <= right}
    if not still:
        return None
    named = {name.data.name for name in still}
    values = {k: v for k, v in scope.values.items() if k not in still}
    entries = {k: d for k, d in scope.entries.items() if k not in named}
    return replace(claim, scope=replace(scope, values=values, entries=entries))


# --- the chain rule -------------------------------------------------------------------------------


def _through_names(claim: Claim) -> Claim | None:
    left, right, scope = claim.left, claim.right, claim.scope
    if right is None or not _is_gradient(left):
        return None
    whole, variable = left.args[0], left.args[1]
    x = _head(variable)
    if whole not in scope.values or whole.shape != ():
        return None
    needs = Needs(scope)
    right = replace_terms(right, _named_gradients(scope, whole))
    told = [n for n in postorder(right) if _is_gradient(n) and n.args[0] is whole]
    cuts = {_head(n.args[1]) for n in told}
    if not cuts or x in cuts or not cuts <= needs.names:
        return None
    if x in needs.all_of((scope.values[whole],), cuts):
        return None
    slopes = {c: symbol(_beside(c, "slope"), c.data.role, c.shape) for c in cuts}
    table = {n: _at_same_place(n.args[1], slopes[_head(n.args[1])]) for n in told}
    copies = _Copies(scope, needs, cuts, x)
    parts = [inner(slopes[c], copies.of(c)) for c in sorted(cuts, key=repr)]
    loss = symbol(_beside(whole, "through"))
    total = combined("add", parts)
    made: Term = make(left.op, loss, variable, data=left.data)
    for held, name in copies.held.items():
        made = make("at", made, held, name)
    new = {s.data.name: s.data for s in (loss, *slopes.values(), *copies.symbols)}
    scope = replace(
        scope,
        symbols={**scope.symbols, **new},
        values={**scope.values, loss: total, **copies.values},
        entries={**scope.entries, **copies.entries},
    )
    return replace(claim, left=made, right=replace_terms(right, table), scope=scope)


def _head(variable: Term) -> Term:
    return variable.args[0] if variable.op == "entry" else variable


def _is_gradient(node: Term) -> bool:
    if node.op not in DERIVATIVES or len(node.args) != 2 or node.args[0].op != "symbol":
        return False
    head = _head(node.args[1])
    return head.op == "symbol" and head.shape is not None


def _named_gradients(scope: Scope, whole: Term) -> dict[Term, Term]:
    """The names that stand for a gradient: `D = \\nabla_S L`."""
    return {
        name: value
        for name, value in scope.values.items()
        if _is_gradient(value) and value.args[0] is whole and name.shape == value.shape
    }


def _at_same_place(variable: Term, slope: Term) -> Term:
    return slope if variable.op != "entry" else make("entry", slope, *variable.args[1:])


def _beside(name: Term, word: str) -> str:
    return f"{name.data.name}_{{\\text{{{word}}}}}"


def inner(a: Term, b: Term) -> Term:
    """The sum of the products of all entries."""
    if not a.shape:
        return make("mul", a, b)
    total = make("hadamard", a, b)
    for _ in a.shape:
        total = make("reduce_sum", total)
    return total


@dataclass
class _Copies:
    """Definitions in which some names are held: a name for each that stands for nothing, and a
    copy of whatever is defined by them."""

    scope: Scope
    needs: Needs
    cuts: set[Term]
    variable: Term

    def __post_init__(self) -> None:
        self.values: dict[Term, Term] = {}
        self.entries: dict[str, Definition] = {}
        self.held: dict[Term, Term] = {}
        self.symbols: list[Term] = []

    def of(self, cut: Term) -> Term:
        """The copy of what a name is defined by."""
        reached = self.needs.all_of(self.needs.of(cut), {self.variable, *self.cuts})
        table = {c: self._copy(c, "held") for c in self.cuts & reached}
        self.held |= {copy: name for name, copy in table.items()}
        stale = [
            n
            for n in (reached - self.cuts) & self.needs.names
            if n is not self.variable
            and not self.cuts.isdisjoint(self.needs.all_of((n,), {self.variable, *self.cuts}))
        ]
        table |= {n: self._copy(n, f"for {cut.data.name}") for n in stale}
        copy = self._copy(cut, "moved")
        for name, new in [(cut, copy), *((n, table[n]) for n in stale)]:
            self._define(name, new, table)
        return copy

    def _copy(self, name: Term, word: str) -> Term:
        made = make("symbol", data=replace(name.data, name=_beside(name, word)))
        self.symbols.append(made)
        return made

    def _define(self, name: Term, new: Term, table: dict[Term, Term]) -> None:
        if name in self.scope.values:
            self.values[new] = replace_terms(self.scope.values[name], table)
            return
        found = self.scope.entries[name.data.name]
        body = replace_terms(found.body, table)
        self.entries[new.data.name] = replace(found, name=new.data.name, body=body)


# --- what a name is made of -----------------------------------------------------------------------


class Needs:
    """The symbols that the definitions of a scope are made of."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.known: dict[Term, frozenset[Term]] = {}
        self.names = {k for k in scope.values if k.op == "symbol"}
        for name in scope.entries:
            declared = scope.symbols.get(name)
            if declared is not None:
                self.names.add(make("symbol", data=declared))

    def shape(self, name: Term) -> object:
        """The shape of what a name stands for; of one defined by entries its own."""
        value = self.scope.values.get(name)
        return name.data.shape if value is None else value.shape

    def of(self, name: Term) -> frozenset[Term]:
        """The symbols that a name, or a Term, is made of at once."""
        found = self.known.get(name)
        if found is None:
            found = self.known[name] = frozenset(self._of(name))
        return found

    def _of(self, term: Term) -> Iterator[Term]:
        scope = self.scope
        waiting = [term] if term.op != "symbol" else []
        if term in scope.values:
            waiting.append(scope.values[term])
        if term.op == "symbol" and term.data.name in scope.entries:
            waiting.append(scope.entries[term.data.name].body)
        called: set[str] = set()
        while waiting:
            body = waiting.pop()
            yield from free_symbols(body) - {term}
            for node in postorder(body):
                name = node.data.function.name if node.op == "call" else ""
                if name in scope.functions and name not in called:
                    called.add(name)
                    waiting.append(scope.functions[name].body)

    def all_of(self, terms: Iterable[Term], ends: Iterable[Term] = ()) -> set[Term]:
        """All symbols that lead to Terms, those among `ends` not looked into."""
        stop = set(ends)
        found: set[Term] = set()
        waiting = list(terms)
        while waiting:
            term = waiting.pop()
            if term.op == "symbol":
                if term in found:
                    continue
                found.add(term)
                if term in stop:
                    continue
            waiting.extend(self.of(term))
        return found
