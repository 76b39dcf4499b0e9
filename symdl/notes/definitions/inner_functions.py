r"""Derivatives through what a condition says: `If $p = \sigma(z)$, $\frac{dL}{dz} = p - y$` behind
`$L(p, y) = \dots$`.

The condition makes L a function of z, and p stands for its value wherever the claim has it.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.evidence.claim import Claim
from symdl.expression.term import Term, free_symbols, make
from symdl.expression.term import replace as put
from symdl.notes.scope.known import Known


def through_condition(claim: Claim, known: Known) -> Claim:
    """A claim of a derivative by a variable that only a condition brings in, with what the
    condition says put in; any other claim as it is."""
    slope = claim.left
    if slope.op != "derivative" or slope.args[0].op != "symbol" or claim.right is None:
        return claim
    body = _value_of(slope.args[0], known)
    if body is None or any(variable.op != "symbol" for variable in slope.args[1:]):
        return claim
    letters = free_symbols(body)
    table = {
        inner.args[0]: inner.args[1]
        for inner in claim.conditions
        if inner.op == "relation" and inner.data == ("=",) and inner.args[0] in letters
        if set(slope.args[1:]) & free_symbols(inner.args[1]) and inner.args[0].shape == ()
    }
    if not table or set(slope.args[1:]) & letters:
        return claim
    left = make("derivative", put(body, table), *slope.args[1:], data=slope.data)
    rest = tuple(c for c in claim.conditions if c.op != "relation" or c.args[0] not in table)
    return replace(claim, left=left, right=put(claim.right, table), conditions=rest)


def _value_of(name: Term, known: Known) -> Term | None:
    """What a name stands for: a value, or that of a function of this name in its own letters."""
    own = known.scope.functions.get(str(name.data.name))
    return known.scope.values.get(name, None if own is None else own.body)
