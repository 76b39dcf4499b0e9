"""Order relations between numbers, and the three-valued logic of conditions made of them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from symdl.expression.term import Term, make

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
"""Whether `a relation b` holds, for exact numbers."""
ORDERING = frozenset({"<", "<=", ">", ">="})
"""Relations of which one side is the larger one."""
COMPARING = ORDERING | {"!="}
"""Those, and that of being unlike."""
NEGATED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
"""`a relation b` does not hold exactly if `a NEGATED[relation] b` does."""
MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""`a relation b` is `b MIRRORED[relation] a`."""


def opposite(condition: Term) -> Term | None:
    """What holds where a condition of one relation does not; None for other conditions.

    >>> from symdl.expression.term import symbol
    >>> x, y = map(symbol, "xy")
    >>> opposite(make("relation", x, y, data=("<",)))
    relation[('>=',)](x, y)
    """
    if condition.op != "relation" or len(condition.data) != 1 or condition.data[0] not in NEGATED:
        return None
    return make("relation", *condition.args, data=(NEGATED[condition.data[0]],))


def links(conditions: Iterable[Term]) -> Iterator[tuple[str, Term, Term]]:
    """Every single relation in a conjunction of conditions, in order.

    >>> from symdl.expression.term import symbol
    >>> x, y, z = map(symbol, "xyz")
    >>> chain = make("relation", x, y, z, data=("<", "<="))
    >>> list(links([make("and", chain, make("relation", z, x, data=("!=",)))]))
    [('<', x, y), ('<=', y, z), ('!=', z, x)]
    """
    waiting = list(conditions)[::-1]
    while waiting:
        condition = waiting.pop()
        if condition.op == "and":
            waiting.extend(reversed(condition.args))
        elif condition.op == "relation":
            yield from zip(condition.data, condition.args, condition.args[1:], strict=False)


def every(verdicts: Iterable[bool | None]) -> bool | None:
    """Whether all of several statements hold, each True, False or None (not known)."""
    listed = list(verdicts)
    if False in listed:
        return False
    return None if None in listed else True


def truth(condition: Term, holds: Callable[[Term], bool | None]) -> bool | None:
    """Whether a condition made by and, or, not holds; `holds` answers for its parts."""
    known: dict[Term, bool | None] = {}
    stack = [condition]
    while stack:
        node = stack[-1]
        if node in known:
            stack.pop()
        elif node.op not in ("and", "or", "not"):
            known[node] = holds(node)
        elif missing := [a for a in node.args if a not in known]:
            stack.extend(missing)
        elif node.op == "and":
            known[node] = every(known[a] for a in node.args)
        else:  # a or b is not (not a and not b)
            none = every(_negated(known[a]) for a in node.args)
            known[node] = none if node.op == "not" else _negated(none)
    return known[condition]


def _negated(verdict: bool | None) -> bool | None:
    return None if verdict is None else not verdict
