"""Parts of arrays: `x_{1:k}`, `W_{:,1:n}`, the column `W_{:,j}`, the row `W_{i,:}`.

Places are counted from 1, and both ends belong to the part.
"""

from __future__ import annotations

from symdl.expression.reading.context import Context
from symdl.expression.size_terms import as_term
from symdl.expression.term import Term, make, number
from symdl.latex import syntax as s


def part_of(ctx: Context, sub: s.Sequence, base: Term) -> Term:
    """The part of an array of known shape that a subscript with colons says."""
    axes = _axes(ctx, sub)
    shape = base.shape or ()
    alone = [e for ends in axes for e in ends if e is not None]
    if len(shape) == 2 and len(axes) == 1 and len(alone) == 1:
        return _row_or_column(ctx, sub, base, alone[0], first=axes[0][0] is not None)
    if len(axes) > len(shape):
        ctx.fail(
            f"{len(axes)} ranges for an array of {len(shape)} axes", sub, code="shape-mismatch"
        )
    along: list[int] = []
    limits: list[Term] = []
    for axis, ends in enumerate(axes):
        if len(ends) == 2 and any(e is not None for e in ends):
            along.append(axis - len(shape))
            limits += [ends[0] or number(1), ends[1] or as_term(shape[axis])]
    made = make("slice", base, *limits, data=tuple(along)) if along else base
    places = [ends[0] for ends in axes if len(ends) == 1]
    if not places:
        return made
    if len(axes[0]) == 1 and all(len(ends) == 2 for ends in axes[len(places) :]):
        return make("entry", made, *(p for p in places if p is not None))
    if len(shape) == 2:
        return make("entry", make("transpose", made), *(p for p in places if p is not None))
    return ctx.fail("this part of a tensor is not read", sub, "write it by its entries")


def _row_or_column(ctx: Context, sub: s.Sequence, base: Term, index: Term, first: bool) -> Term:
    """`A_{i:}` is the row i and `A_{:j}` the column j."""
    if index.op != "symbol":
        ctx.fail("a row or all rows from there on", sub, "write A_{2,:} or A_{2:n,:}", "ambiguous")
    return make("entry", base if first else make("transpose", base), index)


def _axes(ctx: Context, sub: s.Sequence) -> list[list[Term | None]]:
    """For each axis an index, or both ends of a range (None where it is open)."""
    separators = [*sub.separators, ","][: len(sub.items)]
    axes: list[list[Term | None]] = [[]]
    for item, separator in zip(sub.items, separators, strict=True):
        axes[-1].append(None if isinstance(item, s.Empty) else ctx.read(item))
        if separator == ",":
            axes.append([])
    if len(sub.separators) == len(sub.items) and sub.separators[-1] == ":":
        axes[-1].append(None)
    found = [ends for ends in axes if ends]
    if any(len(ends) > 2 for ends in found):
        ctx.fail("a range with a step is not read", sub, "write where it begins and where it ends")
    return found
