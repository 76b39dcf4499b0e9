"""Which sizes an index makes one: those of all axes that it runs along."""

from __future__ import annotations

from collections.abc import Mapping

from symdl.expression.dimensions import added, dimension_of, is_written, without
from symdl.expression.fits import Fit, Sized, Unfit
from symdl.expression.term import BINDERS, Dim, Term, number, postorder


def share_indices(term: Term, fit: Fit, sized: Mapping[Term, Sized | None]) -> None:
    """`\\sum_i y_i \\log p_i`: axes that one index runs along have one size, which may be its last
    value. sized: the sizes of the nodes (of `softmax(Wx)` in `softmax(Wx)_i`). Raises Unfit."""
    settled = _share_neighbours(term, fit)
    along: dict[Term, dict[Term, object]] = {}
    bound = {node.args[0] for node in postorder(term) if node.op in BINDERS}
    for node in postorder(term):
        found: dict[Term, object] = {}
        inside = [pair for part in node.args for pair in along[part].items()]
        for index, size in (*inside, *_indexed(node, sized, settled)):
            if index in found:
                fit.equate(found[index], size)
            found[index] = size
        if node.op in BINDERS:
            size, last = found.pop(node.args[0], None), _last(node)
            upper = node.args[2] if node.data == "range" else None
            if size is not None and upper in bound:
                found.setdefault(upper, size)  # `\\sum_{i=1}^n \\sum_{j=1}^i x_j`: x has n entries
            elif size is not None and last is not None:
                fit.equate(size, last)
        along[node] = found


def _share_neighbours(term: Term, fit: Fit) -> set[Term]:
    """`\\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2`: x has as many entries as the sums reach. The names of
    which that was found. Raises Unfit."""
    reached: dict[tuple[Term, int], set[Dim]] = {}
    shifted: set[tuple[Term, int]] = set()
    for node in postorder(term):
        last = dimension_of(node.args[2]) if node.op in BINDERS and node.data == "range" else None
        if last is None or node.op == "integral":
            continue
        for inner in postorder(node.args[-1]):
            if inner.op != "entry" or fit.ranks.get(inner.args[0]) != len(inner.args) - 1:
                continue
            for axis, index in enumerate(inner.args[1:]):
                shift = _shift(index, node.args[0])
                if shift is not None:
                    reached.setdefault((inner.args[0], axis), set()).add(added(last, shift))
                    if shift or is_written(last):
                        shifted.add((inner.args[0], axis))
    for (base, axis), ends in reached.items():
        if (base, axis) in shifted:
            found = fit.symbol(base)
            assert found is not None
            fit.equate(found.axes[axis], _furthest(ends))
    return {base for base, _ in shifted}


def _shift(index: Term, bound: Term) -> int | None:
    """c of an index `i + c`."""
    rest = without(dimension_of(index) or 0, str(bound.data.name))
    return rest if isinstance(rest, int) and bound in set(postorder(index)) else None


def _furthest(ends: set[Dim]) -> Dim:
    """The largest of some sizes that differ by numbers. Raises Unfit."""
    best = next(iter(ends))
    for end in ends:
        more = without(end, best)
        if not isinstance(more, int):
            raise Unfit
        best = end if more > 0 else best
    return best


def _indexed(
    node: Term, sized: Mapping[Term, Sized | None], settled: set[Term]
) -> list[tuple[Term, object]]:
    """The indices of an entry and the sizes of the axes that they run along."""
    if node.op != "entry" or node.args[0] in settled:
        return []
    base = sized.get(node.args[0])
    pairs = zip(node.args[1:], () if base is None else base.axes, strict=False)
    return [(index, size) for index, size in pairs if index.op == "symbol"]


def _last(node: Term) -> Dim | None:
    """The size that `\\sum_{i=1}^n x_i` gives x."""
    if node.data != "range" or node.op == "integral" or node.args[1] != number(1):
        return None
    upper = node.args[2]
    if upper.op == "symbol":
        return str(upper.data.name)
    whole = upper.op == "number" and upper.data.value.denominator == 1
    return int(upper.data.value) if whole else None
