"""Rational functions over the integers in named generators, with every size bounded first.

A Ring owns generators: symbols, pi, roots, logarithms, exponentials, ... A generator may
satisfy a relation (r^2 = 2): polynomials are kept reduced by it. Newer generators stand
before older ones in lexicographic order, so that a relation rewrites a generator by older
ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from math import comb
from typing import Any, NamedTuple

from flint import Ordering, fmpz_mpoly_ctx

from symdl.expression.domain import REAL, Domain

Poly = Any
"""A flint.fmpz_mpoly of the ring."""

MAX_WORK = 300_000
MAX_TERMS = 6_000
MAX_DEGREE = 100_000
MAX_BITS = 100_000
FACTOR_TERMS = 200
FACTOR_DEGREE = 80


class TooLarge(Exception):
    """A bound on size would be exceeded; the text says which. Never leaves `evidence`."""


class NoRoom(TooLarge):
    """A ring has no place for one more generator: a larger one may have."""


class Ratio(NamedTuple):
    """num / den; den is a nonzero polynomial."""

    num: Poly
    den: Poly


def sign_of_domain(domain: Domain) -> int:
    """The sign that all elements of a domain share: 2 (> 0), 1 (>= 0), -1, -2, or 0 (none)."""
    if domain.positive:
        return 2
    nonzero = domain.nonzero
    if domain.nonnegative:
        return 2 if nonzero else 1
    upper = domain.upper
    if upper is not None and (upper < 0 or (upper == 0 and nonzero)):
        return -2
    return -1 if upper is not None and upper <= 0 else 0


@dataclass(slots=True)
class Generator:
    """A generator: what it stands for (`kind`, `data`), the range of its values, and its
    relation: generator to the `degree` equals `tail`, a polynomial in older generators. `real` is
    False for what may be complex where the claim is defined (b^t with b of unknown sign)."""

    kind: str
    data: Any
    range: Domain = REAL
    degree: int = 0
    tail: Poly = None
    real: bool = True
    sign: int = field(init=False)
    nonzero: bool = field(init=False)

    def __post_init__(self) -> None:
        self.sign = sign_of_domain(self.range)
        self.nonzero = self.range.nonzero


@dataclass(slots=True)
class Ring:
    """The working space of one normal form: generators by key, relations, and signs of
    polynomials: assumed ones (`signs`, of the polynomials in `assumed`) and certified ones
    (`certain`)."""

    slots: int
    generators: list[Generator] = field(default_factory=list)
    by_key: dict[tuple[Any, ...], int] = field(default_factory=dict)
    signs: dict[str, int] = field(default_factory=dict)
    assumed: dict[str, Poly] = field(default_factory=dict)
    certain: dict[str, int] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    context: Any = None
    one: Poly = None
    _relations: list[tuple[int, int, Poly]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = _context(self.slots)
        self.one = self.context.constant(1)

    def place(self, index: int) -> int:
        """The variable number of generator `index` (the first made stands last)."""
        return self.slots - 1 - index

    def generator_at(self, place: int) -> Generator:
        """The generator of a variable number."""
        return self.generators[self.slots - 1 - place]

    def constant(self, value: int) -> Poly:
        """An integer as a polynomial."""
        return self.context.constant(value)

    def gen(self, index: int) -> Poly:
        """A generator as a polynomial."""
        return self.context.gen(self.place(index))

    def find_or_add(self, key: tuple[Any, ...], generator: Generator) -> Poly:
        """The generator of this key; the given one is added if there is none."""
        index = self.by_key.get(key)
        if index is None:
            index = len(self.generators)
            if index >= self.slots:
                raise NoRoom("more kernels than the normal form has room for")
            self.by_key[key] = index
            self.generators.append(generator)
            self.kinds.add(generator.kind)
            if generator.degree:
                x = self.gen(index)
                divisor = x**generator.degree - generator.tail
                self._relations.insert(0, (self.place(index), generator.degree, divisor))
        return self.gen(index)

    def reduce(self, p: Poly) -> Poly:
        """The polynomial with every relation applied, newest generator first."""
        if not self._relations:
            return p
        degrees = p.degrees()
        for place, degree, divisor in self._relations:
            if degrees[place] >= degree:
                p = divmod(p, divisor)[1]
                degrees = p.degrees()
        return p


@cache
def _context(slots: int) -> Any:
    return fmpz_mpoly_ctx.get([f"g{i}" for i in range(slots)], Ordering.lex)


def check_size(p: Poly) -> Poly:
    """The polynomial itself, if it is within the bounds."""
    if len(p) > MAX_TERMS:
        raise TooLarge(f"a polynomial of {len(p)} terms")
    return p


def times(ring: Ring, a: Poly, b: Poly) -> Poly:
    """Product of polynomials."""
    if a.is_one():
        return b
    if b.is_one():
        return a
    if len(a) * len(b) > MAX_WORK:
        raise TooLarge(f"a product of {len(a)} by {len(b)} terms")
    return check_size(ring.reduce(a * b))


def poly_power(ring: Ring, p: Poly, n: int) -> Poly:
    """p to a natural number."""
    if n == 0 or p.is_one():
        return ring.constant(1)
    if n == 1:
        return p
    terms = len(p)
    # a polynomial of t terms has at most C(n + t - 1, t - 1) terms in its n-th power
    if terms > 1 and (n > 500 or comb(n + terms - 1, min(n, terms - 1)) > MAX_TERMS):
        raise TooLarge(f"the power {n} of a sum of {terms} terms")
    bits = max((abs(int(c)).bit_length() for c in p.coeffs()), default=0)
    if bits > 1 and n * bits > MAX_BITS:
        raise TooLarge(f"a number of about {n * bits} bits")
    if n * max(p.degrees(), default=0) > MAX_DEGREE:
        raise TooLarge(f"degree above {MAX_DEGREE}")
    return check_size(ring.reduce(p**n))


def rational(ring: Ring, value: Fraction | int) -> Ratio:
    """A rational number."""
    above, below = value.as_integer_ratio()
    if max(above.bit_length(), below.bit_length()) > MAX_BITS:
        raise TooLarge("a number of too many digits")
    return Ratio(ring.constant(above), ring.one if below == 1 else ring.constant(below))


def of_poly(ring: Ring, p: Poly) -> Ratio:
    """A polynomial as a rational function."""
    return Ratio(p, ring.one)


def add(ring: Ring, a: Ratio, b: Ratio) -> Ratio:
    """Sum, over the least common denominator."""
    if a.den == b.den:
        return Ratio(check_size(a.num + b.num), a.den)
    left, right = cofactors(a.den, b.den)
    num = times(ring, a.num, right) + times(ring, b.num, left)
    return Ratio(check_size(num), times(ring, a.den, right))


def cofactors(a: Poly, b: Poly) -> tuple[Poly, Poly]:
    """a/g and b/g for the greatest common divisor g (1 where that would be costly)."""
    if a.is_one() or b.is_one() or len(a) * len(b) > MAX_WORK:
        return a, b
    g = a.gcd(b)
    return (a, b) if g.is_one() else (a // g, b // g)


def multiply(ring: Ring, a: Ratio, b: Ratio) -> Ratio:
    """Product; equal numerators and denominators cancel."""
    if a.num == b.den:
        return Ratio(b.num, a.den)
    if b.num == a.den:
        return Ratio(a.num, b.den)
    return Ratio(times(ring, a.num, b.num), times(ring, a.den, b.den))


def negative(a: Ratio) -> Ratio:
    """-a."""
    return Ratio(-a.num, a.den)


def inverse(ring: Ring, a: Ratio) -> Ratio:
    """1/a; ZeroDivisionError where a is zero everywhere."""
    if ring.reduce(a.num).is_zero():
        raise ZeroDivisionError
    return Ratio(a.den, a.num)


def ratio_power(ring: Ring, a: Ratio, n: int) -> Ratio:
    """a to an integer."""
    if n < 0:
        return ratio_power(ring, inverse(ring, a), -n)
    return Ratio(poly_power(ring, a.num, n), poly_power(ring, a.den, n))


def lowest(ring: Ring, a: Ratio) -> Ratio:
    """The same in lowest terms: relations applied, roots moved out of a denominator that is a
    monomial in them, common factors cancelled, leading coefficient of the denominator > 0."""
    num, den = ring.reduce(a.num), ring.reduce(a.den)
    if num.is_zero():
        return Ratio(num, ring.one)
    if den.is_one():
        return Ratio(num, den)
    num, den = _rationalise(ring, num, den)
    if not den.is_one():
        num, den = cofactors(num, den)
    if den.leading_coefficient() < 0:
        num, den = -num, -den
    return Ratio(num, den)


def _rationalise(ring: Ring, num: Poly, den: Poly) -> tuple[Poly, Poly]:
    """1/r is r^(k-1)/u where r^k = u: a power of a root that divides the denominator goes up."""
    for index in range(len(ring.generators) - 1, -1, -1):
        generator = ring.generators[index]
        if not generator.degree or generator.kind != "root":
            continue
        r, place = ring.gen(index), ring.place(index)
        low = min(monomial[place] for monomial in den.monoms())
        if low:
            up = r ** (generator.degree - low)
            num, den = times(ring, num, up), times(ring, den, up)
            num, den = cofactors(num, den)
    return num, den


def as_rational(a: Ratio) -> Fraction | None:
    """The value of a constant in lowest terms, None if it is not a rational number."""
    if a.num.is_constant() and a.den.is_constant():
        return Fraction(_integer(a.num), _integer(a.den))
    return None


def _integer(p: Poly) -> int:
    return 0 if p.is_zero() else int(p.leading_coefficient())


def key_of(a: Ratio) -> tuple[str, str]:
    """A hashable name of a rational function in lowest terms."""
    return str(a.num), str(a.den)


def factors(p: Poly) -> tuple[int, list[tuple[Poly, int]]]:
    """Content and irreducible factors with multiplicities (the whole polynomial as one factor
    where factoring would be costly)."""
    if p.is_constant():
        return _integer(p), []
    if p.total_degree() == 1:
        return _primitive(p)
    if len(p) == 1:
        powers = [(i, int(e)) for i, e in enumerate(p.monomial(0)) if e]
        return _integer(p), [(p.context().gen(i), e) for i, e in powers]
    if len(p) > FACTOR_TERMS or p.total_degree() > FACTOR_DEGREE:
        return _primitive(p)
    content, parts = p.factor()
    return int(content), [(f, int(e)) for f, e in parts]


def _primitive(p: Poly) -> tuple[int, list[tuple[Poly, int]]]:
    """The content and what is left as one factor, of positive leading coefficient."""
    content, primitive = p.primitive()
    if primitive.leading_coefficient() < 0:
        content, primitive = -content, -primitive
    return int(content), [(primitive, 1)]
