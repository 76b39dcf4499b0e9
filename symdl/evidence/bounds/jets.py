"""The rule of each operator on jets: Taylor series whose coefficients are balls over a box.

Undefined is None or nan, which decides nothing. At kinks (abs, max) the first derivative is
the hull of both sides, which is what the mean value form needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from flint import arb, arb_series, fmpq

from symdl.evidence import balls
from symdl.evidence.balls import exactly
from symdl.expression.term import Term

Jet = Any
"""A flint arb_series."""
Rule = Callable[..., Any]
NAN = arb.nan()


def rule_of(node: Term, variable: Term) -> Rule:
    """What a node does with the jets of its arguments."""
    if node is variable:
        return lambda n, x, *_: x  # an entry x_1 has a base and indices
    if node.op == "number":
        rational = fmpq(node.data.value.numerator, node.data.value.denominator)
        return lambda n, x: arb_series([arb(rational)], n)
    if node.op == "constant":
        make_ball = {"pi": arb.pi, "e": arb.const_e}.get(node.data, lambda: NAN)
        return lambda n, x: arb_series([make_ball()], n)
    if node.op == "relation":
        return _relation(node.data)
    if node.op == "pow" and node.args[1].op == "number" and not node.args[1].data.value:
        return _checked(_nothing)
    rule = RULES.get(node.op)
    if rule is None:
        return lambda n, x, *args: None
    return _checked(rule) if node.op not in _RAW else rule


_RAW = frozenset({"piecewise", "indicator", "and", "or", "not"})


def _checked(rule: Rule) -> Rule:
    def run(n: int, _x: Jet, *args: Any) -> Any:
        for a in args:
            if not isinstance(a, arb_series):
                return None
        return rule(n, *args)

    return run


def _relation(relations: Sequence[str]) -> Rule:
    tests = [_ORDER.get(r) for r in relations]

    def run(_n: int, _x: Jet, *sides: Any) -> bool | None:
        answers: list[bool | None] = []
        for test, a, b in zip(tests, sides, sides[1:], strict=False):
            known = test is not None and isinstance(a, arb_series) and isinstance(b, arb_series)
            answers.append(test(a[0], b[0]) if known and test is not None else None)
        return balls.conjunction(answers)

    return run


_ORDER: dict[str, Callable[[Any, Any], bool | None]] = {
    "=": balls.equal,
    "!=": lambda a, b: balls.negate(balls.equal(a, b)),
    "<": balls.less,
    "<=": balls.not_above,
    ">": lambda a, b: balls.less(b, a),
    ">=": lambda a, b: balls.not_above(b, a),
}


def _fold(join: Callable[[Any, Any], Any]) -> Rule:
    def run(_n: int, *args: Any) -> Any:
        total = args[0]
        for a in args[1:]:
            total = join(total, a)
        return total

    return run


def _divide(_n: int, a: Jet, b: Jet) -> Jet | None:
    return None if not b[0].is_finite() or b[0].contains(0) else a / b


def _nothing(n: int, base: Jet, _: Jet) -> Jet | None:
    """x^0 with a written 0 is 1 for every x; another exponent 0 asks for an x that is not 0."""
    return arb_series([1], n) if base[0].is_finite() else None


def _power(n: int, base: Jet, exponent: Jet) -> Jet | None:
    if _constant(exponent, n) and exponent[0].is_exact() and exponent[0].is_integer():
        if not abs(exponent[0]) < 2**20 or (exponent[0] == 0 and base[0].contains(0)):
            return None
        return _whole_power(n, base, int(exponent[0].unique_fmpz()))
    if not base[0] > 0:
        return None
    return (base.log() * exponent).exp()


def _constant(s: Jet, n: int) -> bool:
    return all(s[k].is_zero() for k in range(1, n))


def _whole_power(n: int, base: Jet, exponent: int) -> Jet | None:
    if exponent < 0:
        below = _whole_power(n, base, -exponent)
        return None if below is None or below[0].contains(0) else 1 / below
    result = arb_series([1], n)
    square, rest = base, exponent
    while rest:
        if rest & 1:
            result = result * square
        rest >>= 1
        if rest:
            square = square * square
    if exponent % 2 == 0 and exponent:
        low, high = base[0].abs_lower(), base[0].abs_upper()
        tight = (low**exponent).union(high**exponent)
        return _with_value(n, result, tight)
    return result


def _with_value(n: int, s: Jet, value: Any) -> Jet:
    return arb_series([value, *(s[k] for k in range(1, n))], n)


def _root(n: int, base: Jet, degree: Jet) -> Jet | None:
    if not (_constant(degree, n) and degree[0].is_exact() and degree[0].is_integer()):
        return None
    count = int(degree[0].unique_fmpz())
    if not 1 <= count < 2**20:
        return None
    inverse = exactly(Fraction(1, count))
    if base[0] > 0:
        return (base.log() * inverse).exp()
    if base[0] < 0 and count % 2:
        return -(((-base).log() * inverse).exp())
    if not base[0].is_finite() or not (count % 2 or base[0] >= 0):
        return None
    ends = [_real_root(end, count) for end in (base[0].lower(), base[0].upper())]
    return _value_only(n, ends[0].union(ends[1]))


def _real_root(end: Any, count: int) -> Any:
    return -((-end).root(count)) if end < 0 else end.max(0).root(count)


def _value_only(n: int, value: Any) -> Jet:
    return arb_series([value, *[NAN] * (n - 1)], n)


def _sqrt(n: int, u: Jet) -> Jet | None:
    if u[0] > 0:
        return u.sqrt()
    return _value_only(n, u[0].sqrt()) if u[0] >= 0 else None


def _positive(method: str) -> Rule:
    return lambda n, u: getattr(u, method)() if u[0] > 0 else None


def _inside_one(method: str) -> Rule:
    return lambda n, u: getattr(u, method)() if abs(u[0]) < 1 else None


def _plain(method: str) -> Rule:
    return lambda n, u: getattr(u, method)() if u[0].is_finite() else None


def _logistic(u: Any) -> Any:
    """The logistic of a ball, tight on boxes of any width."""
    low, high = (1 / (1 + (-end).exp()) for end in (u.lower(), u.upper()))
    return low.union(high)


def _sigmoid(n: int, u: Jet) -> Jet | None:
    if not u[0].is_finite():
        return None
    s, rest = _logistic(u[0]), _logistic(-u[0])
    return _chain(n, u, (s, s * rest, s * rest * (rest - s) / 2))


def _tanh(n: int, u: Jet) -> Jet | None:
    if not u[0].is_finite():
        return None
    t = u[0].lower().tanh().union(u[0].upper().tanh())
    slope = 4 * _logistic(2 * u[0]) * _logistic(-2 * u[0])
    return _chain(n, u, (t, slope, -t * slope))


def _softplus(n: int, u: Jet) -> Jet | None:
    if not u[0].is_finite():
        return None
    ends = [end.exp().log1p() for end in (u[0].lower(), u[0].upper())]
    s, rest = _logistic(u[0]), _logistic(-u[0])
    return _chain(n, u, (ends[0].union(ends[1]), s, s * rest / 2))


def _chain(n: int, u: Jet, taylor: tuple[Any, Any, Any]) -> Jet:
    """f(u) up to second order from f, f' and f''/2 at the values of u."""
    first = taylor[1] * u[1] if n > 1 else NAN
    second = taylor[1] * u[2] + taylor[2] * u[1] * u[1] if n > 2 else NAN
    return arb_series([taylor[0], first, second, *[NAN] * n][:n], n)


def _kink(n: int, value: Any, first: Any) -> Jet:
    """A Lipschitz function at a kink: value, hull of slopes, nothing beyond."""
    return arb_series([value, first, *[NAN] * (n - 2)][:n], n)


def _hull(a: Any, b: Any) -> Any:
    return a.union(b) if a.is_finite() and b.is_finite() else NAN


def _abs(n: int, u: Jet) -> Jet:
    if u[0] >= 0 and not u[0].is_zero():
        return u
    if u[0] < 0:
        return -u
    value = arb(0).union(u[0].abs_upper()) if u[0].is_finite() else NAN
    return _kink(n, value, _hull(u[1], -u[1]) if n > 1 else NAN)


def _larger(a: Jet, b: Jet, n: int) -> Jet:
    if a[0] > b[0]:
        return a
    if b[0] > a[0]:
        return b
    return _kink(n, a[0].max(b[0]), _hull(a[1], b[1]) if n > 1 else NAN)


def _maximum(n: int, *args: Jet) -> Jet:
    best = args[0]
    for a in args[1:]:
        best = _larger(best, a, n)
    return best


def _minimum(n: int, *args: Jet) -> Jet:
    return -_maximum(n, *(-a for a in args))


def _relu(n: int, u: Jet) -> Jet:
    return _larger(u, arb_series([0], n), n)


def _step(n: int, u: Jet) -> Jet:
    if u[0] > 0 or u[0] < 0:
        return arb_series([u[0].sgn()], n)
    return _value_only(n, arb(-1).union(arb(1)))


def _rounding(method: str) -> Rule:
    def run(n: int, u: Jet) -> Jet:
        value = getattr(u[0], method)()
        inside = value.is_exact() and not u[0].contains_integer()
        return arb_series([value], n) if inside else _value_only(n, value)

    return run


def _piecewise(n: int, _x: Jet, *args: Any) -> Jet | None:
    possible: list[Any] = []
    for i in range(len(args) // 2):
        holds = args[2 * i + 1]
        if holds is False:
            continue
        possible.append(args[2 * i])
        if holds is True:
            break
    else:
        possible.append(args[-1] if len(args) % 2 else None)
    if not all(isinstance(p, arb_series) for p in possible):
        return None
    if len(possible) == 1:
        return possible[0]
    value = possible[0][0]
    for p in possible[1:]:
        value = _hull(value, p[0])
    return _value_only(n, value)


def _indicator(n: int, _x: Jet, holds: Any) -> Jet:
    if holds is None:
        return _value_only(n, arb(0).union(arb(1)))
    return arb_series([1 if holds else 0], n)


RULES: dict[str, Rule] = {
    "add": _fold(lambda a, b: a + b),
    "mul": _fold(lambda a, b: a * b),
    "neg": lambda n, u: -u,
    "div": _divide,
    "pow": _power,
    "root": _root,
    "exp": _plain("exp"),
    "log": _positive("log"),
    "sqrt": _sqrt,
    "erf": _plain("erf"),
    "erfc": _plain("erfc"),
    "gamma_function": _positive("gamma"),
    "sin": _plain("sin"),
    "cos": _plain("cos"),
    "arctan": _plain("atan"),
    "arcsin": _inside_one("asin"),
    "arccos": _inside_one("acos"),
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "softplus": _softplus,
    "abs": _abs,
    "max": _maximum,
    "min": _minimum,
    "relu": _relu,
    "sign": _step,
    "floor": _rounding("floor"),
    "ceil": _rounding("ceil"),
    "piecewise": _piecewise,
    "indicator": _indicator,
    "and": lambda n, x, *args: balls.conjunction(args),
    "or": lambda n, x, *args: balls.disjunction(args),
    "not": lambda n, x, a: balls.negate(a),
}
