"""Lowering of arrays that are put together: concatenation, Kronecker products, vec, and parts."""

from __future__ import annotations

from typing import Any

from symdl.derivation.index import switches
from symdl.derivation.index.lowered import Array, Env, Frozen, NotLowered, Work
from symdl.derivation.index.lowering import RULES, Lowering
from symdl.derivation.index.nouns import Form, Index
from symdl.derivation.index.renaming import as_index
from symdl.derivation.index.splits import behind, digit, pair, paired
from symdl.expression.term import Dim, Term


def _concat(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    """Entry i of n + m is entry i of the first where i <= n, else entry i - n of the second."""
    arrays = yield from low.all(node.args, env, frozen)
    axis = -1 if node.data is None else node.data
    if node.shape is None or any(len(a.shape) < -axis for a in arrays):
        raise NotLowered("a concatenation of arrays of unknown size")
    space = low.space
    behind(space, [a.shape[axis] for a in arrays])
    slots = low.fresh(node.shape)
    at = switches.index_value(space, _along(slots[axis]))
    total, before = space.number(0), space.number(0)
    for array in arrays:
        after = space.add(before, space.dimension(array.shape[axis]))
        place = space.subtract(at, before)
        entry = low.at(array, _placed(slots, axis, as_index(place) or place, array))
        inside = _between(low, at, before, after, node.shape[axis])
        total = space.add(total, space.multiply(entry, inside))
        before = after
    row = axis == -1 and all(a.row for a in arrays)
    return Array(node.shape, slots, total, row)


def _along(slot: Index | None) -> Index:
    if slot is None:
        raise NotLowered("an axis of one entry")
    return slot


def _placed(slots: tuple[Any, ...], axis: int, place: Any, array: Array) -> tuple[Any, ...]:
    """The indices of the array at a place along an axis (none along an axis of one entry)."""
    mine = None if array.slots[axis] is None else place
    return (*slots[:axis], mine, *slots[len(slots) + axis + 1 :])


def _between(low: Lowering, at: Form, before: Form, after: Form, size: Dim) -> Form:
    """1 where before < at <= after."""
    space = low.space
    found = space.number(1)
    if before.terms:
        found = switches.step(space, space.subtract(at, before))
    if after is not space.dimension(size):
        beyond = switches.step(space, space.subtract(at, after))
        found = space.multiply(found, space.subtract(space.number(1), beyond))
    return found


def _slice(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    """Entry i of the part from a on is entry a + i - 1."""
    array, *ends = yield from low.all(node.args, env, frozen)
    if node.shape is None:
        raise NotLowered("a part of unknown size")
    space = low.space
    slots = low.fresh(node.shape)
    places: list[Any] = list(slots)
    for axis, first in zip(node.data, ends[::2], strict=True):
        own = slots[axis]
        before = space.subtract(first.form, space.number(1))
        at = space.number(1) if own is None else switches.index_value(space, own)
        place = space.add(before, at)
        places[axis] = None if array.slots[axis] is None else as_index(place) or place
    return Array(node.shape, slots, low.at(array, places), array.row)


def _kron(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    """At the pairs (i, k) and (j, l): A_{ij} B_{kl}."""
    left, right = yield from low.all(node.args, env, frozen)
    if node.shape is None:
        raise NotLowered("a Kronecker product of arrays of unknown size")
    if not len(node.shape) == len(left.shape) == len(right.shape):
        raise NotLowered("a Kronecker product of arrays of unlike numbers of axes")
    slots = low.fresh(node.shape)
    pairs = [
        _pair(low, slot, (a, b)) for slot, a, b in zip(slots, left.shape, right.shape, strict=True)
    ]
    factors = [low.at(m, [p[k] for p in pairs]) for k, m in enumerate((left, right))]
    return Array(node.shape, slots, low.space.multiply(*factors))


def _vec(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    """The columns of a matrix behind each other: at the pair (j, i) the entry i, j."""
    array = yield node.args[0], env, frozen
    if node.shape is None:
        raise NotLowered("the vec of a matrix of unknown size")
    if len(array.shape) == 1:
        return array
    rows, columns = array.shape
    slots = low.fresh(node.shape)
    column, row = _pair(low, slots[0], (columns, rows))
    return Array(node.shape, slots, low.at(array, (row, column)))


def _unvec(low: Lowering, node: Term, env: Env, frozen: Frozen) -> Work:
    """The entry i, j is entry (j - 1) m + i of the vector."""
    array = yield node.args[0], env, frozen
    if node.shape is None or len(array.shape) != 1 or array.slots[0] is None:
        raise NotLowered("a matrix of unknown size")
    rows, columns = node.shape
    slots = low.fresh(node.shape)
    one = low.space.number(1)
    column, row = (one if s is None else switches.index_value(low.space, s) for s in slots[::-1])
    if 1 not in node.shape:
        paired(low.space, (columns, rows))
    place = pair(low.space, (columns, rows), (column, row))
    return Array(node.shape, slots, low.at(array, (as_index(place) or place,)))


def _pair(low: Lowering, slot: Index | None, sizes: tuple[Dim, Dim]) -> tuple[Any, Any]:
    """The two indices that an index of an axis of pairs is made of."""
    if slot is None:
        return None, None
    if 1 in sizes:
        return (None, slot) if sizes[0] == 1 else (slot, None)
    paired(low.space, sizes)
    found = (digit(low.space, (sizes, place), slot) for place in (0, 1))
    first, second = (as_index(f) or f for f in found)
    return first, second


RULES.update({"concat": _concat, "slice": _slice, "kron": _kron, "vec": _vec, "unvec": _unvec})
