"""Where a term may be least in one of its variables: candidates, each proved or dropped."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.algebra.solving import root_in
from symdl.evidence.cells import NO_ANSWER, Cell, Normal, normal
from symdl.expression.term import Term, free_symbols, number

PLAIN = (Fraction(0), Fraction(1), Fraction(1, 2))


def starts(cell: Cell, v: Term, slope: Normal) -> Iterator[Term]:
    """Candidates for the place at which the term is least, each once."""
    seen: set[Term] = {v}
    for maker in (_of_slope, _of_facts, _of_domain, _of_others):
        for start in maker(cell, v, slope):
            if start not in seen:
                seen.add(start)
                yield start


def _of_slope(_: Cell, v: Term, slope: Normal) -> Iterator[Term]:
    for factor, _exponent in pol.factors(slope.value.num)[1]:
        root = root_in(slope.ring, factor, v)
        if root is None:
            root = _of_compared(slope, factor, v)
        if root is not None:
            yield root


def _of_compared(slope: Normal, factor: pol.Poly, v: Term) -> Term | None:
    """Where two exponentials, or products under logarithms, are equal."""
    compared = signs.compared_exponents(slope.ring, factor)
    if compared is not None:
        return root_in(slope.ring, compared[1].num, v) if compared[2] == 0 else None
    products = signs.compared_logarithms(slope.ring, factor)
    if products is None:
        return None
    roots = (root_in(slope.ring, part, v) for part, _ in pol.factors(products)[1])
    return next((root for root in roots if root is not None), None)


def _of_facts(cell: Cell, v: Term, _: Normal) -> Iterator[Term]:
    for fact, _sign in cell.facts:
        if v not in free_symbols(fact):
            continue
        try:
            found = normal((), fact)
        except NO_ANSWER:
            continue
        root = root_in(found.ring, found.value.num, v)
        if root is not None:
            yield root


def _of_domain(_: Cell, v: Term, __: Normal) -> Iterator[Term]:
    domain = v.data.domain
    yield from (number(end) for end in (domain.lower, domain.upper) if end is not None)


def _of_others(cell: Cell, v: Term, _: Normal) -> Iterator[Term]:
    yield from sorted(free_symbols(cell.left) - {v}, key=repr)
    yield from (number(value) for value in PLAIN if v.data.domain.contains(value))
