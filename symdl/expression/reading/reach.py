"""How far min, max, lim and sums reach into the sum that they begin."""

from __future__ import annotations

from dataclasses import replace

from symdl.expression.reading.binders import open_variables
from symdl.expression.reading.context import Context
from symdl.expression.reading.products_doubted import as_lists, refuse_statements
from symdl.expression.reading.syntax import children
from symdl.expression.spelling import name_of
from symdl.expression.term import Term, make, postorder
from symdl.latex import syntax as s

_REACHING = frozenset({"min", "max", "inf", "sup", "lim", "argmin", "argmax"})


def reaching(ctx: Context, node: s.Sum, place: int, part: Term) -> tuple[int, s.BigOperator] | None:
    """The operator before a summand that has its variable: `\\min_x x^2 - 4x + 7`. In
    `\\max_a Q(a) - Q(a)` the second a may be another one. A sum runs on where the equation has its
    index nowhere else: `L(x) = \\sum_i x_i + y_i`."""
    places = (i for i in range(place) if isinstance(_last(node.terms[i]), s.BigOperator))
    found = max(places, default=-1)
    operator = _last(node.terms[found])
    if found < 0 or not isinstance(operator, s.BigOperator):
        return None
    if operator.name == "sum":
        return (found, operator) if _is_own(ctx, operator) else None
    if operator.name not in _REACHING or operator is not node.terms[found]:
        return None
    named = any(n.op in ("call", "entry") for n in postorder(part))
    plain = node.signs[found] in ("", "+") and operator.body is not None and not named
    return (found, operator) if plain else None


def _last(node: s.Node) -> s.Node:
    return node.factors[-1] if isinstance(node, s.Product) else node


def _is_own(ctx: Context, operator: s.BigOperator) -> bool:
    """Whether the line is an equation whose left side, one name or call, has no index of a sum."""
    tree = ctx.tree
    if not isinstance(tree, s.Chain) or tree.relations[0] not in ("=", ":=", "<-"):
        return False
    left = tree.operands[0]
    parts = left.factors if isinstance(left, s.Product) else (left,)
    if name_of(parts[0]) is None or len(parts) > 2 or operator.body is None:
        return False
    letters, stack = set(), [left]
    while stack:
        item = stack.pop()
        letters.add(name_of(item))
        stack += children(item)
    return letters.isdisjoint(open_variables(operator))


def with_reach(
    ctx: Context, node: s.Sum, place: int, operator: s.BigOperator, parts: list[Term]
) -> Term:
    """A sum in which an operator runs over all that stands behind it."""
    assert operator.body is not None
    signs = ("", *node.signs[place + 1 :])
    inside = s.Sum(operator.body.start, node.end, signs, (operator.body, *node.terms[place + 1 :]))
    whole: s.Node = replace(operator, body=inside, end=node.end)
    ctx.note("operator-reach", whole)
    term = node.terms[place]
    if isinstance(term, s.Product):
        whole = replace(term, factors=(*term.factors[:-1], whole), end=node.end)
    made = ctx.read(whole)
    parts = [*parts[:place], make("neg", made) if node.signs[place] == "-" else made]
    refuse_statements(ctx, node, parts)
    return parts[0] if len(parts) == 1 else make("add", *as_lists(parts))
