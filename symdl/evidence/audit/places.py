"""Where a proof is tried: in each case of its switches, at special, plain and uneven points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import chain, islice, pairwise

from symdl.evidence.balls import Ball, balls_at_all
from symdl.evidence.bounds.kinks import gaps, kinks
from symdl.evidence.conditions.given import use
from symdl.evidence.points import (
    Point,
    Ratio,
    at_values,
    atoms,
    candidates,
    constants,
    domain_of,
    drawn,
    fine_points,
    points,
)
from symdl.evidence.refute import AT_ONCE, batched
from symdl.expression.domain import Domain
from symdl.expression.operators import STEPPED, SWITCHING, TABLE
from symdl.expression.term import Term, operations

PLAIN, FINE = 3, 6
MOST_CELLS = 24
QUICK_BITS = 53
FAR = Fraction(10) ** 9
MOST_FAR = 2
WRITTEN_NUMBERS = 4
SWITCHLESS = frozenset({"number", "constant", "symbol", "entry", *TABLE}) - SWITCHING - STEPPED


def places(left: Term, right: Term, conditions: Sequence[Term] = ()) -> Iterator[Point]:
    """Points with a value for every atom of two sides, always the same ones.

    An equation among the conditions gives the value of the atom it is solved for; the other
    conditions may or may not hold.
    """
    given = use(left, right, conditions)
    terms = [given.left, given.right, *given.conditions]
    wanted = atoms(terms)
    for point in _places(wanted, terms):
        full = given.complete(point) if given.solutions else point
        if full is not None:
            yield full


def _places(wanted: list[Term], terms: list[Term]) -> Iterator[Point]:
    if not wanted:
        yield {}
        return
    yield from islice(_in_cells(wanted, terms), MOST_CELLS)
    yield from _special(wanted, terms)
    yield from points(wanted, terms, PLAIN)
    yield from fine_points(wanted, FINE)
    yield from points(wanted, terms, 40, seed=2)
    yield from fine_points(wanted, 40, seed=9)


def _special(wanted: list[Term], terms: list[Term]) -> Iterator[Point]:
    """All atoms at 0; each with both signs; all at 1 and -1; one at a written number; the first
    ones far out."""
    written = constants(terms)[:WRITTEN_NUMBERS] if len(wanted) == 1 else ()
    return at_values(wanted, _special_values(tuple(map(domain_of, wanted)), written))


@lru_cache(maxsize=256)
def _special_values(
    domains: tuple[Domain, ...], written: tuple[Ratio, ...]
) -> tuple[tuple[Fraction, ...], ...]:
    count = len(domains)
    everywhere = [
        (value,) * count
        for value in (Fraction(0), Fraction(1), Fraction(-1))
        if all(domain.contains(value) for domain in domains)
    ]
    found = everywhere[:1]
    if count == 1:
        values = (FAR, -FAR, 1 / FAR, -1 / FAR, *(Fraction(*ratio) for ratio in written))
        return (*everywhere, *((v,) for v in values if domains[0].contains(v)))
    found += [*_both_signs(domains), *everywhere[1:]]
    for plain in drawn(domains).first(1):
        for i, domain in enumerate(domains[:MOST_FAR]):
            far = (v for v in (FAR, -FAR) if domain.contains(v))
            found += [(*plain[:i], v, *plain[i + 1 :]) for v in far]
    return tuple(found)


def _both_signs(domains: Sequence[Domain]) -> Iterator[tuple[Fraction, ...]]:
    """Twice: what is positive the first time is negative the second, and so is its neighbour."""
    for sign in (1, -1):
        found = []
        for i, domain in enumerate(domains):
            size = Fraction(sign * (-1) ** i * (i % 5 + 2), 3)
            plain = size if domain.contains(size) else -size
            found.append(plain if domain.contains(plain) else next(iter(candidates(domain)), None))
        if None not in found:
            yield tuple(v for v in found if v is not None)


def _in_cells(wanted: list[Term], terms: list[Term]) -> Iterator[Point]:
    """A point in each case that the switches (abs, max, conditions) of the terms tell apart."""
    if not has_cells(terms):
        return
    if len(wanted) == 1:
        yield from ({wanted[0]: value} for value in _around(wanted[0], terms))
        return
    switches = tuple(dict.fromkeys(gap for term in terms for gap in gaps(term)))
    seen: set[tuple[int, ...]] = set()
    tried = chain(points(wanted, terms, 32, seed=3), fine_points(wanted, 32, seed=5))
    for some in batched(tried if switches else (), AT_ONCE):
        columns = [map(_sign, column) for column in balls_at_all(switches, some, QUICK_BITS)]
        for point, signs in zip(some, zip(*columns, strict=True), strict=True):
            if signs not in seen:
                seen.add(signs)
                yield point


def has_cells(terms: Iterable[Term]) -> bool:
    """Whether some operation of the terms may turn from one case to another."""
    return not all(SWITCHLESS.issuperset(operations(term)) for term in terms)


def _around(variable: Term, terms: list[Term]) -> Iterator[Fraction]:
    """The points at which a switch turns, and one on each side of them."""
    turns = sorted({turn for term in terms for turn in kinks(term, variable)})
    if not turns:
        return
    between = [(low + high) / 2 for low, high in pairwise(turns)]
    domain = domain_of(variable)
    for value in (*turns, *between, turns[0] - 1, turns[-1] + 1):
        if domain.contains(value):
            yield value


def _sign(found: Ball) -> int:
    return int(found > 0) - int(found < 0)
