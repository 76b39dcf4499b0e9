"""Sums with terms that may have no value: they say nothing, and nothing follows from them."""

from __future__ import annotations

from symdl.evidence.algebra.demands import demands
from symdl.evidence.cells import Cell, holds_in
from symdl.evidence.sums.growing import from_its_start
from symdl.expression.numerals import value_of
from symdl.expression.term import Term, free_symbols, postorder


def may_have_undefined_terms(term: Term) -> bool:
    r"""Whether a sum or product up to a symbol in it may have a term without a value, as
    `\sum_{k=1}^n 1/(k - 2)` at k = 2."""
    return any(
        node.op in ("sum", "product") and node.data == "range" and _may_break(node)
        for node in postorder(term)
    )


def _may_break(node: Term) -> bool:
    index, lower, _, body = node.args
    low = value_of(lower)
    if low is not None and low.denominator == 1:
        index, body = from_its_start(index, body, low)
    cell = Cell(body, body)
    return any(
        index in free_symbols(need) and not holds_in(cell, need)
        for part in postorder(body)
        if not _is_geometric(part, index)
        for need in demands(part)
    )


def _is_geometric(part: Term, index: Term) -> bool:
    """r^k: undefined at most for special values of r, not of k."""
    return part.op == "pow" and index not in free_symbols(part.args[0])
