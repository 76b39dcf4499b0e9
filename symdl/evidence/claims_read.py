"""The claims of a reading: each statement, each link of a chain, both ways of an equivalence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from symdl.document.errors import ReadError
from symdl.document.source import Span, whole
from symdl.evidence.arrays.cubes import by_entries
from symdl.evidence.beside import ALONE, IMPLIES, Beside, beside_each_other
from symdl.evidence.claim import Claim
from symdl.evidence.conditions.defining_premises import with_premises
from symdl.evidence.conditions.quantified import every, some_or_every
from symdl.evidence.kinds import NEW, NOTHING, ORDER, classify
from symdl.expression.defining import define, freed
from symdl.expression.domain import REAL
from symdl.expression.homes import entry_domain
from symdl.expression.numerals import value_of
from symdl.expression.relations import opposite
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols, make, operations, postorder

if TYPE_CHECKING:
    from symdl.expression.reading import Reading


def claims(reading: Reading, scope: Scope, defining: str = NEW) -> tuple[Claim, ...]:
    """Every claim of a reading: each statement of a list, each link of a chain, both directions
    of an equivalence.

    In a list a definition is in force for the statements behind it. defining says which
    equations are definitions (ANY, NEW or NOTHING).
    """
    scope = _with_quantified(scope, reading.term)
    return tuple(_statement(reading.term, scope, (), reading, defining))


def stated_claims(reading: Reading, scope: Scope) -> tuple[Claim, ...]:
    """The claims of a statement. Raises ReadError for an expression, which claims nothing."""
    found = claims(reading, scope)
    if found and any(claim.right is not None or claim.kind == "shape" for claim in found):
        return found
    raise ReadError(
        "this is an expression, not a statement",
        whole(reading.source),
        "write an equation, an inequality, a limit, ...",
        "not-a-statement",
    )


def _with_quantified(scope: Scope, root: Term) -> Scope:
    r"""The scope with the arrays that a statement itself quantifies (`\forall x \in \mathbb{R}^n`,
    `|u^T v| \le 1 \text{ for } u, v \in \mathbb{R}^n`): nobody means some of them only."""
    if operations(root).isdisjoint(("forall", "when")):
        return scope
    for node in postorder(root):
        asked: tuple[Term, ...] = ()
        if node.op == "forall":
            asked = node.args[:1]
        elif node.op == "when" and node.args[0].op == "relation":
            ordered = ORDER.issuperset(node.args[0].data)
            asked = node.args[1:] if ordered and "for" in node.data else ()
        for condition in asked:
            if is_declaration(condition) and not scope.declares(condition.args[0].data.name):
                scope = define(scope, condition)
    return scope


def _statement(
    root: Term, scope: Scope, conditions: tuple[Term, ...], reading: Reading, defining: str
) -> Iterator[Claim]:
    stack: list[tuple[Term, tuple[Term, ...], Beside]] = [(root, conditions, ALONE)]
    while stack:
        node, given, beside = stack.pop()
        # `x \in \{a, b\}` alone says what x is
        if (listed := _one_of(node)) and (given or node.args[0].op != "symbol"):
            node = make("or", *listed)
        if node.op == "statements":
            parts = beside_each_other(node.args, beside, scope, reading, defining)
            stack.extend((part, given, its) for part, its in reversed(parts))
        elif node.op == "and":
            stack.extend((part, given, beside) for part in reversed(node.args))
        elif node.op == "or" and all(map(_is_simple, node.args)):
            # one of several: the last one, where none of the others holds
            others = tuple(filter(None, map(opposite, node.args[:-1])))
            stack.append((node.args[-1], given + others, beside))
        elif node.op in ("when", "forall"):
            statement, local, under = _under_condition(node, scope, given)
            if node.op == "forall" and _is_of(statement, quantified(root)):
                told = _links(statement, local, under, reading, NOTHING)
            elif local is scope:
                stack.append((statement, under, beside))
                continue
            else:
                told = _statement(statement, local, under, reading, defining)
            yield from map(beside.put_on, told)
        elif node.op == "relation":
            found = list(_links(node, scope, given, reading, defining))
            yield from map(beside.put_on, found)
            if stack and found and found[0].kind == "definition" and not given:
                scope = define(scope, node)
        else:
            span = reading.spans.get(node)
            kind = "shape" if node.op in ("tuple", "times") else "identity"
            yield Claim(kind, "", node, None, scope, given, span, _text(reading, span))


def _under_condition(
    node: Term, scope: Scope, given: tuple[Term, ...]
) -> tuple[Term, Scope, tuple[Term, ...]]:
    """What is stated under a condition or of all values of a letter, in which scope, and under
    which conditions then."""
    if node.op == "when":
        local, rest = with_premises(scope, node.args[1:], node.data, node.args[0])
        return node.args[0], local, given + tuple(_conditions(rest))
    condition, statement = node.args
    local = freed(scope, _bound_by(condition))
    if statement.op == "relation" and statement.data[0] in IMPLIES:
        condition = every(condition)
    return statement, local, given + tuple(_conditions((condition,)))


def _is_of(statement: Term, names: frozenset[str]) -> bool:
    r"""Whether `\forall x: x = y` claims something of its own letter: it defines nothing."""
    first = statement.args[0] if statement.op == "relation" else statement
    return first.op == "symbol" and first is not statement and str(first.data.name) in names


def quantified(root: Term) -> frozenset[str]:
    r"""The letters that a statement quantifies: of `\forall x, y: x = y` both."""
    asked = (_bound_by(n.args[0]) for n in postorder(root) if n.op == "forall")
    return frozenset[str]().union(*asked)


def _bound_by(condition: Term) -> frozenset[str]:
    r"""The letter that `\forall x` and `\forall x \in S` speak of all values of."""
    name = condition.args[0] if condition.op == "relation" else condition
    return frozenset({str(name.data.name)}) if name.op == "symbol" else frozenset()


def _is_simple(term: Term) -> bool:
    """Whether a statement is one relation whose opposite is one too; that of an order of arrays,
    which holds of every entry, is not."""
    if opposite(term) is None:
        return False
    return term.data[0] in ("=", "!=") or not any(side.shape for side in term.args)


def _conditions(terms: tuple[Term, ...]) -> Iterator[Term]:
    for term in terms:
        if term.op in ("and", "statements"):
            yield from _conditions(term.args)
        elif term.op == "relation" and "=" in term.data[1:]:
            equal = set(term.data) == {"="}  # `\|x\| = \|y\| = 1` says of each that it is 1
            behind = term.args[-1:] * len(term.data) if equal else term.args[1:]
            pairs = zip(term.data, term.args, behind, strict=False)
            yield from _conditions(tuple(make("relation", a, b, data=(r,)) for r, a, b in pairs))
        elif term.op != "symbol" and not is_declaration(term):
            yield _without_norm(term)


def _without_norm(term: Term) -> Term:
    r"""`\|u\| = 0` says u = 0."""
    if term.op != "relation" or term.data != ("=",):
        return term
    for side, other in (term.args, term.args[::-1]):
        if side.op == "norm" and value_of(other) == 0 and side.args[0].shape:
            return make("relation", side.args[0], other, data=("=",))
    return term


def is_declaration(term: Term) -> bool:
    r"""Whether a condition says of an array what it was read as (`x \in \mathbb{R}^n`)."""
    if term.op != "relation" or term.data != ("in",) or term.args[1].op != "space":
        return False
    array, space = term.args
    sizes = [
        str(d.data.value if d.op == "number" else d.data.name)
        for d in space.args
        if d.op in ("number", "symbol")
    ]
    shape = None if array.shape is None else [str(dim) for dim in array.shape]
    if array.op != "symbol" or len(sizes) != len(space.args) or sizes != shape:
        return False
    return entry_domain(space.data) in (REAL, array.data.domain)


def _links(
    node: Term, scope: Scope, given: tuple[Term, ...], reading: Reading, defining: str
) -> Iterator[Claim]:
    relations: tuple[str, ...] = node.data
    for i, relation in enumerate(relations):
        left, right = node.args[i], node.args[i + 1]
        if relation in IMPLIES and (_is_statement(left) or _is_statement(right)):
            yield from _implication(left, relation, right, scope, given, reading)
            continue
        span = _span(reading, node, left, right, len(relations) == 1)
        free = left.op == "symbol" and left not in scope.values
        named = free and not scope.declares(left.data.name)
        inside = by_entries(left, right) if relation == "in" and not named else ()
        for entry, order, end in inside:
            text = _text(reading, span)
            kind = "range" if order == "in" else "bound"
            yield Claim(kind, order, entry, end, scope, given, span, text)
        if inside:
            continue
        left, right = _as_products(left, right)
        told = NOTHING if _is_solved(left, given) else defining
        kind = classify(left, relation, right, scope, len(relations) > 1, told)
        yield Claim(kind, relation, left, right, scope, given, span, _text(reading, span))


def _as_products(left: Term, right: Term) -> tuple[Term, Term]:
    r"""Two sides, a size that is compared with a number as a product: `m \times n = 6`."""
    counted = {side.op == "times": side for side in (left, right)}
    number = counted.get(False)
    if len(counted) < 2 or number is None or number.op not in ("number", "mul", "add", "pow"):
        return left, right
    first, second = (make("mul", *s.args) if s.op == "times" else s for s in (left, right))
    return first, second


def _is_solved(left: Term, given: tuple[Term, ...]) -> bool:
    """Whether a letter is said to follow from an equation of it: `x = 3 if x^2 = 9`."""
    equations = (c for c in given if c.op == "relation" and set(c.data) == {"="})
    return left.op == "symbol" and any(left in free_symbols(c) for c in equations)


def _implication(
    left: Term,
    relation: str,
    right: Term,
    scope: Scope,
    given: tuple[Term, ...],
    reading: Reading,
) -> Iterator[Claim]:
    """Each side that the arrow points to, under the other one as a condition.

    `A <=> (B => C)`, as a chain of arrows is read, says A <=> B and B => C.
    """
    rest: Iterator[Claim] = iter(())
    if right.op == "relation" and right.data[0] in IMPLIES:
        rest = _links(right, scope, given, reading, NOTHING)
        right = right.args[0]
    if relation == "<=>" and _is_approximate(left) != _is_approximate(right):
        # what holds nearly is no hypothesis: only the other direction says something
        relation = "=>" if _is_approximate(right) else "=<"
    if relation != "=<":
        yield from _follows(left, right, scope, given, reading)
    if relation != "=>":
        yield from _follows(right, left, scope, given, reading)
    yield from rest


def _follows(
    premise: Term,
    statement: Term,
    scope: Scope,
    given: tuple[Term, ...],
    reading: Reading,
    whole: Term | None = None,
) -> Iterator[Claim]:
    """The claims of a statement under a premise; under one of two, once for each (`whole` are
    both)."""
    one_of = premise.args if premise.op == "or" else _one_of(premise)
    if one_of:
        for part in one_of:
            yield from _follows(part, statement, scope, given, reading, whole or premise)
        return
    scope, rest = with_premises(scope, (premise,), ("if",), statement)
    under = given + tuple(_conditions(rest))
    doubt = some_or_every(premise, whole or premise, statement, given, scope)
    for claim in _statement(statement, scope, under, reading, NOTHING):
        yield replace(claim, doubt=claim.doubt or doubt)


def _one_of(member: Term) -> tuple[Term, ...]:
    r"""`\max(a, b) \in \{a, b\}` as equations of which one holds."""
    if member.op != "relation" or member.data != ("in",) or member.args[1].op != "set":
        return ()
    left, listed = member.args
    if left.shape != () or not any(map(free_symbols, listed.args)):
        return ()
    return tuple(make("relation", left, value, data=("=",)) for value in listed.args)


def _is_approximate(term: Term) -> bool:
    return term.op == "relation" and "approx" in term.data


def _is_statement(term: Term) -> bool:
    return term.op in ("relation", "statements", "when", "and", "forall")


def _span(reading: Reading, node: Term, left: Term, right: Term, whole: bool) -> Span | None:
    if whole:
        return reading.spans.get(node)
    first, last = reading.spans.get(left), reading.spans.get(right)
    if first is None or last is None or first.source is not last.source or last.end < first.start:
        return reading.spans.get(node)
    link = Span(first.source, first.start, last.end)
    return link if last.start >= first.end and _is_whole(link) else reading.spans.get(node)


def _is_whole(link: Span) -> bool:
    """Whether a link of a chain is cut out with all of its brackets and arguments: a term that
    stands in it twice has one place only (the 0 of `\\sigma(0) = 0`)."""
    text = link.text
    rest = link.source.text[link.end :].lstrip()
    pairs = all(text.count(a) == text.count(b) for a, b in ("()", "{}"))
    return pairs and not rest.startswith(("(", "{", "^", "_", "'", ")", "}"))


def _text(reading: Reading, span: Span | None) -> str:
    return (span.text if span is not None else reading.source.text).strip()
