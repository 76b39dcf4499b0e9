"""Sums over Kronecker deltas: `sum_k f(k) [k = i]` is `f(i)` where k runs over all of the axis
that i is an index of."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.derivation.facts import Facts
from symdl.derivation.products import Product, build
from symdl.expression.numerals import value_of
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, combined, free_symbols, make, postorder, rebuild


def collapse(root: Term, variable: Term) -> Term:
    """`root` with every sum over the indices of `variable`'s axes collapsed.

    A sum with literal or unknown limits that may leave the index out stays as it is.
    """
    if variable.op != "entry" or not any(n.op == "indicator" for n in postorder(root)):
        return root
    facts = Facts()
    done: dict[Term, Term] = {}
    for node in postorder(root):
        made = rebuild(node, tuple(done[a] for a in node.args))
        if made.op == "sum" and _whole_axis(made, variable):
            made = _collapsed(made, variable, facts)
        done[node] = made
    return done[root]


def _whole_axis(node: Term, variable: Term) -> bool:
    """Whether the sum runs over every index of some axis of the variable."""
    if node.data == "all":
        return True
    if node.data != "range" or value_of(node.args[1]) != 1:
        return False
    shape = variable.args[0].shape
    if not shape:
        return bool(variable.args[0].data.role != "sequence")
    upper = node.args[2]
    size = value_of(upper)
    name = upper.data.name if upper.op == "symbol" else int(size) if size is not None else None
    return name in shape


def _collapsed(node: Term, variable: Term, facts: Facts) -> Term:
    index, body = node.args[0], node.args[-1]
    if body.op == "add":
        parts = [
            _collapsed(rebuild(node, (*node.args[:-1], s)), variable, facts) for s in body.args
        ]
        if any(p.op == "sum" for p in parts):
            plain = [s for s, p in zip(body.args, parts, strict=True) if p.op == "sum"]
            rest = [p for p in parts if p.op != "sum"]
            if not rest:
                return node
            inner = combined("add", plain)
            return make("add", *rest, rebuild(node, (*node.args[:-1], inner)))
        return make("add", *parts)
    found = Product.of(body)
    if found is None:
        return node
    for place, factor in enumerate(found.top):
        picked = _picked(factor, index, variable)
        if picked is not None:
            at, left = picked
            top = [*found.top[:place], *left, *found.top[place + 1 :]]
            bare = Product(found.value, found.decimal, top, found.bottom)
            return substitute(build(bare, facts), {index: at})
    return node


def _picked(factor: Term, index: Term, variable: Term) -> tuple[Term, Sequence[Term]] | None:
    """The index value that a delta picks, and what is left of the delta."""
    if factor.op != "indicator":
        return None
    condition = factor.args[0]
    parts = condition.args if condition.op == "and" else (condition,)
    for i, part in enumerate(parts):
        if part.op != "relation" or part.data != ("=",):
            continue
        for mine, other in (part.args, part.args[::-1]):
            if mine is index and other in variable.args[1:] and index not in free_symbols(other):
                rest = [*parts[:i], *parts[i + 1 :]]
                left = combined("and", rest) if rest else None
                return other, [] if left is None else [make("indicator", left)]
    return None
