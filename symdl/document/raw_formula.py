"""What a formula file says, each text with its place: the nouns."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.document.source import Source, Span

Value = Source | tuple["Value", ...]
"""A given or expected value: one text, or nested lists of them (vectors, matrices)."""


@dataclass(frozen=True, slots=True)
class SymbolEntry:
    """A declared symbol: its key, its declaration in one text, its spelling and meaning."""

    key: Source
    declaration: str
    span: Span
    latex: Source | None = None
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class ParameterEntry:
    """A symbol with a default value."""

    symbol: SymbolEntry
    value: Source


@dataclass(frozen=True, slots=True)
class ClaimEntry:
    """A line of LaTeX; `expect` is empty, or what the claim is known to be instead of true."""

    statement: Source
    expect: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    """`key: value` in an example."""

    key: Source
    value: Value


@dataclass(frozen=True, slots=True)
class ExampleEntry:
    """Given values and the numbers that follow from them, digits as printed."""

    given: tuple[Assigned, ...]
    expect: tuple[Assigned, ...]
    span: Span
    note: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a formula was taken from."""

    title: str
    authors: str = ""
    section: str = ""
    equation: str = ""
    year: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class RawFormula:
    """A formula file. `lines` are its equations in order; `kind` is its folder."""

    file: Source
    name: Source
    title: str
    lines: tuple[Source, ...]
    kind: str = ""
    citation: Citation | None = None
    symbols: tuple[SymbolEntry, ...] = ()
    parameters: tuple[ParameterEntry, ...] = ()
    claims: tuple[ClaimEntry, ...] = ()
    examples: tuple[ExampleEntry, ...] = ()
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
