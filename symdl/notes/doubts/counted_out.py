r"""Sums with an end in letters that are written out for an example: `\sum_{i=1}^n x_i = x_1 + x_2`
says that n is 2 there, if it holds then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product

from symdl.document.errors import Error
from symdl.evidence.claim import Claim, Judge
from symdl.evidence.verdict import HOLDING, Verdict
from symdl.expression.numerals import value_of
from symdl.expression.printer import plain
from symdl.expression.term import Term, free_symbols, make, number, postorder
from symdl.expression.term import replace as put

MOST_TRIED = 9
_RANGES = frozenset({"sum", "product"})


def unless_counted_out(claim: Claim, verdict: Verdict, judge: Judge) -> Verdict:
    """A refutation, unless the equation holds for the number of terms that one side writes out."""
    right = claim.right
    if not verdict.kind.startswith("refuted") or right is None or claim.relation != "=":
        return verdict
    for one, other in ((claim.left, right), (right, claim.left)):
        ends = sorted(_ends(one) - free_symbols(other) - claim.scope.values.keys(), key=plain)
        counts = sorted(_numbers(other))
        for chosen in islice(product(counts, repeat=len(ends)), MOST_TRIED) if ends else ():
            asked = _with_sizes(claim, dict(zip(ends, map(number, chosen), strict=True)))
            try:
                holds = judge(asked).kind in HOLDING
            except Error:
                continue  # its arrays do not fit these sizes
            if holds:
                pairs = zip(ends, chosen, strict=True)
                told = ", ".join(f"{plain(end)} is {count}" for end, count in pairs)
                return Verdict("definition", "reading", f"an example in which {told}")
    return verdict


def _ends(side: Term) -> set[Term]:
    """The letters that sums of a side end at."""
    sums = (n for n in postorder(side) if n.op in _RANGES and len(n.args) == 4)
    return {n.args[2] for n in sums if n.args[2].op == "symbol"}


def _numbers(side: Term) -> set[int]:
    """How far the entries of a side are counted at each of their places."""
    return {max(found) for place in range(2) if (found := set(_at(side, place)))}


def _at(side: Term, place: int) -> Iterator[int]:
    for node in postorder(side):
        if node.op == "entry" and len(node.args) > place + 1:
            value = value_of(node.args[place + 1])
            if value is not None and value.denominator == 1 and value > 0:
                yield int(value)


def _with_sizes(claim: Claim, sizes: dict[Term, Term]) -> Claim:
    """A claim with numbers for letters, also in the shapes of its arrays."""
    named = {str(end.data.name): int(size.data.value) for end, size in sizes.items()}
    table = dict(sizes)
    for name in {s for side in claim.sides for s in free_symbols(side)} - sizes.keys():
        shape = name.data.shape
        if shape and not named.keys().isdisjoint(map(str, shape)):
            known = tuple(named.get(str(size), size) for size in shape)
            table[name] = make("symbol", data=replace(name.data, shape=known))
    return claim.mapped(lambda term: put(term, table))
