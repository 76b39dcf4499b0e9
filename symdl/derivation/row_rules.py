"""Derivatives of operator rows, with no value where the row has a kink."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.derivation.context import Context, Local, plus, times
from symdl.derivation.facts import Facts
from symdl.derivation.products import factors_of
from symdl.document.errors import DeriveError
from symdl.expression.numerals import ONE, ZERO, value_of
from symdl.expression.operators import TABLE
from symdl.expression.operators.build import relation
from symdl.expression.relations import MIRRORED
from symdl.expression.term import Term, combined, make, number, replace


def row_rule(node: Term, c: Context) -> Local:
    row = TABLE[node.op]
    if row.partials is None:
        if row.definition is None:
            raise DeriveError(f"{row.name} ({row.meaning}) has no derivative")
        return f"definition of {row.name}", c.d(row.definition(*node.args)), row.meaning
    moving = [i for i, u in enumerate(node.args) if c.depends(u)]
    partials = row.partials(*node.args)
    parts = [
        times(
            *factors_of(guarded(partials[i], node.args[i], row.smooth_of(i).excluded, c.facts)),
            c.d(node.args[i]),
        )
        for i in moving
    ]
    after = away_from_kinks(plus(parts), node)
    if len(moving) == 1 and node.args[moving[0]] is c.variable:
        return f"derivative of {row.name}", after, ""
    return "chain rule", after, f"outer function: {row.name}"


def away_from_kinks(derivative: Term, node: Term) -> Term:
    """A derivative of an operator row, with no value where the row has a kink."""
    row = TABLE[node.op]
    conditions = row.kinks(*node.args) if row.kinks is not None and node.op != "pow" else ()
    if not conditions:
        return derivative
    smooth = [_opposite(k) for k in conditions]
    return make("piecewise", derivative, combined("and", smooth))


def _opposite(condition: Term) -> Term:
    if condition.op == "relation" and condition.data == ("=",):
        return relation(condition.args[0], "!=", condition.args[1])
    return make("not", condition)


def guarded(partial: Term, u: Term, excluded: Sequence[object], facts: Facts) -> Term:
    """A partial derivative by cases around a kink of the row at u = 0, so that it has no
    value there; as it is where it has none anyway (1/u)."""
    if not excluded or not facts.total(partial):
        return partial
    above, below = relation(u, ">", ZERO), relation(u, "<", ZERO)
    right = substitute_known(partial, {above: ONE, below: ZERO}, u, 1)
    left = substitute_known(partial, {above: ZERO, below: ONE}, u, -1)
    if right is left:
        return make("piecewise", right, relation(u, "!=", ZERO))
    return make("piecewise", right, above, left, below)


def substitute_known(partial: Term, known: dict[Term, Term], u: Term, sign: int) -> Term:
    """`partial` where the sign of `u` is known: indicators and sign(u) become numbers."""
    table = {make("indicator", c): v for c, v in known.items()}
    table[make("sign", u)] = number(sign)
    table[make("abs", u)] = u if sign > 0 else -u
    table[u] = u
    return replace(partial, table)


def extremum_rule(node: Term, c: Context) -> Local:
    candidates = list(dict.fromkeys(node.args))
    if len(candidates) == 1:
        return "equal arguments", c.d(candidates[0]), ""
    kind = ">" if node.op == "max" else "<"
    cases: list[Term] = []
    for a in sorted(candidates, key=lambda a: not c.depends(a)):
        conditions = [_compared(a, kind, b) for b in candidates if b is not a]
        cases.append(c.d(a))
        cases.append(combined("and", conditions))
    note = (
        f"the derivative of the {'largest' if kind == '>' else 'smallest'} argument; none at ties"
    )
    return f"derivative of {node.op}", make("piecewise", *cases), note


def _compared(a: Term, kind: str, b: Term) -> Term:
    """The comparison with a number on the right, as people write it."""
    if value_of(a) is not None and value_of(b) is None:
        return relation(b, MIRRORED[kind], a)
    return relation(a, kind, b)


def clip_rule(node: Term, c: Context) -> Local:
    u, low, high = node.args
    if c.depends(low) or c.depends(high):
        return row_rule(node, c)
    inside = make("relation", low, u, high, data=("<", "<"))
    cases = (c.d(u), inside, ZERO, relation(u, "<", low), ZERO, relation(u, ">", high))
    return "derivative of clip", make("piecewise", *cases), "constant outside"
