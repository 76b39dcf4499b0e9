"""Absolute values, indicators, deltas, and operations that stay as they are."""

from __future__ import annotations

from typing import Any

from symdl.derivation.index.contents import lead, parted
from symdl.derivation.index.form import (
    NONNEGATIVE,
    POSITIVE,
    UNKNOWN,
    Factor,
    Form,
    Index,
    Space,
    lowered,
    magnitude,
)
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
    content, common, inner = parted(space, u, signed=False)
    if lead(inner)[1] < 0:
        opposite = space.scale(inner, -1)
        either = space.add(step(space, opposite), zero(space, opposite))
        return space.subtract(space.number(1), either)
    del content, common
    return space.of(space.factor("step", None, (), (inner,), NONNEGATIVE))


def zero(space: Space, u: Form) -> Form:
    """[u = 0]."""
    if u.constant is not None:
        return space.number(0 if u.constant else 1)
    if sign_of(u) == POSITIVE:
        return space.number(0)
    if lead(u)[1] < 0:
        u = space.scale(u, -1)
    return space.of(space.factor("zero", None, (), (u,), NONNEGATIVE))


def delta(space: Space, a: Any, b: Any) -> Form:
    """1 where two indices are the same, else 0."""
    if a is b:
        return space.number(1)
    if isinstance(a, Index) and isinstance(b, Index):
        first, second = sorted((a, b), key=lambda i: i.number)
        return space.of(space.factor("delta", None, (first, second), (), NONNEGATIVE))
    return zero(space, space.subtract(index_value(space, a), index_value(space, b)))


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
