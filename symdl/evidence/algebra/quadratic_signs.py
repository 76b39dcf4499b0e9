"""Signs of quadratic forms: decided exactly by completing squares."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symdl.evidence.algebra.polynomials import Poly, Ring
from symdl.evidence.algebra.term_signs import (
    NONNEGATIVE,
    POSITIVE,
    UNKNOWN,
    Monomials,
    best,
    by_terms,
)


def by_quadratic(ring: Ring, p: Poly) -> int:
    """A quadratic form in generators of unknown sign (or in all real ones), plus terms of one
    sign. The form is decided exactly by completing squares (rational elimination)."""
    if p.total_degree() < 2:
        return UNKNOWN  # nothing is squared
    found = _quadratic(ring, p, False)
    return found if abs(found) == POSITIVE else best(found, _quadratic(ring, p, True))


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
    sign = by_terms(ring, rest, {})
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
