"""Floors and ceilings: integers leave, and a ceiling is a floor of the negative.

floor(u + n) = floor(u) + n for an integer n, and ceil(u) = -floor(-u) (Graham, Knuth, Patashnik,
Concrete Mathematics, 3.1): identities at every real u.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.algebra.kernels import Kernels, function
from symdl.evidence.algebra.polynomials import Poly, Ratio, Ring
from symdl.expression.domain import INTEGER


def floor(k: Kernels, u: Ratio) -> Ratio:
    """The largest integer that is not above u."""
    u = pol.lowest(k.ring, u)
    value = pol.as_rational(u)
    if value is not None:
        return pol.rational(k.ring, value // 1)
    if not u.den.is_constant():
        return function(k, "floor", [u], None, INTEGER)
    den = int(u.den.leading_coefficient())
    whole: dict[tuple[int, ...], Any] = {}
    rest: dict[tuple[int, ...], Any] = {}
    for monomial, c in u.num.terms():
        is_whole = int(c) % den == 0 and is_integer_monomial(k.ring, monomial)
        (whole if is_whole else rest)[monomial] = c
    constant = Fraction(int(rest.pop((0,) * k.ring.slots, 0)), den)
    if constant:
        rest[(0,) * k.ring.slots] = (constant - constant // 1) * den
    context = k.ring.context
    outside = pol.add(
        k.ring,
        Ratio(context.from_dict(whole), u.den),
        pol.rational(k.ring, constant // 1),
    )
    kept = {m: int(c) for m, c in rest.items() if c}
    if not kept:
        return outside
    k.rules.add("floor(u + n) = floor(u) + n for integers n")
    inside = pol.lowest(k.ring, Ratio(context.from_dict(kept), u.den))
    return pol.add(k.ring, function(k, "floor", [inside], None, INTEGER), outside)


def ceiling(k: Kernels, u: Ratio) -> Ratio:
    """The smallest integer that is not below u."""
    return pol.negative(floor(k, pol.negative(u)))


def is_integer_monomial(ring: Ring, monomial: tuple[int, ...]) -> bool:
    """Whether every generator in a monomial takes integers only."""
    generators = [ring.generator_at(i) for i, e in enumerate(monomial) if e]
    return all(g.real and g.range.integer for g in generators)


def is_integer_valued(ring: Ring, p: Poly) -> bool:
    """Whether a polynomial with integer coefficients takes integers only."""
    return all(is_integer_monomial(ring, monomial) for monomial in p.monoms())
