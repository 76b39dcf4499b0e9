"""Sums over entries as products of whole arrays: `sum_i y_i f(x_i)` is `y^T f(x)`."""

from __future__ import annotations

from symdl.derivation.matrix.build import NotInMatrices, ones, product, turned
from symdl.expression.numerals import value_of
from symdl.expression.operators import TABLE
from symdl.expression.scope import Scope
from symdl.expression.term import Dim, Term, free_symbols, make, postorder, replace
from symdl.expression.term import size as size_of

_SCALARS = frozenset({"number", "constant", "symbol"})


def whole(term: Term) -> Term:
    """The term with its sums over entries written with whole arrays, where that is possible."""
    done: dict[Term, Term] = {}
    stack = [term]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
        elif node.op == "sum":
            done[node] = _sum(node)
        elif missing := [a for a in node.args if a not in done]:
            stack.extend(missing)
        else:
            args = tuple(done[a] for a in node.args)
            done[node] = node if args == node.args else make(node.op, *args, data=node.data)
    return done[term]


def with_whole_arrays(term: Term, scope: Scope) -> Term:
    """The term with arrays that are defined entry by entry (`Z_{ij} = ...`) put in as a whole,
    where they stand as a whole and have such a form."""
    bases = {node.args[0] for node in postorder(term) if node.op == "entry"}
    table = {}
    for name in free_symbols(term) - bases:
        found = scope.entries.get(name.data.name)
        if found is not None and name.data.shape and name not in scope.values:
            try:
                table[name] = of_entries(found.body, list(found.parameters))
            except NotInMatrices:
                continue
    return replace(term, table) if table else term


def _sum(node: Term) -> Term:
    """A sum, or several inside of each other, over all entries of arrays."""
    indices: list[tuple[Term, Dim | None]] = []
    body = node
    while body.op == "sum":
        indices.append((body.args[0], _size(body)))
        body = body.args[-1]
    array = of_entries(body, [i for i, _ in indices])
    if array.shape is None or len(array.shape) != len(indices):
        raise NotInMatrices("a sum that does not run over all entries")
    for (_, size), have in zip(indices, array.shape, strict=True):
        if size is not None and size != have:
            raise NotInMatrices("a sum over a part of an array")
    return summed(array)


def _size(node: Term) -> Dim | None:
    if node.data == "all":
        return None
    if node.data != "range" or value_of(node.args[1]) != 1:
        raise NotInMatrices("a sum that does not begin at 1")
    high = node.args[2]
    value = value_of(high)
    if value is not None:
        return int(value)
    if high.op != "symbol":
        raise NotInMatrices("a sum up to an expression")
    return str(high.data.name)


def of_entries(body: Term, indices: list[Term]) -> Term:
    """The array of which `body` is the entry at the indices. Raises NotInMatrices."""
    done: dict[Term, Term] = {}
    wanted = set(indices)
    stack = [body]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
        elif wanted.isdisjoint(free_symbols(node)):
            done[node] = node
        elif len(indices) == 2 and free_symbols(node) & wanted == {indices[0]}:
            done[node] = _column(node, indices, body)
        elif node.op == "sum":
            done[node] = _sum_along(node, indices)
        elif node.op == "entry":
            done[node] = _entries(node, indices)
        elif node in wanted:
            raise NotInMatrices("an index as a number")
        elif node.op not in TABLE:
            raise NotInMatrices(f"{node.op} of entries")
        elif missing := [a for a in node.args if a not in done]:
            stack.extend(missing)
        else:
            args = tuple(done[a] for a in node.args)
            op = "hadamard" if node.op == "mul" and all(a.shape for a in args) else node.op
            done[node] = make(op, *args, data=None if op == "hadamard" else node.data)
    return done[body]


def _column(node: Term, indices: list[Term], body: Term) -> Term:
    """What depends on the row alone, the same in every column: `v 1^T`."""
    size = axis_of(body, indices[1])
    if size is None:
        raise NotInMatrices("a column that is broadcast")
    return product(of_entries(node, indices[:1]), make("transpose", ones(size)))


def axis_of(body: Term, index: Term) -> Dim | None:
    """The size of the axis that an index runs through in a Term."""
    for node in postorder(body):
        if node.op == "entry" and index in node.args[1:] and node.args[0].shape:
            shape = node.args[0].shape
            axis = node.args[1:].index(index)
            return shape[axis] if axis < len(shape) else None
    return None


def _sum_along(node: Term, indices: list[Term]) -> Term:
    """A sum over one axis: `sum_i X_{ij}` at j is `X^T 1`, `sum_j X_{ij}` at i is `X 1`."""
    index, size, body = node.args[0], _size(node), node.args[-1]
    if len(indices) != 1:
        raise NotInMatrices("a sum over an axis of a tensor")
    found = []
    for order in ([index, *indices], [*indices, index]):
        try:
            array = of_entries(body, order)
        except NotInMatrices:
            continue
        axis, shape = order.index(index), array.shape or ()
        if len(shape) != 2 or size not in (None, shape[axis]):
            raise NotInMatrices("a sum that does not run over an axis")
        found.append(product(array if axis else turned(array), ones(shape[axis])))
    if not found:
        raise NotInMatrices("a sum along an axis")
    return min(found, key=lambda t: (sum(n.op == "transpose" for n in postorder(t)), size_of(t)))


def _entries(node: Term, indices: list[Term]) -> Term:
    base, mine = node.args[0], list(node.args[1:])
    if not base.shape or len(base.shape) != len(mine) or free_symbols(base) & set(indices):
        raise NotInMatrices("a part of an array")
    if mine == indices:
        return base
    if len(mine) == 2 and mine[0] is mine[1] and indices == mine[:1]:
        return make("diag", base)
    if len(mine) == 2 and mine == indices[::-1]:
        return make("transpose", base)
    if len(indices) == 1 or len(mine) != 1:
        raise NotInMatrices("entries at other places")
    if mine[0] is indices[-1]:
        return base  # broadcast along the rows
    raise NotInMatrices("a column that is broadcast")


def summed(array: Term) -> Term:
    """The sum of all entries of a vector or matrix."""
    sign = array.op == "neg"
    if sign:
        return make("neg", summed(array.args[0]))
    if array.op == "add":
        return make("add", *(summed(a) for a in array.args))
    if array.op == "pow" and value_of(array.args[1]) == 2:
        return make("norm", array.args[0], data="" if len(array.shape or ()) == 1 else "F") ** 2
    if array.op == "hadamard" and len(array.args) == 2 and len(array.shape or ()) == 1:
        return make("matmul", make("transpose", array.args[0]), array.args[1])
    if array.op == "hadamard" and len(array.args) == 2 and len(array.shape or ()) == 2:
        turned = make("transpose", array.args[0])
        return make("trace", make("matmul", turned, array.args[1]))
    shape = array.shape or ()
    if len(shape) > 2:
        for _ in shape:
            array = make("reduce_sum", array)
        return array
    left = product(make("transpose", ones(shape[0])), array)
    return left if len(shape) == 1 else product(left, ones(shape[1]))
