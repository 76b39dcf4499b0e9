"""Order claims in several variables: cell by cell by structure, or broken at a certified point."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from symdl.evidence import witness
from symdl.evidence.algebra.normal_form import NotDecided
from symdl.evidence.algebra.polynomials import TooLarge
from symdl.evidence.audit import may_be_defined
from symdl.evidence.bounds.positivity import lower_sign
from symdl.evidence.cases import Cell, cells_of
from symdl.evidence.points import atoms, points
from symdl.evidence.verdict import Verdict, proved, refuted, undecided
from symdl.expression.term import Term, make, number

if TYPE_CHECKING:
    from symdl.evidence.order import Question

MOST_POINTS = 160
MOST_CELLS = 40
METHOD = "range"


def settle(asked: Question) -> Verdict:
    """A verdict on an order claim in any number of variables."""
    broken = _broken(asked)
    if broken is not None:
        return broken
    found = _apart(asked) if asked.relation == "!=" else _proof(asked.gap, _wanted(asked))
    if found.kind == "proved" and not may_be_defined(asked.left, asked.right, asked.conditions):
        return undecided("no point was found at which both sides are defined", METHOD)
    return found


def _wanted(asked: Question) -> int:
    return 1 if 0 in asked.allowed else 2


def _broken(asked: Question) -> Verdict | None:
    terms = [asked.left, asked.right, *asked.conditions]
    for point in islice(points(atoms(terms), terms, MOST_POINTS), MOST_POINTS):
        shown = witness.counterexample(
            asked.left, asked.relation, asked.right, point, asked.conditions
        )
        if shown is not None:
            message = f"the left side is {shown.left} and the right side {shown.right}"
            return refuted("enclosure", message, shown)
    return None


def _proof(gap: Term, wanted: int) -> Verdict:
    """The gap is positive (2) or nonnegative (1) in every cell."""
    try:
        cells = cells_of(gap, number(0))
    except (NotDecided, TooLarge) as problem:
        return undecided(str(problem), METHOD)
    if not cells or len(cells) > MOST_CELLS:
        return undecided(f"{len(cells)} cases are too many", METHOD)
    rules: list[str] = []
    for cell in cells:
        found, rule = _in_cell(cell, wanted)
        if found < wanted:
            where = f" where {cell.name}" if cell.name else ""
            return undecided(f"no rule settles the order{where}", METHOD)
        rules.append(f"{cell.name}: {rule}" if cell.name else rule)
    return proved(
        METHOD, f"holds wherever both sides are defined, by {rules[0].split(': ')[-1]}", cells=rules
    )


def _in_cell(cell: Cell, wanted: int) -> tuple[int, str]:
    try:
        return lower_sign(cell, cell.left, wanted)
    except (NotDecided, TooLarge, ZeroDivisionError):
        return 0, ""


def _apart(asked: Question) -> Verdict:
    for gap in (asked.gap, make("neg", asked.gap)):
        verdict = _proof(gap, 2)
        if verdict.kind == "proved":
            return verdict
    return undecided("neither side is always the larger", METHOD)
