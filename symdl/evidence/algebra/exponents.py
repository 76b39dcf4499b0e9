"""Exponentials, symbolic powers and angles over a basis of all their exponents.

exp(u) for every exponent u of a claim is a product of integer powers of a few generators: each
u is a rational combination of monomials over one common denominator, and the step of a
monomial is the largest rational of which all its coefficients are multiples (its lattice in
one dimension; 0.044715 = 8943/200000 makes this essential). So exp(2x) and exp(x)^2 are the
same polynomial, and distinct generators are independent.
"""

from __future__ import annotations

from fractions import Fraction

from symdl.evidence.algebra import inverse_angles
from symdl.evidence.algebra import kernels as ker
from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.algebra.kernels import MAX_RATIO, Kernels, Refine
from symdl.evidence.algebra.polynomials import Generator, Poly, Ratio
from symdl.evidence.algebra.roots import root_power
from symdl.evidence.algebra.whole import is_integer_valued
from symdl.evidence.exact import common_step
from symdl.expression.domain import POSITIVE, REAL, SYMMETRIC_UNIT, UNIT_OPEN, Domain

EXP_RANGES = {
    signs.POSITIVE: Domain(Fraction(1), None, True),
    signs.NONNEGATIVE: Domain(Fraction(1)),
    signs.NONPOSITIVE: Domain(Fraction(0), Fraction(1), True),
    signs.NEGATIVE: UNIT_OPEN,
}
"""The range of exp(u) by the sign of u."""
MAX_ANGLE = 24
SIGNS = Domain(Fraction(-1), Fraction(1), integer=True, excluded=(Fraction(0),))
Part = tuple[Poly, Poly, Fraction]
"""A monomial, its denominator and the rational coefficient."""


def register(k: Kernels, family: str, exponents: list[Ratio]) -> None:
    """Put exponents over one common denominator and make the basis fine enough for them.

    Raises Refine when generators that are in use already change by that.
    """
    common = k.ring.constant(1)
    for exponent in exponents:
        _, primitive = exponent.den.primitive()
        _, right = pol.cofactors(common, primitive)
        common = pol.times(k.ring, common, right)
    for exponent in exponents:
        k.denominators[family, *pol.key_of(exponent)] = common
        for monomial, den, coefficient in _parts(k, family, exponent):
            _refine(k, (family, str(monomial), str(den)), abs(coefficient))


def _refine(k: Kernels, key: tuple[str, ...], coefficient: Fraction) -> None:
    step = k.steps.get(key)
    new = coefficient if step is None else common_step(step, coefficient)
    k.largest[key] = max(k.largest.get(key, coefficient), coefficient)
    if new != step:
        k.steps[key] = new
        if key in k.used:
            raise Refine


def _parts(k: Kernels, family: str, exponent: Ratio) -> list[Part]:
    """The exponent as a rational combination of monomials over denominators.

    Over the common denominator D the numerator is quotient * D + remainder; both are linear in
    it, so that the parts of a sum are the sums of the parts.
    """
    common = k.denominators[family, *pol.key_of(exponent)]
    content, primitive = exponent.den.primitive()
    quotient, rest = exponent.num, k.ring.constant(0)
    if not common.is_one():
        num = pol.times(k.ring, exponent.num, common // primitive)
        quotient, rest = divmod(num, common)
    parts = []
    for poly, den in ((quotient, k.ring.constant(1)), (rest, common)):
        for place, coefficient in enumerate(poly.coeffs()):
            reduced = pol.lowest(k.ring, Ratio(_monomial(k, poly, place), den))
            parts.append((reduced.num, reduced.den, Fraction(int(coefficient), int(content))))
    return parts


def _monomial(k: Kernels, p: Poly, place: int) -> Poly:
    return k.ring.context.from_dict({p.monomial(place): 1})


def exponential(k: Kernels, u: Ratio) -> Ratio:
    """exp(u): logarithms in the exponent become powers, the rest a product of generators."""
    u = pol.lowest(k.ring, u)
    u, result = take_logarithms(k, u)
    if u.num.is_zero():
        return result
    if ("exp", *pol.key_of(u)) not in k.denominators:
        register(k, "exp", [u])
    for part in _parts(k, "exp", u):
        base, times = _generator(k, "exp", part)
        result = pol.multiply(k.ring, result, pol.ratio_power(k.ring, base, times))
    return result


def take_logarithms(k: Kernels, u: Ratio) -> tuple[Ratio, Ratio]:
    """exp(c log f + v) = f^c exp(v) for a rational c."""
    result = pol.rational(k.ring, 1)
    if not u.den.is_constant():
        return u, result
    den = int(u.den.leading_coefficient())
    kept = {}
    for monomial, coefficient in u.num.terms():
        generator = None
        if sum(monomial) == 1:
            generator = k.ring.generator_at(monomial.index(1))
        if generator is not None and generator.kind == "log":
            k.rules.add("exp(c log u) = u^c")
            power = Fraction(int(coefficient), den)
            factor = root_power(k, pol.of_poly(k.ring, generator.data), power)
            result = pol.multiply(k.ring, result, factor)
        else:
            kept[monomial] = coefficient
    if len(kept) < len(u.num):
        u = pol.lowest(k.ring, Ratio(k.ring.context.from_dict(kept), u.den))
    return u, result


def _generator(k: Kernels, family: str, part: Part) -> tuple[Ratio, int]:
    """The generator of a part of an exponent, and the power of it that is meant."""
    monomial, den, coefficient = part
    key = (family, str(monomial), str(den))
    step = k.steps[key]
    k.used.add(key)
    if k.largest[key] / step > MAX_RATIO:
        step = abs(coefficient)
    exponent = pol.multiply(k.ring, Ratio(monomial, den), pol.rational(k.ring, step))
    exponent = pol.lowest(k.ring, exponent)
    real, range_ = True, REAL
    if family == "exp":
        sign = signs.sign_of_ratio(k.ring, exponent)
        range_ = EXP_RANGES.get(sign, POSITIVE)
    else:
        real = _is_integer(k, exponent)
    kind = "exp" if family == "exp" else "power"
    made = Generator(kind, exponent, range_, real=real)
    p = k.ring.find_or_add((*key, step), made)
    return pol.of_poly(k.ring, p), int(coefficient / step)


def _is_integer(k: Kernels, exponent: Ratio) -> bool:
    """Whether an exponent is an integer wherever the symbols in it have their values."""
    if not exponent.den.is_one():
        return False
    generators = [k.ring.generator_at(i) for i, d in enumerate(exponent.num.degrees()) if d]
    return all(g.kind == "atom" and g.range.integer for g in generators)


def symbolic_power(k: Kernels, base: Ratio, exponent: Ratio) -> Ratio:
    """base^exponent: exp(exponent log base) for a base >= 0, else generators of their own.

    For a base of unknown sign these are exp(exponent Log base) with the complex logarithm: sums
    of exponents are products, but nothing more is used of them.
    """
    exponent = pol.lowest(k.ring, exponent)
    value = pol.as_rational(exponent)
    if value is not None:
        return root_power(k, base, value)
    base = pol.lowest(k.ring, base)
    if base.num.is_zero():
        raise pol.TooLarge("a power of 0 with a symbolic exponent")
    if signs.sign_of_ratio(k.ring, base) >= signs.NONNEGATIVE:
        k.rules.add("b^t = exp(t log b) for b > 0")
        logarithm = ker.logarithm(k, base)
        return exponential(k, pol.multiply(k.ring, exponent, logarithm))
    number = pol.as_rational(base)
    if number is not None and exponent.den.is_one() and is_integer_valued(k.ring, exponent.num):
        size = symbolic_power(k, pol.rational(k.ring, abs(number)), exponent)
        return pol.multiply(k.ring, size, pol.of_poly(k.ring, _parity(k, exponent.num)))
    family = "^".join(pol.key_of(base))
    register(k, family, [exponent])
    result = pol.rational(k.ring, 1)
    for monomial, den, coefficient in _parts(k, family, exponent):
        if monomial.is_one() and den.is_one() and coefficient.denominator == 1:
            factor = pol.ratio_power(k.ring, base, coefficient.numerator)
        else:
            generator, times = _generator(k, family, (monomial, den, coefficient))
            factor = pol.ratio_power(k.ring, generator, times)
        result = pol.multiply(k.ring, result, factor)
    return result


def _parity(k: Kernels, exponent: Poly) -> Poly:
    """(-1)^n for an integer n: only odd coefficients count, and its square is 1."""
    k.rules.add("(-1)^(2n) = 1 for integers n")
    result = k.ring.constant(1)
    for monomial, c in exponent.terms():
        if int(c) % 2 and not any(monomial):
            result = -result
        elif int(c) % 2:
            one = k.ring.constant(1)
            generator = Generator("parity", None, SIGNS, 2, one)
            key = ("parity", str(k.ring.context.from_dict({monomial: 1})))
            result = pol.times(k.ring, result, k.ring.find_or_add(key, generator))
    return result


# --- angles ---------------------------------------------------------------------------------


def cos_sin(k: Kernels, u: Ratio) -> tuple[Ratio, Ratio]:
    """(cos u, sin u) by the addition theorem over the basis of all angles."""
    u = pol.lowest(k.ring, u)
    cos, sin = pol.rational(k.ring, 1), pol.rational(k.ring, 0)
    if u.num.is_zero():
        return cos, sin
    register(k, "angle", [u])
    k.rules.add("addition theorems of sin and cos, sin^2 + cos^2 = 1")
    for part in _parts(k, "angle", u):
        c, s = _part_cos_sin(k, part)
        cos, sin = _rotate(k, (cos, sin), (c, s))
    return cos, sin


def _rotate(k: Kernels, a: tuple[Ratio, Ratio], b: tuple[Ratio, Ratio]) -> tuple[Ratio, Ratio]:
    ring = k.ring
    cc, ss = pol.multiply(ring, a[0], b[0]), pol.multiply(ring, a[1], b[1])
    cs, sc = pol.multiply(ring, a[0], b[1]), pol.multiply(ring, a[1], b[0])
    return pol.add(ring, cc, pol.negative(ss)), pol.add(ring, cs, sc)


def _part_cos_sin(k: Kernels, part: Part) -> tuple[Ratio, Ratio]:
    monomial, den, coefficient = part
    generator = ker.single_generator(k.ring, monomial)
    if generator is not None and generator.kind == "pi" and den.is_one():
        exact = _of_pi(k, coefficient)
        if exact is not None:
            return exact
    turns = _half_turns(k, part)
    if turns is not None:
        k.rules.add("cos(n pi) = (-1)^n and sin(n pi) = 0 for integers n")
        return pol.of_poly(k.ring, _parity(k, turns)), pol.rational(k.ring, 0)
    whole = den.is_one() and coefficient.denominator == 1 and abs(coefficient) <= MAX_ANGLE
    if generator is not None and generator.kind in inverse_angles.KINDS and whole:
        return _turned(k, inverse_angles.cos_sin_of(k, generator), int(coefficient))
    key = ("angle", str(monomial), str(den))
    step = k.steps[key]
    k.used.add(key)
    if k.largest[key] / step > MAX_ANGLE:
        step = abs(coefficient)
    one = k.ring.constant(1)
    c = k.ring.find_or_add((*key, step, "cos"), Generator("cos", part, SYMMETRIC_UNIT))
    s = k.ring.find_or_add(
        (*key, step, "sin"), Generator("sin", part, SYMMETRIC_UNIT, 2, one - c * c)
    )
    return _turned(k, (pol.of_poly(k.ring, c), pol.of_poly(k.ring, s)), int(coefficient / step))


def _half_turns(k: Kernels, part: Part) -> Poly | None:
    """n of the angle n pi, where n is an integer wherever its symbols have their values."""
    monomial, den, coefficient = part
    if not den.is_one() or coefficient.denominator != 1:
        return None
    degrees = enumerate(monomial.degrees())
    place = next((i for i, d in degrees if d == 1 and k.ring.generator_at(i).kind == "pi"), None)
    if place is None:
        return None
    turns = k.ring.constant(int(coefficient)) * (monomial // k.ring.context.gen(place))
    return turns if is_integer_valued(k.ring, turns) else None


def _turned(k: Kernels, unit: tuple[Ratio, Ratio], times: int) -> tuple[Ratio, Ratio]:
    """(cos, sin) of a whole multiple of an angle."""
    cos, sin = unit
    unit = (cos, sin if times > 0 else pol.negative(sin))
    result = (pol.rational(k.ring, 1), pol.rational(k.ring, 0))
    for _ in range(abs(times)):
        result = _rotate(k, result, unit)
    return result


def _of_pi(k: Kernels, turns: Fraction) -> tuple[Ratio, Ratio] | None:
    """cos and sin of turns * pi where they are roots: multiples of pi/4 and pi/6."""
    if 12 % turns.denominator or turns.denominator == 12:
        return None
    squares = {0: (4, 0), 2: (3, 1), 3: (2, 2), 4: (1, 3), 6: (0, 4), 8: (1, 3), 9: (2, 2)}
    squares |= {10: (3, 1), 12: (4, 0)}
    twelfths = int(turns * 12) % 24
    c2, s2 = squares[twelfths if twelfths <= 12 else 24 - twelfths]
    cos, sin = (root_power(k, pol.rational(k.ring, v), Fraction(1, 2)) for v in (c2, s2))
    half = pol.rational(k.ring, Fraction(1, 2))
    cos, sin = pol.multiply(k.ring, cos, half), pol.multiply(k.ring, sin, half)
    if 6 < twelfths < 18:
        cos = pol.negative(cos)
    return cos, pol.negative(sin) if twelfths > 12 else sin
