r"""What is said of every entry: the `p_i > 0` of a claim about `\sum_i p_i \log p_i`.

Where the claim binds the index, the condition is one on all entries: the array has entries of such
a domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import bounded, domain_under, is_empty, is_interval
from symdl.evidence.conditions.stated import with_hypotheses
from symdl.expression.dimensions import dimension_of
from symdl.expression.domain import REAL
from symdl.expression.fitting import fitted_scope
from symdl.expression.homes import entry_domain
from symdl.expression.printer import plain
from symdl.expression.term import (
    Term,
    free_symbols,
    make,
    number,
    operations,
    postorder,
    symbol,
)
from symdl.expression.term import replace as put


def with_entry_domains(claim: Claim) -> Claim:
    """The claim with the conditions on all entries of an array in the array's domain."""
    sides = claim.sides
    free = {s for side in sides for s in free_symbols(side)}
    table: dict[Term, Term] = {}
    met: set[Term] = set()
    for condition in claim.conditions:
        if (living := _living(condition)) is not None and living[0] not in claim.scope.values:
            table[living[0]] = living[1]
            met.add(condition)
            continue
        general = condition.data == ("in",) and condition in claim.scope.hypotheses
        array = _array_of(condition, set() if general else free)
        if array is None or array in claim.scope.values:
            continue
        narrow = _narrowed(table.get(array, array), array, condition)
        if narrow is not None:
            table[array] = narrow
            if condition.data != ("in",):
                met.add(condition)  # what lists the values stays, to be told
    for array in {a for side in sides for a in _under_logarithms(side)}:
        known = table.get(array, array)
        above = bounded(known.data.domain, ">", Fraction(0))
        if above != known.data.domain and not is_empty(above) and array not in claim.scope.values:
            table[array] = make("symbol", data=replace(array.data, domain=above))
    if not table:
        return claim
    left, *others = (put(side, table) for side in sides)
    conditions = tuple(put(c, table) for c in claim.conditions if c not in met)
    scope = fitted_scope(claim.scope, table)
    right = others[0] if others else None
    return replace(claim, left=left, right=right, conditions=conditions, scope=scope)


def _living(condition: Term) -> tuple[Term, Term] | None:
    r"""The array of which a condition says where all entries lie (`x \\in \\{0, 1\\}^n`), and the
    array with that domain."""
    if condition.op != "relation" or condition.data != ("in",) or condition.args[1].op != "space":
        return None
    array, home = condition.args
    domain = entry_domain(home.data)
    sizes = tuple(map(dimension_of, home.args))
    if array.op != "symbol" or array.data.domain != REAL or domain is None or sizes != array.shape:
        return None
    return array, make("symbol", data=replace(array.data, domain=domain))


def with_positive_shares(claim: Claim) -> tuple[Claim, str] | None:
    """The claim with positive entries for undeclared arrays that are said to have the sum 1, and
    what is supposed then; None where there are none."""
    table = {}
    for condition in with_hypotheses(claim).conditions:
        total = condition.args[0] if condition.op == "relation" else condition
        if condition.data != ("=",) or total.op != "sum" or condition.args[1] is not number(1):
            continue
        entry = total.args[-1]
        array = entry.args[0] if entry.op == "entry" else entry
        if array.op == "symbol" and array.shape and not claim.scope.declares(array.data.name):
            above = bounded(array.data.domain, ">", Fraction(0))
            table[array] = make("symbol", data=replace(array.data, domain=above))
    if not table:
        return None
    left, right, *conditions = (put(term, table) for term in claim.terms)
    hypotheses = tuple(put(h, table) for h in claim.scope.hypotheses)
    scope = replace(fitted_scope(claim.scope, table), hypotheses=hypotheses)
    words = " and ".join(sorted(f"{plain(array)}_i > 0" for array in table))
    return replace(claim, left=left, right=right, conditions=tuple(conditions), scope=scope), words


_LOGARITHMS = frozenset({"log", "sum"})


def _under_logarithms(side: Term) -> Iterator[Term]:
    r"""Arrays of which every entry has a logarithm, or nothing is said: p of `\sum_i \log p_i`."""
    if not operations(side).issuperset(_LOGARITHMS):
        return
    for node in postorder(side):
        if node.op != "sum" or not _is_whole(node):
            continue
        for inner in postorder(node.args[-1]):
            entry = inner.args[0] if inner.op == "log" else inner
            if entry.op == "entry" and inner.op == "log" and entry.args[1:] == node.args[:1]:
                array = entry.args[0]
                if array.op == "symbol" and _has_size(array, node):
                    yield array


def _is_whole(node: Term) -> bool:
    """Whether a sum says nothing by cases."""
    return all(n.op not in ("piecewise", "indicator") for n in postorder(node.args[-1]))


def _has_size(array: Term, node: Term) -> bool:
    """Whether a sum goes over all entries of a vector."""
    if node.data == "all":
        return True
    if node.data != "range" or node.args[1] is not number(1) or len(array.shape or ()) != 1:
        return False
    last, (size,) = node.args[2], array.shape or ()
    return dimension_of(last) == size


def _array_of(condition: Term, free: set[Term]) -> Term | None:
    """The array of which a condition speaks entry by entry, by indices that are bound."""
    if condition.op != "relation":
        return None
    entries = {side for side in condition.args if free_symbols(side)}
    entry = next(iter(entries)) if len(entries) == 1 else None
    if entry is None or entry.op != "entry" or entry.args[0].op != "symbol":
        return None
    indices = entry.args[1:]
    bound = all(index.op == "symbol" and index not in free for index in indices)
    return entry.args[0] if bound and len(set(indices)) == len(indices) else None


def _narrowed(known: Term, array: Term, condition: Term) -> Term | None:
    """The array with the domain that a condition leaves; None where it says something else."""
    place = symbol("u", domain=known.data.domain)
    entry = next(side for side in condition.args if free_symbols(side))
    said = put(condition, {entry: place})
    found = domain_under(place, [said])
    if is_empty(found) or not is_interval(said, place):
        return None
    return make("symbol", data=replace(array.data, domain=found))
