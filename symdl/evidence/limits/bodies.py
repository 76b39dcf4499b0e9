r"""What stands inside a limit and is no function of numbers: sums up to n, and limits.

A sum has its closed form, or is held against its integral (`sums_and_integrals`). An inner limit
has its value for the outer variable beside its point.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symdl.evidence.asymptotics.expansion import Place
from symdl.evidence.sums.against_integrals import against_integral
from symdl.evidence.sums.series import closed_sum
from symdl.expression.domain import Domain
from symdl.expression.term import BINDERS, Term, postorder, replace, symbol

Conditions = tuple[Term, ...]
Value = Callable[[Term], "Term | str | None"]
MOST_PARTS = 4


def prepared(
    body: Term, variable: Term, place: Place, conditions: Conditions, value: Value
) -> Term:
    """The body of a limit with its sums and inner limits replaced, as far as they are known near
    the place; `value` gives that of an inner limit."""
    parts = [n for n in postorder(body) if n.op in ("sum", "limit")]
    if not parts or len(parts) > MOST_PARTS:
        return body
    table: dict[Term, Term] = {}
    for part in parts:
        if part.op == "limit":
            found = _inner(part, variable, place, value)
        elif any(n.op in BINDERS for n in postorder(part.args[-1])):
            found = None
        else:
            found = closed_sum(part, conditions) or against_integral(part)
        if found is not None:
            table[part] = found
    return replace(body, table) if table else body


def _inner(part: Term, variable: Term, place: Place, value: Value) -> Term | None:
    """The value of a limit whose body has the outer variable beside its place."""
    end = Fraction(0) if place.point is None else place.point.rational
    if end is None:
        return None
    domain = Domain(end, None, True) if place.side > 0 else Domain(None, end, True, True)
    near = symbol(variable.data.name, domain=domain)
    found = value(replace(part, {variable: near}))
    return replace(found, {near: variable}) if isinstance(found, Term) else None
