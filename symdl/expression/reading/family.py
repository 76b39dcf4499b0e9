"""`x_i` that was declared for one i, where a sum runs over i: one of a family x.

`x_i \\in \\mathbb{R}^d` says what each of them is. Under a sum over i they are the rows of an array
x, with as many rows as the sum has values.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.expression.dimensions import dimension_of
from symdl.expression.reading.context import Context
from symdl.expression.term import Dim, Term, make, number
from symdl.latex import syntax as s

_ROLES = ("scalar", "vector", "matrix")


def member_of(ctx: Context, base: str, sub: s.Node, full: str) -> Term | None:
    """The entry of the family at a bound index, None where the subscript is none."""
    index = ctx.bound.get(sub.text) if isinstance(sub, s.Name) else None
    declared = ctx.declared(full)
    if index is None or declared is None or declared.role == "function":
        return None
    if ctx.scope.declares(base):
        return None
    shape: tuple[Dim, ...] | None = None
    size = _size(ctx, str(index.data.name))
    if size is not None and declared.shape is not None:
        shape = (size, *declared.shape)
    rank = 1 if shape is None else len(shape)
    role = _ROLES[rank] if rank < len(_ROLES) else "tensor"
    ctx.note("index-subscript", sub)
    family = make("symbol", data=replace(declared, name=base, role=role, shape=shape))
    return make("entry", family, index)


def _size(ctx: Context, index: str) -> Dim | None:
    """How many values a sum from 1 has."""
    ends = ctx.ends.get(index, ())
    return dimension_of(ends[1]) if len(ends) == 2 and ends[0] is number(1) else None
