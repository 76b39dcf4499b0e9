"""A product as numbers, a polynomial, an exponential and powers, in one variable."""

from __future__ import annotations

from dataclasses import dataclass, field

from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.integrals import coefficients as co
from symdl.evidence.integrals.coefficients import ONE, ZERO, Poly, minus, over, plus, times
from symdl.expression.term import Term, free_symbols, make, number


@dataclass(slots=True)
class Factors:
    """constant * P(x) * exp(sum of exponents) * product of base^exponent."""

    constant: list[Term] = field(default_factory=list)
    poly: Poly = field(default_factory=lambda: [ONE])
    exponents: list[Term] = field(default_factory=list)
    powers: dict[Term, Term] = field(default_factory=dict)


def factors_of(root: Term, x: Term) -> Factors:
    """A term as such a product."""
    found = Factors()
    stack: list[tuple[Term, Term]] = [(root, ONE)]
    while stack:
        node, power = stack.pop()
        if x not in free_symbols(node):
            if x in free_symbols(power):
                found.exponents.append(times(power, make("log", node)))
            else:
                found.constant.append(raised(node, power))
        elif node.op == "neg" and _whole(power):
            found.constant.append(raised(number(-1), power))
            stack.append((node.args[0], power))
        elif node.op == "mul" and _whole(power):
            stack.extend((a, power) for a in node.args)
        elif node.op == "div" and _whole(power):
            stack.extend(((node.args[0], power), (node.args[1], minus(power))))
        elif node.op == "exp":
            found.exponents.append(times(power, node.args[0]))
        elif node.op == "pow":
            stack.append((node.args[0], times(power, node.args[1])))
        elif node.op == "sqrt":
            stack.append((node.args[0], times(power, number(1) / 2)))
        else:
            found.powers[node] = plus(found.powers.get(node, ZERO), power)
    _take_polynomials(found, x)
    return found


def _whole(power: Term) -> bool:
    value = rational_value(power)
    return value is not None and value.denominator == 1


def raised(base: Term, power: Term) -> Term:
    """A power, plain where the exponent is 1 or -1."""
    value = rational_value(power)
    if value == 1:
        return base
    return over(ONE, base) if value == -1 else make("pow", base, power)


def _take_polynomials(found: Factors, x: Term) -> None:
    for base, power in list(found.powers.items()):
        value = rational_value(power)
        if value == 0:
            del found.powers[base]
            continue
        poly = co.polynomial(base, x)
        if poly is None or value is None or value.denominator != 1 or not 0 < value <= 6:
            continue
        del found.powers[base]
        for _ in range(int(value)):
            found.poly = co.product_of(found.poly, poly)
