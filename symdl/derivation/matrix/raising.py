"""Index forms raised to matrix notation: sums over shared indices become products.

Each summand is a product of tensors of at most two indices. Those with the same indices are
multiplied entry by entry, an index that two of them share is summed in a matrix product, one that
stands alone is summed with a vector of ones, a delta makes a diagonal matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symdl.derivation.index.form import Space
from symdl.derivation.index.lowered import NotLowered
from symdl.derivation.index.nouns import Exponent, Factor, Form, Index, Mono
from symdl.derivation.index.renaming import opened
from symdl.derivation.index.written import Writing
from symdl.derivation.matrix.build import (
    NotInMatrices,
    entrywise,
    ones,
    product,
    scaled,
    total,
    turned,
)
from symdl.expression.numerals import ONE, spell
from symdl.expression.size_terms import as_term
from symdl.expression.term import Term, make, symbol

MAX_FACTORS = 12


@dataclass(frozen=True, slots=True)
class Tensor:
    """An array in matrix notation with the index of each of its axes."""

    term: Term
    axes: tuple[Index, ...]

    def over(self, axes: Sequence[Index]) -> Term:
        """The array with its axes in this order."""
        if tuple(axes) == self.axes:
            return self.term
        if tuple(axes) == self.axes[::-1]:
            return turned(self.term)
        raise NotInMatrices("axes that do not fit")


class Raising:
    """Raising within one Space. symbols: the Terms of scalars by name."""

    def __init__(self, space: Space, symbols: Mapping[str, Term]) -> None:
        self.space = space
        self.symbols = symbols

    def __call__(self, form: Form, slots: Sequence[Index | None]) -> Term:
        """The Form as an array over the given indices. Raises NotInMatrices."""
        axes = tuple(i for i in slots if i is not None)
        if len(axes) != len(slots) or len(axes) > 2:
            raise NotInMatrices("an array of more than two axes")
        if not form.free.issubset(axes):
            raise NotInMatrices("a row at an index")  # the k of w_k, which nothing sums over
        parts = []
        for mono, c in form.terms.items():
            whole = self._of_mono(mono, axes)
            parts.append(scaled(spell(Fraction(c)), whole))
        return total(parts)

    def _of_mono(self, mono: Mono, axes: tuple[Index, ...]) -> Term:
        scalars: list[Term] = []
        tensors: list[Tensor] = []
        for factor, e in mono:
            if factor.kind == "sum" and not factor.free and e == 1:
                scalars.append(self._sum(factor))
            elif not factor.free:
                scalars.append(self._power(self._scalar(factor), e))
            elif factor.kind == "sum" and e == 1:
                tensors.append(self._tensor_of_sum(factor))
            else:
                tensors.append(self._tensor(factor, e))
        array = self._contracted(tensors, axes)
        return scaled(*scalars, array) if scalars else array

    # --- factors -----------------------------------------------------------------------------

    def _scalar(self, factor: Factor) -> Term:
        if factor.kind == "scalar":
            found = self.symbols.get(factor.head)
            if found is not None:
                return found
            return factor.head if isinstance(factor.head, Term) else symbol(str(factor.head))
        if factor.kind == "prime":
            return spell(Fraction(factor.head))
        if factor.kind == "sum":
            return self._sum(factor)
        if factor.kind == "entry":
            raise NotInMatrices("a single entry")
        return self._kernel(factor, ())

    def _kernel(self, factor: Factor, axes: tuple[Index, ...]) -> Term:
        if factor.kind in ("inverse", "determinant"):
            return self._of_matrix(factor, axes)
        if factor.kind in ("product", "largest"):
            return self._over_index(factor)
        if factor.kind in _CONDITIONS:
            return self._condition(factor, axes)
        inner = [self(part, axes) for part in factor.parts]
        made = _KERNELS.get(factor.kind)
        if made is not None:
            return made(inner[0])
        if factor.kind == "kernel":
            return make(factor.head[0], *inner)
        raise NotInMatrices(f"{factor.kind} in matrix notation")

    def _over_index(self, factor: Factor) -> Term:
        """A product or a largest value of which no index is free, in index notation."""
        if factor.free:
            raise NotInMatrices(f"a {factor.kind} along an axis")
        try:
            return Writing(self.space, {}, self.symbols)(self.space.of(factor))
        except NotLowered as problem:
            raise NotInMatrices(str(problem)) from None

    def _condition(self, factor: Factor, axes: tuple[Index, ...]) -> Term:
        """`[a = b]` of a - b, entry by entry: what is taken away stands on the other side."""
        sides: tuple[list[Term], list[Term]] = ([], [])
        for mono, c in factor.parts[0].terms.items():
            part = self.space.form({mono: c})
            made = self(part, axes if part.free else ())
            sides[made.op == "neg"].append(made.args[0] if made.op == "neg" else made)
        left, right = map(total, sides)
        return make("indicator", make("relation", left, right, data=(_CONDITIONS[factor.kind],)))

    def _of_matrix(self, factor: Factor, axes: tuple[Index, ...]) -> Term:
        matrix = self(factor.parts[0], factor.bound)
        if factor.kind == "determinant":
            return make("det", matrix)
        whole = make("inverse", matrix)
        if tuple(axes) == tuple(factor.slots):
            return whole
        if tuple(axes) == tuple(factor.slots)[::-1]:
            return turned(whole)
        raise NotInMatrices("the diagonal of an inverse")

    def _tensor(self, factor: Factor, e: Exponent) -> Tensor:
        if factor.kind == "delta":
            return Tensor(make("identity", as_term(_dim(factor.slots[0]))), factor.slots)
        if factor.kind == "entry":
            axes = tuple(s for s in factor.slots if isinstance(s, Index))
            if len(axes) != len(factor.slots) or len(axes) > 2:
                raise NotInMatrices("entries of a tensor")
            if tuple(i.dim for i in axes) != factor.head.shape:
                raise NotInMatrices("a part of an array")
            if len(set(axes)) < len(axes):
                return Tensor(self._power(make("diag", factor.head), e), axes[:1])
            return Tensor(self._power(factor.head, e), axes)
        axes = tuple(sorted(factor.free, key=lambda i: i.number))
        if factor.kind == "inverse" and len(axes) == 1 and len(set(factor.slots)) == 1:
            whole = make("inverse", self(factor.parts[0], factor.bound))
            return Tensor(self._power(make("diag", whole), e), axes)
        if factor.kind == "inverse":
            axes = tuple(factor.slots)
        if len(axes) > 2:
            raise NotInMatrices("a kernel of three indices")
        return Tensor(self._power(self._kernel(factor, axes), e), axes)

    def _power(self, base: Term, e: Exponent) -> Term:
        if e == 1:
            return base
        if e == 2 and base.shape != ():
            return make("hadamard", base, base)
        exponent = Fraction(e)
        squared = _squared(base)
        if squared is not None:
            base, exponent = make("norm", squared, data=""), 2 * exponent
            if exponent == 1:
                return base
        if exponent < 0:
            return make("div", ONE, self._power(base, -exponent))
        if exponent == Fraction(1, 2):
            return make("sqrt", base)
        return base ** spell(exponent)

    def _sum(self, factor: Factor) -> Term:
        return self._summed(factor, ())

    def _tensor_of_sum(self, factor: Factor) -> Tensor:
        axes = tuple(sorted(factor.free, key=lambda i: i.number))
        return Tensor(self._summed(factor, axes), axes)

    def _summed(self, factor: Factor, axes: tuple[Index, ...]) -> Term:
        _, body = opened(self.space, factor)
        if body.single is None:
            raise NotInMatrices("a sum of sums")
        mono, c = body.single
        tensors = []
        for f, e in mono:
            inner = f.kind == "sum" and e == 1
            tensors.append(self._tensor_of_sum(f) if inner else self._tensor(f, e))
        return scaled(spell(Fraction(c)), self._contracted(tensors, axes))

    # --- products ----------------------------------------------------------------------------

    def _contracted(self, tensors: list[Tensor], axes: tuple[Index, ...]) -> Term:
        """The product of tensors, summed over every index that is not in `axes`."""
        if len(tensors) > MAX_FACTORS:
            raise NotInMatrices("a long product")
        if not tensors:
            return ONE if not axes else _all_ones(axes)
        tensors = _merged(tensors)
        while True:
            index = _next_index(tensors, axes)
            if index is None:
                break
            tensors = _merged(_without_index(tensors, index))
        return _over_axes(tensors, axes)


def _squared(base: Term) -> Term | None:
    """v of `v^T v`."""
    if base.op != "matmul" or len(base.args) != 2 or base.args[0].op != "transpose":
        return None
    row, column = base.args
    return column if row.args[0] is column and len(column.shape or ()) == 1 else None


def _dim(index: Index) -> int | str:
    if index.dim is None:
        raise NotInMatrices("an index of unknown range")
    return index.dim


def _all_ones(axes: tuple[Index, ...]) -> Term:
    if len(axes) == 1:
        return ones(_dim(axes[0]))
    return product(ones(_dim(axes[0])), make("transpose", ones(_dim(axes[1]))))


def _merged(tensors: list[Tensor]) -> list[Tensor]:
    """Tensors with the same indices multiplied entry by entry; vectors in the axes of a diagonal
    matrix become its entries."""
    found: list[Tensor] = []
    for t in tensors:
        same = next((o for o in found if set(o.axes) == set(t.axes)), None)
        if same is None:
            found.append(t)
            continue
        found.remove(same)
        whole = scaled if not t.axes else entrywise
        found.append(Tensor(whole(same.term, t.over(same.axes)), same.axes))
    return found


def _next_index(tensors: list[Tensor], axes: tuple[Index, ...]) -> Index | None:
    """An index to be summed: first those that the fewest tensors have."""
    count: dict[Index, int] = {}
    for t in tensors:
        for i in t.axes:
            if i not in axes:
                count[i] = count.get(i, 0) + 1
    return min(count, key=lambda i: (count[i], i.number), default=None)


def _without_index(tensors: list[Tensor], index: Index) -> list[Tensor]:
    mine = [t for t in tensors if index in t.axes]
    rest = [t for t in tensors if index not in t.axes]
    vectors = [t for t in mine if len(t.axes) == 1]
    matrices = [t for t in mine if len(t.axes) == 2]
    if len(matrices) > 2:
        raise NotInMatrices("an index that three matrices share")
    if not matrices:
        row = make("transpose", ones(_dim(index)))
        return [*rest, Tensor(_number(product(row, vectors[0].term), vectors[0].term), ())]
    first = matrices[0]
    left = next(i for i in first.axes if i is not index)
    a = first.over((left, index))
    if len(matrices) == 1:
        v = vectors[0].term if vectors else ones(_dim(index))
        return [*rest, Tensor(product(a, v), (left,))]
    second = matrices[1]
    right = next(i for i in second.axes if i is not index)
    b = second.over((index, right))
    middle = [make("diag", vectors[0].term)] if vectors else []
    if left is right:
        raise NotInMatrices("the diagonal of a product")
    return [*rest, Tensor(product(a, *middle, b), (left, right))]


def _number(plain: Term, vector: Term) -> Term:
    """The sum of a vector; of a product of two it is an inner product, of a diagonal a trace."""
    if vector.op == "hadamard" and len(vector.args) == 2:
        return product(make("transpose", vector.args[0]), vector.args[1])
    if vector.op == "diag":
        return make("trace", vector.args[0])
    return plain


def _over_axes(tensors: list[Tensor], axes: tuple[Index, ...]) -> Term:
    scalars = [t.term for t in tensors if not t.axes]
    by_axes = {t.axes: t for t in tensors if t.axes}
    if not axes:
        return scaled(*scalars)
    matrix = next((t for t in by_axes.values() if len(t.axes) == 2), None)
    vectors = {t.axes[0]: t.term for t in by_axes.values() if len(t.axes) == 1}
    if len(axes) == 1:
        return scaled(*scalars, vectors.get(axes[0]) or ones(_dim(axes[0])))
    if matrix is None:
        u, v = (vectors.get(i) or ones(_dim(i)) for i in axes)
        return scaled(*scalars, product(u, make("transpose", v)))
    whole = matrix.over(axes)
    if whole.op == "identity":
        found = list(vectors.values())
        inside = make("diag", entrywise(*found)) if found else whole
        return scaled(*scalars, inside)
    left = [make("diag", vectors[axes[0]])] if axes[0] in vectors else []
    right = [make("diag", vectors[axes[1]])] if axes[1] in vectors else []
    return scaled(*scalars, product(*left, whole, *right))


_CONDITIONS = {"zero": "=", "step": ">"}
_KERNELS: dict[str, Callable[[Term], Term]] = {
    "base": lambda u: u,
    "exp": lambda u: make("exp", u),
    "log": lambda u: make("log", u),
    "sigma": lambda u: make("sigmoid", u),
    "abs": lambda u: make("abs", u),
}
