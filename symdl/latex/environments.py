"""Matrices, cases, aligned systems: rows of cells."""

from __future__ import annotations

from symdl.latex import macros as m
from symdl.latex.cursor import Cursor
from symdl.latex.syntax import Environment, Node

_UNWRAPPED = frozenset({"equation", "equation*", "displaymath", "math", "subequations"})


def environment_node(cursor: Cursor, at: int) -> Node:
    r"""The environment or `\substack` whose first token stands at `at`; its content is next."""
    substack = cursor.kinds[at] != m.BEGIN
    name = "substack" if substack else cursor.texts[at]
    if substack:
        if cursor.kinds[cursor.i] != m.LBRACE:
            raise cursor.fail_here(r"\substack needs braces")
        cursor.i += 1
    rows = _rows(cursor, name)
    wanted = m.RBRACE if substack else m.ENDENV
    if cursor.kinds[cursor.i] != wanted:
        raise cursor.fail_here(f"{cursor.shown(cursor.i)} does not belong in {name}")
    cursor.i += 1
    if not rows:
        raise cursor.fail(f"{name} is empty", cursor.starts[at], cursor.ends[cursor.i - 1])
    if name in _UNWRAPPED and len(rows) == 1 and len(rows[0]) == 1 and rows[0][0] is not None:
        return rows[0][0]
    return Environment(cursor.starts[at], cursor.ends[cursor.i - 1], name, tuple(rows))


def _rows(cursor: Cursor, name: str) -> list[tuple[Node | None, ...]]:
    """Rows of cells; a last row without anything (behind a final `\\\\`) is none."""
    rows: list[tuple[Node | None, ...]] = []
    cells: list[Node | None] = []
    cases = name in m.ENVIRONMENTS_CASES or name == "array"
    while True:
        cells.append(cursor.statements(cell=cases and bool(cells)))
        kind = cursor.kinds[cursor.i]
        if kind == m.AMP:
            cursor.i += 1
            continue
        if any(cell is not None for cell in cells) or (kind == m.ROW and len(cells) > 1):
            rows.append(tuple(cells))
        if kind != m.ROW:
            return rows
        cells = []
        cursor.i += 1
