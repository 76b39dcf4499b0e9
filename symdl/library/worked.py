"""The worked examples of a formula file: what is given and what is expected, as mathematics.

A given value is a number that its symbol may have; what does not fit is told at its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from symdl.derivation.expand import expand
from symdl.document.errors import DeriveError, Error, ReadError, ShapeError
from symdl.document.raw_formula import Assigned, ExampleEntry, Value
from symdl.document.source import Source, Span, whole
from symdl.evidence.balls import ball, inside
from symdl.evidence.claim import Claim
from symdl.evidence.exact import exact
from symdl.evidence.splitting import interval_words
from symdl.expression.domain import Domain
from symdl.expression.misfits import show
from symdl.expression.printer import plain
from symdl.expression.reading import read
from symdl.expression.scope import Scope
from symdl.expression.term import Term, free_symbols
from symdl.expression.vocabulary import NAMES
from symdl.library.undeclared import known_names
from symdl.library.understood import Understood, read_key, read_value

MALFORMED = "malformed-example"


def example_scope(found: Understood, example: ExampleEntry) -> Scope:
    """The scope with an example's given values; parameters not given have their defaults.

    Raises ReadError (`malformed-example`, `out-of-domain`) or ShapeError for a value that its
    symbol cannot have.
    """
    known = known_names(found)
    given: dict[Term, Term] = {}
    sizes: dict[str, int] = {}
    for item in example.given:
        symbol = _symbol(item.key, found, known)
        if symbol in given:
            message = f"{plain(symbol)} is given twice"
            raise ReadError(message, whole(item.key), "keep one of them", MALFORMED)
        given[symbol] = _number(item, found.scope)
        if all(found.scope.declares(s.data.name) for s in free_symbols(symbol)):
            _refuse_misfit(symbol, given[symbol], item, sizes)
        _refuse_outside(symbol, given[symbol], item)
    values: Mapping[Term, Term] = {**found.scope.values, **found.defaults, **given}
    return replace(found.scope, values=values)


def expectation(key: Source, value: Value, scope: Scope, given: Scope) -> Claim:
    """`key \\approx value` under the given values, as if it had been written in one line.

    Sizes are concrete under the given values only: no relation Term is made of both sides.
    Raises ReadError for an expected value that is no number, and for a left side that depends
    on a symbol without a value.
    """
    left = read(key, scope).term if "\\" in key.text else read_key(key, scope)
    right = _number(Assigned(key, value), scope)
    _refuse_open(left, key, given)
    kind = "matrix" if right.shape else "number"
    return Claim(kind, "approx", left, right, given, (), whole(key), worked=True)


def written(value: Value) -> str:
    """A value as it stands in the file."""
    if isinstance(value, Source):
        return value.text
    return "(" + ", ".join(written(item) for item in value) + ")"


def place_of(value: Value) -> Span:
    """The span of a value: of its first text where it is a list."""
    return whole(_cells(value)[0])


def _symbol(key: Source, found: Understood, known: set[str]) -> Term:
    """What a key of `given` names: a symbol of the formula, or a step or entry of one."""
    symbol = read_key(key, found.scope)
    if symbol.op not in NAMES:
        hint = "a key is a symbol of the formula, or a step of one: x, m_0"
        raise ReadError(f"{key.text.strip()} is no symbol", whole(key), hint, MALFORMED)
    for free in free_symbols(symbol):
        if free.data.name not in known:
            message = f"{free.data.name} is no symbol of this formula"
            hint = f"known here: {', '.join(sorted(known))}"
            raise ReadError(message, whole(key), hint, MALFORMED)
    return symbol


def _number(item: Assigned, scope: Scope) -> Term:
    """The value as a Term: a number, or an array of numbers."""
    for cell in _cells(item.value):
        if re.search(r"(?<!\\)%", cell.text):
            hint = "% begins a comment in LaTeX: write 0.5 for 50 %"
            raise ReadError(f"{cell.text.strip()} is no number", whole(cell), hint, MALFORMED)
    try:
        term = read_value(item.value, scope)
    except ReadError as error:
        if error.code != "ambiguous":
            raise
        raise _no_number(item.value) from None
    for entry in _entries(term):
        if free_symbols(entry) or entry.shape != () or not ball(entry, {}).is_finite():
            raise _no_number(item.value, sorted(plain(s) for s in free_symbols(entry)))
    return term


def _no_number(value: Value, free: Sequence[str] = ()) -> ReadError:
    hint = f"{', '.join(free)} has no value here" if free else ""
    return ReadError(
        f"{written(value).strip()} is no number",
        place_of(value),
        hint or "write digits, or LaTeX without symbols: 0.5, \\frac{1}{3}, \\sqrt{2}",
        MALFORMED,
    )


def _refuse_misfit(symbol: Term, value: Term, item: Assigned, sizes: dict[str, int]) -> None:
    """Refuse a value of another shape than declared, or of a size that another value denies."""
    declared, shape = symbol.shape, value.shape
    if declared is None or shape is None:
        return
    if len(declared) != len(shape):
        message = f"{plain(symbol)} has the shape {show(declared)}, this value {show(shape)}"
        raise ShapeError(message, place_of(item.value), _SHAPE_HINT)
    named = {str(symbol.data.name): exact(value)} if symbol.op == "symbol" and not shape else {}
    wanted = list(zip(declared, shape, strict=False))
    wanted += [(name, int(number)) for name, number in named.items() if number is not None]
    for dim, size in wanted:
        size = int(size)
        known = dim if isinstance(dim, int) else sizes.setdefault(dim, size)
        if known != size:
            message = f"{plain(symbol)} makes {dim} {size}, but it is {known}"
            raise ShapeError(message, place_of(item.value), _SHAPE_HINT)


_SHAPE_HINT = "a vector is [1, 2], a matrix is the list of its rows [[1, 2], [3, 4]]"


def _refuse_outside(symbol: Term, value: Term, item: Assigned) -> None:
    base = symbol
    while base.op != "symbol":
        base = base.args[0]
    domain: Domain = base.data.domain
    cells, entries = _cells(item.value), _entries(value)
    for i, entry in enumerate(entries):
        number = exact(entry)
        outside = not domain.contains(number) if number is not None else None
        if outside is None:
            outside = inside(ball(entry, {}), domain) is False
        if outside:
            cell = cells[i] if len(cells) == len(entries) else cells[0]
            words = interval_words(plain(base), domain)
            whole_numbers = " and is an integer" if domain.integer else ""
            raise ReadError(
                f"{cell.text.strip()} is outside of the domain: {words}{whole_numbers}",
                whole(cell),
                "give a value of the domain, or declare another one",
                "out-of-domain",
            )


def _refuse_open(left: Term, key: Source, given: Scope) -> None:
    """Refuse an expected number that depends on a scalar without a value."""
    try:
        closed = expand(left, given)
    except Error as error:
        if isinstance(error, DeriveError | ShapeError):
            return  # the verdict tells why it cannot be written out
        raise
    arrays = {dim for s in free_symbols(closed) for dim in s.data.shape or ()}
    sized = {dim for s in given.values if s.op == "symbol" for dim in s.data.shape or ()}
    missing = [
        s
        for s in free_symbols(closed)
        if s.data.role not in ("function", "index") and s.data.name not in arrays | sized
    ]
    if missing:
        names = ", ".join(sorted(plain(s) for s in missing))
        has = "has" if len(missing) == 1 else "have"
        hint = "add it under given:"
        raise ReadError(f"{names} {has} no value in this example", whole(key), hint, MALFORMED)


def _cells(value: Value) -> list[Source]:
    if isinstance(value, Source):
        return [value]
    return [cell for item in value for cell in _cells(item)]


def _entries(term: Term) -> tuple[Term, ...]:
    return term.args if term.op in ("vector", "matrix") else (term,)
