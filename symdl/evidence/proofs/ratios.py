"""Small questions about quotients of polynomials that the parts of the prover have in common."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import fmpq, fmpz

from symdl.evidence.exact import fraction_of
from symdl.evidence.meaning import Open, core
from symdl.evidence.recheck.kernel import Branch
from symdl.evidence.recheck.quotients import Ratio, constant
from symdl.evidence.record import Data, Part
from symdl.evidence.work import spend
from symdl.expression.term import Term

RULE, TERM, MOST_TERMS = 50, 10, 300
"""Steps of work for an operation, and for each term of a polynomial in it."""


def factored(p: Any) -> Any:
    """The factors of a polynomial of bounded size."""
    if len(p) > MOST_TERMS or p.total_degree() > MOST_TERMS:
        raise Open("too large to be factored")
    spend(TERM * len(p))
    return p.factor()


def same(a: Ratio, b: Ratio) -> bool:
    return bool(a.above == b.above and a.below == b.below)


def primes(constant: Fraction) -> list[tuple[int, int]]:
    """The prime factors of the size of a rational number."""
    found: list[tuple[int, int]] = []
    for number, turn in ((abs(constant.numerator), 1), (constant.denominator, -1)):
        if number > 1:
            parts = fmpz(number).factor() if number.bit_length() < 120 else [(number, 1)]
            found += [(int(p), turn * int(n)) for p, n in parts]
    return found


class Written(Branch):
    """The walk over what is written of numbers: cases need no steps."""

    def next(self, name: str) -> Data:
        """Nothing is to be shown before."""
        if name == "form":
            raise Open("no rational number")
        return [name]


def rational_of(at: Term) -> Fraction | None:
    """The rational number that is written, or None."""
    try:
        found = constant(Written(Part(at, "=", at), 0)(core(at)))
    except Open:
        return None
    return None if found is None else fraction_of(found)


def quotient_of(at: Branch, n: int, d: int) -> Ratio:
    """The number n / d."""
    one = at.ring.constant(1)
    return Ratio(one * fmpq(n, d), one)
