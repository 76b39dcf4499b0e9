"""Sums of products of arrays as what runs fastest: products of (stacked) matrices, else einsum.

Products of matrices run at the speed of the linear algebra library, einsum of two arrays does not.
Windows of an array would be copied into matrices: they are gone through offset by offset instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from symdl.code.places import BEYOND, WINDOWS
from symdl.expression.numerals import value_of
from symdl.expression.term import Term, make

WINDOWED = "windowed"
"""A contraction of views: data is what einsum takes, and the letters that run along one axis of an
array, group by group."""
_FEW = 2


def is_window(term: Term) -> bool:
    """Whether an array is a view with more entries than there are."""
    return bool(_overlaps(term))


def _overlaps(term: Term) -> list[list[int]]:
    """The axes of a view that run along one axis of its array, several together."""
    if term.op not in (WINDOWS, BEYOND):
        return []
    rank, counters = term.data
    steps = term.args[1 + rank + counters :]
    moving = [
        [k for k in range(counters) if value_of(steps[k * rank + axis]) != 0]
        for axis in range(rank)
    ]
    return [axes for axes in moving if len(axes) > 1]


def contraction(terms: Sequence[Term], specs: Sequence[str], to: str) -> Term:
    """The sum of products of arrays over all letters that are not in `to`."""
    made = None
    plain = all(len(set(s)) == len(s) for s in specs) and not any(map(is_window, terms))
    if len(terms) == _FEW and plain:
        a, b = specs
        together = set(a) & set(b)
        if set(a) ^ set(b) <= set(to) and len(set(a) | set(b)) > _FEW and set(a) != set(b):
            stacked = together & set(to)
            made = _stacked(terms, a, b, to) if stacked else _flat(terms, a, b, to)
    if made is not None:
        return made
    groups = [
        "".join(spec[k] for k in axes)
        for term, spec in zip(terms, specs, strict=True)
        for axes in _overlaps(term)
    ]
    if groups and len(set("".join(specs))) > _FEW:
        return make(WINDOWED, *terms, data=(f"{','.join(specs)}->{to}", tuple(groups)))
    return make("contract", *terms, data=f"{','.join(specs)}->{to}")


def _flat(terms: Sequence[Term], a: str, b: str, to: str) -> Term | None:
    """Without letters that both and the result have: one product of matrices."""
    if len(a) <= _FEW and len(b) <= _FEW:
        return None  # `contract` spells these with @
    summed = [s for s in a if s in b]
    if not summed:
        return None
    rest_a, rest_b = "".join(s for s in a if s not in b), "".join(s for s in b if s not in a)
    first, second, found = (terms[0], a, rest_a), (terms[1], b, rest_b), rest_a + rest_b
    if found != to and rest_b + rest_a == to:
        first, second, found = second, first, to
    axes = tuple(tuple(spec.index(s) for s in summed) for _, spec, _ in (first, second))
    return _reordered(make("tensordot", first[0], second[0], data=axes), found, to)


def _stacked(terms: Sequence[Term], a: str, b: str, to: str) -> Term | None:
    """A stack of products of matrices, a vector as a matrix of one row or column."""
    batch = "".join(s for s in to if s in a and s in b)
    summed = "".join(s for s in a if s in b and s not in to)
    rows, columns = "".join(s for s in a if s not in b), "".join(s for s in b if s not in a)
    if len(summed) != 1 or len(rows) > 1 or len(columns) > 1:
        return None
    if rows and columns and to.index(columns) < to.index(rows):
        terms, a, b, rows, columns = terms[::-1], b, a, columns, rows
    left = _reordered(terms[0], a, batch + rows + summed)
    right = _reordered(terms[1], b, batch + summed + columns)
    if not rows:
        left = make("view", left, data=(*[":"] * len(batch), "None", ":"))
    if not columns:
        right = make("view", right, data=(*[":"] * (len(batch) + 1), "None"))
    made = make("matmul", left, right)
    if not rows or not columns:
        kept = ["0" if not rows else ":", "0" if not columns else ":"]
        made = make("view", made, data=(*[":"] * len(batch), *kept))
    return _reordered(made, batch + rows + columns, to)


def _reordered(term: Term, spec: str, to: str) -> Term:
    return term if spec == to else make("reorder", term, data=tuple(spec.index(s) for s in to))
