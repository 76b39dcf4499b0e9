"""Sizes of axes as Terms."""

from __future__ import annotations

from symdl.expression.conventions import DOMAINS
from symdl.expression.dimensions import is_written, polynomial
from symdl.expression.domain import REAL
from symdl.expression.term import Dim, Term, make, number, symbol


def as_term(dim: Dim) -> Term:
    """A size as a Term."""
    if isinstance(dim, int):
        return number(dim)
    if not is_written(dim):
        return symbol(dim, domain=DOMAINS.get(dim, REAL))
    parts = []
    for names, c in polynomial(dim).items():
        factors = [number(abs(c))] if abs(c) != 1 or not names else []
        factors += [as_term(name) for name in names]
        part = factors[0] if len(factors) == 1 else make("mul", *factors)
        parts.append(make("neg", part) if c < 0 else part)
    return parts[0] if len(parts) == 1 else make("add", *parts)
