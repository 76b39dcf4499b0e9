r"""Gradients of functions of several numbers: `\nabla f(1, 2) = (2, 4)` where f(x, y) is defined.

The gradient is the vector of the partial derivatives in the function's own parameters, at the
arguments it is called with; of a function of one number it is the derivative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.expression.numerals import value_of
from symdl.expression.scope import Scope
from symdl.expression.term import Call, Term, make, postorder, rebuild, symbol


def with_gradients_at(claim: Claim) -> Claim:
    """The claim with gradients of defined functions of numbers, in no variable, written out."""
    sides = claim.terms
    if "gradient" not in claim.operations:
        return claim
    if not any(n.op == "gradient" and len(n.args) == 1 for side in sides for n in postorder(side)):
        return claim
    left = _written(claim.left, claim.scope)
    right = None if claim.right is None else _written(claim.right, claim.scope)
    if right is not None and left is not claim.left and left.op == "vector":
        right = _as_entries(right, len(left.args))
    elif right is not None and right is not claim.right and right.op == "vector":
        left = _as_entries(left, len(right.args))
    conditions = tuple(_written(c, claim.scope) for c in claim.conditions)
    changed = left is not claim.left or right is not claim.right
    kind = "derivative" if changed and claim.relation in ("=", "equiv") else claim.kind
    return replace(claim, kind=kind, left=left, right=right, conditions=conditions)


def _as_entries(side: Term, count: int) -> Term:
    """What stands beside a gradient as the vector of its entries: `(2x, 2y)`, a column, 0."""
    column = side.op == "matrix" and 1 in side.data
    if (column or side.op == "tuple") and len(side.args) == count:
        return make("vector", *side.args)
    return make("vector", *[side] * count) if value_of(side) == 0 else side


def _written(root: Term, scope: Scope) -> Term:
    made: dict[Term, Term] = {}
    for node in postorder(root):
        args = tuple(made[a] for a in node.args)
        found = _gradient(args[0], scope) if node.op == "gradient" and len(args) == 1 else None
        made[node] = found or (node if args == node.args else rebuild(node, args))
    return made[root]


def _gradient(called: Term, scope: Scope) -> Term | None:
    """The gradient of a call `f(1, 2)`, or of `f`; None where f is no defined function of
    numbers, or its only argument names the variable."""
    function = called.data.function if called.op == "call" else called.data
    if called.op not in ("call", "symbol") or (called.op == "call" and called.data.primes):
        return None
    found = scope.functions.get(function.name)
    if found is None or any(p.op != "symbol" or p.shape != () for p in found.parameters):
        return None
    own = called.args if called.op == "call" else found.parameters
    if len(own) != len(found.parameters) or any(a.shape != () for a in own):
        return None
    if len(own) == 1 and own[0].op == "symbol":
        return None
    entries = [_partial(place, own, called) for place in range(len(own))]
    return entries[0] if len(entries) == 1 else make("vector", *entries)


def _partial(place: int, own: Sequence[Term], called: Term) -> Term:
    """The derivative in one parameter, where the parameters have these values: what is no symbol
    of its own is put in afterwards."""
    plainly = [a.op == "symbol" and list(own).count(a) == 1 for a in own]
    names = [
        a if is_plain else symbol(f"#argument {i}")
        for i, (a, is_plain) in enumerate(zip(own, plainly, strict=True))
    ]
    function = called.data.function if called.op == "call" else called.data
    found = make("derivative", make("call", *names, data=Call(function, 0)), names[place],
                 data="partial")  # fmt: skip
    for name, value in zip(names, own, strict=True):
        if name is not value:
            found = make("at", found, name, value)
    return found
