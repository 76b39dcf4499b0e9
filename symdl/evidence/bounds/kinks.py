"""Where a term may turn: the rational points at which its switches (abs, max, conditions) meet."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symdl.evidence.bounds.jets import RULES
from symdl.evidence.simpler import in_terms_of
from symdl.expression.numerals import ZERO
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, make, postorder


def kinks(root: Term, variable: Term) -> list[Fraction]:
    """Rational points where a switch of the term (abs, max, a condition) may turn."""
    found: set[Fraction] = set()
    for node in postorder(in_terms_of(root, RULES)):
        for difference in _switches(node):
            for point in _roots(difference, variable):
                found.add(point)
    return sorted(found)


def gaps(root: Term) -> Iterable[Term]:
    """The differences at whose zeros a switch of the term turns."""
    for node in postorder(in_terms_of(root, RULES)):
        for a, b in _switches(node):
            yield a if b is None else a - b


def switches(node: Term, variable: Term) -> bool:
    """Whether every turning point of this node is a known rational point (or it has none)."""
    return all(_line(sides, variable) is not None for sides in _switches(node))


def _switches(node: Term) -> Iterable[tuple[Term, Term | None]]:
    row = TABLE.get(node.op)
    if row is not None and row.switches is not None:
        for a, b in row.switches(*node.args):
            yield a, None if b is ZERO else b
    elif node.op == "relation":
        for a, b in zip(node.args, node.args[1:], strict=False):
            yield from _sized(a, b)


def _sized(a: Term, b: Term) -> Iterable[tuple[Term, Term | None]]:
    """`|u| < c` turns where u is c or -c."""
    if b.op == "abs":
        a, b = b, a
    if a.op != "abs":
        yield a, b
        return
    (inner,) = a.args
    yield inner, b
    yield inner, make("neg", b)


def _roots(sides: tuple[Term, Term | None], variable: Term) -> list[Fraction]:
    """The root of a - b where it is linear in the variable with rational coefficients."""
    line = _line(sides, variable)
    return [-line[0] / line[1]] if line is not None and line[1] else []


def _line(sides: tuple[Term, Term | None], variable: Term) -> tuple[Fraction, Fraction] | None:
    line = (Fraction(0), Fraction(0))
    for side, sign in zip(sides, (1, -1), strict=True):
        if side is None:
            continue
        found = linear(side, variable)
        if found is None:
            return None
        line = (line[0] + sign * found[0], line[1] + sign * found[1])
    return line


def linear(root: Term, variable: Term) -> tuple[Fraction, Fraction] | None:
    """(c, m) with root = c + m * variable, None if it is not of that form."""
    values: dict[Term, tuple[Fraction, Fraction] | None] = {}
    for node in postorder(root):
        values[node] = _linear(node, variable, [values[a] for a in node.args])
    return values[root]


def rational_value(root: Term) -> Fraction | None:
    """The value of plain arithmetic of numbers, None for anything else."""
    line = linear(root, NO_VARIABLE)
    return None if line is None else line[0]


NO_VARIABLE = make("text", data="no variable")


def _linear(
    node: Term, variable: Term, args: list[tuple[Fraction, Fraction] | None]
) -> tuple[Fraction, Fraction] | None:
    if node is variable:
        return Fraction(0), Fraction(1)
    if node.op == "number":
        return node.data.value, Fraction(0)
    known = [a for a in args if a is not None]
    if not args or len(known) < len(args):
        return None
    if node.op == "neg":
        return -known[0][0], -known[0][1]
    if node.op == "add":
        return sum((a[0] for a in known), Fraction(0)), sum((a[1] for a in known), Fraction(0))
    if node.op == "mul":
        total = (Fraction(1), Fraction(0))
        for c, m in known:
            if total[1] and m:
                return None
            total = (total[0] * c, total[0] * m + total[1] * c)
        return total
    if node.op == "div" and not known[1][1] and known[1][0]:
        return known[0][0] / known[1][0], known[0][1] / known[1][0]
    return None


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of smallest denominator in the closed interval.

    >>> simplest(Fraction(31, 100), Fraction(34, 100))
    Fraction(1, 3)
    """
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest(-high, -low)
    a, b, c, d = low.numerator, low.denominator, high.numerator, high.denominator
    below: list[int] = []  # the continued fraction that both ends begin with
    while -(-a // b) * d > c:
        whole = a // b
        below.append(whole)
        a, b, c, d = d, c - whole * d, b, a - whole * b
    numerator, denominator = -(-a // b), 1
    for whole in reversed(below):
        numerator, denominator = whole * numerator + denominator, numerator
    return Fraction(numerator, denominator)
