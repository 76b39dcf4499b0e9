"""The gradients of a number in index notation, in one sweep backwards over its sums.

Each sub-term has an adjoint with its own indices: that of `x_{i+k}` below sums over i and k is a
value for each i and k. Where a parent has an index more, the adjoint is summed over it. So every
forward value is reused, no Kronecker delta is ever written, and the work is linear in the number
of operations. What arrives at the entries of an array is put in place there (`PLACED`); entries
that are met several times, as those of the input of a convolution, gather what belongs to them
from the adjoint moved there (`SHIFTED`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from symdl.code.axes import Range, indices_of
from symdl.code.branches import settle_kinks
from symdl.code.index_ranges import PLACED, Affine, affine, is_one_to_one, with_own_indices
from symdl.code.moving import moved
from symdl.code.reverse_rules import passed_on
from symdl.code.rewrite import rewrite
from symdl.code.shared_indices import note_labels, with_shared_indices
from symdl.code.softmaxes import with_softmaxes
from symdl.code.stable import MEANING
from symdl.document.errors import CodeError
from symdl.expression.dimensions import names_in
from symdl.expression.numerals import ONE
from symdl.expression.printer import plain
from symdl.expression.size_terms import as_term
from symdl.expression.term import (
    Dim,
    Symbol,
    Term,
    combined,
    every_part,
    free_symbols,
    make,
    replace,
)
from symdl.expression.vocabulary import OVER_INDEX

GATHERED = "gathered"
"""A gradient in an array: args the array, and what arrives at its entries."""


def with_gradients(root: Term, wanted: Sequence[Term]) -> tuple[Term, ...]:
    """A number in index notation and its gradients in arrays and numbers, each of the shape of its
    variable. Raises CodeError for what is not made of sums, products and extreme values of
    functions of entries."""
    if indices_of((root,)):
        raise CodeError("an array entry by entry is no number")
    sizes = _Sizes(root)
    (named,), ranges = with_own_indices((replace(root, sizes.others),))
    ends = _with_ends(named, ranges, sizes)
    named = with_shared_indices(named, ends)
    (known,) = rewrite((with_softmaxes(named, ends),), MEANING)
    sweep = _Sweep(known, ends, frozenset(wanted), sizes)
    sweep.run()
    return (sweep.root, *settle_kinks([sweep.of(v) for v in wanted]))


class _Sizes:
    """The symbol of each size: the one that stands in a term, if any does. others: its doubles."""

    def __init__(self, root: Term) -> None:
        symbols = [n for n in every_part((root,)) if n.op == "symbol"]
        names = names_in(d for s in symbols for d in s.shape or ())
        there = [s for s in symbols if s.shape == () and s.data.name in names]
        self.known = {s.data.name: s for s in reversed(there)}
        self.others = {s: self.known[s.data.name] for s in there}

    def __call__(self, size: Dim) -> Term:
        """A size as a Term."""
        found = as_term(size)
        table = {
            s: self.known[s.data.name] for s in free_symbols(found) if s.data.name in self.known
        }
        return replace(found, table)


def _with_ends(
    root: Term, ranges: Mapping[Term, Range], sizes: _Sizes
) -> dict[Term, tuple[Term, Term]]:
    """The first and last value of each index; of one over all values by the axis it runs along."""
    found: dict[Term, tuple[Term, Term]] = {}
    for node in every_part((root,)):
        if node.op == "entry":
            for index, size in zip(node.args[1:], node.args[0].shape or (), strict=False):
                found.setdefault(index, (ONE, sizes(size)))
    for label, known in ranges.items():
        if known.lower is not None and known.upper is not None:
            found[label] = known.lower, known.upper
        elif label not in found:
            raise CodeError("the extent of an index is not known")
    return {label: found[label] for label in ranges}


class _Sweep:
    """One walk from the number back to the variables."""

    def __init__(
        self,
        root: Term,
        ends: dict[Term, tuple[Term, Term]],
        wanted: frozenset[Term],
        sizes: _Sizes,
    ) -> None:
        self.root, self.ends, self.wanted, self.sizes = root, ends, wanted, sizes
        self.labels: dict[Term, frozenset[Term]] = {}
        self.arriving: dict[Term, list[Term]] = {}
        self.adjoints: dict[Term, list[Term]] = {root: [ONE]}
        self.order = every_part((root,))
        note_labels(self.order, self.ends, self.labels)
        self.moving: set[Term] = set()
        for node in self.order:
            inner = node.args[1:] if node.op == "entry" else node.args
            if node in wanted or (node.op == "entry" and node.args[0] in wanted):
                self.moving.add(node)
            if not self.moving.isdisjoint(inner):
                if node.op == "entry":
                    raise CodeError(f"an index of {plain(node)} moves with a variable")
                self.moving.add(node)

    def note(self, term: Term) -> None:
        """The indices that stand free in a term that was made on the way."""
        note_labels(every_part((term,), self.labels), self.ends, self.labels)

    def run(self) -> None:
        """Every adjoint, from the number to the entries."""
        for node in reversed(self.order):
            if node not in self.moving or node not in self.adjoints:
                continue
            seed = combined("add", self.adjoints.pop(node))
            if node.op == "entry":
                self._arrives(node, seed)
            elif node.op == "symbol":
                self.arriving[node] = [seed]
            else:
                for child, part in passed_on(self, node, seed):
                    if child in self.moving:
                        self._send(node, child, part)

    def _send(self, node: Term, child: Term, part: Term) -> None:
        """A contribution to the adjoint of a child, summed over what it does not have."""
        over = self.labels[node] - self.labels[child]
        if node.op in OVER_INDEX and node.args[0] not in self.labels[child]:
            over |= {node.args[0]}
        self.adjoints.setdefault(child, []).append(self._summed(part, over))

    def _summed(self, part: Term, over: frozenset[Term]) -> Term:
        for label in sorted(over, key=list(self.ends).index):
            part = make("sum", label, *self.ends[label], part, data="range")
        return part

    # --- at the entries -------------------------------------------------------------------------

    def _arrives(self, node: Term, seed: Term) -> None:
        """An adjoint is put where its entry stands."""
        base, indices = node.args[0], node.args[1:]
        shape = base.shape
        if shape is None or len(shape) != len(indices):
            raise CodeError(f"{plain(node)} is no entry of an array of known shape")
        found = [affine(i, self.ends) for i in indices]
        known = [f for f in found if f is not None]
        if len(known) == len(found) and not is_one_to_one(known):
            sizes = [self.sizes(d) for d in shape]
            seed, indices = self._gathered(base, seed, known, sizes)
        labels = [label for label in self.ends if any(label in free_symbols(i) for i in indices)]
        told = [t for label in labels for t in (label, *self.ends[label])]
        placed = make(PLACED, seed, *indices, *told, data=len(indices))
        self.arriving.setdefault(base, []).append(placed)

    def _gathered(
        self, base: Term, seed: Term, found: Sequence[Affine], sizes: Sequence[Term]
    ) -> tuple[Term, tuple[Term, ...]]:
        """An adjoint as one by places of the array: one index of each axis is solved for, the
        adjoint is summed over the others."""
        self.note(seed)
        indices: list[Term] = []
        solved: list[tuple[Term, Affine, Term]] = []
        over: set[Term] = set()
        for axis, (index, size) in enumerate(zip(found, sizes, strict=True)):
            elsewhere = {s for f in found if f is not index for s in f.steps}
            if len(index.steps) < 2:
                indices.append(combined("add", [index.fixed, *_multiples(index)]))
                if elsewhere & set(index.steps):
                    raise CodeError("an index stands in several axes")
                continue
            if elsewhere & set(index.steps):
                raise CodeError("an index stands in several axes")
            place = make("symbol", data=Symbol(f"place {axis} of {base.data.name}", "index", ()))
            self.ends[place] = ONE, size
            self.labels[place] = frozenset((place,))
            first = max(index.steps, key=list(self.ends).index)  # the outermost
            solved.append((first, index, place))
            over |= set(index.steps) - {first}
            indices.append(place)
        made = moved(seed, solved, self.ends, self.labels)
        return self._summed(made, frozenset(over)), tuple(indices)

    def of(self, variable: Term) -> Term:
        """The gradient in a variable."""
        found = self.arriving.get(variable, [])
        if not variable.shape:
            return combined("add", found)
        return make(GATHERED, variable, *found)


def _multiples(index: Affine) -> Iterator[Term]:
    for label, step in index.steps.items():
        yield label if step is ONE else step * label
