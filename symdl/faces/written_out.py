"""Expressions as code and derivatives in arrays are made of them: definitions written out, arrays
kept whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make

if TYPE_CHECKING:
    from symdl.faces.expression import Expression


def whole(expression: Expression) -> Term:
    """Definitions written out, arrays kept whole."""
    from symdl.code.chosen import with_logs_inside
    from symdl.code.ones import without_ones
    from symdl.derivation.expand import expand
    from symdl.derivation.matrix.vectorise import with_whole_arrays
    from symdl.derivation.norms import spelled
    from symdl.evidence.sums.omissions import with_sums

    scope = expression.scope
    term = with_sums(expand(expression.term, scope, whole=True))
    while (opened := with_whole_arrays(term, scope)) is not term:
        term = expand(opened, scope, whole=True)
    term = _with_defined_entries(with_logs_inside(spelled(without_ones(term), scope)), scope)
    if not expression.axes:
        return term
    from symdl.code.axes import AXES
    from symdl.expression.size_terms import as_term

    sizes = (as_term(d) for _, d in expression.axes)
    return make(AXES, term, *(i for i, _ in expression.axes), *sizes)


def _with_defined_entries(term: Term, scope: Scope) -> Term:
    """With arrays that are defined entry by entry put in where they stand as a whole, if what is
    made of them has a form by entries."""
    from symdl.code.by_index import by_index
    from symdl.derivation.expand import expand
    from symdl.document.errors import CodeError

    if term.shape != ():
        return term
    while any(s.shape and s.data.name in scope.entries for s in free_symbols(term)):
        try:
            opened = expand(by_index(term), scope, whole=True)
        except CodeError:
            return term
        if opened is term:
            return term
        term = opened
    return term
