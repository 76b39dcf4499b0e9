"""Colours of bound indices by what surrounds them, for canonical names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from zlib import crc32

from symdl.derivation.index.nouns import Factor, Form, Index, Mono


@lru_cache(maxsize=4096)
def code(value: object) -> int:
    """A number for a name or an operation, the same in every process: so are the orders that are
    made of it, and what is printed in them."""
    return crc32(repr(value).encode())


Colours = Mapping[Index, int]
SYMMETRIC = "symmetric"
"""The head of a matrix kernel whose two indices may be exchanged."""


def shade(factor: Factor, colours: Colours) -> int:
    """A number for the structure of a factor in which indices are known by their colours."""
    if not factor.free:
        return hash((code("fixed"), factor.number))
    if factor.bound:
        colours = {**colours, **{i: code(("bound", i.dim)) for i in factor.bound}}
    slots = tuple(_slot(s, colours) for s in factor.slots)
    parts = tuple(form_shade(p, colours) for p in factor.parts)
    if factor.kind == "sum":
        dims = code(tuple(sorted(str(i.dim) for i in factor.bound)))
        return hash((code("sum"), dims, _mono(factor.body, colours)))
    if factor.kind == "delta" or factor.head == SYMMETRIC:
        slots = tuple(sorted(slots))
    return hash((code(factor.kind), code(factor.head), slots, parts))


def _slot(slot: Any, colours: Colours) -> int:
    if isinstance(slot, Form):
        return form_shade(slot, colours)
    if isinstance(slot, Index):
        return colours.get(slot, code(("free", slot.dim)))
    return code(("value", slot))


def _mono(mono: Mono, colours: Colours) -> int:
    return hash(tuple(sorted((shade(f, colours), e) for f, e in mono)))


def form_shade(form: Form, colours: Colours) -> int:
    """The same for a Form."""
    return hash(tuple(sorted((_mono(m, colours), c) for m, c in form.terms.items())))


def blank(form: Form) -> dict[Mono, int]:
    """A number for each summand that does not depend on the names of indices."""
    colours = {i: code(("blank", i.dim)) for i in form.free}
    return {m: _mono(m, colours) for m in form.terms}


def refined(
    bound: Sequence[Index],
    mono: Mono,
    classes: Sequence[Sequence[Index]] | None = None,
) -> list[list[Index]]:
    """The bound indices in classes that structure tells apart, in an order that it gives."""
    if classes is None:
        colours = {i: code(("dim", i.dim)) for i in bound}
    else:
        colours = {i: place for place, c in enumerate(classes) for i in c}
    while True:
        found: dict[Index, int] = {}
        for i in bound:
            marked = {**colours, i: hash((code("here"), colours[i]))}
            around = sorted((shade(f, marked), e) for f, e in mono if i in f.free)
            found[i] = hash((colours[i], tuple(around)))
        before, after = len(set(colours.values())), len(set(found.values()))
        colours = found
        if after == before or after == len(bound):
            break
    groups: dict[int, list[Index]] = {}
    for i in bound:
        groups.setdefault(colours[i], []).append(i)
    return [groups[c] for c in sorted(groups)]
