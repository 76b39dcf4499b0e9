"""Index notation as whole-array operations: a labelled axis for each index, no loops.

`\\sum_k A_{ik} B_{kj}` becomes `A @ B`, `e^{x_i} / \\sum_j e^{x_j}` an expression in `x` alone. A
value carries its labels (index symbols, in one order for the whole output) in front of the
axes of its own; combining values lines the labels up. A free index becomes an axis of the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symdl.code.array_sums import reduction
from symdl.code.axes import (
    AXES,
    REDUCTIONS,
    Axes,
    Range,
    bare,
    extents,
    from_zero,
    indices_of,
    plus_one,
    size_of,
)
from symdl.code.index_ranges import in_order_of_axes, outside_of_entries, with_own_indices
from symdl.code.normal import addends, sum_of
from symdl.code.places import PLACE_RULES, windows
from symdl.code.shift import LOG_TOTAL
from symdl.document.errors import CodeError
from symdl.expression.dimensions import dimension_of
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain as written
from symdl.expression.shapes import ARRAY_OPERATIONS
from symdl.expression.term import (
    BINDERS,
    Term,
    every_part,
    make,
    number,
    postorder,
)


def vectorise(outputs: Sequence[Term], parameters: Sequence[Term]) -> tuple[Term, ...]:
    """The Terms without indices; their array symbols have lost their shape (see `bare`). What they
    share has its axes in one order, so that it is shared as arrays; an array by its entry has axes
    of its own."""
    together = [t for t in outputs if t.op != AXES]
    shared = dict(zip(together, Vectoriser(together, parameters).results(), strict=True))
    return tuple(
        Vectoriser([t], parameters).results()[0] if t.op == AXES else shared[t] for t in outputs
    )


class Vectoriser:
    """The translation of outputs with the same indices."""

    def __init__(self, outputs: Sequence[Term], parameters: Sequence[Term]) -> None:
        self.parameters = frozenset(parameters)
        self.dimensions = extents(parameters)
        first = outputs[0] if outputs else number(0)
        rank = len(first.args) // 2 if first.op == AXES else 0
        self.axes, sizes = first.args[1 : 1 + rank], first.args[1 + rank :]
        self.roots, self.ranges = with_own_indices([first.args[0]] if self.axes else outputs)
        named = self.parameters | self.ranges.keys()
        others = (i for i in indices_of(self.roots) if i not in named)
        self.free = tuple(dict.fromkeys((*self.axes, *others)))
        bound = in_order_of_axes(self.roots, tuple(reversed(self.ranges)))
        self.order = {s: k for k, s in enumerate((*self.free, *bound))}
        self.sizes: dict[Term, Term] = {}
        for index, size in zip(self.axes, sizes if rank else (), strict=True):
            written = dimension_of(size)
            told = None if written is None else size_of(written, self.dimensions)
            self.sizes[index] = told or size
        self.known: dict[Term, Axes] = {}
        conditions = [n for n in every_part(self.roots) if n.op == "relation"]
        self.asked = outside_of_entries(conditions).intersection(self.order)

    def results(self) -> tuple[Term, ...]:
        """The outputs with one axis for each free index, in order."""
        parts = every_part(self.roots)
        for node in parts:
            if node.op == "entry":
                self._note_sizes(node)
        for node in parts:
            self.known[node] = self._value(node)
        values = [self.known[root] for root in self.roots]
        return tuple(
            v.term if all(i in v.labels for i in self.axes) else self._spread(v) for v in values
        )

    def _spread(self, value: Axes) -> Term:
        """A value that is the same along some axes, with all of them."""
        there = make("ones", *(self.ends(i)[1] for i in self.axes))
        marks = tuple(":" if i in value.labels else "None" for i in self.axes)
        while marks and marks[0] == "None":
            marks = marks[1:]
        seen = make("view", value.term, data=marks) if "None" in marks else value.term
        return make("mul", seen, there)

    def _note_sizes(self, node: Term) -> None:
        """Where the extent of an index can be read off: an axis of an array."""
        base = node.args[0]
        for axis, index in enumerate(node.args[1:]):
            if index not in self.order or index in self.sizes:
                continue
            size = base.shape[axis] if base.shape and axis < len(base.shape) else None
            if base.op == "symbol":
                self.sizes[index] = make("extent", bare(base), data=axis)
            elif size is not None and (told := size_of(size, self.dimensions)) is not None:
                self.sizes[index] = told

    def _value(self, node: Term) -> Axes:
        if node in self.order:
            return Axes(self._numbers(node), (node,))
        if node.op == "symbol":
            if node not in self.parameters and node.data.name in self.dimensions:
                return Axes(self.dimensions[node.data.name])
            return Axes(bare(node), (), len(node.shape or ()))
        if not node.args:
            return Axes(node)
        if node.op == "entry":
            return self._entry(node)
        if node.op in PLACE_RULES:
            return PLACE_RULES[node.op](self, node)
        if node.op in REDUCTIONS or (node.op == LOG_TOTAL and node.data is not None):
            return reduction(self, node)
        if node.op in BINDERS:
            raise CodeError(f"no array code for {node.op}")
        parts = [self.known[a] for a in node.args]
        if node.op == "transpose":
            rank = parts[0].rank
            turned = make("transpose", parts[0].term, data=rank) if rank > 1 else None
            return parts[0] if turned is None else Axes(turned, (), rank)
        if node.op in ARRAY_OPERATIONS:
            if any(p.labels for p in parts):
                return self._of_rows(node, parts)
            rank = len(node.shape) if node.shape is not None else max(p.rank for p in parts)
            return Axes(make(node.op, *(p.term for p in parts), data=node.data), (), rank)
        return self._elementwise(node, parts)

    def _of_rows(self, node: Term, parts: Sequence[Axes]) -> Axes:
        """Products, norms and reductions of rows that carry an index: along the last axis."""
        ranks = {p.rank for p in parts}
        terms, labels, _ = self.align(parts)
        norm = node.op == "norm" and node.data in ("", "2")
        if ranks == {1} and (norm or (node.op in ("matmul", "dot") and len(parts) == 2)):
            squared = make("mul", *terms, *(terms if norm else ()))
            total = make("reduce", squared, data=("sum", -1))
            return Axes(make("sqrt", total) if norm else total, labels)
        if ranks == {1} and node.op in ("logsumexp", "mean", "variance", "reduce_sum"):
            return Axes(make(node.op, *terms, data=node.data), labels)
        if ranks == {1} and node.op in ("softmax", "log_softmax"):
            return Axes(make(node.op, *terms, data=node.data), labels, 1)
        raise CodeError(f"no array code for {node.op} inside index notation")

    def _numbers(self, index: Term) -> Term:
        """The values of an index as an array."""
        lower, upper = self.ends(index)
        return make("indices", lower, upper)

    def ends(self, index: Term) -> tuple[Term, Term]:
        found = self.ranges.get(index, Range())
        if found.lower is not None and found.upper is not None:
            return self._plain(found.lower), self._plain(found.upper)
        if index not in self.sizes:
            raise CodeError("the extent of an index is not known")
        return number(1), self.sizes[index]

    def _plain(self, term: Term) -> Term:
        """The Term of an end of a range, which may come before its turn."""
        return self.value(term).term

    def value(self, term: Term) -> Axes:
        """The arrays of a Term made of others that are known, or of sizes and numbers."""
        for node in postorder(term):
            if node not in self.known:
                self.known[node] = self._value(node)
        return self.known[term]

    def number(self, term: Term) -> Term:
        """A number of the program: a Term of sizes, numbers and parameters."""
        return self.value(sum_of(addends(term))).term

    def is_whole(self, index: Term, base: Term, axis: int) -> bool:
        """Whether an index runs over the whole axis of a base."""
        found = self.ranges.get(index, Range())
        if found.lower is None or found.upper is None:
            return True
        extent = base.shape[axis] if base.shape and axis < len(base.shape) else None
        lower, upper = value_of(found.lower), found.upper
        if lower == 0 and upper.op == "add":
            # 0 ... n - 1 counts the same axis from 0.
            upper, lower = plus_one(upper), Fraction(1)
        if lower != 1:
            return False
        if isinstance(extent, int):
            return value_of(upper) == extent
        size = dimension_of(upper)
        named = size is not None and upper not in self.parameters
        return named and (extent == size or (extent is None and upper.op == "symbol"))

    def _entry(self, node: Term) -> Axes:
        base, indices = node.args[0], node.args[1:]
        if self.known[base].labels:
            raise CodeError("no array code for an entry of an indexed value")
        picked = self._picked(base, indices)
        if picked is not None:
            return picked
        for index in indices:
            open_ = set(self.free) - set(self.axes)
            if index not in self.order and open_.intersection(self.known[index].labels):
                raise CodeError(
                    f"{written(node)} leaves the array at the ends of the axis",
                    hint="a recurrence runs step by step: see Formula.stepper",
                )
        viewed = None if self._is_masked(indices) else windows(self, node, base)
        return self._gathered(base, indices) if viewed is None else viewed

    def _picked(self, base: Term, indices: Sequence[Term]) -> Axes | None:
        """Entries of which each index runs along its axis or has one value; None for others."""
        inner = self.known[base]
        plain = [i in self.order for i in indices]
        whole = [
            p and self.is_whole(i, base, k)
            for k, (p, i) in enumerate(zip(plain, indices, strict=True))
        ]
        fixed = [i for i, w in zip(indices, whole, strict=True) if not w]
        labels = tuple(i for i, w in zip(indices, whole, strict=True) if w)
        repeated = len({i for i in indices if i in self.order}) != sum(plain)
        if repeated or any(self.known[i].labels for i in fixed):
            return None
        rank = max(inner.rank - len(indices), 0)
        if not fixed:
            return self._sorted(Axes(inner.term, labels, rank))
        places = tuple(":" if w else "?" for w in whole)
        at = [from_zero(self.known[i].term) for i in fixed]
        return self._sorted(Axes(make("pick", inner.term, *at, data=places), labels, rank))

    def _gathered(self, base: Term, indices: Sequence[Term]) -> Axes:
        """Entries at places that are computed."""
        inner = self.known[base]
        rest = self.whole_behind(indices, base)
        aligned, labels, _ = self.align([self.known[i] for i in indices[: len(indices) - rest]])
        aligned = [from_zero(i) for i in aligned]
        if base.op == "symbol":
            aligned = [
                self._inside(found, make("extent", bare(base), data=axis), index)
                for axis, (found, index) in enumerate(zip(aligned, indices, strict=False))
            ]
        places = ("?",) * len(aligned) + (":",) * rest
        labels = (*labels, *indices[len(indices) - rest :])
        rank = max(inner.rank - len(indices), 0)
        return self._sorted(Axes(make("pick", inner.term, *aligned, data=places), labels, rank))

    def whole_behind(self, indices: Sequence[Term], base: Term) -> int:
        """How many axes at the end are taken whole, each along an index of its own."""
        count = 0
        for axis in reversed(range(1, len(indices))):
            index, others = indices[axis], [*indices[:axis], *indices[axis + 1 :]]
            apart = all(index not in self.known[o].labels for o in others)
            if index not in self.order or not self.is_whole(index, base, axis) or not apart:
                break
            count += 1
        return count

    def _is_masked(self, indices: Sequence[Term]) -> bool:
        """Whether a condition may say that an entry is not looked at."""
        return bool(self.asked) and any(self.asked & set(self.known[i].labels) for i in indices)

    def _inside(self, place: Term, extent: Term, index: Term) -> Term:
        """The place of an entry beside one of a derivative. Where it leaves the array an indicator
        beside it is 0, and any entry will do."""
        if index in self.order or not set(self.known[index].labels) & set(self.axes):
            return place
        last = make("add", extent, number(-1))
        return make("max", make("min", place, last), number(0))

    def _sorted(self, value: Axes) -> Axes:
        """The labels brought into the order of the output."""
        wanted = tuple(sorted(value.labels, key=self.order.__getitem__))
        if wanted == value.labels:
            return value
        moved = [value.labels.index(s) for s in wanted]
        axes = (*moved, *range(len(wanted), len(wanted) + value.rank))
        return Axes(make("reorder", value.term, data=axes), wanted, value.rank)

    def align(self, parts: Sequence[Axes]) -> tuple[list[Term], tuple[Term, ...], int]:
        union = sorted({s for p in parts for s in p.labels}, key=self.order.__getitem__)
        rank = max((p.rank for p in parts), default=0)
        terms: list[Term] = []
        for p in parts:
            axes = [":" if s in p.labels else "None" for s in union]
            if p.labels:
                axes += ["None"] * (rank - p.rank)
            axes += [":"] * p.rank
            if not p.labels:
                axes = []
            while axes and axes[0] == "None":
                axes.pop(0)
            terms.append(make("view", p.term, data=tuple(axes)) if "None" in axes else p.term)
        return terms, tuple(union), rank

    def _elementwise(self, node: Term, parts: Sequence[Axes]) -> Axes:
        terms, labels, rank = self.align(parts)
        return Axes(make(node.op, *terms, data=node.data), labels, rank)
