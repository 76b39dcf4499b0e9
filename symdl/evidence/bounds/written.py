r"""Numbers as people write them: from an enclosure or an exact constant to a Term, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from flint import arb

from symdl.evidence.asymptotics.constants import ONE_Q, Exact, Monomial, fraction_of
from symdl.evidence.balls import exactly
from symdl.evidence.bounds.kinks import simplest
from symdl.expression.term import Term, constant, make, number

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


_WAYS: tuple[tuple[Callable[[Any], Any], Callable[[Term], Term]], ...] = (
    (lambda x: x / arb.pi(), lambda q: q * constant("pi")),
    (lambda x: x.log(), lambda q: make("exp", q)),
    (lambda x: (-x).log(), lambda q: make("neg", make("exp", q))),
    (lambda x: x.exp(), lambda q: make("log", q)),
    (lambda x: x * x / arb.pi(), lambda q: make("sqrt", q * constant("pi"))),
    (lambda x: x.tan() if abs(x) < 2 else arb.nan(), lambda q: make("arctan", q)),
)


def _plain(box: Any) -> Fraction | None:
    """The only plain fraction in a narrow ball."""
    if not box.is_finite() or box.rad() > 1e-15 * (1 + abs(box)):
        return None
    low, high = as_fraction(box.lower()), as_fraction(box.upper())
    found = simplest(low, high)
    return found if found.denominator <= LARGEST_DENOMINATOR else None


def as_fraction(value: Any) -> Fraction:
    """The dyadic number of an exact ball."""
    exact = value.fmpq()
    return Fraction(int(exact.p), int(exact.q))


def readable(value: Exact) -> Term:
    """An exact constant as a Term; None where it holds what has no Term."""
    total: list[Term] = []
    for monomial, coefficient in value.terms:
        total.append(_product(monomial, coefficient))
    if not total:
        return number(0)
    return total[0] if len(total) == 1 else make("add", *total)


def _product(monomial: Monomial, coefficient: Any) -> Term:
    factors = [] if coefficient == 1 and monomial else [number(fraction_of(coefficient))]
    for (kind, key), power in monomial:
        base = _atom(kind, key)
        factors.append(base if power == 1 else base ** number(power))
    return factors[0] if len(factors) == 1 else make("mul", *factors)


def _atom(kind: str, key: Any) -> Term:
    if kind in ("pi", "e"):
        return constant(kind)
    if kind == "symbol":
        return key  # type: ignore[no-any-return]
    if kind == "log of":
        return make("log", key)
    if kind == "exp":
        return make("exp", _product(key, ONE_Q))
    return make("log", number(key)) if kind == "log" else number(key)
