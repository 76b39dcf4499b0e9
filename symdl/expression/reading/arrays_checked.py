"""What is written of arrays and cannot be meant, or hardly: indices that leave their axes, and a
vector beside a column that broadcast to a matrix."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from symdl.document.errors import ShapeError
from symdl.expression import misfits
from symdl.expression.broadcasting import ENTRYWISE, accidents
from symdl.expression.index_ranges import reaches
from symdl.expression.reading.context import Context
from symdl.expression.term import Dim, Term, postorder
from symdl.expression.vocabulary import CHOICES, OVER_INDEX

_OVER = OVER_INDEX | CHOICES
_GUARDS = frozenset({"indicator", "piecewise"})
_shape_of = attrgetter("shape")


def check_arrays(ctx: Context, term: Term) -> None:
    """Refuse a bound index that leaves an axis or runs through two of unlike sizes, and note
    broadcasting that looks like an accident. Raises ShapeError with the place."""
    if not any(map(_shape_of, postorder(term))):
        return
    for node in postorder(term):
        if node.op not in _OVER and node.op not in ENTRYWISE:
            continue
        place = ctx.places.get(node) or ctx.places.get(term)
        if place is None:
            continue
        if node.op in _OVER and node.data in ("all", "range"):
            problem = _misused(ctx, node)
            if problem is not None:
                raise ctx.placed(problem, place)
        elif node.op in ENTRYWISE and any(accidents(node)):
            ctx.note("column-broadcast", place)
    for reach in reaches(term):
        place = ctx.places.get(reach.written) or ctx.places.get(term)
        if reach.leaves and place is not None:
            ctx.note("index-range", place, reach.words())


def _misused(ctx: Context, node: Term) -> ShapeError | None:
    index, body = node.args[0], node.args[-1]
    if any(inner.op in _GUARDS for inner in postorder(body)):
        return None
    upper = node.args[2] if node.data == "range" else None
    first: tuple[Term, int] | None = None
    for base, axis in _axes(index, body):
        size = (base.shape or ())[axis]
        if upper is not None:
            last = int(upper.data.value) if upper.op == "number" else 0
            if isinstance(size, int) and last > size:
                return misfits.leaves_axis(index, last, base, axis)
        elif first is None:
            first = base, axis
        elif size != (first[0].shape or ())[first[1]] and not _has_value(ctx, size, first):
            return misfits.two_sizes(index, first, (base, axis))
    return None


def _axes(index: Term, body: Term) -> Iterator[tuple[Term, int]]:
    """The axes that an index alone stands at: arrays with declared sizes only."""
    for node in postorder(body):
        base = node.args[0] if node.op == "entry" else node
        if (
            node.op == "entry"
            and base.op == "symbol"
            and base.shape
            and base.data.role != "sequence"
        ):
            for axis, place in enumerate(node.args[1:]):
                if place is index and axis < len(base.shape):
                    yield base, axis


def _has_value(ctx: Context, size: Dim, first: tuple[Term, int]) -> bool:
    """Whether one of two sizes is a name with a value: they may be one."""
    names = {size, (first[0].shape or ())[first[1]]}
    known = {key.data.name for key in ctx.scope.values if key.op == "symbol"}
    return not names.isdisjoint(known)
