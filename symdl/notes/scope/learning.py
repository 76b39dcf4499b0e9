"""How what is known at a place of a document grows and shrinks: defined, declared, forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Set
from dataclasses import replace
from typing import Any

from symdl.document.source import Span
from symdl.expression.conventions import COUNT
from symdl.expression.defining import suppose
from symdl.expression.defining_entries import as_entries
from symdl.expression.dimensions import names_in
from symdl.expression.scope import Definition, Scope
from symdl.expression.term import Shape, Symbol, Term, free_symbols, make
from symdl.expression.term import replace as put
from symdl.notes.scope.known import (
    Earlier,
    Key,
    Known,
    Origin,
    is_literal,
    keys_for,
    keys_of,
    name_in,
    name_of_key,
    parameters_of,
)


def learn(known: Known, statement: Term, span: Span, path: tuple[int, ...]) -> Known:
    """The knowledge with what a statement defines, or states to hold, added."""
    if is_at_a_step(statement, known):
        name = str(statement.args[0].data.function.name)
        return declare_in(known, Symbol(name, "function", declared=True), span, path)
    before = keys_of(known.scope)
    scope, statement = _with_shape(known.scope, statement)
    scope = suppose(scope, statement)
    origin = Origin(span, path)
    changed = {k: origin for k, body in keys_of(scope).items() if before.get(k) is not body}
    changed |= {k: origin for k in keys_for(statement) if k in before}
    scope = _with_arrays(scope, [str(name) for what, name in changed if what == "entries"])
    declared = {str(name) for what, name in changed if what == "symbol"}
    origins = {**known.origins, **changed}
    history = dict(known.history)
    bodies = keys_of(scope)
    for key in changed:
        body = bodies.get(key)
        if isinstance(body, Term):
            made = Earlier(body, parameters_of(key, scope), origin)
            history[key] = (*history.get(key, ()), made)
    told = {str(subject) for _, subject in changed} | {name_in(subject) for _, subject in changed}
    lost = {name: line for name, line in known.lost.items() if name not in told}
    known = replace(known, history=history, lost=lost)
    known = replace(known, scope=scope, origins=origins, soft=known.soft - declared)
    for kind, subject in changed:
        if kind == "recurrence":
            known = _without_far_steps(known, str(subject), worked_out=True)
    return with_sizes_counted(known, declared)


def is_at_a_step(statement: Term, known: Known) -> bool:
    """Whether a signal gets a number at a step in letters, `x(n) = 0.8`: it is no constant."""
    if statement.op != "relation" or len(statement.args) != 2 or statement.args[0].op != "call":
        return False
    called, value = statement.args
    name = str(called.data.function.name)
    if name not in known.habits.signals or name in known.scope.functions or called.data.primes:
        return False
    return is_literal(value) and len(called.args) == 1 and bool(free_symbols(called.args[0]))


def lose(known: Known, names: Iterable[str], line: int) -> Known:
    """The knowledge in which names are defined by something that is not understood."""
    found = dict.fromkeys(names, line)
    return replace(known, lost={**known.lost, **found}) if found else known


def _with_shape(scope: Scope, statement: Term) -> tuple[Scope, Term]:
    """The statement that sets a name to a written matrix or vector, or to a value of a known
    shape (`p = \\mathrm{softmax}(z)`), the name as such an array."""
    if statement.op != "relation" or statement.args[0].op != "symbol":
        return scope, statement
    left, right = statement.args[:2]
    if statement.data[0] == "=":
        right = as_entries(left, right, scope)
    shape = right.shape or _shape_of_sum(right)
    written = right.op in ("matrix", "vector")
    unsized = right.op == "softmax" and right.args[0].op == "symbol" and right.shape is None
    inner = right.args[0] if unsized else None
    if inner is not None and inner in scope.values:
        shape = scope.values[inner].shape
    vector = left.data.role == "vector" and left.shape is None
    unknown = left.shape == () or vector or (left.shape is None and shape is not right.shape)
    free = unknown and (shape or unsized) and statement.data == ("=",)
    free = free and not (shape and _has_open_factor(right, scope))
    if left.shape == shape or not (written or (free and not scope.declares(left.data.name))):
        return scope, statement
    role = ("vector", "matrix", "tensor")[min(len(shape or (1,)), 3) - 1]
    if inner is not None and not shape and inner.data.role == "matrix":
        role = "matrix"
    found = replace(left.data, role=role, shape=shape, declared=True)
    symbols = {**scope.symbols, found.name: found}
    made = make("symbol", data=found)
    told = make("relation", made, right, *statement.args[2:], data=statement.data)
    return replace(scope, symbols=symbols), told


_INPUTS = frozenset("xhzuv")
"""Letters of inputs, which are arrays more often than numbers."""


def _has_open_factor(term: Term, scope: Scope) -> bool:
    r"""Whether a product has an input that was read as a number for want of a declaration, which
    may follow: the x of `Q = x W_Q`."""
    factors = term.args if term.op in ("mul", "matmul") else ()
    names = {str(a.data.name) for a in factors if a.op == "symbol" and a.shape == ()}
    return any(not scope.declares(name) for name in names & _INPUTS)


def _shape_of_sum(term: Term) -> Shape:
    """The shape of a sum one summand of which has a known one, and the others any: `Wx + b`."""
    if term.op != "add" or term.shape is not None:
        return None
    shapes = {part.shape for part in term.args if part.shape is not None}
    return shapes.pop() if len(shapes) == 1 and () not in shapes else None


def _with_arrays(scope: Scope, names: Iterable[str]) -> Scope:
    """The scope in which what is defined entry by entry is an array: `p_i(x)` is a product."""
    made = dict(scope.symbols)
    for name in (n for n in names if n in scope.entries):
        role = {1: "vector", 2: "matrix"}.get(len(scope.entries[name].parameters), "tensor")
        made.setdefault(name, Symbol(name, role, None))
    return replace(scope, symbols=made)


def declare_in(known: Known, symbol: Symbol, span: Span, path: tuple[int, ...]) -> Known:
    """The knowledge with a declared symbol. An array has nothing of the steps that a sequence of
    its letter had in a closed section."""
    known = _without_far_steps(known, symbol.name) if symbol.shape else known
    scope = replace(known.scope, symbols={**known.scope.symbols, symbol.name: symbol})
    origins = {**known.origins, ("symbol", symbol.name): Origin(span, path)}
    known = replace(known, scope=scope, origins=origins, soft=known.soft - {symbol.name})
    return with_sizes_counted(known, {symbol.name})


def _without_far_steps(known: Known, name: str, worked_out: bool = False) -> Known:
    """The knowledge without the steps of a sequence that other sections give. worked_out: nor those
    that an earlier sequence of this name had by its own rule, `a_3 = a_2 + a_1`."""
    gone: dict[str, set[object]] = {}
    for key, origin in known.origins.items():
        value = known.scope.values.get(key[1]) if isinstance(key[1], Term) else None
        by_rule = worked_out and value is not None and not is_literal(value)
        if key[0] in ("value", "recurrence") and (by_rule or not known.is_here(origin)):
            step = key[1] == name if key[0] == "recurrence" else _is_step(key[1], name)
            if step:
                gone.setdefault(key[0], set()).add(key[1])
    return _without(known, gone) if gone else known


def _is_step(subject: object, name: str) -> bool:
    entry = isinstance(subject, Term) and subject.op == "entry" and subject.args[0].op == "symbol"
    return isinstance(subject, Term) and entry and subject.args[0].data.name == name


def with_sizes_counted(known: Known, declared: Collection[str]) -> Known:
    """The knowledge in which numbers given for what turns out to be a size of declared arrays are
    numbers of that: of `d = 768` behind which stands `W \\in \\mathbb{R}^{d \\times d}`."""
    scope = known.scope
    shapes = (scope.symbols[name].shape or () for name in declared if name in scope.symbols)
    sizes = {name for shape in shapes for name in names_in(shape)}
    counts = {
        key: make("symbol", data=Symbol(key.data.name, "scalar", (), COUNT))
        for key, value in scope.values.items()
        if key.op == "symbol" and key.data.name in sizes and is_literal(value)
        if key.data == Symbol(key.data.name)
    }
    if not counts:
        return known

    def named(table: Mapping[Key, Any]) -> dict[Key, Any]:
        return {_counted(key, counts): value for key, value in table.items()}

    values = {counts.get(k, k): put(v, counts) for k, v in scope.values.items()}
    known = replace(known, scope=replace(scope, values=values))
    return replace(known, origins=named(known.origins), history=named(known.history))


def _counted(key: Key, counts: Mapping[Term, Term]) -> Key:
    what, subject = key
    return (what, counts.get(subject, subject)) if isinstance(subject, Term) else key


def undeclare(known: Known, name: str) -> Known:
    """The knowledge without the declaration of a name."""
    symbols = {k: s for k, s in known.scope.symbols.items() if k != name}
    return replace(known, scope=replace(known.scope, symbols=symbols))


def forget(known: Known, name: str) -> Known:
    """The knowledge without any definition of a name (`Let L be the cross entropy.`)."""
    scope = known.scope
    kept = {k: v for k, v in scope.values.items() if k.op != "symbol" or k.data.name != name}
    left = replace(
        scope,
        values=kept,
        functions={k: d for k, d in scope.functions.items() if k != name},
        entries={k: d for k, d in scope.entries.items() if k != name},
        recurrences={k: d for k, d in scope.recurrences.items() if k != name},
    )
    return replace(known, scope=left)


def unknown_function(known: Known, name: str) -> Known:
    """The knowledge in which a name is a function of which nothing is known, not even by the
    library (`$\\sigma$ is an activation function`)."""
    known = forget(known, name)
    outer = known.scope.outer
    hidden = None if outer is None else lambda n: None if n == name else outer(n)
    return replace(known, scope=replace(known.scope, outer=hidden))


_LETTERS = re.compile(r"\\[A-Za-z]+|[A-Za-z]")


def without_far(known: Known, text: str) -> Known:
    """The knowledge without what closed sections say of the letters of a text, or by them."""
    letters = set(_LETTERS.findall(text))
    bodies = keys_of(known.scope)
    gone: dict[str, set[object]] = {}
    for key, origin in known.origins.items():
        if known.is_here(origin):
            continue
        name, body = name_of_key(key), bodies.get(key)
        used = free_symbols(body) if isinstance(body, Term) else ()
        spoken = letters.issuperset(_LETTERS.findall(name))
        if spoken or any(s.data.name in letters for s in used):
            gone.setdefault(key[0], set()).add(key[1])
    return _without(known, gone) if gone else known


def without_subject(known: Known, name: str) -> Known:
    """The knowledge without what closed sections say that a letter is."""
    gone: dict[str, set[object]] = {}
    for key, origin in known.origins.items():
        if not known.is_here(origin) and name_of_key(key) == name:
            gone.setdefault(key[0], set()).add(key[1])
    return _without(known, gone) if gone else known


def without_letters_of(known: Known, sections: Set[int]) -> Known:
    """The knowledge without what problems say of single letters: the f and the y of the next one
    are others."""
    gone: dict[str, set[object]] = {}
    for key in keys_of(known.scope):
        origin = known.origins.get(key)
        if (
            origin is not None
            and sections & set(origin.path)
            and _LETTER.fullmatch(name_of_key(key))
        ):
            gone.setdefault(key[0], set()).add(key[1])
    return _without(known, gone) if gone else known


_LETTER = re.compile(r"(?:\\[a-z]+\s*\{?)?(?:[A-Za-z]|\\[A-Za-z]+)\}?(?:_\{?\w+\}?)?'*")


def _without(known: Known, gone: Mapping[str, Container[object]]) -> Known:
    """The knowledge without what stands under some keys, table by table."""
    scope = known.scope

    def kept(kind: str, table: Mapping[Any, Any]) -> dict[Any, Any]:
        return {key: value for key, value in table.items() if key not in gone.get(kind, ())}

    scope = replace(
        scope,
        symbols=kept("symbol", scope.symbols),
        values=kept("value", scope.values),
        functions=kept("function", scope.functions),
        entries=kept("entries", scope.entries),
        recurrences=kept("recurrence", scope.recurrences),
    )
    return replace(known, scope=scope)


def scope_mapped(scope: Scope, change: Callable[[Term], Term]) -> Scope:
    """The scope with a change made to each of its terms."""

    def defined(table: Mapping[str, Definition]) -> dict[str, Definition]:
        return {
            name: replace(d, parameters=tuple(map(change, d.parameters)), body=change(d.body))
            for name, d in table.items()
        }

    return replace(
        scope,
        values={change(name): change(value) for name, value in scope.values.items()},
        functions=defined(scope.functions),
        entries=defined(scope.entries),
        recurrences=defined(scope.recurrences),
        hypotheses=tuple(map(change, scope.hypotheses)),
    )
