r"""Series of rational functions of the index, perhaps with alternating signs: `\sum 1/k^2`.

By partial fractions the terms are multiples of $1/(k + a)^s$ and $(-1)^k/(k + a)^s$. Simple poles a
whole number apart telescope; even powers are Euler's values of zeta, alternating ones those of eta
(Apostol, Introduction to Analytic Number Theory, theorem 12.17), with $\eta(1) = \log 2$; for odd
multiples of 1/2 they are $(2^s - 1) \zeta(s)$, and $\pi/2$ for alternating first powers (Leibniz).
Everything else (odd powers, poles at other fractions) is left alone.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial

from flint import fmpq, fmpq_poly, fmpz_poly

from symdl.evidence.algebra.solving import occurs_inside, place_of
from symdl.evidence.cells import NO_ANSWER, normal
from symdl.evidence.exact import fraction_of
from symdl.expression.numerals import value_of
from symdl.expression.term import Term, constant, free_symbols, make, number, postorder
from symdl.expression.term import replace as replace_terms

PI, LOG_2 = constant("pi"), make("log", number(2))
HALF = Fraction(1, 2)
HIGHEST, MOST_LEFT_OUT = 8, 64

Part = tuple[Fraction, int, Fraction]
"""c, s and a of c/(k + a)^s."""


def rational_series(body: Term, index: Term, low: int) -> Term | None:
    """The sum of body for index = low, low + 1, ..., if it is of such a kind and converges."""
    plain, alternating = _without_sign(body, index)
    parts = _parts(plain, index)
    if parts is None or any(a + low <= 0 for _, _, a in parts):
        return None
    if any(a.denominator > 2 or s > HIGHEST or abs(a + low) > MOST_LEFT_OUT for _, s, a in parts):
        return None
    found = _alternating(parts, low) if alternating else _plain(parts, low)
    if found is None:
        return None
    return make("add", *found) if len(found) > 1 else found[0] if found else number(0)


def _without_sign(body: Term, index: Term) -> tuple[Term, bool]:
    """A body without its factors (-1)^(k + c), and whether their product changes its sign."""
    turned = False
    table: dict[Term, Term] = {}
    for node in postorder(body):
        if node.op == "pow" and value_of(node.args[0]) == -1 and index in free_symbols(node):
            shift = _shift(node.args[1], index)
            if shift is None or not _is_factor(node, body):
                return body, False
            turned = not turned
            table[node] = number(_sign(shift))
    return (replace_terms(body, table) if table else body), turned


def _shift(exponent: Term, index: Term) -> int | None:
    """c of k + c, of k - 1 and so on."""
    if exponent is index:
        return 0
    rest = [value_of(a) for a in exponent.args if a is not index]
    if exponent.op != "add" or len(rest) != len(exponent.args) - 1:
        return None
    known = [v for v in rest if v is not None and v.denominator == 1]
    return int(sum(known)) if len(known) == len(rest) else None


def _is_factor(node: Term, body: Term) -> bool:
    """Whether a body is a product with a node as a factor."""
    stack, seen = [body], 0
    while stack:
        part = stack.pop()
        if part is node:
            seen += 1
        elif part.op == "mul":
            stack.extend(part.args)
        elif part.op in ("neg", "div"):
            stack.extend(part.args[:1])
            if part.op == "div" and node in set(postorder(part.args[1])):
                return False
        elif node in set(postorder(part)):
            return False
    return seen == 1


def _parts(body: Term, index: Term) -> list[Part] | None:
    """The partial fractions of a rational function that vanishes at infinity and whose poles
    are fractions."""
    if free_symbols(body) != {index}:
        return None
    try:
        found = normal((), body)
    except NO_ANSWER:
        return None
    ring, (above, below) = found.ring, found.value
    place = place_of(ring, index)
    if place is None:
        return None
    polys = []
    for poly in (above, below):
        coefficients: dict[int, int] = {}
        for monomial, c in poly.terms():
            if any(e for i, e in enumerate(monomial) if i != place):
                return None
            coefficients[int(monomial[place])] = int(c)
        if occurs_inside(ring, poly, index):
            return None
        degree = max(coefficients, default=0)
        polys.append(fmpz_poly([coefficients.get(i, 0) for i in range(degree + 1)]))
    numerator, denominator = polys
    if not 0 <= numerator.degree() < denominator.degree():
        return None
    unit, factors = denominator.factor()
    if any(f.degree() != 1 for f, _ in factors):
        return None
    return list(_fractions(numerator, Fraction(int(unit)), factors))


def _fractions(
    numerator: fmpz_poly, unit: Fraction, factors: list[tuple[fmpz_poly, int]]
) -> list[Part]:
    parts: list[Part] = []
    for place, (factor, power) in enumerate(factors):
        shift = Fraction(int(factor[0]), int(factor[1]))
        # around the pole k = t - a: N(t - a) over the other factors, as a power series in t
        move = fmpq_poly([fmpq(-shift.numerator, shift.denominator), 1])
        rest = fmpq_poly([1])
        for other, its in factors[:place] + factors[place + 1 :]:
            rest *= fmpq_poly(other)(move) ** its
        scale = unit * Fraction(int(factor[1])) ** power
        top = fmpq_poly(numerator)(move)
        series = _quotient(top, rest, power)
        for order, value in enumerate(series):
            if value:
                parts.append((value / scale, power - order, shift))
    return parts


def _quotient(top: fmpq_poly, below: fmpq_poly, count: int) -> list[Fraction]:
    """The first coefficients of a quotient of polynomials, as a power series."""
    a = [fraction_of(top[i]) for i in range(count)]
    b = [fraction_of(below[i]) for i in range(count)]
    found: list[Fraction] = []
    for i in range(count):
        known = sum((b[j] * found[i - j] for j in range(1, i + 1)), Fraction(0))
        found.append((a[i] - known) / b[0])
    return found


# --- the values -----------------------------------------------------------------------------------


def _plain(parts: list[Part], low: int) -> list[Term] | None:
    total: list[Term] = []
    simple = [(c, a) for c, s, a in parts if s == 1]
    for remainder in {a % 1 for _, a in simple}:
        group = [(c, a) for c, a in simple if a % 1 == remainder]
        if sum((c for c, _ in group), Fraction(0)):
            return None
        least = min(a for _, a in group)
        left = (c / (low + least + i) for c, a in group for i in range(int(a - least)))
        total.append(number(-sum(left, Fraction(0))))
    for c, s, a in parts:
        if s == 1:
            continue
        if s % 2:
            return None
        first = low + a
        skipped = sum((1 / (first % 1 + i) ** s for i in _before(first)), Fraction(0))
        times = Fraction(2) ** s - 1 if first.denominator == 2 else Fraction(1)
        total.append(_scaled(c * times * zeta_over_pi(s), PI**s))
        total.append(number(-c * skipped))
    return [t for t in total if value_of(t) != 0]


def _alternating(parts: list[Part], low: int) -> list[Term] | None:
    total: list[Term] = []
    for c, s, a in parts:
        first = low + a
        # sum over i >= 0 of (-1)^i/(first + i)^s, from that which starts at 1 or 1/2
        start = Fraction(1) if first.denominator == 1 else HALF
        missing = int(first - start)
        turned = c * _sign(low + missing)
        skipped = sum((_sign(i) / (start + i) ** s for i in range(max(missing, 0))), Fraction(0))
        skipped -= sum((_sign(i) / (start + i) ** s for i in range(missing, 0)), Fraction(0))
        if first.denominator == 2:
            if s != 1:
                return None
            total.append(_scaled(turned / 2, PI))
        elif s == 1:
            total.append(_scaled(turned, LOG_2))
        elif s % 2 == 0:
            eta = (1 - Fraction(2) ** (1 - s)) * zeta_over_pi(s)
            total.append(_scaled(turned * eta, PI**s))
        else:
            return None
        total.append(number(-turned * skipped))
    return [t for t in total if value_of(t) != 0]


def _sign(exponent: int) -> int:
    """(-1)^exponent, an integer for a negative exponent too (where ** makes a float)."""
    return -1 if exponent % 2 else 1


def _before(first: Fraction) -> range:
    """The numbers to leave out before the first one, from 1 or from 1/2."""
    return range(1, int(first)) if first.denominator == 1 else range(int(first))


def _scaled(factor: Fraction, base: Term) -> Term:
    return base if factor == 1 else number(factor) * base


def zeta_over_pi(s: int) -> Fraction:
    """zeta(s) over pi^s for an even s.

    >>> zeta_over_pi(2), zeta_over_pi(4)
    (Fraction(1, 6), Fraction(1, 90))
    """
    bernoulli = [Fraction(1)]
    for m in range(1, s + 1):
        known = sum((comb(m + 1, j) * bernoulli[j] for j in range(m)), Fraction(0))
        bernoulli.append(-known / (m + 1))
    return abs(bernoulli[s]) * Fraction(2) ** (s - 1) / factorial(s)
