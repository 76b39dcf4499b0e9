"""Matrix code needs to know how many axes its arrays have: without it, nothing is written.

A transposed vector is itself to a program and a transposed matrix is not, so the code for `A^T x`
depends on what A is.
"""

from __future__ import annotations

from collections.abc import Iterable

from symdl.document.errors import CodeError
from symdl.expression.term import Term, free_symbols, postorder

_OF_AXES = frozenset({"transpose", "matmul", "inverse", "trace", "det", "outer", "kron"})


def of_unknown_axes(term: Term) -> Term | None:
    """The first name of unknown shape that a transpose, inverse, trace, determinant or matrix
    product in a term is taken of; None where all are known."""
    for node in postorder(term):
        if node.op not in _OF_AXES:
            continue
        for part in node.args:
            unknown = [] if part.shape is not None else free_symbols(part)
            names = [s for s in unknown if s.data.shape is None]
            if names:
                return min(names, key=lambda s: str(s.data.name))
    return None


def refuse_unknown_axes(outputs: Iterable[Term]) -> None:
    """Raise CodeError where a matrix operation is taken of a name of unknown shape."""
    for term in outputs:
        name = of_unknown_axes(term)
        if name is not None:
            sizes = "vector(n)" if name.data.role == "vector" else "matrix(m, n)"
            raise CodeError(
                f"the code depends on how many axes {name.data.name} has",
                hint=f"declare it, as in --symbol '{name.data.name}: {sizes}'",
                code="unknown-axes",
            )
