"""`symdl show`: one formula of the library."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from symdl.commands.output import deliver

if TYPE_CHECKING:
    from symdl.document.raw_formula import RawFormula, SymbolEntry, Value


def arguments(parser: ArgumentParser) -> None:
    """The arguments of `symdl show`."""
    parser.add_argument("name", metavar="NAME")


def run(options: Namespace) -> int:
    """Print everything the file says, in a form for people."""
    from symdl.library import find, raw

    deliver("\n".join(_text(raw(find(options.name).stem))) + "\n")
    return 0


def _text(formula: RawFormula) -> Iterator[str]:
    yield f"{formula.name.text}: {formula.title} ({formula.kind})"
    yield from (f"  {line.text.strip()}" for line in formula.lines)
    source = formula.citation
    if source is not None:
        parts = (source.authors, source.title, source.section, source.year, source.url)
        equation = f"equation {source.equation}" if source.equation else ""
        yield "source: " + ", ".join(part for part in (*parts, equation) if part)
    if formula.symbols:
        yield "symbols"
        yield from (f"  {_symbol(entry)}" for entry in formula.symbols)
    if formula.parameters:
        yield "parameters"
        for entry in formula.parameters:
            yield f"  {_symbol(entry.symbol)} (default {entry.value.text})"
    if formula.claims:
        yield "claims"
        for claim in formula.claims:
            wrong = f"   [{claim.expect}]" if claim.expect else ""
            yield f"  {' '.join(claim.statement.text.split())}{wrong}"
    if formula.examples:
        yield "examples"
        for example in formula.examples:
            given = ", ".join(f"{g.key.text} = {_value(g.value)}" for g in example.given)
            for expected in example.expect:
                at = f"   at {given}" if given else ""
                yield f"  {expected.key.text} \\approx {_value(expected.value)}{at}"
    yield f"file: {formula.file.name}"


def _symbol(entry: SymbolEntry) -> str:
    spelled = f" ({entry.latex.text})" if entry.latex is not None else ""
    meaning = f", {entry.meaning}" if entry.meaning else ""
    return f"{entry.key.text}{spelled}: {entry.declaration}{meaning}"


def _value(value: Value) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return value.text
