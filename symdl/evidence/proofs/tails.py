"""Bounds of one variable: cells in which balls tell the sign, and proofs far out."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from symdl.evidence.meaning import ANY, SIGNS, Open, Signs, atoms, home, infinite, links
from symdl.evidence.proofs.prover import Prover, found_by
from symdl.evidence.proofs.ratios import rational_of
from symdl.evidence.recheck.document import guarded
from symdl.evidence.recheck.goals import by_cells
from symdl.evidence.recheck.kernel import Branch, Ratio
from symdl.evidence.record import Data, Part
from symdl.evidence.work import CLAIM, spend
from symdl.expression.term import Term

FAR, MOST_CELLS, FINEST = (Fraction(16), Fraction(2048)), 800, Fraction(1, 2**70)
CELL, WORK = 400, 10 * CLAIM
"""Steps of work for an enclosure, and for all of them."""


class Cells(Prover):
    """The prover of a relation of one variable between two numbers."""

    def __init__(self, part: Part, slots: int, x: Term, low: Fraction, high: Fraction) -> None:
        super().__init__(part, slots)
        self.x, self.ends, self.tries = x, (low, high), [0]

    def branch(self, x: Ratio, signs: Signs) -> Cells:
        """A branch; cells are counted in all of them together."""
        found = super().branch(x, signs)
        assert isinstance(found, Cells)
        found.tries = self.tries
        return found

    def proof(self, depth: int = 0) -> Data:
        """The steps and branches from here. Raises Open if the claim is not proved."""
        self.written, self.wanted = [], None
        self.tries[0] += 1
        low, high = self.ends
        if self.tries[0] > MOST_CELLS or high - low < FINEST:
            raise Open("no end of it")
        sides = self.walked()
        if self.empty or sides is None or self.told(sides) <= SIGNS[self.part.relation]:
            if self.empty or sides is not None:
                return {"steps": self.written}
        elif not self.signs(sides) & SIGNS[self.part.relation]:
            raise Open("it is false")
        return {"steps": self.written, **self.halves(depth)}

    def halves(self, depth: int) -> Data:
        """A split by a number between the ends."""
        (low, high), found = self.ends, []
        middle = between(low, high)
        x = self.known[self.x] - self.exactly(middle)
        for signs, ends in (([-1, 0], (low, middle)), ([1], (middle, high))):
            branch = self.branch(x, frozenset(signs))
            branch.ends = ends
            found.append([signs, branch.proof(depth + 1)])
        return {"split": self.data(x), "branches": found}

    def told(self, x: Ratio) -> Signs:
        """The signs of a quotient, after the step of balls if it tells more."""
        before = self.signs(x)
        if len(before) > 1 and self.x in self.known:
            spend(CELL)
            place = self.place_of(self.known[self.x])
            step = ["ball", self.data(x), [place, *map(str, self.ends)]]
            trial = Branch.branch(self, x, ANY)
            if guarded(Branch.step, trial, step) is None and trial.signs(x) < before:
                self.step(step)
        return self.signs(x)


def cells(goal: Part, x: Term) -> Data | None:
    """A certificate of cells; what is beyond them is shown first."""
    if x.op != "symbol" or x.shape != () or goal.large is not None or goal.relation not in SIGNS:
        return None
    for choice in (-1, 0):  # from the ends that are known, and from a little beyond them
        ranges = [_ranges(x, goal, far)[choice] for far in FAR]
        shown = [_beyond(goal, [*dict.fromkeys(r[i] for r in ranges)], i) for i in (0, 1)]
        if shown[0] is not None and shown[1] is not None:
            (low, left), (high, right) = shown[0], shown[1]
            cert = {"kind": "cells", "ends": [str(low), str(high)]}
            inside = next(by_cells(goal, cert))
            found = found_by(partial(Cells, x=x, low=low, high=high), inside, WORK)
            if found is not None:
                return {**cert, "goals": [found, left, right]}
    return None


def _beyond(goal: Part, ends: list[Fraction], i: int) -> tuple[Fraction, Data] | None:
    """An end beyond which a goal is shown, and the proof."""
    for end in ends:
        cert = {"kind": "cells", "ends": [str(end), str(end)]}
        found = found_by(Prover, [*by_cells(goal, cert)][1 + i], CLAIM // 2)
        if found is not None:
            return end, found
    return None


def _ranges(x: Term, goal: Part, far: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Where cells are tried: from a little beyond the ends that are known, and from there."""
    lower, upper = home(x).lower, home(x).upper
    for condition in goal.conditions:
        found = guarded(links, condition)
        for a, relation, b in found if isinstance(found, list) else ():
            value = _number(b) if a is x else None
            if value is not None and relation in (">", ">="):
                lower = value if lower is None else max(lower, value)
            if value is not None and relation in ("<", "<="):
                upper = value if upper is None else min(upper, value)
    low = -far if lower is None else lower
    high = far if upper is None else upper
    if lower is not None and upper is None:
        high = max(high, lower + far)
    if upper is not None and lower is None:
        low = min(low, upper - far)
    wide = (
        low if lower is None else low - Fraction(1, 8),
        high if upper is None else high + Fraction(1, 8),
    )
    return [wide, (low, high)] if wide != (low, high) else [wide]


def _number(b: Term) -> Fraction | None:
    return None if atoms([b]) or infinite(b) else rational_of(b)


def between(a: Fraction, b: Fraction) -> Fraction:
    """A short number between two: their middle, with as few binary digits behind the point as
    leave it within a quarter of their distance."""
    middle, slack = (a + b) / 2, (b - a) / 4
    p, q = middle.as_integer_ratio()
    s, t = slack.as_integer_ratio()
    unit = 1
    while min(p * unit % q, -p * unit % q) * t > s * unit * q:
        unit *= 2
    return Fraction(round(middle * unit), unit)
