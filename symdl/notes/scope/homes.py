"""Where arrays live: `x \\in \\mathbb{R}^n` holds for the whole passage in which it stands.

A definition that was read before the sizes of its arrays were known is read again when they are;
and a name that a formula binds (`\\int x^2 dx`) is no array there, whatever it is elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.pieces import Math, Run
from symdl.document.source import Source, excerpt, whole
from symdl.expression.defining import define
from symdl.expression.domain import REAL
from symdl.expression.reading import read
from symdl.expression.term import Symbol, Term, free_symbols, make
from symdl.notes.scope.known import Key, Known, keys_for, keys_of
from symdl.notes.scope.learning import declare_in, forget, learn

LONGEST = 120
_HOME = re.compile(r"\\in\b.*\\mathbb\s*\{?\s*R")


def with_homes(runs: Sequence[Run], known: Known, path: tuple[int, ...]) -> Known:
    """The knowledge with the arrays whose sizes a passage states, unless it defines them or they
    are declared already."""
    texts = [run.text for run in runs if isinstance(run, Math)]
    if not any(_HOME.search(text) for text in texts):
        return known
    for run in runs:
        if not isinstance(run, Math) or len(run.text) > LONGEST or not _HOME.search(run.text):
            continue
        for symbol in _lives(run.source, known):
            before = known.scope.symbols.get(symbol.name)
            firm = before is not None and before.declared and symbol.name not in known.soft
            here = re.compile(rf"\s*{re.escape(symbol.name)}\s*(?::=|=)")
            values = {k.data.name for k in known.scope.values if k.op == "symbol"}
            defined = symbol.name in values or any(map(here.match, texts))
            if not firm and not defined:
                known = declare_in(known, symbol, whole(run.source), path)
    return known


def _lives(source: Source, known: Known) -> Iterator[Symbol]:
    """The symbols of a formula that says of all of them where they lie: arrays in a space, or
    numbers anywhere on the real line, whatever is usual for the letter."""
    try:
        term = read(source, known.scope).term
    except Error:
        return  # told where the formula is read as a statement
    for part in term.args if term.op in ("statements", "and") else (term,):
        if part.op != "relation" or part.data != ("in",):
            return
        home = part.args[1]
        if home.op == "number_set" and home.data == "R" and part.args[0].op == "symbol":
            yield Symbol(part.args[0].data.name, domain=REAL, declared=True)
            continue
        if home.op != "space":
            return
        if part.args[0].op == "symbol":
            name = part.args[0].data.name
            yield define(replace(known.scope, symbols={}), part).symbols.get(name, Symbol(name))


# --- definitions that were read too early --------------------------------------------------------


def read_again(before: Known, known: Known) -> Known:
    """The knowledge in which definitions that speak of newly declared arrays are read again."""
    old, new = before.scope.symbols, known.scope.symbols
    if old is new:
        return known
    changed = {n for n, s in new.items() if s.shape and (n not in old or old[n].shape != s.shape)}
    if not changed:
        return known
    for key in list(_of(changed, known)):
        known = _once_more(key, known)
    return known


def _of(names: set[str], known: Known) -> Iterator[Key]:
    """The definitions whose bodies have a name as something else than it is now."""
    symbols = known.scope.symbols
    for key, body in keys_of(known.scope).items():
        if isinstance(body, Term) and key in known.origins:
            stale = (s.data for s in free_symbols(body) if s.data.name in names)
            if any(s.shape != symbols[s.name].shape for s in stale):
                yield key


def _once_more(key: Key, known: Known) -> Known:
    """A definition read where it stands with what is known now; without it, if that fails."""
    origin = known.origins[key]
    source = excerpt(origin.span.source, origin.span.start, origin.span.end)
    without = forget(known, _name_of(key)) if _name_of(key) else known
    try:
        term = read(source, without.scope).term
    except Error:
        return without
    for part in term.args if term.op in ("statements", "and") else (term,):
        if key in keys_for(part):
            first = make("relation", *part.args[:2], data=part.data[:1])
            return learn(without, first, origin.span, origin.path)
    return without


def _name_of(key: Key) -> str:
    what, name = key
    if what != "value":
        return str(name)
    return str(name.data.name) if isinstance(name, Term) and name.op == "symbol" else ""


# --- names that a formula binds ------------------------------------------------------------------

_NAME = r"(\\[A-Za-z]+|[A-Za-z])"
_BOUND = (
    re.compile(rf"\\(?:sum|prod)(?:\\limits)?\s*_\s*\{{?\s*{_NAME}\s*="),
    re.compile(rf"\\lim(?:\\limits)?\s*_\s*\{{?\s*{_NAME}\s*\\(?:to|rightarrow)"),
)
_INTEGRAL = re.compile(rf"\\int(?![A-Za-z]).*?(?:\\mathrm\{{d\}}|(?<![A-Za-z\\])d)\s*{_NAME}")
_SLOPE = re.compile(rf"\\[dt]?frac\s*\{{\s*d[^{{}}]*\}}\s*\{{\s*d\s*{_NAME}")
_ARRAYS = re.compile(r"\^\s*\{?\s*(?:T|\\top|\\intercal)\b|\\[lr]?[Vv]ert|\\\||\\nabla|\\odot")


def is_array(symbol: Symbol) -> bool:
    """Whether a symbol is declared as an array, be its sizes known or not."""
    return bool(symbol.shape) or symbol.role in ("vector", "matrix", "tensor")


def bound_in(text: str, known: Known) -> frozenset[str]:
    """The names that are arrays elsewhere and bound as numbers in a formula."""
    arrays = {name for name, symbol in known.scope.symbols.items() if is_array(symbol)}
    if not arrays:
        return frozenset()
    found = {m[1] for pattern in _BOUND for m in pattern.finditer(text)}
    if not _ARRAYS.search(text):
        found |= {m[1] for m in _INTEGRAL.finditer(text)}
        alone = arrays & set(re.findall(r"\\[A-Za-z]+|[A-Za-z]", text))
        found |= {m[1] for m in _SLOPE.finditer(text) if alone == {m[1]}}
    return frozenset(found & arrays)


def as_numbers(known: Known, names: frozenset[str]) -> Known:
    """The knowledge in which names are numbers, whatever other statements say of them."""
    if not names:
        return known
    symbols = {**known.scope.symbols, **{name: Symbol(name) for name in names}}
    return replace(known, scope=replace(known.scope, symbols=symbols))


def as_before(known: Known, before: Known, names: frozenset[str]) -> Known:
    """The knowledge behind a formula that bound names, in which they are what they were."""
    symbols = known.scope.symbols
    kept = {n: before.scope.symbols[n] for n in names if symbols.get(n, Symbol(n)) == Symbol(n)}
    if not kept:
        return known
    return replace(known, scope=replace(known.scope, symbols={**known.scope.symbols, **kept}))
