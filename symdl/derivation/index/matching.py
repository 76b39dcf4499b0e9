"""Equations used inside of sums: `sum_j u_ij / sum_j u_ij = 1`, `A^{-1} A = I`, and hypotheses
such as `sum_j y_ij = 1`, wherever their pattern is a part of a larger sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import permutations, product

from symdl.derivation.index.form import Space
from symdl.derivation.index.nouns import Exponent, Factor, Form, Index, Mono, Rule
from symdl.derivation.index.renaming import opened, rename, rename_mono

Pair = tuple[Factor, Exponent]


def simpler(space: Space, bound: Sequence[Index], factors: Sequence[Pair]) -> Form | None:
    """A connected sum with one equation used, None if none fits."""
    for rule in (*_quotients(space, factors), *_inverses(space, factors), *space.rules):
        found = _applied(space, rule, bound, factors)
        if found is not None:
            space.used[rule.name] = None
            return found
    return None


def _quotients(space: Space, factors: Sequence[Pair]) -> Iterator[Rule]:
    """For each sum in a denominator: over its own indices the terms add up to the sum itself."""
    for factor, e in factors:
        if factor.kind == "sum" and (not isinstance(e, int) or e < 0):
            name = "a sum divided by itself is 1"
            yield Rule(factor.bound, factor.body, (), space.of(factor), name)


def _inverses(space: Space, factors: Sequence[Pair]) -> Iterator[Rule]:
    """For each inverse among the factors: beside its matrix it is the identity."""
    for factor, _ in factors:
        if factor.kind != "inverse" or not all(isinstance(s, Index) for s in factor.slots):
            continue
        if factor in space.opening:
            continue
        i, j = factor.slots
        for inner, outer, left in ((i, j, False), (j, i, True)):
            yield from _beside(space, factor, inner, outer, left)


def _beside(space: Space, factor: Factor, inner: Index, outer: Index, left: bool) -> Iterator[Rule]:
    """Inv(i, j) M(j, y) and M(x, i) Inv(i, j), summed over the shared index, are deltas."""
    from symdl.derivation.index.sums import sum_over
    from symdl.derivation.index.switches import delta

    row, column = factor.bound
    other = space.index("any", row.dim)
    pair = {row: inner, column: other} if left else {row: other, column: inner}
    matrix = rename(space, factor.parts[0], pair)
    more: tuple[Index, ...] = ()
    chosen = [m for m in matrix.terms if len(matrix.terms) == 1 or _is_product(m)]
    if not chosen:  # of `A + B` the first
        plain = [m for m in matrix.terms if len(m) == 1 and m[0][0].kind == "entry"]
        chosen = [min(plain, key=lambda m: m[0][0].head.data.name)] if len(plain) > 1 else []
    if len(chosen) != 1:
        return
    mono = chosen[0]
    c = matrix.terms[mono]
    rest = space.form({m: d for m, d in matrix.terms.items() if m is not mono})
    if _is_product(mono):
        more, body = opened(space, mono[0][0])
        if body.single is None or body.single[1] != 1:
            return
        mono = body.single[0]
    name = "a matrix times its inverse is the identity"
    value = delta(space, outer, other)
    if rest.terms:  # of a sum of matrices, one summand is what the others leave
        beside = space.multiply(space.of(factor), rest)
        space.opening.add(factor)
        try:
            value = space.subtract(value, sum_over(space, beside, (inner,)))
        finally:
            space.opening.discard(factor)
    value = space.scale(value, 1 / Fraction(c))
    yield Rule((inner, *more), (*mono, (factor, 1)), (other,), value, name, fixed=(inner,))


def _is_product(mono: Mono) -> bool:
    """Whether a summand of a matrix is a sum over an index alone, as `X^T X` is."""
    return len(mono) == 1 and mono[0][0].kind == "sum" and mono[0][1] == 1


def _applied(
    space: Space, rule: Rule, bound: Sequence[Index], factors: Sequence[Pair]
) -> Form | None:
    have = dict(factors)
    if len(rule.body) > sum(e if isinstance(e, int) and e > 0 else 1 for e in have.values()):
        return None  # two factors of a rule may be a square: `Q_{ki} Q_{kj}` where j is i
    for table in _tables(rule, bound, have):
        body = rename_mono(space, rule.body, table)
        if body.single is None or body.single[1] != 1:
            continue
        left = _without(have, body.single[0])
        summed = {table.get(i, i) for i in rule.bound}
        if left is None or any(not summed.isdisjoint(f.free) for f in left):
            continue
        return _put(space, rule, table, left, [i for i in bound if i not in summed])
    return None


def _put(
    space: Space,
    rule: Rule,
    table: dict[Index, Index],
    left: dict[Factor, Exponent],
    bound: list[Index],
) -> Form:
    from symdl.derivation.index.products import ordered
    from symdl.derivation.index.sums import sum_over

    value = rename(space, rule.value, table)
    return sum_over(space, space.multiply(space.form({ordered(left): 1}), value), bound)


def _tables(
    rule: Rule, bound: Sequence[Index], have: dict[Factor, Exponent]
) -> Iterator[dict[Index, Index]]:
    """What the indices of a rule may stand for: its bound ones for different bound indices, its
    universal ones for any."""
    mine = [i for i in rule.bound if i not in rule.fixed]
    around = dict.fromkeys((*bound, *(i for f in have for i in f.free)))
    anything = [[i for i in around if i.dim == a.dim] for a in rule.any_]
    for chosen in permutations([i for i in bound if i not in rule.fixed], len(mine)):
        if any(a.dim != b.dim for a, b in zip(mine, chosen, strict=True)):
            continue
        if not set(rule.fixed) <= set(bound):
            return
        for free in product(*anything):
            if set(free).isdisjoint(chosen):
                table = dict(zip(mine, chosen, strict=True))
                yield table | dict(zip(rule.any_, free, strict=True))


def _without(have: dict[Factor, Exponent], body: Mono) -> dict[Factor, Exponent] | None:
    left = dict(have)
    for factor, e in body:
        if left.get(factor, 0) != e:
            more = left.get(factor, 0) - e
            whole = isinstance(e, int) and isinstance(more, int) and e > 0
            if factor not in left or not whole or more <= 0:
                return None
            left[factor] = more
            continue
        del left[factor]
    return left
