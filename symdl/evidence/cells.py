"""A cell: a part of the domain of a claim, given by signs of terms; and signs of terms in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from symdl.evidence.algebra import linear
from symdl.evidence.algebra import polynomial_signs as signs
from symdl.evidence.algebra import polynomials as pol
from symdl.evidence.algebra.demands import demands
from symdl.evidence.algebra.kernels import Kernels, Nowhere, Refine
from symdl.evidence.algebra.normal_form import NotDecided, convert, core
from symdl.evidence.algebra.polynomials import NoRoom, Poly, Ratio, Ring, TooLarge
from symdl.expression.relations import links
from symdl.expression.term import Term, postorder

SLOTS, FILLED = (12, 24), 8
"""Room for generators, and how many may be in the smaller one: others are added later."""
ROUNDS = 12
Facts = tuple[tuple[Term, int], ...]
"""Terms with their signs (see polynomial_signs; 0 says: it is zero)."""
NO_ANSWER = (NotDecided, TooLarge, Nowhere, ZeroDivisionError)
"""What a normal form raises where it has no answer."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the domain and the two sides there; facts are signs of terms (0: it is zero),
    waiting those in which a case distinction is still open; needs is what decided switches, gone
    from the sides, ask for to have a value."""

    left: Term
    right: Term
    facts: Facts = ()
    name: str = ""
    waiting: Facts = ()
    needs: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Normal:
    """The normal form of a term in a cell, and what the facts of the cell say in the same ring."""

    kernels: Kernels
    value: Ratio
    facts: tuple[tuple[Poly, int], ...]

    @property
    def ring(self) -> Ring:
        """The ring of the normal form."""
        return self.kernels.ring


def sign_in(cell: Cell, term: Term) -> int | None:
    """The certified sign of a term in a cell (see polynomial_signs; here 0 is exactly zero), or
    None if it is not known."""
    for fact, sign in cell.facts:
        if fact is term and abs(sign) != signs.NONNEGATIVE:
            return sign  # it cannot be known better
    try:
        found = normal(cell.facts, term)
        return sign_of_normal(found)
    except NO_ANSWER:
        return None


def sign_of_normal(found: Normal) -> int | None:
    """The sign of a normal form: of its factors, by ranges, by structure and by the facts."""
    if found.value.num.is_zero():
        return 0
    content, parts = pol.factors(found.value.num)
    below, under = pol.factors(found.value.den)
    sign = signs.POSITIVE if content * below > 0 else signs.NEGATIVE
    for factor, exponent in [*parts, *((f, -e) for f, e in under)]:
        of_factor = factor_sign(found, factor)
        if of_factor == 0 and exponent > 0:
            return 0
        if of_factor is None:
            if exponent % 2:
                return _whole(found)
            of_factor = signs.NONNEGATIVE
        if exponent < 0 and abs(of_factor) == 1:
            of_factor *= 2
        if exponent % 2 == 0:
            of_factor = signs.POSITIVE if abs(of_factor) == signs.POSITIVE else signs.NONNEGATIVE
        sign = signs.times_sign(sign, of_factor)
    return sign or _whole(found)


def _whole(found: Normal) -> int | None:
    """The sign of the numerator as a whole by the facts."""
    below, under = pol.factors(found.value.den)
    direction = 1 if below > 0 else -1
    for factor, exponent in under:
        sign = factor_sign(found, factor)
        if exponent % 2 and not sign:
            return None
        direction *= -1 if exponent % 2 and sign is not None and sign < 0 else 1
    above = linear.sign_under(found.ring, found.facts, found.value.num)
    return above if not above else above * direction


def factor_sign(found: Normal, factor: Poly) -> int | None:
    """The sign of one polynomial under the facts; 0 is exactly zero, None is not known."""
    for fact, sign in found.facts:
        if sign == 0 and signs.key(fact) == signs.key(factor):
            return 0
    direct = signs.sign_of(found.ring, factor)
    if abs(direct) == signs.POSITIVE or not found.facts:
        return direct or None
    followed = linear.sign_under(found.ring, found.facts, factor)
    if followed is None:
        return direct or None
    return followed if abs(followed) >= abs(direct) or followed == 0 else direct


@lru_cache(maxsize=256)
def normal(facts: Facts, term: Term) -> Normal:
    """The normal form of a term with the facts noted in its ring. Raises one of NO_ANSWER."""
    wanted = [core(term), *(core(fact) for fact, _ in facts)]
    try:
        k, values = _converted(SLOTS[0], wanted)
    except NoRoom:
        k, values = _converted(SLOTS[1], wanted)
    if k.ring.slots == SLOTS[0] and len(k.ring.generators) > FILLED:
        k, values = _converted(SLOTS[1], wanted)
    noted = []
    for value, (_, sign) in zip(values[1:], facts, strict=True):
        noted.extend(signs.note(k.ring, value, sign)[0])
    return Normal(k, values[0], tuple(noted))


def _converted(slots: int, terms: list[Term]) -> tuple[Kernels, list[Ratio]]:
    """The terms as rational functions in one ring of so many slots."""
    k = Kernels(Ring(slots))
    for _ in range(ROUNDS):
        k.restart()
        try:
            values = convert(k, terms)
            return k, [pol.lowest(k.ring, values[term]) for term in terms]
        except Refine:
            continue
    raise NotDecided("the exponents found no common basis")


def is_empty(cell: Cell) -> bool:
    """Whether the facts of a cell certainly contradict each other."""
    if len(cell.facts) < 2:
        return any(not _possible(sign_in(Cell(f, f), f), sign) for f, sign in cell.facts)
    try:
        found = normal(cell.facts, cell.facts[0][0])
    except NO_ANSWER:
        return False
    return linear.contradict(found.ring, found.facts)


def _possible(certain: int | None, said: int) -> bool:
    """Whether a term with this certain sign can have the sign that is said of it."""
    if certain is None:
        return True
    if certain == 0:
        return abs(said) < signs.POSITIVE
    if abs(certain) == 1:
        return said != -2 * certain
    return said * certain > 0


def undefined_in(cell: Cell, term: Term) -> bool:
    """Whether the term may be without a value somewhere in the cell."""
    return any(not holds_in(cell, need) for node in postorder(term) for need in demands(node))


def holds_in(cell: Cell, condition: Term) -> bool:
    """Whether a condition made of relations certainly holds throughout the cell."""
    if condition.op in ("and", "or"):
        answers = (holds_in(cell, part) for part in condition.args)
        return all(answers) if condition.op == "and" else any(answers)
    if condition.op != "relation":
        return False
    for relation, a, b in links((condition,)):
        gap = a if b.op == "number" and not b.data.value else a - b
        sign = sign_in(cell, gap)
        if sign is None or sign not in _HOLDS.get(relation, ()):
            return False
    return True


_HOLDS: dict[str, tuple[int, ...]] = {
    ">": (2,),
    ">=": (2, 1, 0),
    "<": (-2,),
    "<=": (-2, -1, 0),
    "!=": (2, -2),
    "=": (0,),
}
