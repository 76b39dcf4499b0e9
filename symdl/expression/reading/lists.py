"""Lists: statements, values and conditions with commas between them."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.expression.reading.beside import approaches
from symdl.expression.reading.between import between
from symdl.expression.reading.conditions import (
    index_run,
    run_condition,
    shared,
    two_cases,
    when,
)
from symdl.expression.reading.context import Context
from symdl.expression.reading.kinds import RESTRICTING, STATEMENTS
from symdl.expression.reading.mappings import is_mapping, read_mapping
from symdl.expression.relations import COMPARING
from symdl.expression.spelling import name_of
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.latex import syntax as s


def read_list(ctx: Context, node: s.Sequence) -> Term:
    """A whole input with separators: statements, perhaps with conditions behind them."""
    if is_mapping(node):
        return read_mapping(ctx, node)
    if set(node.separators) - {",", ";"}:
        return ctx.fail("this list is not read", node)
    parts: list[Term] = []
    items = between(_without_brackets(node.items))
    place = 0
    while place < len(items):
        place += _read_item(ctx, parts, items, place)
    return joined_parts(ctx, node, parts)


def _read_item(ctx: Context, parts: list[Term], items: Sequence[s.Node], place: int) -> int:
    """Read what begins at a place: one more part, or a condition on the last one. Returns how many
    items it takes."""
    item = items[place]
    run = index_run(items, place)
    group = _names_before(items, place)
    if parts and group and parts[-1].op in ("relation", "when"):
        told = shared(tuple(ctx.read(i) for i in items[place : place + group]))
        parts[-1] = when(parts[-1], told, "where")
        return group
    if group > 1 and not parts:
        parts.extend(shared(tuple(ctx.read(i) for i in items[:group])))
        return group
    if parts and run is not None:
        parts[-1] = when(parts[-1], (run_condition(ctx, item, run),), "for")
        return 3
    if parts and isinstance(item, s.Conditioned) and item.word == "otherwise":
        parts[-1] = two_cases(ctx, parts[-1], item)
        return 1
    term = ctx.read(item)
    if parts and _in_brackets(item):
        parts[:] = _all_restricted(parts, term)
        return 1
    _refuse_unclear(ctx, parts, item, term)
    goes = bool(parts) and parts[-1].op in ("relation", "when") and approaches(term)
    if parts and (goes or _restricts(parts[-1], item, term) or _fixes_index(parts[-1], term)):
        parts[-1] = when(parts[-1], (term,), "when" if goes else "where")
    else:
        parts.append(_under_before(ctx, parts, term))
    return 1


def _in_brackets(node: s.Node) -> bool:
    """Whether an item is a condition in brackets: `\\quad (\\lambda > 0)`."""
    inside = node.body if isinstance(node, s.Group) and node.open == "(" else None
    return isinstance(inside, s.Chain) and not set(inside.relations) - (RESTRICTING | {"in", "!="})


def _all_restricted(parts: list[Term], condition: Term) -> list[Term]:
    """The statements under a condition in brackets: those that have its letters, else the last."""
    letters = free_symbols(condition)
    meant = [p.op in STATEMENTS and bool(letters & free_symbols(p)) for p in parts]
    if not any(meant):
        meant[-1] = True
    return [
        when(part, (condition,), "where") if taken else part
        for part, taken in zip(parts, meant, strict=True)
    ]


def _refuse_unclear(ctx: Context, parts: list[Term], node: s.Node, term: Term) -> None:
    """`x^2 \\ge 0, x^3 \\ge 0`: two claims, or the second a condition of the first?"""
    if not parts or parts[-1].op != "relation" or not _is_simpler(parts[-1], term):
        return
    before = parts[-1]
    plain = any(_is_plain_term(side) for side in term.args if free_symbols(side))
    if not set(before.data) - COMPARING and not plain and _weight(term) >= _weight(before):
        hint = "write \\text{for} before a condition, one claim a line"
        ctx.fail("a second claim or a condition of the first", node, hint, "ambiguous")


def _weight(term: Term) -> int:
    return sum(1 for _ in postorder(term))


def _without_brackets(items: Sequence[s.Node]) -> list[s.Node]:
    r"""The items of `\sqrt{ab} \le c, (a, b \ge 0)`: conditions in one bracket are a list too."""
    found = list(items[:1])
    for item in items[1:]:
        listed = item.body if isinstance(item, s.Group) and item.open == "(" else None
        conditions = isinstance(listed, s.Sequence) and set(listed.separators) == {","}
        if conditions and isinstance(listed, s.Sequence) and isinstance(listed.items[-1], s.Chain):
            found.extend(listed.items)
        else:
            found.append(item)
    return found


def _names_before(items: Sequence[s.Node], place: int) -> int:
    r"""How many items `x, y \ge 0` takes; 0 where no list of names ends in an order relation."""
    end = place
    while end < len(items) and _is_named(items[end]):
        end += 1
    if end == place or end == len(items):
        return 0
    last = items[end]
    if not isinstance(last, s.Chain) or set(last.relations) - RESTRICTING:
        return 0
    return end + 1 - place if _is_named(last.operands[0]) else 0


def _is_named(node: s.Node) -> bool:
    """`x`, `p_i`."""
    if isinstance(node, s.Scripts) and node.sup is None and not node.primes:
        return name_of(node.base) is not None
    return name_of(node) is not None


def _under_before(ctx: Context, parts: list[Term], term: Term) -> Term:
    """`x > 0, y > 0 => xy > 0`, `x, y > 0 => xy > 0`, `x + y = 1, x - y = 3 => x = 2`: the
    relations before an arrow belong to its left side, if they define nothing."""
    if term.op != "relation" or term.data[0] not in ("=>", "<=>"):
        return term
    if term.args[0].op not in STATEMENTS:
        return term
    first = len(parts)
    while first and (parts[first - 1].op == "symbol" or _is_premise(ctx, parts[first - 1])):
        first -= 1
    said = shared((*parts[first:], term.args[0]))
    if first == len(parts) or any(s.op == "symbol" for s in said):
        return term
    left = make("statements", *said)
    del parts[first:]
    return make("relation", left, *term.args[1:], data=term.data)


def _is_premise(ctx: Context, term: Term) -> bool:
    if term.op != "relation" or not {*RESTRICTING, "="}.issuperset(term.data):
        return False
    first = term.args[0]
    named = ctx.declared(first.data.name) if first.op == "symbol" else None
    return "=" not in term.data or first.op in _MADE or (named is not None and named.declared)


def _fixes_index(before: Term, term: Term) -> bool:
    """`A_{ij} = 0, i = j`: an equation of an index of the statement before it restricts it."""
    if term.op != "relation" or term.data != ("=",) or term.args[0].op != "symbol":
        return False
    return any(
        node.op == "entry" and any(term.args[0] in free_symbols(i) for i in node.args[1:])
        for node in postorder(before)
    )


def joined_parts(ctx: Context, node: s.Node, parts: list[Term]) -> Term:
    if len(parts) == 1:
        return parts[0]
    statements = [p.op in STATEMENTS for p in parts]
    if all(statements):
        return make("statements", *parts)
    if not any(statements):
        if len(set(getattr(node, "separators", ()))) > 1:
            ctx.fail("a list with unlike separators", node, "put brackets around its parts")
        return make("tuple", *parts)
    return ctx.fail("a list of statements and values", node, "write one statement a line")


def _restricts(before: Term, node: s.Node, term: Term) -> bool:
    independent = term.op == "relation" and set(term.data) == {"perp"}
    return independent or _is_restriction(before, node) or _is_simpler(before, term)


_ARITHMETIC = frozenset({"add", "neg", "mul", "div", "pow", "abs", "number", "symbol", "constant"})
_MADE = frozenset({"add", "neg", "mul", "div", "pow", "abs", "matmul", "transpose", "norm", "dot"})
"""What stands on the left of an equation that defines nothing."""
_CLAIMED = COMPARING | {"=", "approx"}


def _is_simpler(before: Term, term: Term) -> bool:
    r"""`, xy \ge 0`, `, x^2 < 1`, `, x \ge \ln 2` behind a statement of the same letters: order
    relations of plain names with arithmetic, or of arithmetic with what has no letters."""
    body = before.args[0] if before.op == "when" else before
    if term.op != "relation" or body.op != "relation" or set(term.data) - COMPARING:
        return False
    if set(body.data) - _CLAIMED or all(_is_plain_term(o) for o in body.args):
        return False
    letters = set(free_symbols(term))
    if not letters or not letters <= set(free_symbols(body)):
        return False
    open_sides = [o for o in term.args if free_symbols(o)]
    if any(n.op not in _ARITHMETIC for o in open_sides for n in postorder(o)):
        return False
    return len(open_sides) < len(term.args) or any(_is_plain_term(o) for o in term.args)


def _is_restriction(before: Term, node: s.Node) -> bool:
    """`, x > 0` behind a statement restricts it; `a > 0, b > 0` are two statements."""
    if not isinstance(node, s.Chain) or set(node.relations) - RESTRICTING:
        return False
    plain = all(_is_plain(o) or "in" in node.relations[-1] for o in node.operands)
    body = before.args[0] if before.op == "when" else before
    if not plain or body.op != "relation":
        return False
    if any(r in ("=", ":=", "approx", "<-", "=>", "=<", "<=>") for r in body.data):
        return True
    return not set(body.data) - RESTRICTING and not all(_is_plain_term(o) for o in body.args)


def _is_plain(node: s.Node) -> bool:
    """A number or a name, perhaps with a sign or between bars."""
    if isinstance(node, s.Sum) and len(node.terms) == 1:
        node = node.terms[0]
    if isinstance(node, s.Group) and node.open == node.close == "|" and node.body is not None:
        node = node.body
    return isinstance(node, s.Number) or name_of(node) is not None


def _is_plain_term(term: Term) -> bool:
    while term.op in ("neg", "abs"):
        term = term.args[0]
    return term.op in ("number", "symbol", "entry", "constant", "interval", "number_set", "space")
