"""Certified values: real balls (midpoint and radius) that contain the true value of a Term.

Every enclosure is sound: a value outside the domain of an operator, or one that cannot be
told to lie inside it at this precision, is `nan`, which no comparison ever decides.
Exact numbers enter as fractions (0.9 is 9/10), never as binary floats.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any
from weakref import WeakKeyDictionary

from flint import arb, ctx, fmpq

from symdl.expression.domain import POSITIVE, REAL, Domain
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, postorder

Ball = Any
"""A flint.arb."""
Truth = bool | None
"""Certainly true, certainly false, or not decided at this precision."""

HUGE_SIZE = 2**70
"""Numbers beyond this magnitude are refused as arguments of factorial-like functions."""

NAN = arb.nan()


class Precision:
    """So many bits inside a `with` block (a class: it is entered a hundred times for a claim)."""

    __slots__ = ("before", "bits")

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.before = ctx.prec
        ctx.prec = self.bits

    def __exit__(self, *_: object) -> None:
        ctx.prec = self.before


def precision(bits: int) -> Precision:
    """Work with this many bits inside the block."""
    return Precision(bits)


def exactly(value: Fraction | int) -> Ball:
    """The ball of a rational number at the current precision."""
    return arb(fmpq(value.numerator, value.denominator))


def ball(term: Term, point: Mapping[Term, Ball], bits: int = 128) -> Ball:
    """A ball that contains the value of a closed scalar term at a point; nan outside its domain.

    `point` gives a ball for every free symbol (or entry) of the term. Operations that have no
    ball (calls, binders: see `derivation.expand`) give nan.

    >>> from symdl.expression.term import number
    >>> (3 * ball(number(1) / 3, {}, 64)).contains(1)
    True
    """
    before = ctx.prec
    ctx.prec = bits
    try:
        value = _run(term, point)
    finally:
        ctx.prec = before
    return value if isinstance(value, arb) else NAN


def truth(condition: Term, point: Mapping[Term, Ball], bits: int = 128) -> Truth:
    """Whether a relation (or and, or, not of relations) certainly holds at a point; None when
    this precision cannot tell or a side is undefined."""
    with precision(bits):
        value = _run(condition, point)
    return value if isinstance(value, bool) else None


Step = tuple[int, Callable[..., Any], tuple[int, ...]]
"""The number of arguments, what is done with their values, and where these are."""
_PROGRAMS: WeakKeyDictionary[Term, tuple[dict[Term, int], list[Step]]] = WeakKeyDictionary()


def _program(root: Term) -> tuple[dict[Term, int], list[Step]]:
    """The place of each node of a term, and a step for each place."""
    found = _PROGRAMS.get(root)
    if found is None:
        place: dict[Term, int] = {}
        steps: list[Step] = []
        for node in postorder(root):
            place[node] = len(steps)
            arguments = tuple([place[a] for a in node.args])
            steps.append((len(arguments), _evaluator(node), arguments))
        found = _PROGRAMS[root] = (place, steps)
    return found


def _run(root: Term, point: Mapping[Term, Ball]) -> Any:
    place, steps = _program(root)
    values: list[Any] = [None] * len(steps)
    for node, given in point.items():
        where = place.get(node)
        if where is not None:
            values[where] = given
    for i, (count, evaluate, arguments) in enumerate(steps):
        if values[i] is not None:
            continue
        if count == 1:
            values[i] = evaluate(values[arguments[0]])
        elif count == 2:
            values[i] = evaluate(values[arguments[0]], values[arguments[1]])
        else:
            values[i] = evaluate(*[values[j] for j in arguments])
    return values[-1]


def _evaluator(node: Term) -> Callable[..., Any]:
    special = _SPECIAL.get(node.op)
    if special is not None:
        return special(node)
    return _guarded(node) if node.op in TABLE else _undefined


def _undefined(*_: Any) -> Ball:
    return NAN


def _guarded(node: Term) -> Callable[..., Ball]:
    """The row's ball, nan unless every argument certainly lies in the row's domain."""
    row = TABLE[node.op]
    domains = [row.domain_of(i) for i in range(len(node.args))]
    guards = [(i, _membership(d)) for i, d in enumerate(domains) if d != REAL]
    growing = node.op in _GROWING
    evaluate = row.ball
    if not guards and not growing and len(node.args) in (1, 2):
        return _of_one(evaluate) if len(node.args) == 1 else _of_two(_JOIN.get(node.op, evaluate))

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


def _membership(domain: Domain) -> Callable[[Ball], Truth]:
    if domain == POSITIVE:
        zero = arb(0)
        return lambda x: less(zero, x)
    return lambda x: inside(x, domain)


def _of_one(evaluate: Callable[[Any], Ball]) -> Callable[..., Ball]:
    return lambda x: evaluate(x) if isinstance(x, arb) and not x.is_nan() else NAN


def _of_two(evaluate: Callable[[Any, Any], Ball]) -> Callable[..., Ball]:
    def run(x: Any, y: Any) -> Ball:
        if isinstance(x, arb) and isinstance(y, arb) and not x.is_nan() and not y.is_nan():
            return evaluate(x, y)
        return NAN

    return run


_JOIN: dict[str, Callable[[Any, Any], Ball]] = {"add": operator.add, "mul": operator.mul}
_GROWING = frozenset({"factorial", "binomial", "gamma_function", "digamma"})


def inside(x: Ball, domain: Domain) -> Truth:
    """Whether a ball lies in a declared domain: True certainly, False certainly not."""
    answers: list[Truth] = []
    if domain.lower is not None:
        low = exactly(domain.lower)
        answers.append(less(low, x) if domain.lower_open else not_above(low, x))
    if domain.upper is not None:
        high = exactly(domain.upper)
        answers.append(less(x, high) if domain.upper_open else not_above(x, high))
    if domain.integer:
        answers.append(_integral(x))
    for point in domain.excluded:
        answers.append(negate(equal(x, exactly(point))))
    return conjunction(answers)


# --- truth values ---------------------------------------------------------------------------


def less(a: Ball, b: Ball) -> Truth:
    """a < b, certainly (True), certainly not (False), or undecided."""
    if a < b:
        return True
    return False if a >= b else None


def not_above(a: Ball, b: Ball) -> Truth:
    """a <= b, certainly (True), certainly not (False), or undecided."""
    if a <= b:
        return True
    return False if a > b else None


def equal(a: Ball, b: Ball) -> Truth:
    """a = b: True only for exact balls, False for disjoint ones."""
    if a.is_nan() or b.is_nan():
        return None
    if not a.overlaps(b):
        return False
    return True if a.is_exact() and b.is_exact() and a == b else None


def negate(answer: Truth) -> Truth:
    """Three-valued not."""
    return None if answer is None else not answer


def conjunction(answers: Sequence[Truth]) -> Truth:
    """Three-valued and."""
    if any(answer is False for answer in answers):
        return False
    return True if all(answers) else None


def disjunction(answers: Sequence[Truth]) -> Truth:
    """Three-valued or."""
    return negate(conjunction([negate(answer) for answer in answers]))


def _integral(x: Ball) -> Truth:
    if x.is_exact() and x.is_finite():
        return bool(x.is_integer())
    return None if x.contains_integer() else False


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


def _interval(node: Term) -> Callable[..., Any]:
    """An interval evaluates to its membership test."""
    opens, closes = node.data
    unbounded = [_is_infinite(end) for end in node.args]

    def run(low: Any, high: Any) -> Any:
        def member(x: Ball) -> Truth:
            answers: list[Truth] = [True if x.is_finite() else None]
            if not unbounded[0]:
                answers.append(less(low, x) if opens == "(" else not_above(low, x))
            if not unbounded[1]:
                answers.append(less(x, high) if closes == ")" else not_above(x, high))
            return conjunction(answers)

        return member

    return run


def _is_infinite(node: Term) -> bool:
    inner = node.args[0] if node.op == "neg" else node
    return inner.op == "constant" and inner.data == "infinity"


def _number_set(node: Term) -> Callable[..., Any]:
    def member(x: Ball) -> Truth:
        if not x.is_finite():
            return None
        if node.data == "N":
            return conjunction([_integral(x), not_above(exactly(0), x)])
        return _integral(x) if node.data == "Z" else (node.data in ("R", "C") or None)

    return lambda: member


def _set(_: Term) -> Callable[..., Any]:
    def run(*elements: Any) -> Any:
        return lambda x: disjunction(
            [equal(x, e) if isinstance(e, arb) else None for e in elements]
        )

    return run


# --- arithmetic -----------------------------------------------------------------------------


def _all_balls(values: Sequence[Any]) -> bool:
    return all(isinstance(v, arb) for v in values)


def _pow(node: Term) -> Callable[..., Any]:
    """The row's power; x^0 with a written 0 is 1 for every x, and 0^0 is else undefined."""
    exponent = node.args[1]
    if exponent.op == "number" and exponent.data.value == 0:
        return lambda base, _: arb(1) if isinstance(base, arb) and base.is_finite() else NAN
    evaluate = _guarded(node)

    def run(x: Any, y: Any) -> Ball:
        if isinstance(x, arb) and isinstance(y, arb) and x.contains(0) and not y > 0:
            return NAN
        return evaluate(x, y)

    return run


def _number(node: Term) -> Callable[..., Any]:
    value = node.data.value
    if value.denominator == 1 and value < 2**16:
        whole = arb(value.numerator)  # exact at every precision
        return lambda: whole
    rational = fmpq(value.numerator, value.denominator)
    return lambda: arb(rational)


def _constant(node: Term) -> Callable[..., Any]:
    known: dict[str, Callable[..., Any]] = {"pi": arb.pi, "e": arb.const_e}
    return known.get(node.data, _undefined)


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


def _union(values: Sequence[Any]) -> Ball:
    if not _all_balls(values) or any(v.is_nan() for v in values):
        return NAN
    total = values[0]
    for value in values[1:]:
        total = total.union(value)
    return total


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
        from symdl.evidence.valued import value_ball  # which needs balls itself

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
    "interval": _interval,
    "number_set": _number_set,
    "set": _set,
    **dict.fromkeys(("max_over", "min_over", "sup_over", "inf_over", "argmax", "argmin"), _found),
    "integral": _found,
}
