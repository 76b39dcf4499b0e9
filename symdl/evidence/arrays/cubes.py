r"""Membership of vectors entry by entry: `\operatorname{softmax}(x) \in (0, 1)^n` says that each
entry lies between 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.expression.conventions import COUNT
from symdl.expression.dimensions import dimension_of
from symdl.expression.homes import home_of
from symdl.expression.operators import TABLE
from symdl.expression.term import Dim, Term, free_symbols, make, symbol

Link = tuple[Term, str, Term]


def by_entries(left: Term, home: Term) -> tuple[Link, ...]:
    """The relations that say where the entries of an array lie (`y \\in (0, 1)^n`), or an entry of
    what is no name (`f(x)_i \\in (0, 1)`); none where anything else is said, and where the shape
    is another one."""
    interval, entry = home, left
    if home.op == "space":
        if home.data in ("R", "C") or not left.shape or not _fits(left.shape, home.args):
            return ()
        taken = {name.data.name for name in free_symbols(left)}
        letters = islice((name for name in LETTERS if name not in taken), len(left.shape))
        entry = _entry(left, [symbol(letter, "index", domain=COUNT) for letter in letters])
        interval = home_of(home.data)
        if interval.op != "interval":
            return ((entry, "in", interval),)
    elif left.op != "entry" or left.args[0].op == "symbol":
        return ()
    if interval.op != "interval":
        return ()
    brackets, (low, high) = interval.data, interval.args
    found: list[Link] = []
    if not infinite_sign(low):
        found.append((entry, ">=" if brackets[0] == "[" else ">", low))
    if not infinite_sign(high):
        found.append((entry, "<=" if brackets[1] == "]" else "<", high))
    return tuple(found)


LETTERS = ("i", "j", "k", "l", "p", "q", "r", "#i", "#j", "#k", "#l")


def _entry(vector: Term, indices: Sequence[Term]) -> Term:
    """An entry of an array; of a function entry by entry its value there."""
    outer = []
    while (row := TABLE.get(vector.op)) is not None and row.arity == 1:
        outer.append(vector)
        (vector,) = vector.args
    found = make("entry", vector, *indices)
    for function in reversed(outer):
        found = make(function.op, found, data=function.data)
    return found


def _fits(shape: Sequence[Dim], sizes: Sequence[Term]) -> bool:
    """Whether an array of some shape has the sizes that are written."""
    return len(shape) == len(sizes) and all(
        dimension_of(size) == dim for dim, size in zip(shape, sizes, strict=True)
    )
