"""Sums over entries as products of whole arrays: `sum_i y_i f(x_i)` is `y^T f(x)`."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.derivation.matrix.build import (
    NotInMatrices,
    as_softmax,
    ones,
    product,
    scaled,
    turned,
)
from symdl.derivation.matrix.logarithms import plain_logarithm
from symdl.derivation.matrix.totals import summed
from symdl.derivation.written_out import function_named
from symdl.expression.dimensions import dimension_of
from symdl.expression.numerals import value_of
from symdl.expression.operators import TABLE
from symdl.expression.scope import Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import (
    Dim,
    Term,
    free_symbols,
    make,
    number,
    postorder,
    rebuild,
    replace,
)
from symdl.expression.term import size as size_of


def whole(term: Term) -> Term:
    """The term with its sums over entries written with whole arrays. Raises NotInMatrices where
    one has no such form."""
    if all(node.op != "sum" for node in postorder(term)):
        return term
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
            made = node if args == node.args else make(node.op, *args, data=node.data)
            done[node] = plain_logarithm(made)
    return done[term]


def with_calls_opened(term: Term, scope: Scope) -> Term:
    """The term with functions of a number that are called with arrays, or with their entries below
    a sum, written out: they work entry by entry."""
    inside = _calls_below_sums(term)
    if not inside and all(n.shape is not None for n in postorder(term) if n.op == "call"):
        return term
    done: dict[Term, Term] = {}
    for node in postorder(term):
        made = rebuild(node, tuple(done[a] for a in node.args))
        unknown = made.shape is None or node in inside
        if made.op == "call" and unknown and not made.data.primes:
            found = function_named(made.data.function.name, scope)
            plain = found is not None and all(p.shape == () for p in found.parameters)
            if found is not None and plain and len(found.parameters) == len(made.args):
                table = dict(zip(found.parameters, made.args, strict=True))
                made = substitute(found.body, table)
        done[node] = made
    return done[term]


def _calls_below_sums(term: Term) -> set[Term]:
    """The calls of functions whose arguments move with the index of a sum."""
    found: set[Term] = set()
    for node in postorder(term):
        if node.op == "sum":
            calls = (n for n in postorder(node.args[-1]) if n.op == "call")
            found |= {n for n in calls if node.args[0] in free_symbols(n)}
    return found


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
        indices.append((body.args[0], size_of_sum(body)))
        body = body.args[-1]
    weighted = _of_weighted_rows(body, indices)
    if weighted is not None:
        return weighted
    array = of_entries(body, [i for i, _ in indices])
    if array.shape is None or len(array.shape) != len(indices):
        raise NotInMatrices("a sum that does not run over all entries")
    for (_, size), have in zip(indices, array.shape, strict=True):
        if size is not None and size != have:
            raise NotInMatrices("a sum over a part of an array")
    return summed(array)


def _of_weighted_rows(body: Term, indices: list[tuple[Term, Dim | None]]) -> Term | None:
    """`sum_i p_i x_i` of the rows of X is `X^T p`; a sum of such differences the difference."""
    if len(body.shape or ()) != 1 or len(indices) != 1:
        return None
    index, size = indices[0]
    if body.op in ("add", "neg"):
        parts = [_of_weighted_rows(a, indices) for a in body.args]
        known = [p for p in parts if p is not None]
        return make(body.op, *known) if len(known) == len(parts) else None
    factors = body.args if body.op in ("mul", "div") else (body,)
    rows = [a for a in factors if a.shape]
    if len(rows) != 1 or (body.op == "div" and rows[0] is not factors[0]):
        return None
    matrix = _stacked(rows[0], frozenset(free_symbols(rows[0])) & {index})
    if matrix is None or len(matrix.shape or ()) != 2:
        return None
    count = (matrix.shape or (0,))[0]
    if size not in (None, count):
        raise NotInMatrices("a sum over a part of an array")
    scalars = [a for a in factors if not a.shape]
    weight = make(body.op, *scalars) if body.op == "mul" and len(scalars) > 1 else None
    if body.op == "div":
        weight = make("div", number(1), scalars[0])
    elif weight is None:
        weight = scalars[0] if scalars else number(1)
    if index not in free_symbols(weight):
        whole_ = product(turned(matrix), ones(count))
        return whole_ if weight is number(1) else scaled(whole(weight), whole_)
    return product(turned(matrix), of_entries(weight, [index]))


def size_of_sum(node: Term) -> Dim | None:
    """Up to which size a sum runs from 1 on; None: over the whole of an axis. Raises
    NotInMatrices for any other."""
    if node.data == "all":
        return None
    if node.data != "range" or value_of(node.args[1]) != 1:
        raise NotInMatrices("a sum that does not begin at 1")
    high = node.args[2]
    value = value_of(high)
    if value is not None:
        return int(value)
    size = dimension_of(high)
    if size is None:
        raise NotInMatrices("a sum up to an expression")
    return size


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
            done[node] = whole(node)
        elif (rows := _of_rows(node, indices)) is not None:
            done[node] = rows
        elif len(indices) == 2 and free_symbols(node) & wanted == {indices[0]}:
            done[node] = _column(node, indices, body)
        elif node.op == "sum":
            done[node] = _sum_along(node, indices)
        elif node.op == "entry":
            done[node] = _entries(node, indices)
        elif node in wanted:
            raise NotInMatrices("an index as a number")
        elif node.op not in TABLE and node.op not in _BY_CASES:
            raise NotInMatrices(f"{node.op} of entries")
        elif missing := [a for a in node.args if a not in done]:
            stack.extend(missing)
        else:
            args = tuple(done[a] for a in node.args)
            made = _multiplied(args) if node.op == "mul" else make(node.op, *args, data=node.data)
            done[node] = plain_logarithm(as_softmax(made))
    return done[body]


def _multiplied(factors: Sequence[Term]) -> Term:
    """The product of entries as that of whole arrays, the numbers in front."""
    arrays = [a for a in factors if a.shape]
    if len(arrays) < 2:
        return make("mul", *factors)
    array = make("hadamard", *arrays)
    numbers = [a for a in factors if not a.shape]
    return make("mul", *numbers, array) if numbers else array


_BY_CASES = frozenset({"piecewise", "indicator", "relation"})
"""What else works entry by entry."""


def _of_rows(node: Term, indices: list[Term]) -> Term | None:
    """Numbers made of the rows of matrices: `x_i^T w` at i is `X w`, `x_i^T y_j` at i, j is
    `X Y^T`, `\\lVert x_i \\rVert^2` the sums along the rows of `X * X`."""
    if node.shape != ():
        return None
    if node.op == "pow" and node.args[0].op == "norm" and value_of(node.args[1]) == 2:
        left = right = node.args[0].args[0]
        if len(left.shape or ()) != 1 or node.args[0].data not in ("", "2"):
            return None
    elif node.op == "dot":
        left, right = node.args
    elif node.op == "matmul" and node.args[0].op == "transpose":
        left, right = node.args[0].args[0], product(*node.args[1:])
    else:
        return None
    return _inner(left, right, indices)


def _inner(left: Term, right: Term, indices: list[Term]) -> Term | None:
    """The products of rows with rows, or with a vector."""
    mine = [frozenset(free_symbols(t)) & set(indices) for t in (left, right)]
    a, b = (_stacked(t, i) for t, i in zip((left, right), mine, strict=True))
    if a is None or b is None:
        return None
    if len(indices) == 1 and not all(mine):
        return product(a, b) if mine[0] else product(b, a)
    if len(indices) == 1:
        return make("reduce_sum", make("hadamard", a, b))
    if len(indices) == 2 and mine == [{indices[0]}, {indices[1]}]:
        return product(a, turned(b))
    return product(b, turned(a)) if mine == [{indices[1]}, {indices[0]}] else None


def _stacked(term: Term, mine: frozenset[Term]) -> Term | None:
    """The matrix of which a vector is the row at an index; a vector without the index as it is."""
    if not mine:
        return term
    if len(mine) > 1 or len(term.shape or ()) != 1:
        return None
    (index,) = mine
    if term.op == "entry":
        base = term.args[0]
        plain = term.args[1:] == (index,) and index not in free_symbols(base)
        return base if plain and len(base.shape or ()) == 2 else None
    if term.op == "matmul":
        rows = _stacked(term.args[-1], mine) if _is_last(term, mine) else None
        before = [turned(a) for a in reversed(term.args[:-1])]
        square = all(len(a.shape or ()) == 2 for a in term.args[:-1])
        return None if rows is None or not square else product(rows, *before)
    if term.op in ("add", "neg"):
        parts = [_stacked(a, mine & free_symbols(a)) for a in term.args]
        if any(p is None or len(p.shape or ()) not in (1, 2) for p in parts):
            return None
        return make(term.op, *(p for p in parts if p is not None))
    return None


def _is_last(term: Term, mine: frozenset[Term]) -> bool:
    """Whether only the last factor depends on an index."""
    return all(mine.isdisjoint(free_symbols(a)) for a in term.args[:-1])


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
    index, size, body = node.args[0], size_of_sum(node), node.args[-1]
    if len(indices) == 2 and body.op == "mul":
        return _contracted(index, size, body.args, indices)
    if len(indices) != 1:
        raise NotInMatrices("a sum over an axis of a tensor")
    weighted = _weighted(node, indices[0]) if body.op == "mul" else None
    found = [] if weighted is None else [weighted]
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


def _weighted(node: Term, row: Term) -> Term | None:
    """`sum_k W_{ik} x_k` at i is `W x`; None where no factor is without i."""
    index, size, factors = node.args[0], size_of_sum(node), node.args[-1].args
    parts = [[f for f in factors if (row in free_symbols(f)) is below] for below in (True, False)]
    if not all(parts) or all(index not in free_symbols(f) for f in parts[1]):
        return None
    matrix, vector = (p[0] if len(p) == 1 else make("mul", *p) for p in parts)
    try:
        left, right = of_entries(matrix, [row, index]), of_entries(vector, [index])
    except NotInMatrices:
        return None
    fits = len(left.shape or ()) == 2 and size in (None, (left.shape or (None,))[-1])
    return product(left, right) if fits and right.shape == (left.shape or ())[1:] else None


def _contracted(
    index: Term, size: Dim | None, factors: tuple[Term, ...], indices: list[Term]
) -> Term:
    """`sum_k X_{ik} W_{jk}` at i, j is `X W^T`."""
    sides: list[Term] = []
    for row, other in (indices, indices[::-1]):
        mine = [f for f in factors if other not in free_symbols(f)]
        mine = [f for f in mine if row in free_symbols(f) or row is indices[0]]
        if not mine or index not in free_symbols(make("mul", *mine)):
            raise NotInMatrices("a sum over an axis of a tensor")
        sides.append(of_entries(mine[0] if len(mine) == 1 else make("mul", *mine), [row, index]))
        factors = tuple(f for f in factors if f not in mine)
    left, right = sides
    shapes = left.shape or (), right.shape or ()
    if factors or any(len(s) != 2 or size not in (None, s[1]) for s in shapes):
        raise NotInMatrices("a sum that does not run over an axis")
    return product(left, turned(right))


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
