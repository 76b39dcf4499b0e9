"""Arrays behind or below each other: `[h; x]`, `[h, x]`, `[A, B]`, matrices of blocks.

What is declared decides: blocks are vectors and matrices of known sizes, 0 and I beside them as
large as their row and column say, and a number below a vector is one more entry. A list of vectors
of one size with commas may as well be the columns of a matrix, and is no block.
"""

from __future__ import annotations

from collections.abc import Sequence

from symdl.expression.dimensions import added
from symdl.expression.numerals import value_of
from symdl.expression.shapes import is_row
from symdl.expression.size_terms import as_term
from symdl.expression.term import Dim, Term, make, number

Rows = Sequence[Sequence[Term]]


def blocks(rows: Rows) -> Term | None:
    """The array that rows of blocks make; None where they are no blocks."""
    items = [item for row in rows for item in row]
    if not any(item.shape for item in items) or any(item.op == "dots" for item in items):
        return None
    if all(len(row) == 1 for row in rows) and all(map(_is_flat, items)):
        return behind(items)
    filled = _filled(rows)
    if filled is None:
        return None
    across = [row[0] if len(row) == 1 else make("concat", *row) for row in filled]
    return across[0] if len(across) == 1 else make("concat", *across, data=-2)


def behind(items: Sequence[Term]) -> Term:
    """Vectors, and numbers as vectors of one entry, behind each other."""
    parts = (item if item.shape else make("vector", item) for item in items)
    return make("concat", *parts)


def _is_flat(item: Term) -> bool:
    return item.shape is not None and len(item.shape) < 2


def beside(items: Sequence[Term], separators: set[str]) -> Term | None:
    """The array of a list in square brackets: `[x; y]` below, `[A, B]` beside each other."""
    if separators == {";"}:
        return blocks([[item] for item in items])
    flat = all(map(_is_flat, items))
    if separators == {"\\|"} and flat and any(item.shape for item in items):
        return behind(items)
    if flat and any(item.shape for item in items) and separators == {","}:
        sizes = {item.shape for item in items}
        return behind(items) if len(sizes) > 1 and () not in sizes else None
    return None if flat else blocks([items])


def _filled(rows: Rows) -> list[list[Term]] | None:
    """The rows with 0 and I as large as their places; None where a size is not known."""
    heights: list[Dim | None] = [None] * len(rows)
    widths: list[Dim | None] = [None] * max(map(len, rows))
    for i, row in enumerate(rows):
        for j, item in enumerate(row):
            if item.shape is None and item.op != "identity":
                return None
            if item.shape and len(item.shape) != 2:
                return None
            if item.shape:
                heights[i], widths[j] = heights[i] or item.shape[0], widths[j] or item.shape[1]
    for i, row in enumerate(rows):  # an I is square
        for j, item in enumerate(row):
            if item.op == "identity" and item.shape is None:
                heights[i], widths[j] = heights[i] or widths[j], widths[j] or heights[i]
    found = []
    for i, row in enumerate(rows):
        made = [_placed(item, heights[i], widths[j]) for j, item in enumerate(row)]
        if any(m is None for m in made):
            return None
        found.append([m for m in made if m is not None])
    return found


def _placed(item: Term, height: Dim | None, width: Dim | None) -> Term | None:
    """A block as it is, a 0 or an I of the size of its place."""
    if item.shape:
        return item
    if height is None or width is None:
        return None
    if item.op == "identity":
        return make("identity", as_term(height)) if height == width else None
    if value_of(item) == 0:
        return make("mul", number(0), make("ones", as_term(height), as_term(width)))
    return None


def as_factor(left: Term, right: Term) -> Term:
    """`W [h, x]`: a list of vectors of one size behind a matrix that has as many columns as they
    have entries together is one vector."""
    if right.op != "vector" or not right.args or not left.shape:
        return right
    shapes = [a.shape for a in right.args]
    known = [s[0] for s in shapes if s is not None and len(s) == 1]
    if len(known) < len(shapes) or is_row(left) or added(*known) != left.shape[-1]:
        return right
    return behind(right.args)
