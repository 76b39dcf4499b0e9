r"""Floors and ceilings in order claims: `\lfloor u \rfloor` is u - t for some t in [0, 1)."""

from __future__ import annotations

from fractions import Fraction

from symdl.expression.domain import Domain
from symdl.expression.term import Term, make, postorder, replace, symbol

MOST_PARTS = 4
PART = Domain(Fraction(0), Fraction(1), False, True)


def relaxed(left: Term, right: Term) -> tuple[Term, Term] | None:
    """Both sides with the fractional parts free: what holds for all of them holds. None where
    no floor or ceiling stands in them."""
    nodes = [n for n in dict.fromkeys((*postorder(left), *postorder(right))) if n.op in _SIGNS]
    if not nodes or len(nodes) > MOST_PARTS:
        return None
    table: dict[Term, Term] = {}
    for i, node in enumerate(nodes):
        part = symbol(f"#part{i}", domain=PART)
        inner = replace(node.args[0], table)
        table[node] = inner + (make("neg", part) if node.op == "floor" else part)
    return replace(left, table), replace(right, table)


_SIGNS = frozenset({"floor", "ceil"})
