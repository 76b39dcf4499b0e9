"""Arrays put together, at concrete sizes: concatenation, Kronecker products, vec, parts."""

from __future__ import annotations

from symdl.evidence.concrete.graph import Node, Undefined, Unwritten
from symdl.evidence.concrete.writing import RULES, Env, Frozen, Values, Work, Writer
from symdl.expression.term import Term


def _concat(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    arrays = yield from w.all(node.args, env, frozen)
    axis = -1 if node.data is None else node.data
    if any(len(a.shape) < -axis for a in arrays):
        raise Unwritten("a concatenation along an axis that is not there")
    end = len(arrays[0].shape) + axis
    found: dict[int, tuple[Values, int]] = {}
    for a in arrays:
        found |= {len(found) + k: (a, k) for k in range(a.shape[axis])}
    shape = (*arrays[0].shape[:end], len(found), *arrays[0].shape[end + 1 :])

    def entry(p: tuple[int, ...]) -> Node:
        array, place = found[p[end]]
        return array.at((*p[:end], place, *p[end + 1 :]))

    return w.build(shape, entry, axis == -1 and all(a.row for a in arrays))


def _slice(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    array, *ends = yield from w.all(node.args, env, frozen)
    values = [w.graph.value(e.nodes[0]) for e in ends]
    shape, start = list(array.shape), [0] * len(array.shape)
    for axis, first, last in zip(node.data, values[::2], values[1::2], strict=True):
        if first is None or last is None or not (first.denominator == last.denominator == 1):
            raise Unwritten("ends of a part that are no whole numbers")
        if not 1 <= first <= last <= array.shape[axis]:
            raise Undefined("a part that is not there")
        start[axis], shape[axis] = int(first) - 1, int(last - first) + 1
    return w.build(shape, lambda p: array.at([a + k for a, k in zip(start, p, strict=True)]))


def _kron(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    a, b = yield from w.all(node.args, env, frozen)
    if len(a.shape) != len(b.shape):
        raise Unwritten("a Kronecker product of arrays of unlike ranks")

    def entry(p: tuple[int, ...]) -> Node:
        pairs = [divmod(i, size) for i, size in zip(p, b.shape, strict=True)]
        return w.graph.mul(a.at([i for i, _ in pairs]), b.at([k for _, k in pairs]))

    return w.build([m * n for m, n in zip(a.shape, b.shape, strict=True)], entry)


def _vec(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    a = yield node.args[0], env, frozen
    if len(a.shape) != 2:
        return a
    rows, columns = a.shape
    return w.build((rows * columns,), lambda p: a.at((p[0] % rows, p[0] // rows)))


def _unvec(w: Writer, node: Term, env: Env, frozen: Frozen) -> Work:
    a = yield node.args[0], env, frozen
    rows, columns = w.sizes_of(node.shape)
    if a.shape != (rows * columns,):
        raise Unwritten("a vector that is no vec of such a matrix")
    return w.build((rows, columns), lambda p: a.nodes[p[1] * rows + p[0]])


RULES.update({"concat": _concat, "slice": _slice, "kron": _kron, "vec": _vec, "unvec": _unvec})
