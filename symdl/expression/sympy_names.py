"""Names of SymPy as symbols: their spelling, domains and sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from symdl.document.errors import Error
from symdl.expression.domain import Domain
from symdl.expression.symbols import canonical_name
from symdl.expression.term import (
    Shape,
    Term,
    symbol,
)

Names = Mapping[str, Term]
LABELLED = "^{()}"
"""Marks the name of a symbol whose label in brackets is a variable: `W^{(l)}`."""


class Reader:
    """One reading: the names given, and which SymPy symbol took which name."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.taken: dict[str, Any] = {}
        self.dummies: dict[Any, str] = {}


def _domain(node: Any) -> Domain:
    if node.is_real is False or (node.is_complex and not node.is_real):
        raise Error(f"the symbol {node} is not real", code="no-term")
    zero = Fraction(0)
    lower = zero if node.is_nonnegative else None
    upper = zero if node.is_nonpositive else None
    excluded = (zero,) if node.is_nonzero and lower is None and upper is None else ()
    return Domain(
        lower, upper, bool(node.is_positive), bool(node.is_negative),
        bool(node.is_integer), excluded,
    )  # fmt: skip


def _named(node: Any, name: str, reader: Reader) -> Term | None:
    """The given Term of a name; two unlike SymPy symbols may not share one."""
    if reader.taken.setdefault(name, node) != node:
        raise Error(f"two different SymPy symbols are called {name}", code="no-term")
    return reader.names.get(name)


def _spelling(node: Any, reader: Reader) -> str:
    name = str(node.name)
    if isinstance(node, sp.Dummy):
        known = reader.dummies.get(node)
        if known is None:
            count = sum(1 for d in reader.dummies if d.name == node.name)
            base = name.strip("_").replace("_", "") or "u"
            known = canonical_name(f"{base[:1]}_{count}{base[1:]}" if count else base[:1])
            while known in reader.names or known in reader.dummies.values():
                known += "'"
            reader.dummies[node] = known
        return known
    return name if name in reader.names or "\\" in name or "{" in name else canonical_name(name)


def symbol_term(node: Any, _args: list[Term], reader: Reader) -> Term:
    name = _spelling(node, reader)
    return _named(node, name, reader) or symbol(name, domain=_domain(node))


def dimensions_of(shape: Sequence[Any]) -> Shape:
    return tuple(int(d) if d.is_Integer else str(d) for d in shape)


def matrix_symbol(node: Any, _args: list[Term], reader: Reader) -> Term:
    rows, columns = dimensions_of(node.shape) or ()
    known = _named(node, str(node.name), reader)
    return known or symbol(str(node.name), "matrix", (rows, columns))
