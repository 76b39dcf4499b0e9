"""Formula lines that define a known name anew: `\\operatorname{softplus}(x) = ...` with a slope.

The lines of a file always define: where a line gives a function of the operator table or of the
library another meaning, the name is the file's own from that line on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symdl.document.errors import Error
from symdl.document.source import Source
from symdl.expression.operators import LETTERS, MACROS, TABLE, WORDS
from symdl.expression.reading import Reading, read
from symdl.expression.scope import Scope
from symdl.expression.term import Symbol, Term

_EQUAL = ("=", ":=", "equiv")
_SAME = frozenset({"proved", "confirmed"})


def read_line(source: Source, scope: Scope) -> tuple[Reading, Scope, str]:
    """A formula line as read, the scope it stands in, and the known name it defines anew ("").

    Raises ReadError where reading stops.
    """
    reading = read(source, scope)
    sides = _sides(reading.term)
    if sides is None or _agrees(*sides, scope):
        return reading, scope, ""
    left = sides[0]
    if left.op == "call":
        name = str(left.data.function.name)
        return reading, _without(scope, name), name
    everything = _with_functions(scope, _spellings(left.op))
    renamed = _sides(read(source, everything).term)
    if renamed is None or renamed[0].op != "call":
        return reading, scope, ""
    name = str(renamed[0].data.function.name)
    own = _without(scope, name)
    return read(source, own), own, name


def _sides(term: Term) -> tuple[Term, Term] | None:
    """Left and right of `f(x) = ...`, where f is known to the table or to be called."""
    if term.op == "when":
        term = term.args[0]
    if term.op != "relation" or len(term.data) != 1 or term.data[0] not in _EQUAL:
        return None
    left, right = term.args
    called = left.op in TABLE or (left.op == "call" and not left.data.primes)
    symbols = left.args and all(a.op == "symbol" for a in left.args)
    distinct = len(set(left.args)) == len(left.args)
    return (left, right) if called and symbols and distinct else None


def _agrees(left: Term, right: Term, scope: Scope) -> bool:
    """Whether the line says of a known function what it is anyway; true for an unknown one."""
    if left.op == "call":
        name = left.data.function.name
        if name in scope.functions or scope.outer is None or scope.outer(name) is None:
            return True
    from symdl.evidence.claim import Claim
    from symdl.evidence.ladder import judge

    try:
        return judge(Claim("identity", "=", left, right, scope)).kind in _SAME
    except Error:
        return False


def _spellings(row: str) -> Iterator[str]:
    """Every name under which a line may write an operator row."""
    for table in (MACROS, WORDS, LETTERS):
        yield from (name for name, found in table.items() if found.name == row)
    for word in WORDS:
        if WORDS[word].name == row:
            yield from (f"\\{style}{{{word}}}" for style in ("operatorname", "text", "mathrm"))


def _with_functions(scope: Scope, names: Iterator[str] | tuple[str, ...]) -> Scope:
    made = {name: Symbol(name, "function", declared=True) for name in names}
    return replace(scope, symbols={**scope.symbols, **made})


def _without(scope: Scope, name: str) -> Scope:
    """The scope in which the library does not define a name."""
    outer = scope.outer
    found = replace(scope, outer=lambda n: None if n == name or outer is None else outer(n))
    return _with_functions(found, (name,))
