"""Arrays as scalar terms at concrete sizes."""

from __future__ import annotations

from collections.abc import Mapping

from symdl.derivation.arrays import Components, as_components
from symdl.derivation.expand import expand
from symdl.document.errors import DeriveError
from symdl.expression.misfits import show
from symdl.expression.scope import Scope
from symdl.expression.term import Term


def components(term: Term, scope: Scope, sizes: Mapping[str, int]) -> Components:
    """The entries of an array-valued `term` as scalar terms, row by row.

    Sizes come from literals, from integer shapes and by name from `sizes`; entries of free
    arrays are `entry(x, i, j)` with indices from 1; a scalar has shape (). Raises DeriveError
    where a size is missing, ShapeError where sizes do not fit.
    """
    found = as_components(expand(term, scope, sizes))
    if found is None:
        raise DeriveError(f"sizes are missing to write out an array of shape {show(term.shape)}")
    return found


__all__ = ["Components", "components"]
