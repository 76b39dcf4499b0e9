"""Labelled values of index notation: what they are, and which Terms need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from symdl.code.normal import addends, sum_of
from symdl.code.shift import LOG_TOTAL
from symdl.expression.dimensions import is_written, names_along, names_in, polynomial, without
from symdl.expression.shapes import ARRAY_OPERATIONS
from symdl.expression.size_terms import as_term
from symdl.expression.term import (
    BINDERS,
    Dim,
    Symbol,
    Term,
    every_part,
    free_symbols,
    make,
    number,
    replace,
)

AXES = "axes"
"""An array by its entry: the entry, an index for each axis, and then the size of each."""
REDUCTIONS = {"sum": "sum", "product": "prod", "max_over": "max", "min_over": "min"}


@dataclass(frozen=True, slots=True)
class Axes:
    """A Term of array operations, the labels of its first axes, and how many follow."""

    term: Term
    labels: tuple[Term, ...] = ()
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Range:
    """The values of an index; both ends None for the whole axis."""

    lower: Term | None = None
    upper: Term | None = None


def needs_arrays(outputs: Sequence[Term]) -> bool:
    """Whether any output is more than elementwise arithmetic, or speaks of a size."""
    parts = every_part(outputs)
    return _speak_of_sizes(parts) or any(
        n.op in BINDERS or n.op in ("entry", LOG_TOTAL, AXES) or n.op in ARRAY_OPERATIONS
        for n in parts
    )


def indices_of(terms: Sequence[Term]) -> tuple[Term, ...]:
    """The free symbols that stand as an index of an entry, in order of appearance."""
    found: dict[Term, None] = {}
    for node in every_part(terms):
        if node.op in ("entry", AXES):
            for i in node.args[1 : 1 + len(node.args) // 2 if node.op == AXES else None]:
                if i.op == "symbol":
                    found[i] = None
    if not found:
        return ()
    free = frozenset().union(*map(free_symbols, terms))
    return tuple(i for i in found if i in free)


def inferred(term: Term) -> frozenset[Term]:
    """The free symbols that need no argument: indices, which become axes of the result, and
    named dimensions of an array (`n` of a vector of n entries), which are read off it."""
    free = free_symbols(term)
    sizes = extents(s for s in free if s.data.shape)
    named = {s for s in free if s.data.name in sizes and s.data.shape == ()}
    return frozenset(indices_of((term,))) | named


def extents(parameters: Iterable[Term]) -> dict[Dim, Term]:
    """The sizes that can be read off arrays: n of a vector of n entries, and of one of n + m
    entries where m is known."""
    found: dict[Dim, Term] = {
        size: make("extent", bare(p), data=axis)
        for p in reversed(tuple(parameters))
        for axis, size in enumerate(p.shape or ())
        if isinstance(size, str)
    }
    for size, whole in list(found.items()):
        unknown = [name for name in names_along((size,)) if name not in found]
        summands = polynomial(size)
        if len(unknown) != 1 or summands.get((unknown[0],)) != 1:
            continue
        rest = size_of(without(size, unknown[0]), found)
        if rest is not None:
            found[unknown[0]] = make("add", whole, make("neg", rest))
    return found


def size_of(size: Dim, known: Mapping[Dim, Term]) -> Term | None:
    """A size as a Term of the sizes that are known; None where one is not."""
    if isinstance(size, int):
        return number(size)
    if size in known or not is_written(size):
        return known.get(size)
    if not names_in((size,)) <= known.keys():
        return None
    names = {s: known[s.data.name] for s in free_symbols(as_term(size))}
    return replace(as_term(size), names)


def _speak_of_sizes(parts: Iterable[Term]) -> bool:
    symbols = [n for n in parts if n.op == "symbol"]
    sizes = names_in(d for s in symbols for d in s.data.shape or ())
    return bool(sizes) and any(s.shape == () and s.data.name in sizes for s in symbols)


def bare(symbol: Term) -> Term:
    """A symbol without its shape: whole-array operations are not typed by dimensions."""
    data = symbol.data
    if data.shape == ():
        return symbol
    return make("symbol", data=Symbol(data.name, data.role, None, data.domain))


def plus_one(term: Term) -> Term:
    """n for n - 1."""
    return sum_of(addends(term + 1))


def from_zero(index: Term) -> Term:
    """An index counted from 1 as one counted from 0."""
    return sum_of(addends(index - 1))
