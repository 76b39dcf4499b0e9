"""Cases and aligned systems: rows as pieces of statements."""

from __future__ import annotations

from symdl.expression.reading.conditions import conditions_of, without_comma
from symdl.expression.reading.context import Context
from symdl.expression.reading.groups import read_matrix
from symdl.expression.reading.kinds import STATEMENTS
from symdl.expression.reading.lists import joined_parts, read_list
from symdl.expression.term import Term, combined, make
from symdl.latex import syntax as s

_SYSTEMS_TEXT = (
    "aligned align align* split gathered gather gather* equation equation* eqnarray eqnarray* "
    "alignat alignedat multline multline* displaymath math flalign alignat*"
)


_SYSTEMS = frozenset(_SYSTEMS_TEXT.split())


def read_environment(ctx: Context, node: s.Environment) -> Term:
    """Cases, matrices and systems."""
    if node.name in ("cases", "dcases", "rcases"):
        return _cases(ctx, node)
    if node.name in _SYSTEMS or (node.name == "array" and _has_relations(node)):
        return _system(ctx, node)
    return read_matrix(ctx, node)


def _has_relations(node: s.Environment) -> bool:
    return any(isinstance(cell, s.Chain) for row in node.rows for cell in row)


def _cases(ctx: Context, node: s.Environment) -> Term:
    parts: list[Term] = []
    for i, row in enumerate(node.rows):
        value, condition, otherwise = _case(ctx, node, row)
        if otherwise and i != len(node.rows) - 1:
            ctx.fail("'otherwise' stands before the last case", node, code="ill-formed")
        parts.append(ctx.read(value))
        if condition is not None:
            found = conditions_of(ctx, condition)
            if any(k.op not in STATEMENTS for k in found):
                ctx.fail("this is no condition", condition, "write for example x > 0")
            parts.append(combined("and", found))
        elif not otherwise:
            ctx.fail("a case without a condition", value)
    return make("piecewise", *parts)


def _case(
    ctx: Context, node: s.Environment, row: tuple[s.Node | None, ...]
) -> tuple[s.Node, s.Node | None, bool]:
    cells = [cell for cell in row if cell is not None]
    if not cells or len(cells) > 2:
        ctx.fail("a case is a value and a condition", node)
    value = cells[0]
    condition: s.Node | None = cells[1] if len(cells) == 2 else None
    if condition is None and isinstance(value, s.Conditioned):
        return without_comma(value.body), value.condition, value.word == "otherwise"
    if condition is None and isinstance(value, s.Sequence) and len(value.items) == 2:
        value, condition = value.items
    value = without_comma(value)
    if isinstance(condition, s.Sequence) and len(condition.items) == 1:
        condition = condition.items[0]
    if isinstance(condition, s.Conditioned) and isinstance(condition.body, s.Empty):
        return value, condition.condition, condition.word == "otherwise"
    if isinstance(condition, s.Word) and condition.text.strip(" .,") in ("otherwise", "else"):
        return value, None, True
    return value, condition, False


def _system(ctx: Context, node: s.Environment) -> Term:
    """Rows as statements; a row that starts with a relation continues the one above."""
    joined: list[s.Node] = []
    for row in node.rows:
        line = _row(row)
        if line is None:
            continue
        if joined and isinstance(line, s.Chain) and isinstance(line.operands[0], s.Empty):
            joined[-1] = _continued(joined[-1], line)
        elif joined and isinstance(line, s.Sum) and line.signs[0] and row[0] is None:
            joined[-1] = _added(joined[-1], line)
        else:
            joined.append(line)
    parts: list[Term] = []
    for line in joined:
        found = read_list(ctx, line) if isinstance(line, s.Sequence) else ctx.read(line)
        parts.extend(found.args if found.op == "statements" else (found,))
    if not parts:
        ctx.fail("an empty system", node)
    return joined_parts(ctx, node, parts)


def _row(row: tuple[s.Node | None, ...]) -> s.Node | None:
    cells = [cell for cell in row if cell is not None]
    line: s.Node | None = None
    for cell in cells:
        line = cell if line is None else _continued(line, cell)
    if isinstance(line, s.Sequence) and len(line.items) == 1:
        line = line.items[0]
    return line


def _continued(above: s.Node, below: s.Node) -> s.Node:
    """Two pieces of one chain; the second starts with its relation."""
    if isinstance(above, s.Sequence) and len(above.items) == 1:
        above = above.items[0]
    if isinstance(below, s.Sequence):
        first = _continued(above, below.items[0])
        return s.Sequence(above.start, below.end, (first, *below.items[1:]), below.separators)
    if isinstance(below, s.Conditioned):
        body = below.body if isinstance(below.body, s.Chain) else None
        inner = above if isinstance(below.body, s.Empty) else None
        inner = _continued(above, body) if body is not None else inner
        if inner is not None:
            return s.Conditioned(above.start, below.end, inner, below.word, below.condition)
    if isinstance(below, s.Chain) and isinstance(below.operands[0], s.Empty):
        start = above if isinstance(above, s.Chain) else None
        operands = start.operands if start is not None else (above,)
        relations = start.relations if start is not None else ()
        places = start.places if start is not None else ()
        if operands and isinstance(operands[-1], s.Empty):
            return above
        return s.Chain(
            above.start, below.end, operands + below.operands[1:],
            relations + below.relations, places + below.places,
        )  # fmt: skip
    if isinstance(above, s.Chain) and isinstance(above.operands[-1], s.Empty):
        operands = (*above.operands[:-1], below)
        return s.Chain(above.start, below.end, operands, above.relations, above.places)
    return s.Sequence(above.start, below.end, (above, below), (",",))


def _added(above: s.Node, below: s.Sum) -> s.Node:
    """A line that starts with + or - goes on with the sum above."""
    if isinstance(above, s.Chain):
        last = _added(above.operands[-1], below)
        operands = (*above.operands[:-1], last)
        return s.Chain(above.start, below.end, operands, above.relations, above.places)
    if isinstance(above, s.Sum):
        return s.Sum(above.start, below.end, above.signs + below.signs, above.terms + below.terms)
    return s.Sum(above.start, below.end, ("", *below.signs), (above, *below.terms))
