"""Brackets, lists and matrices: tuples, intervals, sets, vectors, norms, evaluation bars."""

from __future__ import annotations

from dataclasses import replace
from math import e, pi, prod

from symdl.expression.reading.constant_arrays import NAMES
from symdl.expression.reading.context import Context
from symdl.expression.reading.stacked import beside, blocks
from symdl.expression.reading.syntax import children
from symdl.expression.spelling import name_of
from symdl.expression.symbols import GREEK
from symdl.expression.term import Term, free_symbols, make
from symdl.latex import syntax as s

RANDOM_LETTERS = frozenset("XYZWT")
"""Capitals that are numbers inside of an expectation: `E[|X|]`."""

_ROUNDING = {"\\lfloor": "floor", "\\lceil": "ceil"}


_STACKING = frozenset({";", "\\|", "\\mid"})
"""What stands between arrays that are put together in square brackets."""
_BLOCKS = frozenset({"bmatrix", "pmatrix", "matrix", "bmatrix*", "array"})


def read_group(ctx: Context, node: s.Group) -> Term:
    """A bracket by its kind."""
    body = node.body
    if body is None:
        if node.open == "{":
            return make("set")
        return ctx.fail("an empty bracket", node)
    if node.open in ("(", "[", "]"):
        return _bracket(ctx, node, body)
    if node.open == "{":
        return _braces(ctx, node, body)
    if node.open == "|":
        return _bars(ctx, node, body)
    if node.open == "\\|":
        return make("norm", measured(ctx, body), data="")
    if node.open in _ROUNDING:
        return make(_ROUNDING[node.open], ctx.read(body))
    pair = isinstance(body, s.Sequence) and body.separators == (",",) and len(body.items) == 2
    if node.open == "\\langle" and isinstance(body, s.Sequence) and pair:
        return make("dot", *(ctx.read(item) for item in body.items))
    return ctx.fail(f"the bracket {node.open}...{node.close} is not read here", node)


def measured(ctx: Context, body: s.Node) -> Term:
    """What stands between the bars of a norm: `(3, 4)` is a vector there."""
    with ctx.expecting("vector"):
        return as_vector(ctx.read(body))


def as_vector(term: Term) -> Term:
    """A list where a vector is wanted."""
    return make("vector", *term.args) if term.op == "tuple" else term


def _bracket(ctx: Context, node: s.Group, body: s.Node) -> Term:
    if not isinstance(body, s.Sequence):
        if node.close not in (")", "]") or (node.open == "(") != (node.close == ")"):
            ctx.fail("the brackets do not match", node)
        if node.open == "[" and ctx.expected == "interval" and isinstance(body, s.Name | s.Number):
            hint = "write \\{1, \\dots, n\\} or 1 \\le i \\le n"
            ctx.fail("a set in square brackets", node, hint, "ambiguous")
        return ctx.read(body)
    separators = set(body.separators)
    stacking = node.open == "[" and node.close == "]" and len(separators) == 1
    if separators - {","} and not (stacking and separators <= _STACKING):
        ctx.fail("this list is not read here", node, "a list has commas")
    items = [ctx.read(item) for item in body.items]
    if stacking and len(items) > len(body.separators):
        made = beside([_unit(ctx, item) for item in items], separators)
        if made is not None:
            return made
    if separators - {","}:
        hint = "declare vectors or matrices of known sizes to put them together"
        ctx.fail("this list is not read here", node, hint)
    if len(items) == 2 and len(body.separators) == 1:
        ends = _interval_ends(ctx, node, items)
        if ends:
            return make("interval", *items, data=ends)
    if node.open == "(" and node.close == ")":
        least = 2 if ctx.expected in ("vector", "unclear") else 3
        if ctx.expected != "tuple" and len(items) >= least and any(map(_is_no_size, items)):
            ctx.note("vector-in-brackets", node)
            return make("vector", *items)
        if len(items) > 1:
            ctx.note("tuple", node)
        return make("tuple", *items)
    if node.open == "[" and node.close == "]":
        return make("vector", *items)
    return ctx.fail("the brackets do not match", node)


def _interval_ends(ctx: Context, node: s.Group, items: list[Term]) -> str:
    """The kind of interval that two ends in a bracket make, or an empty string."""
    ends = {"]": "(", "[": "["}.get(node.open, "(") + {"[": ")"}.get(node.close, node.close)
    if node.open == "]" or node.close == "[" or ends in ("[)", "(]"):
        return ends
    if ctx.expected == "interval":
        return ends
    if ctx.expected in ("tuple", "vector"):
        return ""
    low, high = items
    if _is_infinite(low) or _is_infinite(high):
        return ends
    lower, upper = written_value(low), written_value(high)
    if lower is None or upper is None or lower >= upper:
        return ""
    if ctx.expected == "unclear" and node.open == "(" and low.op == high.op == "number":
        return ""  # `z = (1, 2)` is a point: an open interval of numbers has a capital, or x in it
    if ctx.expected == "unclear":
        hint = "declare the left side (vector(2), set), or write x \\in [a, b]"
        ctx.fail("an interval or a list of two numbers", node, hint, "ambiguous")
    if node.open == "[" or lower <= 0:
        ctx.note("open-interval", node)
        return ends
    return ""


def _is_no_size(item: Term) -> bool:
    """Whether an item of a list is a number that is no size: `0.5`, `-1`, `0`."""
    value = written_value(item)
    return value is not None and (value != int(value) or value < 1)


def _is_infinite(term: Term) -> bool:
    inner = term.args[0] if term.op == "neg" else term
    return inner.op == "constant" and bool(inner.data == "infinity")


def written_value(term: Term) -> float | None:
    """The value of a written number, for comparing two of them."""
    if term.op == "neg":
        inner = written_value(term.args[0])
        return None if inner is None else -inner
    if term.op == "div":
        above, below = (written_value(a) for a in term.args)
        return None if above is None or not below else above / below
    if term.op == "mul":
        factors = [written_value(a) for a in term.args]
        return None if None in factors else prod(f for f in factors if f is not None)
    if term.op == "constant":
        return {"pi": pi, "e": e}.get(term.data)
    return term.data.value if term.op == "number" else None


def _braces(ctx: Context, node: s.Group, body: s.Node) -> Term:
    if not node.close and isinstance(body, s.Environment) and _has_cases(body):
        return ctx.read(replace(body, name="cases"))
    if not isinstance(body, s.Sequence):
        plain = isinstance(body, s.Name | s.Number | s.Styled | s.Scripts | s.Word | s.Accent)
        listed = plain or ctx.expected in ("interval", "set")
        return make("set", *_elements(ctx, body)) if listed else ctx.read(body)
    if set(body.separators) == {","} and len(body.separators) < len(body.items):
        return make("set", *(e for item in body.items for e in _elements(ctx, item)))
    if len(body.items) == 2 and body.separators[0] in ("\\mid", "|", ":"):
        return make("set_of", *(ctx.read(item) for item in body.items))
    return ctx.fail("this set is not read", node)


def _elements(ctx: Context, node: s.Node) -> tuple[Term, ...]:
    r"""The elements that an item of a list says: `\pm 1` says two."""
    if isinstance(node, s.Sum) and node.signs == ("\\pm",):
        value = ctx.read(node.terms[0])
        return -value, value
    return (ctx.read(node),)


def _has_cases(node: s.Environment) -> bool:
    """Whether each row of an array behind a brace is a value and its condition."""
    rows = [[cell for cell in row if cell is not None] for row in node.rows]
    return node.name == "array" and all(
        len(row) == 2 and not isinstance(row[0], s.Chain) and _is_condition(row[1]) for row in rows
    )


def _is_condition(cell: s.Node) -> bool:
    if isinstance(cell, s.Sequence) and len(cell.items) == 1:
        cell = cell.items[0]
    if isinstance(cell, s.Conditioned):
        return isinstance(cell.body, s.Empty)
    return isinstance(cell, s.Chain) and not isinstance(cell.operands[0], s.Empty)


def _bars(ctx: Context, node: s.Group, body: s.Node) -> Term:
    """`|x|`: absolute value, number of elements, determinant or length."""
    inner = ctx.read(body)
    name = inner.data.name if inner.op == "symbol" else ""
    role = inner.data.role if inner.op == "symbol" else ""
    is_set = role == "set" or inner.op in ("set", "set_of")
    if is_set or (name.startswith("\\mathcal{") and not ctx.declared(name)):
        ctx.note("cardinality", node)
        return make("cardinality", inner)
    letter = name.lstrip("\\")
    capital = letter[:1].isupper() and (len(name) == 1 or letter in GREEK)
    number = ctx.expected == "random" and letter in RANDOM_LETTERS
    if capital and role == "scalar" and not number and not ctx.declared(name):
        hint = f"declare {name}: real, set or matrix(n, n)"
        ctx.fail(
            "an absolute value, a number of elements or a determinant", node, hint, "ambiguous"
        )
    rank = len(inner.shape) if inner.shape is not None else None
    if role == "matrix" or rank == 2:
        return make("det", inner)
    if role == "vector" or rank == 1:
        return make("norm", inner, data="")
    return make("abs", inner)


def read_evaluated(ctx: Context, node: s.Scripts, body: Term) -> Term:
    """A body with an evaluation bar: `f |_{x = 0}`, `f |_{x = 1, y = 2}`."""
    items = node.sub.items if isinstance(node.sub, s.Sequence) else (node.sub,)
    variables: list[Term] = []
    values: list[Term] = []
    for item in items:
        if not isinstance(item, s.Chain) or item.relations != ("=",) or node.sup is not None:
            ctx.fail("an evaluation bar needs `x = a` below it", node)
        name = name_of(item.operands[0])
        if name is None:
            ctx.fail("this is no variable", item.operands[0])
        variables.append(ctx.symbol(name, item.operands[0]))
        values.append(ctx.read(item.operands[1]))
    if any(v in free_symbols(value) for value in values for v in variables) and len(values) > 1:
        ctx.fail("values below an evaluation bar that depend on each other", node)
    for variable, value in zip(variables, values, strict=True):
        body = make("at", body, variable, value)
    return body


def read_difference(ctx: Context, node: s.Scripts, group: s.Group) -> Term:
    """`\\bigl[x e^x\\bigr]_0^1`: the value at the upper end less the one at the lower end."""
    if group.body is None or isinstance(group.body, s.Sequence) or node.primes:
        ctx.fail("these limits are not read", node)
    body = ctx.read(group.body)
    free = {f for f in free_symbols(body) if f.data.role not in ("function", "index")}
    if len(free) > 1:
        variables = _integrated(ctx)
        free = {f for f in free if f.data.name in variables}
    if len(free) != 1:
        hint = "write F(b) - F(a)"
        ctx.fail("the variable between these limits is not clear", node, hint, "ambiguous")
    (variable,) = free
    assert node.sub is not None
    assert node.sup is not None
    upper, lower = (make("at", body, variable, ctx.read(end)) for end in (node.sup, node.sub))
    return make("add", upper, make("neg", lower))


def _integrated(ctx: Context) -> set[str]:
    """The names over which the line integrates."""
    found: set[str] = set()
    stack = [ctx.tree] if ctx.tree is not None else []
    while stack:
        node = stack.pop()
        stack.extend(children(node))
        if isinstance(node, s.BigOperator):
            found |= {name for d in node.differentials if (name := name_of(d))}
    return found


def _unit(ctx: Context, item: Term) -> Term:
    """An undeclared I as the identity."""
    name = item.data.name if item.op == "symbol" else ""
    known = NAMES.get(name) == "identity" and not ctx.scope.declares(name)
    return make("identity", data=name) if known else item


def read_sequence(ctx: Context, node: s.Sequence) -> Term:
    """A list without brackets, where a single value was expected."""
    return ctx.fail("a list is not read here", node, "put it into brackets")


# Environments ------------------------------------------------------------------------------


def read_matrix(ctx: Context, node: s.Environment) -> Term:
    """A matrix literal; determinant and norm bars are read as such."""
    width = len(node.rows[0]) if node.rows else 0
    entries: list[Term] = []
    for row in node.rows:
        if len(row) != width:
            message = f"rows of {width} and of {len(row)} entries"
            ctx.fail(message, node, "every row of a matrix has as many entries", "ill-formed")
        for cell in row:
            if cell is None:
                ctx.fail("an empty entry", node)
            entries.append(ctx.read(cell))
    if not entries:
        ctx.fail("an empty matrix", node)
    rows = [entries[start : start + width] for start in range(0, len(entries), width)]
    rows = [[_unit(ctx, item) for item in row] for row in rows]
    made = blocks(rows) if node.name in _BLOCKS else None
    if made is None:
        made = make("matrix", *entries, data=(len(node.rows), width))
    if node.name == "vmatrix":
        return make("det", made)
    return make("norm", made, data="") if node.name == "Vmatrix" else made
