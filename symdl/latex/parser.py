"""LaTeX mathematics to Syntax: statements, chains of relations, conditions.

Recursive descent over the tokens of `lexer.py`, in layers: operands (`atoms.py`), terms
(`terms.py`), relations (`chains.py`), conditions (`clauses.py`), statements (here). No place is
read twice, so the time is linear in the length.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from symdl.document.source import Source
from symdl.latex import macros as m
from symdl.latex.clauses import Clause, Clauses, sequence_of
from symdl.latex.delimiters import resolve_bars
from symdl.latex.lexer import tokenize
from symdl.latex.syntax import Conditioned, Empty, Node, Parsed, Sequence
from symdl.latex.tokens import Tokens

# A level of nesting costs up to ten calls, and the levels are limited; short inputs cannot
# reach Python's own limit.
_EXTRA_CALLS = 8000
_SHORT = 100

_END = frozenset({m.EOF, m.CLOSE, m.RIGHT, m.RBRACE, m.AMP, m.ROW, m.ENDENV, m.OVER})
_CLOSED = frozenset({m.RBRACE, m.CLOSE, m.RIGHT, m.EOF})
"""Behind a statement alone these end all statements."""
_PUNCTUATION = frozenset({m.SEP, m.STOP, m.QUAD})
_AFTER_STOP = frozenset({m.QUAD, m.COND, m.STOP})
_ENDS_CELL = frozenset({m.EOF, m.AMP, m.ROW, m.ENDENV})


def parse(source: Source) -> Parsed:
    r"""The syntax tree of the LaTeX in `source`.

    Raises ReadError, with the span and a hint, for what is no well-formed mathematics.

    >>> parse(Source("", r"\frac12")).tree.numerator
    Number(start=5, end=6, text='1')
    """
    tokens = tokenize(source)
    if tokens.bars:
        resolve_bars(tokens)
    punctuation = _trailing(tokens)
    parser = Parser(tokens)
    if len(tokens.kinds) < _SHORT:
        tree = parser.whole()
    else:
        with _room():
            tree = parser.whole()
    return Parsed(source, tree, tuple(tokens.labels), punctuation)


def _trailing(tokens: Tokens) -> str:
    """Take the punctuation of the sentence off the end."""
    kinds = tokens.kinds
    last = len(kinds) - 2
    first = last
    while first >= 0 and (
        kinds[first] in (m.STOP, m.QUAD, m.ROW)
        or (kinds[first] == m.SEP and tokens.texts[first] in ",;")
    ):
        first -= 1
    if first == last or first < 0:
        return ""
    kept = slice(first + 1, last + 1)
    marks = "".join(
        tokens.texts[i] for i in range(first + 1, last + 1) if kinds[i] in (m.STOP, m.SEP)
    )
    for column in (tokens.kinds, tokens.texts, tokens.starts, tokens.ends):
        del column[kept]
    return marks


@contextmanager
def _room() -> Iterator[None]:
    """Room for recursion where brackets are deeply nested."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + _EXTRA_CALLS)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


class Parser(Clauses):
    """The whole grammar."""

    def whole(self) -> Node:
        """The statements of the input, lines included."""
        items: list[Node] = []
        separators: list[str] = []
        while True:
            tree = self.statements()
            kind = self.kinds[self.i]
            if tree is not None:
                if isinstance(tree, Sequence) and (items or kind == m.ROW):
                    items.extend(tree.items)
                    separators.extend(tree.separators)
                else:
                    items.append(tree)
            if kind != m.ROW:
                break
            if len(separators) < len(items):
                separators.append(",")
            self.i += 1
        if self.kinds[self.i] != m.EOF:
            raise self.stray()
        if not items:
            raise self.missing_operand()
        if len(items) == 1 and not separators:
            return items[0]
        del separators[len(items) :]
        return Sequence(items[0].start, items[-1].end, tuple(items), tuple(separators))

    def stray(self) -> Exception:
        """What to say about a token that belongs to nothing."""
        kind, shown = self.kinds[self.i], self.shown(self.i)
        if kind == m.CLOSE:
            return self.fail_here(f"{shown} without an opening bracket", "remove it or add one")
        if kind == m.RIGHT:
            return self.fail_here(rf"{shown} without a \left")
        return self.fail_here(f"{shown} does not belong here")

    # Statements --------------------------------------------------------------------------

    def statements(self, cell: bool = False) -> Node | None:
        """Statements between separators, with the conditions put on them.

        In a cell behind the first one, words restrict what stands in the first.
        """
        kinds = self.kinds
        if kinds[self.i] in _END and (self.depth or self.texts[self.i] != "]"):
            return None
        items: list[Node] = []
        if kinds[self.i] in self.READERS and not self.reversed:
            alone = self.chain()
            if kinds[self.i] in _CLOSED:
                return alone
            items.append(alone)
        separators: list[str] = []
        clauses: list[Clause] = []
        while True:
            kind = kinds[self.i]
            open_place = len(items) == len(separators)
            if kind in _END or (self.reversed and self.texts[self.i] == "["):
                if items or clauses or self.depth or self.texts[self.i] != "]":
                    break
                items.append(self.chain())  # ]0, 1[
                continue
            if kind == m.COND:
                if self.texts[self.i] in ("and", "or") and items:
                    del separators[len(items) - 1 :]
                    items[-1] = self.joined(items[-1])
                    continue
                if clauses and not items:
                    raise self.missing_operand()
                clauses.append(self.clause(items, separators))
                items, separators = [], []
            elif open_place and kind == m.SEP and self.opens_range():
                items.append(Empty(self.starts[self.i], self.starts[self.i]))
            elif kind == m.QUAD or kind == m.SEP or kind == m.STOP:
                self.separator(separators, open_place)
            elif open_place:
                items.append(self.chain())
            elif self.integrals and self.differential_width():
                break
            else:
                raise self.stray()
        ends_cell = kinds[self.i] in _ENDS_CELL
        if ends_cell or clauses:
            del separators[max(len(items) - 1, 0) :]
        if clauses:
            return self.restricted(clauses, items, separators, cell)
        return sequence_of(items, separators)

    def separator(self, separators: list[str], open_place: bool) -> None:
        """Pass over a separator. A full stop must end a line; space parts only statements."""
        i = self.i
        kind = self.kinds[i]
        self.i = i + 1
        if kind == m.SEP:
            if open_place:
                self.i = i
                raise self.missing_operand()
            separators.append(self.texts[i])
            return
        after = self.kinds[i + 1]
        if kind == m.STOP and after not in _AFTER_STOP and after not in _END:
            raise self.fail(
                f"{self.shown(i)} inside the mathematics",
                self.starts[i],
                self.ends[i],
                r"a product is written without a dot or with \cdot",
            )
        if open_place:
            if separators and kind == m.QUAD:
                separators[-1] = separators[-1].strip() + " "  # a wide space closes a clause
        elif after not in _END and after not in _PUNCTUATION and after != m.COND:
            separators.append(", ")

    def joined(self, left: Node) -> Node:
        """`x > 0 \\text{ and } y > 0`."""
        word = self.texts[self.i]
        self.count_repeat()
        self.i += 1
        while self.kinds[self.i] == m.QUAD:
            self.i += 1
        right = self.chain()
        return Conditioned(left.start, right.end, left, word, right)
