"""Bounds of one variable: cells in which enclosures tell the sign, and proofs far out."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from symdl.evidence.meaning import ATOMS, SIGNS, atoms, core, home, infinite, links
from symdl.evidence.proofs.enclosing import enclosing
from symdl.evidence.recheck import guarded
from symdl.evidence.recheck.steps import exact, letters_of
from symdl.evidence.record import Data, Part
from symdl.evidence.work import Exhausted, spend
from symdl.expression.term import Term, postorder

FAR, MOST_CELLS, FINEST = (Fraction(16), Fraction(128), Fraction(2048)), 800, Fraction(1, 2**70)
CELL = 400
"""Steps of work for an enclosure, for each node."""
WORDS = ATOMS | {"number", "constant", "relation", "interval"}


def cells(goal: Part) -> Iterator[Data]:
    """Certificates of cells in each of which the relation holds; what is beyond them is still to
    be shown."""
    (x,) = letters_of(goal)
    if x.op != "symbol" or x.shape != () or goal.large is not None or goal.relation not in SIGNS:
        return
    f = core(goal.left - (goal.right or goal.left))
    tried: set[tuple[Fraction, Fraction]] = set()
    for far in FAR:
        held = False
        for low, high in (r for r in _ranges(x, goal, far) if r not in tried):
            tried.add((low, high))
            found = guarded(_cut, f, x, low, high, SIGNS[goal.relation])
            if isinstance(found, list):
                held = True
                yield {"kind": "cells", "cuts": [str(cut) for cut in found]}
        if not held:
            return  # what fails here fails in what is wider


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
    return None if atoms([b]) or infinite(b) else exact(b)


def _cut(f: Term, x: Term, low: Fraction, high: Fraction, allowed: frozenset[int]) -> Any:
    """The ends of cells; a text if they are not found."""
    work = CELL * sum(1 for _ in postorder(f))
    signs_in = enclosing(f, x)
    cuts, stack = [low], [high]
    tries = 0
    while stack:
        a, b = cuts[-1], stack[-1]
        tries += 1
        try:
            spend(work)
        except Exhausted:
            return "too much work"
        if tries > MOST_CELLS or b - a < FINEST:
            return "no end of it"
        found = guarded(signs_in, a, b)
        if not isinstance(found, str) and found <= allowed:
            cuts.append(stack.pop())
        elif not isinstance(found, str) and not found & allowed:
            return "it is false"
        else:
            stack.append(_between(a, b))
    return cuts


def _between(a: Fraction, b: Fraction) -> Fraction:
    """A short number between two: their middle, with as few binary digits behind the point as
    leave it within a quarter of their distance."""
    middle, slack = (a + b) / 2, (b - a) / 4
    p, q = middle.as_integer_ratio()
    s, t = slack.as_integer_ratio()
    unit = 1
    while min(p * unit % q, -p * unit % q) * t > s * unit * q:
        unit *= 2
    return Fraction(round(middle * unit), unit)
