"""A cell cut in parts: at the breakpoints of one symbol, or by the sign of a term."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.algebra.normal_form import NotDecided
from symdl.evidence.cells import NO_ANSWER, Cell, normal
from symdl.expression.domain import Domain
from symdl.expression.term import Symbol, Term, free_symbols, make, number
from symdl.expression.term import replace as replace_terms


@dataclass(frozen=True, slots=True)
class Undecided:
    """The term whose sign is needed; `closed` if >= 0 or <= 0 is enough."""

    term: Term
    closed: bool


def split(cell: Cell, need: Undecided) -> Iterator[Cell]:
    """The cell in parts in which the sign of a term can be decided."""
    points = _breakpoints(need.term)
    if points is not None:
        yield from _split_symbol(cell, *points)
        return
    if any(fact == need.term for fact, _ in cell.facts):
        raise NotDecided("a sign that cannot be used")
    if need.closed:
        yield _assume(cell, need.term, signs.NONNEGATIVE, "≥ 0")
        yield _assume(cell, need.term, signs.NONPOSITIVE, "≤ 0")
        return
    yield _assume(cell, need.term, signs.POSITIVE, "> 0")
    yield _assume(cell, need.term, signs.NEGATIVE, "< 0")
    yield _assume(cell, need.term, signs.UNKNOWN, "= 0")


def _assume(cell: Cell, term: Term, sign: int, words: str) -> Cell:
    name = _named(cell, f"{_words(term)} {words}")
    return replace(cell, facts=(*cell.facts, (term, sign)), name=name)


def _named(cell: Cell, more: str) -> str:
    return f"{cell.name}, {more}" if cell.name else more


def _words(term: Term) -> str:
    from symdl.expression.printer import plain

    return plain(term)


def _breakpoints(term: Term) -> tuple[Term, list[Fraction]] | None:
    """The symbol and the exact rational places where a term in one symbol changes its sign.

    None unless the term is a rational function of one symbol whose real roots and poles are all
    rational and of which at least one splits the symbol's domain.
    """
    symbols = free_symbols(term)
    if len(symbols) != 1:
        return None
    (x,) = symbols
    try:
        found = normal((), term)
    except NO_ANSWER:
        return None
    ring, value = found.ring, found.value
    if len(ring.generators) != 1 or ring.generators[0].data is not x:
        return None
    points: set[Fraction] = set()
    for poly in (value.num, value.den):
        for factor, _ in pol.factors(poly)[1]:
            if factor.total_degree() == 1:
                points.add(_linear_root(factor))
            elif not signs.sign_of(ring, factor):
                return None
    inside = sorted(p for p in points if x.data.domain.contains(p) or _interior(x.data.domain, p))
    return (x, inside) if inside else None


def _interior(domain: Domain, point: Fraction) -> bool:
    low, high = domain.lower, domain.upper
    return (low is None or low < point) and (high is None or point < high)


def _linear_root(factor: pol.Poly) -> Fraction:
    coefficients = {sum(monomial): int(c) for monomial, c in factor.terms()}
    return Fraction(-coefficients.get(0, 0), coefficients[1])


def _split_symbol(cell: Cell, x: Term, points: list[Fraction]) -> Iterator[Cell]:
    """Open cells between the points, and the points themselves where they are in the domain."""
    domain: Domain = x.data.domain
    lower, open_ = domain.lower, domain.lower_open
    for point in points:
        if domain.lower is None or point > domain.lower:
            yield _restrict(
                cell,
                x,
                replace(domain, lower=lower, lower_open=open_, upper=point, upper_open=True),
            )
        if domain.contains(point):
            yield _put(cell, x, number(point), f"{x.data.name} = {point}")
        lower, open_ = point, True
    if domain.upper is None or domain.upper > points[-1]:
        yield _restrict(cell, x, replace(domain, lower=lower, lower_open=open_))


def _restrict(cell: Cell, x: Term, domain: Domain) -> Cell:
    known: Symbol = x.data
    data = Symbol(known.name, known.role, known.shape, domain, known.declared, known.meaning)
    return _put(cell, x, make("symbol", data=data), interval_words(known.name, domain))


def interval_words(name: str, domain: Domain) -> str:
    """A domain in words: `0 < x <= 1`."""
    low = "" if domain.lower is None else f"{domain.lower} {'<' if domain.lower_open else '≤'} "
    high = "" if domain.upper is None else f" {'<' if domain.upper_open else '≤'} {domain.upper}"
    if low and not high:
        return f"{name} {'>' if domain.lower_open else '≥'} {domain.lower}"
    return f"{low}{name}{high}"


def _put(cell: Cell, x: Term, value: Term, words: str) -> Cell:
    """The cell with a value for a symbol; the words for it stand for those of its domain."""
    own = interval_words(x.data.name, x.data.domain)
    others = [part for part in cell.name.split(", ") if part not in ("", own)]
    return replaced(cell, {x: value}, ", ".join([*others, words]))


def replaced(cell: Cell, table: dict[Term, Term], name: str) -> Cell:
    """The cell with terms replaced in everything that it says, under a name."""
    facts, waiting = (
        tuple((replace_terms(fact, table), sign) for fact, sign in listed)
        for listed in (cell.facts, cell.waiting)
    )
    left, right = replace_terms(cell.left, table), replace_terms(cell.right, table)
    needs = tuple(replace_terms(need, table) for need in cell.needs)
    return Cell(left, right, facts, name, waiting, needs)
