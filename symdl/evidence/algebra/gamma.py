r"""The Gamma function: factorials of whole numbers, multiples of \sqrt\pi at half ones, and else
over the least shift that a claim speaks of: \Gamma(x + 1) = x \Gamma(x) (DLMF 5.4.1, 5.4.6, 5.5.1).
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial as whole_factorial

from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.algebra.factorials import MOST_FACTORS, factorial
from symdl.evidence.algebra.kernels import Kernels, Nowhere, Refine, function, pi
from symdl.evidence.algebra.polynomials import Generator, Ratio
from symdl.evidence.algebra.roots import root_power
from symdl.evidence.algebra.whole import is_integer_valued
from symdl.expression.domain import POSITIVE
from symdl.expression.operators import TABLE

HALF = Fraction(1, 2)


def gamma(k: Kernels, u: Ratio) -> Ratio:
    """Gamma of u, which is no whole number below 1."""
    u = pol.lowest(k.ring, u)
    value = pol.as_rational(u)
    if value is not None:
        return _of_number(k, value)
    if not u.den.is_constant():
        return function(k, "gamma_function", [u], None, TABLE["gamma_function"].range)
    if u.den.is_one() and is_integer_valued(k.ring, u.num):
        k.rules.add("Gamma(n) = (n - 1)!")
        return factorial(k, pol.add(k.ring, u, pol.rational(k.ring, -1)))
    return _shifted(k, u)


def _of_number(k: Kernels, value: Fraction) -> Ratio:
    if value.denominator == 1:
        if value < 1:
            raise Nowhere("the Gamma function at a pole")
        if value > 1_000:
            raise pol.TooLarge(f"the factorial of {value - 1}")
        return pol.rational(k.ring, whole_factorial(int(value) - 1))
    start = value - value // 1
    if start != HALF or abs(value) > MOST_FACTORS:
        argument = pol.rational(k.ring, value)
        return function(k, "gamma_function", [argument], None, TABLE["gamma_function"].range)
    k.rules.add("Gamma(1/2)^2 = pi")
    factor, at = Fraction(1), start
    while at < value:
        factor, at = factor * at, at + 1
    while at > value:
        at -= 1
        factor /= at
    return pol.multiply(k.ring, root_power(k, pi(k), HALF), pol.rational(k.ring, factor))


def _shifted(k: Kernels, u: Ratio) -> Ratio:
    """Gamma(u) as a product times Gamma at the least shift of u."""
    den = int(u.den.leading_coefficient())
    plain = sum(int(c) for monomial, c in u.num.terms() if not any(monomial))
    constant = Fraction(plain, den)
    start, whole = constant - constant // 1, int(constant // 1)
    base = pol.lowest(k.ring, pol.add(k.ring, u, pol.rational(k.ring, -constant)))
    key = ("gamma", str(start), str(pol.key_of(base)))
    low = min(whole, k.floors.get(key, whole))
    if whole - low > MOST_FACTORS:
        raise pol.TooLarge("arguments of Gamma too far apart")
    if k.floors.get(key) != low:
        k.floors[key] = low
        if key in k.used:
            raise Refine
    k.used.add(key)
    least = pol.add(k.ring, base, pol.rational(k.ring, start + low))
    positive = signs.sign_of_ratio(k.ring, least) == signs.POSITIVE
    values = POSITIVE if positive else TABLE["gamma_function"].range
    generator = Generator("opaque", "gamma_function", values)
    result = pol.of_poly(k.ring, k.ring.find_or_add((*key, low), generator))
    for shift in range(low, whole):
        part = pol.add(k.ring, base, pol.rational(k.ring, start + shift))
        result = pol.multiply(k.ring, result, part)
    if whole > low:
        k.rules.add("Gamma(x + 1) = x Gamma(x)")
    return result
