"""Short hands with which rows build Terms, and what they read off literal arguments."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Any

from symdl.expression.term import Term, constant, make, number, postorder

PI = constant("pi")
LIMIT_BITS = 4096
"""Integers beyond 2^4096 are not computed with exactly: nothing may hang on them."""


def op(name: str, *args: Term) -> Term:
    """The application of the operator called `name`."""
    return make(name, *args)


def square(x: Term) -> Term:
    """x to the second."""
    return x ** number(2)


def holds(left: Term, relation: str, right: Term) -> Term:
    """The condition `left relation right`."""
    return make("relation", left, right, data=(relation,))


def both(*conditions: Term) -> Term:
    """The conjunction of one or more conditions."""
    return conditions[0] if len(conditions) == 1 else make("and", *conditions)


def indicator(*conditions: Term) -> Term:
    """1 where all conditions hold, else 0."""
    return make("indicator", both(*conditions))


def literal(t: Term) -> Fraction | None:
    """The value of a number that is written out: `3`, `-0.5`, `1/2`, `-\\frac{2}{3}`."""
    if t.op == "number":
        return t.data.value  # type: ignore[no-any-return]
    if t.op == "neg":
        inner = literal(t.args[0]) if t.args[0].op in ("number", "div") else None
        return None if inner is None else -inner
    if t.op == "div" and all(a.op == "number" for a in t.args):
        upper, lower = (a.data.value for a in t.args)
        return upper / lower if lower else None
    return None


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
            value = literal(node)
            known = value is not None and value.denominator == 1
            whole[node] = known or (node.op in _CLOSED and all(whole[a] for a in node.args))
    return whole[t]


def product(factors: tuple[Term, ...]) -> Term:
    """The product of any number of factors, in order."""
    if not factors:
        return number(1)
    return factors[0] if len(factors) == 1 else make("mul", *factors)


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
