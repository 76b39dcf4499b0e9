r"""What stands inside a limit and is no function of numbers: sums up to n, and limits.

A sum has its closed form; else a monotone f is held against its integral,
sum_{k=a}^n f(k) = F(n) - F(a) + f(a) + u (f(n) - f(a)) for some u between 0 and 1 that may change
with n (Knopp, Theory and Application of Infinite Series, 3.3). An inner limit has its value for
the outer variable beside its point.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symdl.derivation.recurrences import step_of
from symdl.evidence.asymptotics.expansion import UNKNOWN, Place
from symdl.evidence.bounds.everywhere import defined_everywhere
from symdl.evidence.closed_sums import closed_sum
from symdl.evidence.image import Image, break_in
from symdl.evidence.integrals.antiderivative import antiderivative
from symdl.evidence.monotone import direction
from symdl.expression.domain import Domain
from symdl.expression.numerals import value_of
from symdl.expression.scope import substitute
from symdl.expression.term import BINDERS, Term, free_symbols, postorder, replace, symbol

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


def against_integral(part: Term) -> Term | None:
    """A sum of a monotone function from a number on, by its antiderivative."""
    if part.op != "sum" or part.data != "range":
        return None
    index, lower, upper, body = part.args
    low = value_of(lower)
    start, _ = step_of(upper) or (None, 0)
    if low is None or start is None or not free_symbols(body) <= {index}:
        return None
    x = symbol("\\text{index}", domain=Domain(low, None))
    term = replace(body, {index: x})
    if not defined_everywhere(term, x, x.data.domain) or not direction(
        term, x, x.data.domain, strict=False
    ):
        return None
    primitive = antiderivative(term, x)
    if primitive is None or break_in(Image(x, primitive)):
        return None
    first, last = substitute(body, {index: lower}), substitute(body, {index: upper})
    share = symbol(
        f"\\text{{share {index.data.name}}}", UNKNOWN, (), Domain(Fraction(0), Fraction(1))
    )
    grown = replace(primitive, {x: upper}) - replace(primitive, {x: lower})
    return grown + first + share * (last - first)
