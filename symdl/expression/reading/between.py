"""`0 < x, y < 1`: two chains with names between them that lie between the same two ends."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.expression.reading.stated_domains import is_closed
from symdl.expression.spelling import name_of
from symdl.latex import syntax as s

_RISING = frozenset({"<", "<="})


def between(items: Sequence[s.Node]) -> tuple[s.Node, ...]:
    """The items, with a chain for each of the names between two ends."""
    found: list[s.Node] = []
    place = 0
    while place < len(items):
        last = _last(items, place)
        if last:
            found.extend(_chains(items[place : last + 1]))
            place = last
        else:
            found.append(items[place])
        place += 1
    return tuple(found)


def _last(items: Sequence[s.Node], first: int) -> int:
    """Where the chain stands that ends what the one at `first` begins; 0 if there is none."""
    if not _is_end(items[first], 0):
        return 0
    for place in range(first + 1, len(items)):
        if _is_end(items[place], 1):
            return place
        if name_of(items[place]) is None:
            return 0
    return 0


def _is_end(node: s.Node, closed: int) -> bool:
    """Whether a chain says that a name lies above (closed 0) or below (1) what has no letters."""
    if not isinstance(node, s.Chain) or len(node.relations) != 1:
        return False
    if node.relations[0] not in _RISING or name_of(node.operands[1 - closed]) is None:
        return False
    return is_closed(node.operands[closed])


def _chains(items: Sequence[s.Node]) -> list[s.Node]:
    low, high = items[0], items[-1]
    assert isinstance(low, s.Chain)
    assert isinstance(high, s.Chain)
    names = (low.operands[1], *items[1:-1], high.operands[0])
    return [
        s.Chain(
            low.start,
            high.end,
            (low.operands[0], name, high.operands[1]),
            (*low.relations, *high.relations),
            (*low.places, *high.places),
        )
        for name in names
    ]
