"""The two conventions of linear layers in one document: said where the second one begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symdl.evidence.verdict import Verdict
from symdl.expression.layers import IN_OUT, OUT_IN, Layer, layers, weight_letter
from symdl.expression.printer import plain
from symdl.notes.stated import Stated

_LINEAR = re.compile(r"\b[Ll]inear\s*\(\s*(\d+)\s*(?:\\rightarrow|\\to|->|→|,)\s*(\d+)\s*\)")
"""A layer by its sizes, the input first."""


def with_clashes(stated: Sequence[Stated]) -> tuple[Stated, ...]:
    """What is stated, and behind the first line that writes layers the other way than the lines
    before it a remark that says so: once for each letter of weights."""
    return tuple(_with_clashes(stated))


def _with_clashes(stated: Sequence[Stated]) -> Iterator[Stated]:
    first: dict[str, tuple[Layer, Stated]] = {}
    told: set[str] = set()
    inward: re.Match[str] | None = None
    for one in stated:
        yield one
        inward = _LINEAR.search(one.source.text.replace("$", "")) or inward
        for layer in (*_layers(one), *_by_sizes(one, inward)):
            before, where = first.setdefault(layer.letter, (layer, one))
            if layer.sizes != before.sizes and layer.letter not in told:
                told.add(layer.letter)
                yield _remark(one, layer, before, where)


def _layers(one: Stated) -> Iterator[Layer]:
    claim = one.claim
    if claim is not None and claim.relation in ("=", "equiv") and claim.right is not None:
        yield from layers(claim.right)


def _by_sizes(one: Stated, linear: re.Match[str] | None) -> Iterator[Layer]:
    """The layer `Linear(100 -> 64)` of which the sizes of the weights are told: (100, 64)."""
    claim = one.claim
    if linear is None or claim is None or claim.right is None or claim.left.op != "shape_of":
        return
    letter, sizes = weight_letter(claim.left.args[0]), [plain(a) for a in claim.right.args]
    ends = list(linear.groups())
    if letter is None or ends[0] == ends[1] or sizes not in (ends, ends[::-1]):
        return
    yield Layer(letter, IN_OUT if sizes == ends else OUT_IN, claim.left)


def _remark(one: Stated, layer: Layer, before: Layer, where: Stated) -> Stated:
    verdict = Verdict("undecided", "shape", _message(layer, before, where), code="two-layouts")
    return replace(one, decide=lambda _: verdict, note="")


def _message(layer: Layer, before: Layer, where: Stated) -> str:
    return (
        f"two conventions of layers in one document: by {plain(layer.written)} here "
        f"{layer.letter} is {layer.sizes}, by {plain(before.written)} in line "
        f"{where.span.line} it is {before.sizes}"
    )
