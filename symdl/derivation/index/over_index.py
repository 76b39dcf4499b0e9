"""Products and largest values over an index: kernels that bind it.

A product is split into those of its factors; a largest value gives away what does not depend on
the index. Their derivatives hold where no factor is 0, and where the largest value is attained
once: elsewhere there is none (any convex combination of the slopes is a subgradient).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symdl.derivation.index.form import Space, magnitude
from symdl.derivation.index.kernels import exponent_of, exponential, power
from symdl.derivation.index.matrices import CONSTRUCTORS
from symdl.derivation.index.nouns import NONNEGATIVE, POSITIVE, Factor, Form, Index, TooLarge
from symdl.derivation.index.renaming import rename
from symdl.derivation.index.signs import sign_of
from symdl.derivation.index.sums import sum_over
from symdl.derivation.index.switches import zero

PRODUCT, LARGEST = "product", "largest"
NO_FACTOR_IS_0 = "where no factor is 0"
ATTAINED_ONCE = "where the extreme value is attained once (at a tie: a subgradient)"


def product_over(space: Space, form: Form, index: Index) -> Form:
    """The product of a Form over all values of an index."""
    if form.single is None:
        return _bound(space, PRODUCT, form, index, sign_of(form))
    mono, c = form.single
    fixed = space.form({tuple((f, e) for f, e in mono if index not in f.free): c})
    parts = [_repeated(space, fixed, index)]
    for factor, e in mono:
        if index not in factor.free:
            continue
        if factor.kind == "exp":
            parts.append(exponential(space, sum_over(space, exponent_of(factor), (index,))))
        elif isinstance(e, int):
            base = space.of(factor)
            parts.append(power(space, _bound(space, PRODUCT, base, index, sign_of(base)), e))
        else:
            base = space.of(factor, e)
            parts.append(_bound(space, PRODUCT, base, index, sign_of(base)))
    return space.multiply(space.number(1), *parts)


def _repeated(space: Space, form: Form, index: Index) -> Form:
    """A Form as often a factor as an index has values."""
    if form.constant == 1:
        return form
    if isinstance(index.dim, int):
        return power(space, form, index.dim)
    return _bound(space, PRODUCT, form, index, sign_of(form))


def largest_over(space: Space, form: Form, index: Index) -> Form:
    """The largest value of a Form over all values of an index."""
    fixed = {m: c for m, c in form.terms.items() if all(index not in f.free for f, _ in m)}
    moving = space.form({m: c for m, c in form.terms.items() if m not in fixed})
    if not moving.terms:
        return form
    scale = space.number(1)
    if moving.single is not None:
        mono, c = moving.single
        size = magnitude(c)
        outside = tuple((f, e) for f, e in mono if index not in f.free and f.sign >= NONNEGATIVE)
        if all(f.sign == POSITIVE or e > 0 for f, e in outside):
            inside = tuple(pair for pair in mono if pair not in outside)
            scale = space.form({outside: size})
            moving = space.form({inside: 1 if c > 0 else -1})
    found = _bound(space, LARGEST, moving, index, sign_of(moving))
    return space.add(space.form(fixed), space.multiply(scale, found))


def _bound(space: Space, kind: str, body: Form, index: Index, sign: int) -> Form:
    name = space.canonical(index.dim, 1 + body.height, 1)
    named = rename(space, body, {index: name})
    return space.of(space.factor(kind, None, (), (named,), sign, bound=(name,)))


def differentiated(space: Space, factor: Factor, slope: Callable[[Form], Form]) -> Form:
    """The derivative of a product or a largest value. slope: the derivative of a Form."""
    fresh = space.index("b", factor.bound[0].dim)
    body = rename(space, factor.parts[0], {factor.bound[0]: fresh})
    changed = slope(body)
    if not changed.terms:
        return changed
    if factor.kind == PRODUCT:
        space.used[NO_FACTOR_IS_0] = None
        rest = space.multiply(changed, power(space, body, -1))
        return space.multiply(space.of(factor), sum_over(space, rest, (fresh,)))
    if not all(any(_singles_out(f, fresh) for f, _ in mono) for mono in changed.terms):
        raise TooLarge("a largest value of which every candidate moves")
    space.used[ATTAINED_ONCE] = None
    chosen = zero(space, space.subtract(body, space.of(factor)))
    return sum_over(space, space.multiply(chosen, changed), (fresh,))


def _singles_out(factor: Factor, index: Index) -> bool:
    """Whether only one value of the index counts: the candidates move one by one."""
    return factor.kind == "delta" and index in factor.slots


def _product(space: Space, body: Form, axes: tuple[Index, ...], _slots: tuple[Any, ...]) -> Form:
    return product_over(space, body, axes[0])


def _largest(space: Space, body: Form, axes: tuple[Index, ...], _slots: tuple[Any, ...]) -> Form:
    return largest_over(space, body, axes[0])


CONSTRUCTORS.update({PRODUCT: _product, LARGEST: _largest})
