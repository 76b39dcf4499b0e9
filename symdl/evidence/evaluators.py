"""What each operation does with the balls of its arguments: the rows of the operators with their
domains guarded, and the operations without a row (relations, sets, cases, numbers).

A value is a ball, or for a relation a truth value, or for a set its membership test.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import arb, fmpq

from symdl.evidence.evaluated_sets import interval, listed_set, membership, number_set
from symdl.evidence.truths import (
    NAN,
    Ball,
    Truth,
    conjunction,
    disjunction,
    equal,
    less,
    negate,
    not_above,
)
from symdl.expression.domain import REAL
from symdl.expression.operators import TABLE
from symdl.expression.term import Term

HUGE_SIZE = 2**70
"""Numbers beyond this magnitude are refused as arguments of factorial-like functions."""


def evaluator(node: Term) -> Callable[..., Any]:
    """From the values of the arguments of a node to its value."""
    special = _SPECIAL.get(node.op)
    if special is not None:
        return special(node)
    direct = _KEEPS_NAN.get((node.op, len(node.args)))
    if direct is not None and _NUMBERS.issuperset(map(_op_of, node.args)):
        return direct
    return _guarded(node.op, len(node.args)) if node.op in TABLE else _undefined


def has_value(op: str) -> bool:
    """Whether some operation may have a value here: calls, arrays and sums have none."""
    return op in TABLE or op in _SPECIAL


def _undefined(*_: Any) -> Ball:
    return NAN


@lru_cache(maxsize=256)
def _guarded(op: str, count: int) -> Callable[..., Ball]:
    """The row's ball, nan unless every argument certainly lies in the row's domain."""
    row = TABLE[op]
    domains = [row.domain_of(i) for i in range(count)]
    guards = [(i, membership(d)) for i, d in enumerate(domains) if d != REAL]
    growing = row.slow
    evaluate = row.ball
    if not guards and not growing and count in (1, 2):
        return _of_one(evaluate) if count == 1 else _of_two(_JOIN.get(op, evaluate))
    if guards and not growing and count == 1:
        return _of_one_inside(evaluate, guards[0][1])
    if not growing and count == 2 and [i for i, _ in guards] == [1]:
        return _of_two_inside(evaluate, guards[0][1])

    def run(*args: Any) -> Ball:
        for x in args:
            if not isinstance(x, arb) or x.is_nan():
                return NAN
        if growing and any(not abs(x) < HUGE_SIZE for x in args):
            return NAN
        for i, belongs in guards:
            if belongs(args[i]) is not True:
                return NAN
        return evaluate(*args)

    return run


def _of_one(evaluate: Callable[[Any], Ball]) -> Callable[..., Ball]:
    return lambda x: evaluate(x) if isinstance(x, arb) and not x.is_nan() else NAN


def _of_one_inside(
    evaluate: Callable[[Any], Ball], belongs: Callable[[Ball], Truth]
) -> Callable[..., Ball]:
    def run(x: Any) -> Ball:
        known = isinstance(x, arb) and not x.is_nan() and belongs(x) is True
        return evaluate(x) if known else NAN

    return run


def _of_two_inside(
    evaluate: Callable[[Any, Any], Ball], belongs: Callable[[Ball], Truth]
) -> Callable[..., Ball]:
    def run(x: Any, y: Any) -> Ball:
        if not isinstance(x, arb) or not isinstance(y, arb) or x.is_nan() or y.is_nan():
            return NAN
        return evaluate(x, y) if belongs(y) is True else NAN

    return run


def _of_two(evaluate: Callable[[Any, Any], Ball]) -> Callable[..., Ball]:
    def run(x: Any, y: Any) -> Ball:
        if isinstance(x, arb) and isinstance(y, arb) and not x.is_nan() and not y.is_nan():
            return evaluate(x, y)
        return NAN

    return run


_JOIN: dict[str, Callable[[Any, Any], Ball]] = {"add": operator.add, "mul": operator.mul}
_OF_ONE = ("exp", "sin", "cos", "tanh", "sinh", "cosh", "erf", "log", "sqrt")
_KEEPS_NAN: dict[tuple[str, int], Callable[..., Ball]] = {
    **{(name, 2): join for name, join in _JOIN.items()},
    ("div", 2): operator.truediv,
    ("max", 2): arb.max,
    ("min", 2): arb.min,
    ("neg", 1): operator.neg,
    ("abs", 1): operator.abs,
    ("sigmoid", 1): TABLE["sigmoid"].ball,
    **{(name, 1): getattr(arb, name) for name in _OF_ONE},
}
"""Operations that need no guard where each argument is a number: of a nan, and of a ball that does
not lie in their domain, they make a nan."""


_NUMBERS = frozenset({"number", "symbol", "entry", "constant", "label", *TABLE})
_op_of = operator.attrgetter("op")


_COMPARE: dict[str, Callable[[Ball, Ball], Truth]] = {
    "=": equal,
    "equiv": equal,
    "!=": lambda a, b: negate(equal(a, b)),
    "<": less,
    "<=": not_above,
    ">": lambda a, b: less(b, a),
    ">=": lambda a, b: not_above(b, a),
}


def _relation(node: Term) -> Callable[..., Any]:
    relations: tuple[str, ...] = node.data
    if len(relations) == 1 and relations[0] in _COMPARE:
        return _of_two(_COMPARE[relations[0]])

    def run(*sides: Any) -> Any:
        if any(isinstance(side, arb) and side.is_nan() for side in sides):
            return NAN
        answers: list[Truth] = []
        for relation, a, b in zip(relations, sides, sides[1:], strict=False):
            compare = _COMPARE.get(relation)
            if compare is not None and isinstance(a, arb) and isinstance(b, arb):
                answers.append(compare(a, b))
            elif relation in ("in", "notin") and isinstance(a, arb) and callable(b):
                answers.append(b(a) if relation == "in" else negate(b(a)))
            else:
                answers.append(None)
        return conjunction(answers)

    return run


# --- arithmetic -----------------------------------------------------------------------------


def _pow(node: Term) -> Callable[..., Any]:
    """The row's power; x^0 with a written 0 is 1 for every x, and 0^0 is else undefined."""
    exponent = node.args[1]
    if exponent.op == "number" and exponent.data.value == 0:
        return lambda base, _: arb(1) if isinstance(base, arb) and base.is_finite() else NAN
    written = exponent.op == "number" and exponent.data.value.denominator == 1
    return operator.pow if written and node.args[0].op in _NUMBERS else _symbolic_power


def _symbolic_power(x: Any, y: Any) -> Ball:
    if isinstance(x, arb) and isinstance(y, arb) and x.contains(0) and not y > 0:
        return NAN
    return _guarded("pow", 2)(x, y)


@lru_cache(maxsize=512)
def _number(node: Term) -> Callable[..., Any]:
    value: Fraction = node.data.value
    if value.denominator == 1 and value < 2**16:
        whole = arb(value.numerator)  # exact at every precision
        return lambda: whole
    rational = fmpq(value.numerator, value.denominator)
    return lambda: arb(rational)


def _constant(node: Term) -> Callable[..., Any]:
    return _CONSTANTS.get(node.data, _undefined)


_CONSTANTS: dict[str, Callable[..., Any]] = {"pi": arb.pi, "e": arb.const_e}


def _all_balls(values: Sequence[Any]) -> bool:
    return all(isinstance(v, arb) for v in values)


def _union(values: Sequence[Any]) -> Ball:
    if not _all_balls(values) or any(v.is_nan() for v in values):
        return NAN
    total = values[0]
    for value in values[1:]:
        total = total.union(value)
    return total


def _piecewise(node: Term) -> Callable[..., Any]:
    paired = len(node.args) // 2

    def run(*values: Any) -> Ball:
        possible: list[Any] = []
        for i in range(paired):
            holds = values[2 * i + 1]
            if holds is False:
                continue
            possible.append(values[2 * i] if _known(holds) else NAN)
            if holds is True:
                break
        else:
            possible.append(values[-1] if len(values) % 2 else NAN)
        return _union(possible)

    return run


def _indicator(_: Term) -> Callable[..., Any]:
    both = _union((arb(0), arb(1)))
    return lambda holds: {True: arb(1), False: arb(0)}.get(holds, both) if _known(holds) else NAN


def _known(holds: Any) -> bool:
    return holds is None or isinstance(holds, bool)


def _logic(join: Callable[[Sequence[Truth]], Truth]) -> Callable[[Term], Callable[..., Any]]:
    def evaluator(_: Term) -> Callable[..., Any]:
        return lambda *answers: join(answers) if all(map(_known, answers)) else NAN

    return evaluator


def _found(node: Term) -> Callable[..., Any]:
    """A value that has to be found: an extreme value over the reals, an integral."""

    def run(*_: Any) -> Ball:
        from symdl.evidence.extrema.found_values import value_ball  # which needs balls itself

        return value_ball(node)

    return run


def _plain(function: Callable[..., Any]) -> Callable[[Term], Callable[..., Any]]:
    return lambda _: function


_SPECIAL: dict[str, Callable[[Term], Callable[..., Any]]] = {
    "number": _number,
    "constant": _constant,
    "symbol": _plain(_undefined),
    "pow": _pow,
    "piecewise": _piecewise,
    "indicator": _indicator,
    "relation": _relation,
    "and": _logic(conjunction),
    "or": _logic(disjunction),
    "not": _logic(lambda answers: negate(answers[0])),
    "interval": interval,
    "number_set": number_set,
    "set": listed_set,
    **dict.fromkeys(("max_over", "min_over", "sup_over", "inf_over", "argmax", "argmin"), _found),
    "integral": _found,
}
