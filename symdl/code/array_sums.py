"""Reductions over an index as array operations; sums of products as matrix products or `einsum`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from symdl.code.axes import REDUCTIONS, Axes
from symdl.code.contractions import contraction, is_window
from symdl.code.normal import factors, product_of
from symdl.code.shift import LOG_TOTAL
from symdl.document.errors import CodeError
from symdl.expression.term import Term, make, number

if TYPE_CHECKING:
    from symdl.code.arrays import Vectoriser


def reduction(known: Vectoriser, node: Term) -> Axes:
    """A sum, product or extremum over an index; raises CodeError for what has no array code."""
    index, body = node.args[0], known.known[node.args[-1]]
    if node.op == "sum":
        product = _contraction(known, node)
        if product is not None:
            return product
    if index not in body.labels:
        return _repeated(known, node, body)
    axis = body.labels.index(index)
    labels = body.labels[:axis] + body.labels[axis + 1 :]
    name = LOG_TOTAL if node.op == LOG_TOTAL else "reduce"
    how = REDUCTIONS.get(node.op, LOG_TOTAL)
    alone = len(body.labels) + body.rank == 1
    return Axes(make(name, body.term, data=(how, None if alone else axis)), labels, body.rank)


def _repeated(known: Vectoriser, node: Term, body: Axes) -> Axes:
    """A reduction of a body without the index: counted, not looped over."""
    lower, upper = known.ends(node.args[0])
    count = upper - lower + 1 if lower is not number(1) else upper
    if node.op in ("max_over", "min_over"):
        return body
    if node.op == LOG_TOTAL:
        return Axes(make("add", body.term, make("log", count)), body.labels, body.rank)
    if node.op not in ("sum", "product"):
        raise CodeError(f"no array code for {node.op} of a constant")
    return Axes(
        make(
            "mul" if node.op == "sum" else "pow",
            *((count, body.term) if node.op == "sum" else (body.term, count)),
        ),
        body.labels,
        body.rank,
    )


def _contraction(known: Vectoriser, node: Term) -> Axes | None:
    """A sum of products as matrix product or einsum, where that saves an axis; what does not
    move with a summed index is multiplied afterwards."""
    summed, body = [node.args[0]], node.args[-1]
    while body.op == "sum" and body.args[0] in known.order and body.args[0] not in summed:
        summed.append(body.args[0])
        body = body.args[-1]
    coefficient, powers = factors(body)
    parts = [b if e == 1 else product_of(Fraction(1), ((b, e),)) for b, e in powers]
    if any(b not in known.known for b, _ in powers):
        return None
    values = {p: known.value(p) for p in parts}
    if any(v.rank for v in values.values()):
        return None
    inner = {p: v for p, v in values.items() if not set(summed).isdisjoint(v.labels)}
    union = {s for v in inner.values() for s in v.labels}
    if not set(summed) <= union or not _saves(list(inner.values())):
        return None
    labelled = [_as_stored(v) for v in _joined(known, list(inner.values()))]
    order = sorted(union, key=known.order.__getitem__)
    letters = {s: chr(ord("a") + k) for k, s in enumerate(order)}
    labels = tuple(s for s in letters if s not in summed)
    specs = ["".join(letters[s] for s in v.labels) for v in labelled]
    to = "".join(letters[s] for s in labels)
    result = Axes(contraction([v.term for v in labelled], specs, to), labels)
    outer = [(p, v) for p, v in values.items() if p not in inner]
    terms, labels, _ = known.align([result, *(v for _, v in outer)])
    rest = [(t, e) for (p, _), t in zip(outer, terms[1:], strict=True) for e in (Fraction(1),)]
    return Axes(product_of(coefficient, (*rest, (terms[0], Fraction(1)))), labels)


def _saves(factors_: Sequence[Axes]) -> bool:
    """Whether the product of all factors had more entries than each, or one is a view that has
    more entries than its array."""
    union = {s for v in factors_ for s in v.labels}
    widths = sorted(len(v.labels) for v in factors_)
    if len(factors_) < 2:
        return False
    return any(map(_is_view, factors_)) or len(union) > widths[-1] or widths == [1, 2]


def _is_view(value: Axes) -> bool:
    return is_window(value.term)


def _joined(known: Vectoriser, values: list[Axes]) -> list[Axes]:
    """Factors whose axes another has too multiplied into that one, which gets no larger."""
    found: list[Axes] = []
    for value in sorted(values, key=lambda v: -len(v.labels)):
        home = [
            k for k, f in enumerate(found) if set(value.labels) <= set(f.labels) and not _is_view(f)
        ]
        if not home or _is_view(value) or len(values) == 2:
            found.append(value)
            continue
        terms, labels, _ = known.align([found[home[0]], value])
        found[home[0]] = Axes(make("mul", *terms), labels)
    return found


def _as_stored(value: Axes) -> Axes:
    """A value before its axes were put in order: a contraction takes them in any order."""
    if value.term.op != "reorder":
        return value
    labels: list[Term] = list(value.labels)
    for place, axis in enumerate(value.term.data[: len(labels)]):
        labels[axis] = value.labels[place]
    return Axes(value.term.args[0], tuple(labels), value.rank)
