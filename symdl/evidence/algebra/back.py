"""From the ring back to Terms: what a polynomial or rational function of generators stands for."""

from __future__ import annotations

from fractions import Fraction

from symdl.evidence.algebra.polynomials import Generator, Poly, Ratio, Ring
from symdl.expression.term import Term, combined, constant, make, number, term

UNWRITABLE = frozenset({"opaque", "abs", "cos", "sin", "power", "parity", "arcsin", "arctan"})
MOST_TERMS = 40


def term_of(ring: Ring, value: Ratio) -> Term | None:
    """The Term of a rational function; None where a generator has no plain form.

    >>> from symdl.evidence.algebra.normal_form import convert
    >>> from symdl.evidence.algebra.kernels import Kernels
    >>> from symdl.expression.term import symbol
    >>> k, x = Kernels(Ring(4)), symbol("x")
    >>> term_of(k.ring, convert(k, [(x + 1) * (x + 1)])[(x + 1) * (x + 1)])
    add(pow(x, 2), mul(2, x), 1)
    """
    above, below = poly_term(ring, value.num), poly_term(ring, value.den)
    if above is None or below is None:
        return None
    return above if value.den.is_one() else above / below


def poly_term(ring: Ring, p: Poly) -> Term | None:
    """The Term of a polynomial; None where a generator has no plain form or it is long."""
    if len(p) > MOST_TERMS:
        return None
    parts = []
    for monomial, coefficient in p.terms():
        factors: list[Term] = []
        for place, exponent in enumerate(monomial):
            if exponent:
                base = generator_term(ring, ring.generator_at(place))
                if base is None:
                    return None
                factors.append(base if exponent == 1 else base ** number(int(exponent)))
        parts.append(_scaled(Fraction(int(coefficient)), factors))
    return combined("add", parts)


def _scaled(scale: Fraction, factors: list[Term]) -> Term:
    size = abs(scale)
    if size != 1 or not factors:
        factors = [number(size), *factors]
    product = combined("mul", factors)
    return -product if scale < 0 else product


def generator_term(ring: Ring, generator: Generator) -> Term | None:
    """What a generator stands for, as a Term."""
    if generator.kind in UNWRITABLE:
        return None
    if generator.kind == "atom":
        atom: Term = generator.data
        return atom
    if generator.kind == "pi":
        return constant("pi")
    if generator.kind == "exp":
        exponent = term_of(ring, generator.data)
        return None if exponent is None else make("exp", exponent)
    if generator.kind == "log":
        argument = poly_term(ring, generator.data)
        return None if argument is None else make("log", argument)
    base = poly_term(ring, generator.data[0])
    return None if base is None else make("root", base, term(generator.data[1]))
