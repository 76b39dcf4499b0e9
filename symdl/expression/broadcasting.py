"""NumPy's broadcasting as a typing rule, with its trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from symdl.expression.dimensions import is_written, never_equal
from symdl.expression.term import Dim, Term, postorder

Operands = tuple[tuple[str, tuple[Dim, ...]], ...]
"""What is broadcast: the operands, as they are called, with their shapes."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One broadcast: the operands padded on the left with 1 to the same rank, the result
    per axis, and the failing axis from the right end (-1 is the last), if any."""

    padded: tuple[tuple[Dim, ...], ...]
    result: tuple[Dim, ...] | None
    failing_axis: int | None = None


def broadcast(*shapes: tuple[Dim, ...]) -> Broadcast:
    """Broadcast shapes by NumPy's rule: align right, pad with 1, equal or one of them 1."""
    rank = max(map(len, shapes), default=0)
    padded = tuple((1,) * (rank - len(s)) + tuple(s) for s in shapes)
    result: list[Dim] = []
    for axis in range(rank):
        wide = {s[axis] for s in padded} - {1}
        if len(wide) > 1:
            return Broadcast(padded, None, axis - rank)
        result.append(wide.pop() if wide else 1)
    return Broadcast(padded, tuple(result))


def may_fit(*shapes: tuple[Dim, ...]) -> bool:
    """Whether written sizes (`n + m` beside d) leave open that shapes broadcast."""
    rank = max(map(len, shapes), default=0)
    for axis in range(-rank, 0):
        wide = {s[axis] for s in shapes if len(s) >= -axis} - {1}
        if len(wide) < 2:
            continue
        if not any(map(is_written, wide)):
            return False
        first, *others = wide
        if any(never_equal(first, other) for other in others):
            return False
    return True


def accidents(*roots: Term) -> Iterator[tuple[Term, Term]]:
    """The pairs of a vector of n entries and a column of n that an operation entry by entry makes
    an n by n matrix of: hardly what was meant."""
    for node in (n for root in roots for n in postorder(root)):
        if node.op not in ENTRYWISE:
            continue
        for place, one in enumerate(node.args):
            for other in node.args[place + 1 :]:
                if _is_column(one, other) or _is_column(other, one):
                    yield one, other


ENTRYWISE = frozenset({"add", "mul", "div", "hadamard", "max", "min"})


def _is_column(one: Term, other: Term) -> bool:
    """Whether one is an (n, 1) column and the other a vector of n entries."""
    column = one.shape or ()
    return len(column) == 2 and column[1] == 1 != column[0] and other.shape == column[:1]


def as_data(operands: Operands) -> dict[str, Any]:
    """A broadcast as plain data, for reports: operands, what was padded, what comes out."""
    names, shapes = [name for name, _ in operands], [shape for _, shape in operands]
    found = broadcast(*shapes)
    return {
        "operands": [{"name": name, "shape": list(shape)} for name, shape in operands],
        "padded": [list(shape) for shape in found.padded],
        "result": None if found.result is None else list(found.result),
        "failing_axis": found.failing_axis,
        "table": table(names, *shapes),
    }


def table(names: Sequence[str], *shapes: tuple[Dim, ...]) -> list[str]:
    """The trace of a broadcast as aligned lines: an axis each column, padding in brackets, what
    comes out below, and `^` under the axis that fails.

    >>> print("\\n".join(table(["X", "b"], ("B", "n"), ("n",))))
    axis       -2   -1
    X           B    n
    b         (1)    n
    together    B    n
    """
    found = broadcast(*shapes)
    rank = len(found.padded[0]) if found.padded else 0
    rows = [["axis", *(str(axis) for axis in range(-rank, 0))]]
    for name, shape in zip(names, shapes, strict=True):
        missing = rank - len(shape)
        rows.append([name, *("(1)" for _ in range(missing)), *map(str, shape)])
    if found.result is not None:
        rows.append(["together", *map(str, found.result)])
    else:
        fails = (found.failing_axis or 0) + rank
        rows.append(["fails", *("^" if axis == fails else "" for axis in range(rank))])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(c.rjust(w + 1) for c, w in zip(row[1:], widths[1:], strict=True)),
            ]
        ).rstrip()
        for row in rows
    ]
