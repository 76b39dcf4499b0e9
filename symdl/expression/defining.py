"""What statements add to a scope: definitions, shapes, hypotheses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace as changed
from itertools import pairwise

from symdl.expression.dimensions import dimension_of, names_in
from symdl.expression.operators import TABLE
from symdl.expression.scope import Definition, Scope
from symdl.expression.term import (
    Shape,
    Symbol,
    Term,
    free_symbols,
    make,
    number,
    postorder,
    replace,
)

_DEFINING = ("=", ":=", "equiv")


def define(scope: Scope, statement: Term) -> Scope:
    """The scope with what a statement defines added; a later definition wins.

    `f(x) = ...`, `L = ...`, `m_0 = 0`, `C_{ij} = ...`, `m_t = ...` and `x \\in \\mathbb{R}^n`
    define; a claim about something else, and an update that uses its own left side
    (`\\theta = \\theta - \\eta g`), leave the scope as it is.
    """
    if statement.op == "statements":
        for part in statement.args:
            scope = define(scope, part)
        return scope
    if statement.op == "forall":
        return scope if _says_it_of_itself(statement) else define(scope, statement.args[-1])
    conditions: tuple[Term, ...] = ()
    if statement.op == "when":
        conditions, statement = statement.args[1:], statement.args[0]
    if statement.op != "relation":
        return scope
    left, right = statement.args[0], statement.args[1]
    if statement.data[0] == "in" and left.op == "symbol":
        return _with_member(scope, left.data, right)
    if statement.data[0] == "in" and left.op == "entry" and right.op == "space":
        return _with_each(scope, left, right)
    if statement.data[0] not in _DEFINING:
        return scope
    return _with_equation(scope, left, as_entries(left, right, scope), conditions)


def _says_it_of_itself(statement: Term) -> bool:
    r"""Whether an equation is one of a letter that it quantifies: `\forall x, y: x = y`."""
    names = []
    while statement.op == "forall":
        condition, statement = statement.args
        names.append(condition.args[0] if condition.op == "relation" else condition)
    return statement.op == "relation" and statement.args[0] in names


def suppose(scope: Scope, statement: Term, settled: Collection[str] = ()) -> Scope:
    """The scope in which a statement holds: what it defines is added, and what defines nothing
    but relates values (`x > 0`, `p + q = 1`) is a hypothesis. settled: functions whose definition
    stands, so that a further equation of their values is a hypothesis too."""
    if statement.op in ("statements", "and"):
        for part in statement.args:
            scope = suppose(scope, part, settled)
        return scope
    if statement.op == "relation" and len(statement.data) > 1 and set(statement.data) == {"="}:
        for left, right in equations(statement.args):
            scope = suppose(scope, make("relation", left, right, data=("=",)), settled)
        return scope
    found = scope if _equates(scope, statement, settled) else define(scope, statement)
    if found is not scope or not _relates(statement):
        return found
    return changed(scope, hypotheses=(*scope.hypotheses, statement))


def equations(sides: tuple[Term, ...]) -> Iterable[tuple[Term, Term]]:
    r"""The equations of a chain; of `\|u\| = \|v\| = 1`, where nothing is defined, what each side
    is."""
    value = sides[-1]
    if any(side.op in _DEFINED for side in sides) or free_symbols(value):
        return pairwise(sides)
    return ((side, value) for side in sides[:-1])


_DEFINED = frozenset({"symbol", "entry", "label", "call", "prime"})
_RELATING = frozenset({"=", "equiv", "!=", "<", "<=", ">", ">=", "in", "perp"})


def freed(scope: Scope, names: Collection[str]) -> Scope:
    r"""The scope for a statement about all values of some letters (`\forall x`): what has a value
    or is restricted outside of it is another letter of that name. What is said of entries or of
    values of functions, `p_i > 0`, is said of all of them, and stays."""
    values = {k: v for k, v in scope.values.items() if k.op != "symbol" or k.data.name not in names}
    kept = tuple(h for h in scope.hypotheses if not _restricts(h, names))
    if len(values) == len(scope.values) and len(kept) == len(scope.hypotheses):
        return scope
    return changed(scope, values=values, hypotheses=kept)


def _restricts(hypothesis: Term, names: Collection[str]) -> bool:
    """Whether a hypothesis speaks of nothing but the values of some letters."""
    spoken = {name.data.name for name in free_symbols(hypothesis)}
    universal = any(node.op in ("entry", "call") for node in postorder(hypothesis))
    return bool(spoken) and spoken <= set(names) and not universal


def _equates(scope: Scope, statement: Term, settled: Collection[str]) -> bool:
    r"""Whether a statement is an equation for what a known function is taken of (`\sin x = 1`,
    `e^x = x + 2`): as a definition it would say that of every x."""
    if statement.op != "relation" or statement.data != ("=",):
        return False
    left, right = statement.args
    if _is_chance(left) and free_symbols(right).isdisjoint(left.args):
        return True
    names = _function_names(left)
    if not names:
        return False
    row = TABLE.get(left.op)
    if row is not None and not row.reused:
        return True
    known = row is not None or left.data.function.name in scope.functions
    if not known or not set(settled).isdisjoint(names):
        return known
    return not free_symbols(right).issuperset(left.args)


def _is_chance(left: Term) -> bool:
    r"""Whether a call is the probability of certain events (`P(A) = 0.3`, `P(A \mid B) = 0.5`): its
    letters are names of these, and not any values."""
    if left.op != "call" or left.data.primes or left.data.function.name.partition("_")[0] != "P":
        return False
    names = (str(a.data.name).lstrip("\\") if a.op == "symbol" else "" for a in left.args)
    return all(name[:1].isupper() for name in names)


_FIXING = frozenset({"neg", "inverse", "matmul", "hadamard", "pow"})
"""Operations that no program puts in the place of an array: `P = P P`, `D = D \\odot I`
say what it is."""


def _relates(statement: Term) -> bool:
    """Whether a statement is a relation of values (`A = A^T`), and no update (`w = w - g`)."""
    if statement.op != "relation":
        return False
    left, right = statement.args[:2]
    if statement.data == ("sim",):
        return right.op == "opaque" and str(right.data).startswith("distribution")
    if not _RELATING.issuperset(statement.data):
        return False
    if right.op == "transpose" and right.args[0] is left:
        return True
    if left.shape and right.op in _FIXING:
        return True
    updates = left.op in ("symbol", "entry", "label") and left in set(postorder(right))
    return not (statement.data == ("=",) and updates)


def _with_each(scope: Scope, entry: Term, home: Term) -> Scope:
    """`\\mathbf{x}_i \\in \\mathbb{R}^d` of a name that nobody declared says what each is."""
    base, *indices = entry.args
    if base.op != "symbol" or scope.declares(base.data.name) or len(indices) != 1:
        return scope
    if indices[0].op != "symbol":
        return scope
    return _with_member(scope, Symbol(f"{base.data.name}_{indices[0].data.name}"), home)


def _with_member(scope: Scope, name: Symbol, home: Term) -> Scope:
    sizes = [dimension_of(d) for d in home.args]
    shape: Shape = tuple(size for size in sizes if size is not None)
    if home.op != "space" or len(shape or ()) < len(sizes):
        return scope
    role = ("scalar", "vector", "matrix", "tensor")[min(len(shape or ()), 3)]
    found = changed(name, role=role, shape=shape, declared=True)
    return changed(scope, symbols={**scope.symbols, name.name: found})


def _with_equation(scope: Scope, left: Term, body: Term, conditions: tuple[Term, ...]) -> Scope:
    if (deviation := squared_deviation(left, body)) is not None:
        left, body = deviation, make("sqrt", body)
    if left.op == "entry" and left.args[0].op == "symbol":
        return _with_entry(scope, left, body)
    names = _function_names(left)
    if names and left.args and _distinct_symbols(left.args) and not is_value_at(left, body):
        for condition in conditions[:1]:
            body = make("piecewise", body, condition)
        made = {n: Definition(n, left.args, body) for n in names}
        return changed(scope, functions={**scope.functions, **made})
    named = left.op in ("symbol", "label") or (left.op == "prime" and left.args[0].op == "symbol")
    plain = named and not conditions
    if plain and left not in set(postorder(body)):
        return changed(scope, values={**scope.values, left: body})
    return scope


def squared_deviation(left: Term, body: Term) -> Term | None:
    r"""The \sigma of `\sigma^2 = \frac{1}{n} \sum_i (x_i - \mu)^2`, which is the root of the right
    side: nobody means a negative one. None where moments say what \sigma is."""
    if left.op != "pow" or left.args[1] is not number(2):
        return None
    base = left.args[0]
    name = base.args[0] if base.op in ("entry", "label") else base
    if name.op != "symbol" or str(name.data.name).partition("_")[0] != "\\sigma":
        return None
    return None if any(node.op == "opaque" for node in postorder(body)) else base


def is_value_at(left: Term, body: Term) -> bool:
    r"""Whether an equation says which value a function has at a place, `f(w^*) = 1`, and not what
    it is: a letter with a mark is no variable where the other side does not have it."""
    marked = (a for a in left.args if a.op == "symbol" and _MARK.search(str(a.data.name)))
    return left.op == "call" and any(a not in free_symbols(body) for a in marked)


_MARK = re.compile(r"[\^_]|^\\(?:hat|bar|tilde|widehat|overline)\{")


def as_entries(left: Term, body: Term, scope: Scope) -> Term:
    """What `x = (1, 2)` sets a small letter to, its list as the vector of its entries; any other
    body as it is."""
    if left.op != "symbol" or not _lists_values(left.data.name, body):
        return body
    shapes = (known.shape or () for known in scope.symbols.values() if known.declared)
    sizes = {name for shape in shapes for name in names_in(shape)}
    if any(letter.data.name in sizes for letter in free_symbols(body)):
        return body
    return make("vector", *body.args)


def _lists_values(name: str, body: Term) -> bool:
    """`x = (1, 2)` of a small letter gives the entries of x; `shape = (1, 2)` gives a shape."""
    letter = name.partition("_")[0].rpartition("{")[2].strip("}").lstrip("\\")
    small = (len(letter) == 1 and letter.islower()) or (name[:1] == "\\" and letter.islower())
    entries = body.op == "tuple" and all(map(_is_entry, body.args))
    return entries and small and len(body.args) > 1


def _is_entry(item: Term) -> bool:
    """Whether an item of a list is a number: written, a small letter, `x_1`, `2a`; `(B, T, D)` are
    sizes."""
    names = free_symbols(item)
    letters = (str(s.data.name).partition("_")[0].lstrip("\\") for s in names)
    return item.shape == () and all(letter.islower() for letter in letters)


def _with_entry(scope: Scope, left: Term, body: Term) -> Scope:
    base, indices = left.args[0].data, left.args[1:]
    if all(i.op == "number" for i in indices):
        return changed(scope, values={**scope.values, left: body})
    if (labelled := _with_label(scope, left, body)) is not None:
        return labelled
    if base.role == "sequence" and len(indices) == 1:
        step = indices[0]
        if step.op == "add" and step.args[0].op == "symbol":
            body = move_index(body, step.args[0], step)
            step = step.args[0]
        if step.op != "symbol":
            return scope
        known = scope.recurrences.get(base.name)
        if known is not None and step is not known.parameters[0] and step not in free_symbols(body):
            return changed(scope, values={**scope.values, left: body})  # V_T = 0 ends V_t = ...
        made = Definition(base.name, (step,), body)
        return changed(scope, recurrences={**scope.recurrences, base.name: made})
    if not _distinct_symbols(indices) or base.name in {s.data.name for s in free_symbols(body)}:
        return scope  # `z_i = \max_j z_j` is a condition: as a definition it would never end
    made = Definition(base.name, indices, body)
    return changed(scope, entries={**scope.entries, base.name: made})


def _with_label(scope: Scope, left: Term, body: Term) -> Scope | None:
    """The scope in which `d_v = 32` beside `d_k = 64` is a number of its own: letters of which
    different numbers are said are labels, and none of them runs over all entries."""
    if not is_label(scope, left, body):
        return None
    base, name = left.args[0], left.args[0].data.name
    values = dict(scope.values)
    entries, recurrences = dict(scope.entries), dict(scope.recurrences)
    for table in (entries, recurrences):
        if (first := table.pop(name, None)) is not None:
            values[make("entry", base, *first.parameters)] = first.body
    values[left] = body
    return changed(scope, values=values, entries=entries, recurrences=recurrences)


def is_label(scope: Scope, left: Term, body: Term) -> bool:
    """Whether an entry is set to a number where another letter was set to one before."""
    if left.op != "entry" or len(left.args) != 2 or left.args[1].op != "symbol":
        return False
    base, letter = left.args
    if base.op != "symbol" or free_symbols(body):
        return False
    tables = (scope.entries, scope.recurrences)
    known = (table[base.data.name] for table in tables if base.data.name in table)
    set_before = [d.parameters[0] for d in known if not free_symbols(d.body)]
    set_before += [k.args[1] for k in scope.values if k.op == "entry" and k.args[0] is base]
    if any(other.op == "symbol" and other is not letter for other in set_before):
        return True
    labelled = (k for k, v in scope.values.items() if k.op == "symbol" and not free_symbols(v))
    return any(str(k.data.name).startswith(f"{base.data.name}_") for k in labelled)


def move_index(body: Term, index: Term, written: Term) -> Term:
    """The body of `m_{t+c} = body` as the body of `m_t = ...`: every index `t + k` in it
    becomes `t + k - c`."""
    offset = _offset(written, index)
    if offset is None:
        return body
    table = {}
    for node in postorder(body):
        own = _offset(node, index)
        if own is not None and node is not index:
            table[node] = _shifted(index, own - offset)
    table[index] = _shifted(index, -offset)
    return replace(body, table)


def _offset(node: Term, index: Term) -> int | None:
    if node is index:
        return 0
    if node.op != "add" or len(node.args) != 2 or node.args[0] is not index:
        return None
    step, sign = node.args[1], 1
    if step.op == "neg":
        step, sign = step.args[0], -1
    if step.op != "number" or step.data.value.denominator != 1:
        return None
    return sign * int(step.data.value)


def _shifted(index: Term, offset: int) -> Term:
    return make("add", index, number(offset)) if offset else index


def _function_names(left: Term) -> tuple[str, ...]:
    if left.op == "call" and not left.data.primes:
        return (left.data.function.name,)
    row = TABLE.get(left.op)
    if row is not None:
        return (*row.macros, *row.words, *((row.letter,) if row.letter else ()))
    return ()


def _distinct_symbols(terms: Iterable[Term]) -> bool:
    listed = list(terms)
    return all(t.op == "symbol" for t in listed) and len(set(listed)) == len(listed)
