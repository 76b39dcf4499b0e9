"""Sums brought over a common denominator, where the numerator then gets shorter.

`1/\\sqrt{1+x^2} - x^2/(1+x^2)^{3/2}` cancels nearly all its digits for a large x; over the common
denominator the numerator is 1. The same for `1 - e^a/(e^a + e^b)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symdl.code.normal import Factors, addends, factors, product_of, sum_of
from symdl.expression.numerals import ONE, value_of
from symdl.expression.term import Term, every_part, has_few_parts, make, postorder, rebuild

_FEW, _MANY, _HIGHEST = 6, 24, 4
_READABLE = 40


def bring_together(outputs: Sequence[Term]) -> tuple[Term, ...]:
    """The outputs with every sum of quotients joined that gets shorter by it."""
    done: dict[Term, Term] = {}
    for node in every_part(outputs):
        new = rebuild(node, tuple([done[a] for a in node.args]))
        done[node] = _joined(new) if new.op == "add" else new
    return tuple(done[t] for t in outputs)


def _joined(node: Term) -> Term:
    parts = addends(node)
    below = _denominators(parts)
    if not 2 <= len(parts) <= _FEW:
        return node
    lifted: list[tuple[Fraction, Term]] = []
    for coefficient, term in parts:
        powers = dict(factors(term)[1])
        for base, exponent in below.items():
            powers[base] = powers.get(base, Fraction(0)) - exponent
        left = tuple((b, e) for b, e in powers.items() if e)
        lifted.append((coefficient, product_of(Fraction(1), left)))
    short = expanded(sum_of(lifted))
    before = sum(len(_pieces(c, t) or ()) for c, t in lifted) if below else len(parts)
    if len(addends(short)) >= before:
        return node
    coefficient, numerator = factors(short)
    return product_of(coefficient, (*numerator, *below.items()))


def without_quotients(root: Term) -> Term:
    """The other way round: quotients of sums as sums of quotients, whose parts do not overflow
    where the sum does."""
    done: dict[Term, Term] = {}
    for node in postorder(root):
        new = make(node.op, *(done[a] for a in node.args), data=node.data)
        done[node] = _apart(new) if new.op in ("mul", "div", "neg") else new
    return done[root]


def _apart(node: Term) -> Term:
    coefficient, powers = factors(node)
    sums = [b for b, e in powers if b.op == "add" and e == 1]
    if len(sums) != 1 or not any(e < 0 for _, e in powers):
        return node
    rest = tuple(p for p in powers if p[0] is not sums[0])
    parts = ((coefficient * c, factors(t)[1]) for c, t in addends(sums[0]))
    return sum_of((c, product_of(Fraction(1), _merged(own, rest))) for c, own in parts)


def _merged(left: Factors, right: Factors) -> Factors:
    """Powers of the same base as one: where they cancel, the quotient had no value at 0."""
    found = dict(left)
    for base, exponent in right:
        found[base] = found.get(base, Fraction(0)) + exponent
    return tuple((b, e) for b, e in found.items() if e)


def _denominators(parts: Sequence[tuple[Fraction, Term]]) -> dict[Term, Fraction]:
    """The lowest power of each sum that is divided by, if all differ by whole numbers."""
    below: dict[Term, Fraction] = {}
    for _, term in parts:
        for base, exponent in factors(term)[1]:
            if base.op == "add" and exponent < 0:
                below[base] = min(exponent, below.get(base, Fraction(0)))
    for base, lowest in below.items():
        for _, term in parts:
            own = dict(factors(term)[1]).get(base, Fraction(0))
            if (own - lowest).denominator != 1 or own - lowest > _HIGHEST:
                return {}
    return below


def expanded(base: Term) -> Term:
    """A sum with its products of sums multiplied out, if that gives few terms."""
    total: dict[Term, Fraction] = {}
    for coefficient, term in addends(base):
        pieces = _pieces(coefficient, term)
        if pieces is None:
            return base
        for c, t in pieces:
            total[t] = total.get(t, Fraction(0)) + c
    return sum_of((c, t) for t, c in total.items() if c)


def _pieces(coefficient: Fraction, term: Term) -> list[tuple[Fraction, Term]] | None:
    """A product multiplied out; None if it is long."""
    pieces = [(coefficient, ONE)]
    for factor, exponent in factors(term)[1]:
        if factor.op == "add" and exponent.denominator == 1 and 0 < exponent <= _HIGHEST:
            for _ in range(int(exponent)):
                pieces = [(c * d, _times(t, u)) for c, t in pieces for d, u in addends(factor)]
                if len(pieces) > _MANY:
                    return None
        else:
            power = product_of(Fraction(1), ((factor, exponent),))
            pieces = [(c, _times(t, power)) for c, t in pieces]
    return pieces


def _times(left: Term, right: Term) -> Term:
    """A product of coefficient-free terms in one order, with its exponentials joined."""
    _, powers = factors(left * right)
    total: list[tuple[Fraction, Term]] = []
    for base, exponent in powers:
        if base.op == "exp":
            total += [(exponent * c, t) for c, t in addends(base.args[0])]
    rest = tuple(sorted(((b, e) for b, e in powers if b.op != "exp"), key=_place))
    joined = (
        sum_of(sorted(addends(sum_of(total)), key=lambda p: _place(p[::-1]))) if total else None
    )
    if joined is None or value_of(joined) == 0:
        return product_of(Fraction(1), rest)
    return product_of(Fraction(1), ((make("exp", joined), Fraction(1)), *rest))


def _place(part: tuple[Term, Fraction]) -> tuple[bool, str]:
    """Where a factor stands in a product: as it reads; long ones behind, as they come."""
    term, exponent = part
    short = has_few_parts(term, _READABLE)
    return not short, f"{term!r} {exponent}" if short else ""
