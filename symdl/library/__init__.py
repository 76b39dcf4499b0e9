"""The formula library: where its files are, what they define, and the scope they make.

Files are found the same way from a checkout, an editable install and a wheel; nothing is
read before it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path

from symdl.document.errors import FileError, FormulaError, UnknownName
from symdl.document.formula import formula_of, read_bytes
from symdl.document.places import formula_files, library_folder, shown
from symdl.document.raw_formula import RawFormula
from symdl.expression.printer import plain
from symdl.expression.scope import Definition, Scope
from symdl.expression.substitution import substitute
from symdl.expression.term import free_symbols, number
from symdl.library.understood import Understood, understand_in


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
        if bare in _WORD.findall(left):
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
    return _well_formed(_naming().get(letters, ()))


_WORD = re.compile(r"[A-Za-z]+")
"""Letters with no letter beside them: no eta in theta."""


@cache
def _naming() -> Mapping[str, Sequence[str]]:
    """For each word the files of the library that may have it left of an `=`.

    Found without taking YAML apart, which is slow: most files do not define what is asked for.
    """
    found: dict[str, list[str]] = {}
    for name, path in files().items():
        for word in set(_WORD.findall(_left_letters(path))):
            found.setdefault(word, []).append(name)
    return found


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


# --- the scope that they make ---------------------------------------------------------------


def base_scope() -> Scope:
    """Nothing declared, the library's functions known."""
    return _BASE


_BASE = Scope(outer=outer)


def understand(raw: RawFormula) -> Understood:
    """A formula file read with the functions of the library; what cannot be read is a problem."""
    return understand_in(base_scope(), raw)
