"""Factorials and binomial coefficients with symbols: over the least shift that a claim speaks of.

(n + 2)! is (n + 2)(n + 1) n! where n! occurs too, and is taken whole where it does not: so that
nothing is used of arguments at which a claim is not defined. A binomial coefficient of n over k
is n!/(k! (n - k)!) where n >= k is certain, and a polynomial in n where k or n - k is a number.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial as whole_factorial

from symdl.evidence.algebra import linear
from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.algebra.kernels import Kernels, Nowhere, Refine, function
from symdl.evidence.algebra.polynomials import Generator, Ratio
from symdl.expression.domain import NATURAL, Domain

MOST_FACTORS = 30
COUNT = Domain(Fraction(1), integer=True)


def factorial(k: Kernels, u: Ratio) -> Ratio:
    """u! for a natural u: it is defined, so u >= 0."""
    u = pol.lowest(k.ring, u)
    value = pol.as_rational(u)
    if value is not None:
        return pol.rational(k.ring, _whole(value))
    if not u.den.is_one():
        return function(k, "factorial", [u], None, COUNT)
    _learn(k, u)
    constant = _constant(u)
    base = u.num - constant
    key = ("factorial", str(base))
    low = min(constant, k.floors.get(key, constant))
    if constant - low > MOST_FACTORS:
        raise pol.TooLarge("factorials too far apart")
    if k.floors.get(key) != low:
        k.floors[key] = low
        if key in k.used:
            raise Refine
    k.used.add(key)
    generator = Generator("opaque", "factorial", COUNT)
    result = k.ring.find_or_add((*key, low), generator)
    for shift in range(low + 1, constant + 1):
        result = pol.times(k.ring, result, base + shift)
    if constant > low:
        k.rules.add("(n + 1)! = (n + 1) n!")
    return pol.of_poly(k.ring, result)


def binomial(k: Kernels, n: Ratio, m: Ratio) -> Ratio:
    """The binomial coefficient of naturals; 0 for m > n."""
    n, m = pol.lowest(k.ring, n), pol.lowest(k.ring, m)
    rest = pol.lowest(k.ring, pol.add(k.ring, n, pol.negative(m)))
    for part in (m, rest):
        short = pol.as_rational(part)
        if short is not None and short.denominator == 1 and short <= MOST_FACTORS:
            k.rules.add("a binomial coefficient over a number is a polynomial")
            return _falling(k, n, int(short))
    if not (n.den.is_one() and m.den.is_one()):
        return function(k, "binomial", [n, m], None, NATURAL)
    _learn(k, n)
    _learn(k, m)
    if not _is_natural(k, rest):
        return function(k, "binomial", [n, m], None, NATURAL)
    k.rules.add("n over k is n!/(k! (n - k)!)")
    below = pol.multiply(k.ring, factorial(k, m), factorial(k, rest))
    return pol.multiply(k.ring, factorial(k, n), pol.inverse(k.ring, below))


def _falling(k: Kernels, n: Ratio, m: int) -> Ratio:
    """n (n - 1) ... (n - m + 1) / m!, which is 0 for naturals n < m too."""
    if m < 0:
        return pol.rational(k.ring, 0)
    result = pol.rational(k.ring, Fraction(1, whole_factorial(m)))
    for shift in range(m):
        result = pol.multiply(k.ring, result, pol.add(k.ring, n, pol.rational(k.ring, -shift)))
    return result


def _whole(value: Fraction) -> int:
    if value.denominator != 1 or value < 0:
        raise Nowhere("the factorial of what is no natural number")
    if value > 1_000:
        raise pol.TooLarge(f"the factorial of {value}")
    return whole_factorial(int(value))


def _constant(u: Ratio) -> int:
    return sum(int(c) for monomial, c in u.num.terms() if not any(monomial))


def _learn(k: Kernels, u: Ratio) -> None:
    """What a factorial is taken of is not negative where it is defined."""
    if pol.as_rational(u) is not None or signs.sign_of_ratio(k.ring, u) > 0:
        return
    if signs.assume(k.ring, u.num, signs.NONNEGATIVE):
        k.rules.add("arguments of factorials are natural numbers")
        raise Refine


def _is_natural(k: Kernels, u: Ratio) -> bool:
    """Whether u >= 0 is certain, or follows from what is known."""
    if signs.sign_of_ratio(k.ring, u) > 0:
        return True
    facts = [(k.ring.assumed[name], sign) for name, sign in k.ring.signs.items()]
    found = linear.sign_under(k.ring, facts, u.num)
    return found is not None and found >= 0
