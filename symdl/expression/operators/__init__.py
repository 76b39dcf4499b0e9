"""The table of operators: adding an operator is adding a row.

The structural operations (sums, entries, matrices, relations, ...) are not functions of
numbers; docs/terms.md lists them, `expression/shapes.py` types them.
"""

from __future__ import annotations

from symdl.expression.operators import activation, elementary
from symdl.expression.operators.row import Operator

TABLE: dict[str, Operator] = {row.name: row for row in (*elementary.ROWS, *activation.ROWS)}

MACROS: dict[str, Operator] = {m: row for row in TABLE.values() for m in row.macros}
WORDS: dict[str, Operator] = {w: row for row in TABLE.values() for w in row.words}

__all__ = ["MACROS", "TABLE", "WORDS", "Operator"]
