"""Equations of degree one: the value of a symbol at which a polynomial in it is 0."""

from __future__ import annotations

from symdl.evidence.algebra.back import poly_term, term_of
from symdl.evidence.algebra.polynomials import Poly, Ratio, Ring, lowest
from symdl.expression.term import Term, free_symbols


def place_of(ring: Ring, atom: Term) -> int | None:
    """The variable number of an atom, if it is a generator of the ring."""
    index = ring.by_key.get(("atom", atom))
    return None if index is None else ring.place(index)


def is_linear(ring: Ring, p: Poly, atom: Term) -> bool:
    """Whether p is of degree one in the atom, which occurs nowhere else (in an exponent, ...)."""
    place = place_of(ring, atom)
    return place is not None and p.degrees()[place] == 1 and not occurs_inside(ring, p, atom)


def occurs_inside(ring: Ring, p: Poly, atom: Term) -> bool:
    """Whether an atom may occur in a generator of p other than itself."""
    for place, degree in enumerate(p.degrees()):
        if degree > 0 and ring.generator_at(place).data is not atom:
            unit = tuple(int(i == place) for i in range(ring.slots))
            written = poly_term(ring, ring.context.from_dict({unit: 1}))
            if written is None or atom in free_symbols(written) | {written}:
                return True
    return False


def split_linear(ring: Ring, p: Poly, atom: Term) -> tuple[Poly, Poly]:
    """slope and rest of p = slope * atom + rest, for a p that is linear in the atom."""
    place = place_of(ring, atom)
    assert place is not None
    slope: dict[tuple[int, ...], int] = {}
    rest: dict[tuple[int, ...], int] = {}
    for monomial, c in p.terms():
        lowered = tuple(0 if i == place else int(e) for i, e in enumerate(monomial))
        (slope if monomial[place] else rest)[lowered] = int(c)
    return ring.context.from_dict(slope), ring.context.from_dict(rest)


def root_in(ring: Ring, p: Poly, atom: Term) -> Term | None:
    """The zero of a polynomial that is linear in an atom (where its slope is not 0)."""
    if not is_linear(ring, p, atom):
        return None
    slope, rest = split_linear(ring, p, atom)
    return term_of(ring, lowest(ring, Ratio(-rest, slope)))
