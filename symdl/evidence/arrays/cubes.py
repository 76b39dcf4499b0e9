r"""Membership of vectors entry by entry: `\operatorname{softmax}(x) \in (0, 1)^n` says that each
entry lies between 0 and 1."""

from __future__ import annotations

from symdl.evidence.conditions.hypotheses import infinite_sign
from symdl.expression.conventions import COUNT
from symdl.expression.operators import TABLE
from symdl.expression.term import Term, free_symbols, make, symbol

Link = tuple[Term, str, Term]


def by_entries(left: Term, home: Term) -> tuple[Link, ...]:
    """The order relations that say where the entries of a vector lie (`y \\in (0, 1)^n`), or an
    entry of what is no name (`f(x)_i \\in (0, 1)`); none where anything else is said."""
    interval, entry = home, left
    if home.op == "pow" and home.args[0].op == "interval":
        interval = home.args[0]
        if left.shape is None or len(left.shape) != 1 or not _fits(left.shape[0], home.args[1]):
            return ()
        taken = {name.data.name for name in free_symbols(left)}
        letter = next(name for name in ("i", "j", "k", "#i") if name not in taken)
        entry = _entry(left, symbol(letter, "index", domain=COUNT))
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


def _entry(vector: Term, index: Term) -> Term:
    """An entry of a vector; of a function entry by entry its value there."""
    outer = []
    while (row := TABLE.get(vector.op)) is not None and row.arity == 1:
        outer.append(vector)
        (vector,) = vector.args
    found = make("entry", vector, index)
    for function in reversed(outer):
        found = make(function.op, found, data=function.data)
    return found


def _fits(size: int | str, exponent: Term) -> bool:
    """Whether a vector of some size may be in a power of an interval."""
    if exponent.op == "number":
        return bool(exponent.data.value == size)
    return exponent.op == "symbol" and bool(exponent.data.name == size)
