"""Bounds of one variable: cells in which balls tell the sign, and proofs far out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial

from symdl.evidence.meaning import ANY, SIGNS, Open, Signs, atoms, home, infinite, links
from symdl.evidence.proofs.prover import Prover, found_by
from symdl.evidence.proofs.ratios import rational_of
from symdl.evidence.recheck.document import guarded
from symdl.evidence.recheck.kernel import Branch
from symdl.evidence.recheck.quotients import Ratio
from symdl.evidence.record import Data, Part
from symdl.evidence.work import CLAIM, spend
from symdl.expression.term import Term, make, number

FAR, MOST_CELLS, FINEST = (Fraction(16), Fraction(2048)), 800, Fraction(1, 2**70)
CELL, WORK = 400, 10 * CLAIM
"""Steps of work for an enclosure, and for all of them."""


class Cells(Prover):
    """The prover of a relation of one variable: far out beyond two numbers, and between them."""

    def __init__(self, part: Part, slots: int, x: Term, low: Fraction, high: Fraction) -> None:
        super().__init__(part, slots)
        self.x, self.ends, self.tries = x, (low, high), [0]
        self.whole = [1, -1]
        """The turns in which something beyond an end has to be split off."""

    def branch(self, x: Ratio, signs: Signs) -> Cells:
        """A branch; cells are counted in all of them together."""
        found = super().branch(x, signs)
        assert isinstance(found, Cells)
        found.tries = self.tries
        return found

    def proof(self, depth: int = 0) -> Data:
        """The steps and branches from here. Raises Open if the claim is not proved."""
        if self.far is not None:
            return super().proof(depth)
        self.written, self.wanted = [], None
        self.tries[0] += 1
        low, high = self.ends
        if self.tries[0] > MOST_CELLS or high - low < FINEST:
            raise Open("no end of it")
        sides = self.walked()
        if self.whole and not self.empty:
            return {"steps": self.written, **self.beyond(self.whole.pop(), depth)}
        if self.empty or (sides is not None and self.told(sides) <= SIGNS[self.part.relation]):
            return {"steps": self.written}
        if sides is not None and not self.signs(sides) & SIGNS[self.part.relation]:
            raise Open("it is false")
        if sides is None and self.wanted is not None:
            return {"steps": self.written, **self.branches(self.wanted, depth)}
        return {"steps": self.written, **self.halves(depth)}

    def beyond(self, turn: int, depth: int) -> Data:
        """A split by an end."""
        end = self.ends[turn > 0]
        x = self.known[self.x] - self.exactly(end)
        far, near = self.branch(x, frozenset({turn})), self.branch(x, frozenset({0, -turn}))
        far.far, far.turn, far.begin = self.x, turn, turn * end
        found = [[[turn], far.proof(depth + 1)], [[0, -turn], near.proof(depth + 1)]]
        return {"split": self.data(x), "branches": found}

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
    """A proof in cells; it is looked for far out first."""
    if x.op != "symbol" or x.shape != () or goal.large is not None or goal.relation not in SIGNS:
        return None
    for choice in (-1, 0):  # from the ends that are known, and from a little beyond them
        ranges = [_ranges(x, goal, far)[choice] for far in FAR]
        low, high = (_end(goal, x, turn, [r[turn > 0] for r in ranges]) for turn in (-1, 1))
        if low is not None and high is not None:
            found = found_by(partial(Cells, x=x, low=low, high=high), goal, WORK)
            if found is not None:
                return found
    return None


def _end(goal: Part, x: Term, turn: int, ends: list[Fraction]) -> Fraction | None:
    """A number beyond which a goal is proved."""
    for end in dict.fromkeys(ends):
        beyond = make("relation", x, number(end), data=(">" if turn > 0 else "<",))
        part = replace(goal, conditions=(*goal.conditions, beyond))
        if found_by(partial(_far, x=x, turn=turn, end=end), part, CLAIM // 2) is not None:
            return end
    return None


def _far(part: Part, slots: int, x: Term, turn: int, end: Fraction) -> Prover:
    """The prover of what lies beyond a number."""
    prover = Prover(part, slots)
    prover.far, prover.turn, prover.begin = x, turn, turn * end
    return prover


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
