"""Sums over indices: deltas contracted, what is constant taken out, connected parts named
canonically."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import factorial, prod

from symdl.derivation.index.form import Space
from symdl.derivation.index.nouns import (
    NONNEGATIVE,
    POSITIVE,
    UNKNOWN,
    Exponent,
    Factor,
    Form,
    Index,
    Mono,
    TooLarge,
)
from symdl.derivation.index.products import ordered
from symdl.derivation.index.renaming import as_index, opened, rename, rename_mono
from symdl.derivation.index.shades import refined

MAX_ORDERS = 720
"""More ways to name the bound indices of one sum are not tried."""


def sum_over(space: Space, form: Form, bound: Iterable[Index]) -> Form:
    """The sum of a Form over all values of some indices."""
    wanted = tuple(bound)
    parts = []
    for mono, c in form.terms.items():
        parts.append(space.scale(_sum_mono(space, mono, wanted), c))
    return space.add(*parts)


def _sum_mono(space: Space, mono: Mono, bound: tuple[Index, ...]) -> Form:
    if not bound:
        return space.form({mono: 1})
    for factor, _ in mono:
        if factor.kind == "delta":
            contracted = _contracted(space, factor, mono, bound)
            if contracted is not None:
                return contracted
    for index in bound if space.splits else ():
        if index.dim in space.splits:
            return _split(space, mono, bound, index)
    mine = set(bound)
    for factor, _ in mono:
        if factor.kind == "zero":
            contracted = _at_the_zero(space, factor, mono, bound)
            if contracted is not None:
                return contracted
    for factor, e in mono:
        if (
            factor.kind == "sum"
            and isinstance(e, int)
            and e > 0
            and not mine.isdisjoint(factor.free)
        ):
            return _with_open_sums(space, mono, bound)
    return _by_components(space, mono, bound)


def _split(space: Space, mono: Mono, bound: tuple[Index, ...], index: Index) -> Form:
    """A sum along an axis that is put together of others, as sums along those."""
    from symdl.derivation.index.splits import alternatives

    others = tuple(i for i in bound if i is not index)
    parts = [space.number(0)]
    for indices, place in alternatives(space, index):
        body = rename_mono(space, mono, {index: place})
        parts.append(sum_over(space, body, (*others, *indices)))
    return space.add(*parts)


def _contracted(space: Space, factor: Factor, mono: Mono, bound: Sequence[Index]) -> Form | None:
    """A sum over i of f(i) [i = j] is f(j)."""
    a, b = factor.slots
    if a.dim != b.dim:
        return None
    i, j = (b, a) if b in bound else (a, b)
    if i not in bound:
        return None
    rest = tuple((f, e) for f, e in mono if f is not factor)
    left = [index for index in bound if index is not i]
    return sum_over(space, rename_mono(space, rest, {i: j}), left)


def _at_the_zero(space: Space, factor: Factor, mono: Mono, bound: Sequence[Index]) -> Form | None:
    """A sum over i of f(i) [i + 1 = p] is f(p - 1), where p - 1 is one of the values of i."""
    form = factor.parts[0]
    for place, c in form.terms.items():
        index = as_index(space.form({place: 1}))
        if index is None or index not in bound or abs(c) != 1 or index.dim is None:
            continue
        if not space.shifts:
            space.shifts = False
            return None
        rest = space.form({m: -d * c for m, d in form.terms.items() if m is not place})
        if index in rest.free or not _is_of_indices(rest):
            continue
        others = tuple((f, e) for f, e in mono if f is not factor)
        value = space.multiply(
            rename_mono(space, others, {index: rest}), _inside(space, rest, index)
        )
        return sum_over(space, value, [i for i in bound if i is not index])
    return None


def _is_of_indices(form: Form) -> bool:
    """Whether a Form is a whole number: one of indices and integers."""
    return all(
        isinstance(c, int) and (not mono or (len(mono) == 1 and mono[0][0].kind == "index"))
        for mono, c in form.terms.items()
    )


def _inside(space: Space, value: Form, index: Index) -> Form:
    """1 where a whole number is one of the values of an index, else 0."""
    from symdl.derivation.index.switches import step

    assert index.dim is not None
    shift = value.terms.get((), 0)
    other = as_index(space.subtract(value, space.number(shift)))
    found = space.number(1)
    if other is None or shift < 0:
        found = step(space, value)
    if other is None or shift > 0 or other.dim != index.dim:
        beyond = space.subtract(space.add(space.dimension(index.dim), space.number(1)), value)
        found = space.multiply(found, step(space, beyond))
    return found


def _with_open_sums(space: Space, mono: Mono, bound: tuple[Index, ...]) -> Form:
    """Products of sums that share a bound index are one sum."""
    mine = set(bound)
    body = space.number(1)
    kept = []
    more = list(bound)
    for factor, e in mono:
        inner = factor.kind == "sum" and isinstance(e, int) and e > 0
        if not inner or mine.isdisjoint(factor.free):
            kept.append((factor, e))
            continue
        for _ in range(int(e)):
            fresh, inside = opened(space, factor)
            more.extend(fresh)
            body = space.multiply(body, inside)
    return sum_over(space, space.multiply(space.form({tuple(kept): 1}), body), more)


def _by_components(space: Space, mono: Mono, bound: Sequence[Index]) -> Form:
    """What does not depend on the bound indices taken out, the rest by connected parts."""
    mine = set(bound)
    outside = [(f, e) for f, e in mono if mine.isdisjoint(f.free)]
    result = space.form({tuple(outside): 1})
    for indices, factors in _connected(mono, bound):
        part = component(space, indices, factors) if factors else space.dimension_of(indices[0])
        result = space.multiply(result, part)
    return result


def _connected(
    mono: Mono, bound: Sequence[Index]
) -> Iterator[tuple[list[Index], list[tuple[Factor, Exponent]]]]:
    """The bound indices by connected part, each with its factors."""
    left = dict.fromkeys(bound)
    waiting = [(f, e) for f, e in mono if not f.free.isdisjoint(left)]
    while left:
        first = next(iter(left))
        group = {first: None}
        found: list[tuple[Factor, Exponent]] = []
        grown = True
        while grown:
            joined = [pair for pair in waiting if not pair[0].free.isdisjoint(group)]
            waiting = [pair for pair in waiting if pair[0].free.isdisjoint(group)]
            found += joined
            more = {i: None for f, _ in joined for i in f.free if i in left and i not in group}
            grown = bool(more)
            group |= more
        for i in group:
            del left[i]
        yield list(group), found


def component(
    space: Space, bound: Sequence[Index], factors: Sequence[tuple[Factor, Exponent]]
) -> Form:
    """A connected sum, first by the equations that hold, then under canonical names."""
    from symdl.derivation.index.matching import simpler

    found = simpler(space, bound, factors)
    return named(space, bound, ordered(dict(factors))) if found is None else found


def named(space: Space, bound: Sequence[Index], mono: Mono) -> Form:
    """A connected sum with canonical names for its bound indices."""
    level = 1 + max(f.height for f, _ in mono)
    if len(bound) > 1:
        classes = refined(bound, mono)
        if len(classes) == len(bound):
            return _rigid(space, [c[0] for c in classes], mono, level)
    best: tuple[tuple[object, ...], tuple[Index, ...], Form] | None = None
    for order in orders(bound, mono):
        names = tuple(space.canonical(i.dim, level, place) for place, i in enumerate(order, 1))
        body = rename_mono(space, mono, dict(zip(order, names, strict=True)))
        key = tuple(sorted(tuple((f.number, e) for f, e in m) for m in body.terms))
        if best is None or key < best[0]:
            best = key, names, body
    assert best is not None
    _, names, body = best
    total = space.number(0)
    for each, c in body.terms.items():
        total = space.add(total, space.scale(_sum_factor(space, names, each), c))
    return total


def _rigid(space: Space, order: Sequence[Index], mono: Mono, level: int) -> Form:
    """A sum whose bound indices are told apart by structure."""
    names = tuple(space.canonical(i.dim, level, place) for place, i in enumerate(order, 1))
    body = rename_mono(space, mono, dict(zip(order, names, strict=True)))
    parts = [space.number(0)]
    for each, c in body.terms.items():
        whole = _sum_factor(space, names, each)
        if whole.single is not None and len(body.terms) == 1:
            whole.single[0][0][0].rigid = True
        parts.append(space.scale(whole, c))
    return parts[1] if len(parts) == 2 else space.add(*parts)


def same_sum(space: Space, factor: Factor, body: Form) -> Form:
    """The sum over one index with another body, which is as connected as its own."""
    single = body.single
    if single is not None and single[1] == 1:  # the same under other names: of the same sign
        made = space.factor("sum", None, sign=factor.sign, bound=factor.bound, body=single[0])
        made.rigid = made.rigid or factor.rigid
        return space.of(made)
    parts = [space.scale(_sum_factor(space, factor.bound, m), c) for m, c in body.terms.items()]
    if factor.rigid and len(parts) == 1 and parts[0].single is not None:
        parts[0].single[0][0][0].rigid = True
    return parts[0] if len(parts) == 1 else space.add(space.number(0), *parts)


def _sum_factor(space: Space, bound: tuple[Index, ...], mono: Mono) -> Form:
    sign = UNKNOWN
    signs = [
        f.sign if not isinstance(e, int) or e % 2 else max(f.sign, NONNEGATIVE) for f, e in mono
    ]
    if all(s >= NONNEGATIVE for s in signs):
        sign = POSITIVE if all(s == POSITIVE for s in signs) else NONNEGATIVE
    return space.of(space.factor("sum", None, sign=sign, bound=bound, body=mono))


def orders(bound: Sequence[Index], mono: Mono) -> Iterator[tuple[Index, ...]]:
    """The orders of the bound indices that structure leaves open; one where it decides."""
    if len(bound) == 1:
        yield tuple(bound)
        return
    classes = refined(bound, mono)
    if prod(factorial(len(c)) for c in classes) == 1:
        yield tuple(c[0] for c in classes)
        return
    count = 0
    stack: list[list[list[Index]]] = [classes]
    while stack:
        found = stack.pop()
        place = next((n for n, c in enumerate(found) if len(c) > 1), None)
        if place is None:
            count += 1
            if count > MAX_ORDERS:
                raise TooLarge("a sum with too many symmetries")
            yield tuple(c[0] for c in found)
            continue
        for chosen in found[place]:
            rest = [i for i in found[place] if i is not chosen]
            split = [*found[:place], [chosen], rest, *found[place + 1 :]]
            stack.append(refined(bound, mono, split))


__all__ = ["component", "rename", "sum_over"]
