"""Symbols and numbers as those of SymPy, with what is known of them."""

from __future__ import annotations

from typing import Any

import sympy as sp

from symdl.expression.domain import Domain
from symdl.expression.printer import plain
from symdl.expression.term import Dim, Symbol, Term, postorder


def symbols_of(term: Term) -> dict[str, Term]:
    """The symbols of a Term by name, for `from_sympy` to give back with their declarations."""
    return {node.data.name: node for node in postorder(term) if node.op == "symbol"}


def short_name(node: Term) -> str:
    text = plain(node)
    return text if len(text) < 60 else text[:57] + "..."


def number_of(node: Term, _args: list[Any]) -> Any:
    value = node.data.value
    return sp.Rational(value.numerator, value.denominator)


def assumptions(domain: Domain) -> dict[str, bool]:
    """What SymPy may assume of a value of this domain."""
    found = {"real": True}
    if domain.integer:
        found["integer"] = True
    below = domain.upper is not None and domain.upper <= 0
    open_below = below and (domain.upper != 0 or domain.upper_open)
    if domain.positive:
        found["positive"] = True
    elif open_below:
        found["negative"] = True
    elif domain.nonnegative:
        found["nonnegative"] = True
    elif below:
        found["nonpositive"] = True
    if domain.nonzero and not (domain.positive or open_below):
        found["zero"] = False
    return found


def symbol_of(node: Term, _args: list[Any]) -> Any:
    data: Symbol = node.data
    if data.role == "matrix" or data.role == "vector":
        rows = {"matrix": 2, "vector": 1}[data.role]
        if data.shape is not None and len(data.shape) == rows:
            return sp.MatrixSymbol(data.name, *(dimension_as(d) for d in (*data.shape, 1)[:2]))
    if data.shape not in ((), None):
        return sp.IndexedBase(data.name, shape=tuple(dimension_as(d) for d in data.shape or ()))
    return sp.Symbol(data.name, **assumptions(data.domain))


def dimension_as(dim: Dim) -> Any:
    return sp.Integer(dim) if isinstance(dim, int) else sp.Symbol(dim, integer=True, positive=True)


def is_matrix(value: Any) -> bool:
    return bool(getattr(value, "is_Matrix", False)) or isinstance(value, sp.MatrixExpr)
