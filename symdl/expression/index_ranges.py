r"""Entries that an index reaches and an array does not have: `\sum_{i=0}^{n} x_i` of n entries.

Entries may be counted from 1 or from 0, so that a range is told only where it fits neither way.
What is compared are sizes as polynomials: `n + 1` is beyond `n`, of `k` nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from symdl.expression.dimensions import added, dimension_of, multiplied, polynomial, without
from symdl.expression.misfits import show
from symdl.expression.term import Dim, Term, operations, size
from symdl.expression.vocabulary import CHOICES, OVER_INDEX

_OVER = OVER_INDEX | CHOICES
_GUARDS = frozenset({"indicator", "piecewise"})
LARGEST = 2_000
"""Nodes of a statement beyond which its ranges are not looked at."""

Range = tuple[Dim, Dim]


@dataclass(frozen=True, slots=True)
class Reach:
    """The places of one axis of an array that a statement speaks of, from first to last. written:
    an entry of it; beyond: how far the last is beyond the size; each None where nobody knows."""

    written: Term
    axis: int
    first: int | None
    last: Dim
    beyond: int | None

    @property
    def base(self) -> Term:
        """The array."""
        return self.written.args[0]

    @property
    def size(self) -> Dim:
        """The number of its entries along the axis."""
        return (self.base.shape or ())[self.axis]

    def fits(self, start: int) -> bool:
        """Whether all places are there where entries are counted from 0, or from 1."""
        low = self.first is None or self.first >= start
        return low and (self.beyond is None or self.beyond <= start - 1)

    @property
    def leaves(self) -> bool:
        """Whether some place is not there, however entries are counted."""
        return not (self.fits(0) or self.fits(1)) or self._is_other_axis

    @property
    def _is_other_axis(self) -> bool:
        """Whether the index runs to the size of another axis of the array."""
        others = [d for k, d in enumerate(self.base.shape or ()) if k != self.axis]
        mine = self.written.args[1 + self.axis]
        alone = mine.op == "symbol" and self.written.args.count(mine) == 1
        return alone and self.last in others and self.size not in (*others, self.last)

    def words(self) -> str:
        """What is told: the entry, where its index runs, the shape, the axis."""
        from symdl.expression.printer import plain

        name, low = plain(self.base), "" if self.first is None else f" from {self.first}"
        beside = f" (or 0 to {without(self.size, 1)})" if self.first in (0, None) else ""
        return (
            f"in {plain(self.written)} the index along axis {self.axis} runs{low} to {self.last}, "
            f"and {name} of shape {show(self.base.shape)} has there the entries 1 to {self.size}"
            f"{beside}"
        )


def reaches(*terms: Term) -> tuple[Reach, ...]:
    """What the statements of one line reach of each axis of the arrays in them, joined: the widest
    range that is said of it."""
    found: dict[tuple[Term, int], Reach] = {}
    if not any("entry" in operations(term) for term in terms) or sum(map(size, terms)) > LARGEST:
        return ()
    for reach in _each(terms):
        key = (reach.base, reach.axis)
        found[key] = _joined(found[key], reach) if key in found else reach
    return tuple(found.values())


def _joined(one: Reach, other: Reach) -> Reach:
    if one.leaves or other.leaves:
        return one if one.leaves else other
    highest = other if (other.beyond or 0) > (one.beyond or 0) or one.beyond is None else one
    lowest = other if one.first is None or (other.first or one.first) < one.first else one
    written = lowest.written if lowest.first == 0 else highest.written
    return replace(highest, written=written, first=lowest.first)


def _each(terms: tuple[Term, ...]) -> Iterator[Reach]:
    """What each entry with an index of a known range reaches."""
    conditions = [c for t in terms if t.op == "when" for c in t.args[1:]]
    start = _ranges_in((*terms, *conditions))
    stack: list[tuple[Term, Mapping[str, Range]]] = [(term, start) for term in terms]
    seen: set[tuple[Term, tuple[tuple[str, Range], ...]]] = set()
    while stack:
        node, ranges = stack.pop()
        key = (node, tuple(ranges.items()))
        if key in seen or node.op in _GUARDS:
            continue
        seen.add(key)
        if node.op in _OVER and node.data == "range":
            first, last = map(dimension_of, node.args[1:3])
            name = str(node.args[0].data.name)
            inside = {k: v for k, v in ranges.items() if k != name}
            if first is not None and last is not None:
                inside[name] = first, last
            stack.append((node.args[-1], inside))
            continue
        if node.op == "entry" and _is_array(node.args[0]):
            for axis, place in enumerate(node.args[1:]):
                yield from _reached(node, axis, place, ranges)
        stack.extend((argument, ranges) for argument in node.args)


def _is_array(base: Term) -> bool:
    return base.op == "symbol" and bool(base.shape) and base.data.role != "sequence"


def _ranges_in(terms: tuple[Term, ...]) -> dict[str, Range]:
    """The ranges that conditions give: `1 <= i <= n`, which `i = 1, \\dots, n` is read as."""
    found: dict[str, Range] = {}
    for term in terms:
        if term.op != "relation" or len(term.args) != 3 or term.args[1].op != "symbol":
            continue
        low, index, high = term.args
        first, last = dimension_of(low), dimension_of(high)
        if first is None or last is None or not {"<", "<="}.issuperset(term.data):
            continue
        first = added(first, 1) if term.data[0] == "<" else first
        found[str(index.data.name)] = first, without(last, 1) if term.data[1] == "<" else last
    return found


def _reached(entry: Term, axis: int, place: Term, ranges: Mapping[str, Range]) -> Iterator[Reach]:
    written, shape = dimension_of(place), entry.args[0].shape or ()
    if written is None or isinstance(written, int) or axis >= len(shape):
        return
    if not any(name in ranges for names in polynomial(written) for name in names):
        return
    first, last = _end(written, ranges, -1), _end(written, ranges, 1)
    if last is None:
        return
    beyond = without(last, shape[axis])
    yield Reach(
        entry,
        axis,
        first if isinstance(first, int) else None,
        last,
        beyond if isinstance(beyond, int) else None,
    )


MOST_NESTED = 6


def _end(place: Dim, ranges: Mapping[str, Range], sign: int) -> Dim | None:
    """The largest value (sign 1) or the smallest one of a sum of indices; None where unknown."""
    for _ in range(MOST_NESTED):
        terms = polynomial(place)
        inside = next((n for names in terms for n in names if n in ranges), None)
        if inside is None:
            return place
        c = terms.get((inside,))
        if c is None or any(inside in names and names != (inside,) for names in terms):
            return None
        end = ranges[inside][1 if c * sign > 0 else 0]
        place = added(without(place, multiplied(c, inside)), multiplied(c, end))
    return None
