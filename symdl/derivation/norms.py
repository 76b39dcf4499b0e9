"""Norms of vectors by their entries, for those that no operation of its own knows."""

from __future__ import annotations

from fractions import Fraction

from symdl.expression.domain import Domain
from symdl.expression.numerals import ONE
from symdl.expression.scope import Scope
from symdl.expression.term import Term, make, number, postorder, replace, symbol

INDEX = symbol("i_{\\text{norm}}", "index", domain=Domain(lower=Fraction(1), integer=True))


def by_entries(node: Term, scope: Scope) -> Term | None:
    """The norm of order p or 3, 4, ... as the root of a sum of powers, the largest norm as a
    largest entry; None for any other node."""
    if node.op != "norm" or len(node.args[0].shape or ()) != 1:
        return None
    (x,) = node.args
    assert x.shape
    if node.data == "inf":
        size = number(x.shape[0]) if isinstance(x.shape[0], int) else symbol(x.shape[0])
        entry = make("abs", make("entry", x, INDEX))
        return make("max_over", INDEX, ONE, size, entry, data="range")
    if node.data in ("p", "q"):
        declared = scope.symbols.get(node.data)
        if declared is None:
            return None  # a norm holds no Term of its order: whose p it is must be said
        order = make("symbol", data=declared)
    elif str(node.data).isdecimal() and int(node.data) > 2:
        order = number(int(node.data))
    else:
        return None
    return make("reduce_sum", make("abs", x) ** order) ** (ONE / order)


def spelled(term: Term, scope: Scope) -> Term:
    """The term with these norms written out, for code and where whole arrays are differentiated."""
    found = {n: made for n in postorder(term) if (made := by_entries(n, scope)) is not None}
    return replace(term, found) if found else term
