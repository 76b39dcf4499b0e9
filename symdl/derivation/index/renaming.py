"""Indices replaced by others, everything built anew by the rules of its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from symdl.derivation.index.form import Space
from symdl.derivation.index.nouns import Exponent, Factor, Form, Index, Mono
from symdl.derivation.index.products import monomial

Table = Mapping[Index, Any]
"""What an index is replaced by: an index, or a Form of indices."""


def rename(space: Space, form: Form, table: Table) -> Form:
    """The Form with free indices replaced, all at once, without capture."""
    if form.free.isdisjoint(table):
        return form
    parts = []
    for mono, c in form.terms.items():
        parts.append(space.scale(rename_mono(space, mono, table), c))
    return space.add(*parts)


def rename_mono(space: Space, mono: Mono, table: Table) -> Form:
    """A monomial with free indices replaced."""
    kept: list[tuple[Factor, Exponent]] = []
    others: list[Form] = []
    for factor, e in mono:
        if factor.free.isdisjoint(table):
            kept.append((factor, e))
            continue
        made = rename_factor(space, factor, table)
        single = made.single
        if single is not None and single[1] == 1 and len(single[0]) == 1 and single[0][0][1] == 1:
            kept.append((single[0][0][0], e))  # most often a factor stays one
        else:
            others.append(_powered(space, made, e))
    rest = monomial(space, (kept,))
    return space.multiply(rest, *others) if others else rest


def _powered(space: Space, form: Form, e: Exponent) -> Form:
    from symdl.derivation.index.kernels import power

    return power(space, form, e)


def rename_factor(space: Space, factor: Factor, table: Table) -> Form:
    """A factor with free indices replaced."""
    mine = {i: table[i] for i in factor.free if i in table}
    key = (factor, *mine.items()) if len(mine) < 2 else (factor, frozenset(mine.items()))
    found = space.renamed.get(key)
    if found is None:
        found = space.renamed[key] = _renamed(space, factor, mine)
    return found


def _renamed(space: Space, factor: Factor, table: Table) -> Form:
    if factor.kind == "entry":
        at = []
        for slot in factor.slots:
            new = table.get(slot, slot) if type(slot) is Index else renamed_slot(space, slot, table)
            at.append(new if type(new) is Index else as_index(new) or new)
        return space.of(space.factor("entry", factor.head, tuple(at), (), factor.sign))
    return _built_anew(space, factor, table)


def _built_anew(space: Space, factor: Factor, table: Table) -> Form:
    """A factor by the rules of its kind."""
    from symdl.derivation.index.kernels import CONSTRUCTORS
    from symdl.derivation.index.sums import same_sum, sum_over
    from symdl.derivation.index.switches import delta

    if factor.kind == "sum":
        # one index has no other name to choose, and a rigid sum stays so under new names
        plain = not space.splits or _keeps_axes(table)  # else deltas may be contracted now
        if plain and (len(factor.bound) == 1 or (factor.rigid and _is_injective(factor, table))):
            return same_sum(space, factor, rename_mono(space, factor.body, table))
        bound, body = opened(space, factor)
        return sum_over(space, rename(space, body, table), bound)
    slots = tuple(renamed_slot(space, s, table) for s in factor.slots)
    if factor.kind == "delta":
        return delta(space, *slots)
    if factor.bound:
        return mapped_bound(space, factor, lambda form: rename(space, form, table), slots)
    parts = tuple(rename(space, p, table) for p in factor.parts)
    return CONSTRUCTORS[factor.kind](space, factor.head, slots, parts, factor.sign)


def _is_injective(factor: Factor, table: Table) -> bool:
    """Whether indices are replaced by different new ones."""
    new = list(table.values())
    plain = all(isinstance(i, Index) for i in new) and len(set(new)) == len(new)
    kept = [i for i in factor.free if i not in table]
    return plain and not any(i in kept for i in new)


def _keeps_axes(table: Table) -> bool:
    """Whether each index is replaced by one of the same axis."""
    return all(isinstance(new, Index) and new.dim == old.dim for old, new in table.items())


def renamed_slot(space: Space, slot: Any, table: Table) -> Any:
    """An index argument with indices replaced."""
    found = table.get(slot, slot) if isinstance(slot, Index) else rename(space, slot, table)
    if not isinstance(slot, Index) and slot in space.pairs:
        sizes, digits = space.pairs[slot]
        space.pairs.setdefault(found, (sizes, tuple(rename(space, d, table) for d in digits)))
    return found if isinstance(found, Index) else as_index(found) or found


def as_index(form: Form) -> Index | None:
    """The index that a Form is, if it is one."""
    if form.single is None:
        return None
    mono, c = form.single
    if c != 1 or len(mono) != 1 or mono[0][1] != 1 or mono[0][0].kind != "index":
        return None
    found = mono[0][0].slots[0]
    return found if isinstance(found, Index) else None


def opened(space: Space, factor: Factor) -> tuple[tuple[Index, ...], Form]:
    """A sum's body with fresh bound indices."""
    fresh = {i: space.index("b", i.dim) for i in factor.bound}
    return tuple(fresh.values()), rename_mono(space, factor.body, fresh)


Leaf = Callable[[Factor], Form | None]


def mapped(
    space: Space, form: Form, leaf: Leaf, finish: Callable[[Form], Form] | None = None
) -> Form:
    """The Form with some factors replaced by what `leaf` makes of them (None: looked into), each
    Form in it finished."""
    return _Change(space, leaf, finish, {})(form)


@dataclass(frozen=True, slots=True)
class _Change:
    """What is made of factors and of Forms, and what was made so far."""

    space: Space
    leaf: Leaf
    finish: Callable[[Form], Form] | None
    done: dict[Factor, Form]

    def __call__(self, form: Form) -> Form:
        from symdl.derivation.index.kernels import power

        space, parts = self.space, []
        for mono, c in form.terms.items():
            result = space.number(c)
            for factor, e in mono:
                made = self.done.get(factor)
                if made is None:
                    made = self.done[factor] = self.of(factor)
                result = space.multiply(result, power(space, made, e))
            parts.append(result)
        total = space.add(space.number(0), *parts)
        return total if self.finish is None else self.finish(total)

    def of(self, factor: Factor) -> Form:
        """What becomes of a factor."""
        from symdl.derivation.index.kernels import CONSTRUCTORS
        from symdl.derivation.index.sums import sum_over

        found = self.leaf(factor)
        if found is not None:
            return found
        if factor.kind == "sum":
            bound, body = opened(self.space, factor)
            return sum_over(self.space, self(body), bound)
        if not factor.parts:
            return self.space.of(factor)
        if factor.bound:
            return mapped_bound(self.space, factor, self)
        parts = tuple(map(self, factor.parts))
        return CONSTRUCTORS[factor.kind](self.space, factor.head, factor.slots, parts, factor.sign)


def mapped_bound(
    space: Space,
    factor: Factor,
    change: Callable[[Form], Form],
    slots: tuple[Any, ...] | None = None,
) -> Form:
    """A kernel over bound indices (an inverse, a determinant) with its matrix changed."""
    from symdl.derivation.index.matrices import CONSTRUCTORS as OF_MATRICES

    fresh = {i: space.index("b", i.dim) for i in factor.bound}
    matrix = change(rename(space, factor.parts[0], fresh))
    make = OF_MATRICES[factor.kind]
    return make(space, matrix, tuple(fresh.values()), factor.slots if slots is None else slots)
