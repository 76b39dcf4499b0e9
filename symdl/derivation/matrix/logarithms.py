"""Logarithms of sums of exponentials: `log(1^T e^x)` is logsumexp(x), `log(e^x / s)` is x - log s.

Their derivatives are a softmax instead of quotients of large numbers.
"""

from __future__ import annotations

from symdl.derivation.matrix.build import turned
from symdl.expression.term import Term, make


def plain_logarithm(node: Term) -> Term:
    """A logarithm without exponentials below it, where it has such a form."""
    if node.op != "log":
        return node
    inner = node.args[0]
    if inner.op == "exp":
        return inner.args[0]
    if inner.op == "softmax":
        return make("log_softmax", inner.args[0])
    if inner.op == "diag" and inner.args[0].op == "softmax":
        return make("diag", make("log_softmax", *inner.args[0].args))
    total = _exponents(inner)
    if total is not None:
        return make("logsumexp", total)
    if inner.op == "div" and inner.args[0].shape == inner.args[1].shape:
        above, below = inner.args
        if above.op in ("exp", "softmax") or _exponents(below) is not None:
            parts = (plain_logarithm(make("log", a)) for a in (above, below))
            left, right = parts
            return make("add", left, make("neg", right))
    return node


def _exponents(total: Term) -> Term | None:
    """u of `1^T e^u` and `e^u 1`: what is added up along the last axis, or along the first."""
    if total.op != "matmul" or len(total.args) != 2:
        return None
    left, right = total.args
    if left.op == "transpose" and left.args[0].op == "ones" and right.op == "exp":
        u = right.args[0]
        if len(u.shape or ()) == 1:
            return u
        return turned(u) if len(u.shape or ()) == 2 else None
    if right.op != "ones" or len(right.args) != 1:
        return None
    turned_ = left.op == "transpose"
    inner = left.args[0] if turned_ else left
    if inner.op != "exp" or len(inner.shape or ()) != 2:
        return None
    return turned(inner.args[0]) if turned_ else inner.args[0]
