"""Scalar functions of Forms: powers, exponentials, logarithms and what stays as it is.

Rules hold wherever both the written and the rewritten side are defined: logarithms and roots are
split only along factors that are certainly positive (roots: not negative).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symdl.derivation.index.contents import lead, parted
from symdl.derivation.index.form import Space, lowered, magnitude
from symdl.derivation.index.nouns import (
    NONNEGATIVE,
    POSITIVE,
    Coefficient,
    Exponent,
    Factor,
    Form,
    Mono,
    TooLarge,
)
from symdl.derivation.index.products import monomial, ordered
from symdl.derivation.index.signs import sign_of
from symdl.derivation.index.switches import (
    absolute,
    entry,
    index_value,
    kernel,
    step,
    zero,
)

MAX_POWER = 12
MAX_PRIME = 10_000


def power(space: Space, form: Form, e: Exponent) -> Form:
    """A Form to a rational exponent; roots are principal ones.

    Raises TooLarge for powers that would be long to write out, and for 1/0.
    """
    e = lowered(e)
    if e == 1:
        return form
    if e == 0:
        return space.number(1)
    if not form.terms:
        if e < 0:
            raise TooLarge("a power of 0")
        return form
    if form.single is not None:
        return _power_of_product(space, *form.single, e)
    if isinstance(e, int) and e > 0:
        if e > MAX_POWER:
            raise TooLarge(f"the power {e} of a sum")
        result = form
        for _ in range(e - 1):
            result = space.multiply(result, form)
        return result
    return _power_of_sum(space, form, e)


def _power_of_product(space: Space, mono: Mono, c: Coefficient, e: Exponent) -> Form:
    if isinstance(e, int):
        if e < 0:
            _demand_factors(space, mono)
        value = Fraction(c) ** e
        return space.scale(monomial(space, [tuple((f, x * e) for f, x in mono)]), lowered(value))
    outside: dict[Factor, Exponent] = {}
    rest: dict[Factor, Exponent] = {}
    result = space.number(1)
    for f, x in mono:
        if f.sign >= NONNEGATIVE or not isinstance(x, int):
            outside[f] = x * e
        elif isinstance(x, int) and x % 2 == 0:
            space.used["sqrt(u^2) = |u|"] = None
            result = space.multiply(result, power(space, absolute(space, space.of(f)), x * e))
        else:
            rest[f] = x
    if len(rest) == 1 and c > 0:
        outside |= {f: x * e for f, x in rest.items()}
        _demand(space, space.form({ordered(rest): 1}), ">" if e < 0 else ">=")
    elif rest or c < 0:
        if not rest:
            raise TooLarge("a root of a negative number")
        inner = space.form({ordered(rest): 1 if c > 0 else -1})
        outside[_base(space, inner, e)] = e
    number = _number_power(space, Fraction(magnitude(c)), Fraction(e))
    return space.multiply(result, number, monomial(space, [ordered(outside)]))


def _demand_factors(space: Space, mono: Mono) -> None:
    for f, _ in mono:
        if f.sign != POSITIVE:
            _demand(space, space.of(f), "!=")


def _demand(space: Space, form: Form, relation: str) -> None:
    known = sign_of(form)
    if known == POSITIVE or (known == NONNEGATIVE and relation == ">="):
        return
    space.demands[form, relation] = None


def _number_power(space: Space, value: Fraction, e: Fraction) -> Form:
    """A positive number to a rational power: primes under exponents between 0 and 1."""
    parts = []
    for n, direction in ((value.numerator, 1), (value.denominator, -1)):
        for p, k in _prime_factors(n):
            parts.append(((space.factor("prime", p, sign=POSITIVE), direction * k * e),))
    return monomial(space, parts)


def _prime_factors(n: int) -> list[tuple[int, int]]:
    """Small factors of n > 0 with multiplicities; a cofactor without small ones is left whole."""
    found = []
    p = 2
    while p * p <= n and p < MAX_PRIME:
        k = 0
        while n % p == 0:
            n, k = n // p, k + 1
        if k:
            found.append((p, k))
        p += 1
    return [*found, (n, 1)] if n > 1 else found


def _power_of_sum(space: Space, form: Form, e: Exponent) -> Form:
    content, common, inner = parted(space, form, signed=isinstance(e, int))
    outside = space.multiply(
        power(space, common, e),
        _number_power(space, abs(content), Fraction(e))
        if not isinstance(e, int)
        else space.number(lowered(content**e)),
    )
    if isinstance(e, int):
        for sign in (1, -1):
            turned = _one_minus_sigma(space.scale(inner, sign))
            if turned is not None and e < 0:  # 1/(1 - s(u)) = 1 + e^u
                up = space.add(space.number(1), exponential(space, turned))
                return space.multiply(
                    outside, space.scale(power(space, up, -e), sign if e % 2 else 1)
                )
        fold = _as_sigma(space, inner)
        if fold is not None:
            return space.multiply(outside, power(space, fold, -e))
    return space.multiply(outside, monomial(space, [((_base(space, inner, e), e),)]))


def _base(space: Space, inner: Form, e: Exponent) -> Factor:
    relation = "!=" if isinstance(e, int) else ">" if e < 0 else ">="
    if e < 0 or not isinstance(e, int):
        _demand(space, inner, relation)
    return space.factor("base", None, (), (inner,), sign_of(inner))


# --- exponentials and logarithms ----------------------------------------------------------------


def exponential(space: Space, form: Form) -> Form:
    """exp of a sum is the product of the exponentials of its summands."""
    parts = []
    for mono, c in form.terms.items():
        if len(mono) == 1 and mono[0][0].kind == "log" and mono[0][1] == 1:
            space.used["exp(log u) = u"] = None
            parts.append(power(space, mono[0][0].parts[0], c))
        else:
            inner = form if c == 1 and len(form.terms) == 1 else space.form({mono: 1})
            factor = space.factor("exp", None, (), (inner,), POSITIVE)
            parts.append(space.of(factor, c))
    if len(parts) == 1:
        return parts[0]
    return space.multiply(space.number(1), *parts)


def exponent_of(factor: Factor) -> Form:
    """u of a factor exp(u)."""
    return factor.parts[0]


def logarithm(space: Space, form: Form) -> Form:
    """log, split along factors that are certainly positive."""
    if form.single is None:
        if not form.terms:
            raise TooLarge("the logarithm of 0")
        content, common, inner = parted(space, form, signed=False)
        sigma = _one_minus_sigma(inner)
        if sigma is not None:
            tail = _log_sigma(space, space.scale(sigma, -1))
        else:
            tail = _log(space, inner)
        return space.add(logarithm(space, space.scale(common, lowered(content))), tail)
    mono, c = form.single
    total = [_log_number(space, Fraction(magnitude(c)))]
    rest: dict[Factor, Exponent] = {}
    for f, e in mono:
        if f.kind == "exp":
            total.append(space.scale(exponent_of(f), e))
        elif f.kind == "sigma":
            total.append(space.scale(_log_sigma(space, f.parts[0]), e))
        elif f.kind == "product" and f.sign == POSITIVE:
            total.append(space.scale(_log_of_product(space, f), e))
        elif f.sign == POSITIVE:
            inner = f.parts[0] if f.kind == "base" else space.of(f)
            total.append(space.scale(_log(space, inner), e))
        else:
            rest[f] = e
    if rest or c < 0:
        if not rest:
            raise TooLarge("the logarithm of a negative number")
        if len(rest) == 1 and c > 0:
            f, e = next(iter(rest.items()))
            if isinstance(e, int) and e % 2 == 0:
                total.append(space.scale(_log(space, absolute(space, space.of(f))), e))
            else:
                total.append(space.scale(_log(space, space.of(f)), e))
        else:
            total.append(_log(space, space.form({ordered(rest): 1 if c > 0 else -1})))
    return space.add(*total)


def _log(space: Space, inner: Form) -> Form:
    _demand(space, inner, ">")
    return space.of(space.factor("log", None, (), (inner,)))


def _log_of_product(space: Space, factor: Factor) -> Form:
    """The logarithm of a product over an index is the sum of the logarithms."""
    from symdl.derivation.index.renaming import rename
    from symdl.derivation.index.sums import sum_over

    index = space.index("b", factor.bound[0].dim)
    body = rename(space, factor.parts[0], {factor.bound[0]: index})
    return sum_over(space, logarithm(space, body), (index,))


def _log_number(space: Space, value: Fraction) -> Form:
    parts = [space.number(0)]
    for n, direction in ((value.numerator, 1), (value.denominator, -1)):
        for p, k in _prime_factors(n):
            parts.append(space.scale(_log(space, space.number(p)), direction * k))
    return space.add(*parts)


def _log_sigma(space: Space, u: Form) -> Form:
    """log s(u) = u - log(1 + e^u)."""
    space.used["log s(u) = u - log(1 + e^u)"] = None
    return space.subtract(u, logarithm(space, space.add(space.number(1), exponential(space, u))))


def _one_minus_sigma(form: Form) -> Form | None:
    """u if the Form is 1 - s(u)."""
    if len(form.terms) != 2 or form.terms.get(()) != 1:
        return None
    mono, c = next((m, c) for m, c in form.terms.items() if m)
    if c != -1 or len(mono) != 1 or mono[0][0].kind != "sigma" or mono[0][1] != 1:
        return None
    return mono[0][0].parts[0]


# --- the logistic function ----------------------------------------------------------------------


def sigma(space: Space, u: Form) -> Form:
    """s(u) = 1/(1 + e^{-u}), with s(-u) = 1 - s(u) for one sign of u."""
    if not u.terms:
        return space.number(Fraction(1, 2))
    if lead(u)[1] < 0:
        return space.subtract(space.number(1), sigma(space, space.scale(u, -1)))
    return space.of(space.factor("sigma", None, (), (u,), POSITIVE))


def _as_sigma(space: Space, inner: Form) -> Form | None:
    """1/(e^a + e^b) as e^{-b} s(b - a)."""
    if len(inner.terms) != 2 or set(inner.terms.values()) != {1}:
        return None
    if not all(f.kind == "exp" for mono in inner.terms for f, _ in mono):
        return None
    pulled = lead(inner)[0]
    other = next(m for m in inner.terms if m is not pulled)
    a, b = (
        space.add(space.number(0), *(space.scale(exponent_of(f), e) for f, e in mono))
        for mono in (other, pulled)
    )
    space.used["1/(1 + e^{-u}) = s(u)"] = None
    down = exponential(space, space.scale(b, -1))
    return space.multiply(down, sigma(space, space.subtract(b, a)))


def _digit(space: Space, head: Any, slot: Any) -> Form:
    from symdl.derivation.index.splits import digit

    return digit(space, head, slot)


Constructor = Callable[[Space, Any, tuple[Any, ...], tuple[Form, ...], int], Form]
CONSTRUCTORS: dict[str, Constructor] = {
    "entry": lambda s, head, slots, parts, sign: entry(s, head, slots, sign),
    "index": lambda s, head, slots, parts, sign: index_value(s, slots[0]),
    "digit": lambda s, head, slots, parts, sign: _digit(s, head, slots[0]),
    "base": lambda s, head, slots, parts, sign: parts[0],
    "exp": lambda s, head, slots, parts, sign: exponential(s, parts[0]),
    "log": lambda s, head, slots, parts, sign: logarithm(s, parts[0]),
    "sigma": lambda s, head, slots, parts, sign: sigma(s, parts[0]),
    "abs": lambda s, head, slots, parts, sign: absolute(s, parts[0]),
    "step": lambda s, head, slots, parts, sign: step(s, parts[0]),
    "zero": lambda s, head, slots, parts, sign: zero(s, parts[0]),
    "kernel": lambda s, head, slots, parts, sign: kernel(s, head, parts, sign),
}
"""How a factor of each kind is built anew from other arguments; power() is applied behind."""
