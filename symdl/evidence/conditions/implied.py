r"""What conditions imply that is simpler: `e^x = e^y` says x = y, `(x - y)^2 = 0` says x - y = 0.

Only conditions on several letters are looked at: those on one are solved (`solutions.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symdl.derivation.expand import expand
from symdl.document.errors import DeriveError
from symdl.expression.numerals import value_of
from symdl.expression.operators import TABLE
from symdl.expression.relations import COMPARE, links
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make, number

MOST = 4
"""Conditions drawn from one, one from the other."""


def with_implied(conditions: Sequence[Term], scope: Scope) -> tuple[Term, ...]:
    """The conditions with simpler ones that hold wherever they do and are defined."""
    found = dict.fromkeys(conditions)
    for condition in conditions:
        for simpler in _simpler(condition, scope):
            found.setdefault(simpler)
    return tuple(found)


def _simpler(condition: Term, scope: Scope) -> Iterator[Term]:
    if condition.op != "relation" or any(side.shape != () for side in condition.args):
        return
    try:
        condition = expand(condition, scope)
    except DeriveError:
        return  # a rung that needs it written out will say why it cannot be
    if len(free_symbols(condition)) < 2:
        return
    for relation, left, right in links((condition,)):
        for _ in range(MOST):
            inner = _inner(relation, left, right)
            if inner is None:
                break
            left, right = inner
            yield make("relation", left, right, data=(relation,))


def _inner(relation: str, left: Term, right: Term) -> tuple[Term, Term] | None:
    """Sides that stand in a relation exactly if the two do, where these are defined."""
    if relation not in COMPARE or left.shape != () or right.shape != ():
        return None
    if relation == "=" and value_of(right) == 0:
        return _zero(left)
    if relation == "=" and value_of(left) == 0:
        return _zero(right)
    of_root = under_root(left, right) or under_root(right, left)
    if of_root is not None:
        return of_root if left.op == "sqrt" else of_root[::-1]
    if left.op != right.op:
        return None
    row = TABLE.get(left.op)
    if row is not None and row.rising and row.arity == 1:
        return left.args[0], right.args[0]
    if left.op == "pow" and left.args[1] is right.args[1] and _is_odd(left.args[1]):
        return left.args[0], right.args[0]
    return None


def under_root(root: Term, other: Term) -> tuple[Term, Term] | None:
    r"""u and c^2 of `\sqrt{u}` beside a number c >= 0: roots rise as what is under them does."""
    value = value_of(other)
    if root.op != "sqrt" or value is None or value < 0:
        return None
    return root.args[0], number(value * value)


def _zero(term: Term) -> tuple[Term, Term] | None:
    """u = 0 of u^n = 0, sqrt(u) = 0 and |u| = 0."""
    positive = term.op == "pow" and (value_of(term.args[1]) or 0) > 0
    return (term.args[0], number(0)) if positive or term.op in ("sqrt", "abs", "neg") else None


def _is_odd(exponent: Term) -> bool:
    value = value_of(exponent)
    return value is not None and value > 0 and value.denominator == 1 and value.numerator % 2 == 1
