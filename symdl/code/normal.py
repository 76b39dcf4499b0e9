"""Sums as coefficients and addends, products as a coefficient and powers.

Code may be written in another order than the mathematics it computes; these views are what
the rewrites look at. They keep the author's order, merge nothing that would lose a domain
(`x/x` and `0 \\cdot \\log x` stay) and never expand a product of sums.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from symdl.derivation.facts import Facts
from symdl.expression.numerals import ONE, spell, value_of
from symdl.expression.term import Term, combined, make

Addends = tuple[tuple[Fraction, Term], ...]
Factors = tuple[tuple[Term, Fraction], ...]


def rational(term: Term) -> Fraction | None:
    """The rational that arithmetic on numbers gives (`10^{-8}`), else None."""
    coefficient, powers = factors(term)
    if not powers:
        return coefficient
    parts = addends(term)
    return parts[0][0] if len(parts) == 1 and parts[0][1] is ONE else None


def addends(term: Term) -> Addends:
    """The signed, scaled parts of a sum; a number c is (c, 1).

    >>> from symdl.expression.term import symbol
    >>> x = symbol("x")
    >>> addends(1 - 2 * x)
    ((Fraction(1, 1), 1), (Fraction(-2, 1), x))
    """
    found: dict[Term, Fraction] = {}
    stack: list[tuple[Fraction, Term]] = [(Fraction(1), term)]
    while stack:
        scale, node = stack.pop()
        if node.op == "add":
            stack.extend((scale, a) for a in reversed(node.args))
        elif node.op == "neg":
            stack.append((-scale, node.args[0]))
        else:
            inner, powers = factors(node)
            if len(powers) == 1 and abs(inner) == 1 and powers[0][1] == 1:
                only = powers[0][0]
                if only.op == "add":
                    stack.append((scale * inner, only))
                    continue
            rest = product_of(Fraction(1), powers)
            found[rest] = found.get(rest, Fraction(0)) + scale * inner
    return tuple((c, t) for t, c in found.items() if c or not is_total(t))


def spread(term: Term) -> Addends:
    """The parts of a sum, each product of a sum told as one part for each part of it."""
    found: dict[frozenset[tuple[Term, Fraction]], tuple[Fraction, Factors]] = {}
    for scale, part in addends(term):
        inner, powers = factors(part)
        place = next((k for k, (b, e) in enumerate(powers) if b.op == "add" and e == 1), None)
        others = powers if place is None else (*powers[:place], *powers[place + 1 :])
        within = addends(ONE if place is None else powers[place][0])
        for own, one in within:
            more, product = factors(product_of(Fraction(1), (*factors(one)[1], *others)))
            key = frozenset(product)
            before = found[key][0] if key in found else Fraction(0)
            found[key] = before + scale * inner * own * more, product
    return tuple((c, product_of(Fraction(1), p)) for c, p in found.values() if c)


def factors(term: Term) -> tuple[Fraction, Factors]:
    """The rational coefficient and the powers of a product, quotient, sign or power."""
    coefficient = Fraction(1)
    found: dict[Term, Fraction] = {}
    stack: list[tuple[Term, Fraction]] = [(term, Fraction(1))]
    while stack:
        node, exponent = stack.pop()
        value = value_of(node)
        whole = exponent.denominator == 1
        if value is not None and whole and (value or exponent > 0) and abs(exponent) < 64:
            coefficient *= value ** int(exponent)
        elif node.op == "mul" and whole:
            stack.extend((a, exponent) for a in reversed(node.args))
        elif node.op == "div" and whole:
            stack.append((node.args[1], -exponent))
            stack.append((node.args[0], exponent))
        elif node.op == "neg" and whole:
            coefficient *= -1 if int(exponent) % 2 else 1
            stack.append((node.args[0], exponent))
        elif node.op == "sqrt" and whole:
            square = _square_of_positive(node.args[0])
            if square is None:
                _collect(found, node.args[0], exponent / 2)
            else:
                stack.append((square, exponent))
        elif node.op == "pow" and whole and value_of(node.args[1]) is not None:
            inner = value_of(node.args[1])
            assert inner is not None
            if inner.denominator == 1:
                stack.append((node.args[0], exponent * inner))
            else:
                _collect(found, node.args[0], exponent * inner)
        else:
            _collect(found, node, exponent)
    return coefficient, tuple((b, e) for b, e in found.items() if e)


def _square_of_positive(term: Term) -> Term | None:
    """The root of a product of even powers of what is positive, else None."""
    if term.op not in ("mul", "div", "pow"):
        return None
    coefficient, powers = factors(term)
    if coefficient <= 0 or not powers or any(e % 2 or not is_positive(b) for b, e in powers):
        return None
    above, below = (math.isqrt(n) for n in coefficient.as_integer_ratio())
    halves = [(b, e / 2) for b, e in powers]
    if Fraction(above, below) ** 2 == coefficient:
        return product_of(Fraction(above, below), halves)
    return make("sqrt", spell(coefficient)) * product_of(Fraction(1), halves)


def _collect(found: dict[Term, Fraction], base: Term, exponent: Fraction) -> None:
    """Add a power; powers of one base merge where that cannot lose a zero of the base."""
    before = found.get(base, Fraction(0))
    total = before + exponent
    if before * exponent < 0 and total >= 0 and not is_nonzero(base):
        # x^2 / x must stay undefined at 0: the quotient is kept as a base of its own.
        quotient = make("div", ONE, _power(base, -min(before, exponent)))
        found[base] = max(before, exponent)
        found[quotient] = found.get(quotient, Fraction(0)) + 1
    else:
        found[base] = total


def sum_of(parts: Iterable[tuple[Fraction, Term]]) -> Term:
    """The sum of scaled Terms in the given order."""
    terms = [_scaled(c, t) for c, t in parts]
    return combined("add", terms)


def _scaled(coefficient: Fraction, term: Term) -> Term:
    inner, powers = factors(term)
    return product_of(coefficient * inner, powers)


def product_of(coefficient: Fraction, powers: Iterable[tuple[Term, Fraction]]) -> Term:
    """The product of a rational and powers as one Term: sign outside, one fraction."""
    powers = tuple(powers)
    if coefficient < 0:
        return make("neg", product_of(-coefficient, powers))
    above = [_power(b, e) for b, e in powers if e > 0]
    below = [_power(b, -e) for b, e in powers if e < 0]
    scale = spell(coefficient, decimal=True)
    if scale.op == "div":
        if scale.args[0] is not ONE:
            above.insert(0, scale.args[0])
        below.insert(0, scale.args[1])
    elif scale is not ONE:
        above.insert(0, scale)
    top = combined("mul", above)
    return make("div", top, combined("mul", below)) if below else top


def _power(base: Term, exponent: Fraction) -> Term:
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return make("sqrt", base)
    return make("pow", base, spell(exponent, decimal=True))


def is_positive(term: Term) -> bool:
    """Whether a Term is certainly > 0 wherever it is defined (False: not known)."""
    return Facts().of(term).range.positive


def is_nonnegative(term: Term) -> bool:
    """Whether a Term is certainly >= 0 wherever it is defined (False: not known)."""
    return Facts().of(term).range.nonnegative


def is_nonzero(term: Term) -> bool:
    """Whether a Term is certainly not 0 wherever it is defined (False: not known)."""
    return Facts().of(term).range.nonzero


def is_total(term: Term) -> bool:
    """Whether a Term is defined for all real values of its symbols (False: not known)."""
    return Facts().total(term)
