"""Entries at affine places as views, and what belongs at places put there: nothing is made that
is larger than what is read or written, and no Kronecker delta."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from symdl.code.axes import Axes, bare, from_zero
from symdl.code.index_ranges import PLACED, SHIFTED, Affine, affine, is_one_to_one, moves
from symdl.code.normal import addends, sum_of
from symdl.code.reverse import GATHERED
from symdl.code.softmaxes import AMONG
from symdl.expression.numerals import ONE
from symdl.expression.size_terms import as_term
from symdl.expression.term import Term, make, number

if TYPE_CHECKING:
    from symdl.code.arrays import Vectoriser

SHAPED = "shaped"
"""An array in the shape of an argument, also where all that moves along it cancels later."""
WINDOWS, BEYOND, AT_PLACES, SCATTERED = "windows", "beyond", "at_places", "scattered"
"""A view of an array at affine places; the same with 0 beyond its ends; zeros with values at such
places; zeros to which values are added at any places."""


def windows(known: Vectoriser, node: Term, base: Term) -> Axes | None:
    """The entries of an array at places that are sums of indices, as a view; None for others."""
    found = [affine(i, known.order) for i in node.args[1:]]
    told = [f for f in found if f is not None]
    if len(told) < len(found) or base.shape is None or len(base.shape) != len(found):
        return None
    labels = _sorted(known, {s for f in told for s in f.steps})
    starts = [known.number(_start(known, f) - 1) for f in told]
    steps = [f.steps.get(s, number(0)) for s in labels for f in told]
    parts = (*starts, *_counts(known, labels), *map(known.number, steps))
    inner = known.known[base].term
    return Axes(make(WINDOWS, inner, *parts, data=(len(told), len(labels))), labels)


def _sorted(known: Vectoriser, labels: set[Term]) -> tuple[Term, ...]:
    return tuple(sorted(labels, key=known.order.__getitem__))


def _start(known: Vectoriser, index: Affine) -> Term:
    """An index where all its labels are at their first values."""
    parts = [index.fixed, *(step * known.ends(s)[0] for s, step in index.steps.items())]
    return sum_of(p for part in parts for p in addends(part))


def _counts(known: Vectoriser, labels: Sequence[Term]) -> list[Term]:
    """How many values labels have."""
    return [sum_of(addends(high - low + 1)) for low, high in map(known.ends, labels)]


def _shifted(known: Vectoriser, node: Term) -> Axes:
    body = known.known[node.args[0]]
    own = list(body.labels)
    term = body.term
    listed = {move[0]: move for move in moves(node)}
    for label in (s for s in listed if s not in own):
        there = make("ones", *_counts(known, [label]))
        wide = make("view", term, data=(*[":"] * len(own), "None")) if own else term
        term = there if term is ONE else make("mul", wide, there)
        own.append(label)
    found = {label: affine(place, known.order) for label, _, _, place, _ in listed.values()}
    told = {label: f for label, f in found.items() if f is not None}
    labels = _sorted(
        known, (set(own) - listed.keys()) | {s for f in told.values() for s in f.steps}
    )
    starts = [_start(known, told[s]) if s in told else number(0) for s in own]
    gaps = [listed[s][4] if s in listed else ONE for s in own]
    steps = [
        told[axis].steps.get(s, number(0)) if axis in told else number(int(axis is s))
        for s in labels
        for axis in own
    ]
    parts = (*starts, *_counts(known, labels), *steps, *gaps)
    made = make(BEYOND, term, *map(known.number, parts), data=(len(own), len(labels)))
    return Axes(made, labels)


def _gathered(known: Vectoriser, node: Term) -> Axes:
    """The sum of what arrives at the entries of an array, in its shape."""
    variable = node.args[0]
    parts = [_arrived(known, variable, p) for p in node.args[1:]]
    rank = len(variable.shape or ())
    there = tuple(any(axes[k] for _, axes in parts) for k in range(rank))
    terms = [_seen(term, axes, there) for term, axes in parts]
    whole = number(0) if not terms else terms[0] if len(terms) == 1 else make("add", *terms)
    if not all(there):
        marks = tuple(":" if t else "None" for t in there)
        while marks and marks[0] == "None":
            marks = marks[1:]
        whole = make("view", whole, data=marks) if "None" in marks else whole
        if variable in known.parameters:
            whole = make("like", whole, bare(variable))
        else:
            everywhere = make("ones", *_extents(known, variable))
            whole = everywhere if whole is ONE else make("mul", whole, everywhere)
    elif variable in known.parameters:
        whole = make(SHAPED, whole, bare(variable))
    return Axes(whole, (), rank)


def _extents(known: Vectoriser, variable: Term) -> list[Term]:
    """The sizes of a variable, which may be told by other arguments."""
    shape = variable.shape or ()
    if variable in known.parameters:
        return [make("extent", bare(variable), data=k) for k in range(len(shape))]
    return [known.number(as_term(size)) for size in shape]


def _seen(term: Term, axes: tuple[bool, ...], there: tuple[bool, ...]) -> Term:
    if not any(axes):
        return term
    marks = [":" if mine else "None" for mine, wanted in zip(axes, there, strict=True) if wanted]
    while marks and marks[0] == "None":
        marks.pop(0)
    return make("view", term, data=tuple(marks)) if "None" in marks else term


def _arrived(known: Vectoriser, variable: Term, placed: Term) -> tuple[Term, tuple[bool, ...]]:
    """An array of what arrives at entries, and which axes it has."""
    body, indices = known.known[placed.args[0]], placed.args[1 : 1 + placed.data]
    rank = len(indices)
    plain = [i in known.order and known.is_whole(i, variable, k) for k, i in enumerate(indices)]
    if all(plain) and len(set(indices)) == rank:
        order = [body.labels.index(i) for i in indices if i in body.labels]
        turned = order != sorted(order)
        term = make("reorder", body.term, data=tuple(order)) if turned else body.term
        return term, tuple(i in body.labels for i in indices)
    extents = _extents(known, variable)
    found = [affine(i, known.order) for i in indices]
    told = [f for f in found if f is not None]
    if len(told) < rank or not is_one_to_one(told):
        return _scattered(known, variable, body, indices, extents), (True,) * rank
    labels = _sorted(known, {s for f in told for s in f.steps})
    marks = tuple(":" if s in body.labels else "None" for s in labels)
    while marks and marks[0] == "None":
        marks = marks[1:]
    term = make("view", body.term, data=marks) if "None" in marks else body.term
    starts = [known.number(_start(known, f) - 1) for f in told]
    steps = [known.number(f.steps.get(s, number(0))) for s in labels for f in told]
    parts = (*extents, *starts, *_counts(known, labels), *steps)
    return make(AT_PLACES, term, *parts, data=(rank, len(labels))), (True,) * rank


def _scattered(
    known: Vectoriser, variable: Term, body: Axes, indices: Sequence[Term], extents: Sequence[Term]
) -> Term:
    """Values added at places of the first axes; the last ones may be whole."""
    rest = known.whole_behind(indices, variable)
    aligned, labels, _ = known.align([known.known[i] for i in indices[: len(indices) - rest]])
    wanted = (*labels, *indices[len(indices) - rest :])
    own = [s for s in wanted if s in body.labels]
    order = tuple(body.labels.index(s) for s in own)
    term = body.term if order == tuple(sorted(order)) else make("reorder", body.term, data=order)
    values = _seen(term, tuple(s in own for s in wanted), (True,) * len(wanted))
    return make(SCATTERED, values, *extents, *map(from_zero, aligned), data=len(extents))


def _among(known: Vectoriser, node: Term) -> Axes:
    body, label = known.known[node.args[0]], node.args[1]
    if label not in body.labels:
        (count,) = _counts(known, [label])
        return Axes(ONE / count)
    last = len(body.labels) - 1
    place = body.labels.index(label)
    if place == last:
        return Axes(make("softmax", body.term), body.labels)
    there = (*(k for k in range(last + 1) if k != place), place)
    back = tuple(there.index(k) for k in range(last + 1))
    turned = make("softmax", make("reorder", body.term, data=there))
    return Axes(make("reorder", turned, data=back), body.labels)


def _others(known: Vectoriser, node: Term) -> Axes:
    """The product of all values along an index but each."""
    body, label = known.known[node.args[0]], node.args[1]
    return Axes(make("others", body.term, data=body.labels.index(label)), body.labels)


PLACE_RULES: dict[str, Callable[[Vectoriser, Term], Axes]] = {
    PLACED: lambda known, node: known.known[node.args[0]],
    SHIFTED: _shifted,
    GATHERED: _gathered,
    AMONG: _among,
    "others": _others,
}
