"""Axes that are put together: of n + m entries behind each other, of m n pairs.

A concatenation has an axis of n + m entries, a Kronecker product or a vec one of m n. An index of
such an axis is split where it is bound or compared: it is i of the first n or n + i of the others,
or (i - 1) n + j for the pair i, j. What was written by cases is then plain, and what asked for the
first or second of a pair (`digit`) has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from symdl.derivation.index.form import Space
from symdl.derivation.index.lowered import NotLowered
from symdl.derivation.index.nouns import Form, Index
from symdl.derivation.index.renaming import as_index
from symdl.derivation.index.switches import index_value
from symdl.expression.dimensions import added, multiplied, polynomial, without
from symdl.expression.term import Dim

MOST_SPLITS = 16


@dataclass(frozen=True, slots=True)
class Split:
    """How an axis is made of others: `pairs` of their indices, or one behind the other."""

    parts: tuple[Dim, ...]
    pairs: bool


class Unsplit(NotLowered):
    """A size is to be split that was not known to be: to be lowered again with all of `splits`."""

    def __init__(self, splits: dict[Dim, Split]) -> None:
        super().__init__("an axis that is put together")
        self.splits = splits


def behind(space: Space, parts: Sequence[Dim]) -> None:
    """Axes of these sizes stand behind each other. Raises Unsplit where that is new."""
    whole = added(*parts)
    flat = [q for p in parts for q in _flat(space, p, pairs=False)]
    known = space.splits.get(whole)
    if known is None:
        _note(space, whole, Split(tuple(flat), False))
    elif not known.pairs:
        finer = _finer(known.parts, flat)
        if finer is not None and finer != known.parts:
            _note(space, whole, Split(finer, False))


def paired(space: Space, parts: Sequence[Dim]) -> None:
    """An axis runs through the pairs of two others. Raises Unsplit where that is new."""
    whole = multiplied(*parts)
    if whole not in space.splits:
        flat = [q for p in parts for q in _flat(space, p, pairs=True)]
        _note(space, whole, Split(tuple(flat), True))


def _flat(space: Space, size: Dim, pairs: bool) -> tuple[Dim, ...]:
    found = space.splits.get(size)
    return found.parts if found is not None and found.pairs == pairs else (size,)


def _note(space: Space, whole: Dim, split: Split) -> None:
    if len(space.splits) < MOST_SPLITS:
        raise Unsplit({**space.splits, whole: split})


def _finer(left: Sequence[Dim], right: Sequence[Dim]) -> tuple[Dim, ...] | None:
    """Both cuts of an axis in one; None where it is not certain which comes first."""
    found: list[Dim] = []
    a, b = list(left), list(right)
    while a and b:
        if a[0] == b[0]:
            found.append(a.pop(0))
            b.pop(0)
            continue
        more = polynomial(without(a[0], b[0])).values()
        if all(c >= 0 for c in more):
            found.append(b[0])
            a[0] = without(a[0], b.pop(0))
        elif all(c <= 0 for c in more):
            found.append(a[0])
            b[0] = without(b[0], a.pop(0))
        else:
            return None
    return tuple(found)


def places(space: Space, size: Dim) -> Iterator[tuple[tuple[Index, ...], Form]]:
    """The ways to be a place along an axis: new indices, and the place that they make."""
    split = space.splits.get(size)
    if split is None:
        index = space.index("b", size)
        yield (index,), index_value(space, index)
    elif split.pairs:
        alternatives = [list(places(space, part)) for part in split.parts]
        for chosen in product(*alternatives):
            digits = tuple(form for _, form in chosen)
            yield tuple(i for indices, _ in chosen for i in indices), _joined(space, split, digits)
    else:
        before = space.number(0)
        for part in split.parts:
            for indices, form in places(space, part):
                yield indices, space.add(before, form)
            before = space.add(before, space.dimension(part))


def _joined(space: Space, split: Split, digits: tuple[Form, ...]) -> Form:
    """The place of a pair; it is remembered of which one."""
    value = digits[0]
    for size, digit in zip(split.parts[1:], digits[1:], strict=True):
        lower = space.subtract(value, space.number(1))
        value = space.add(space.multiply(lower, space.dimension(size)), digit)
    space.pairs[value] = (split.parts, digits)
    return value


def pair(space: Space, sizes: tuple[Dim, Dim], digits: tuple[Form, Form]) -> Form:
    """The place of a pair of indices along an axis of pairs."""
    known = space.splits.get(multiplied(*sizes))
    if known is not None and known.parts == sizes:
        return _joined(space, known, digits)
    lower = space.subtract(digits[0], space.number(1))
    return space.add(space.multiply(lower, space.dimension(sizes[1])), digits[1])


def alternatives(space: Space, index: Index) -> Iterator[tuple[tuple[Index, ...], object]]:
    """The ways in which an index of a split axis is made of others, as what it is replaced by."""
    assert index.dim is not None
    for indices, form in places(space, index.dim):
        yield indices, as_index(form) or form


def digit(space: Space, head: tuple[tuple[Dim, ...], int], slot: Index | Form) -> Form:
    """The index of a pair that a place is made of: that of the part `head[1]` of these sizes."""
    form = index_value(space, slot)
    known = space.pairs.get(form)
    if known is not None:
        found = _of_parts(space, head, *known)
        if found is not None:
            return found
    return space.of(space.factor("digit", head, (as_index(form) or form,)))


def _of_parts(
    space: Space,
    head: tuple[tuple[Dim, ...], int],
    sizes: tuple[Dim, ...],
    digits: tuple[Form, ...],
) -> Form | None:
    """One or several of the digits that are known, put together as `head` groups them."""
    wanted, place = head
    start = 0
    for number, size in enumerate(wanted):
        end = start + 1
        while end < len(sizes) and multiplied(*sizes[start:end]) != size:
            end += 1
        if multiplied(*sizes[start:end]) != size:
            return None
        if number == place:
            if end - start == 1:
                return digits[start]
            return _joined(space, Split(sizes[start:end], True), digits[start:end])
        start = end
    return None
