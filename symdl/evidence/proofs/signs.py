"""Why a polynomial has a sign: by its factors, by what is known, by logarithms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flint import fmpq

from symdl.evidence.meaning import ANY, SIGNS, Signs
from symdl.evidence.proofs.ratios import factored
from symdl.evidence.recheck.quotients import Ratio
from symdl.evidence.recheck.signs import APART, EQUAL, MORE, added, product, raised

if TYPE_CHECKING:
    from symdl.evidence.proofs.prover import Prover


def nonzero(at: Prover, p: Any) -> None:
    """Write down why a denominator is not 0."""
    if 0 in at.signs_of(at.reduced(p)):
        proved(at, p)


def settled(at: Prover, x: Ratio) -> Signs:
    """The signs of a quotient, after what can be proved of them."""
    if len(at.signs(x)) > 1:
        if x.below.is_one():
            proved(at, at.reduced(x.above))
        else:
            proved(at, at.reduced(x.above * x.below))
    return at.signs(x)


def proved(at: Prover, p: Any, depth: int = 0) -> Signs:
    """The signs of a polynomial, after the steps that are found to narrow them."""
    p = at.reduced(p)
    signs = at.signs_of(p)
    for attempt in (by_number, by_factors, by_ends, by_facts, by_pair):
        if len(signs) < 2 or depth > 4 or len(p) > 60:
            return signs
        attempt(at, p, depth)
        signs = at.signs_of(p)
    return signs


def by_number(at: Prover, p: Any, _depth: int) -> None:
    """Balls tell the sign of what no atom is in."""
    if at.is_number(Ratio(p, at.ring.constant(1))):
        at.step(["ball", at.data(Ratio(p, at.ring.constant(1)))])


def by_factors(at: Prover, p: Any, depth: int) -> None:
    content, factors = factored(p)
    if len(factors) > 1 or (factors and factors[0][1] > 1):
        for f, _ in factors:
            proved(at, f, depth + 1)
        add(at, [[(at.ring.constant(content), 1), *((f, int(n)) for f, n in factors)]], p)


def by_ends(at: Prover, p: Any, depth: int) -> None:
    """Linear in a generator that lies between two numbers."""
    for i, degree in enumerate(p.degrees()):
        between = ends(at, i) if degree == 1 else None
        if between:
            g, (low, high) = at.ring.gen(i), between
            values = [p.subs({f"g{i}": end}) for end in between]
            scale = at.ring.constant(1 / (high - low))
            for q in values:
                proved(at, q, depth + 1)
            terms = [
                [(scale, 1), (high - g, 1), (values[0], 1)],
                [(scale, 1), (g - low, 1), (values[1], 1)],
            ]
            if add(at, terms, p):
                return


def by_pair(at: Prover, p: Any, depth: int) -> None:
    """The difference of two terms that are positive, by their logarithms."""
    (m, c), (n, d) = p.terms() if len(p) == 2 else ((0, 1), (0, 1))
    if c * d > 0 or depth > 1 or not at.items:
        return
    one, other = (at.ring.from_dict({k: abs(v)}) for k, v in ((m, c), (n, d)))
    if at.signs_of(one) <= MORE and at.signs_of(other) <= MORE:
        ratio = Ratio(one, other)
        form = at.find("log", ratio)
        if settled(at, at.together(form)[1]) != ANY:
            at.step(["law", form])
            sign = [[(Ratio(other, at.ring.constant(1)), 1), (ratio - 1, 1)]]
            add(at, sign, Ratio(one - other, at.ring.constant(1)))


def ends(at: Prover, i: int) -> tuple[Any, Any] | None:
    """Numbers that a generator is known to lie between."""
    low: list[Any] = []
    high: list[Any] = []
    g = at.ring.gen(i)
    if at.signs_of(g) <= SIGNS[">="]:
        low.append(fmpq(0))
    for p, signs in at.facts.values():
        rest = p - g
        if rest.is_constant():
            end = -(rest.leading_coefficient() if rest else fmpq(0))
            (low if signs <= SIGNS[">="] else high if signs <= SIGNS["<="] else []).append(end)
    return (max(low), min(high)) if low and high and max(low) < min(high) else None


def by_facts(at: Prover, p: Any, _depth: int) -> None:
    """What is known, times a number, and a rest whose terms have the same sign."""
    for known, signs in list(at.facts.values()):
        if len(known) < 2 or signs == APART:
            continue
        table = known.to_dict()
        for m, c in p.terms():
            if m in table:
                factor = c / table[m]
                rest = p - known * factor
                terms = [[(at.ring.constant(factor), 1), (known, 1)], [(rest, 1)]]
                if add(at, terms, p):
                    return


def add(at: Prover, terms: list[list[tuple[Any, int]]], x: Any) -> bool:
    """The step of a sum, if it tells more of the sign of a quotient or polynomial."""
    one = at.ring.constant(1)
    terms = [[(f if isinstance(f, Ratio) else Ratio(f, one), n) for f, n in t] for t in terms]
    signs = EQUAL
    for term in terms:
        signs = added(signs, product(raised(at.signs(f), n) for f, n in term))
    before = at.signs(x if isinstance(x, Ratio) else Ratio(x, one))
    if before <= signs:
        return False
    at.step(["sum", [[[at.data(f), n] for f, n in term] for term in terms]])
    return True
