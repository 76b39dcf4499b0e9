"""Absolute values, indicators, deltas, and operations that stay as they are."""

from __future__ import annotations

from typing import Any

from symdl.derivation.index.contents import lead, parted
from symdl.derivation.index.form import Space, lowered, magnitude
from symdl.derivation.index.nouns import NONNEGATIVE, POSITIVE, UNKNOWN, Factor, Form, Index
from symdl.derivation.index.products import monomial
from symdl.derivation.index.signs import factor_sign, sign_of


def absolute(space: Space, form: Form) -> Form:
    """|u|, factor by factor."""
    if not form.terms or sign_of(form):
        return form
    if form.single is None:
        content, common, inner = parted(space, form, signed=True)
        outside = space.scale(absolute(space, common), lowered(abs(content)))
        return space.multiply(outside, space.of(_abs(space, inner)))
    mono, c = form.single
    result = space.number(magnitude(c))
    for f, e in mono:
        if factor_sign(f, e):
            part = space.of(f, e)
        elif isinstance(e, int):
            part = monomial(space, [((_abs(space, space.of(f)), e),)])
        else:
            part = space.of(f, e)
        result = space.multiply(result, part)
    return result


def _abs(space: Space, inner: Form) -> Factor:
    return space.factor("abs", None, (), (inner,), NONNEGATIVE)


def positive_part(space: Space, u: Form) -> Form:
    """max(0, u) = u [u > 0]."""
    known = sign_of(u)
    if known or not u.terms:
        return u
    if lead(u)[1] < 0:
        opposite = space.scale(u, -1)
        return space.add(positive_part(space, opposite), u)
    return space.multiply(u, step(space, u))


def step(space: Space, u: Form) -> Form:
    """[u > 0]."""
    if u.constant is not None:
        return space.number(1 if u.constant > 0 else 0)
    if sign_of(u) == POSITIVE:
        return space.number(1)
    if is_whole(space, u):
        return _step_of_whole(space, u)
    content, common, inner = parted(space, u, signed=False)
    if lead(inner)[1] < 0:
        opposite = space.scale(inner, -1)
        either = space.add(step(space, opposite), zero(space, opposite))
        return space.subtract(space.number(1), either)
    del content, common
    return space.of(space.factor("step", None, (), (inner,), NONNEGATIVE))


def is_whole(space: Space, u: Form) -> bool:
    """Whether a Form is a whole number made of indices, their sizes and integers."""
    sizes = {i.dim for i in u.free} | space.counts
    return bool(u.free) and all(
        isinstance(c, int)
        and all(_is_count(f, sizes) and e == 1 for f, e in mono)
        and len(mono) < 2
        for mono, c in u.terms.items()
    )


def _is_count(factor: Factor, sizes: set[Any]) -> bool:
    if factor.kind == "index":
        return isinstance(factor.slots[0], Index)
    return factor.kind == "scalar" and factor.head in sizes


def _step_of_whole(space: Space, u: Form) -> Form:
    """[u > 0] of a whole number: for one of u and 1 - u, which is certain at some ends."""
    if _most(space, u) <= 0:
        return space.number(0)
    other = space.subtract(space.number(1), u)
    if _most(space, other) <= 0:
        return space.number(1)
    if _first_count(u) < 0:
        return space.subtract(space.number(1), step(space, other))
    return space.of(space.factor("step", None, (), (u,), NONNEGATIVE))


def is_never_zero(space: Space, u: Form) -> bool:
    """Whether the ranges of its indices keep a whole number away from 0."""
    return _most(space, u) < 0 or _most(space, space.scale(u, -1)) < 0


def _most(space: Space, u: Form) -> float:
    """The largest value of a whole number: indices run from 1 to their sizes, which are >= 1."""
    total = space.number(0)
    for mono, c in u.terms.items():
        part = space.form({mono: c})
        if mono and mono[0][0].kind == "index":
            dim = mono[0][0].slots[0].dim
            if dim is None and c > 0:
                return float("inf")
            part = space.scale(space.dimension(dim) if c > 0 else space.number(1), c)
        total = space.add(total, part)
    if any(mono and c > 0 for mono, c in total.terms.items()):
        return float("inf")
    return float(sum(total.terms.values()))


def _first_count(u: Form) -> int:
    """The sign of a whole number for people: sizes count up, else its first index does."""
    for kind in ("scalar", "index"):
        signs = {c > 0 for mono, c in u.terms.items() if mono and mono[0][0].kind == kind}
        if len(signs) == 1:
            return 1 if signs.pop() else -1
    return 1 if lead(u)[1] > 0 else -1


def zero(space: Space, u: Form) -> Form:
    """[u = 0]."""
    if u.constant is not None:
        return space.number(0 if u.constant else 1)
    if sign_of(u) == POSITIVE or (is_whole(space, u) and is_never_zero(space, u)):
        return space.number(0)
    same = _same_index(u)
    if same is not None:
        return delta(space, *same)
    if lead(u)[1] < 0:
        u = space.scale(u, -1)
    return space.of(space.factor("zero", None, (), (u,), NONNEGATIVE))


def _same_index(u: Form) -> tuple[Index, Index] | None:
    """The two indices of one axis whose difference a Form is."""
    if len(u.free) != 2 or len(u.terms) != 2 or set(u.terms.values()) != {1, -1}:
        return None
    a, b = u.free
    plain = all(len(m) == 1 and m[0][0].kind == "index" and m[0][1] == 1 for m in u.terms)
    slots = {m[0][0].slots[0] for m in u.terms if plain}
    return (a, b) if slots == {a, b} and a.dim == b.dim and a.dim is not None else None


def delta(space: Space, a: Any, b: Any) -> Form:
    """1 where two indices are the same, else 0."""
    if a is b:
        return space.number(1)
    if isinstance(a, Index) and isinstance(b, Index):
        first, second = sorted((a, b), key=lambda i: i.number)
        return space.of(space.factor("delta", None, (first, second), (), NONNEGATIVE))
    for one, other in ((a, b), (b, a)) if space.pairs else ():
        if isinstance(one, Form) and one in space.pairs:
            return _same_pair(space, one, other)
    return zero(space, space.subtract(index_value(space, a), index_value(space, b)))


def _same_pair(space: Space, place: Form, other: Any) -> Form:
    """1 where a place is made of the same indices as another, else 0."""
    from symdl.derivation.index.splits import digit

    sizes, digits = space.pairs[place]
    found = space.number(1)
    for k, mine in enumerate(digits):
        its = digit(space, (sizes, k), other)
        found = space.multiply(found, zero(space, space.subtract(mine, its)))
    return found


def index_value(space: Space, slot: Any) -> Form:
    """An index as a number."""
    if isinstance(slot, Index):
        return space.of(space.factor("index", None, (slot,), (), POSITIVE))
    assert isinstance(slot, Form)
    return slot


def entry(space: Space, head: Any, slots: tuple[Any, ...], sign: int = UNKNOWN) -> Form:
    """An entry of an array."""
    return space.of(space.factor("entry", head, slots, (), sign))


def kernel(space: Space, op: Any, parts: tuple[Form, ...], sign: int = UNKNOWN) -> Form:
    """An operation that stays as it is; an odd one keeps the sign outside."""
    name, odd = op
    if odd and len(parts) == 1 and parts[0].terms and lead(parts[0])[1] < 0:
        return space.scale(kernel(space, op, (space.scale(parts[0], -1),), sign), -1)
    del name
    return space.of(space.factor("kernel", op, (), parts, sign))
