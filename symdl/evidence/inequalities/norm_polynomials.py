"""Polynomials in norms, scalar products and numbers, and what is known of their signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from symdl.evidence.inequalities.linear_forms import NotLinear, Product
from symdl.evidence.inequalities.rational_sums import added
from symdl.expression.term import Term

MOST_SUMMANDS = 200


@dataclass(frozen=True)
class Atom:
    """A norm ("norm 2", "norm F", ...) of a sum of products, a scalar "product", a "trace", their
    size, or a "number"; positive: where it is certainly not negative."""

    kind: str
    form: frozenset[tuple[Product, Fraction]]
    positive: bool = True

    @property
    def sized(self) -> Atom:
        """The absolute value."""
        return self if self.positive else Atom(f"size of {self.kind}", self.form)


Monomial = frozenset[tuple[Atom, int]]
Poly = dict[Monomial, Fraction]
"""Atoms with their exponents, and coefficients."""
ONE: Monomial = frozenset()


def single(atom: Atom, factor: Fraction = Fraction(1)) -> Poly:
    """A multiple of an atom."""
    return {frozenset({(atom, 1)}): factor}


def of_product(kind: str, product: Product, positive: bool = False) -> Atom:
    """The atom of one product: of arrays, or of a number alone."""
    return Atom(kind, frozenset({(product, Fraction(1))}), positive)


def norm_of(kind: str, base: Term) -> Poly:
    """The norm of one array."""
    return single(of_product(f"norm {kind}", ((), ((base, False),)), True))


def multiplied(left: Poly, right: Poly) -> Poly:
    """The product. Raises NotLinear if it is too long."""
    if len(left) * len(right) > MOST_SUMMANDS:
        raise NotLinear
    return added(*({_joined(a, b): c * d} for a, c in left.items() for b, d in right.items()))


def _joined(left: Monomial, right: Monomial) -> Monomial:
    total = dict(left)
    for atom, e in right:
        total[atom] = total.get(atom, 0) + e
    return frozenset(total.items())


def substituted(poly: Poly, values: Mapping[Atom, Poly]) -> Poly:
    """The polynomial with the values of some atoms."""
    if not values:
        return poly
    return added(*(_written(mono, c, values) for mono, c in poly.items()))


def _written(mono: Monomial, c: Fraction, values: Mapping[Atom, Poly]) -> Poly:
    made: Poly = {ONE: c}
    for atom, e in mono:
        made = reduce(multiplied, [values.get(atom, single(atom))] * e, made)
    return made


def maybe_negative(poly: Poly) -> Iterator[Monomial]:
    """The summands that may be negative."""
    for mono, c in poly.items():
        if c < 0 or not all(a.positive or e % 2 == 0 for a, e in mono):
            yield mono


def is_nonnegative(poly: Poly) -> bool:
    """Whether no summand may be negative."""
    return next(maybe_negative(poly), None) is None


def lowered(poly: Poly, bounds: Mapping[Atom, Poly]) -> Poly:
    """What a polynomial is at least, with bounds of (the sizes of) the atoms in summands that may
    be negative."""
    total = dict(poly)
    for mono in list(maybe_negative(poly)):
        c = total.pop(mono)
        total = added(total, _written(mono, -abs(c), bounds))
    return total
