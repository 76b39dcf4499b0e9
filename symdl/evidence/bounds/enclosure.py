"""Rigorous ranges of a term of one variable on boxes, by Taylor series with ball coefficients.

A jet is f + f' h + f''/2 h^2 + ... on a box: each coefficient is a ball that contains the true
one at every point of the box. Undefined is nan, which decides nothing. At kinks (abs, max)
the first derivative is the hull of both sides, which is what the mean value form needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from weakref import WeakKeyDictionary

from flint import arb, arb_series

from symdl.evidence import work
from symdl.evidence.balls import exactly
from symdl.evidence.bounds.folded import folded
from symdl.evidence.bounds.jets import NAN, RULES, Rule, rule_of
from symdl.evidence.simpler import in_terms_of
from symdl.expression.term import Term, postorder

BITS = 128


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Program:
    """A term of one variable, ready to be evaluated on boxes."""

    steps: tuple[tuple[Rule, tuple[int, ...]], ...]

    def jet(self, box: Any, order: int) -> list[Any]:
        """The coefficients 0..order on the box (an arb)."""
        length = order + 1
        work.spend(5 * len(self.steps))
        x = arb_series([box, 1], length)
        values: list[Any] = []
        for rule, places in self.steps:
            values.append(rule(length, x, *[values[i] for i in places]))
        result = values[-1]
        if isinstance(result, arb_series):
            return [result[k] for k in range(length)]
        return [NAN] * length


_PROGRAMS: WeakKeyDictionary[Term, dict[Term, Program]] = WeakKeyDictionary()


def program(root: Term, variable: Term) -> Program:
    """The program of a term (other free symbols make it undefined)."""
    kept = _PROGRAMS.setdefault(root, {})
    if variable not in kept:
        kept[variable] = _compile(folded(in_terms_of(root, RULES)), variable)
    return kept[variable]


def _compile(root: Term, variable: Term) -> Program:
    place: dict[Term, int] = {}
    steps: list[tuple[Rule, tuple[int, ...]]] = []
    for node in postorder(root):
        place[node] = len(steps)
        steps.append((rule_of(node, variable), tuple(place[a] for a in node.args)))
    return Program(tuple(steps))


def box_of(low: Fraction, high: Fraction) -> Any:
    """The ball of a closed interval."""
    return exactly(low).union(exactly(high)) if low != high else exactly(low)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """What is known of f on a box: a ball of its values, the jet, and the jet at the middle."""

    values: Any
    jet: list[Any]
    middle: Fraction
    centre: list[Any]


def enclose(run: Program, low: Fraction, high: Fraction) -> Enclosure:
    """The range on [low, high], by the best of plain, mean value, Taylor and monotone forms."""
    middle = (low + high) / 2
    box = box_of(low, high)
    jet = run.jet(box, 2)
    centre = run.jet(exactly(middle), 1)
    step = box - exactly(middle)
    values = jet[0]
    if jet[1].is_finite() and centre[0].is_finite():
        values = _meet(values, centre[0] + jet[1] * step)
        if not jet[1].contains(0):
            ends = run.jet(exactly(low), 0)[0].union(run.jet(exactly(high), 0)[0])
            values = _meet(values, ends)
        elif jet[2].is_finite() and centre[1].is_finite():
            square = arb(0).union((step * step).upper())
            values = _meet(values, centre[0] + centre[1] * step + jet[2] * square)
    return Enclosure(values, jet, middle, centre)


def _meet(a: Any, b: Any) -> Any:
    """The common part of two balls that both contain the range."""
    if not a.is_finite():
        return b
    if not b.is_finite():
        return a
    return a.intersection(b)


def is_continuous(run: Program, low: Fraction, high: Fraction, most: int = 400) -> bool:
    """Whether the function is certainly continuous on [low, high]: everywhere a finite slope."""
    stack = [(low, high)]
    for _ in range(most):
        if not stack:
            return True
        a, b = stack.pop()
        jet = run.jet(box_of(a, b), 1)
        if not (jet[0].is_finite() and jet[1].is_finite()):
            middle = (a + b) / 2
            stack.extend(((a, middle), (middle, b)))
    return not stack
