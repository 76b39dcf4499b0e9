"""The scope of declarations and statements that are given with a line, over the library's
functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from symdl.document.errors import ReadError
from symdl.document.source import Source, whole
from symdl.expression.defining import suppose
from symdl.expression.printer import latex
from symdl.expression.reading import read, read_holding, survey_document
from symdl.expression.scope import Scope
from symdl.expression.symbols import declare
from symdl.expression.term import Term
from symdl.library import base_scope
from symdl.library.understood import array_defined, declare_all


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


def scope_of(
    given: Iterable[str] = (), symbols: Mapping[str, str] | None = None, line: str = ""
) -> Scope:
    """The scope of declarations and statements that hold, over the library's functions.

    line: what will be read in it; its notation and that of the statements count together
    (`m_t = ...` makes the `m_0` of another an entry).
    """
    refuse_wrong_types(line, given, symbols)
    return scope_under(symbols, given, line)


def scope_under(
    symbols: Mapping[str, str] | None, given: Iterable[str], line: Source | str = ""
) -> Scope:
    """`scope_of` texts that are known to be such."""
    scope = base_scope()
    if symbols:
        found = [declare(key, text) for key, text in symbols.items()]
        scope = declare_all(scope, {symbol.name: symbol for symbol in found})
    return with_given(scope, given, line) if given else scope


def with_given(scope: Scope, given: Iterable[str], line: Source | str = "") -> Scope:
    """The scope with further statements that hold; a text alone is one statement."""
    statements = (given,) if isinstance(given, str) else given
    sources = [Source("<given>", statement) for statement in statements]
    if sources:
        scope = survey_document([line] if line else [], scope, holding=sources)
    settled: set[str] = set()
    for source in sources:
        term = read_holding(source, scope).term
        named = array_defined(term, scope)
        if named is not None:
            guessed = term.args[0].data.name
            kept = {k: s for k, s in scope.symbols.items() if k != guessed or s.declared}
            scope = declare_all(replace(scope, symbols=kept), {named.name: named})
            term = read(source, scope).term
        _refuse_another_meaning(source, term)
        before, scope = scope, suppose(scope, term, settled)
        if scope is before and _restricts(term):
            scope = replace(scope, hypotheses=(*scope.hypotheses, term))
        settled |= {n for n, d in scope.functions.items() if before.functions.get(n) is not d}
    return scope


def _restricts(term: Term) -> bool:
    r"""Whether a statement that defines nothing may restrict what is claimed: nothing that is given
    is dropped, and of what is not understood (`x \gg 1`) claims stay open."""
    if term.op == "relation":
        return not {":=", "<-"}.intersection(term.data)
    return term.op in ("or", "not", "forall")


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
