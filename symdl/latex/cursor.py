"""A place in the tokens, and how to complain about it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

from symdl.document.errors import ReadError
from symdl.document.source import Span
from symdl.latex import macros as m
from symdl.latex.syntax import Node
from symdl.latex.tokens import NESTING_LIMIT, Tokens

_MISSING_HINTS = {
    m.SIGN: "an operand is missing",
    m.LINK: "a factor is missing",
    m.REL: "one side of the relation is missing",
    m.AMP: "a cell ends too early",
}


class Cursor(ABC):
    """Tokens and the index of the next one; the parsers below it are layers of one class."""

    # How the operand that begins with a token of this kind is read.
    READERS: ClassVar[Mapping[str, Callable[..., Node]]] = {}

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.kinds = tokens.kinds
        self.texts = tokens.texts
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.i = 0
        self.depth = 0
        self.repeats = 0
        self.integrals = 0  # integrals that wait for their differential at this bracket level
        self.braced: list[Node] = []  # variables of differentials met in braces: {x \\, dx}
        self.reversed = False  # inside `]0, 1[`, where [ closes
        self.loose: Node | None = None  # the last sum or relation in invisible braces

    # The layers above, called from below.

    @abstractmethod
    def atom(self) -> Node:
        """The operand that begins here."""

    @abstractmethod
    def statements(self, cell: bool = False) -> Node | None:
        """A sequence of statements up to a token that ends it; None if there is nothing."""

    @abstractmethod
    def sum(self) -> Node:
        """A signed sum."""

    @abstractmethod
    def product(self) -> Node:
        """A product."""

    @abstractmethod
    def big(self, name: str, at: int, lower: Node | None = None, upper: Node | None = None) -> Node:
        """The big operator `name` whose macro began at token `at`."""

    @abstractmethod
    def differential_width(self) -> int:
        """How many tokens the d of a differential takes here (0 if there is none)."""

    @abstractmethod
    def differential(self) -> Node:
        """The variable behind a d."""

    def last_end(self) -> int:
        """Where the token before the next one ends."""
        return self.ends[self.i - 1]

    def behind(self, last: Node) -> int:
        """The end of what ends with `last`, with the brace that closes it."""
        return max(last.end, self.ends[self.i - 1])

    # Errors.

    def fail(self, message: str, start: int, end: int, hint: str = "") -> ReadError:
        """The error `message` about a range of characters."""
        return ReadError(message, Span(self.tokens.source, start, end), hint)

    def fail_here(self, message: str, hint: str = "") -> ReadError:
        """The error `message` about the next token."""
        i = self.i
        return self.fail(message, self.starts[i], self.ends[i], hint)

    def shown(self, i: int) -> str:
        """The characters of token i."""
        return self.tokens.source.text[self.starts[i] : self.ends[i]]

    def missing_operand(self) -> ReadError:
        """What to say where an operand should stand."""
        i = self.i
        kind = self.kinds[i]
        behind = (
            f" behind {self.shown(i - 1)}" if i and self.starts[i - 1] < self.ends[i - 1] else ""
        )
        if kind == m.EOF:
            if not i:
                return self.fail_here("there is nothing to read")
            before = self.kinds[i - 1]
            start, end = self.starts[i - 1], self.ends[i - 1]
            hint = _MISSING_HINTS.get(before, "")
            return self.fail(f"the input ends{behind}: an operand is missing", start, end, hint)
        hint = _MISSING_HINTS.get(kind, "")
        return self.fail_here(f"an operand is missing{behind} before {self.shown(i)}", hint)

    def count_repeat(self) -> None:
        """Count one more of what wraps the node before it: such chains make deep trees."""
        self.repeats += 1
        if self.repeats > NESTING_LIMIT:
            raise self.fail_here(f"more than {NESTING_LIMIT} of {self.shown(self.i)} in one input")

    def enter(self) -> None:
        """Count one more level of nesting."""
        self.depth += 1
        if self.depth > 2 * NESTING_LIMIT:
            raise self.fail_here(f"nested more than {2 * NESTING_LIMIT} deep")
