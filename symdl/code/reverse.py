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
from functools import lru_cache

from symdl.code.axes import Range, indices_of
from symdl.code.branches import settle_kinks
from symdl.code.index_ranges import PLACED, Affine, affine, is_one_to_one, with_own_indices
from symdl.code.moving import moved
from symdl.code.rewrite import rewrite
from symdl.code.shared_indices import BINDING, note_labels, with_shared_indices
from symdl.code.softmaxes import AMONG, with_softmaxes
from symdl.code.stable import MEANING
from symdl.derivation.differentiate import differentiate
from symdl.document.errors import CodeError, DeriveError
from symdl.expression.dimensions import names_in
from symdl.expression.domain import REAL
from symdl.expression.numerals import ONE
from symdl.expression.operators import TABLE
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

GATHERED = "gathered"
"""A gradient in an array: args the array, and what arrives at its entries."""
_ARITHMETIC = frozenset({"add", "mul", "neg", "div", "pow", "root", "max", "min", "clip"})


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
                for child, part in self._parts(node, seed):
                    if child in self.moving:
                        self._send(node, child, part)

    def _send(self, node: Term, child: Term, part: Term) -> None:
        """A contribution to the adjoint of a child, summed over what it does not have."""
        over = self.labels[node] - self.labels[child]
        if node.op in BINDING and node.args[0] not in self.labels[child]:
            over |= {node.args[0]}
        self.adjoints.setdefault(child, []).append(self._summed(part, over))

    def _summed(self, part: Term, over: frozenset[Term]) -> Term:
        for label in sorted(over, key=list(self.ends).index):
            part = make("sum", label, *self.ends[label], part, data="range")
        return part

    def _parts(self, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
        """What the adjoint of a node gives to its arguments."""
        rule = _RULES.get(node.op)
        if rule is not None:
            yield from rule(self, node, seed)
        elif node.op in TABLE or node.op in _ARITHMETIC:
            slots = [a if a in self.moving else None for a in node.args]
            yield from _by_rule(node, slots, seed)
        else:
            raise CodeError(f"no backward pass in indices through {node.op}")

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


# --- rules --------------------------------------------------------------------------------------


def _times(seed: Term, factor: Term) -> Term:
    if factor is ONE:
        return seed
    return factor if seed is ONE else make("mul", seed, factor)


def _by_rule(node: Term, slots: Sequence[Term | None], seed: Term) -> Iterator[tuple[Term, Term]]:
    """A function of numbers: by its partial derivatives."""
    if node.op == "add":
        yield from ((s, seed) for s in slots if s is not None)
    elif node.op == "neg":
        yield node.args[0], -seed
    elif node.op == "mul":
        for place, slot in enumerate(slots):
            if slot is not None:
                others = [*node.args[:place], *node.args[place + 1 :]]
                yield slot, combined("mul", [seed, *others] if seed is not ONE else others)
    elif node.op == "div":
        above, below = node.args
        if slots[0] is not None:
            yield above, make("div", seed, below)
        if slots[1] is not None:
            yield below, -make("div", _times(seed, node), below)
    else:
        names = [_stand_in(k, a) for k, a in enumerate(node.args)]
        kept = [slot is None and not a.args for a, slot in zip(node.args, slots, strict=True)]
        args = [a if k else n for a, n, k in zip(node.args, names, kept, strict=True)]
        moving = tuple(n for n, slot in zip(names, slots, strict=True) if slot is not None)
        partials = _partials(make(node.op, *args, data=node.data), moving)
        table = dict(zip(names, node.args, strict=True))
        for name, slot in zip(names, slots, strict=True):
            if slot is not None:
                yield slot, _times(seed, replace(partials[name], table))


def _stand_in(place: int, argument: Term) -> Term:
    """A symbol for an argument, of the same domain."""
    domain = argument.data.domain if argument.op == "symbol" else REAL
    return make("symbol", data=Symbol(f"argument {place}", "scalar", (), domain))


@lru_cache(maxsize=1024)
def _partials(node: Term, names: tuple[Term, ...]) -> dict[Term, Term]:
    """The partial derivatives of an operation in the symbols that stand for arguments; at a kink
    with the value that code has there."""
    try:
        found = [differentiate(node, name).result for name in names]
    except DeriveError as problem:
        raise CodeError(str(problem)) from None
    return dict(zip(names, settle_kinks(found), strict=True))


def _of_sum(sweep: _Sweep, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
    _refuse_moving_ends(sweep, node)
    yield node.args[-1], seed


def _of_product(sweep: _Sweep, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
    _refuse_moving_ends(sweep, node)
    index, body = node.args[0], node.args[-1]
    if index not in sweep.labels[body]:
        raise CodeError("a power of a value is no product over an index here")
    yield body, _times(seed, make("others", body, index))


def _of_extremum(sweep: _Sweep, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
    """Entries that attain the extreme value share its slope: so it is a subgradient."""
    _refuse_moving_ends(sweep, node)
    index, body = node.args[0], node.args[-1]
    if index not in sweep.labels[body]:
        yield body, seed
        return
    attained = make("indicator", make("relation", body, node, data=("=",)))
    count = make("sum", index, *sweep.ends[index], attained, data="range")
    yield body, _times(make("div", seed, count), attained)


def _of_among(sweep: _Sweep, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
    """Through a softmax along an index: p (g - sum of g p)."""
    exponent, index = node.args
    weighted = _times(seed, node)
    total = make("sum", index, *sweep.ends[index], weighted, data="range")
    yield exponent, make("add", weighted, make("neg", make("mul", node, total)))


def _of_logarithm(sweep: _Sweep, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
    """Through the logarithm of a sum of exponentials: the softmax of the exponents."""
    inner = node.args[0]
    if inner.op == "sum" and inner.args[-1].op == "exp" and inner.args[0] in sweep.ends:
        exponent = inner.args[-1].args[0]
        if exponent in sweep.moving and inner.args[0] in sweep.labels[exponent]:
            share = make(AMONG, exponent, inner.args[0])
            sweep.note(share)
            yield exponent, _times(seed, share)
            return
    yield from _by_rule(node, [inner], seed)


def _of_cases(sweep: _Sweep, node: Term, seed: Term) -> Iterator[tuple[Term, Term]]:
    """By cases: differentiated as a whole down to entries and sums, so that a branch that is not
    taken has no value that could spoil it."""
    leaves: dict[Term, Term] = {}
    waiting, seen = [node], {node}
    while waiting:
        part = waiting.pop()
        for inner in part.args:
            if inner in sweep.moving and inner not in seen:
                seen.add(inner)
                if inner.op in ("entry", "symbol", AMONG, *BINDING):
                    leaves[inner] = _stand_in(len(leaves), inner)
                else:
                    waiting.append(inner)
    partials = _partials(replace(node, leaves), tuple(leaves.values()))
    back = {name: leaf for leaf, name in leaves.items()}
    for leaf, name in leaves.items():
        yield leaf, _times(seed, replace(partials[name], back))


def _of_constant(_sweep: _Sweep, _node: Term, _seed: Term) -> Iterator[tuple[Term, Term]]:
    """A condition is constant between its jumps."""
    return iter(())


def _refuse_moving_ends(sweep: _Sweep, node: Term) -> None:
    if not sweep.moving.isdisjoint(node.args[1:-1]):
        raise CodeError("the ends of a sum move with a variable")


_RULES = {
    "sum": _of_sum,
    "product": _of_product,
    "max_over": _of_extremum,
    "min_over": _of_extremum,
    AMONG: _of_among,
    "log": _of_logarithm,
    "piecewise": _of_cases,
    "indicator": _of_constant,
}
