"""Whether two definitions of one name mean the same thing, one of them with a slip.

A name is used anew all the time: `f(x) = x^3` in one example, `f(x) = e^x` in the next one, `y_k`
for each type of a transform. What differs is told as inconsistent only where a reader would look
twice: the same letters, put together in the same way but for one small place, as in `x^2 + 1` and
`x^2 + 2`.
"""

from __future__ import annotations

from symdl.expression.term import Term, free_symbols, size

SMALL = 3
"""Parts of so many nodes are small; of a long formula a quarter is."""
LEAST = 5
"""Formulas with fewer parts are just others: `x^2` and `x^3`."""


def are_alike(one: Term, other: Term, is_called: bool) -> bool:
    """Whether two terms have the same letters and differ in one small place. What is no function
    (is_called) has other numbers in each example: `y = x + 1`, `y = x + 2`."""
    if free_symbols(one) != free_symbols(other):
        return False
    places = _differences(one, other)
    if len(places) != 1 or one.op != other.op or size(one) < LEAST:
        return False
    if all(part.op in ("entry", "label") for part in places[0]):
        return False  # another step
    if not is_called and all(part.op == "number" for part in places[0]):
        return False
    most = max(SMALL, size(one) // 4)
    return all(size(part) <= most for part in places[0])


def _differences(one: Term, other: Term) -> list[tuple[Term, Term]]:
    """The smallest parts of two terms that differ, place by place; each kind once."""
    found: dict[tuple[Term, Term], None] = {}
    waiting = [(one, other)]
    seen: set[tuple[Term, Term]] = set()
    while waiting:
        pair = waiting.pop()
        first, second = pair
        if first is second or pair in seen:
            continue
        seen.add(pair)
        alike = first.op == second.op and first.data == second.data
        if alike and first.args and len(first.args) == len(second.args):
            waiting += zip(first.args, second.args, strict=True)
        else:
            found[pair] = None
    return list(found)
