"""Order claims in several variables: by structure, or broken at a sampled point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.evidence import witness
from symdl.evidence.hypotheses import variables
from symdl.evidence.verdict import Verdict, refuted, undecided

if TYPE_CHECKING:
    from symdl.evidence.order import Question


def settle(asked: Question) -> Verdict:
    """A verdict on an order claim in any number of variables."""
    symbols = variables((asked.left, asked.right, *asked.conditions))
    for point in witness.samples(symbols, asked.domains):
        shown = witness.counterexample(
            asked.left, asked.relation, asked.right, point, asked.conditions
        )
        if shown is not None:
            return refuted("sampling", "the sides stand in another order at this point", shown)
    return undecided("no rule settles the order of these terms")
