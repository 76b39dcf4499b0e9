"""Statements: chains of relations, lists, conditions, cases and aligned systems."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.expression import conventions as c
from symdl.expression.reading_calls import arguments
from symdl.expression.reading_context import Context
from symdl.expression.reading_groups import read_matrix
from symdl.expression.reading_survey import bracket_of
from symdl.expression.spelling import name_of
from symdl.expression.term import Term, make
from symdl.latex import syntax as s

_ORDER = frozenset({"<", "<=", ">", ">=", "!=", "in", "notin"})
_IMPLICATIONS = frozenset({"=>", "<=>", "->", "mapsto"})
_STATEMENTS = frozenset({"relation", "when", "statements", "forall", "and", "or", "not"})
_SYSTEMS_TEXT = (
    "aligned align align* split gathered gather gather* equation equation* eqnarray eqnarray* "
    "alignat alignedat multline multline* displaymath math flalign alignat*"
)
_SYSTEMS = frozenset(_SYSTEMS_TEXT.split())


def read_chain(ctx: Context, node: s.Chain) -> Term:
    """Operands joined by relations; what stands on the right may be expected to be a set,
    a size or a distribution."""
    cut = next((i for i, r in enumerate(node.relations) if r in _IMPLICATIONS), None)
    if cut is not None and len(set(node.relations)) > 1:
        return _implication(ctx, node, cut)
    first = ctx.read(node.operands[0])
    operands, image = [first], first.op == "image"
    for relation, operand in zip(node.relations, node.operands[1:], strict=True):
        before = ctx.expected
        if relation in ("in", "notin", "subset", "subseteq") or image:
            ctx.expected = "interval"
        elif relation == "->":
            ctx.expected = "tuple"
        found = _distribution(ctx, operand) if relation == "sim" else None
        operands.append(found if found is not None else ctx.read(operand))
        ctx.expected = before
    if node.relations == ("ni",):
        return make("relation", *reversed(operands), data=("in",))
    if "ni" in node.relations:
        ctx.fail("\\ni in a chain is not read", node)
    _note_assignment(ctx, node, operands)
    return make("relation", *operands, data=node.relations)


def _implication(ctx: Context, node: s.Chain, cut: int) -> Term:
    """`a = b => c = d`: an arrow of logic joins whole statements."""
    sides = []
    for low, high in ((0, cut), (cut + 1, len(node.relations))):
        operands = node.operands[low : high + 1]
        if len(operands) == 1:
            sides.append(ctx.read(operands[0]))
            continue
        part = s.Chain(
            operands[0].start, operands[-1].end, operands,
            node.relations[low:high], node.places[low:high],
        )  # fmt: skip
        sides.append(ctx.read(part))
    return make("relation", *sides, data=(node.relations[cut],))


def _note_assignment(ctx: Context, node: s.Chain, operands: list[Term]) -> None:
    left = node.operands[0]
    if node.relations[0] == "=" and isinstance(left, s.Name) and operands[0].op == "symbol":
        from symdl.expression.term import postorder

        if any(t is operands[0] for t in postorder(operands[1])):
            ctx.note("assignment", node)


def _distribution(ctx: Context, node: s.Node) -> Term | None:
    """`\\sim \\text{Bernoulli}(p)`: a name with parameters is a distribution."""
    if not isinstance(node, s.Product) or len(node.factors) != 2 or node.links != ("",):
        return None
    name, group = name_of(node.factors[0]), node.factors[1]
    if name is None or bracket_of(group) is not group or not isinstance(group, s.Group):
        return None
    if ctx.is_function(name) or ctx.declared(name) is not None or name in c.OPAQUE:
        return None
    if any(sign != "," for sign in getattr(group.body, "separators", ())):
        return None
    ctx.note("distribution", node)
    return make("opaque", *arguments(ctx, group)[0], data=f"distribution:{name}")


# Lists and conditions ----------------------------------------------------------------------


def read_list(ctx: Context, node: s.Sequence) -> Term:
    """A whole input with separators: statements, perhaps with conditions behind them."""
    if set(node.separators) - {",", ";"}:
        return ctx.fail("this list is not read", node)
    parts: list[Term] = []
    place = 0
    items = node.items
    while place < len(items):
        item = items[place]
        run = _index_run(items, place)
        if parts and run is not None:
            parts[-1] = _when(parts[-1], (_run_condition(ctx, item, run),), "for")
            place += 3
            continue
        term = ctx.read(item)
        if parts and _is_restriction(parts[-1], item):
            parts[-1] = _when(parts[-1], (term,), "where")
        else:
            parts.append(term)
        place += 1
    return _joined_parts(ctx, node, parts)


def _joined_parts(ctx: Context, node: s.Node, parts: list[Term]) -> Term:
    if len(parts) == 1:
        return parts[0]
    statements = [p.op in _STATEMENTS for p in parts]
    if all(statements):
        return make("statements", *parts)
    if not any(statements):
        return make("tuple", *parts)
    return ctx.fail("a list of statements and values", node, "write one statement a line")


def _when(body: Term, conditions: tuple[Term, ...], word: str) -> Term:
    if body.op == "when":
        words = body.data + (word,) * len(conditions)
        return make("when", *body.args, *conditions, data=words)
    return make("when", body, *conditions, data=(word,) * len(conditions))


def _is_restriction(before: Term, node: s.Node) -> bool:
    """`, x > 0` behind an equation restricts it; `a > 0, b > 0` are two statements."""
    if not isinstance(node, s.Chain) or set(node.relations) - _ORDER:
        return False
    plain = all(_is_plain(o) or "in" in node.relations[-1] for o in node.operands)
    body = before.args[0] if before.op == "when" else before
    equation = body.op == "relation" and any(r in ("=", ":=", "approx", "<-") for r in body.data)
    return plain and equation


def _is_plain(node: s.Node) -> bool:
    if isinstance(node, s.Sum) and len(node.terms) == 1:
        node = node.terms[0]
    return isinstance(node, s.Number) or name_of(node) is not None


def _index_run(items: Sequence[s.Node], place: int) -> s.Node | None:
    """The last value of `i = 1, \\dots, n`."""
    if place + 2 < len(items) and isinstance(items[place + 1], s.Dots):
        first = items[place]
        if isinstance(first, s.Chain) and first.relations == ("=",) and name_of(first.operands[0]):
            return items[place + 2]
    return None


def _run_condition(ctx: Context, first: s.Node, last: s.Node) -> Term:
    assert isinstance(first, s.Chain)
    index, start = (ctx.read(o) for o in first.operands)
    return make("relation", start, index, ctx.read(last), data=("<=", "<="))


def conditions_of(ctx: Context, node: s.Node) -> tuple[Term, ...]:
    """The conditions in what stands behind `if`, `for`, ...; a list is several."""
    if not isinstance(node, s.Sequence):
        return (ctx.read(node),)
    found: list[Term] = []
    place = 0
    items = node.items
    while place < len(items):
        run = _index_run(items, place)
        if run is not None:
            found.append(_run_condition(ctx, items[place], run))
            place += 3
        else:
            found.append(ctx.read(items[place]))
            place += 1
    return tuple(found)


def read_conditioned(ctx: Context, node: s.Conditioned) -> Term:
    """A node followed by words that restrict it."""
    if node.word in ("is", "exists", "otherwise") or node.condition is None:
        ctx.fail(f"the word '{node.word}' is not read here", node, code="prose")
    body = ctx.read(_without_comma(node.body))
    if node.word in ("and", "or"):
        other = ctx.read(node.condition)
        if body.op not in _STATEMENTS or other.op not in _STATEMENTS:
            ctx.fail(f"'{node.word}' between what is no statement", node, code="prose")
        return make(node.word, body, other)
    conditions = conditions_of(ctx, node.condition)
    if node.word == "forall":
        for condition in reversed(conditions):
            body = make("forall", condition, body)
        return body
    if any(k.op not in _STATEMENTS for k in conditions):
        ctx.fail(f"what stands behind '{node.word}' is no condition", node, code="prose")
    return _when(body, conditions, node.word)


def _without_comma(node: s.Node) -> s.Node:
    """`x,` before a condition is `x`."""
    if isinstance(node, s.Sequence) and len(node.items) == 1:
        return node.items[0]
    return node


# Environments ------------------------------------------------------------------------------


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
            if any(k.op not in _STATEMENTS for k in found):
                ctx.fail("this is no condition", condition, "write for example x > 0")
            parts.append(found[0] if len(found) == 1 else make("and", *found))
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
        return _without_comma(value.body), value.condition, value.word == "otherwise"
    if condition is None and isinstance(value, s.Sequence) and len(value.items) == 2:
        value, condition = value.items
    value = _without_comma(value)
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
    return _joined_parts(ctx, node, parts)


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
