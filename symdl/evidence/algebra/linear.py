"""Linear consequences: what a list of sign facts says of a polynomial, monomials taken as unknowns.

`x >= y, y >= z` says `x >= z`. A statement follows if its opposite together with the facts has no
solution, which Fourier and Motzkin decide: one unknown after the other is eliminated by adding
multiples of inequalities, until only constants are left (Motzkin 1936).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import gcd

from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra.polynomials import Poly, Ring

Monomial = tuple[int, ...]
Fact = tuple[Poly, int]
"""A polynomial and its sign (see polynomial_signs; here UNKNOWN says that it is 0)."""

MOST_ROWS = 120
MOST_FACTS = 14
MOST_TERMS = 40


@dataclass(frozen=True, slots=True)
class Row:
    """sum of coefficient * monomial >= 0, or > 0 if strict; the empty monomial is the constant.

    The coefficients are whole numbers without a common factor.
    """

    parts: tuple[tuple[Monomial, int], ...]
    strict: bool


def sign_under(ring: Ring, facts: Sequence[Fact], p: Poly) -> int | None:
    """The sign of p that follows from the facts and the ranges of the generators: 2, 1, -1, -2,
    0 if it is exactly zero, None if no sign follows (or what is given is too large)."""
    if len(facts) > MOST_FACTS or len(p) > MOST_TERMS:
        return None
    known = [row for fact in facts for row in _rows(*fact)]
    known.extend(_bounds(ring, [p, *(q for q, _ in facts)]))
    if not known and not p.is_constant():
        return None
    above, below = _follows(known, p), _follows(known, -p)
    if above and below:
        return 0
    if above:
        return signs.POSITIVE if _follows(known, p, True) else signs.NONNEGATIVE
    if below:
        return signs.NEGATIVE if _follows(known, -p, True) else signs.NONPOSITIVE
    return None


def contradict(ring: Ring, facts: Sequence[Fact]) -> bool:
    """Whether no point meets all facts, seen linearly."""
    if len(facts) > MOST_FACTS:
        return False
    rows = [row for fact in facts for row in _rows(*fact)]
    return _impossible([*rows, *_bounds(ring, [q for q, _ in facts])])


def _follows(known: list[Row], p: Poly, strictly: bool = False) -> bool:
    """Whether p >= 0 (or > 0) follows: its opposite has no solution."""
    return _impossible([*known, _row(-p, not strictly)])


def _rows(p: Poly, sign: int) -> Iterator[Row]:
    if sign >= 0:
        yield _row(p, sign == signs.POSITIVE)
    if sign <= 0:
        yield _row(-p, sign == signs.NEGATIVE)


def _row(p: Poly, strict: bool) -> Row:
    return _reduced([(tuple(map(int, m)), int(c)) for m, c in p.terms()], strict)


def _reduced(parts: Sequence[tuple[Monomial, int]], strict: bool) -> Row:
    """A row without the common factor of its coefficients."""
    common = gcd(*(c for _, c in parts))
    return Row(tuple(parts if common < 2 else [(m, c // common) for m, c in parts]), strict)


def _bounds(ring: Ring, polys: Iterable[Poly]) -> Iterator[Row]:
    """What the ranges of the generators say of the monomials that occur."""
    monomials = dict.fromkeys(tuple(map(int, m)) for p in polys for m in p.monoms())
    for monomial in monomials:
        places = [i for i, e in enumerate(monomial) if e]
        if not places:
            continue
        sign = signs.sign_of(ring, ring.context.from_dict({monomial: 1}))
        if sign:
            direction = 1 if sign > 0 else -1
            yield Row(((monomial, direction),), abs(sign) == signs.POSITIVE)
        if len(places) == 1 and monomial[places[0]] == 1:
            yield from _ends(ring, monomial, places[0])


def _ends(ring: Ring, monomial: Monomial, place: int) -> Iterator[Row]:
    range_ = ring.generator_at(place).range
    one = (0,) * len(monomial)
    if range_.lower:
        above, below = range_.lower.as_integer_ratio()
        yield Row(((monomial, below), (one, -above)), range_.lower_open)
    if range_.upper:
        above, below = range_.upper.as_integer_ratio()
        yield Row(((monomial, -below), (one, above)), range_.upper_open)


def _impossible(rows: list[Row]) -> bool:
    """Whether no values of the monomials meet all rows."""
    open_ = list(dict.fromkeys(rows))
    while True:
        constants = [row for row in open_ if not any(any(m) for m, _ in row.parts)]
        if any(_is_broken(row) for row in constants):
            return True
        open_ = [row for row in open_ if row not in constants]
        unknown = _cheapest(open_)
        if unknown is None or len(open_) > MOST_ROWS:
            return False
        open_ = list(dict.fromkeys(_eliminate(open_, unknown)))


def _is_broken(row: Row) -> bool:
    value = sum(c for _, c in row.parts)
    return value < 0 or (value == 0 and row.strict)


def _cheapest(rows: list[Row]) -> Monomial | None:
    """The unknown whose elimination leaves the fewest rows."""
    up: dict[Monomial, int] = {}
    down: dict[Monomial, int] = {}
    for row in rows:
        for monomial, c in row.parts:
            if any(monomial):
                table = up if c > 0 else down
                table[monomial] = table.get(monomial, 0) + 1
    return min(
        {**up, **down}, key=lambda m: (up.get(m, 0) * down.get(m, 0), m), default=None
    )  # fmt: skip


def _eliminate(rows: list[Row], unknown: Monomial) -> Iterator[Row]:
    up: list[tuple[Row, int]] = []
    down: list[tuple[Row, int]] = []
    for row in rows:
        c = dict(row.parts).get(unknown)
        if c is None:
            yield row
        else:
            (up if c > 0 else down).append((row, abs(c)))
    for a, by in up:
        for b, times in down:
            yield _sum(a, times, b, by)


def _sum(a: Row, a_times: int, b: Row, b_times: int) -> Row:
    total: dict[Monomial, int] = {}
    for row, times in ((a, a_times), (b, b_times)):
        for monomial, c in row.parts:
            total[monomial] = total.get(monomial, 0) + times * c
    return _reduced([(m, c) for m, c in sorted(total.items()) if c], a.strict or b.strict)
