"""Terms as certified expansions near infinity or near a point, and what follows from them.

The running variable is replaced by t, -t, c + 1/t or c - 1/t with t -> infinity; every
operator row then has its rule on series (`evidence/growth.py`). The result holds for every
t >= start, so that it gives limits, signs on whole half-lines and signs beside a point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Any

from flint import arb

from symdl.evidence import growth as g
from symdl.evidence.balls import exactly, precision
from symdl.evidence.constants import ONE, PI, ZERO, Exact, Inexact, exponential, parameter, rational
from symdl.evidence.growth import Growth, Series, Setting, TooEarly, Unknown
from symdl.evidence.simpler import in_terms_of
from symdl.evidence.work import Exhausted
from symdl.expression.term import Term, free_symbols, postorder

BITS = 128
STARTS: tuple[int, ...] = (3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128, 256, 1024, 4096, 65536)
ORDERS: tuple[int, ...] = (3, 6)
MOST_NODES = 400
MOST_TRIALS = 2
"""Expansions looked at for a limit: a vague one stays vague further out."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expansion is made: side +1 or -1 of a point, or towards +-infinity."""

    point: Exact | None
    side: int

    def variable(self) -> Series:
        """The running variable as a series in t."""
        if self.point is None:
            return ((Growth(power=Fraction(1)), g.known(rational(self.side))),)
        near = ((Growth(power=Fraction(-1)), g.known(rational(self.side))),)
        return (*g.fixed(self.point), *near)

    def at(self, t: Fraction) -> Fraction:
        """The rational value of the variable at t (for a rational point)."""
        if self.point is None:
            return self.side * t
        base = self.point.rational
        assert base is not None
        return base + self.side / t


@dataclass(frozen=True, slots=True)
class Expansion:
    """A series for a term at a place, valid for all t >= start."""

    series: Series
    setting: Setting
    place: Place

    @property
    def start(self) -> Fraction:
        """From where on the series holds; 1 where only some such place is known to exist."""
        return Fraction(1) if self.setting.start is None else self.setting.start


def expansions(
    root: Term, variable: Term, place: Place, most: int = len(STARTS)
) -> Iterator[Expansion]:
    """Expansions of the term, from cheap and early to deep and late; none if it has none.

    At most `most` of each depth.
    """
    if sum(1 for _ in postorder(root)) > MOST_NODES:
        return
    basic = in_terms_of(root, RULES)
    with precision(BITS):
        for order in ORDERS:
            given = 0
            for start in STARTS:
                setting = Setting(Fraction(start), order)
                try:
                    series = _series(basic, variable, place, setting)
                except (TooEarly, ZeroDivisionError):
                    continue
                except (Unknown, Inexact):
                    break
                yield Expansion(series, setting, place)
                given += 1
                if given == most:
                    break


def beside(root: Term, variable: Term, place: Place) -> tuple[int, Expansion] | None:
    """The sign of the term for all t >= start, with the expansion that shows it."""
    for found in expansions(root, variable, place):
        try:
            with precision(BITS):
                return g.sign(found.series, found.setting), found
        except (TooEarly, Unknown):
            continue
    return None


@dataclass(frozen=True, slots=True)
class Limit:
    """A certified limit: a constant (`value`), or +-infinity (`infinite` is the sign)."""

    value: Exact | None
    infinite: int
    ball: Any
    expansion: Expansion

    @property
    def finite(self) -> bool:
        """Whether the limit is a number."""
        return not self.infinite


def limit(root: Term, variable: Term, place: Place) -> Limit | None:
    """The limit of the term at a place, None if this method does not find it exactly."""
    try:
        for found in expansions(root, variable, place, MOST_TRIALS):
            with precision(BITS):
                answer = _limit(found)
            if answer is not None:
                return answer
        if not free_symbols(root) <= {variable}:
            return _for_fixed_parameters(root, variable, place)
    except Exhausted:
        return None
    return None


def _for_fixed_parameters(root: Term, variable: Term, place: Place) -> Limit | None:
    """The limit for each value of the parameters, from a t on that may depend on them."""
    basic = in_terms_of(root, RULES)
    with precision(BITS):
        for order in ORDERS:
            setting = Setting(None, order)
            try:
                series = _series(basic, variable, place, setting)
            except (TooEarly, Unknown, Inexact, ZeroDivisionError):
                continue
            answer = _limit(Expansion(series, setting, place))
            if answer is not None:
                return answer
    return None


def _limit(found: Expansion) -> Limit | None:
    series = found.series
    try:
        growing, level, _ = g.parts(series)
        if growing:
            return Limit(None, g.sign(series, found.setting), arb.nan(), found)
    except (TooEarly, Unknown):
        return None
    return None if level.exact is None else Limit(level.exact, 0, level.ball, found)


def exact_constant(root: Term, point: Mapping[Term, Fraction]) -> Exact | None:
    """The exact value at a rational point, None if it is no constant of the ring."""
    basic = in_terms_of(root, RULES)
    with precision(BITS):
        try:
            at: dict[Term, Any] = {s: g.fixed(rational(value)) for s, value in point.items()}
            series = evaluate(basic, at, Setting(Fraction(3), 2))
        except (TooEarly, Unknown, Inexact, ZeroDivisionError):
            return None
    if not series:
        return ZERO
    (growth, c), *others = series
    return c.exact if growth == g.UNIT and not others else None


# --- terms ----------------------------------------------------------------------------------


def _series(root: Term, variable: Term, place: Place, setting: Setting) -> Series:
    return evaluate(root, {variable: place.variable()}, setting)


def evaluate(root: Term, values: dict[Term, Any], setting: Setting) -> Series:
    """The series of a term from those of its symbols; of a piecewise only the branch in force."""
    stack: list[Term] = [root]
    while stack:
        node = stack[-1]
        if node in values:
            stack.pop()
            continue
        waiting = _waiting(node, values)
        if waiting is not None:
            stack.append(waiting)
            continue
        values[node] = _apply(node, values, setting)
        stack.pop()
    return values[root]  # type: ignore[no-any-return]


def _waiting(node: Term, values: Mapping[Term, Any]) -> Term | None:
    if node.op != "piecewise":
        return next((a for a in node.args if a not in values), None)
    for value, condition in _branches(node):
        if condition is not None and condition not in values:
            return condition
        if condition is None or values[condition]:
            return None if value in values else value
    raise Unknown("no branch holds there")


def _branches(node: Term) -> list[tuple[Term, Term | None]]:
    paired = len(node.args) // 2
    found: list[tuple[Term, Term | None]] = [
        (node.args[2 * i], node.args[2 * i + 1]) for i in range(paired)
    ]
    if len(node.args) % 2:
        found.append((node.args[-1], None))
    return found


def _apply(node: Term, values: Mapping[Term, Any], setting: Setting) -> Any:
    if node.op == "piecewise":
        return next(values[v] for v, c in _branches(node) if c is None or values[c])
    args = [values[a] for a in node.args]
    if node.op == "number":
        return g.fixed(rational(node.data.value))
    if node.op == "constant":
        return _constant(node.data)
    if node.op == "symbol":
        return g.fixed(parameter(node))
    if node.op == "relation":
        return _relation(node.data, args, setting)
    if node.op == "indicator":
        return g.fixed(ONE if args[0] else ZERO)
    if node.op in _LOGIC:
        return _LOGIC[node.op](args)
    rule = RULES.get(node.op)
    if rule is None:
        raise Unknown(f"no expansion of {node.op}")
    if any(isinstance(a, bool) for a in args):
        raise Unknown("a condition where a value is expected")
    return rule(args, setting)


_LOGIC: dict[str, Callable[[list[bool]], bool]] = {
    "and": all,
    "or": any,
    "not": lambda args: not args[0],
}


def _constant(name: str) -> Series:
    if name == "pi":
        return g.fixed(PI)
    if name == "e":
        return g.fixed(exponential(ONE))
    raise Unknown(f"no expansion of {name}")


def _relation(relations: tuple[str, ...], sides: list[Series], setting: Setting) -> bool:
    return all(
        _holds(relation, _difference(a, b, setting), setting)
        for relation, a, b in zip(relations, sides, sides[1:], strict=False)
    )


_HOLDS: dict[str, frozenset[int]] = {
    "<": frozenset((-1,)),
    "<=": frozenset((-1, 0)),
    ">": frozenset((1,)),
    ">=": frozenset((0, 1)),
    "=": frozenset((0,)),
    "!=": frozenset((-1, 1)),
}


def _holds(relation: str, difference: Series, setting: Setting) -> bool:
    if relation not in _HOLDS:
        raise Unknown(f"a condition with {relation}")
    return g.sign(difference, setting) in _HOLDS[relation]


def _difference(a: Series, b: Series, setting: Setting) -> Series:
    return g.add(a, _negative(b), setting)


def _negative(a: Series) -> Series:
    return g.scale(a, g.known(-ONE))


# --- the rule of each function --------------------------------------------------------------


def _sum(args: list[Series], setting: Setting) -> Series:
    result: Series = ()
    for a in args:
        result = g.add(result, a, setting)
    return result


def _product(args: list[Series], setting: Setting) -> Series:
    result = args[0]
    for a in args[1:]:
        result = g.multiply(result, a, setting)
    return result


def _power(args: list[Series], setting: Setting) -> Series:
    base, exponent = args
    fixed_exponent = _rational(exponent)
    if fixed_exponent is not None:
        return g.real_power(base, fixed_exponent, setting)
    return g.exp(g.multiply(exponent, g.log(base, setting), setting), setting)


def _rational(series: Series) -> Fraction | None:
    if not series:
        return Fraction(0)
    (growth, c), *others = series
    if others or growth != g.UNIT or c.exact is None:
        return None
    return c.exact.rational


def _root(args: list[Series], setting: Setting) -> Series:
    base, degree = args[0], _rational(args[1])
    if degree is None or degree.denominator != 1 or degree < 1:
        raise Unknown("a root of a degree that is no positive integer")
    if base and degree % 2 and g.sign(base, setting) < 0:
        return _negative(g.real_power(_negative(base), 1 / degree, setting))
    return g.real_power(base, 1 / degree, setting)


def _abs(args: list[Series], setting: Setting) -> Series:
    return args[0] if g.sign(args[0], setting) >= 0 else _negative(args[0])


def _pick(wanted: int) -> Callable[[list[Series], Setting], Series]:
    def rule(args: list[Series], setting: Setting) -> Series:
        best = args[0]
        for a in args[1:]:
            if g.sign(_difference(a, best, setting), setting) == wanted:
                best = a
        return best

    return rule


def _relu(args: list[Series], setting: Setting) -> Series:
    return args[0] if g.sign(args[0], setting) > 0 else ()


def _sigmoid(args: list[Series], setting: Setting) -> Series:
    below = g.exp(_negative(args[0]), setting)
    return g.reciprocal(g.add(g.fixed(ONE), below, setting), setting)


def _erf(args: list[Series], setting: Setting) -> Series:
    u = args[0]
    growing, level, vanishing = g.parts(u)
    if growing:
        sign = g.sign(u, setting)
        positive = _erf_far(u if sign > 0 else _negative(u), setting)
        return positive if sign > 0 else _negative(positive)
    if level.exact is None or not level.exact.is_zero:
        return g.bounded(_whole(u, setting).erf())
    return _erf_near(vanishing, setting)


def _erf_far(u: Series, setting: Setting) -> Series:
    """1 - exp(-u^2)/(u sqrt pi) * (1 - 1/(2u^2) + 3/(2u^2)^2 - ...), which envelops for u > 0."""
    inverse = g.reciprocal(u, setting)
    half = g.scale(g.multiply(inverse, inverse, setting), g.known(rational(Fraction(-1, 2))))
    n = setting.order
    odd = [1]
    for k in range(1, n + 1):
        odd.append(odd[-1] * (2 * k - 1))
    theta = arb(0).union(arb(odd[n]))
    factor = g.compose([rational(c) for c in odd[:n]], theta, half, setting)
    density = g.exp(_negative(g.multiply(u, u, setting)), setting)
    tail = g.multiply(g.multiply(density, inverse, setting), factor, setting)
    root_pi = g.known(-PI.power(Fraction(-1, 2)))
    return g.add(g.fixed(ONE), g.scale(tail, root_pi), setting)


def _erf_near(u: Series, setting: Setting) -> Series:
    """2/sqrt(pi) * u * (1 - w/3 + w^2/10 - ...) of w = u^2 <= 1, an enveloping series."""
    if not u:
        return ()
    if not g.size_bound(u, setting) < 1:
        raise TooEarly
    n = setting.order
    square = g.multiply(u, u, setting)
    terms = [rational(Fraction((-1) ** k, factorial(k) * (2 * k + 1))) for k in range(n)]
    rest = exactly(Fraction((-1) ** n, factorial(n) * (2 * n + 1)))
    inner = g.compose(terms, arb(0).union(rest), square, setting)
    front = g.known(PI.power(Fraction(-1, 2)).scaled(Fraction(2)))
    return g.scale(g.multiply(u, inner, setting), front)


def _whole(u: Series, setting: Setting) -> Any:
    """A ball of all values of a series without growing terms."""
    _, level, vanishing = g.parts(u)
    if setting.start is None:
        raise Unknown("a value that is not known exactly")
    bound = g.size_bound(vanishing, setting)
    return level.ball + (-bound.upper()).union(bound.upper())


def _wave(name: str) -> Callable[[list[Series], Setting], Series]:
    """sin and cos: bounded far out, expanded where the argument vanishes."""

    def rule(args: list[Series], setting: Setting) -> Series:
        growing, level, vanishing = g.parts(args[0])
        if growing:
            return g.bounded(arb(-1).union(arb(1)))
        if level.exact is None or not level.exact.is_zero:
            return g.bounded(getattr(_whole(args[0], setting), name)())
        cycle = (0, 1, 0, -1) if name == "sin" else (1, 0, -1, 0)
        return g.at_small(
            lambda n: [rational(Fraction(cycle[k % 4], factorial(k))) for k in range(n)],
            lambda n, _: arb(-1).union(arb(1)) / factorial(n),
            vanishing,
            setting,
        )

    return rule


def _arctan(args: list[Series], setting: Setting) -> Series:
    u = args[0]
    growing, level, vanishing = g.parts(u)
    if growing:
        side = rational(Fraction(g.sign(u, setting), 2))
        inner = _arctan_near(g.reciprocal(u, setting), setting)
        return g.add(g.fixed(PI * side), _negative(inner), setting)
    if level.exact is None or not level.exact.is_zero:
        return g.bounded(_whole(u, setting).atan())
    return _arctan_near(vanishing, setting)


def _arctan_near(u: Series, setting: Setting) -> Series:
    """u * (1 - w/3 + w^2/5 - ...) of w = u^2 <= 1, an enveloping series."""
    if not u:
        return ()
    if not g.size_bound(u, setting) < 1:
        raise TooEarly
    n = setting.order
    terms = [rational(Fraction((-1) ** k, 2 * k + 1)) for k in range(n)]
    rest = arb(0).union(exactly(Fraction((-1) ** n, 2 * n + 1)))
    square = g.multiply(u, u, setting)
    return g.multiply(u, g.compose(terms, rest, square, setting), setting)


def _step(args: list[Series], setting: Setting) -> Series:
    return g.fixed(rational(g.sign(args[0], setting)))


def _rounding(low: int, high: int) -> Callable[[list[Series], Setting], Series]:
    """floor and ceil stay within one of their argument."""

    def rule(args: list[Series], setting: Setting) -> Series:
        return g.add(args[0], g.bounded(arb(low).union(arb(high))), setting)

    return rule


RULES: dict[str, Callable[[list[Series], Setting], Series]] = {
    "add": _sum,
    "mul": _product,
    "neg": lambda args, _: _negative(args[0]),
    "div": lambda args, s: g.multiply(args[0], g.reciprocal(args[1], s), s),
    "pow": _power,
    "root": _root,
    "exp": lambda args, s: g.exp(args[0], s),
    "log": lambda args, s: g.log(args[0], s),
    "sqrt": lambda args, s: g.real_power(args[0], Fraction(1, 2), s),
    "abs": _abs,
    "max": _pick(1),
    "min": _pick(-1),
    "relu": _relu,
    "sigmoid": _sigmoid,
    "sign": _step,
    "erf": _erf,
    "sin": _wave("sin"),
    "cos": _wave("cos"),
    "arctan": _arctan,
    "floor": _rounding(-1, 0),
    "ceil": _rounding(0, 1),
}
