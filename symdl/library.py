"""The formula library: where its files are, what they define, and the scope they make.

Files are found the same way from a checkout, an editable install and a wheel; nothing is
read before it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path

from symdl.document.errors import Error, FileError, FormulaError, ReadError, UnknownName
from symdl.document.formula import (
    RawFormula,
    SymbolEntry,
    Value,
    formula_of,
    read_bytes,
)
from symdl.document.source import Source, Span, whole
from symdl.expression.printer import latex, plain
from symdl.expression.reading import Reading, read, read_holding, survey_document
from symdl.expression.scope import Definition, Scope, define, substitute, suppose
from symdl.expression.symbols import declare
from symdl.expression.term import Symbol, Term, free_symbols, make, number, postorder
from symdl.own_names import read_line
from symdl.places import formula_files, library_folder, shown


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


@lru_cache(maxsize=1)
def files() -> Mapping[str, Path]:
    """Name -> file of every formula of the library, by kind and name."""
    return {path.stem: path for path in formula_files(library_folder())}


def find(name: str) -> Path:
    """The file of a formula, by name or alias; case, spaces and hyphens do not matter.

    Raises UnknownName with the nearest names.
    """
    if not isinstance(name, str):
        raise TypeError(f"a formula's name is a str, not {type(name).__name__}")
    wanted = plain_name(name)
    found = files().get(wanted) or aliases().get(wanted)
    if found is not None:
        return found
    names = [*files(), *aliases()]
    near = get_close_matches(wanted, names, n=3, cutoff=0.6)
    near += [n for n in names if wanted and wanted in n and n not in near][:3]
    hint = f"did you mean {', '.join(near)}?" if near else "symdl list shows all names"
    raise UnknownName(f"no formula is called {name!r}", hint=hint)


@lru_cache(maxsize=1)
def aliases() -> Mapping[str, Path]:
    """Further names, normalised, of the formulas whose files can be read."""
    return {
        plain_name(word): files()[Path(raw.file.name).stem]
        for raw in all_formulas()
        for word in (*raw.aliases, raw.title)
    }


def all_formulas() -> Iterator[RawFormula]:
    """Every well-formed formula of the library (`symdl check` reports the others)."""
    return _well_formed(files())


def _well_formed(names: Iterable[str]) -> Iterator[RawFormula]:
    for name in names:
        try:
            yield raw(name)
        except (FormulaError, FileError):
            continue


@cache
def raw(name: str) -> RawFormula:
    """A formula of the library by its exact name, as written."""
    path = files()[name]
    return formula_of(shown(path), read_bytes(path), path.parent.name)


@cache
def load(name: str) -> Understood:
    """A formula of the library, understood. Raises UnknownName, FormulaError or ReadError."""
    found = understand(raw(find(name).stem))
    if found.problems:
        raise found.problems[0]
    return found


def plain_name(name: str) -> str:
    """A name as the library spells names: lower case, `_` for spaces and hyphens."""
    return re.sub(r"[\s-]+", "_", name.strip().lower())


# --- functions of other formulas ------------------------------------------------------------

_SEARCHING: set[str] = set()


def outer(name: str) -> Definition | None:
    """The library's definition of a function (`\\sigma`, `softplus`), None if it has none.

    Only names that say what they mean are shared: a Greek letter or a word. `f` and `L` of
    one file say nothing about another. A name that two formulas define is nobody's; one that
    none defines may be that of a file (`\\mathrm{ELU}(x)`).
    """
    if len(name) < 2 or name in _SEARCHING:
        return None
    # What is found while another name is hidden is not remembered: alone it may read differently.
    search = _defining.__wrapped__ if _SEARCHING else _defining
    _SEARCHING.add(name)
    try:
        found = search(name)
    finally:
        _SEARCHING.discard(name)
    return found


@cache
def _defining(name: str) -> Definition | None:
    bare = re.sub(r"\\(?:mathrm|text|operatorname|mathbf)|[^A-Za-z]", "", name)
    found: list[Definition] = []
    for formula in formulas_naming(bare) if bare else ():
        left = "\n".join(re.split(r":?=|\\approx", line.text)[0] for line in formula.lines)
        if _holds_word(left, bare):
            definition = understand(formula).scope.functions.get(name)
            if definition is not None:
                found.append(definition)
    return found[0] if len(found) == 1 else None if found else _of_file(name)


FUNCTION_KINDS = frozenset({"activation"})
"""The folders whose formulas are called by the names of their files."""
NOT_CALLED = frozenset({"exponential", "vanishing_gradient", "logsumexp", "log_softmax"})
CHOSEN = {"leaky_relu": Fraction(1, 100)}
"""Formulas -> the number in them that each author chooses anew; it lies in (0, 1)."""


@cache
def function_names() -> Mapping[str, str]:
    """Plain names of the functions of the library -> their files' names."""
    found: dict[str, str] = {}
    for name, path in files().items():
        if path.parent.name in FUNCTION_KINDS and name not in NOT_CALLED:
            formula = raw(name)
            for word in (name, formula.title, *formula.aliases):
                flat = re.sub(r"[\s_-]+", " ", word).strip().lower()
                found[flat] = found[flat.replace(" ", "")] = name
    return found


def bare_word(name: str) -> str:
    """The letters and digits of a function's name, less the macro of its font."""
    return re.sub(r"\\(?:text|mathrm|operatorname|mathbf)|[^A-Za-z0-9]", "", name)


def _of_file(name: str) -> Definition | None:
    """The function that a file is called after, with the library's values of its parameters."""
    word = bare_word(name)
    file = function_names().get(word.lower()) if len(word) > 2 else None
    if file is None:
        return None
    found = understand(raw(file))
    term = found.lines[0].reading.term if found.lines else None
    if term is None or term.op != "relation" or term.args[0].op != "call":
        return None
    left, body = term.args[:2]
    settings = {s: v for s, v in found.defaults.items() if s in free_symbols(body)}
    if free_symbols(substitute(body, settings)) - set(left.args):
        return None  # a letter of which the file says no value
    assumed = ", ".join(f"{plain(s)} = {plain(v)}" for s, v in settings.items())
    if file in CHOSEN:
        assumed = plain(number(CHOSEN[file]))
    return Definition(name, left.args, substitute(body, settings), assumed=assumed)


def formulas_naming(letters: str) -> Iterator[RawFormula]:
    """The well-formed formulas that may have these letters left of an `=`."""
    return _well_formed(name for name, left in _lefts() if _holds_word(left, letters))


def _holds_word(text: str, word: str) -> bool:
    """Whether letters stand in a text with no letter beside them: no eta in theta."""
    return re.search(rf"(?<![A-Za-z]){word}(?![A-Za-z])", text) is not None


@cache
def _lefts() -> tuple[tuple[str, str], ...]:
    """For each file of the library letters among which are those left of its `=`.

    Found without taking YAML apart, which is slow: most files do not define what is asked for.
    """
    return tuple((name, _left_letters(path)) for name, path in files().items())


def _left_letters(path: Path) -> str:
    try:
        text = read_bytes(path).decode("utf-8")
    except (FileError, UnicodeDecodeError):
        return ""  # such a file is no formula
    section = _FORMULA.search(f"{text}\n")
    if section is None or _HIDDEN.search(section[1]):
        return text
    return "\n".join(line.split("=", 1)[0] for line in section[1].splitlines())


_FORMULA = re.compile(r"^formula:((?:.*\n)(?:(?:[ \t\r#-].*)?\n)*)", re.MULTILINE)
_HIDDEN = re.compile(r"\"|^[ \t-]*[*&!]", re.MULTILINE)
"""Escapes of a quoted text and names of YAML, which stand for other letters."""


# --- from texts to mathematics --------------------------------------------------------------


def refuse_wrong_types(statement: object, given: object, symbols: object) -> None:
    """Raise TypeError for arguments of the Python face that are not what they should be."""
    if not isinstance(statement, str):
        raise TypeError(f"LaTeX is a str, not {type(statement).__name__}")
    if isinstance(given, tuple) and not given and symbols in (None, {}):
        return
    if not isinstance(given, str) and not isinstance(given, Iterable):
        raise TypeError(f"given is a statement or a list of them, not {type(given).__name__}")
    if symbols is not None and not isinstance(symbols, Mapping):
        hint = '{"x": "real > 0"}'
        raise TypeError(f"symbols is a mapping such as {hint}, not {type(symbols).__name__}")
    texts = () if isinstance(given, str) else given
    for text in (*texts, *(item for pair in (symbols or {}).items() for item in pair)):
        if not isinstance(text, str):
            raise TypeError(f"statements and declarations are str, not {type(text).__name__}")


def base_scope() -> Scope:
    """Nothing declared, the library's functions known."""
    return _BASE


_BASE = Scope(outer=outer)


def scope_of(
    given: Iterable[str] = (), symbols: Mapping[str, str] | None = None, line: str = ""
) -> Scope:
    """The scope of declarations and statements that hold, over the library's functions.

    line: what will be read in it; its notation and that of the statements count together
    (`m_t = ...` makes the `m_0` of another an entry).
    """
    refuse_wrong_types(line, given, symbols)
    scope = base_scope()
    if symbols:
        found = [declare(key, text) for key, text in symbols.items()]
        scope = declare_all(scope, {symbol.name: symbol for symbol in found})
    return with_given(scope, given, line)


def with_given(scope: Scope, given: Iterable[str], line: str = "") -> Scope:
    """The scope with further statements that hold; a text alone is one statement."""
    statements = (given,) if isinstance(given, str) else given
    sources = [Source("<given>", statement) for statement in statements]
    if sources:
        scope = survey_document([line] if line else [], scope, holding=sources)
    settled: set[str] = set()
    for source in sources:
        term = read_holding(source, scope).term
        named = _array_defined(term, scope)
        if named is not None:
            guessed = term.args[0].data.name
            kept = {k: s for k, s in scope.symbols.items() if k != guessed or s.declared}
            scope = declare_all(replace(scope, symbols=kept), {named.name: named})
            term = read(source, scope).term
        _refuse_another_meaning(source, term)
        before, scope = scope, suppose(scope, term, settled)
        settled |= {n for n, d in scope.functions.items() if before.functions.get(n) is not d}
    return scope


def _refuse_another_meaning(source: Source, term: Term) -> None:
    """Refuse what gives a constant, or the logarithm, another meaning than it has in the line."""
    if term.op != "relation" or term.data[0] not in ("=", ":="):
        return
    left, right = term.args[:2]
    if left.op == "constant":
        name = latex(left)
        hint = f"declare {name} if it is no constant"
        raise ReadError(f"{name} is set to something else", whole(source), hint)
    if left.op == "log" and right.op in ("log2", "log10", "log_base"):
        hint = "write the base in the claim: \\log_{10} x"
        raise ReadError("\\log is the natural logarithm", whole(source), hint)


def declare_all(
    scope: Scope, entries: Mapping[str, Symbol] | None = None, **symbols: Symbol
) -> Scope:
    """The scope with further declared symbols, by canonical name."""
    return replace(scope, symbols={**scope.symbols, **(entries or {}), **symbols})


def understand(raw: RawFormula) -> Understood:
    """Read the declarations and lines of a formula file; what cannot be read is a problem."""
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
    scope = declare_all(base_scope(), symbols)
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
            named = _array_defined(reading.term, scope)
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


def _array_defined(line: Term, scope: Scope) -> Symbol | None:
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
    from symdl.expression.symbols import canonical_name

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
        raise ReadError(error.message, whole(key), error.hint, error.code) from None


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
