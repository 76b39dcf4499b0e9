"""Arguments of exponentials as an exact part and a small one.

An exponential magnifies the rounding of its argument. `c (1 + a x^2) x` is rounded at every
step; `2 x + (c - 2 + c a x^2) x` (2 or whichever power of two is next to c) has an exact part, and
what is rounded is small beside it as long as x is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from symdl.code.lower import constant_ball
from symdl.code.normal import addends, factors, product_of
from symdl.expression.numerals import ONE, spell
from symdl.expression.term import Term, every_part, make, rebuild

_MAGNIFYING = frozenset(
    {"exp", "sigmoid", "sigmoid_slope", "sigmoid_tangent", "tanh", "softplus", "sech2"}
)
_SMALLEST = 1e-100


def steady_arguments(outputs: Sequence[Term]) -> tuple[Term, ...]:
    """The outputs with such arguments split."""
    done: dict[Term, Term] = {}
    for node in every_part(outputs):
        args = tuple(done[a] for a in node.args)
        if node.op in _MAGNIFYING:
            args = tuple(_split(a) or a for a in args)
        done[node] = rebuild(node, args)
    return tuple(done[t] for t in outputs)


def _split(term: Term) -> Term | None:
    """`c (1 + rest) x` as said above; None for anything else."""
    coefficient, powers = factors(term)
    sums = [b for b, e in powers if e == 1 and b.op == "add"]
    symbols = [b for b, e in powers if e == 1 and b.op == "symbol"]
    if len(sums) != 1 or len(symbols) != 1:
        return None
    fixed = tuple((b, e) for b, e in powers if b not in (*sums, *symbols))
    parts = addends(sums[0])
    start = next((c for c, t in parts if t is ONE), None)
    if start is None or len(parts) < 2:
        return None
    scale = product_of(coefficient * start, fixed)
    exact = _next_power(scale)
    if exact is None:
        return None
    rest = (product_of(coefficient * c, (*fixed, *factors(t)[1])) for c, t in parts if t is not ONE)
    small = make("add", scale - spell(exact), *rest)
    return make("add", spell(exact) * symbols[0], make("mul", small, symbols[0]))


def _next_power(constant: Term) -> Fraction | None:
    """The power of two next to a constant, with its sign; None for what is no such number."""
    ball = constant_ball(constant)
    size = abs(float(ball.mid())) if ball is not None and ball.is_finite() else 0.0
    if not _SMALLEST < size < 1 / _SMALLEST:
        return None
    return Fraction(2) ** round(math.log2(size)) * (1 if ball > 0 else -1)
