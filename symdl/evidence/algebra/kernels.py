"""Kernels: roots, logarithms, absolute values and other functions as generators of a ring.

Every rule here is an identity of complex-valued functions with principal branches, so that it
holds at each point where both sides of a claim are defined. Logarithms, roots and powers are
split only along factors that are certainly positive there: by their range, by structure, or
because a logarithm or root of them is part of the claim.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import fmpz

from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.algebra.polynomials import Generator, Poly, Ratio, Ring
from symdl.expression.domain import NONNEGATIVE, POSITIVE, REAL, Domain
from symdl.expression.operators import TABLE
from symdl.expression.term import Term

MAX_RATIO = 400
"""Exponents that are more than this multiple of each other get generators of their own."""


class Refine(Exception):
    """Something learned changes earlier generators (a finer basis): convert again."""


class Nowhere(Exception):
    """A part that is defined nowhere; the text says which."""


@dataclass(slots=True)
class Kernels:
    """A ring with what is known of its kernels; it survives re-conversion.

    steps: (family, monomial, denominator) -> the rational step of which all exponents are
    multiples. degrees: root degree needed for each base. floors: the least shift of each
    factorial. used: what this conversion used.
    rules: names of the rules applied, for the evidence.
    """

    ring: Ring
    steps: dict[tuple[str, ...], Fraction] = field(default_factory=dict)
    largest: dict[tuple[str, ...], Fraction] = field(default_factory=dict)
    denominators: dict[tuple[str, ...], Poly] = field(default_factory=dict)
    degrees: dict[str, int] = field(default_factory=dict)
    floors: dict[tuple[str, ...], int] = field(default_factory=dict)
    used: set[Any] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)

    def restart(self) -> None:
        """Forget what belongs to one conversion only."""
        self.denominators.clear()
        self.used.clear()
        self.rules.clear()


# --- atoms ----------------------------------------------------------------------------------


def atom(k: Kernels, term: Term, domain: Domain = REAL) -> Ratio:
    """A symbol, an entry, or anything that stays as it is: equal Terms are equal values."""
    p = k.ring.find_or_add(("atom", term), Generator("atom", term, domain))
    return pol.of_poly(k.ring, p)


def pi(k: Kernels) -> Ratio:
    """The constant pi."""
    bounds = Domain(Fraction(333, 106), Fraction(355, 113), True, True)
    return pol.of_poly(k.ring, k.ring.find_or_add(("pi",), Generator("pi", None, bounds)))


def function(k: Kernels, op: str, args: list[Ratio], data: Any, range_: Domain) -> Ratio:
    """An operator without rules of its own: the same on equal arguments; odd ones keep sign."""
    args = [pol.lowest(k.ring, a) for a in args]
    if op in ("max", "min"):
        args.sort(key=pol.key_of)
    odd = op in TABLE and TABLE[op].odd
    if odd and args[0].num.is_zero():
        return args[0]
    turned = odd and args[0].num.leading_coefficient() < 0
    if turned:
        args[0] = pol.negative(args[0])
    if op == "sign" and abs(signs.sign_of_ratio(k.ring, args[0])) == signs.POSITIVE:
        certain = signs.sign_of_ratio(k.ring, args[0]) // signs.POSITIVE
        return pol.rational(k.ring, -certain if turned else certain)
    key = ("function", op, data, *map(pol.key_of, args))
    if op == "erf":
        range_ = _half(range_, signs.sign_of_ratio(k.ring, args[0]))
    value = pol.of_poly(k.ring, k.ring.find_or_add(key, Generator("opaque", op, range_)))
    return pol.negative(value) if turned else value


def _half(range_: Domain, sign: int) -> Domain:
    if sign == signs.POSITIVE:
        return Domain(Fraction(0), range_.upper, True, range_.upper_open)
    return range_


# --- factors of an argument -----------------------------------------------------------------


@dataclass(slots=True)
class Split:
    """c * product of positive^e * product of unknown^e, with every positive factor certified."""

    constant: Fraction
    positive: list[tuple[Poly, int]]
    unknown: list[tuple[Poly, int]]


def split(k: Kernels, a: Ratio) -> Split:
    """The factors of a rational function in lowest terms by their certified sign."""
    above, up = pol.factors(a.num)
    below, down = pol.factors(a.den)
    result = Split(Fraction(above, below), [], [])
    for factor, exponent in [*up, *((f, -e) for f, e in down)]:
        sign = signs.sign_of(k.ring, factor)
        if sign <= signs.NONPOSITIVE:
            factor, sign = -factor, -sign
            result.constant *= -1 if exponent % 2 else 1
        # a factor >= 0 is > 0 where it divides or is under a logarithm, and if it is 0 the whole
        # is 0 however it is split
        (result.positive if sign else result.unknown).append((factor, exponent))
    return result


def is_real(k: Kernels, parts: Split) -> bool:
    """Whether no factor holds a power of a base of unknown sign, whose parts may be complex."""
    ring = k.ring
    return all(
        ring.generator_at(place).real
        for factor, _ in parts.unknown
        for place, degree in enumerate(factor.degrees())
        if degree
    )


def absolute(k: Kernels, a: Ratio) -> Ratio:
    """|a|: certified factors leave, even powers leave, the rest are generators with A^2 = f^2."""
    a = pol.lowest(k.ring, a)
    if a.num.is_zero():
        return a
    parts = split(k, a)
    if not is_real(k, parts):
        return function(k, "abs", [a], None, NONNEGATIVE)
    result = pol.rational(k.ring, abs(parts.constant))
    for factor, exponent in parts.positive:
        result = times_power(k, result, factor, exponent)
    for factor, exponent in parts.unknown:
        base = factor if exponent % 2 == 0 else absolute_factor(k, factor)
        result = times_power(k, result, base, exponent)
    return result


def times_power(k: Kernels, a: Ratio, factor: Poly, exponent: int) -> Ratio:
    """a times a power of a factor."""
    power = pol.ratio_power(k.ring, pol.of_poly(k.ring, factor), exponent)
    return pol.multiply(k.ring, a, power)


def absolute_factor(k: Kernels, factor: Poly) -> Poly:
    """The size of a factor: a generator of its own where its sign is not known."""
    sign = signs.sign_of(k.ring, factor)
    if sign:
        return factor if sign > 0 else -factor
    k.rules.add("sqrt(u^2) = |u|")
    square = pol.times(k.ring, factor, factor)
    generator = Generator("abs", factor, NONNEGATIVE, 2, square)
    return k.ring.find_or_add(("abs", str(factor)), generator)


# --- logarithms -----------------------------------------------------------------------------


def logarithm(k: Kernels, a: Ratio) -> Ratio:
    """log(a), split along certified positive factors; a > 0 where the claim is defined."""
    a = pol.lowest(k.ring, a)
    parts = split(k, a)
    if a.num.is_zero() or (parts.constant < 0 and not parts.unknown):
        raise Nowhere("a logarithm of what is never positive")
    if not is_real(k, parts):
        return function(k, "log", [a], None, REAL)
    learn(k, parts, signs.POSITIVE)
    if len(parts.positive) + len(parts.unknown) > 1 or abs(parts.constant) != 1:
        k.rules.add("log(uv) = log u + log v for u, v > 0")
    total = _log_number(k, abs(parts.constant))
    for factor, exponent in parts.positive:
        total = _plus_multiple(k, total, _log_factor(k, factor), exponent)
    rest = k.ring.constant(-1 if parts.constant < 0 else 1)
    for factor, exponent in parts.unknown:
        odd = exponent % 2
        if odd:
            rest = pol.times(k.ring, rest, factor)
        even = exponent - odd
        if even:
            total = _plus_multiple(k, total, _log_factor(k, absolute_factor(k, factor)), even)
    if not rest.is_one():
        total = _plus_multiple(k, total, _log_factor(k, rest), 1)
    return total


def learn(k: Kernels, parts: Split, sign: int) -> None:
    """A single factor of unknown sign and odd exponent has the sign of the whole."""
    odd = [factor for factor, exponent in parts.unknown if exponent % 2]
    if len(odd) == 1:
        factor = odd[0] if parts.constant > 0 else -odd[0]
        if signs.assume(k.ring, factor, sign):
            k.rules.add("arguments of logarithms and even roots are not negative")
            raise Refine


def _plus_multiple(k: Kernels, total: Ratio, value: Ratio, times: int) -> Ratio:
    if not times:
        return total
    scaled = pol.multiply(k.ring, value, pol.rational(k.ring, times))
    return pol.add(k.ring, total, scaled)


def _log_number(k: Kernels, value: Fraction) -> Ratio:
    total = pol.rational(k.ring, 0)
    for integer, direction in ((value.numerator, 1), (value.denominator, -1)):
        for prime, exponent in prime_factors(integer):
            total = _plus_multiple(
                k, total, _log_factor(k, k.ring.constant(prime)), direction * exponent
            )
    return total


def prime_factors(n: int) -> list[tuple[int, int]]:
    """Factors of n > 0 with multiplicities; a large cofactor is left whole."""
    if n == 1:
        return []
    if n.bit_length() > 4_000:
        return [(n, 1)]
    if n.bit_length() <= 120:
        return [(int(p), int(e)) for p, e in fmpz(n).factor()]
    return [(int(p), int(e)) for p, e in fmpz(n).factor(trial_limit=2_000)]


def _log_factor(k: Kernels, factor: Poly) -> Ratio:
    """log of one factor: of an exponential it is the exponent."""
    generator = single_generator(k.ring, factor)
    if generator is not None and generator.kind == "exp":
        k.rules.add("log(exp u) = u")
        exponent: Ratio = generator.data
        return exponent
    if generator is not None and generator.kind == "root":
        base, degree = generator.data
        inner = logarithm(k, pol.of_poly(k.ring, base))
        return pol.multiply(k.ring, inner, pol.rational(k.ring, Fraction(1, degree)))
    key = ("log", str(factor))
    range_ = _log_range(k, factor)
    return pol.of_poly(k.ring, k.ring.find_or_add(key, Generator("log", factor, range_)))


def _log_range(k: Kernels, factor: Poly) -> Domain:
    sign = signs.sign_of(k.ring, factor - 1) if not factor.is_one() else 0
    if sign >= signs.NONNEGATIVE:
        return POSITIVE if sign == signs.POSITIVE else NONNEGATIVE
    if sign <= signs.NONPOSITIVE:
        return Domain(upper=Fraction(0), upper_open=sign == signs.NEGATIVE)
    return REAL


def single_generator(ring: Ring, p: Poly) -> Generator | None:
    """The generator that p is, if it is one."""
    if len(p) != 1 or p.total_degree() != 1 or p.leading_coefficient() != 1:
        return None
    return ring.generator_at(next(i for i, e in enumerate(p.monomial(0)) if e))
