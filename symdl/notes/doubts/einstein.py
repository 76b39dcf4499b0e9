"""Sums that Einstein's convention leaves out: `x_i a_{ij} x_j` where a document speaks of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from symdl.document.pieces import Run, Words
from symdl.evidence.claim import Claim
from symdl.evidence.verdict import Verdict, undecided
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, postorder
from symdl.notes.claim_parts import sides_of
from symdl.notes.scope.known import Known

_CONVENTION = re.compile(
    r"\bEinstein(?:'s|’s|ian)?\s+(?:summations?|sums?|notations?|(?:summation )?conventions?)\b"
    r"|\bsummation convention\b|\brepeated ind(?:ices|exes) (?:are|is)\b[^.]*\bsum",
    re.IGNORECASE,
)


def speaks_of_it(runs: Iterable[Run]) -> bool:
    """Whether words of a document speak of the convention."""
    return any(isinstance(run, Words) and _CONVENTION.search(run.text) for run in runs)


def unless_summed(claim: Claim, verdict: Verdict, known: Known) -> Verdict:
    """A refutation, unless an index that is repeated in a product may be summed over."""
    if not known.habits.einstein or not verdict.kind.startswith("refuted"):
        return verdict
    free = {s for side in sides_of(claim) for s in free_symbols(side)}
    nodes = {n for side in sides_of(claim) for n in postorder(side) if n.op in ("mul", "matmul")}
    for index in sorted(free & {i for n in nodes for i in _repeated(n)}, key=plain):
        told = f"{plain(index)} may be summed over, as in Einstein's convention"
        return undecided(f"{told}: {verdict.message}")
    return verdict


def _repeated(product: Term) -> Iterator[Term]:
    """The indices that entries in more than one factor have."""
    counts: Counter[Term] = Counter()
    for factor in product.args:
        entries = (n for n in postorder(factor) if n.op == "entry")
        counts.update({s for entry in entries for i in entry.args[1:] for s in free_symbols(i)})
    yield from (index for index, times in counts.items() if times > 1)
