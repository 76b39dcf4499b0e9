"""Conditions: what stands behind `if`, `for all`, `where`, and what words join."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.expression.reading.between import between
from symdl.expression.reading.context import Context
from symdl.expression.reading.kinds import RESTRICTING, STATEMENTS
from symdl.expression.reading.meanings import says_what_is_known
from symdl.expression.relations import opposite
from symdl.expression.spelling import name_of
from symdl.expression.term import Term, free_symbols, make, replace
from symdl.latex import syntax as s


def read_conditioned(ctx: Context, node: s.Conditioned) -> Term:
    """A node followed by words that restrict it."""
    if node.word == "exists":
        hint = "name a value: 'x = 2 => x^2 = 4', or say where it holds: '{x : x^2 = 4} = {-2, 2}'"
        ctx.fail("that something exists is not judged", node, hint, code="prose")
    if node.word in ("is", "otherwise") or node.condition is None:
        ctx.fail(f"the word '{node.word}' is not read here", node, code="prose")
    body = ctx.read(without_comma(node.body))
    if node.word == "where" and says_what_is_known(ctx, node.condition):
        return body
    if node.word in ("and", "or"):
        other = ctx.read(node.condition)
        if body.op not in STATEMENTS or other.op not in STATEMENTS:
            ctx.fail(f"'{node.word}' between what is no statement", node, code="prose")
        return _joined(node.word, body, other)
    conditions = shared(conditions_of(ctx, node.condition))
    if node.word == "forall":
        for condition in reversed(conditions):
            body = make("forall", condition, body)
        return body
    if node.word == "unless":
        return when(body, (_negated(ctx, conditions, node),), "if")
    if any(k.op not in STATEMENTS for k in conditions):
        ctx.fail(f"what stands behind '{node.word}' is no condition", node, code="prose")
    return when(body, conditions, node.word)


def conditions_of(ctx: Context, node: s.Node) -> tuple[Term, ...]:
    """The conditions in what stands behind `if`, `for`, ...; a list is several."""
    if not isinstance(node, s.Sequence):
        return (ctx.read(node),)
    found: list[Term] = []
    place = 0
    items = between(node.items)
    while place < len(items):
        run = index_run(items, place)
        if run is not None:
            found.append(run_condition(ctx, items[place], run))
            place += 3
        else:
            found.append(ctx.read(items[place]))
            place += 1
    return tuple(found)


def index_run(items: Sequence[s.Node], place: int) -> s.Node | None:
    """The last value of `i = 1, \\dots, n`."""
    if place + 2 < len(items) and isinstance(items[place + 1], s.Dots):
        first = items[place]
        if isinstance(first, s.Chain) and first.relations == ("=",) and name_of(first.operands[0]):
            return items[place + 2]
    return None


def run_condition(ctx: Context, first: s.Node, last: s.Node) -> Term:
    assert isinstance(first, s.Chain)
    index, start = (ctx.read(o) for o in first.operands)
    return make("relation", start, index, ctx.read(last), data=("<=", "<="))


def when(body: Term, conditions: tuple[Term, ...], word: str) -> Term:
    if body.op == "when":
        words = body.data + (word,) * len(conditions)
        return make("when", *body.args, *conditions, data=words)
    return make("when", body, *conditions, data=(word,) * len(conditions))


def two_cases(ctx: Context, before: Term, node: s.Conditioned) -> Term:
    """`f(x) = a \\text{ if } x > 0 \\text{ else } b`."""
    body = before.args[0] if before.op == "when" else before
    if before.op != "when" or before.data != ("if",) or len(body.args) != 2:
        ctx.fail("the word 'otherwise' is not read here", node, code="prose")
    if body.op != "relation" or body.data[0] not in ("=", ":=", "<-"):
        ctx.fail("the word 'otherwise' is not read here", node, code="prose")
    value = make("piecewise", body.args[1], before.args[1], ctx.read(without_comma(node.body)))
    return make("relation", body.args[0], value, data=body.data)


_NAMED = ("symbol", "entry")


def shared(conditions: tuple[Term, ...]) -> tuple[Term, ...]:
    r"""`x, y \ge 0` says it of each of the names; other conditions are left as they are."""
    found: list[Term] = []
    names: list[Term] = []
    for condition in conditions:
        if condition.op in _NAMED:
            names.append(condition)
            continue
        first = condition.args[0] if condition.op == "and" else condition
        if first.op == "relation" and first.args[0].op in _NAMED:
            own = first.args[0]
            made = (replace(condition, {own: x}) for x in names)
            found.extend(made if set(first.data) <= RESTRICTING else names)
        else:
            found.extend(names)
        names = []
        found.append(condition)
    return (*found, *names)


def _negated(ctx: Context, conditions: tuple[Term, ...], node: s.Node) -> Term:
    """What holds where a condition of one relation does not."""
    one = conditions[0]
    other = opposite(one)
    if one.op == "relation" and one.data == ("in",):
        other = make("relation", *one.args, data=("notin",))
    if len(conditions) > 1 or other is None:
        return ctx.fail("what stands behind 'unless' is not one relation", node, code="prose")
    if one.data[0] not in ("=", "!=") and any(side.shape for side in one.args):
        return ctx.fail(
            "an order of arrays, which holds of all entries, denied", node, code="prose"
        )
    return other


def _joined(word: str, body: Term, other: Term) -> Term:
    """Two statements joined by a word, which binds stronger than an arrow of logic; one of two
    values (`x = 1 or x = -1`) is an element of a set."""
    if body.op == "relation" and body.data in (("=>",), ("=<",), ("<=>",)):
        left, right = body.args
        if right.op in STATEMENTS:
            return make("relation", left, _joined(word, right, other), data=body.data)
    if other.op == "relation" and other.data in (("=>",), ("=<",), ("<=>",)):
        left, right = other.args
        if left.op in STATEMENTS:
            return make("relation", _joined(word, body, left), right, data=other.data)
    values = [_value_of(part) for part in (body, other)]
    if word == "or" and None not in values and body.args[0] is other.args[0]:
        elements = [e for value in values if value is not None for e in value]
        return make("relation", body.args[0], make("set", *elements), data=("in",))
    return make(word, body, other)


def _value_of(statement: Term) -> tuple[Term, ...] | None:
    """The values that a statement gives a name: x = 1, or x in a written set."""
    if statement.op != "relation" or statement.args[0].op != "symbol":
        return None
    right = statement.args[1]
    if statement.data == ("=",) and not free_symbols(right):
        return (right,)
    if statement.data == ("in",) and right.op == "set":
        return right.args
    return None


def without_comma(node: s.Node) -> s.Node:
    """`x,` before a condition is `x`."""
    if isinstance(node, s.Sequence) and len(node.items) == 1:
        return node.items[0]
    return node
