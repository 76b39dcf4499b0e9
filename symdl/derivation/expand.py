"""Writing a term out: calls, definitions, derivatives, sums and recurrences replaced by what
they stand for, until free symbols, operator rows and cases are left."""

from __future__ import annotations

from collections.abc import Mapping

from symdl.derivation import expand_binders, expand_derivatives, expand_names
from symdl.derivation.expansion import PLAIN, Expansion, Rule
from symdl.expression.scope import Scope
from symdl.expression.term import BINDERS, Term, free_symbols, operations


def expand(
    term: Term, scope: Scope, sizes: Mapping[str, int] | None = None, whole: bool = False
) -> Term:
    """`term` written out in free symbols, operator rows and piecewise.

    Calls become their definitions, symbols their values, derivatives are taken, recurrences
    unrolled from their first values, sums with literal limits written out, arrays whose sizes
    are known (literals, integer shapes, or by `sizes`) computed entry by entry. Functions and
    symbols without definition stay. whole: so do arrays, whatever their sizes.

    Raises DeriveError for circular definitions, for sums and recurrences too long to write
    out, and where a derivative is not known.
    """
    if not scope.values and not sizes and _is_written_out(term):
        return term
    expansion = Expansion(_RULES, scope, sizes or {}, whole)
    expansion.note_plain(term)
    return expansion.run(term, frozenset())


def _is_written_out(term: Term) -> bool:
    """Whether a term of free symbols has numbers and operator rows only."""
    rows = _WRITTEN.issuperset(operations(term))
    return rows and not any(name.data.shape for name in free_symbols(term))


_WRITTEN = PLAIN | {"symbol"}
_RULES: dict[str, Rule] = {
    "symbol": expand_names.symbol,
    "call": expand_names.call,
    "prime": expand_names.prime,
    "entry": expand_names.entry,
    "pow": expand_names.power,
    "ones": expand_names.constant_array,
    "identity": expand_names.constant_array,
    "derivative": expand_derivatives.derivative,
    "gradient": expand_derivatives.gradient,
    "at": expand_derivatives.at,
    "piecewise": expand_binders.cases,
    "indicator": expand_binders.indicator,
    **dict.fromkeys(BINDERS, expand_binders.binder),
}
