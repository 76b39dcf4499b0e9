"""Indices that mean one range only, and what an index is made of: `2i + k - 1` is affine."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from symdl.code.axes import REDUCTIONS, Range
from symdl.code.normal import addends, factors, product_of, sum_of
from symdl.code.shift import LOG_TOTAL
from symdl.document.errors import CodeError
from symdl.expression.term import (
    BINDERS,
    Symbol,
    Term,
    every_part,
    free_symbols,
    make,
    replace,
)

PLACED = "placed"
"""An array of zeros with values at places: args the value, an index for each axis (data says how
many), and then for each label in these its name, first and last value."""
SHIFTED = "shifted"
"""A value at other places, 0 outside of its range: args the value, and for each label that is moved
its name, first and last value, the place (from 0) that it is taken at, and the gap between
entries."""
_BOUND = (*REDUCTIONS, LOG_TOTAL)
_IN_MOVE = 5


def with_own_indices(
    roots: Sequence[Term],
) -> tuple[tuple[Term, ...], dict[Term, Range]]:
    """The terms with bound indices named by their range, so that a name means one range only, and
    these ranges. Raises CodeError for a sum up to the index of another sum."""
    done: dict[Term, Term] = {}
    names: dict[tuple[Term, ...], Term] = {}
    ranges: dict[Term, Range] = {}
    parts = every_part(roots)
    bound = {n.args[0] for n in parts if n.op in _BOUND}
    prefix = _prefix(parts)

    def fresh(index: Term, ends: tuple[Term, ...]) -> Term:
        if any(bound & set(free_symbols(end)) for end in ends):
            raise CodeError(
                "no array code for a sum up to the index of another sum",
                hint="write it with an indicator: \\sum_{j=1}^n x_j \\mathbb{1}[j \\le i]",
            )
        name = make("symbol", data=Symbol(f"{prefix} {len(names)}", "index", ()))
        found = names.setdefault((index, *ends), name)
        ranges[found] = Range(*ends) if ends else Range()
        return found

    for node in parts:
        args = _with_own(node, tuple(done[a] for a in node.args), fresh)
        done[node] = make(node.op, *args, data=node.data)
    return tuple(done[root] for root in roots), ranges


def _with_own(
    node: Term, args: tuple[Term, ...], fresh: Callable[[Term, tuple[Term, ...]], Term]
) -> tuple[Term, ...]:
    """The arguments of a node, with the indices that it binds named by `fresh`."""
    if node.op in _BOUND and node.data in ("range", "all"):
        index, body, ends = args[0], args[-1], args[1:-1]
        own = fresh(index, ends)
        return own, *ends, replace(body, {index: own})
    if node.op == PLACED:
        table = _named_anew(args[1 + node.data :], 3, fresh)
        return tuple(replace(a, table) for a in args)
    if node.op == SHIFTED:
        table = _named_anew(args[1:], _IN_MOVE, fresh)
        return replace(args[0], table), *(table.get(a, a) for a in args[1:])
    return args


def _named_anew(
    told: tuple[Term, ...], step: int, fresh: Callable[[Term, tuple[Term, ...]], Term]
) -> dict[Term, Term]:
    """New names of the indices that stand at each step, in front of their ends."""
    return {told[k]: fresh(told[k], told[k + 1 : k + 3]) for k in range(0, len(told), step)}


def outside_of_indices(root: Term) -> set[Term]:
    """The symbols of a term that stand somewhere else than in the index of an entry."""
    return _symbols_without((root,), lambda entry: entry.args[:1])


def outside_of_entries(roots: Sequence[Term]) -> set[Term]:
    """The symbols of terms that stand somewhere else than in an entry."""
    return _symbols_without(roots, lambda entry: ())


def _symbols_without(
    roots: Sequence[Term], seen_of: Callable[[Term], tuple[Term, ...]]
) -> set[Term]:
    found: set[Term] = set()
    waiting, seen = list(roots), set(roots)
    while waiting:
        node = waiting.pop()
        if node.op == "symbol":
            found.add(node)
        own = node.args[1:] if node.op in BINDERS else node.args
        for inner in seen_of(node) if node.op == "entry" else own:
            if inner not in seen:
                seen.add(inner)
                waiting.append(inner)
    return found


def in_order_of_axes(roots: Sequence[Term], labels: Sequence[Term]) -> tuple[Term, ...]:
    """Indices in the order in which they stand at entries, so that arrays stay as they are; where
    entries differ the first counts."""
    later: dict[Term, set[Term]] = {label: set() for label in labels}
    for node in every_part(roots):
        if node.op == "entry" or node.op == PLACED:
            count = None if node.op == "entry" else 1 + node.data
            own = [i for i in node.args[1:count] if i in later]
            for before, after in pairwise(own):
                if before is not after and before not in _reached(later, after):
                    later[before].add(after)
    found: dict[Term, None] = {}
    waiting = list(labels)
    while waiting:
        free = next(s for s in waiting if not any(s in later[o] for o in waiting))
        waiting.remove(free)
        found[free] = None
    return tuple(found)


def _reached(later: Mapping[Term, set[Term]], start: Term) -> set[Term]:
    found, waiting = {start}, [start]
    while waiting:
        fresh = later[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return found


def _prefix(parts: Sequence[Term]) -> str:
    """What no name begins with: terms may have been renamed before."""
    taken = {n.data.name.partition(" ")[0] for n in parts if n.op == "symbol"}
    prefix = "index"
    while prefix in taken:
        prefix += "'"
    return prefix


def moves(node: Term) -> list[tuple[Term, Term, Term, Term, Term]]:
    """Label, first and last value, place and gap of each move of a shifted value."""
    listed = node.args[1:]
    return [
        (listed[k], listed[k + 1], listed[k + 2], listed[k + 3], listed[k + 4])
        for k in range(0, len(listed), _IN_MOVE)
    ]


@dataclass(frozen=True, slots=True)
class Affine:
    """An index as a sum: what does not move, and how often each label counts."""

    fixed: Term
    steps: Mapping[Term, Term]


def affine(index: Term, labels: Container[Term]) -> Affine | None:
    """An index as multiples of labels and a rest; None where it is none."""
    fixed: list[tuple[Fraction, Term]] = []
    steps: dict[Term, Term] = {}
    for coefficient, part in addends(index):
        _, powers = factors(part)
        own = [b for b, _ in powers if b in labels]
        rest = tuple((b, e) for b, e in powers if b not in labels)
        if any(s in labels for b, _ in rest for s in free_symbols(b)):
            return None
        if not own:
            fixed.append((coefficient, part))
            continue
        whole = coefficient.denominator == 1 and all(
            b.op == "symbol" and e > 0 and e.denominator == 1 for b, e in rest
        )
        if len(own) > 1 or dict(powers)[own[0]] != 1 or not whole or own[0] in steps:
            return None
        steps[own[0]] = product_of(coefficient, rest)
    return Affine(sum_of(fixed), steps)


def is_one_to_one(found: Sequence[Affine]) -> bool:
    """Whether places told by several indices differ where labels do: one index after the other has
    one label that those before it do not settle."""
    settled: set[Term] = set()
    waiting = [set(f.steps) for f in found]
    while any(open_ := [w - settled for w in waiting if w - settled]):
        single = [w for w in open_ if len(w) == 1]
        if not single:
            return False
        settled |= single[0]
    return True
