"""Statements: chains of relations, lists, conditions, cases and aligned systems."""

from __future__ import annotations

from collections.abc import Sequence

from symdl.expression import conventions as c
from symdl.expression.operators import TABLE, WORDS
from symdl.expression.reading.beside import approach, approaches
from symdl.expression.reading.context import Context
from symdl.expression.reading.heads import arguments
from symdl.expression.reading.kinds import is_array
from symdl.expression.reading.meanings import says_what_is_known
from symdl.expression.reading.products_doubted import refuse_word
from symdl.expression.reading.syntax import bracket_of
from symdl.expression.spelling import name_of
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.latex import syntax as s

_ORDER = frozenset({"<", "<=", ">", ">=", "!=", "in", "notin"})
_IMPLICATIONS = frozenset({"=>", "=<", "<=>", "->", "mapsto"})
STATEMENTS = frozenset({"relation", "when", "statements", "forall", "and", "or", "not"})


def read_chain(ctx: Context, node: s.Chain) -> Term:
    """Operands joined by relations; what stands on the right may be expected to be a set,
    a size or a distribution."""
    cut = next((i for i, r in enumerate(node.relations) if r in _IMPLICATIONS), None)
    if cut is not None and len(set(node.relations)) > 1:
        return _implication(ctx, node, cut)
    if "equiv" in node.relations and _is_congruence(node):
        return _congruence(ctx, node)
    both = approach(ctx, node)
    if both is not None:
        return both
    refuse_word(ctx, node.operands[0])
    for between in node.operands[1:-1]:
        _refuse_unknown(ctx, between)
    first = ctx.read(node.operands[0])
    operands = [first]
    for relation, operand in zip(node.relations, node.operands[1:], strict=True):
        before = ctx.expected
        ctx.expected = _expected(relation, first) or before
        drawn = relation == "sim" and not _is_asymptotic(ctx, first)
        found = _distribution(ctx, operand) if drawn else None
        either = _both_signs(operand) if node.relations == ("=",) else None
        if either is not None:
            value = ctx.read(either)
            ctx.expected = before
            return make("relation", first, make("set", value, -value), data=("in",))
        operands.append(found if found is not None else ctx.read(operand))
        ctx.expected = before
    if node.relations == ("ni",):
        return make("relation", *reversed(operands), data=("in",))
    if "ni" in node.relations:
        ctx.fail("\\ni in a chain is not read", node)
    _note_assignment(ctx, node, operands)
    return make("relation", *operands, data=node.relations)


def _refuse_unknown(ctx: Context, node: s.Node) -> None:
    r"""`x^2 > 0 \text{ barring } x = 0`: a word between two relations is no factor."""
    last = node.terms[-1] if isinstance(node, s.Sum) else node
    if not isinstance(last, s.Product):
        return
    for before, word, behind in zip(last.factors, last.factors[1:], last.factors[2:], strict=False):
        if not isinstance(word, s.Word) or bracket_of(behind) is behind or before is word:
            continue
        if ctx.declared(word.text) is None and word.text not in WORDS:
            ctx.fail(f"the word '{word.text}' is not read here", word, code="prose")


def _both_signs(node: s.Node) -> s.Node | None:
    r"""c of `\pm c`: `x = \pm c` says that x is c or -c."""
    return node.terms[0] if isinstance(node, s.Sum) and node.signs == ("\\pm",) else None


def _is_asymptotic(ctx: Context, first: Term) -> bool:
    """Whether `~` compares the growth of two terms: of an expression, or where a limit is named."""
    if first.op in TABLE:
        return True
    return first.op == "call" and ("\\to" in ctx.source.text or "\\rightarrow" in ctx.source.text)


_SETS = frozenset({"image", "interval", "set_of"})


def _expected(relation: str, first: Term) -> str:
    """What a bracket with two numbers must be on the right of a relation."""
    if relation in ("in", "notin", "subset", "subseteq") or first.op in _SETS:
        return "interval"
    if first.op == "set":
        return "set"
    if relation == "->" or first.op in ("tuple", "shape_of"):
        return "tuple"
    if first.op == "vector" or is_array(first):
        return "vector"
    name = first.data.name if first.op == "symbol" else ""
    small = name[:1].islower() or (name[:1] == "\\" and name[1:2].islower())
    return "unclear" if small and first.data.role != "set" and len(name.strip("\\")) == 1 else ""


def _is_congruence(node: s.Chain) -> bool:
    """Whether only the last side of a chain of \\equiv ends in a modulus."""
    rest = any(map(_ends_in_modulus, node.operands[:-1]))
    return set(node.relations) == {"equiv"} and _ends_in_modulus(node.operands[-1]) and not rest


def _ends_in_modulus(node: s.Node) -> bool:
    if isinstance(node, s.Sum):
        node = node.terms[-1]
    return isinstance(node, s.Product) and node.links[-1] in ("\\bmod", "\\pmod")


def _congruence(ctx: Context, node: s.Chain) -> Term:
    """`a \\equiv b \\pmod n`: the remainders of both sides are equal."""
    last = node.operands[-1]
    product = last.terms[-1] if isinstance(last, s.Sum) else last
    assert isinstance(product, s.Product)
    modulus = ctx.read(product.factors[-1])
    rest: s.Node = product.factors[0]
    if len(product.factors) > 2:
        rest = s.Product(
            rest.start, product.factors[-2].end, product.factors[:-1], product.links[:-1]
        )
    if isinstance(last, s.Sum):
        rest = s.Sum(last.start, rest.end, last.signs, (*last.terms[:-1], rest))
    sides = (*(ctx.read(o) for o in node.operands[:-1]), ctx.read(rest))
    ctx.note("congruence", node)
    return make("relation", *(make("mod", x, modulus) for x in sides), data=node.relations)


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
    named = isinstance(left, s.Name) and operands[0].op == "symbol"
    if named and node.relations[0] == "=" and operands[0] in set(postorder(operands[1])):
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
        group = _names_before(items, place)
        if parts and group and parts[-1].op in ("relation", "when"):
            told = _shared(tuple(ctx.read(i) for i in items[place : place + group]))
            parts[-1] = _when(parts[-1], told, "where")
            place += group
            continue
        if parts and run is not None:
            parts[-1] = _when(parts[-1], (_run_condition(ctx, item, run),), "for")
            place += 3
            continue
        if parts and isinstance(item, s.Conditioned) and item.word == "otherwise":
            parts[-1] = _two_cases(ctx, parts[-1], item)
            place += 1
            continue
        term = ctx.read(item)
        goes = bool(parts) and parts[-1].op in ("relation", "when") and approaches(term)
        if parts and (goes or _restricts(parts[-1], item, term) or _fixes_index(parts[-1], term)):
            parts[-1] = _when(parts[-1], (term,), "when" if goes else "where")
        else:
            parts.append(_under_before(parts, term))
        place += 1
    return joined_parts(ctx, node, parts)


def _names_before(items: Sequence[s.Node], place: int) -> int:
    r"""How many items `x, y \ge 0` takes; 0 where no list of names ends in an order relation."""
    end = place
    while end < len(items) and name_of(items[end]) is not None:
        end += 1
    if end == place or end == len(items):
        return 0
    last = items[end]
    if not isinstance(last, s.Chain) or set(last.relations) - _ORDER:
        return 0
    return end + 1 - place if name_of(last.operands[0]) is not None else 0


def _under_before(parts: list[Term], term: Term) -> Term:
    """`x > 0, y > 0 => xy > 0`: the order relations before an arrow belong to its left side."""
    if term.op != "relation" or term.data[0] not in ("=>", "<=>"):
        return term
    if term.args[0].op not in STATEMENTS:
        return term
    first = len(parts)
    while first and parts[first - 1].op == "relation" and not set(parts[first - 1].data) - _ORDER:
        first -= 1
    if first == len(parts):
        return term
    left = make("statements", *parts[first:], term.args[0])
    del parts[first:]
    return make("relation", left, *term.args[1:], data=term.data)


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
    last = parts[-1]
    if last.op == "relation" and _ORDER.issuperset(last.data):
        names = (*parts[:-1], last.args[0])  # x, y \\in A
        if all(p.op == "symbol" for p in names):
            made = (make("relation", x, *last.args[1:], data=last.data) for x in names)
            return make("statements", *made)
    if all(statements):
        return make("statements", *parts)
    if not any(statements):
        if len(set(getattr(node, "separators", ()))) > 1:
            ctx.fail("a list with unlike separators", node, "put brackets around its parts")
        return make("tuple", *parts)
    return ctx.fail("a list of statements and values", node, "write one statement a line")


def _two_cases(ctx: Context, before: Term, node: s.Conditioned) -> Term:
    """`f(x) = a \\text{ if } x > 0 \\text{ else } b`."""
    body = before.args[0] if before.op == "when" else before
    if before.op != "when" or before.data != ("if",) or len(body.args) != 2:
        ctx.fail("the word 'otherwise' is not read here", node, code="prose")
    if body.op != "relation" or body.data[0] not in ("=", ":=", "<-"):
        ctx.fail("the word 'otherwise' is not read here", node, code="prose")
    value = make("piecewise", body.args[1], before.args[1], ctx.read(without_comma(node.body)))
    return make("relation", body.args[0], value, data=body.data)


def _when(body: Term, conditions: tuple[Term, ...], word: str) -> Term:
    if body.op == "when":
        words = body.data + (word,) * len(conditions)
        return make("when", *body.args, *conditions, data=words)
    return make("when", body, *conditions, data=(word,) * len(conditions))


def _restricts(before: Term, node: s.Node, term: Term) -> bool:
    return _is_restriction(before, node) or _is_simpler(before, term)


_ARITHMETIC = frozenset({"add", "neg", "mul", "div", "pow", "abs", "number", "symbol", "constant"})


def _is_simpler(before: Term, term: Term) -> bool:
    r"""`, xy \ge 0`, `, x^2 < 1`, `, x \ge \ln 2` behind a statement of the same letters: order
    relations of plain names with arithmetic, or of arithmetic with what has no letters."""
    body = before.args[0] if before.op == "when" else before
    if term.op != "relation" or body.op != "relation" or set(term.data) - _SIZES:
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


_SIZES = frozenset({"<", "<=", ">", ">=", "!="})
_CLAIMED = _SIZES | {"=", "approx"}


def _is_restriction(before: Term, node: s.Node) -> bool:
    """`, x > 0` behind a statement restricts it; `a > 0, b > 0` are two statements."""
    if not isinstance(node, s.Chain) or set(node.relations) - _ORDER:
        return False
    plain = all(_is_plain(o) or "in" in node.relations[-1] for o in node.operands)
    body = before.args[0] if before.op == "when" else before
    if not plain or body.op != "relation":
        return False
    if any(r in ("=", ":=", "approx", "<-", "=>", "=<", "<=>") for r in body.data):
        return True
    return not set(body.data) - _ORDER and not all(_is_plain_term(o) for o in body.args)


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
    body = ctx.read(without_comma(node.body))
    if node.word == "where" and says_what_is_known(ctx, node.condition):
        return body
    if node.word in ("and", "or"):
        other = ctx.read(node.condition)
        if body.op not in STATEMENTS or other.op not in STATEMENTS:
            ctx.fail(f"'{node.word}' between what is no statement", node, code="prose")
        return _joined(node.word, body, other)
    conditions = _shared(conditions_of(ctx, node.condition))
    if node.word == "forall":
        for condition in reversed(conditions):
            body = make("forall", condition, body)
        return body
    if node.word == "unless":
        return _when(body, (_negated(ctx, conditions, node),), "if")
    if any(k.op not in STATEMENTS for k in conditions):
        ctx.fail(f"what stands behind '{node.word}' is no condition", node, code="prose")
    return _when(body, conditions, node.word)


def _shared(conditions: tuple[Term, ...]) -> tuple[Term, ...]:
    r"""`x, y \ge 0` says it of each of the names; other conditions are left as they are."""
    found: list[Term] = []
    names: list[Term] = []
    for condition in conditions:
        if condition.op == "symbol":
            names.append(condition)
            continue
        if condition.op == "relation" and condition.args[0].op == "symbol":
            made = (make("relation", x, *condition.args[1:], data=condition.data) for x in names)
            found.extend(made if set(condition.data) <= _ORDER else names)
        else:
            found.extend(names)
        names = []
        found.append(condition)
    return (*found, *names)


_NEGATED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<", "in": "notin"}


def _negated(ctx: Context, conditions: tuple[Term, ...], node: s.Node) -> Term:
    """What holds where a condition of one relation does not."""
    one = conditions[0]
    if len(conditions) > 1 or one.op != "relation" or one.data not in {(r,) for r in _NEGATED}:
        return ctx.fail("what stands behind 'unless' is not one relation", node, code="prose")
    return make("relation", *one.args, data=(_NEGATED[one.data[0]],))


def _joined(word: str, body: Term, other: Term) -> Term:
    """Two statements joined by a word, which binds stronger than an arrow of logic; one of two
    values (`x = 1 or x = -1`) is an element of a set."""
    if body.op == "relation" and body.data in (("=>",), ("=<",), ("<=>",)):
        left, right = body.args
        if right.op in STATEMENTS:
            return make("relation", left, _joined(word, right, other), data=body.data)
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
