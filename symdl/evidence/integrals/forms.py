r"""Antiderivatives by form: sums term by term, products of a polynomial with exponentials, powers
and functions of a line. Guesses: `antiderivative` proves each.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symdl.derivation.tidy import tidy
from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.bounds.ranges import range_of
from symdl.evidence.integrals import coefficients as co
from symdl.evidence.integrals.coefficients import ONE, ZERO, Poly, minus, over, plus, times
from symdl.evidence.integrals.factors import Factors, factors_of, raised
from symdl.expression.term import Term, constant, free_symbols, make, number, postorder, rebuild

MOST_SUMMANDS = 8
PI = constant("pi")
HALF = Fraction(1, 2)


def by_form(body: Term, x: Term) -> Term | None:
    """Sums term by term, products by their form."""
    if x not in free_symbols(body):
        return times(body, x)
    if body.op == "neg":
        inner = by_form(body.args[0], x)
        return None if inner is None else minus(inner)
    if body.op == "add":
        parts = [by_form(a, x) for a in body.args]
        known = [p for p in parts if p is not None]
        return plus(*known) if len(known) == len(parts) else None
    found = factors_of(body, x)
    inner = _form(found, x)
    if inner is None:
        inner = _distributed(found, x)
    return None if inner is None else times(*found.constant, inner)


def _distributed(found: Factors, x: Term) -> Term | None:
    """A factor that is a sum is multiplied out."""
    wide = next((b for b, p in found.powers.items() if b.op == "add" and p is ONE), None)
    if wide is None or len(wide.args) > MOST_SUMMANDS:
        return None
    rest = [raised(base, power) for base, power in found.powers.items() if base is not wide]
    rest += [make("exp", u) for u in found.exponents]
    rest.append(co.value_at(found.poly, x))
    parts = [by_form(times(part, *rest), x) for part in wide.args]
    known = [p for p in parts if p is not None]
    return plus(*known) if len(known) == len(parts) else None


# --- products by form -----------------------------------------------------------------------


def _form(found: Factors, x: Term) -> Term | None:
    if not found.powers and not found.exponents:
        return co.value_at(co.integral_of(found.poly), x)
    if found.exponents and not found.powers:
        exponent = co.polynomial(plus(*found.exponents), x)
        return None if exponent is None else _exponential(found.poly, exponent, x)
    if found.exponents:
        return None
    if len(found.powers) == 1:
        ((base, power),) = found.powers.items()
        return _single(found.poly, base, power, x)
    if all(rational_value(p) == -1 for p in found.powers.values()):
        below = co.polynomial(times(*found.powers), x)
        return None if below is None else _fraction(found.poly, below, x)
    return None


def _exponential(poly: Poly, exponent: Poly, x: Term) -> Term | None:
    if len(exponent) == 2:
        return _with_line(poly, exponent, x)
    return _with_square(poly, exponent, x) if len(exponent) == 3 else None


def _with_line(poly: Poly, exponent: Poly, x: Term) -> Term:
    """P e^{ax + b}: Q with Q' + a Q = P."""
    slope = exponent[1]
    answer: Poly = [ZERO] * len(poly)
    for i in reversed(range(len(poly))):
        above = times(number(i + 1), answer[i + 1]) if i + 1 < len(poly) else ZERO
        answer[i] = over(plus(poly[i], minus(above)), slope)
    return times(co.value_at(answer, x), make("exp", co.value_at(exponent, x)))


def _with_square(poly: Poly, exponent: Poly, x: Term) -> Term | None:
    """P e^{ax^2 + bx + c} with a < 0: Q e^q and a multiple of erf."""
    c, b, a = exponent
    if range_of(a).sign != -2:
        return None
    rest, answer = list(poly), [ZERO] * max(len(poly) - 1, 0)
    for i in reversed(range(1, len(poly))):
        # (q_{i-1} x^{i-1} e^q)' = ((i-1) q x^{i-2} + 2a q x^i + b q x^{i-1}) e^q
        factor = over(rest[i], times(number(2), a))
        answer[i - 1] = factor
        rest[i - 1] = plus(rest[i - 1], minus(times(b, factor)))
        if i >= 2:
            rest[i - 2] = plus(rest[i - 2], minus(times(number(i - 1), factor)))
    root = co.root_of(minus(a))
    level = plus(c, minus(over(times(b, b), times(number(4), a))))
    argument = plus(times(root, x), minus(over(b, times(number(2), root))))
    front = over(make("sqrt", PI), times(number(2), root))
    error = times(rest[0], front, make("exp", level), make("erf", argument))
    density = make("exp", co.value_at(exponent, x))
    return plus(times(co.value_at(answer, x), density), error)


def _single(poly: Poly, base: Term, power: Term, x: Term) -> Term | None:
    inner = co.polynomial(base, x)
    if inner is not None and len(inner) == 2:
        return _line_power(poly, base, inner, power)
    if inner is not None and len(inner) == 3 and rational_value(power) == -1:
        return _fraction(poly, inner, x)
    if inner is not None and len(inner) == 3 and len(poly) == 1:
        return _square_power(poly[0], inner, rational_value(power), x)
    rule = _FUNCTIONS.get(base.op)
    line = co.polynomial(base.args[0], x) if len(base.args) == 1 else None
    if line is None or len(line) != 2:
        return None
    if base.op in ("sin", "cos") and rational_value(power) == 2 and len(poly) == 1:
        u = base.args[0]
        wave = times(make("sin", u), make("cos", u))
        turned = plus(u, wave if base.op == "cos" else minus(wave))
        return times(poly[0], over(turned, times(number(2), line[1])))
    if rule is None or rational_value(power) != 1:
        return None
    return rule(poly, base.args[0], line[1], x)


def _line_power(poly: Poly, base: Term, line: Poly, power: Term) -> Term:
    """P (mx + b)^p, as a sum of powers of u = mx + b."""
    parts = []
    for k, c in enumerate(co.shifted(poly, line[1], line[0])):
        exponent = tidy(plus(power, number(k + 1)))
        if co.is_zero(c):
            continue
        if co.is_zero(exponent):
            parts.append(times(over(c, line[1]), _logarithm(base)))
        else:
            value = rational_value(exponent)
            grown = make("sqrt", base) if value == HALF else raised(base, exponent)
            parts.append(over(times(c, grown), times(line[1], exponent)))
    return plus(*parts)


def _logarithm(base: Term) -> Term:
    """log |u|, without the bars where the sign of u is certain."""
    sign = range_of(base).sign
    if sign > 0:
        return make("log", base)
    return make("log", minus(base)) if sign < 0 else make("log", make("abs", base))


def _fraction(above: Poly, square: Poly, x: Term) -> Term | None:
    """A polynomial over a x^2 + b x + d: its whole part, then (m x + n)/(a x^2 + b x + d)."""
    if len(square) != 3:
        return None
    d, b, a = square
    rest, whole = list(above), [ZERO] * max(len(above) - 2, 0)
    for i in reversed(range(2, len(above))):
        whole[i - 2] = over(rest[i], a)
        rest[i - 1] = plus(rest[i - 1], minus(times(whole[i - 2], b)))
        rest[i - 2] = plus(rest[i - 2], minus(times(whole[i - 2], d)))
    n, m = [*rest, ZERO, ZERO][:2]
    twice = times(number(2), a)
    logarithm = times(over(m, twice), _logarithm(co.value_at(square, x)))
    level = plus(n, minus(over(times(m, b), twice)))
    parts = [co.value_at(co.integral_of(whole), x), logarithm]
    if not co.is_zero(level):
        inner = _inverse_square(square, x)
        if inner is None:
            return None
        parts.append(times(level, inner))
    return plus(*parts)


def _inverse_square(square: Poly, x: Term) -> Term | None:
    """1/(a x^2 + b x + d), by the sign of 4 a d - b^2."""
    d, b, a = square
    line = [b, times(number(2), a)]
    size = plus(times(number(4), a, d), minus(times(b, b)))
    sign = range_of(size).sign
    if rational_value(size) == 0:
        return over(number(-2), co.value_at(line, x))
    if sign == 2:
        root = co.root_of(size)
        return times(over(number(2), root), make("arctan", _scaled(line, root, x)))
    if sign != -2:
        return None
    root = co.root_of(minus(size))
    ends = [co.value_at(co.sum_of(line, [end]), x) for end in (minus(root), root)]
    return times(over(ONE, root), plus(_logarithm(ends[0]), minus(_logarithm(ends[1]))))


def _square_power(c: Term, square: Poly, power: Fraction | None, x: Term) -> Term | None:
    """c (a x^2 + b x + d)^p for p = -1/2, 1/2."""
    d, b, a = square
    line = [b, times(number(2), a)]
    size = plus(times(number(4), a, d), minus(times(b, b)))
    if power in (HALF, -HALF) and range_of(a).sign == -2:
        reach = co.root_of(minus(size))
        arc = make("arcsin", _scaled(line, minus(reach), x))
        turned = over(arc, co.root_of(minus(a)))
        if power == -HALF:
            return times(c, turned)
        value = co.value_at(square, x)
        first = over(times(co.value_at(line, x), make("sqrt", value)), times(number(4), a))
        return times(c, plus(first, times(over(size, times(number(8), a)), turned)))
    return None


def _scaled(line: Poly, size: Term, x: Term) -> Term:
    return co.value_at([over(c, size) for c in line], x)


# --- functions of a line ----------------------------------------------------------------------

Rule = Callable[[Poly, Term, Term, Term], "Term | None"]


def _wave(first: str) -> Rule:
    """P sin(u) or P cos(u), by parts until the polynomial is gone."""

    def rule(poly: Poly, u: Term, slope: Term, x: Term) -> Term:
        name, parts, rest, factor = first, [], poly, ONE
        while rest:
            name, turn = _TURNED[name]
            factor = over(times(number(turn), factor), slope)
            parts.append(times(factor, co.value_at(rest, x), make(name, u)))
            rest, factor = co.slope_of(rest), minus(factor)
        return plus(*parts)

    return rule


_TURNED = {"sin": ("cos", -1), "cos": ("sin", 1)}


def _log_rule(poly: Poly, u: Term, slope: Term, x: Term) -> Term | None:
    """P log(u): Q log(u) - the integral of Q u'/u, where Q is 0 at the zero of u."""
    line = co.polynomial(u, x)
    assert line is not None
    own = co.shifted(poly, line[1], line[0])  # in u
    raised = [ZERO, *(over(c, times(slope, number(i + 1))) for i, c in enumerate(own))]
    less = [over(c, number(i)) if i else ZERO for i, c in enumerate(raised)]
    return plus(times(co.value_at(raised, u), make("log", u)), minus(co.value_at(less, u)))


def _plain_rule(build: Callable[[Term], Term]) -> Rule:
    def rule(poly: Poly, u: Term, slope: Term, _x: Term) -> Term | None:
        return times(poly[0], over(build(u), slope)) if len(poly) == 1 else None

    return rule


def _erf_integral(u: Term) -> Term:
    tail = over(make("exp", minus(times(u, u))), make("sqrt", PI))
    return plus(times(u, make("erf", u)), tail)


_FUNCTIONS: dict[str, Rule] = {
    "sin": _wave("sin"),
    "cos": _wave("cos"),
    "log": _log_rule,
    "erf": _plain_rule(_erf_integral),
    "sigmoid": _plain_rule(lambda u: make("softplus", u)),
    "tanh": _plain_rule(lambda u: make("log", make("cosh", u))),
    "arctan": _plain_rule(
        lambda u: plus(times(u, make("arctan", u)), minus(make("log", ONE + u * u) / 2))
    ),
    "sinh": _plain_rule(lambda u: make("cosh", u)),
    "cosh": _plain_rule(lambda u: make("sinh", u)),
}


# --- logarithms -------------------------------------------------------------------------------


def logarithms_apart(root: Term) -> Term:
    """The term with logarithms of products and powers taken apart (a guess where a factor may be
    negative)."""
    done: dict[Term, Term] = {}
    for node in postorder(root):
        new = rebuild(node, tuple(done[a] for a in node.args))
        done[node] = _apart(new.args[0]) if new.op == "log" else new
    return done[root]


def _apart(u: Term) -> Term:
    if u.op == "mul":
        return plus(*(_apart(a) for a in u.args))
    if u.op == "div":
        return plus(_apart(u.args[0]), minus(_apart(u.args[1])))
    if u.op == "pow":
        return times(u.args[1], _apart(u.args[0]))
    if u.op == "sqrt":
        return over(_apart(u.args[0]), number(2))
    return u.args[0] if u.op == "exp" else make("log", u)
