"""The forms of a proof: exponents over a basis, arguments of logarithms in factors, roots."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import fmpq

from symdl.evidence.exact import common_step, fraction_of
from symdl.evidence.meaning import SIGNS, Open
from symdl.evidence.proofs.ratios import factored, primes, same
from symdl.evidence.proofs.signs import add, nonzero, proved, settled
from symdl.evidence.recheck.quotients import Ratio
from symdl.evidence.recheck.signs import MORE
from symdl.evidence.record import Data

if TYPE_CHECKING:
    from symdl.evidence.proofs.prover import Prover


class Again(Exception):
    """The basis of exponents has become finer: walk again."""


def find_exp(at: Prover, u: Ratio) -> Data:
    """The exponent as a combination of logarithms and steps of the basis."""
    items: dict[int, int] = {}
    above = at.reduced(u.above)
    for monomial, coefficient in above.terms():
        part = Ratio(at.ring.from_dict({monomial: fmpq(1)}), u.below)
        for i, n in powers_of(at, part, fraction_of(coefficient)):
            items[i] = items.get(i, 0) + n
    return [[i, int(n)] for i, n in items.items() if n]


def powers_of(at: Prover, part: Ratio, c: Fraction) -> Iterator[tuple[int, int]]:
    """Items whose logarithms add up to c times a part of an exponent."""
    for i, (value, log) in at.items.items():
        turn = 1 if same(log, part) else -1 if same(log, -part) else 0
        if turn and c.denominator == 1:
            yield i, turn * int(c)
            return
        if turn and value.below.is_one() and made_of(at, log) == "log":
            yield root_of(at, i, c.denominator), turn * c.numerator
            return
    key = f"({part.above})/({part.below})"
    step = at.basis.get(key)
    new = abs(c) if step is None else common_step(step, abs(c))
    at.basis[key] = new
    if step is not None and new != step:
        raise Again
    yield item_with(at, part * at.exactly(new)), int(c / new)


def made_of(at: Prover, x: Ratio) -> str:
    """The function that a generator is a value of; empty for what is none."""
    if not (x.below.is_one() and len(x.above) == 1 and x.above.total_degree() == 1):
        return ""
    place = next(i for i, n in enumerate(x.above.degrees()) if n)
    return at.made[at.ring.nvars() - 1 - place][0] if x.above.is_one() is False else ""


def item_with(at: Prover, log: Ratio) -> int:
    """The item with this logarithm: one that there is, or a new exponential."""
    for i, (_, known) in at.items.items():
        if same(known, log):
            return i
    nonzero(at, log.below)
    at.step(["value", "exp", at.data(log)])
    return compared(at, len(at.made) - 1)


def item_of(at: Prover, x: Ratio) -> int:
    """The item with this value: one that there is, or a new logarithm."""
    for i, (value, _) in at.items.items():
        if same(value, x) or at.equal(value, x):
            return i
    nonzero(at, x.below)
    at.step(["value", "log", at.data(x)])
    return compared(at, len(at.made) - 1)


def compared(at: Prover, i: int) -> int:
    """An item is to 1 as its logarithm is to 0."""
    value, log = at.items[i]
    if settled(at, log) != settled(at, value - 1):
        at.step(["law", [[i, 1]]])
    return i


def root_of(at: Prover, i: int, q: int) -> int:
    """The item that is the q-th root of an item, by the law of its logarithm."""
    before = len(at.made)
    j = item_with(at, at.items[i][1] * at.exactly(Fraction(1, q)))
    if j >= before:
        at.step(["law", [[j, q], [i, -1]]])
    return j


def find_log(at: Prover, u: Ratio) -> Data:
    """The argument in factors that are certainly positive, and one other at most."""
    constant, sure, rest = factors(at, u)
    items = [(item_of(at, at.exactly(p)), n) for p, n in primes(constant)]
    one = at.exactly(-1 if constant < 0 else 1)
    for f, n in rest:
        if n % 2 == 0:
            at.wanted = f
            raise Open("a sign is not known")
        one = one * f**n
    if rest or constant < 0:
        others = at.exactly(abs(constant))
        for f, n in sure:
            others = others * f**n
        if at.signs(one) != MORE:
            nonzero(at, one.below)
            nonzero(at, others.below)
            nonzero(at, others.above)
            add(at, [[(one * others, 1), (others**-1, 1)]], one)
        items.append((item_of(at, one), 1))
    items += [(item_of(at, f), n) for f, n in sure]
    return [[i, int(n)] for i, n in items]


def factors(
    at: Prover, u: Ratio
) -> tuple[Fraction, list[tuple[Ratio, int]], list[tuple[Ratio, int]]]:
    """A quotient as constant, certainly positive factors, and others."""
    constant = Fraction(1)
    sure: list[tuple[Ratio, int]] = []
    rest: list[tuple[Ratio, int]] = []
    for p, turn in ((at.reduced(u.above), 1), (u.below, -1)):
        content, factors = factored(p)
        constant *= fraction_of(content) ** turn
        for f, n in factors:
            signs = proved(at, f)
            if signs <= SIGNS["<="]:
                f, constant, signs = -f, constant * (-1) ** int(n), proved(at, -f)
            found = Ratio(f, at.ring.constant(1))
            (sure if signs <= MORE else rest).append((found, turn * int(n)))
    return constant, sure, rest
