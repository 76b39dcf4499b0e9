"""The probability of some events together, written by cells, by weights of cells or by factors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from math import prod

from symdl.evidence.probability.events import Chance
from symdl.expression.domain import NONNEGATIVE, POSITIVE, UNIT_OPEN
from symdl.expression.printer import plain
from symdl.expression.term import Term, combined, make, number, symbol

WEIGHT = "weight of "


@dataclass(frozen=True, slots=True)
class Way:
    """How the probability of some events together is written, and what binds its letters."""

    write: Callable[[Chance], Term]
    bounds: Callable[[str], tuple[Term, ...]] = lambda measure: ()


def _freely(c: Chance) -> Term:
    """Any positive number for each joint density."""
    names = ", ".join(sorted(_said(*event) for event in c.events))
    return symbol(f"{c.measure}({names})", domain=POSITIVE)


FREELY = Way(_freely)


def cells(names: list[Term]) -> Way:
    """Sums of the cells in which the events occur; the last cell is 1 minus all others."""
    *most, last = product((True, False), repeat=len(names))

    def write(c: Chance) -> Term:
        found = {way: _cell(c.measure, names, way) for way in most}
        parts = [cell for way, cell in found.items() if _meets(way, names, c)]
        if not _meets(last, names, c):
            return combined("add", parts)
        return combined(
            "add", (number(1), *(-cell for cell in found.values() if cell not in parts))
        )

    def bounds(measure: str) -> tuple[Term, ...]:
        none = Chance(measure, frozenset((n, False) for n in names), frozenset())
        return (make("relation", write(none), number(0), data=(">=",)),)

    return Way(write, bounds)


def weighed(names: list[Term]) -> Way:
    """Cells as shares of the sum of weights: any point is one of probabilities."""
    ways = list(product((True, False), repeat=len(names)))

    def write(c: Chance) -> Term:
        weights = {way: _cell(WEIGHT + c.measure, names, way) for way in ways}
        parts = [w for way, w in weights.items() if _meets(way, names, c)]
        return make("div", combined("add", parts), combined("add", weights.values()))

    return Way(write)


def _meets(way: tuple[bool, ...], names: list[Term], c: Chance) -> bool:
    return all(way[names.index(n)] is yes for n, yes in c.events)


def _cell(measure: str, names: list[Term], way: tuple[bool, ...]) -> Term:
    told = ", ".join(map(_said, names, way))
    return symbol(f"{measure}({told})", domain=NONNEGATIVE)


def independently() -> Way:
    """Products of the probabilities of independent events."""

    def write(c: Chance) -> Term:
        if any((n, not yes) in c.events for n, yes in c.events):
            return number(0)
        own = [(symbol(f"{c.measure}({plain(n)})", domain=UNIT_OPEN), yes) for n, yes in c.events]
        return prod((p if yes else number(1) - p for p, yes in own), start=number(1))

    return Way(write)


def _said(name: Term, yes: bool) -> str:
    return plain(name) if yes else f"not {plain(name)}"
