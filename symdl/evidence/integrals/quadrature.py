r"""Integrals of one variable as balls: Gauss-Legendre with complex error bounds (FLINT) between
the cuts, and a certified expansion for each tail and each end at which the integrand has no value.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import acb, arb

from symdl.evidence.asymptotics.constants import rational
from symdl.evidence.asymptotics.expansion import Expansion, Place, expansions
from symdl.evidence.asymptotics.rates import (
    UNIT,
    Growth,
    TooEarly,
    Unknown,
    compare,
    largest,
    multiply_growth,
)
from symdl.evidence.balls import ball, exactly
from symdl.evidence.bounds import enclosure
from symdl.evidence.bounds.everywhere import defined_everywhere
from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.evidence.integrals.pieces import Piece, pieces
from symdl.evidence.simpler import in_terms_of
from symdl.evidence.work import Exhausted, allowance, remembered, spend
from symdl.expression.term import Term, free_symbols, number, postorder, replace

BITS = 96
GOAL = arb(2) ** -72
SMALL_TAIL = 1e-22
EVALUATIONS = 4000
NAN = arb.nan()


@remembered(128, BITS)
def quadrature(node: Term) -> Any:
    """A ball that contains an integral between closed ends; nan where none is found."""
    x, lower, upper, body = node.args
    if not free_symbols(body) <= {x} or free_symbols(lower) | free_symbols(upper):
        return NAN
    try:
        with allowance():
            return _between(body, x, lower, upper)
    except Exhausted:
        return NAN


def _between(body: Term, x: Term, lower: Term, upper: Term) -> Any:
    signs = infinite_sign(lower), infinite_sign(upper)
    if signs[0] > 0 or signs[1] < 0:
        return NAN
    ends = [None if s else rational_value(e) for s, e in zip(signs, (lower, upper), strict=True)]
    if any(e is None and not s for s, e in zip(signs, ends, strict=True)):
        return _irrational(body, x, lower, upper) if not any(signs) else NAN
    low, high = ends
    if low is not None and high is not None and low >= high:
        return -_between(body, x, upper, lower) if low > high else NAN
    parts = pieces(body, x, low, high)
    if parts is None:
        return NAN
    total = arb(0)
    for part in parts:
        total = total + _piece(part)
    return total


def _irrational(body: Term, x: Term, lower: Term, upper: Term) -> Any:
    """Ends that are no fractions: x = lower + (upper - lower) t."""
    moved = lower + (upper - lower) * x
    return _between(replace(body, {x: moved}) * (upper - lower), x, number(0), number(1))


def _piece(part: Piece) -> Any:
    y, body = part.variable, part.body
    if not defined_everywhere(body, y, y.data.domain):
        return NAN
    low, high, total = part.low, part.high, arb(0)
    for end, side in ((part.low, 1), (part.high, -1)):
        if end is not None and _is_regular(body, y, end):
            continue
        place = Place(None, -side) if end is None else Place(rational(end), side)
        found = _tail(body, y, place)
        if found is None:
            return NAN
        reach, value = found
        total = total + value
        low, high = (reach, high) if side > 0 else (low, reach)
    assert low is not None
    assert high is not None
    if low >= high:
        return NAN
    return total + _middle(body, y, low, high)


def _is_regular(body: Term, y: Term, end: Fraction) -> bool:
    jet = enclosure.program(body, y).jet(exactly(end), 1)
    return bool(jet[0].is_finite() and jet[1].is_finite())


# --- tails ----------------------------------------------------------------------------------


def _tail(body: Term, y: Term, place: Place) -> tuple[Fraction, Any] | None:
    """Up to (or from) where a tail reaches, and its integral."""
    best: tuple[Fraction, Any] | None = None
    for found in expansions(body, y, place):
        try:
            value = _integrated(found)
        except (TooEarly, Unknown):
            continue
        if value is None:
            return best
        if value.is_finite() and (best is None or value.rad() < best[1].rad()):
            best = place.at(found.start), value
        if best is not None and best[1].rad() < SMALL_TAIL:
            break
    return best


def _integrated(found: Expansion) -> Any | None:
    """The integral over t >= start of the series (times 1/t^2 beside a point); None if it is not
    known to converge."""
    weight = Growth(power=Fraction(0 if found.place.point is None else -2))
    total = arb(0)
    for growth, c in found.series:
        part = _one(multiply_growth(growth, weight), found.start)
        if part is None:
            return None
        total = total + c.ball * part
    return total


def _one(growth: Growth, start: Fraction) -> Any | None:
    begin = exactly(start)
    if not growth.exponent and growth.logs in (0, 1):
        if growth.power >= -1:
            return None
        exponent = exactly(growth.power + 1)
        front = -(begin**exponent) / exponent
        return front * (begin.log() - 1 / exponent) if growth.logs else front
    square = multiply_growth(growth, Growth(power=Fraction(3, 2)))
    if compare(square, UNIT) >= 0:
        return None
    return arb(0).union((2 * largest(square, start) / begin.sqrt()).upper())


# --- the middle -----------------------------------------------------------------------------


def _middle(body: Term, y: Term, low: Fraction, high: Fraction) -> Any:
    run = _program(in_terms_of(body, RULES), y)
    if run is None:
        return NAN

    def at(z: Any, analytic: bool) -> Any:
        spend(10)
        return run(z, analytic)

    a, b = acb(exactly(low)), acb(exactly(high))
    value = acb.integral(at, a, b, rel_tol=GOAL, eval_limit=EVALUATIONS)
    return value.real if value.is_finite() and value.imag.contains(0) else NAN


def _program(root: Term, y: Term) -> Callable[[Any, bool], Any] | None:
    place: dict[Term, int] = {}
    steps: list[tuple[Callable[..., Any] | None, Any, tuple[int, ...]]] = []
    for node in postorder(root):
        place[node] = len(steps)
        inputs = tuple(place[a] for a in node.args)
        if node is y:
            steps.append((None, None, ()))
        elif y not in free_symbols(node):
            steps.append((None, acb(ball(node, {}, BITS)), ()))
        elif node.op == "pow" and y not in free_symbols(node.args[1]):
            steps.append((_fixed_power(node.args[1]), None, inputs))
        elif node.op in RULES:
            steps.append((RULES[node.op], None, inputs))
        else:
            return None

    def run(z: Any, analytic: bool) -> Any:
        values: list[Any] = []
        for rule, fixed, inputs in steps:
            if rule is None:
                values.append(z if fixed is None else fixed)
            else:
                values.append(rule(analytic, *[values[i] for i in inputs]))
        return values[-1]

    return run


def _fixed_power(exponent: Term) -> Callable[..., Any]:
    whole = rational_value(exponent)
    if whole is not None and whole.denominator == 1 and abs(whole) < 2**16:
        return lambda _, z, *__: z ** int(whole)
    power = acb(ball(exponent, {}, BITS))
    return lambda analytic, z, *_: (z.log(analytic=analytic) * power).exp()


def _sum(_: bool, *args: Any) -> Any:
    return sum(args[1:], start=args[0])


def _product(_: bool, *args: Any) -> Any:
    total = args[0]
    for a in args[1:]:
        total = total * a
    return total


RULES: dict[str, Callable[..., Any]] = {
    "add": _sum,
    "mul": _product,
    "neg": lambda _, z: -z,
    "div": lambda _, a, b: a / b,
    "pow": lambda analytic, a, b: (a.log(analytic=analytic) * b).exp(),
    "exp": lambda _, z: z.exp(),
    "log": lambda analytic, z: z.log(analytic=analytic),
    "sqrt": lambda analytic, z: z.sqrt(analytic=analytic),
    "sin": lambda _, z: z.sin(),
    "cos": lambda _, z: z.cos(),
    "tanh": lambda _, z: z.tanh(),
    "sinh": lambda _, z: z.sinh(),
    "cosh": lambda _, z: z.cosh(),
    "erf": lambda _, z: z.erf(),
    "erfc": lambda _, z: z.erfc(),
    "sigmoid": lambda _, z: 1 / (1 + (-z).exp()),
}
"""Complex values on boxes; where `analytic` is asked for, not finite unless it certainly is."""
