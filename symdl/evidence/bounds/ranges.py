"""Ranges by structure: an interval with exact ends that contains every value of a term.

The interval of a node follows from those of its arguments (products of signs, squares, rising
functions) and from its operator's row. Whether an end is left out is kept exactly, because
`> 0` and `>= 0` are different claims. Parts in one variable can be given the sharp range that
the one-variable method proves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symdl.evidence.balls import exactly, precision
from symdl.evidence.exact import as_fraction
from symdl.evidence.points import domain_of
from symdl.expression.domain import Domain
from symdl.expression.operators import TABLE, Operator
from symdl.expression.term import Term, postorder

BITS = 96


@dataclass(frozen=True, slots=True)
class Range:
    """lower < or <= value < or <= upper; None is unbounded (and its flag means nothing)."""

    lower: Fraction | None = None
    upper: Fraction | None = None
    lower_open: bool = True
    upper_open: bool = True

    @property
    def sign(self) -> int:
        """2 (> 0), 1 (>= 0), -1 (<= 0), -2 (< 0) or 0 (not known)."""
        if self.lower is not None and self.lower >= 0:
            return 2 if self.lower > 0 or self.lower_open else 1
        if self.upper is not None and self.upper <= 0:
            return -2 if self.upper < 0 or self.upper_open else -1
        return 0


ALL = Range()
ZERO_ONE = Range(Fraction(0), Fraction(1), False, False)


def range_of(root: Term, known: Mapping[Term, Range] | None = None) -> Range:
    """An interval that contains every value of the term, wherever it is defined.

    >>> from symdl.expression.term import make, symbol
    >>> found = range_of(make("exp", symbol("x")) + 1)
    >>> found.lower, found.lower_open, found.upper
    (Fraction(1, 1), True, None)
    """
    found: dict[Term, Range] = {}
    with precision(BITS):
        for node in postorder(root):
            own = _node(node, [found[a] for a in node.args])
            sharp = known.get(node) if known else None
            found[node] = own if sharp is None else meet(own, sharp)
    return found[root]


def meet(a: Range, b: Range) -> Range:
    """The common part of two intervals that both contain the values."""
    lower, lower_open = _inner(a.lower, a.lower_open, b.lower, b.lower_open, 1)
    upper, upper_open = _inner(a.upper, a.upper_open, b.upper, b.upper_open, -1)
    return Range(lower, upper, lower_open, upper_open)


def _inner(
    a: Fraction | None, a_open: bool, b: Fraction | None, b_open: bool, side: int
) -> tuple[Fraction | None, bool]:
    if a is None or b is None:
        return (b, b_open) if a is None else (a, a_open)
    if a == b:
        return a, a_open or b_open
    return (a, a_open) if (a - b) * side > 0 else (b, b_open)


def hull(parts: Sequence[Range]) -> Range:
    """The smallest interval around all parts."""
    lower, lower_open = _outer([(p.lower, p.lower_open) for p in parts], -1)
    upper, upper_open = _outer([(p.upper, p.upper_open) for p in parts], 1)
    return Range(lower, upper, lower_open, upper_open)


def _outer(ends: Sequence[tuple[Fraction | None, bool]], side: int) -> tuple[Fraction | None, bool]:
    finite = [(value, is_open) for value, is_open in ends if value is not None]
    if len(finite) < len(ends) or not finite:
        return None, True
    best = max(value * side for value, _ in finite) * side
    return best, all(is_open for value, is_open in finite if value == best)


# --- nodes ----------------------------------------------------------------------------------


def _node(node: Term, args: list[Range]) -> Range:
    if node.op == "number":
        value = node.data.value
        return Range(value, value, False, False)
    if node.op == "constant":
        return _CONSTANTS.get(node.data, ALL)
    if node.op in ("symbol", "entry"):
        return _of_domain(domain_of(node))
    rule = _RULES.get(node.op)
    if rule is not None:
        return rule(args)
    if node.op in ("sum", "product"):
        return _repeated(node, args[-1])
    if node.op == "pow":
        return _power(node, args)
    if node.op == "piecewise":
        return hull([args[i] for i in _value_places(len(args))])
    row = TABLE.get(node.op)
    if row is None:
        return ALL
    own = _of_domain(row.range)
    return meet(own, _image(row, args[0])) if row.rising else own


_CONSTANTS: dict[str, Range] = {
    "pi": Range(Fraction(333, 106), Fraction(355, 113)),
    "e": Range(Fraction(1264, 465), Fraction(1457, 536)),
}


def _value_places(count: int) -> list[int]:
    places = list(range(0, count - count % 2, 2))
    return [*places, count - 1] if count % 2 else places


def _of_domain(domain: Domain) -> Range:
    lower_open = domain.lower_open or domain.lower in domain.excluded
    upper_open = domain.upper_open or domain.upper in domain.excluded
    return Range(domain.lower, domain.upper, lower_open, upper_open)


def _sum(args: Sequence[Range]) -> Range:
    total = args[0]
    for a in args[1:]:
        lower = None if total.lower is None or a.lower is None else total.lower + a.lower
        upper = None if total.upper is None or a.upper is None else total.upper + a.upper
        total = Range(
            lower, upper, total.lower_open or a.lower_open, total.upper_open or a.upper_open
        )
    return total


def _negative(args: Sequence[Range]) -> Range:
    (a,) = args
    return Range(
        None if a.upper is None else -a.upper,
        None if a.lower is None else -a.lower,
        a.upper_open,
        a.lower_open,
    )


End = tuple[Fraction | None, bool, int]
"""An end of an interval: its value (None is infinite), left out or not, and its side."""


def _times(a: Range, b: Range) -> Range:
    ends = [_corner(x, y) for x in _ends(a) for y in _ends(b)]
    lower = _extreme(ends, -1)
    upper = _extreme(ends, 1)
    return Range(lower[0], upper[0], lower[1], upper[1])


def _ends(a: Range) -> list[End]:
    return [(a.lower, a.lower_open, -1), (a.upper, a.upper_open, 1)]


def _corner(x: End, y: End) -> tuple[Fraction | None, bool, int]:
    """The product of two ends; an infinite one carries its sign. A zero end times anything is
    reached if the zero is."""
    if x[0] is not None and y[0] is not None:
        value = x[0] * y[0]
        if not value:
            reached = (not x[0] and not x[1]) or (not y[0] and not y[1])
            return value, not reached, 0
        return value, x[1] or y[1], 0
    finite = x if x[0] is not None else y
    if finite[0] is not None and not finite[0]:
        return Fraction(0), finite[1], 0
    signs = [(e[2] if e[0] is None else (1 if e[0] > 0 else -1)) for e in (x, y)]
    return None, True, signs[0] * signs[1]


def _extreme(
    corners: Sequence[tuple[Fraction | None, bool, int]], side: int
) -> tuple[Fraction | None, bool]:
    if any(value is None and sign == side for value, _, sign in corners):
        return None, True
    finite = [(value, is_open) for value, is_open, _ in corners if value is not None]
    best = max(value * side for value, _ in finite) * side
    return best, all(is_open for value, is_open in finite if value == best)


def _product(args: Sequence[Range]) -> Range:
    total = args[0]
    for a in args[1:]:
        total = _times(total, a)
    return total


def _quotient(args: Sequence[Range]) -> Range:
    return _times(args[0], _inverse(args[1]))


def _inverse(a: Range) -> Range:
    """1/a, where a is not 0."""
    if a.lower is not None and a.lower >= 0:
        lower = None if a.upper is None else 1 / a.upper if a.upper else None
        upper = 1 / a.lower if a.lower else None
        if lower is None:
            lower, is_open = Fraction(0), True
        else:
            is_open = a.upper_open
        return Range(lower, upper, is_open, a.lower_open)
    if a.upper is not None and a.upper <= 0:
        return _negative([_inverse(_negative([a]))])
    return ALL


def _power(node: Term, args: Sequence[Range]) -> Range:
    base, exponent = args[0], node.args[1]
    if exponent.op == "number" and exponent.data.value.denominator == 1:
        return _whole_power(base, int(exponent.data.value))
    inner = exponent.args[0] if exponent.op == "neg" else exponent
    if inner is not exponent and inner.op == "number" and inner.data.value.denominator == 1:
        return _inverse(_whole_power(base, int(inner.data.value)))
    if base.sign == 2:
        return _positive_power(base, args[1])
    return Range(Fraction(0), None, False) if base.sign == 1 else ALL


def _positive_power(base: Range, exponent: Range) -> Range:
    """b^c for b > 0: above 0, and on one side of 1 when signs tell."""
    found = Range(Fraction(0))
    if base.upper is not None and base.upper <= 1 and exponent.sign > 0:
        return Range(Fraction(0), Fraction(1), True, False)
    if base.lower is not None and base.lower >= 1 and exponent.sign > 0:
        return Range(Fraction(1), None, False)
    return found


def _whole_power(base: Range, exponent: int) -> Range:
    if exponent == 0:
        return Range(Fraction(1), Fraction(1), False, False)
    if exponent > 64:
        return Range(Fraction(0), None, False) if exponent % 2 == 0 else ALL
    if exponent % 2 == 0:
        return _even(_absolute([base]), exponent)
    lower = None if base.lower is None else base.lower**exponent
    upper = None if base.upper is None else base.upper**exponent
    return Range(lower, upper, base.lower_open, base.upper_open)


def _even(size: Range, exponent: int) -> Range:
    assert size.lower is not None
    upper = None if size.upper is None else size.upper**exponent
    return Range(size.lower**exponent, upper, size.lower_open, size.upper_open)


def _absolute(args: Sequence[Range]) -> Range:
    (a,) = args
    if a.sign > 0:
        return a
    if a.sign < 0:
        return _negative([a])
    if a.lower is None or a.upper is None:
        return Range(Fraction(0), None, False)
    both = [(-a.lower, a.lower_open), (a.upper, a.upper_open)]
    top = max(value for value, _ in both)
    return Range(Fraction(0), top, False, all(o for value, o in both if value == top))


def _largest(args: Sequence[Range]) -> Range:
    total = args[0]
    for a in args[1:]:
        lower, lower_open = _inner(total.lower, total.lower_open, a.lower, a.lower_open, 1)
        both = [(total.upper, total.upper_open), (a.upper, a.upper_open)]
        if total.lower == a.lower:
            lower_open = total.lower_open or a.lower_open
        upper, upper_open = _outer(both, 1)
        total = Range(lower, upper, lower_open, upper_open)
    return total


def _smallest(args: Sequence[Range]) -> Range:
    return _negative([_largest([_negative([a]) for a in args])])


def _repeated(node: Term, body: Range) -> Range:
    """A sum or product over an index: over all values of an index it has at least one part."""
    some = node.data == "all"
    if node.op == "product":
        return Range(Fraction(0), None, body.sign == 2) if body.sign > 0 else ALL
    if body.sign > 0:
        return Range(Fraction(0), None, some and body.sign == 2)
    if body.sign < 0:
        return Range(None, Fraction(0), True, some and body.sign == -2)
    return ALL


_RULES: dict[str, Callable[[Sequence[Range]], Range]] = {
    "add": _sum,
    "neg": _negative,
    "mul": _product,
    "hadamard": _product,
    "div": _quotient,
    "abs": _absolute,
    "max": _largest,
    "min": _smallest,
    "relu": lambda args: _largest([*args, Range(Fraction(0), Fraction(0), False, False)]),
    "indicator": lambda args: ZERO_ONE,
}


def _image(row: Operator, a: Range) -> Range:
    """The image of an interval under a rising row: exact where that is known, else the end
    rounded outwards."""
    lower, lower_open = _risen(row, a.lower, a.lower_open, -1)
    upper, upper_open = _risen(row, a.upper, a.upper_open, 1)
    return Range(lower, upper, lower_open, upper_open)


def _risen(
    row: Operator, end: Fraction | None, is_open: bool, side: int
) -> tuple[Fraction | None, bool]:
    if end is None:
        return None, True
    exact = dict(row.values).get(end)
    if exact is not None:
        return Fraction(exact), is_open
    if abs(end) > 2**20:
        return None, True
    value = row.ball(exactly(end))
    if not value.is_finite():  # beyond the domain, or at its end: the row's own range says more
        return None, True
    return _outwards(value, side), True


def _outwards(value: Any, side: int) -> Fraction:
    """A rational strictly beyond a ball."""
    gap = as_fraction(value.rad()) + Fraction(1, 2**60)
    return as_fraction(value.mid()) + side * gap
