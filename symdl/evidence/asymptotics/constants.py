"""Exact constants: rational combinations of products of pi, e, roots and logarithms of primes.

Asymptotic expansions cancel exactly or not at all (`1 + erf(x)` at minus infinity), so their
coefficients are kept in this ring; a ball of every constant is always at hand for its sign.
A parameter of a claim (a symbol that is not the running variable) is an atom too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import arb, fmpq, fmpz

from symdl.evidence.algebra.sturm import signs_between
from symdl.evidence.asymptotics.monomials import (
    Atom,
    Monomial,
    ball_of,
    is_positive,
    shown,
    sign_of,
)
from symdl.evidence.exact import MAX_BITS, fraction_of
from symdl.expression.term import Term

LARGEST = 2**62
"""Integers beyond this are not factored: their roots and logarithms stay inexact."""
MOST_TERMS = 60


class Inexact(Exception):
    """The constant cannot be written in the ring."""


@dataclass(frozen=True, slots=True)
class Exact:
    """A sum of rational (`fmpq`) multiples of monomials; no monomial twice, no coefficient 0."""

    terms: tuple[tuple[Monomial, Any], ...]
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        if not self._hash:  # a constant is looked up hundreds of times
            # (the hash of a fmpq takes longer than those of its two parts)
            parts = tuple([(m, int(c.p), int(c.q)) for m, c in self.terms])
            object.__setattr__(self, "_hash", hash(parts))
        return self._hash

    @property
    def rational(self) -> Fraction | None:
        """The value, if it is a rational number."""
        if not self.terms:
            return Fraction(0)
        if len(self.terms) == 1 and not self.terms[0][0]:
            return fraction_of(self.terms[0][1])
        return None

    @property
    def part(self) -> Fraction:
        """The rational summand."""
        return sum((fraction_of(c) for m, c in self.terms if not m), Fraction(0))

    @property
    def is_zero(self) -> bool:
        """Whether the constant is zero as written (a hidden zero is not found)."""
        return not self.terms

    def __add__(self, other: Exact) -> Exact:
        if not self.terms:
            return other
        if not other.terms:
            return self
        return _collect((*self.terms, *other.terms))

    def __neg__(self) -> Exact:
        return Exact(tuple([(m, -c) for m, c in self.terms]))

    def __sub__(self, other: Exact) -> Exact:
        return self + (-other)

    def __mul__(self, other: Exact) -> Exact:
        if len(self.terms) * len(other.terms) > MOST_TERMS:
            raise Inexact
        return _collect(
            [_product(m, n, c * d) for m, c in self.terms for n, d in other.terms],
        )

    def scaled(self, factor: Fraction) -> Exact:
        """The constant times a rational number."""
        if factor == 1:
            return self
        by = _quotient(factor)
        return Exact(tuple([(m, c * by) for m, c in self.terms])) if factor else ZERO

    def power(self, exponent: Fraction) -> Exact:
        """The power of a positive product, or a small natural power; Inexact otherwise."""
        if exponent.denominator == 1 and 0 <= exponent <= 12:
            result = ONE
            for _ in range(int(exponent)):
                result = result * self
            return result
        if len(self.terms) != 1:
            raise Inexact
        monomial, coefficient = self.terms[0]
        if exponent.denominator == 1:
            powers = _multiple(_whole_power(coefficient, int(exponent)))
        elif coefficient < 0 or any(not is_positive(atom) for atom, _ in monomial):
            raise Inexact
        else:
            powers = _rational_power(fraction_of(coefficient), exponent)
        factor = _collect([_product(tuple((a, r * exponent) for a, r in monomial), (), ONE_Q)])
        return powers * factor

    def ball(self) -> Any:
        """An arb that contains the value (for parameters: every value they may take)."""
        total = arb(0)
        for monomial, coefficient in self.terms:
            total = total + arb(coefficient) * ball_of(monomial)
        return total

    def sign(self) -> int | None:
        """-1, 0 or 1 if certain (for every value of the parameters), else None."""
        if not self.terms:
            return 0
        signs = {sign_of(monomial) * (1 if c > 0 else -1) for monomial, c in self.terms}
        if len(signs) == 1 and 0 not in signs:
            return signs.pop()
        ball = self.ball()
        if ball > 0:
            return 1
        return -1 if ball < 0 else self._polynomial_sign()

    def _polynomial_sign(self) -> int | None:
        """The sign of a polynomial with rational coefficients in one parameter."""
        atoms = {atom for monomial, _ in self.terms for atom, _ in monomial}
        if len(atoms) != 1 or next(iter(atoms))[0] != "symbol":
            return None
        symbol: Term = next(iter(atoms))[1]
        coefficients: dict[int, Fraction] = {}
        for monomial, coefficient in self.terms:
            power = monomial[0][1] if monomial else Fraction(0)
            if power.denominator != 1 or power < 0:
                return None
            coefficients[int(power)] = fraction_of(coefficient)
        dense = [coefficients.get(i, Fraction(0)) for i in range(max(coefficients) + 1)]
        found = signs_between(dense, symbol.data.domain)
        return next(iter(found)) if len(found) == 1 else None

    def __str__(self) -> str:
        if not self.terms:
            return "0"
        return " + ".join(shown(m, c) for m, c in self.terms)


ONE_Q = fmpq(1)


def rational(value: Fraction | int) -> Exact:
    """The rational number as a constant."""
    return _multiple(_quotient(value))


def _multiple(coefficient: Any) -> Exact:
    return Exact((((), coefficient),)) if coefficient else ZERO


def _quotient(value: Fraction | int) -> Any:
    return fmpq(value.numerator, value.denominator)


ZERO = Exact(())
ONE = Exact((((), ONE_Q),))


def _whole_power(base: Any, exponent: int) -> Any:
    if abs(exponent) * base.height_bits() > MAX_BITS:
        raise Inexact
    return base**exponent


def _collect(terms: Sequence[tuple[Monomial, Any]]) -> Exact:
    table: dict[Monomial, Any] = {}
    for monomial, coefficient in terms:
        total = table[monomial] + coefficient if monomial in table else coefficient
        if total.height_bits() > MAX_BITS:
            raise Inexact
        if total:
            table[monomial] = total
        else:
            table.pop(monomial, None)
    if len(table) < 2:
        return Exact(tuple(table.items()))
    return Exact(tuple(sorted(table.items(), key=lambda item: repr(item[0]))))


def _product(a: Monomial, b: Monomial, coefficient: Any) -> tuple[Monomial, Any]:
    """The product of two monomials; whole powers of primes go into the coefficient."""
    if not a and not b:
        return (), coefficient
    powers: dict[Atom, Fraction] = dict(a)
    for atom, power in b:
        powers[atom] = powers.get(atom, Fraction(0)) + power
    kept: list[tuple[Atom, Fraction]] = []
    for atom, power in powers.items():
        if atom[0] == "prime":
            whole = power.numerator // power.denominator
            coefficient = coefficient * _whole_power(fmpq(atom[1]), whole)
            power -= whole
        if power:
            kept.append((atom, power))
    return tuple(sorted(kept, key=repr)), coefficient


def _rational_power(base: Fraction, exponent: Fraction) -> Exact:
    powers: list[tuple[Atom, Fraction]] = []
    for whole, side in ((base.numerator, 1), (base.denominator, -1)):
        powers.extend((("prime", p), side * n * exponent) for p, n in _factors(whole))
    return _collect([_product(tuple(powers), (), ONE_Q)])


def _factors(whole: int) -> list[tuple[int, int]]:
    if whole > LARGEST:
        raise Inexact
    return [(int(p), int(n)) for p, n in fmpz(whole).factor()]


def exponential(value: Exact) -> Exact:
    """e to a constant: of r and r_p log p a product of powers, of other summands an atom each."""
    result = ONE
    for monomial, coefficient in value.terms:
        if not monomial:
            result = result * _single(("e", 0), fraction_of(coefficient))
        elif len(monomial) == 1 and monomial[0][0][0] == "log" and monomial[0][1] == 1:
            result = result * _rational_power(Fraction(monomial[0][0][1]), fraction_of(coefficient))
        elif len(monomial) == 1 and monomial[0][0][0] == "log of" and monomial[0][1] == 1:
            result = result * _single(("symbol", monomial[0][0][1]), fraction_of(coefficient))
        else:
            result = result * _single(("exp", monomial), fraction_of(coefficient))
    return result


def logarithm(value: Exact) -> Exact:
    """The natural logarithm of a positive product of rationals, roots and powers of e."""
    if len(value.terms) != 1 or value.terms[0][1] <= 0:
        raise Inexact
    monomial, coefficient = value.terms[0]
    result = ZERO
    for whole, side in ((coefficient.p, 1), (coefficient.q, -1)):
        for prime, count in _factors(int(whole)):
            result = result + _single(("log", prime)).scaled(Fraction(side * count))
    for (kind, key), power in monomial:
        if kind == "e":
            result = result + rational(power)
        elif kind == "exp":
            result = result + Exact(((key, ONE_Q),)).scaled(power)
        elif kind == "prime":
            result = result + _single(("log", key)).scaled(power)
        elif kind == "symbol" and key.data.domain.positive:
            result = result + _single(("log of", key)).scaled(power)
        else:
            raise Inexact
    return result


def _single(atom: Atom, power: Fraction = Fraction(1)) -> Exact:
    return Exact(((((atom, power),), ONE_Q),))


def parameter(symbol: Term) -> Exact:
    """A symbol that stays fixed, as a constant."""
    return _single(("symbol", symbol))


PI = _single(("pi", 0))
