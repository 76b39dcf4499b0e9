r"""Definite integrals that have a value though no antiderivative is written: Euler's integrals for
the Gamma and Beta functions (DLMF 5.9.1, 5.12.1), and waves under a normal density (DLMF 7.14.1).
"""

from __future__ import annotations

from fractions import Fraction

from symdl.derivation.tidy import tidy
from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.bounds.ranges import range_of
from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.evidence.integrals import coefficients as co
from symdl.evidence.integrals.coefficients import ONE, ZERO, minus, over, plus, times
from symdl.evidence.integrals.factors import Factors, factors_of
from symdl.evidence.integrals.forms import PI
from symdl.expression.term import Term, make, number


def special(x: Term, lower: Term, upper: Term, body: Term) -> Term | None:
    """The value of an integral of one of these forms, where its parameters certainly allow it."""
    signs = infinite_sign(lower), infinite_sign(upper)
    ends = rational_value(lower), rational_value(upper)
    if ends[0] == 0 and signs[1] > 0:
        return _gamma(factors_of(body, x), x)
    if ends == (Fraction(0), Fraction(1)):
        return _beta(factors_of(body, x), x)
    if signs == (-1, 1):
        return _wave(factors_of(body, x), x)
    return None


def _power_of(found: Factors, base: Term) -> Term:
    return found.powers.get(base, ZERO)


def _monomial(found: Factors) -> tuple[int, Term] | None:
    """The only power in the polynomial, and its coefficient."""
    parts = [(i, c) for i, c in enumerate(found.poly) if not co.is_zero(c)]
    return parts[0] if len(parts) == 1 else None


def _certainly_positive(term: Term) -> bool:
    return range_of(tidy(term)).sign == 2


def _gamma(found: Factors, x: Term) -> Term | None:
    """x^p e^{-bx} from 0 on: Gamma(p + 1)/b^{p + 1} for p > -1 and b > 0."""
    single = _monomial(found)
    line = co.polynomial(plus(*found.exponents), x) if found.exponents else None
    if single is None or line is None or len(line) != 2 or set(found.powers) - {x}:
        return None
    rate = minus(line[1])
    size = tidy(plus(_power_of(found, x), number(single[0] + 1)))
    if not (_certainly_positive(rate) and _certainly_positive(size)):
        return None
    level = ONE if co.is_zero(line[0]) else make("exp", line[0])
    scale = ONE if rational_value(rate) == 1 else make("pow", rate, size)
    return times(*found.constant, single[1], level, over(make("gamma_function", size), scale))


def _beta(found: Factors, x: Term) -> Term | None:
    """x^p (1 - x)^q from 0 to 1, for p > -1 and q > -1."""
    single = _monomial(found)
    others = [base for base in found.powers if base is not x]
    if single is None or found.exponents or len(others) > 1:
        return None
    q: Term = ZERO
    for base in others:
        if co.polynomial(base, x) != [ONE, number(-1)]:
            return None
        q = found.powers[base]
    sizes = [tidy(plus(_power_of(found, x), number(single[0] + 1))), tidy(plus(q, ONE))]
    if not all(map(_certainly_positive, sizes)):
        return None
    above = [make("gamma_function", size) for size in sizes]
    below = make("gamma_function", tidy(plus(*sizes)))
    return times(*found.constant, single[1], over(times(*above), below))


def _wave(found: Factors, x: Term) -> Term | None:
    r"""cos(u x + v) e^{-a x^2 + b x + c} over all reals, a > 0: the real part of
    \sqrt{\pi/a} e^{c + (b + iu)^2/(4a)} e^{iv}; sin likewise."""
    single = _monomial(found)
    square = co.polynomial(plus(*found.exponents), x) if found.exponents else None
    if single is None or single[0] or square is None or len(square) != 3 or len(found.powers) != 1:
        return None
    ((wave, power),) = found.powers.items()
    line = co.polynomial(wave.args[0], x) if wave.op in ("sin", "cos") else None
    a = minus(square[2])
    if line is None or len(line) > 2 or rational_value(power) != 1 or not _certainly_positive(a):
        return None
    v, u = [*line, ZERO, ZERO][:2]
    four = times(number(4), a)
    level = plus(square[0], over(times(square[1], square[1]), four), minus(over(times(u, u), four)))
    turn = plus(v, over(times(u, square[1]), times(number(2), a)))
    front = make("sqrt", over(PI, a))
    return times(*found.constant, single[1], front, make("exp", level), make(wave.op, turn))
