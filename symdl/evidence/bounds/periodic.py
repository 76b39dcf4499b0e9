r"""Periodic terms: what is sin, cos and tan of multiples of x repeats itself, and what holds on an
interval as long as its period holds on the whole line.

Where x stands only in `\sin(a x + b)`, `\cos(a x + b)` and `\tan(a x + b)`, all a being rational
multiples of each other (each rational, or a rational multiple of pi), the term has the period of
which all 2 pi / a are divisors.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, gcd, lcm

from symdl.evidence.exact import exact
from symdl.expression.domain import Domain
from symdl.expression.operators import WAVES
from symdl.expression.term import Term, constant, free_symbols, make, number, postorder
from symdl.expression.term import replace as replace_terms

PI = constant("pi")
OVER_PI = Fraction(22, 7)
"""Larger than pi."""
LONGEST = 64


def one_period(root: Term, variable: Term, domain: Domain) -> Domain:
    """A bounded part of a domain on which a periodic term takes all its values; the domain
    itself where the term is not known to be periodic, or the domain is bounded."""
    if domain.integer or domain.excluded or None not in (domain.lower, domain.upper):
        return domain
    length = period_below(root, variable)
    if length is None:
        return domain
    if domain.lower is not None:
        return Domain(domain.lower, domain.lower + length, domain.lower_open)
    if domain.upper is not None:
        return Domain(domain.upper - length, domain.upper, False, domain.upper_open)
    return Domain(-length / 2, length / 2)


def period_below(root: Term, variable: Term) -> Fraction | None:
    """A number that is larger than a period of a term; None if none is found."""
    rates: list[Fraction] = []
    of_pi: set[bool] = set()
    for argument in _arguments(root, variable):
        found = None if argument is None else _rate(argument, variable)
        if found is None:
            return None
        rate, with_pi = found
        rates.append(abs(rate))
        of_pi.add(with_pi)
    if not rates or len(of_pi) > 1:
        return None
    # the greatest rate of which all are multiples: one period of it is one of each
    step = Fraction(gcd(*(r.numerator for r in rates)), lcm(*(r.denominator for r in rates)))
    length = 2 / step if of_pi.pop() else 2 * OVER_PI / step
    whole = Fraction(ceil(length) + 1)
    return whole if whole <= LONGEST else None


def _arguments(root: Term, variable: Term) -> Iterator[Term | None]:
    """What waves are taken of; None where the variable stands elsewhere."""
    stack, seen = [root], {root}
    while stack:
        node = stack.pop()
        if variable not in free_symbols(node):
            continue
        if node.op in WAVES:
            yield node.args[0]
            continue
        if node is variable or node.op in ("integral", "sum", "product", "limit", "derivative"):
            yield None
            return
        fresh = [a for a in node.args if a not in seen]
        seen.update(fresh)
        stack.extend(fresh)


def _rate(term: Term, variable: Term) -> tuple[Fraction, bool] | None:
    """The number before the variable in a linear term, and whether pi is to be multiplied."""
    rates: dict[Term, tuple[Fraction, bool] | None] = {}
    for node in postorder(term):
        if variable in free_symbols(node):
            rates[node] = _rate_of(node, variable, rates)
    found = rates.get(term)
    return found if found is not None and found[0] else None


def _rate_of(
    node: Term, variable: Term, rates: dict[Term, tuple[Fraction, bool] | None]
) -> tuple[Fraction, bool] | None:
    if node is variable:
        return Fraction(1), False
    moving = [a for a in node.args if a in rates]
    known = [rates[a] for a in moving]
    if not known or known[0] is None:
        return None
    rate, with_pi = known[0]
    if node.op == "neg":
        return -rate, with_pi
    if node.op == "add" and all(k is not None and k[1] == with_pi for k in known):
        return sum((k[0] for k in known if k is not None), Fraction(0)), with_pi
    if len(moving) > 1 or node.op not in ("mul", "div"):
        return None
    if node.op == "div":
        below = exact(node.args[1]) if node.args[0] is moving[0] else None
        return (rate / below, with_pi) if below else None
    for factor in node.args:
        if factor is PI and not with_pi:
            with_pi = True
        elif factor is not moving[0]:
            value = exact(factor)
            if value is None:
                return None
            rate *= value
    return rate, with_pi


def at_angles(root: Term) -> Term:
    r"""A term with the sine and cosine of an arctangent as what they are: `\cos \arctan t` is
    1 over the root of 1 + t^2, the sine t times that."""
    table: dict[Term, Term] = {}
    for node in postorder(root):
        if node.op in ("sin", "cos") and node.args[0].op == "arctan":
            (tangent,) = node.args[0].args
            above = number(1) if node.op == "cos" else tangent
            table[node] = make("div", above, make("sqrt", number(1) + tangent ** number(2)))
    return replace_terms(root, table) if table else root
