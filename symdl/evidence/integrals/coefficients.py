"""Polynomials in one variable whose coefficients are Terms without it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symdl.evidence.bounds.kinks import rational_value
from symdl.evidence.exact import exact
from symdl.expression.term import Term, combined, free_symbols, make, number, postorder

MOST_TERMS = 12
Poly = list[Term]
"""The coefficients, constant first; no zero last."""

ZERO, ONE = number(0), number(1)


def plus(*terms: Term) -> Term:
    """A sum with its numbers put together."""
    total, rest = Fraction(0), []
    for term in terms:
        value = rational_value(term)
        if value is None:
            rest.append(term)
        else:
            total += value
    if total or not rest:
        rest.append(number(total))
    return combined("add", rest)


def times(*terms: Term) -> Term:
    """A product with its numbers put together."""
    total, rest = Fraction(1), []
    for term in terms:
        value = rational_value(term)
        if value is None:
            rest.append(term)
        else:
            total *= value
    if not total:
        return ZERO
    if total != 1 or not rest:
        rest.insert(0, number(total))
    return combined("mul", rest)


def over(a: Term, b: Term) -> Term:
    """A quotient; of numbers a number."""
    values = rational_value(a), rational_value(b)
    if values[0] is not None and values[1]:
        return number(values[0] / values[1])
    if values[0] == 0 or values[1] == 1:
        return a
    return make("div", a, b)


def minus(a: Term) -> Term:
    """The negative."""
    return times(number(-1), a)


def root_of(term: Term) -> Term:
    """The square root; of the square of a fraction a number."""
    written = make("sqrt", term)
    value = exact(written)
    return written if value is None else number(value)


def is_zero(term: Term) -> bool:
    """Whether a coefficient is a number that is 0."""
    return rational_value(term) == 0


def trimmed(poly: Sequence[Term]) -> Poly:
    """Without zeros at the end."""
    found = list(poly)
    while found and is_zero(found[-1]):
        found.pop()
    return found


def sum_of(a: Sequence[Term], b: Sequence[Term]) -> Poly:
    """The sum of two polynomials."""
    size = max(len(a), len(b))
    rows = ([p[i] for p in (a, b) if i < len(p)] for i in range(size))
    return trimmed([plus(*row) for row in rows])


def product_of(a: Sequence[Term], b: Sequence[Term]) -> Poly:
    """The product of two polynomials."""
    if not a or not b:
        return []
    rows: list[list[Term]] = [[] for _ in range(len(a) + len(b) - 1)]
    for i, c in enumerate(a):
        for j, d in enumerate(b):
            rows[i + j].append(times(c, d))
    return trimmed([plus(*row) for row in rows])


def polynomial(root: Term, x: Term) -> Poly | None:
    """The coefficients of a term that is a polynomial in x of a small degree; else None."""
    found: dict[Term, Poly | None] = {}
    for node in postorder(root):
        if x not in free_symbols(node):
            found[node] = trimmed([node])
        elif node is x:
            found[node] = [ZERO, ONE]
        else:
            found[node] = _of(node, [found[a] for a in node.args])
        size = found[node]
        if size is not None and len(size) > MOST_TERMS:
            found[node] = None
    return found[root]


def _of(node: Term, parts: list[Poly | None]) -> Poly | None:
    known = [p for p in parts if p is not None]
    if len(known) < len(parts):
        return None
    if node.op == "neg":
        return product_of([number(-1)], known[0])
    if node.op in ("add", "mul"):
        total = known[0]
        for p in known[1:]:
            total = sum_of(total, p) if node.op == "add" else product_of(total, p)
        return total
    if node.op == "div" and len(known[1]) == 1:
        return [over(c, known[1][0]) for c in known[0]]
    if node.op == "pow":
        return _power(known[0], rational_value(node.args[1]))
    return None


def _power(base: Poly, exponent: Fraction | None) -> Poly | None:
    if exponent is None or exponent.denominator != 1 or not 0 <= exponent < MOST_TERMS:
        return None
    total: Poly = [ONE]
    for _ in range(int(exponent)):
        total = product_of(total, base)
    return total


def value_at(poly: Sequence[Term], x: Term) -> Term:
    """The polynomial as a Term in x."""
    parts = []
    for power, c in enumerate(poly):
        if is_zero(c):
            continue
        monomial = ONE if power == 0 else x if power == 1 else x ** number(power)
        parts.append(times(c, monomial))
    return plus(*parts) if parts else ZERO


def slope_of(poly: Sequence[Term]) -> Poly:
    """The derivative."""
    return trimmed([times(number(i), c) for i, c in enumerate(poly)][1:])


def integral_of(poly: Sequence[Term]) -> Poly:
    """The antiderivative that is 0 at 0."""
    return [ZERO, *(over(c, number(i + 1)) for i, c in enumerate(poly))]


def shifted(poly: Sequence[Term], m: Term, b: Term) -> Poly:
    """The polynomial in x as one in u = m x + b."""
    line = [over(minus(b), m), over(ONE, m)]
    total: Poly = []
    for c in reversed(poly):
        total = sum_of(product_of(total, line), [c])
    return total
