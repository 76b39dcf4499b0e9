"""The table of operators: adding an operator is adding a row.

The structural operations (sums, entries, matrices, relations, ...) are not functions of
numbers; docs/terms.md lists them, `expression/shapes.py` types them.
"""

from __future__ import annotations

from symdl.expression.operators import (
    activation,
    arithmetic,
    elementary,
    hyperbolic,
    order,
    special,
    trigonometric,
)
from symdl.expression.operators.row import Operator

TABLE: dict[str, Operator] = {
    row.name: row
    for module in (
        arithmetic,
        elementary,
        trigonometric,
        hyperbolic,
        activation,
        special,
        order,
    )
    for row in module.ROWS
}

MACROS: dict[str, Operator] = {m: row for row in TABLE.values() for m in row.macros}
WORDS: dict[str, Operator] = {w: row for row in TABLE.values() for w in row.words}
LETTERS: dict[str, Operator] = {row.letter: row for row in TABLE.values() if row.letter}

SWITCHING = frozenset(row.name for row in TABLE.values() if row.switches is not None)
"""Rows that are put together of pieces."""
STEPPED = frozenset(row.name for row in TABLE.values() if row.jumps and row.switches is None)
"""Rows that jump again and again."""
WHOLE = frozenset(row.name for row in TABLE.values() if row.range.integer)
"""Rows of which each value is a whole number."""
WAVES = frozenset(row.name for row in TABLE.values() if row.period in (1, 2))
"""Rows that begin anew after 2 pi."""

__all__ = [
    "LETTERS",
    "MACROS",
    "STEPPED",
    "SWITCHING",
    "TABLE",
    "WAVES",
    "WHOLE",
    "WORDS",
    "Operator",
]
