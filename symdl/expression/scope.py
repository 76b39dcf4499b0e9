"""What is known where a line stands: declarations, definitions, values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from symdl.document.source import Span
from symdl.expression.term import Symbol, Term


@dataclass(frozen=True)
class Definition:
    """`name(parameters) = body`; `span` is where it was written, if known; assumed: the values of
    its settings, where an author may have others (`α = 1`)."""

    name: str
    parameters: tuple[Term, ...]
    body: Term
    span: Span | None = None
    assumed: str = ""


@dataclass(frozen=True)
class Scope:
    """Everything a reader may rely on.

    symbols: declarations by canonical name. functions: `f(x) = ...`. values: what a symbol
    or an entry such as `m_0` stands for. entries: `C_{ij} = ...` (parameters are the
    indices). recurrences: `m_t = ...` (parameter t). outer: finds a function by name in
    the formula library. floors: for an index t the c up to which the states at `t + c` are
    left as they are; later ones are written out. hypotheses: relations that are stated to hold
    and define nothing.
    """

    symbols: Mapping[str, Symbol] = field(default_factory=dict)
    functions: Mapping[str, Definition] = field(default_factory=dict)
    values: Mapping[Term, Term] = field(default_factory=dict)
    entries: Mapping[str, Definition] = field(default_factory=dict)
    recurrences: Mapping[str, Definition] = field(default_factory=dict)
    outer: Callable[[str], Definition | None] | None = None
    floors: Mapping[Term, int] = field(default_factory=dict)
    hypotheses: tuple[Term, ...] = ()

    @property
    def defines(self) -> bool:
        """Whether any name has a definition here."""
        return bool(self.values or self.functions or self.entries or self.recurrences)

    def with_symbols(self, symbols: Mapping[str, Symbol]) -> Scope:
        """The scope with other declarations."""
        return Scope(
            symbols,
            self.functions,
            self.values,
            self.entries,
            self.recurrences,
            self.outer,
            self.floors,
            self.hypotheses,
        )

    def declares(self, name: str) -> bool:
        """Whether somebody declared a name: a Term is shared, and a survey only guesses."""
        known = self.symbols.get(name)
        return known is not None and known.declared


EMPTY = Scope()
INVERSE = "^{-1}"
"""How the name of an inverse function ends."""
