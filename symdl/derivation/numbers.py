"""Exact arithmetic with the numbers inside Terms, bounded in size."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symdl.expression.relations import COMPARE, every, truth
from symdl.expression.term import Term, postorder

_BITS = 4096
"""Larger integers are not computed: `9^{9^9}` stays as written."""


def power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """base ** exponent where it is rational, defined and not huge; else None."""
    if exponent.denominator != 1 or (base == 0 and exponent <= 0):
        return None
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits > 1 and bits * abs(exponent) > _BITS:
        return None
    if bits <= 1:
        return base if exponent % 2 or base >= 0 else -base
    return base ** int(exponent)


def small(value: Fraction) -> bool:
    """Whether a number is short enough to be computed with."""
    return max(value.numerator.bit_length(), value.denominator.bit_length()) <= _BITS


def literal(term: Term, limit: int = 200) -> Fraction | None:
    """The exact value of a short term of numbers only (`3 - 1`, `2^3`, `(n+1)/2` at n = 3)."""
    if not _is_short(term, limit):
        return None
    done: dict[Term, Fraction] = {}
    for node in postorder(term):
        value = _literal(node, [done[a] for a in node.args])
        if value is None or not small(value):
            return None
        done[node] = value
    return done[term]


def _is_short(term: Term, limit: int) -> bool:
    """Whether a term is made of numbers only and not too many; looks no further than that."""
    seen: set[Term] = set()
    stack = [term]
    while stack:
        node = stack.pop()
        if len(seen) > limit or not (node.args or node.op == "number"):
            return False
        if node not in seen:
            seen.add(node)
            stack.extend(node.args)
    return True


def _literal(node: Term, args: Sequence[Fraction]) -> Fraction | None:
    match node.op:
        case "number":
            return Fraction(node.data.value)
        case "neg":
            return -args[0]
        case "add":
            return sum(args, Fraction(0))
        case "mul":
            result = Fraction(1)
            for a in args:
                result *= a
            return result
        case "div":
            return args[0] / args[1] if args[1] else None
        case "pow":
            return power(args[0], args[1])
        case "abs":
            return abs(args[0])
        case "floor":
            return Fraction(args[0].__floor__())
        case "ceil":
            return Fraction(args[0].__ceil__())
        case "max":
            return max(args)
        case "min":
            return min(args)
    return None


def integer(term: Term) -> int | None:
    """The integer that a short term of numbers amounts to, or None."""
    value = literal(term)
    return int(value) if value is not None and value.denominator == 1 else None


def holds(condition: Term) -> bool | None:
    """Whether a condition between numbers holds; None where it is not between numbers."""
    return truth(condition, _compared)


def _compared(condition: Term) -> bool | None:
    if condition.op != "relation":
        return None
    values = [literal(a) for a in condition.args]
    return every(
        None if a is None or b is None or kind not in COMPARE else COMPARE[kind](a, b)
        for a, b, kind in zip(values, values[1:], condition.data, strict=False)
    )
