"""What binders and cases stand for: sums over known values, and the cases that may apply."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from symdl.derivation import arrays
from symdl.derivation.arrays import as_components
from symdl.derivation.expansion import Expansion, Frozen, Task, Work
from symdl.derivation.numbers import integer
from symdl.derivation.written_out import WRITTEN_OUT, decided, fresh_index, joined
from symdl.document.errors import DeriveError
from symdl.expression.numerals import ONE, ZERO
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, free_symbols, make, number, postorder


def binder(e: Expansion, node: Term, frozen: Frozen) -> Work:
    """A sum over known values is written out."""
    index, body = node.args[0], node.args[-1]
    if not _is_open(node) and (index in frozen or (index in e.names and _is_counter(node))):
        fresh = fresh_index(index, e.names | frozen | free_symbols(body))
        body, index = substitute(body, {index: fresh}), fresh
    limits = yield from e.all_of(node.args[1:-1], frozen)
    if node.op in WRITTEN_OUT:
        values = yield from _range(e, node, index, body, limits, frozen)
        if values is not None:
            e.check_length(e.width * len(values))
            outside, e.width = e.width, e.width * max(1, len(values))
            parts = []
            for v in values:
                parts.append((yield substitute(body, {index: v}), frozen))
            e.width = outside
            return joined(node.op, parts)
    inner = yield body, frozen | {index}
    return make(node.op, index, *limits, inner, data=node.data)


def _is_open(node: Term) -> bool:
    """Whether a binder does not bind: an integral without limits."""
    return node.op == "integral" and node.data == "all"


def _is_counter(node: Term) -> bool:
    """Whether a binder has an index of its own; a maximum, limit or integral over a real number
    runs over that number in the definitions too."""
    index = node.args[0].data
    return node.op in ("sum", "product") or index.role == "index" or index.domain.integer


def _range(
    e: Expansion, node: Term, index: Term, body: Term, limits: Sequence[Term], frozen: Frozen
) -> Generator[Task, Term, Sequence[Term] | None]:
    if node.data == "range":
        low, high = map(integer, limits)
        if low is None or high is None:
            return None
        e.check_length(high - low + 1)
        return [number(i) for i in range(low, high + 1)]
    if node.data == "set":
        listed = limits[0].op == "set" and all(e.op != "dots" for e in limits[0].args)
        return limits[0].args if listed else None
    size = yield from _axis(e, index, body, frozen)
    return None if size is None else [number(i + 1) for i in range(size)]


def _axis(
    e: Expansion, index: Term, body: Term, frozen: Frozen
) -> Generator[Task, Term, int | None]:
    """The size of the axis that `index` runs over in `body`, if one is known."""
    for node in postorder(body):
        if node.op != "entry" or index not in node.args[1:]:
            continue
        base, axis = node.args[0], node.args[1:].index(index)
        if index in free_symbols(base):
            continue
        if base.op == "symbol" and base.data.role == "sequence":
            axis -= 1
        shape = e.concrete(base.shape)
        if shape is None and axis >= 0:
            literal = as_components((yield base, frozen))
            shape = literal.shape if literal is not None else None
        if shape is not None and 0 <= axis < len(shape):
            return shape[axis]
    return None


def cases(_e: Expansion, node: Term, frozen: Frozen) -> Work:
    """The cases that are not known to fail."""
    kept: list[Term] = []
    for value, condition in zip(node.args[0::2], node.args[1::2], strict=False):
        test = yield condition, frozen
        verdict = decided(test)
        if verdict is False:
            continue
        written = yield value, frozen
        if verdict:
            kept.append(written)
            break
        kept += [written, test]
    else:
        if len(node.args) % 2:
            kept.append((yield node.args[-1], frozen))
    if len(kept) == 1:
        return kept[0]
    if not kept:
        raise DeriveError("no case of a definition by cases applies")
    if any(map(arrays.holds_arrays, kept)):
        return arrays.piecewise(kept).term
    return make("piecewise", *kept)


def indicator(_e: Expansion, node: Term, frozen: Frozen) -> Work:
    """1 or 0 where that is known."""
    condition = yield node.args[0], frozen
    verdict = decided(condition)
    if verdict is not None:
        return ONE if verdict else ZERO
    return make("indicator", condition)
