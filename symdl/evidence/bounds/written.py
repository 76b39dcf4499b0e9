r"""Numbers as people write them: from an enclosure or an exact constant to a Term, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from flint import arb, fmpz, fmpz_mat

from symdl.evidence.asymptotics.constants import ONE_Q, Exact
from symdl.evidence.asymptotics.monomials import Monomial
from symdl.evidence.balls import exactly
from symdl.evidence.bounds.kinks import simplest
from symdl.evidence.exact import as_fraction, fraction_of
from symdl.expression.term import Term, combined, constant, make, number

LARGEST_DENOMINATOR = 1000


def candidates(low: Fraction, high: Fraction) -> Iterator[Term]:
    r"""Terms whose value may lie in [low, high]: fractions, square roots of fractions, multiples
    of \pi, powers of e, logarithms. Guesses: each must be proved."""
    box = exactly(low).union(exactly(high))
    found = _plain(box)
    if found is not None:
        yield number(found)
        return
    square = _plain(box * box)
    if square:
        size = make("sqrt", number(square))
        yield size if low > 0 else make("neg", size)
    for invert, build in _WAYS:
        value = _plain(invert(box))
        if value is not None:
            yield build(number(value))
    for invert, build in _OF_SURDS:
        surd = _surd(invert(box))
        if surd is not None:
            yield build(surd)


_WAYS: tuple[tuple[Callable[[Any], Any], Callable[[Term], Term]], ...] = (
    (lambda x: x / arb.pi(), lambda q: q * constant("pi")),
    (lambda x: x.log(), lambda q: make("exp", q)),
    (lambda x: (-x).log(), lambda q: make("neg", make("exp", q))),
    (lambda x: x.exp(), lambda q: make("log", q)),
    (lambda x: x * x / arb.pi(), lambda q: make("sqrt", q * constant("pi"))),
    (lambda x: x.tan() if abs(x) < 2 else arb.nan(), lambda q: make("arctan", q)),
)


_OF_SURDS: tuple[tuple[Callable[[Any], Any], Callable[[Term], Term]], ...] = (
    (lambda x: x, lambda q: q),
    (lambda x: x.exp() if abs(x) < LARGEST_LOG else arb.nan(), lambda q: make("log", q)),
)
LARGEST_LOG = 20


def _surd(box: Any) -> Term | None:
    r"""A number `(p + \sqrt{q}) / r` of small p, q, r in a narrow ball: the root of the shortest
    quadratic polynomial that nearly vanishes there (Lenstra, Lenstra and Lovasz 1982)."""
    if not box.is_finite() or box.rad() > 1e-30 * (1 + abs(box)):
        return None
    scale = 10**24
    near = [int((box**k * scale).mid().floor().unique_fmpz() or 0) for k in (0, 1, 2)]
    rows = fmpz_mat(3, 4, [1, 0, 0, near[0], 0, 1, 0, near[1], 0, 0, 1, near[2]])
    reduced = rows.lll()
    c, b, a = (int(reduced[0, i]) for i in range(3))
    inner = b * b - 4 * a * c
    if not a or inner <= 0 or max(abs(a), abs(b), abs(c)) > LARGEST_DENOMINATOR:
        return None
    sign = 1 if (2 * a * box + b) > 0 else -1
    outside = 1
    for prime, power in fmpz(inner).factor():
        outside *= int(prime) ** (power // 2)
    whole, part = Fraction(-b, 2 * a), Fraction(sign * outside, 2 * a)
    root = make("sqrt", number(inner // outside**2))
    times = root if abs(part) == 1 else number(abs(part)) * root
    times = times if part > 0 else make("neg", times)
    return make("add", number(whole), times) if whole else times


def _plain(box: Any) -> Fraction | None:
    """The only plain fraction in a narrow ball."""
    if not box.is_finite() or box.rad() > 1e-15 * (1 + abs(box)):
        return None
    low, high = as_fraction(box.lower()), as_fraction(box.upper())
    found = simplest(low, high)
    return found if found.denominator <= LARGEST_DENOMINATOR else None


def readable(value: Exact) -> Term:
    """An exact constant as a Term; None where it holds what has no Term."""
    total: list[Term] = []
    for monomial, coefficient in value.terms:
        total.append(_product(monomial, coefficient))
    return combined("add", total)


def _product(monomial: Monomial, coefficient: Any) -> Term:
    factors = [] if coefficient == 1 and monomial else [number(fraction_of(coefficient))]
    for (kind, key), power in monomial:
        base = _atom(kind, key)
        factors.append(base if power == 1 else base ** number(power))
    return combined("mul", factors)


def _atom(kind: str, key: Any) -> Term:
    if kind in ("pi", "e"):
        return constant(kind)
    if kind == "symbol":
        assert isinstance(key, Term)
        return key
    if kind == "log of":
        return make("log", key)
    if kind == "exp":
        return make("exp", _product(key, ONE_Q))
    return make("log", number(key)) if kind == "log" else number(key)
