r"""A letter that is one number in a claim, whatever the lines took it for that the claim uses.

A display that is read row by row may have a `\sigma` that is any real number, and a definition
behind it one that is positive by convention; the n of `x_n` is that of `n > N`. A proof must hold
for both, a refutation too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from symdl.evidence.claim import Claim
from symdl.evidence.surroundings import narrowed
from symdl.expression.domain import INTEGER, REAL, Domain
from symdl.expression.term import Symbol, Term, free_symbols, make, postorder
from symdl.expression.term import replace as put

Change = Callable[[Term], Term]


def numbers_of_steps(claim: Claim) -> set[Term]:
    """The names that have the value of a number, and entries in a claim: `b = a^2` is nothing that
    b_n is."""
    values = claim.scope.values
    nodes = (n for term in claim.terms for n in postorder(term) if n.op == "entry")
    return {n.args[0] for n in nodes if n.args[0] in values and values[n.args[0]].shape == ()}


def in_one_way(claim: Claim) -> tuple[Change, Change] | None:
    """Two changes of terms after which each number of a claim is one symbol: of the widest domain
    that it has in the claim or in what the claim uses, and of the one that it is written with;
    None where each is one already."""
    by_name: dict[str, list[Term]] = {}
    for term, own in _terms_of(narrowed(claim)):
        for symbol in free_symbols(term):
            if symbol.data.role in _NUMBERS and symbol.shape == () and symbol not in own:
                met = by_name.setdefault(symbol.data.name, [])
                if symbol not in met:
                    met.append(symbol)
    several = {name: met for name, met in by_name.items() if len(met) > 1 and _are_one(met)}
    if not several:
        return None
    wide = {s: _widest(name, met) for name, met in several.items() for s in met}
    written = {s: met[0] for met in several.values() for s in met}
    return _change(wide), _change(written)


_NUMBERS = frozenset({"scalar", "index"})


def of_other_kinds(claim: Claim) -> tuple[Term, ...]:
    """The hypotheses in force, and conditions, that have a letter of a claim as something of
    another kind, a vector for a number: they were said of another letter, or one is misread."""
    kinds = {s.data.name: s for side in claim.sides for s in free_symbols(side)}
    return tuple(
        hypothesis
        for hypothesis in (*claim.scope.hypotheses, *claim.conditions)
        if any(_is_other_kind(s, kinds.get(s.data.name, s)) for s in free_symbols(hypothesis))
    )


def _is_other_kind(symbol: Term, other: Term) -> bool:
    return symbol.shape != other.shape and () in (symbol.shape, other.shape)


def _are_one(met: list[Term]) -> bool:
    """Whether symbols of a name may be one: an index and a number are, where both count."""
    roles = {symbol.data.role for symbol in met}
    return len(roles) == 1 or all(symbol.data.domain.integer for symbol in met)


def _change(table: Mapping[Term, Term]) -> Change:
    return lambda term: put(term, table)


def _widest(name: str, met: list[Term]) -> Term:
    """The symbol for a name of which several are met."""
    domains = {symbol.data.domain for symbol in met}
    none_of_them = INTEGER if all(d.integer for d in domains) else REAL
    widest = next((d for d in domains if all(_holds(d, e) for e in domains)), none_of_them)
    role = "index" if any(symbol.data.role == "index" for symbol in met) else "scalar"
    return make("symbol", data=Symbol(name, role, domain=widest))


def _holds(wide: Domain, narrow: Domain) -> bool:
    """Whether an interval surely holds all of another."""
    if wide in (REAL, narrow):
        return True
    if wide.excluded or wide.integer != narrow.integer:
        return False
    return _ends_before(wide, narrow) and _ends_behind(wide, narrow)


def _ends_before(wide: Domain, narrow: Domain) -> bool:
    if wide.lower is None or narrow.lower is None:
        return wide.lower is None
    open_there = wide.lower_open and not narrow.lower_open
    return wide.lower < narrow.lower or (wide.lower == narrow.lower and not open_there)


def _ends_behind(wide: Domain, narrow: Domain) -> bool:
    if wide.upper is None or narrow.upper is None:
        return wide.upper is None
    open_there = wide.upper_open and not narrow.upper_open
    return wide.upper > narrow.upper or (wide.upper == narrow.upper and not open_there)


def _terms_of(claim: Claim) -> Iterator[tuple[Term, tuple[Term, ...]]]:
    """The terms of a claim and of what it uses, each with the parameters that are its own."""
    for term in (*claim.terms, *claim.before, *claim.scope.hypotheses):
        yield term, ()
    for name, value in claim.scope.values.items():
        yield name, ()
        yield value, ()
    for table in (claim.scope.functions, claim.scope.entries, claim.scope.recurrences):
        for definition in table.values():
            yield definition.body, definition.parameters
