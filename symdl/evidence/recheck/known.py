"""Quotients in generators that stand for functions and atoms, and what is known of their signs."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

from flint import Ordering, arb, fmpq, fmpq_mpoly_ctx

from symdl.evidence.meaning import (
    ANY,
    Signs,
    need,
    sure,
)
from symdl.evidence.recheck.enclosing import evaluated
from symdl.evidence.recheck.quotients import MOST_WORK, Ratio, Value, times
from symdl.evidence.recheck.rules import BALLS
from symdl.evidence.recheck.signs import EQUAL, LESS, MORE, added, product, raised
from symdl.evidence.recheck.walk import Walk
from symdl.evidence.record import Data, rational

SLOTS, LARGEST_POWER = 256, 400


class Known(Walk):
    """Quotients of polynomials in generators, and what is known of their signs."""

    def __init__(self, slots: int) -> None:
        super().__init__({})
        need(type(slots) is int and 0 <= slots <= SLOTS, "slots")
        self.ring = fmpq_mpoly_ctx.get([f"g{i}" for i in range(slots)], Ordering.lex)
        self.empty = False
        self.made: list[tuple[str, list[Ratio]]] = []  # function and arguments of each generator
        self.moves: list[bool] = []  # whether it may depend on the atom that is large
        self.facts: dict[Data, tuple[Value, Signs]] = {}  # of polynomials, by their terms
        self.zeros: list[Value] = []

    # signs

    def reduced(self, p: Value) -> Value:
        """A polynomial modulo those that are 0, where it stays of bounded size."""
        for zero in self.zeros:
            times_in = p.total_degree() // max(sum(zero.monomial(0)), 1)
            size = len(p) * max(len(zero) - 1, 1) ** min(max(times_in, 0), 20)
            sure(size < MOST_WORK and times_in < LARGEST_POWER, "too large")
            p = divmod(p, zero)[1]
        return p

    def signs(self, x: Value) -> Signs:
        """The signs that a quotient may have: by its terms, and by what is known of it."""
        return self.signs_of(self.reduced(times(self.reduced(x.above), x.below)))

    def signs_of(self, p: Value) -> Signs:
        """The same of a reduced polynomial."""
        if p.is_zero():
            return EQUAL
        lead = p.leading_coefficient()
        _, known = self.facts.get(tuple((p / lead).terms()), (p, ANY))
        found = product([known, MORE if lead > 0 else LESS])
        if len(p) == 1 and p.total_degree() == 1:
            return found
        of = {i: self.signs_of(self.ring.gen(i)) for i, n in enumerate(p.degrees()) if n}
        turned = [(m, MORE if c > 0 else LESS) for m, c in p.terms()]
        each = (product([s, *(raised(of[i], n) for i, n in enumerate(m) if n)]) for m, s in turned)
        by_terms: Signs = reduce(added, each, EQUAL)
        return found & by_terms

    def learn(self, x: Ratio, signs: Signs) -> None:
        """Add a fact; a branch in which no sign is left is empty."""
        p = self.reduced(x.above if signs == EQUAL else times(x.above, x.below))
        known = self.signs_of(p)
        self.empty = self.empty or not known & signs
        if known & signs and not known <= signs:
            turned = MORE if p.leading_coefficient() > 0 else LESS
            p /= p.leading_coefficient()
            self.facts[tuple(p.terms())] = p, product([known & signs, turned])
            self.zeros[:0] = [p] if known & signs == EQUAL else []

    def equal(self, a: Ratio, b: Ratio) -> bool:
        """Whether two quotients are certainly equal."""
        return self.signs(a - b) <= EQUAL

    # quotients

    def exactly(self, value: Fraction | int) -> Ratio:
        """A rational number."""
        one = self.ring.constant(1)
        return Ratio(one * fmpq(value.numerator, value.denominator), one)

    def generator(self, name: str, args: list[Ratio]) -> Ratio:
        """A new generator; in the order of the ring it stands before the older ones."""
        sure(len(self.made) < self.ring.nvars(), "no slot is left")
        self.moves.append(name == "large" or any(map(self.moving, args)))
        self.made.append((name, args))
        return self.numbered(len(self.made) - 1)

    def numbered(self, i: int) -> Ratio:
        """A generator by its number."""
        return Ratio(self.ring.gen(self.ring.nvars() - 1 - i), self.ring.constant(1))

    def moving(self, x: Ratio) -> bool:
        """Whether a quotient may depend on the atom of which large values are meant."""
        return any(self.moves[i] for i in self.generators(x))

    def generators(self, x: Ratio) -> set[int]:
        """The generators in a quotient."""
        last = self.ring.nvars() - 1
        return {last - i for p in (x.above, x.below) for i, n in enumerate(p.degrees()) if n > 0}

    def ratio(self, data: Data) -> Ratio:
        """A quotient as it is written: one or two lists of [coefficient, generator, exponent, ...];
        what stands below is not 0."""
        made = [self.ring.constant(0), self.ring.constant(0)]
        for i, terms in enumerate(data):
            for coefficient, *powers in terms:
                c = rational(coefficient)
                monomial = self.ring.constant(1) * fmpq(c.numerator, c.denominator)
                for g, n in zip(powers[::2], powers[1::2], strict=True):
                    need(place(g) < len(self.made) and place(n) < 10_000, "no monomial")
                    monomial *= self.ring.gen(self.ring.nvars() - 1 - g) ** n
                made[i] += monomial
        below = made[1] if len(data) > 1 else self.ring.constant(1)
        need(0 not in self.signs_of(self.reduced(below)), "a denominator that may be 0")
        return Ratio(made[0], below)

    def enclosed(self, x: Ratio, cells: dict[int, Value]) -> Value:
        """A quotient, where atoms are in some balls, or are power series."""
        at: list[tuple[str, Value]] = []
        for i, (name, args) in enumerate(self.made):
            balls = [evaluated(y, at) for y in args]
            if name in BALLS:
                at.append((name, balls[0] if name == "exp" else BALLS[name](*balls)))
            else:
                at.append((name, cells.get(i, arb.nan())))
        return evaluated(x, at)


def place(i: Data) -> int:
    """A number of JSON that is a place in a list."""
    need(type(i) is int and i >= 0, "no place")
    return int(i)
