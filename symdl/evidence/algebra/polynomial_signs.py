"""Certified signs of polynomials in generators whose ranges are known.

A sign is 2 (> 0), 1 (>= 0), -1 (<= 0), -2 (< 0) or 0 (not known). Signs come from declared
domains and from structure (exp > 0, squares, bounds, definite quadratic forms), never from
a sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from flint import fmpq, fmpq_mpoly_ctx

from symdl.evidence.algebra.polynomials import (
    Poly,
    Ratio,
    Ring,
    add,
    factors,
    lowest,
    multiply,
    rational,
)
from symdl.expression.domain import Domain

POSITIVE, NONNEGATIVE, UNKNOWN, NONPOSITIVE, NEGATIVE = 2, 1, 0, -1, -2

MAX_SHIFTS = 16
MAX_LOGS = 6
MAX_CORNERS = 4
ONE = Fraction(1)
MAX_SHIFTED_TERMS = 30
Monomials = list[tuple[tuple[int, ...], Any]]


def times_sign(a: int, b: int) -> int:
    """The sign of a product."""
    if a == 0 or b == 0:
        return UNKNOWN
    direction = 1 if (a > 0) == (b > 0) else -1
    return direction * min(abs(a), abs(b))


def assume(ring: Ring, p: Poly, sign: int) -> bool:
    """Note that p has this sign where the claim is looked at; True if that is new."""
    direction, primitive = _primitive(p)
    name = str(primitive)
    if abs(sign) <= abs(ring.signs.get(name, UNKNOWN)):
        return False
    ring.signs[name] = sign * direction
    ring.assumed[name] = primitive
    return True


def note(ring: Ring, value: Ratio, sign: int) -> tuple[list[tuple[Poly, int]], bool]:
    """Note the sign of a rational function in lowest terms: of its numerator, and of the one
    factor of it whose sign is not certain anyway. (What is now known, whether that is new)."""
    below = sign_of(ring, value.den)
    if value.num.is_constant() or not (sign == UNKNOWN or below):
        return [], False
    if sign == UNKNOWN:
        return [(value.num, UNKNOWN)], False
    sign *= 1 if below > 0 else -1
    noted = [(value.num, sign)]
    content, parts = factors(value.num)
    open_ = []
    direction = 1 if content > 0 else -1
    for factor, exponent in parts:
        certain = sign_of(ring, factor) if len(parts) > 1 else UNKNOWN
        if abs(certain) == POSITIVE:
            direction *= -1 if certain < 0 and exponent % 2 else 1
        else:
            open_.append((factor, exponent))
    if len(open_) == 1 and open_[0][1] % 2 and (len(parts) > 1 or open_[0][1] > 1):
        noted.append((open_[0][0], sign * direction))
    new = [assume(ring, p, s) for p, s in noted]
    return noted, any(new)


def key(p: Poly) -> str:
    """A name for a polynomial that its rational multiples share."""
    return str(_primitive(p)[1])


def _primitive(p: Poly) -> tuple[int, Poly]:
    """Direction 1 or -1 and the primitive polynomial with a positive leading coefficient."""
    content, primitive = p.primitive()
    if primitive.leading_coefficient() < 0:
        content, primitive = -content, -primitive
    return (1 if content > 0 else -1), primitive


def sign_of_ratio(ring: Ring, a: Ratio) -> int:
    """The sign of num/den where it is defined (den is not 0 there)."""
    if a.num.is_zero():
        return UNKNOWN
    below = sign_of(ring, a.den)
    if abs(below) == 1:
        below *= 2
    return times_sign(sign_of(ring, a.num), below)


def sign_of(ring: Ring, p: Poly) -> int:
    """The certified sign of a polynomial for all values of its generators in their ranges."""
    if p.is_zero():
        return UNKNOWN
    if p.is_constant():
        return POSITIVE if p.leading_coefficient() > 0 else NEGATIVE
    direction, primitive = _primitive(p)
    name = str(primitive)
    if name not in ring.certain:
        found = UNKNOWN
        for rule in (_directly, _by_shifts, _by_corners, _by_quadratic):
            if abs(found) < POSITIVE:
                found = _best(found, rule(ring, primitive))
        ring.certain[name] = found
    found = _best(ring.signs.get(name, UNKNOWN), ring.certain[name])
    if abs(found) < POSITIVE and len(primitive) <= MAX_LOGS:
        kinds = {generator.kind for generator in ring.generators}
        if "exp" in kinds:
            found = _best(found, _by_exponents(ring, primitive))
        if "log" in kinds:
            found = _best(found, _by_logarithms(ring, primitive))
    return direction * found


def _best(a: int, b: int) -> int:
    return a if abs(a) >= abs(b) else b


def _by_exponents(ring: Ring, p: Poly) -> int:
    """c1 exp(u) - c2 exp(v) has the sign of log(c1/c2) + u - v. (Not kept: facts may be used.)"""
    found = compared_exponents(ring, p)
    if found is None:
        return UNKNOWN
    direction, exponent, constant = found
    sign = sign_of_ratio(ring, exponent)
    if constant:
        sign = POSITIVE * constant if sign * constant >= 1 else UNKNOWN
    return times_sign(direction, sign) if direction else UNKNOWN


def compared_exponents(ring: Ring, p: Poly) -> tuple[int, Ratio, int] | None:
    """For p = m (c1 exp(u) - c2 exp(v)) with c1, c2 > 0: the sign of m, u - v, and the sign of
    log(c1/c2). None if p has another form."""
    if len(p) != 2:
        return None
    (first, c1), (second, c2) = [(m, int(c)) for m, c in p.terms()]
    if (c1 > 0) == (c2 > 0):
        return None
    common = POSITIVE if c1 > 0 else NEGATIVE
    exponent: Ratio | None = None
    for place, (a, b) in enumerate(zip(first, second, strict=True)):
        generator = ring.generator_at(place) if a or b else None
        if generator is None:
            continue
        if generator.kind == "exp":
            if a != b:
                part = multiply(ring, generator.data, rational(ring, int(a) - int(b)))
                exponent = part if exponent is None else add(ring, exponent, part)
        elif a != b:
            return None
        else:
            common = times_sign(common, _power_sign(ring, place, int(a), {}))
    if exponent is None:
        return None
    return common, lowest(ring, exponent), (abs(c1) > abs(c2)) - (abs(c1) < abs(c2))


def _by_logarithms(ring: Ring, p: Poly) -> int:
    """sum of c log A has the sign of the product of all A^c, minus 1; with cofactors m in front,
    m times the logarithms of each, if all have one direction."""
    groups: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
    for monomial, c in p.terms():
        logs = [i for i, e in enumerate(monomial) if e and ring.generator_at(i).kind == "log"]
        if len(logs) > 1 or any(monomial[i] > 1 for i in logs):
            return UNKNOWN
        rest = tuple(0 if i in logs else int(e) for i, e in enumerate(monomial))
        alone = tuple(int(i in logs) for i in range(ring.slots))
        groups.setdefault(rest, {})[alone] = c
    if all(not any(alone) for part in groups.values() for alone in part):
        return UNKNOWN
    total = UNKNOWN
    for rest, part in groups.items():
        sign = _of_group(ring, rest, ring.context.from_dict(part))
        if sign == UNKNOWN or (total != UNKNOWN and (total > 0) != (sign > 0)):
            return UNKNOWN
        total = _best(total, sign)
    return total


def _of_group(ring: Ring, rest: tuple[int, ...], logs: Poly) -> int:
    """The sign of a monomial times a sum of logarithms, or a number."""
    sign = _by_terms(ring, [(rest, 1)], {})
    if logs.is_constant():
        return sign if logs.leading_coefficient() > 0 else -sign
    compared = compared_logarithms(ring, logs)
    return UNKNOWN if compared is None else times_sign(sign, sign_of(ring, compared))


def compared_logarithms(ring: Ring, p: Poly) -> Poly | None:
    """For p = sum of c log A with whole numbers c: the product of the A^c with c > 0 minus that
    of the A^-c with c < 0. None if p has another form."""
    above, below = ring.constant(1), ring.constant(1)
    if sum(abs(int(c)) for c in p.coeffs()) > MAX_LOGS:
        return None
    for monomial, c in p.terms():
        if sum(monomial) != 1:
            return None
        generator = ring.generator_at(next(i for i, e in enumerate(monomial) if e))
        if generator.kind != "log" or len(generator.data) > MAX_SHIFTED_TERMS:
            return None
        power = ring.reduce(generator.data ** abs(int(c)))
        if c > 0:
            above = ring.reduce(above * power)
        else:
            below = ring.reduce(below * power)
    return above - below


def _directly(ring: Ring, p: Poly) -> int:
    return _by_terms(ring, list(p.terms()), {})


def _by_terms(ring: Ring, terms: Monomials, shifted: dict[int, int]) -> int:
    """Every term has one direction: the sum has it too, strictly if one term is strict."""
    total = UNKNOWN
    for monomial, coefficient in terms:
        sign = POSITIVE if coefficient > 0 else NEGATIVE
        for place, exponent in enumerate(monomial):
            if exponent:
                sign = times_sign(sign, _power_sign(ring, place, exponent, shifted))
        if sign == UNKNOWN or (total != UNKNOWN and (total > 0) != (sign > 0)):
            return UNKNOWN
        total = _best(total, sign)
    return total


def _power_sign(ring: Ring, place: int, exponent: int, shifted: dict[int, int]) -> int:
    if place in shifted:
        return shifted[place]
    generator = ring.generator_at(place)
    if not generator.real:
        return UNKNOWN
    if exponent % 2 == 0:
        return POSITIVE if generator.nonzero else NONNEGATIVE
    return generator.sign


def _by_shifts(ring: Ring, p: Poly) -> int:
    """Write generators as lower bound + something >= 0 or upper bound - something >= 0."""
    if len(p) > MAX_SHIFTED_TERMS:
        return UNKNOWN
    places = [place for place, degree in enumerate(p.degrees()) if degree]
    options = [(place, _shifts(ring.generator_at(place).range)) for place in places]
    options = [(place, shifts) for place, shifts in options if shifts]
    if not options:
        return UNKNOWN
    rationals = fmpq_mpoly_ctx.get(p.context().names(), p.context().ordering())
    lifted = rationals.from_dict({m: fmpq(c) for m, c in p.terms()})
    best = UNKNOWN
    for tries, choice in enumerate(product(*([None, *shifts] for _, shifts in options))):
        if tries > MAX_SHIFTS or abs(best) == POSITIVE:
            break
        shifted: dict[int, int] = {}
        images = list(rationals.gens())
        for (place, _), shift in zip(options, choice, strict=True):
            if shift is not None:
                bound, direction, strict = shift
                images[place] = direction * images[place] + bound
                shifted[place] = POSITIVE if strict else NONNEGATIVE
        if shifted:
            image = lifted.compose(*images, ctx=rationals)
            best = _best(best, _by_terms(ring, list(image.terms()), shifted))
    return best


def _by_corners(ring: Ring, p: Poly) -> int:
    """What is of degree one in every generator lies between its values at the corners of the box
    of their ranges; inside of the box it is no end value unless all of them are equal."""
    places = [place for place, degree in enumerate(p.degrees()) if degree]
    ranges = [ring.generator_at(place).range for place in places]
    if len(places) > MAX_CORNERS or any(p.degrees()[place] > 1 for place in places):
        return UNKNOWN
    if any(r.lower is None or r.upper is None for r in ranges):
        return UNKNOWN
    values = set()
    for ends in product(*((r.lower, r.upper) for r in ranges)):
        at = dict(zip(places, ends, strict=True))
        values.add(
            sum(
                (int(c) * prod((at[i] or Fraction(0) for i, e in enumerate(m) if e), start=ONE)
                 for m, c in p.terms()),
                Fraction(0),
            )
        )  # fmt: skip
    if min(values) < 0 < max(values):
        return UNKNOWN
    inside = len(values) > 1 and all(r.lower_open and r.upper_open for r in ranges)
    strict = inside or 0 not in values
    return (POSITIVE if strict else NONNEGATIVE) * (1 if max(values) > 0 else -1)


def _shifts(domain: Domain) -> list[tuple[fmpq, int, bool]]:
    """(bound, direction, strict) for every finite end of a range but 0, which shifts nothing."""
    found = []
    if domain.lower:
        found.append((_rational(domain.lower), 1, domain.lower_open))
    if domain.upper:
        found.append((_rational(domain.upper), -1, domain.upper_open))
    return found


def _rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _by_quadratic(ring: Ring, p: Poly) -> int:
    """A quadratic form in generators of unknown sign (or in all real ones), plus terms of one
    sign. The form is decided exactly by completing squares (rational elimination)."""
    found = _quadratic(ring, p, False)
    return found if abs(found) == POSITIVE else _best(found, _quadratic(ring, p, True))


def _quadratic(ring: Ring, p: Poly, everything: bool) -> int:
    form: dict[tuple[int, int], Fraction] = {}
    rest: Monomials = []
    constant = Fraction(0)
    for monomial, coefficient in p.terms():
        places = [i for i, e in enumerate(monomial) for _ in range(min(e, 3))]
        if not places:
            constant = Fraction(int(coefficient))
        elif len(places) <= 2 and _is_free(ring, places, everything):
            pair = (places[0], places[1]) if len(places) == 2 else (-1, places[0])
            form[pair] = Fraction(int(coefficient))
        else:
            rest.append((monomial, coefficient))
    if len(form) > 40 or not _has_squares(form):
        return UNKNOWN
    sign = _by_terms(ring, rest, {})
    if rest and sign == UNKNOWN:
        return UNKNOWN
    for direction in (1, -1):
        if sign * direction >= 0:
            turned = {pair: direction * value for pair, value in form.items()}
            found = _definite(turned, direction * constant)
            if found:
                return direction * max(found, sign * direction)
    return UNKNOWN


def _has_squares(form: dict[tuple[int, int], Fraction]) -> bool:
    """Whether each generator of a form has a square in it, all of one sign: else it has no sign."""
    squares = {i: value > 0 for (i, j), value in form.items() if i == j}
    names = {i for pair in form for i in pair} - {-1}
    return bool(names) and names <= squares.keys() and len(set(squares.values())) == 1


def _is_free(ring: Ring, places: list[int], everything: bool) -> bool:
    """Whether the monomial belongs into the quadratic form: generators of unknown sign."""
    generators = [ring.generator_at(i) for i in places]
    return all(g.real and (everything or g.sign == UNKNOWN) for g in generators)


def _definite(form: dict[tuple[int, int], Fraction], constant: Fraction) -> int:
    """2 if the quadratic is > 0 everywhere, 1 if >= 0, else 0. Index -1 stands for the 1."""
    names = [*sorted({i for pair in form for i in pair} - {-1}), -1]
    n = len(names)
    a = [[Fraction(0)] * n for _ in range(n)]
    for (i, j), value in form.items():
        r, c = names.index(i), names.index(j)
        a[r][c] += value / 2
        a[c][r] += value / 2
    a[n - 1][n - 1] += constant
    for pivot, row in _pivots(a):
        if pivot < 0 or (pivot == 0 and any(row)):
            return UNKNOWN
    return POSITIVE if a[n - 1][n - 1] > 0 else NONNEGATIVE


def _pivots(a: list[list[Fraction]]) -> Iterator[tuple[Fraction, list[Fraction]]]:
    """Eliminate in place; each pivot with the rest of its row."""
    n = len(a)
    for k in range(n):
        yield a[k][k], a[k][k + 1 :]
        if a[k][k]:
            for i in range(k + 1, n):
                ratio = a[i][k] / a[k][k]
                for j in range(k, n):
                    a[i][j] -= ratio * a[k][j]
