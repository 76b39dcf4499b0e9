r"""Series of powers over lines in the index, or over the factorial of 2k + t: `\sum x^k/k`.

`\sum_{j \ge 1} y^j/j = -\log(1 - y)`, `\sum_{j \ge 0} y^{2j+1}/(2j + 1) = \operatorname{artanh} y`
and with `(-1)^j` the arc tangent, each for |y| < 1; `\sum_{j \ge 0} y^{2j+q}/(2j + q)!` is cosh
or sinh, with `(-1)^j` cos or sin (Abramowitz and Stegun, 4.1.24, 4.4.42, 4.6.33, 4.3.65, 4.5.62).
Several lines are parted by partial fractions. A power of what may be 0 is never divided by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import factorial, prod

from symdl.derivation.facts import Facts
from symdl.evidence.integrals.coefficients import polynomial
from symdl.evidence.sums.power_series import line_of, product_of, split_factors, step_of_exponent
from symdl.expression.numerals import value_of
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, combined, free_symbols, make, number

MOST_LEFT_OUT = 6
ONE = number(1)


@dataclass(frozen=True, slots=True)
class _Power:
    """base^(slope k + shift), slope > 0."""

    base: Term
    slope: int
    shift: int


@dataclass(slots=True)
class _Factors:
    """front * sign^k * the powers, over the lines k + s, and over (2k + below)! where it is set."""

    front: list[Term] = field(default_factory=list)
    sign: int = 1
    powers: list[_Power] = field(default_factory=list)
    lines: list[Fraction] = field(default_factory=list)
    below: int | None = None


def divided_series(body: Term, index: Term, low: int, small: Callable[[Term], bool]) -> Term | None:
    """The sum of body for index = low, low + 1, ..., if it is of such a kind. `small` says of a
    term whether it certainly lies between -1 and 1."""
    found = _Factors()

    def take(node: Term, below: bool) -> bool:
        return _taken(found, node, below, index)

    if not split_factors(body, index, found.front, take) or not found.powers:
        return None
    if (found.below is None) == (not found.lines) or len(set(found.lines)) < len(found.lines):
        return None
    if found.below is not None:
        total = _over_factorials(found, low)
    else:
        total = _over_lines(found, low) if small(_power_of(found, Fraction(0), 1)) else None
    return None if total is None else product_of([*found.front, total])


def _over_lines(found: _Factors, low: int) -> Term | None:
    parts = []
    for own in found.lines:
        weight = 1 / prod((s - own for s in found.lines if s != own), start=Fraction(1))
        one = _over_a_line(found, own, low)
        if one is None:
            return None
        parts.append(product_of([number(weight), one]))
    return combined("add", parts)


def _over_a_line(found: _Factors, s: Fraction, low: int) -> Term | None:
    """The sum over k >= low of sign^k y^k/(k + s)."""
    if low + s <= 0 or low + s > MOST_LEFT_OUT or not _may_be_shifted(found, s):
        return None
    front = _power_of(found, s, 0)
    if s.denominator == 1:
        turn, base = number(found.sign ** abs(int(s))), _power_of(found, Fraction(0), 1)
        left_out = [
            product_of([number(Fraction(-1, j)), base ** number(j)]) for j in range(1, low + int(s))
        ]
        whole = make("neg", make("log", ONE - base))
        return product_of([turn, front, combined("add", [whole, *left_out])])
    if any(power.slope % 2 for power in found.powers):
        return None
    r, y = int(s - Fraction(1, 2)), _root_of(found)
    whole = make("artanh" if found.sign > 0 else "arctan", y)
    left_out = [
        product_of([number(Fraction(-(found.sign**j), 2 * j + 1)), y ** number(2 * j + 1)])
        for j in range(low + r)
    ]
    turn = number(2 * found.sign ** abs(r))
    return product_of([turn, front, combined("add", [whole, *left_out])])


def _over_factorials(found: _Factors, low: int) -> Term | None:
    """The sum over k >= low of sign^k y^(2k)/(2k + t)!."""
    assert found.below is not None
    r, q = divmod(found.below, 2)
    half = Fraction(found.below, 2)
    if not 0 <= low + r <= MOST_LEFT_OUT or any(power.slope % 2 for power in found.powers):
        return None
    if not _may_be_shifted(found, half):
        return None
    y = _root_of(found)
    names = ("cosh", "sinh") if found.sign > 0 else ("cos", "sin")
    left_out = [
        product_of(
            [number(Fraction(-(found.sign**j), factorial(2 * j + q))), y ** number(2 * j + q)]
        )
        for j in range(low + r)
    ]
    turn = number(found.sign ** abs(r))
    whole = combined("add", [make(names[q], y), *left_out])
    return product_of([turn, _power_of(found, half, 0), whole])


def _may_be_shifted(found: _Factors, s: Fraction) -> bool:
    """Whether the powers can be written as those of the series, y^(k + s), times others that need
    no division by what may be 0."""
    return all(
        (power.shift - s * power.slope).denominator == 1
        and (power.shift >= s * power.slope or Facts().nonzero(power.base))
        for power in found.powers
    )


def _power_of(found: _Factors, s: Fraction, index: int) -> Term:
    """The product of the powers at an index, with the sign, or what is left of them for index 0:
    base^(shift - s slope)."""
    if index:
        bases = [_raised(power.base, power.slope) for power in found.powers]
        whole = product_of(bases)
        return whole if found.sign > 0 else make("neg", whole)
    return product_of([
        _raised(power.base, int(power.shift - s * power.slope)) for power in found.powers
    ])  # fmt: skip


def _root_of(found: _Factors) -> Term:
    """y of y^2 = the product of the bases, each of an even slope."""
    return product_of([_raised(power.base, power.slope // 2) for power in found.powers])


def _raised(base: Term, exponent: int) -> Term:
    if exponent < 0:
        return ONE / _raised(base, -exponent)
    return (ONE, base)[exponent] if exponent < 2 else base ** number(exponent)


# --- the factors of a term ------------------------------------------------------------------------


def _taken(found: _Factors, node: Term, below: bool, index: Term) -> bool:
    """Whether a factor is a power, a line below or the factorial of one, and noted."""
    if node.op == "factorial" and below and found.below is None:
        line = line_of(node.args[0], index)
        found.below = line[1] if line is not None and line[0] == 2 else None
        return found.below is not None
    if node.op == "pow" and index not in free_symbols(node.args[0]):
        line = line_of(node.args[1], index)
        return line is not None and _is_power(found, node.args[0], line, below)
    if node.op == "exp":
        step = step_of_exponent(node.args[0], index)
        if step is None:
            return False
        first = make("exp", substitute(node.args[0], {index: number(0)}))
        found.front.append(ONE / first if below else first)
        half = make("exp", product_of([number(Fraction(-1 if below else 1, 2)), step]))
        found.powers.append(_Power(half, 2, 0))
        return True
    return below and _is_line(found, node, index)


def _is_power(found: _Factors, base: Term, line: tuple[int, int], below: bool) -> bool:
    slope, shift = (-v for v in line) if below else line
    if value_of(base) == -1:
        found.sign *= (-1) ** abs(slope)
        found.front.append(number((-1) ** abs(shift)))
    elif slope > 0:
        found.powers.append(_Power(base, slope, shift))
    elif slope < 0:
        found.powers.append(_Power(ONE / base, -slope, -shift))
    return slope != 0


def _is_line(found: _Factors, node: Term, index: Term) -> bool:
    poly = polynomial(node, index)
    values = [] if poly is None else [value_of(c) for c in poly]
    if len(values) != 2 or values[0] is None or not values[1]:
        return False
    s = values[0] / values[1]
    found.front.append(number(1 / values[1]))
    found.lines.append(s)
    return s.denominator <= 2
