"""Definitions of entries: `x_i = ...` for every index, `x = (a, b)` entry by entry, labels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace as changed

from symdl.expression.dimensions import names_in
from symdl.expression.scope import Definition, Scope
from symdl.expression.term import (
    Term,
    free_symbols,
    make,
    number,
    postorder,
    replace,
)


def is_value_at(left: Term, body: Term) -> bool:
    r"""Whether an equation says which value a function has at a place, `f(w^*) = 1`, and not what
    it is: a letter with a mark is no variable where the other side does not have it, and another
    letter alone (`f^{-1}(y) = x`) is no formula of an inverse."""
    if left.op == "call" and str(left.data.function.name).endswith("^{-1}"):
        return body.op == "symbol" and body not in left.args
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


def with_entry(scope: Scope, left: Term, body: Term) -> Scope:
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
    if not distinct_symbols(indices) or base.name in {s.data.name for s in free_symbols(body)}:
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


def distinct_symbols(terms: Iterable[Term]) -> bool:
    listed = list(terms)
    return all(t.op == "symbol" for t in listed) and len(set(listed)) == len(listed)
