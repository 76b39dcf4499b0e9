r"""Probabilities of unions and intersections: `P(A \cap B)` is P(A, B), `P(A \cup B)` the sum of
the probabilities of the events less that of both (inclusion and exclusion)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

from symdl.expression.reading.context import Context
from symdl.expression.reading.heads import Head
from symdl.expression.term import Term, combined, make
from symdl.latex import syntax as s

MEASURES = frozenset({"P", "\\Pr", "\\mathbb{P}", "\\mathrm{P}"})
MOST_EVENTS = 3

Call = Callable[[Context, Head, s.Group], Term | None]


def of_sets(ctx: Context, head: Head, group: s.Group, call: Call) -> Term | None:
    """The probability of events joined by one sign; None for another call."""
    if head.name not in MEASURES or head.primes or ctx.declared(head.name) is not None:
        return None
    body = group.body
    first = body.items[0] if isinstance(body, s.Sequence) else body
    if not isinstance(first, s.Product) or len(set(first.links)) != 1:
        return None
    events, sign = first.factors, first.links[0]
    if sign == "\\cap":
        return call(ctx, head, _of_all(group, events))
    if sign != "\\cup" or len(events) > MOST_EVENTS or _lists_more(body):
        return None
    ctx.note("union", group)
    parts: list[Term] = []
    for count in range(1, len(events) + 1):
        for some in combinations(events, count):
            chance = call(ctx, head, _of_all(group, some))
            if chance is None:
                return None
            parts.append(chance if count % 2 else make("neg", chance))
    return combined("add", parts)


def _lists_more(body: s.Node | None) -> bool:
    """Whether further events stand beside a union: `P(A \\cup B, C)`."""
    return isinstance(body, s.Sequence) and body.separators[:1] == (",",)


def _of_all(group: s.Group, events: Sequence[s.Node]) -> s.Group:
    """The bracket with these events in the place of the first one."""
    body = group.body
    rest = body.items[1:] if isinstance(body, s.Sequence) else ()
    behind = body.separators if isinstance(body, s.Sequence) else ()
    items = (*events, *rest)
    separators = (",",) * (len(events) - 1) + behind
    inner = s.Sequence(group.start, group.end, items, separators) if len(items) > 1 else items[0]
    return s.Group(group.start, group.end, group.open, group.close, inner)
