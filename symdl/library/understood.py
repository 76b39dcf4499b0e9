"""A formula file as mathematics: its declarations and lines read, one after the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from symdl.document.errors import Error, FormulaError, ReadError
from symdl.document.raw_formula import RawFormula, SymbolEntry, Value
from symdl.document.source import Source, Span, whole
from symdl.expression.defining import define
from symdl.expression.reading import Reading, read, survey_document
from symdl.expression.scope import Scope
from symdl.expression.symbols import canonical_name, declare
from symdl.expression.term import Symbol, Term, make, postorder
from symdl.library.own_names import read_line


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a formula as read, with the scope in force before it.

    `own` is the function that the line defines although the name is known to mean another one.
    """

    source: Source
    reading: Reading
    scope: Scope
    own: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """A formula file as mathematics.

    `scope` holds what its declarations and lines define; `arguments` gives each declared
    symbol the key of the file (the argument's name in code), `defaults` each parameter its
    value. `problems` are the parts that could not be read, each with its place.
    """

    raw: RawFormula
    scope: Scope
    lines: tuple[Line, ...]
    arguments: Mapping[Term, str]
    defaults: Mapping[Term, Term]
    problems: tuple[Error, ...]


def understand_in(known: Scope, raw: RawFormula) -> Understood:
    """Read the declarations and lines of a formula file where some functions are known; what cannot
    be read is a problem."""
    problems: list[Error] = []
    arguments: dict[Term, str] = {}
    symbols: dict[str, Symbol] = {}
    for entry in (*raw.symbols, *(p.symbol for p in raw.parameters)):
        try:
            found = _declare(entry)
        except Error as error:
            problems.append(at(error, entry.span))
            continue
        if found.name in symbols:
            problems.append(_twice(entry, found))
            continue
        symbols[found.name] = found
        arguments[make("symbol", data=found)] = entry.key.text
    scope = declare_all(known, symbols)
    scope = survey_document((*raw.lines, *(claim.statement for claim in raw.claims)), scope)
    defaults = _defaults(raw, scope, problems)
    scope, lines = _lines(raw, scope, problems)
    return Understood(raw, scope, lines, arguments, defaults, tuple(problems))


def _twice(entry: SymbolEntry, found: Symbol) -> Error:
    message = f"duplicate key: {entry.key.text} is {found.name}, which is declared already"
    hint = "a later entry would hide the first: keep one of them"
    return FormulaError(message, whole(entry.key), hint)


def _declare(entry: SymbolEntry) -> Symbol:
    key = entry.latex or entry.key
    found = declare(key.text, entry.declaration, entry.span)
    return replace(found, declared=True, meaning=entry.meaning)


def at(error: Error, span: Span) -> Error:
    """The error with a place, if it has none yet."""
    if error.span is None:
        error.span = span
    return error


def declare_all(
    scope: Scope, entries: Mapping[str, Symbol] | None = None, **symbols: Symbol
) -> Scope:
    """The scope with further declared symbols, by canonical name."""
    return scope.with_symbols({**scope.symbols, **(entries or {}), **symbols})


def _defaults(raw: RawFormula, scope: Scope, problems: list[Error]) -> dict[Term, Term]:
    defaults: dict[Term, Term] = {}
    for parameter in raw.parameters:
        key = parameter.symbol.latex or parameter.symbol.key
        try:
            symbol = read_key(key, scope)
            defaults[symbol] = read(parameter.value, scope).term
        except Error as error:
            problems.append(at(error, whole(parameter.value)))
    return defaults


def _lines(raw: RawFormula, scope: Scope, problems: list[Error]) -> tuple[Scope, tuple[Line, ...]]:
    lines: list[Line] = []
    for source in raw.lines:
        try:
            reading, before, own = read_line(source, scope)
            named = array_defined(reading.term, scope)
            if named is not None:
                shaped = declare_all(scope, {named.name: named})
                reading, before, own = read_line(source, shaped)
            scope = define(before, reading.term)
        except Error as error:
            problems.append(at(error, whole(source)))
            continue
        lines.append(Line(source, reading, before, own))
    return scope, tuple(lines)


_ROLES = {1: "vector", 2: "matrix"}


def array_defined(line: Term, scope: Scope) -> Symbol | None:
    """The name without a declaration that a line says to be an array, with its shape: `H` of
    `H = \\tanh(X W)`. What is behind the line is read with it."""
    if line.op != "relation" or line.data[0] not in ("=", ":=") or len(line.args) != 2:
        return None
    left, right = line.args
    if left.op != "symbol" or not right.shape or scope.declares(left.data.name):
        return None
    family = _family_defined(left, right, scope)
    if family is not None:
        return family
    if left.shape == right.shape:
        return None
    known: Symbol = left.data
    role = _ROLES.get(len(right.shape), "tensor")
    return replace(known, role=role, shape=right.shape, declared=True)


def _family_defined(left: Term, right: Term, scope: Scope) -> Symbol | None:
    """The array u of `u_i = U_i`: a row for each place along the axis that the index runs along."""
    base, _, letter = str(left.data.name).rpartition("_")
    if not base or scope.declares(base):
        return None
    sizes = {
        node.args[0].shape[axis]
        for node in postorder(right)
        if node.op == "entry" and node.args[0].shape
        for axis, index in enumerate(node.args[1:])
        if index.op == "symbol" and index.data.name == letter and axis < len(node.args[0].shape)
    }
    if len(sizes) != 1:
        return None
    shape = (sizes.pop(), *(right.shape or ()))
    role = _ROLES.get(len(shape), "tensor")
    found: Symbol = replace(left.data, name=base, role=role, shape=shape, declared=True)
    return found


def read_key(key: Source, scope: Scope) -> Term:
    """The Term a key of a formula file stands for: `x`, `beta_1`, `m_0`, `\\hat{m}_1`.

    A key is LaTeX, or a declared name, or a declared name with `_` and a step or index.
    """
    text = key.text.strip()
    if "\\" in text or not re.fullmatch(r"\w+", text):
        return read(key, scope).term
    declared = scope.symbols.get(canonical_name(text))
    if declared is not None:
        return make("symbol", data=declared)
    base, _, index = text.rpartition("_")
    outer_symbol = scope.symbols.get(canonical_name(base)) if base else None
    if outer_symbol is None:
        return read(key, scope).term
    try:
        return read(Source(key.name, f"{outer_symbol.name}_{{{index}}}"), scope).term
    except ReadError as error:
        raise error.placed(whole(key)) from None


def read_value(value: Value, scope: Scope) -> Term:
    """A given value: a number or LaTeX, a list as a vector, a list of lists as a matrix."""
    if isinstance(value, Source):
        return read(value, scope).term
    rows = [item for item in value if not isinstance(item, Source)]
    if not rows:
        return make("vector", *(read_value(item, scope) for item in value))
    lengths = {len(row) for row in rows}
    flat = [cell for row in rows for cell in row]
    nested = next((cell for cell in flat if not isinstance(cell, Source)), None)
    if len(rows) != len(value) or len(lengths) != 1 or nested is not None:
        span = whole(_first(value))
        raise ReadError(
            "values must be a vector [a, b] or the equal rows of a matrix [[a, b], [c, d]]",
            span,
        )
    cells = (read_value(cell, scope) for cell in flat)
    return make("matrix", *cells, data=(len(rows), lengths.pop()))


def _first(value: Value) -> Source:
    while not isinstance(value, Source):
        value = value[0]
    return value
