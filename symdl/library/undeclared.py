"""Symbols that a formula file uses without saying what they are: a stray letter is a slip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symdl.document.errors import ReadError
from symdl.document.source import whole
from symdl.expression.reading import Reading
from symdl.expression.term import Term, free_symbols, postorder
from symdl.library.understood import Understood

if TYPE_CHECKING:
    from symdl.expression.term import Symbol


def refuse_undeclared(reading: Reading, found: Understood) -> None:
    """Refuse a free symbol that nothing declares or defines. Raises ReadError with its place.

    The letters that count the entries of an array (`W_{ij}`, `\\delta_{ij}`) need no
    declaration.
    """
    known = known_names(found)
    places = set(_places(reading.term))
    for symbol in free_symbols(reading.term):
        data: Symbol = symbol.data
        if data.role in ("function", "index") or data.name in known:
            continue
        if symbol in places:
            continue
        names = sorted(known)
        raise ReadError(
            f"{data.name} is not declared and nothing defines it",
            reading.spans.get(symbol) or whole(reading.source),
            f"add it under symbols:, as in {data.name}: real (known here: {', '.join(names)})",
            "undeclared-symbol",
        )


def _places(term: Term) -> Iterator[Term]:
    """The symbols in the places of an entry (not what it is an entry of) and of \\delta_{ij}."""
    for node in postorder(term):
        if node.op == "indicator" and all(side.op == "symbol" for side in node.args[0].args):
            yield from node.args[0].args
        if node.op == "entry":
            for index in node.args[1:]:
                yield from free_symbols(index)


def known_names(found: Understood) -> set[str]:
    """The names that a file's declarations and lines give meaning to."""
    scope = found.scope
    known = {name for name, symbol in scope.symbols.items() if symbol.declared}
    known.update(key.data.name for key in scope.values if key.op == "symbol")
    for symbol in scope.symbols.values():
        known.update(str(dim) for dim in symbol.shape or ())
    for line in found.lines:
        known.update(node.data.name for node in postorder(line.reading.term) if node.op == "symbol")
    return known
