"""Certified signs of polynomials in generators whose ranges are known.

A sign is 2 (> 0), 1 (>= 0), -1 (<= 0), -2 (< 0) or 0 (not known). Signs come from declared
domains and from structure (exp > 0, squares, bounds, definite quadratic forms), never from
a sample.
"""

from __future__ import annotations

from typing import Any

from symdl.evidence.algebra.binomial_squares import by_binomials
from symdl.evidence.algebra.bounded_signs import MAX_SHIFTED_TERMS, by_corners, by_shifts
from symdl.evidence.algebra.polynomials import (
    Poly,
    Ratio,
    Ring,
    add,
    factors,
    lowest,
    multiply,
    rational,
)
from symdl.evidence.algebra.quadratic_signs import by_quadratic
from symdl.evidence.algebra.term_signs import (
    NEGATIVE,
    NONNEGATIVE,
    NONPOSITIVE,
    POSITIVE,
    UNKNOWN,
    best,
    by_each_term,
    by_terms,
    power_sign,
    times_sign,
)

MAX_LOGS = 6


def assume(ring: Ring, p: Poly, sign: int) -> bool:
    """Note that p has this sign where the claim is looked at; True if that is new."""
    direction, primitive = _primitive(p)
    name = str(primitive)
    if abs(sign) <= abs(ring.signs.get(name, UNKNOWN)):
        return False
    ring.signs[name] = sign * direction
    ring.assumed[name] = primitive
    return True


def note(ring: Ring, value: Ratio, sign: int) -> tuple[list[tuple[Poly, int]], bool]:
    """Note the sign of a rational function in lowest terms: of its numerator, and of the one
    factor of it whose sign is not certain anyway. (What is now known, whether that is new)."""
    below = sign_of(ring, value.den)
    if value.num.is_constant() or not (sign == UNKNOWN or below):
        return [], False
    if sign == UNKNOWN:
        return [(value.num, UNKNOWN)], False
    sign *= 1 if below > 0 else -1
    noted = [(value.num, sign)]
    content, parts = factors(value.num)
    open_ = []
    direction = 1 if content > 0 else -1
    for factor, exponent in parts:
        certain = sign_of(ring, factor) if len(parts) > 1 else UNKNOWN
        if abs(certain) == POSITIVE:
            direction *= -1 if certain < 0 and exponent % 2 else 1
        else:
            open_.append((factor, exponent))
    if len(open_) == 1 and open_[0][1] % 2 and (len(parts) > 1 or open_[0][1] > 1):
        noted.append((open_[0][0], sign * direction))
    new = [assume(ring, p, s) for p, s in noted]
    return noted, any(new)


def key(p: Poly) -> str:
    """A name for a polynomial that its rational multiples share."""
    return str(_primitive(p)[1])


def _primitive(p: Poly) -> tuple[int, Poly]:
    """Direction 1 or -1 and the primitive polynomial with a positive leading coefficient."""
    content, primitive = p.primitive()
    if primitive.leading_coefficient() < 0:
        content, primitive = -content, -primitive
    return (1 if content > 0 else -1), primitive


def sign_of_ratio(ring: Ring, a: Ratio) -> int:
    """The sign of num/den where it is defined (den is not 0 there)."""
    if a.num.is_zero():
        return UNKNOWN
    below = sign_of(ring, a.den)
    if abs(below) == 1:
        below *= 2
    return times_sign(sign_of(ring, a.num), below)


def sign_of(ring: Ring, p: Poly) -> int:
    """The certified sign of a polynomial for all values of its generators in their ranges."""
    if p.is_zero():
        return UNKNOWN
    if p.is_constant():
        return POSITIVE if p.leading_coefficient() > 0 else NEGATIVE
    direction, primitive = _primitive(p)
    name = str(primitive)
    if name not in ring.certain:
        found = UNKNOWN
        for rule in (by_each_term, by_shifts, by_corners, by_quadratic, by_binomials):
            if abs(found) < POSITIVE:
                found = best(found, rule(ring, primitive))
        ring.certain[name] = found
    found = best(ring.signs.get(name, UNKNOWN), ring.certain[name])
    if abs(found) < POSITIVE and len(primitive) <= MAX_LOGS:
        if "exp" in ring.kinds:
            found = best(found, _by_exponents(ring, primitive))
        if "log" in ring.kinds:
            found = best(found, _by_logarithms(ring, primitive))
    return direction * found


def _by_exponents(ring: Ring, p: Poly) -> int:
    """c1 exp(u) - c2 exp(v) has the sign of log(c1/c2) + u - v. (Not kept: facts may be used.)"""
    found = compared_exponents(ring, p)
    if found is None:
        return UNKNOWN
    direction, exponent, constant = found
    sign = sign_of_ratio(ring, exponent)
    if constant:
        sign = POSITIVE * constant if sign * constant >= 1 else UNKNOWN
    return times_sign(direction, sign) if direction else UNKNOWN


def compared_exponents(ring: Ring, p: Poly) -> tuple[int, Ratio, int] | None:
    """For p = m (c1 exp(u) - c2 exp(v)) with c1, c2 > 0: the sign of m, u - v, and the sign of
    log(c1/c2). None if p has another form."""
    if len(p) != 2:
        return None
    (first, c1), (second, c2) = [(m, int(c)) for m, c in p.terms()]
    if (c1 > 0) == (c2 > 0):
        return None
    common = POSITIVE if c1 > 0 else NEGATIVE
    exponent: Ratio | None = None
    for place, (a, b) in enumerate(zip(first, second, strict=True)):
        generator = ring.generator_at(place) if a or b else None
        if generator is None:
            continue
        if generator.kind == "exp":
            if a != b:
                part = multiply(ring, generator.data, rational(ring, int(a) - int(b)))
                exponent = part if exponent is None else add(ring, exponent, part)
        elif a != b:
            return None
        else:
            common = times_sign(common, power_sign(ring, place, int(a), {}))
    if exponent is None:
        return None
    return common, lowest(ring, exponent), (abs(c1) > abs(c2)) - (abs(c1) < abs(c2))


def _by_logarithms(ring: Ring, p: Poly) -> int:
    """sum of c log A has the sign of the product of all A^c, minus 1; with cofactors m in front,
    m times the logarithms of each, if all have one direction."""
    places = [i for i, e in enumerate(p.degrees()) if e and ring.generator_at(i).kind == "log"]
    if not places:
        return UNKNOWN
    groups: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
    for monomial, c in p.terms():
        logs = [i for i in places if monomial[i]]
        if len(logs) > 1 or any(monomial[i] > 1 for i in logs):
            return UNKNOWN
        rest = tuple(0 if i in logs else int(e) for i, e in enumerate(monomial))
        alone = tuple(int(i in logs) for i in range(ring.slots))
        groups.setdefault(rest, {})[alone] = c
    total = UNKNOWN
    for rest, part in groups.items():
        sign = _of_group(ring, rest, ring.context.from_dict(part))
        if sign == UNKNOWN or (total != UNKNOWN and (total > 0) != (sign > 0)):
            return UNKNOWN
        total = best(total, sign)
    return total


def _of_group(ring: Ring, rest: tuple[int, ...], logs: Poly) -> int:
    """The sign of a monomial times a sum of logarithms, or a number."""
    sign = by_terms(ring, [(rest, 1)], {})
    if logs.is_constant():
        return sign if logs.leading_coefficient() > 0 else -sign
    compared = compared_logarithms(ring, logs)
    return UNKNOWN if compared is None else times_sign(sign, sign_of(ring, compared))


def compared_logarithms(ring: Ring, p: Poly) -> Poly | None:
    """For p = sum of c log A with whole numbers c: the product of the A^c with c > 0 minus that
    of the A^-c with c < 0. None if p has another form."""
    above, below = ring.constant(1), ring.constant(1)
    if sum(abs(int(c)) for c in p.coeffs()) > MAX_LOGS:
        return None
    for monomial, c in p.terms():
        if sum(monomial) != 1:
            return None
        generator = ring.generator_at(next(i for i, e in enumerate(monomial) if e))
        if generator.kind != "log" or len(generator.data) > MAX_SHIFTED_TERMS:
            return None
        power = ring.reduce(generator.data ** abs(int(c)))
        if c > 0:
            above = ring.reduce(above * power)
        else:
            below = ring.reduce(below * power)
    return above - below


__all__ = [
    "NEGATIVE",
    "NONNEGATIVE",
    "NONPOSITIVE",
    "POSITIVE",
    "UNKNOWN",
    "assume",
    "compared_exponents",
    "compared_logarithms",
    "key",
    "note",
    "sign_of",
    "sign_of_ratio",
    "times_sign",
]
