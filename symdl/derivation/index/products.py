"""Products of factors: exponents added, deltas contracted, relations of kernels used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import floor

from symdl.derivation.index.form import Space, lowered
from symdl.derivation.index.nouns import Coefficient, Exponent, Factor, Form, Mono, TooLarge

SPECIAL = frozenset({"delta", "step", "zero", "abs", "prime", "sigma", "base"})
"""Kinds of factors with relations of their own."""


def monomial(space: Space, parts: Iterable[Iterable[tuple[Factor, Exponent]]]) -> Form:
    """The product of monomials as a Form."""
    exponents: dict[Factor, Exponent] = {}
    special = False
    for part in parts:
        for factor, e in part:
            exponents[factor] = exponents.get(factor, 0) + e
            special = special or factor.kind in SPECIAL
    mono = ordered(exponents)
    return related(space, mono) if special else space.form({mono: 1})


def plain_product(a: Mono, b: Mono) -> Mono | None:
    """The product of two monomials in which no factor has relations of its own, else None."""
    if not a or not b:
        return a or b
    exponents = dict(a)
    for factor, e in b:
        if factor.kind in SPECIAL:
            return None
        exponents[factor] = exponents.get(factor, 0) + e
    if any(factor.kind in SPECIAL for factor, _ in a):
        return None
    return ordered(exponents)


def ordered(exponents: Mapping[Factor, Exponent]) -> Mono:
    """The monomial of these exponents."""
    kept = [(f, e if type(e) is int else lowered(e)) for f, e in exponents.items() if e]
    if len(kept) > 1:
        kept.sort(key=_by_number)
    return tuple(kept)


def _by_number(pair: tuple[Factor, Exponent]) -> int:
    return pair[0].number


def related(space: Space, mono: Mono) -> Form:
    """A monomial with the relations of its special factors used up."""
    for place, (factor, e) in enumerate(mono):
        if factor.kind not in SPECIAL:
            continue
        others = (*mono[:place], *mono[place + 1 :])
        found = _RELATIONS[factor.kind](space, factor, e, others)
        if found is not None:
            return found
    return space.form({mono: 1})


def _delta(space: Space, factor: Factor, e: Exponent, others: Mono) -> Form | None:
    """f(i) [i = j] is f(j) [i = j]: the index with the smaller number stays."""
    from symdl.derivation.index.renaming import rename_mono

    if e < 0:
        raise TooLarge("a delta in a denominator")
    a, b = factor.slots
    if e == 1 and not any(b in f.free for f, _ in others):
        return None
    rest = rename_mono(space, others, {b: a})
    return space.multiply(rest, space.of(factor))


def _idempotent(space: Space, factor: Factor, e: Exponent, others: Mono) -> Form | None:
    if e < 0:
        raise TooLarge("an indicator in a denominator")
    return None if e == 1 else monomial(space, (others, ((factor, 1),)))


def _step(space: Space, factor: Factor, e: Exponent, others: Mono) -> Form | None:
    """[u > 0][u + 1 > 0] is [u > 0]."""
    found = _idempotent(space, factor, e, others)
    if found is not None:
        return found
    for place, (other, _) in enumerate(others):
        if other.kind == "step":
            more = space.subtract(factor.parts[0], other.parts[0]).constant
            if more is not None:
                implied = more > 0
                kept = (*others[:place], *others[place + 1 :])
                return monomial(space, (others,) if implied else (kept, ((factor, 1),)))
    return None


def _absolute(space: Space, factor: Factor, e: Exponent, others: Mono) -> Form | None:
    """|u|^2 is u^2."""
    from symdl.derivation.index.kernels import power

    if e == -1:
        return _size_below(space, factor, others)
    even = e if e % 2 == 0 else e - e % 2 if e > 0 and e >= 2 else 0
    if not even:
        return None
    space.used["|u|^2 = u^2"] = None
    rest = monomial(space, (others, ((factor, e - even),) if e != even else ()))
    return space.multiply(power(space, factor.parts[0], even), rest)


def _size_below(space: Space, factor: Factor, others: Mono) -> Form | None:
    """x^2 / |x| is |x|."""
    inner = factor.parts[0].single
    if inner is None or abs(inner[1]) != 1 or len(inner[0]) != 1 or inner[0][0][1] != 1:
        return None
    base, left = inner[0][0][0], dict(others)
    if not isinstance(left.get(base), int) or left[base] < 2:
        return None
    left[base] -= 2
    return monomial(space, (ordered(left), ((factor, 1),)))


def _prime(space: Space, factor: Factor, e: Exponent, others: Mono) -> Form | None:
    """A prime number under a fractional exponent between 0 and 1."""
    whole = floor(e)
    if not whole:
        return None
    left = ((factor, e - whole),) if e != whole else ()
    value: Coefficient = Fraction(factor.head) ** whole
    return space.scale(monomial(space, (others, left)), lowered(value))


def _base(space: Space, factor: Factor, e: Exponent, others: Mono) -> Form | None:
    """Whole positive powers of a sum are multiplied out."""
    from symdl.derivation.index.kernels import power

    if e < 1:
        return None
    whole = floor(e)
    left = ((factor, e - whole),) if e != whole else ()
    rest = monomial(space, (others, left))
    return space.multiply(power(space, factor.parts[0], whole), rest)


def _covers(have: Exponent, need: Exponent) -> bool:
    """Whether an exponent is at least another one, on the same side of 0."""
    return have >= need if need > 0 else have <= need


def _sigma(space: Space, factor: Factor, e: Exponent, others: Mono) -> Form | None:
    """e^u s(u) = e^u - s(u) and e^{-u} s(u) = 1 - s(u): no exponential of u beside s(u)."""
    from symdl.derivation.index.kernels import exponential, power

    if e < 0:  # 1/s(u) = 1 + e^{-u}
        down = exponential(space, space.scale(factor.parts[0], -1))
        whole = power(space, space.add(space.number(1), down), -floor(e))
        left = ((factor, e - floor(e)),) if e != floor(e) else ()
        return space.multiply(monomial(space, (others, left)), whole)
    u = factor.parts[0]
    if u not in space.exponentials:
        space.exponentials[u] = exponential(space, u)
    made = space.exponentials[u].single
    if made is None or made[1] != 1:
        return None
    need, have = dict(made[0]), dict(others)
    for sign in (1, -1):
        if not all(_covers(have.get(f, 0) * sign, c) for f, c in need.items()):
            continue
        space.used["e^u s(-u) = s(u)"] = None
        lesser = ((factor, e - 1),) if e != 1 else ()
        taken = ordered({**have, **{f: have[f] - sign * c for f, c in need.items()}})
        rest = monomial(space, (taken, lesser))
        with_sigma = space.multiply(rest, space.of(factor))
        first = rest if sign < 0 else monomial(space, (others, lesser))
        return space.subtract(first, with_sigma)
    return None


_RELATIONS = {
    "delta": _delta,
    "step": _step,
    "zero": _idempotent,
    "abs": _absolute,
    "prime": _prime,
    "base": _base,
    "sigma": _sigma,
}
