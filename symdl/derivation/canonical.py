"""A small normal form: sums of products of powers of what cannot be taken apart.

Enough to see that two one-sided derivatives agree. Unequal normal forms prove nothing.
"""

from __future__ import annotations

from fractions import Fraction

from symdl.derivation.context import plus, times
from symdl.derivation.numbers import small
from symdl.derivation.tidy import tidy
from symdl.expression.numerals import ZERO, spell, value_of
from symdl.expression.term import Term, make, number, postorder

Monomial = frozenset[tuple[Term, int]]
Polynomial = dict[Monomial, Fraction]
_UNIT: Monomial = frozenset()
_MAX = 400


class TooLarge(Exception):
    """The normal form would have too many summands."""


def same(a: Term, b: Term) -> bool:
    """Whether two terms are certainly equal wherever both are defined."""
    if a is b:
        return True
    try:
        return polynomial(a) == polynomial(b)
    except TooLarge:
        return False


def polynomial(term: Term) -> Polynomial:
    """The normal form of a term; TooLarge if it is long."""
    done: dict[Term, Polynomial] = {}
    for node in postorder(tidy(term)):
        done[node] = _node(node, [done[a] for a in node.args])
    return done[tidy(term)]


def _node(node: Term, args: list[Polynomial]) -> Polynomial:
    value = value_of(node)
    if value is not None:
        return {_UNIT: value} if value else {}
    if node.op == "add":
        return _sum(args)
    if node.op == "neg":
        return _scaled(args[0], Fraction(-1))
    if node.op == "mul":
        result = args[0]
        for factor in args[1:]:
            result = _product(result, factor)
        return result
    if node.op == "div" and len(args[1]) == 1:
        return _product(args[0], _inverse(args[1]))
    if node.op == "div":
        return _product(args[0], {frozenset({(node.args[1], -1)}): Fraction(1)})
    if node.op == "pow":
        exponent = value_of(node.args[1])
        if exponent is not None and exponent.denominator == 1 and 0 <= exponent <= 12:
            result = {_UNIT: Fraction(1)}
            for _ in range(int(exponent)):
                result = _product(result, args[0])
            return result
    return {frozenset({(node, 1)}): Fraction(1)}


def _sum(parts: list[Polynomial]) -> Polynomial:
    total: Polynomial = {}
    for part in parts:
        for monomial, factor in part.items():
            total[monomial] = total.get(monomial, Fraction(0)) + factor
    return _checked({m: f for m, f in total.items() if f})


def _checked(p: Polynomial) -> Polynomial:
    if len(p) > _MAX or not all(map(small, p.values())):
        raise TooLarge
    return p


def _scaled(p: Polynomial, factor: Fraction) -> Polynomial:
    return {m: f * factor for m, f in p.items()}


def _product(p: Polynomial, q: Polynomial) -> Polynomial:
    if len(p) * len(q) > _MAX:
        raise TooLarge
    return _sum([{_joined(m, n): f * g} for m, f in p.items() for n, g in q.items()])


def _joined(m: Monomial, n: Monomial) -> Monomial:
    powers = dict(m)
    for atom, power in n:
        powers[atom] = powers.get(atom, 0) + power
    return frozenset((atom, power) for atom, power in powers.items() if power)


def _inverse(p: Polynomial) -> Polynomial:
    ((monomial, factor),) = p.items()
    return {frozenset((atom, -power) for atom, power in monomial): 1 / factor}


def affine(term: Term, variable: Term) -> tuple[Term, Term] | None:
    """(a, b) with term = a * variable + b, neither depending on the variable; else None."""
    try:
        p = polynomial(term)
    except TooLarge:
        return None
    slope: Polynomial = {}
    rest: Polynomial = {}
    for monomial, factor in p.items():
        powers = dict(monomial)
        power = powers.pop(variable, 0)
        if power not in (0, 1) or any(variable in set(postorder(atom)) for atom in powers):
            return None
        (slope if power else rest)[frozenset(powers.items())] = factor
    return written(slope), written(rest)


def written(p: Polynomial) -> Term:
    """A normal form as a Term."""
    parts = []
    for monomial, factor in p.items():
        top = [_power(atom, power) for atom, power in monomial if power > 0]
        bottom = [_power(atom, -power) for atom, power in monomial if power < 0]
        whole = times(spell(factor), *sorted(top, key=repr))
        parts.append(make("div", whole, times(*sorted(bottom, key=repr))) if bottom else whole)
    return tidy(plus(parts)) if parts else ZERO


def _power(atom: Term, power: int) -> Term:
    return atom if power == 1 else atom ** number(power)
