"""Short hands with which rows build Terms, and what they read off literal arguments."""

from __future__ import annotations

from functools import reduce
from typing import Any

from symdl.expression.numerals import value_of
from symdl.expression.term import Term, combined, constant, make, number, postorder

PI = constant("pi")
LIMIT_BITS = 4096
"""Integers beyond 2^4096 are not computed with exactly: nothing may hang on them."""


def op(name: str, *args: Term) -> Term:
    """The application of the operator called `name`."""
    return make(name, *args)


def square(x: Term) -> Term:
    """x to the second."""
    return x ** number(2)


def relation(left: Term, kind: str, right: Term) -> Term:
    """The condition `left kind right`."""
    return make("relation", left, right, data=(kind,))


def both(*conditions: Term) -> Term:
    """The conjunction of one or more conditions."""
    return combined("and", conditions)


def indicator(*conditions: Term) -> Term:
    """1 where all conditions hold, else 0."""
    return make("indicator", both(*conditions))


_CLOSED = frozenset({"add", "mul", "neg", "abs", "floor", "ceil", "round", "sign", "max", "min"})


def integral(t: Term) -> bool:
    """Whether a Term is an integer by its form: literals, integer symbols, sums, products."""
    whole: dict[Term, bool] = {}
    for node in postorder(t):
        if node.op == "number":
            whole[node] = node.data.value.denominator == 1
        elif node.op == "symbol":
            whole[node] = node.data.domain.integer
        elif node.op in ("floor", "ceil", "round", "sign"):
            whole[node] = True
        else:
            value = value_of(node)
            known = value is not None and value.denominator == 1
            whole[node] = known or (node.op in _CLOSED and all(whole[a] for a in node.args))
    return whole[t]


def nan(x: Any) -> Any:
    """A ball that says nothing, of the kind of x."""
    return x * x.nan()


def inside(x: Any, condition: bool) -> Any:
    """x where the condition is certain, else nan."""
    return x if condition else nan(x)


def fold(xs: tuple[Any, ...], how: str) -> Any:
    """Balls joined from the left by a method of two balls (`max`, `min`)."""
    return reduce(lambda a, b: getattr(a, how)(b), xs)


def whole(x: Any) -> int | None:
    """The integer a ball is exactly, if it is one and not huge."""
    if not x.is_integer() or not abs(x) < type(x)(2) ** LIMIT_BITS:
        return None
    return int(x.unique_fmpz())
