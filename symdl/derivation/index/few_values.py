r"""Entries of few values, by polynomials: `y_i^2 = 1` where `y_i \in \{-1, 1\}`.

On k numbers every power is a polynomial of a degree below k, which takes its values there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache

from symdl.derivation.index.form import Space
from symdl.derivation.index.nouns import Form
from symdl.expression.term import Term, free_symbols

Values = tuple[Fraction, ...]
MOST_VALUES = 4


def values_of(sides: Iterable[Term]) -> dict[Term, Values]:
    """The arrays of which all entries have few values, with these values."""
    arrays = {name for side in sides for name in free_symbols(side) if name.shape != ()}
    found = {array: array.data.domain.members(MOST_VALUES) for array in arrays}
    return {array: values for array, values in found.items() if values}


def with_powers_lowered(space: Space, form: Form, values: Mapping[Term, Values]) -> Form:
    """The Form in which no entry of few values stands to a higher power than it needs."""
    parts = []
    for mono, c in form.terms.items():
        result = space.number(c)
        for factor, e in mono:
            few = values.get(factor.head, ()) if factor.kind == "entry" else ()
            if few and type(e) is int and not 0 <= e < len(few) and (e > 0 or 0 not in few):
                powers = (
                    space.scale(space.of(factor, k), a) if k else space.number(a)
                    for k, a in enumerate(_polynomial(few, e))
                )
                space.used[f"powers on {len(few)} values"] = None
                result = space.multiply(result, space.add(*powers))
            else:
                result = space.multiply(result, space.of(factor, e))
        parts.append(result)
    return space.add(space.number(0), *parts)


@lru_cache(maxsize=256)
def _polynomial(values: Values, exponent: int) -> tuple[Fraction, ...]:
    """The coefficients, from the constant on, of the polynomial that is v^exponent at each v
    (Lagrange's interpolation)."""
    total = [Fraction(0)] * len(values)
    for v in values:
        basis = [Fraction(1)]
        for w in values:
            if w != v:
                shifted = [Fraction(0), *basis]
                basis = [
                    (s - w * b) / (v - w)
                    for s, b in zip(shifted, [*basis, Fraction(0)], strict=True)
                ]
        total = [t + _power(v, exponent) * b for t, b in zip(total, basis, strict=True)]
    return tuple(total)


def _power(value: Fraction, exponent: int) -> Fraction:
    positive: Fraction = value ** abs(exponent)
    return positive if exponent >= 0 else 1 / positive
