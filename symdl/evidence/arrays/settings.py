"""Which sizes and indices a claim has, and the small instances of it that are tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import ceil, floor

from symdl.derivation.written_out import inferred_sizes
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.hypotheses import domain_under
from symdl.evidence.exact import exact
from symdl.evidence.reached import definitions_used, free_in_definitions, reachable
from symdl.expression.dimensions import names_along, names_in, value_at
from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.scope import Definition, Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import BINDERS, Term, free_symbols, number, postorder

Values = list[int] | tuple[int, ...] | str
"""What a free index runs through: its values, steps of a sequence (a tuple), or a size."""
PATTERNS: tuple[tuple[int, ...], ...] = ((2, 3, 4, 5), (3, 2, 2, 4), (1, 3, 2, 2))
STEPS = (1, 2, 3)
"""Values tried for a free time step."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One concrete instance: sizes by name and a number for every free index."""

    sizes: Mapping[str, int]
    indices: Mapping[Term, Term]

    def words(self) -> str:
        """`n = 2, i = 1`."""
        parts = [f"{name} = {size}" for name, size in self.sizes.items()]
        parts += [f"{plain(i)} = {n.data.text}" for i, n in self.indices.items()]
        return ", ".join(parts)


def size_names(claim: Claim) -> list[str]:
    """The symbolic sizes a claim depends on: dimensions of its arrays, ends of its sums."""
    found: dict[str, None] = {}
    valued = {s.data.name for s in claim.scope.values if s.op == "symbol"}
    valued |= inferred_sizes(claim.scope).keys()
    inner = _only_bound(claim)
    first = {s for low, _ in _ends(claim) for s in free_symbols(low)} - inner
    first -= free_indices(claim).keys() if first else set()
    for node in reachable(claim):
        if node.op in ("symbol", "ones", "identity"):
            found |= dict.fromkeys(names_along(node.shape or ()))
        if node.op in BINDERS and node.data == "range" and node.op != "integral":
            last = free_symbols(node.args[2]) - inner
            for symbol in (*last, *sorted(first & free_symbols(node.args[1]) - last, key=repr)):
                if symbol.data.shape == ():
                    found[symbol.data.name] = None
    return [name for name in found if name not in valued]


def _ends(claim: Claim) -> list[tuple[Term, Term]]:
    r"""Both ends of the sums of which both are named by letters: `\sum_{i=m}^n`."""
    sums = (n for n in reachable(claim) if n.op in BINDERS and n.data == "range")
    found = ((n.args[1], n.args[2]) for n in sums if n.op != "integral")
    return [ends for ends in found if all(map(free_symbols, ends))]


def _only_bound(claim: Claim) -> Set[Term]:
    r"""The indices of binders that are free nowhere: the k of `\sum_k \sum_{j=1}^k` is no size."""
    sides = claim.terms
    free = set[Term]().union(*map(free_symbols, (*sides, *definitions_used(claim))))
    return {node.args[0] for node in reachable(claim) if node.op in BINDERS} - free


def free_indices(claim: Claim) -> dict[Term, Values]:
    """Free symbols used as indices, with the values they may take (or the name of the size)."""
    found: dict[Term, Values] = {}
    sides = list(claim.sides)
    free = set().union(*(free_symbols(t) for t in sides))
    open_ = open_indices(claim)
    if open_:
        own = {s.data.name: s for s in free}
        named = {s.data.name: own.get(s.data.name, s) for s in open_}
        free |= set(named.values())
        sides += [_renamed(body, named) for body in definitions_used(claim)]
    sides += [t for side in sides for t in _bodies(side, claim.scope)]
    for side in sides:
        for node in postorder(side):
            if node.op != "entry":
                continue
            base = node.args[0]
            for axis, index in enumerate(node.args[1:]):
                for symbol in free_symbols(index) & free:
                    if symbol not in claim.scope.values:
                        values = _range_of(base, axis, claim)
                        if values is STEPS:
                            values = _steps(symbol.data.domain)
                        if values is not None:
                            found.setdefault(symbol, values)
    found |= _mates(sides, free - found.keys() - claim.scope.values.keys(), found)
    if found:  # the n of `x_n` is the size of x, and no index, where x has n entries
        shapes = (n.data.shape or () for n in reachable(claim) if n.op == "symbol")
        sizes = names_in(dim for shape in shapes for dim in shape)
        found = {s: values for s, values in found.items() if s.data.name not in sizes}
    return found


def open_indices(claim: Claim) -> Set[Term]:
    """The indices of entries in the definitions of a claim that are no parameters of these: the k
    of `L = -\\log p_k`, which is one free index of all that is said."""
    scope = claim.scope
    if not (scope.values or scope.functions or scope.entries or scope.recurrences):
        return frozenset()
    free = free_in_definitions(claim) - scope.values.keys()
    bodies = definitions_used(claim)
    entries = {n for body in bodies for n in postorder(body) if n.op == "entry"}
    families = {n.args[0] for n in entries}  # the t of `E_{t_i}` is no index
    places = {i for n in entries for i in n.args[1:] if all(p.op in _SHIFTS for p in postorder(i))}
    found = {s for i in places for s in free_symbols(i) & free}
    return {s for s in found - families if s.shape == ()}


_SHIFTS = frozenset({"symbol", "number", "add", "neg", "mul"})
"""What an index is made of: the k of `\\eta_{1/k}` is none."""


def _renamed(body: Term, named: Mapping[str, Term]) -> Term:
    """A term with the letters of the claim for those of the same names."""
    other = {s: named[s.data.name] for s in free_symbols(body) if s.data.name in named}
    other = {s: t for s, t in other.items() if s is not t and s.shape == ()}
    return substitute(body, other) if other else body


def at_setting(claim: Claim, setting: Setting) -> Claim:
    """The claim in whose definitions, and given entries (`k_m = 1`), the letters of its indices
    have their values of a setting."""
    claim = replace(claim, scope=replace(claim.scope, values=_given_at(claim.scope, setting)))
    named = {i.data.name: value for i, value in setting.indices.items() if i.op == "symbol"}
    open_ = {s.data.name for s in free_in_definitions(claim)} & named.keys() if named else set()
    if not open_:
        return claim
    table = {name: named[name] for name in open_}

    def within(found: Mapping[str, Definition]) -> dict[str, Definition]:
        return {k: replace(d, body=_at(d.body, d.parameters, table)) for k, d in found.items()}

    scope = replace(
        claim.scope,
        values={name: _at(value, (), table) for name, value in claim.scope.values.items()},
        functions=within(claim.scope.functions),
        entries=within(claim.scope.entries),
        recurrences=within(claim.scope.recurrences),
    )
    return replace(claim, scope=scope)


def _given_at(scope: Scope, setting: Setting) -> Mapping[Term, Term]:
    """What is given, of entries at the places that their indices are in a setting."""
    moved = {name: substitute(name, setting.indices) for name in scope.values if name.op == "entry"}
    if all(name is place for name, place in moved.items()):
        return scope.values
    return {moved.get(name, name): value for name, value in scope.values.items()}


def _gives_two(scope: Scope, setting: Setting) -> bool:
    """Whether entries that have different values (`k_n = 0`, `k_m = 1`) are one in a setting."""
    found: dict[Term, Term] = {}
    for name, value in scope.values.items():
        if (
            name.op == "entry"
            and found.setdefault(substitute(name, setting.indices), value) != value
        ):
            return True
    return False


def _at(body: Term, parameters: Iterable[Term], table: Mapping[str, Term]) -> Term:
    """A definition with numbers for its letters of some names that are no parameters."""
    own = {s.data.name for p in parameters for s in free_symbols(p)}
    letters = (s for s in free_symbols(body) if s.shape == () and s.data.name not in own)
    inside = {s: table[s.data.name] for s in letters if s.data.name in table}
    return substitute(body, inside) if inside else body


def _mates(sides: list[Term], free: Set[Term], known: Mapping[Term, Values]) -> dict[Term, Values]:
    r"""The range of i in `\delta_{ij}`, or in another i = j, is that of j, of a sum or an entry."""
    ranges, pairs = dict(known), list[tuple[Term, Term]]()
    for side in sides:
        for node in postorder(side):
            if node.op in BINDERS and node.data == "range" and node.args[1] is number(1):
                upper = node.args[2]
                if upper.op == "symbol":
                    ranges.setdefault(node.args[0], str(upper.data.name))
                elif upper.op == "number":
                    ranges.setdefault(node.args[0], list(range(1, int(upper.data.value) + 1)))
            elif node.op == "relation" and node.data == ("=",):
                one, other = node.args
                pairs += [(one, other), (other, one)]
    found: dict[Term, Values] = {}
    for one, other in 2 * pairs:
        if one in free and other in ranges:
            found.setdefault(one, ranges[other])
            ranges.setdefault(one, ranges[other])
    return found


def _steps(domain: Domain) -> tuple[int, ...]:
    """The first steps of a domain (`t: integer >= 0` begins with 0)."""
    if domain.lower is None:
        return STEPS
    first = floor(domain.lower) + (1 if not domain.contains(Fraction(floor(domain.lower))) else 0)
    return tuple(first + k for k in range(len(STEPS)))


def _bodies(side: Term, scope: Scope) -> Iterator[Term]:
    """What the defined entries in a term (`p_i`) stand for, with its own indices."""
    for node in postorder(side):
        if node.op == "entry" and node.args[0].op == "symbol":
            found = scope.entries.get(node.args[0].data.name)
            if found is not None and len(found.parameters) == len(node.args) - 1:
                table = dict(zip(found.parameters, node.args[1:], strict=True))
                yield substitute(found.body, table)


def _range_of(base: Term, axis: int, claim: Claim) -> Values | None:
    name = base.data.name if base.op == "symbol" else ""
    if name in claim.scope.recurrences or (base.op == "symbol" and base.data.role == "sequence"):
        return STEPS if name in claim.scope.recurrences else None
    shape = base.shape
    value = claim.scope.values.get(base)
    if not shape and value is not None:
        shape = value.shape
    if not shape or axis >= len(shape):
        return None
    size = shape[axis]
    return size if isinstance(size, str) else list(range(1, size + 1))


def settings(
    claim: Claim,
    names: list[str],
    indices: Mapping[Term, Values],
    patterns: tuple[tuple[int, ...], ...] = PATTERNS,
) -> Iterator[Setting]:
    """The instances of a claim at the sizes of some patterns, for all values of its indices."""
    patterns = patterns if names else patterns[:1]
    known, ends = inferred_sizes(claim.scope), _ends(claim)
    for pattern in patterns:
        sizes = {n: _allowed(claim, n, pattern[i % len(pattern)]) for i, n in enumerate(names)}
        if any(_denied(claim, n, size) for n, size in sizes.items()):
            continue
        ranges = []
        for values in indices.values():
            size = (value_at(values, {**known, **sizes}) or 0) if isinstance(values, str) else 0
            ranges.append(range(1, size + 1) if isinstance(values, str) else values)
        for place in product(*ranges):
            numbers = (number(i) for i in place)
            setting = Setting(sizes, dict(zip(indices, numbers, strict=True)))
            empty = any(_is_empty(low, high, setting) for low, high in ends)
            if not empty and not _gives_two(claim.scope, setting):
                yield setting


def _is_empty(low: Term, high: Term, setting: Setting) -> bool:
    r"""Whether a sum ends before it begins. What is said of `\sum_{i=m}^n` is said of an n that is
    not before m, though nobody says so."""
    values = {i.data.name: Fraction(n.data.value) for i, n in setting.indices.items()}
    values |= {name: Fraction(size) for name, size in setting.sizes.items()}
    letters = free_symbols(low) | free_symbols(high)
    point = {s: values[s.data.name] for s in letters if s.data.name in values}
    first, last = exact(low, point), exact(high, point)
    return first is not None and last is not None and last < first


def _allowed(claim: Claim, name: str, size: int) -> int:
    """The size, moved up to where the declaration of its name (`n: integer >= 2`) begins."""
    declared = claim.scope.symbols.get(name)
    low = None if declared is None else declared.domain.lower
    if low is not None and low > 1:
        return size + ceil(low) - 1
    return size + _start(claim, name) - 1


def _denied(claim: Claim, name: str, size: int) -> bool:
    """Whether a size is no value of its name: an r in (0, 1) at the end of a sum."""
    declared = claim.scope.symbols.get(name)
    return declared is not None and not declared.domain.contains(Fraction(size))


def _start(claim: Claim, name: str) -> int:
    """The first value that a size can have: 1, or 0 for the end of a sum that may be empty."""
    found = 1
    for node in reachable(claim):
        if node.op != "symbol":
            continue
        if name in (node.data.shape or ()):
            return 1
        if node.data.name == name and node.data.shape == ():
            low = domain_under(node, claim.conditions).lower
            found = found if low is None else min(found, max(ceil(low), 0))
    return found
