r"""Inverse circular functions in the normal form: exact angles, and sin and cos of them.

arccos u = pi/2 - arcsin u on [-1, 1]; arctan u + arctan 1/u is pi/2 for u > 0 and -pi/2 for u < 0;
cos(arcsin u) = sqrt(1 - u^2), sin(arctan u) = u/sqrt(1 + u^2) (DLMF 4.24.15 to 4.24.17, 4.16).
"""

from __future__ import annotations

from fractions import Fraction

from symdl.evidence.algebra import kernels as ker
from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.algebra.kernels import Kernels
from symdl.evidence.algebra.polynomials import Generator, Ratio
from symdl.evidence.algebra.roots import root_power
from symdl.expression.operators import TABLE

ARCSINES = {
    Fraction(1, 4): Fraction(1, 6),
    Fraction(1, 2): Fraction(1, 4),
    Fraction(3, 4): Fraction(1, 3),
    Fraction(1): Fraction(1, 2),
}
"""u^2 -> arcsin(u)/pi for u > 0."""
ARCTANGENTS = {
    Fraction(1, 3): Fraction(1, 6),
    Fraction(1): Fraction(1, 4),
    Fraction(3): Fraction(1, 3),
}
"""u^2 -> arctan(u)/pi for u > 0."""
KINDS = frozenset({"arcsin", "arctan"})


def arcsine(k: Kernels, u: Ratio) -> Ratio:
    """arcsin(u), for u in [-1, 1], where it is defined."""
    u = pol.lowest(k.ring, u)
    exact = _exact(k, u, ARCSINES)
    return _odd(k, "arcsin", u) if exact is None else exact


def arccosine(k: Kernels, u: Ratio) -> Ratio:
    """arccos(u) = pi/2 - arcsin(u)."""
    k.rules.add("arccos u = pi/2 - arcsin u")
    return pol.add(k.ring, _turns(k, Fraction(1, 2)), pol.negative(arcsine(k, u)))


def arctangent(k: Kernels, u: Ratio) -> Ratio:
    """arctan(u): of u and 1/u one stands for both, where the sign of u is known."""
    u = pol.lowest(k.ring, u)
    exact = _exact(k, u, ARCTANGENTS)
    if exact is not None:
        return exact
    sign = signs.sign_of_ratio(k.ring, u)
    if abs(sign) == signs.POSITIVE:
        turned = pol.lowest(k.ring, pol.inverse(k.ring, u))
        if _rank(turned) < _rank(u):
            k.rules.add("arctan u + arctan 1/u = pi/2 for u > 0")
            half = _turns(k, Fraction(sign // signs.POSITIVE, 2))
            return pol.add(k.ring, half, pol.negative(_odd(k, "arctan", turned)))
    return _odd(k, "arctan", u)


def cos_sin_of(k: Kernels, generator: Generator) -> tuple[Ratio, Ratio]:
    """(cos, sin) of an angle that is an arcsine or an arctangent."""
    u: Ratio = generator.data
    square = pol.multiply(k.ring, u, u)
    one, half = pol.rational(k.ring, 1), Fraction(1, 2)
    if generator.kind == "arcsin":
        k.rules.add("cos(arcsin u) = sqrt(1 - u^2)")
        return root_power(k, pol.add(k.ring, one, pol.negative(square)), half), u
    k.rules.add("cos(arctan u) = 1/sqrt(1 + u^2)")
    cos = root_power(k, pol.add(k.ring, one, square), -half)
    return cos, pol.multiply(k.ring, u, cos)


def _exact(k: Kernels, u: Ratio, table: dict[Fraction, Fraction]) -> Ratio | None:
    if u.num.is_zero():
        return u
    square = pol.as_rational(pol.lowest(k.ring, pol.multiply(k.ring, u, u)))
    turns = None if square is None else table.get(square)
    sign = signs.sign_of_ratio(k.ring, u)
    if turns is None or abs(sign) != signs.POSITIVE:
        return None
    k.rules.add("exact values of the circular functions")
    return _turns(k, turns * (sign // signs.POSITIVE))


def _turns(k: Kernels, turns: Fraction) -> Ratio:
    return pol.multiply(k.ring, ker.pi(k), pol.rational(k.ring, turns))


def _rank(u: Ratio) -> tuple[int, tuple[str, ...]]:
    key = pol.key_of(u)
    return sum(map(len, key)), key


def _odd(k: Kernels, op: str, u: Ratio) -> Ratio:
    turned = u.num.leading_coefficient() < 0
    if turned:
        u = pol.negative(u)
    made = Generator(op, u, TABLE[op].range)
    value = pol.of_poly(k.ring, k.ring.find_or_add((op, *pol.key_of(u)), made))
    return pol.negative(value) if turned else value
