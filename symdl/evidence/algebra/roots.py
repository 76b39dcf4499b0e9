"""Roots and rational powers as generators: r^n = u, one degree for each base, principal branch."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from flint import fmpz

from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.algebra.kernels import (
    Kernels,
    Nowhere,
    Refine,
    Split,
    absolute_factor,
    function,
    is_real,
    learn,
    prime_factors,
    single_generator,
    split,
    times_power,
)
from symdl.evidence.algebra.polynomials import Generator, Poly, Ratio
from symdl.expression.domain import NONNEGATIVE, POSITIVE, REAL, Domain


def root_power(k: Kernels, a: Ratio, exponent: Fraction) -> Ratio:
    """a to a rational exponent p/q by the principal root (a >= 0 where q is even)."""
    a = pol.lowest(k.ring, a)
    if exponent.denominator == 1:
        return _integer_power(k, a, exponent.numerator)
    if a.num.is_zero():
        if exponent < 0:
            raise Nowhere("a negative power of 0")
        return a
    if exponent.denominator > 64 or abs(exponent.numerator) > 10_000:
        raise pol.TooLarge(f"the exponent {exponent}")
    parts = split(k, a)
    if parts.constant < 0 and not parts.unknown:
        raise Nowhere("a root of what is never positive")
    if not is_real(k, parts):
        return function(k, "power", [a], exponent, NONNEGATIVE)
    if exponent < 0:
        learn(k, parts, signs.POSITIVE)
    elif _vanishes_only_by_one_factor(k, parts):
        learn(k, parts, signs.NONNEGATIVE)
    return _parts_to(k, parts, exponent)


def _parts_to(k: Kernels, parts: Split, exponent: Fraction) -> Ratio:
    """The product of the parts to an exponent, their product being positive where it must be."""
    result = pol.rational(k.ring, 1)
    for integer, direction in (
        (abs(parts.constant.numerator), 1),
        (parts.constant.denominator, -1),
    ):
        for prime, e in prime_factors(integer):
            power = direction * e * exponent
            result = pol.multiply(k.ring, result, _factor_power(k, k.ring.constant(prime), power))
    for factor, e in parts.positive:
        result = pol.multiply(k.ring, result, _factor_power(k, factor, e * exponent))
    rest = k.ring.constant(-1 if parts.constant < 0 else 1)
    for factor, e in parts.unknown:
        if e % 2:
            rest = pol.times(k.ring, rest, factor)
        if e - e % 2:
            magnitude = absolute_factor(k, factor)
            result = pol.multiply(
                k.ring, result, _factor_power(k, magnitude, (e - e % 2) * exponent)
            )
    if not rest.is_one():
        result = pol.multiply(k.ring, result, _factor_power(k, rest, exponent))
    return result


def _vanishes_only_by_one_factor(k: Kernels, parts: Split) -> bool:
    """sqrt(x^2 y) says nothing of y where x = 0; sqrt(2 y) says y >= 0."""
    strict = all(e < 0 or signs.sign_of(k.ring, f) == signs.POSITIVE for f, e in parts.positive)
    return strict and all(e < 0 or e % 2 for _, e in parts.unknown)


def _integer_power(k: Kernels, a: Ratio, n: int) -> Ratio:
    """a to an integer; a power too large to write out stays whole: equal bases, equal powers."""
    try:
        return pol.ratio_power(k.ring, a, n)
    except pol.TooLarge:
        return function(k, "power", [a], n, REAL)


def _factor_power(k: Kernels, base: Poly, exponent: Fraction) -> Ratio:
    """base^(p/q) for a base that is not negative: whole powers leave, the rest is a root."""
    if exponent.denominator == 1:
        power = pol.of_poly(k.ring, base)
        return pol.ratio_power(k.ring, power, exponent.numerator)
    generator = single_generator(k.ring, base)
    if generator is not None and generator.kind == "exp":
        from symdl.evidence.algebra.exponents import exponential

        scaled = pol.multiply(k.ring, generator.data, pol.rational(k.ring, exponent))
        return exponential(k, scaled)
    if generator is not None and generator.kind == "root":
        base, degree = generator.data
        return root_power(k, pol.of_poly(k.ring, base), exponent / degree)
    degree = _degree_for(k, base, exponent.denominator)
    whole, left = divmod(exponent.numerator * (degree // exponent.denominator), degree)
    result = pol.ratio_power(k.ring, pol.of_poly(k.ring, base), whole)
    r = k.ring.find_or_add(
        ("root", str(base), degree),
        _root_generator(k, base, degree),
    )
    return times_power(k, result, r, left)


def _degree_for(k: Kernels, base: Poly, degree: int) -> int:
    key = str(base)
    needed = lcm(k.degrees.get(key, 1), degree)
    if needed > 64:
        raise pol.TooLarge(f"a root of degree {needed}")
    if k.degrees.get(key) != needed:
        k.degrees[key] = needed
        if ("root", key) in k.used:
            raise Refine
    k.used.add(("root", key))
    return needed


def _root_generator(k: Kernels, base: Poly, degree: int) -> Generator:
    """The root of a base >= 0; of -1 it is complex (the claim is defined at zeros only)."""
    range_, real = NONNEGATIVE, True
    if not base.is_constant():
        if signs.sign_of(k.ring, base) == signs.POSITIVE:
            range_ = POSITIVE
    elif base.leading_coefficient() < 0:
        range_, real = REAL, False
    else:
        # bounds of the root of an integer to six digits: floor(root(base * 10^(6 degree)))
        scaled = fmpz(int(base.leading_coefficient()) * 10 ** (6 * degree))
        low = int(scaled.root(degree))
        range_ = Domain(Fraction(low, 10**6), Fraction(low + 1, 10**6))
    return Generator("root", (base, degree), range_, degree, base, real)


def odd_root(k: Kernels, a: Ratio, degree: int) -> Ratio:
    """The real root of odd degree, defined everywhere and multiplicative."""
    a = pol.lowest(k.ring, a)
    if not is_real(k, split(k, a)):
        return function(k, "root", [a], degree, REAL)
    if a.num.is_zero() or signs.sign_of_ratio(k.ring, a) > 0:
        return root_power(k, a, Fraction(1, degree))
    if signs.sign_of_ratio(k.ring, a) < 0:
        return pol.negative(root_power(k, pol.negative(a), Fraction(1, degree)))
    above, up = pol.factors(a.num)
    below, down = pol.factors(a.den)
    number = root_power(
        k, pol.rational(k.ring, Fraction(abs(above), abs(below))), Fraction(1, degree)
    )
    result = number if above * below > 0 else pol.negative(number)
    for factor, exponent in [*up, *((f, -e) for f, e in down)]:
        if signs.sign_of(k.ring, factor) > 0:
            part = root_power(k, pol.of_poly(k.ring, factor), Fraction(exponent, degree))
            result = pol.multiply(k.ring, result, part)
            continue
        whole, left = divmod(exponent, degree)
        result = times_power(k, result, factor, whole)
        generator = Generator("odd root", (factor, degree), REAL, degree, factor)
        r = k.ring.find_or_add(("odd root", str(factor), degree), generator)
        result = times_power(k, result, r, left)
    return result
