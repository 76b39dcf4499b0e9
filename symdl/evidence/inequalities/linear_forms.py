"""Arrays as sums of products: what stands between the bars of a norm, multiplied out."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symdl.evidence.exact import fraction_of
from symdl.evidence.inequalities.rational_sums import added, scaled
from symdl.expression.numerals import value_of
from symdl.expression.term import Term

MOST_SUMMANDS = 12

Factor = tuple[Term, bool]
"""An array, and whether it stands transposed."""
Product = tuple[tuple[Term, ...], tuple[Factor, ...]]
"""Numbers that are multiplied, in the order of their names, and arrays in their own order."""
Linear = dict[Product, Fraction]
"""A sum of products with their coefficients."""


class NotLinear(Exception):
    """A Term of which no sum of products is made."""


def linear(term: Term) -> Linear:
    """A Term as a sum of products of arrays. Raises NotLinear if it is a sum of too many.

    >>> from symdl.expression.term import symbol
    >>> u = symbol("u", "vector", ("n",))
    >>> list(linear(u - (u + u)).values())
    [Fraction(-1, 1)]
    """
    value = value_of(term)
    if value is not None:
        return {((), ()): value}
    rule = _RULES.get(term.op)
    made = rule(term) if rule is not None else None
    if made is None:
        made = {((), ((term, False),)) if term.shape else ((term,), ()): Fraction(1)}
    if len(made) > MOST_SUMMANDS:
        raise NotLinear
    return made


def _multiplied(left: Linear, right: Linear) -> Linear:
    if len(left) * len(right) > MOST_SUMMANDS:
        raise NotLinear
    return added(
        *(
            {(tuple(sorted((*a[0], *b[0]), key=repr)), (*a[1], *b[1])): c * d}
            for a, c in left.items()
            for b, d in right.items()
        )
    )


def _sum(term: Term) -> Linear:
    if any(a.shape != term.shape for a in term.args):
        raise NotLinear  # one is broadcast
    return added(*map(linear, term.args))


def _product(term: Term) -> Linear | None:
    """Numbers and at most one array."""
    if sum(bool(a.shape) for a in term.args) > 1:
        return None
    made = linear(term.args[0])
    for factor in term.args[1:]:
        made = _multiplied(made, linear(factor))
    return made


def _matrix_product(term: Term) -> Linear:
    made = linear(term.args[0])
    for factor in term.args[1:]:
        made = _multiplied(made, linear(factor))
    return made


def _quotient(term: Term) -> Linear | None:
    by = value_of(term.args[1])
    return scaled(linear(term.args[0]), 1 / by) if by else None


def _dot(term: Term) -> Linear:
    left, right = term.args
    return _multiplied(_turned(linear(left)), linear(right))


def _turned(form: Linear) -> Linear:
    return {
        (numbers, tuple((base, not turned) for base, turned in reversed(arrays))): c
        for (numbers, arrays), c in form.items()
    }


_RULES: dict[str, Callable[[Term], Linear | None]] = {
    "add": _sum,
    "neg": lambda term: scaled(linear(term.args[0]), Fraction(-1)),
    "mul": _product,
    "matmul": _matrix_product,
    "div": _quotient,
    "dot": _dot,
    "outer": lambda t: _multiplied(linear(t.args[0]), _turned(linear(t.args[1]))),
    "transpose": lambda term: _turned(linear(term.args[0])),
}


def canonical(form: Linear) -> tuple[Fraction, Linear]:
    """A factor > 0 and the multiple with coefficient 1 or so in front: of v - u and 2u - 2v the
    same, as far as a norm can tell."""
    first = min(form, key=repr)
    factor = form[first]
    return abs(factor), scaled(form, 1 / factor)


def combination(form: Linear, parts: list[Linear]) -> list[Fraction] | None:
    """The numbers c with form = sum of c_i parts_i, where there is one choice only."""
    from flint import fmpq, fmpq_mat

    rows = list(dict.fromkeys(p for each in (form, *parts) for p in each))
    if not parts or len(parts) > len(rows):
        return None

    def exact(value: Fraction) -> fmpq:
        return fmpq(value.numerator, value.denominator)

    columns = [[exact(each.get(p, Fraction(0))) for each in (*parts, form)] for p in rows]
    reduced, rank = fmpq_mat(columns).rref()
    if rank != len(parts) or any(reduced[i, i] != 1 for i in range(rank)):
        return None
    return [fraction_of(reduced[i, len(parts)]) for i in range(rank)]
