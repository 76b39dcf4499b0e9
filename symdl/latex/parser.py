"""LaTeX mathematics to Syntax: statements, chains of relations, conditions.

Recursive descent over the tokens of `lexer.py`, in three layers: operands (`atoms.py`), terms
(`terms.py`), statements (here). No place is read twice, so the time is linear in the length.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from symdl.document.source import Source
from symdl.latex import macros as m
from symdl.latex.delimiters import resolve_bars
from symdl.latex.lexer import tokenize
from symdl.latex.syntax import Chain, Conditioned, Empty, Node, Parsed, Product, Sequence, Sum
from symdl.latex.terms import Terms
from symdl.latex.tokens import Tokens

# A level of nesting costs up to ten calls, and the levels are limited; short inputs cannot
# reach Python's own limit.
_EXTRA_CALLS = 8000
_SHORT = 100

_END = frozenset({m.EOF, m.CLOSE, m.RIGHT, m.RBRACE, m.AMP, m.ROW, m.ENDENV, m.OVER})
_PUNCTUATION = frozenset({m.SEP, m.STOP, m.QUAD})
_AFTER_STOP = frozenset({m.QUAD, m.COND, m.STOP})
_ENDS_CELL = frozenset({m.EOF, m.AMP, m.ROW, m.ENDENV})
_LOGIC = frozenset({r"\wedge", r"\vee"})
_ARROWS = frozenset({"=>", "=<", "<=>"})
_LINE_STARTS = frozenset({m.BEGIN, m.ROW, m.AMP, m.QUAD})


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


class Parser(Terms):
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
        separators: list[str] = []
        clauses: list[_Clause] = []
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
                    if open_place:
                        separators.pop()
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
        return _sequence(items, separators)

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

    # Conditions --------------------------------------------------------------------------

    def clause(self, items: list[Node], separators: list[str]) -> _Clause:
        i = self.i
        self.count_repeat()
        self.i = i + 1
        while self.kinds[self.i] == m.QUAD:
            self.i += 1
        return _Clause(i, items, separators)

    def restricted(
        self, clauses: list[_Clause], items: list[Node], separators: list[str], cell: bool
    ) -> Node:
        """Conditioned nodes: each word takes the statement before it and what follows it.

        What follows reaches to the next word, without the statement that belongs to that
        word, or to a wide space.
        """
        done = list(clauses[0].items)
        marks = list(clauses[0].separators)
        for n, clause in enumerate(clauses):
            last = n + 1 == len(clauses)
            after, after_marks = items, separators
            if not last:
                after, after_marks = clauses[n + 1].items, clauses[n + 1].separators
            word = self.texts[clause.at]
            reach = 0
            if word != "otherwise":
                reach = _reach(word, after, after_marks, prefix=not done and not cell, last=last)
            condition = _sequence(after[:reach], after_marks[: max(reach - 1, 0)])
            rest, rest_marks = after[reach:], after_marks[reach:]
            if rest and not cell and (not done or word == "otherwise"):
                body = rest[0]
                rest, rest_marks = rest[1:], rest_marks[1:]
                marks = [*marks[: max(len(done) - 1, 0)], ","] if done else []
            else:
                body = done.pop() if done else Empty(self.starts[clause.at], self.starts[clause.at])
                del marks[len(done) :]
            done.append(self.conditioned(body, clause.at, condition))
            if rest:
                marks.append(",")
                done.extend(rest)
                marks.extend(rest_marks)
        whole = _sequence(done, marks)
        assert whole is not None
        return whole

    def conditioned(self, body: Node, at: int, condition: Node | None) -> Node:
        """`body` restricted by the word at token `at`."""
        word, start, end = self.texts[at], self.starts[at], self.ends[at]
        if condition is None and word != "otherwise":
            raise self.fail(f"nothing follows the word {word}", start, end)
        end = max(end, body.end, condition.end if condition else 0)
        start = min(start, body.start, condition.start if condition else start)
        return Conditioned(start, end, body, word, condition)

    # Relations ---------------------------------------------------------------------------

    def chain(self) -> Node:
        """Operands joined by relations; a line of an aligned system may begin with one."""
        kind = self.kinds[self.i]
        if kind == m.REL or kind == m.NOT:
            if not self.i or self.kinds[self.i - 1] not in _LINE_STARTS:
                raise self.missing_operand()
            first: Node = Empty(self.starts[self.i], self.starts[self.i])
        else:
            first = self.sum()
            kind = self.kinds[self.i]
            if kind != m.REL and kind != m.NOT and kind != m.STACK:
                return first
        operands = [first]
        relations: list[str] = []
        places: list[tuple[int, int]] = []
        while kind == m.REL or kind == m.NOT:
            start = self.starts[self.i]
            relations.append(self.relation())
            places.append((start, self.last_end()))
            while self.kinds[self.i] == m.QUAD:
                self.i += 1  # `A \implies \quad B`
            operands.append(self.sum())
            kind = self.kinds[self.i]
        if not relations:
            return first
        for i, operand in enumerate(operands):
            beside = relations[max(i - 1, 0) : i + 1]
            if _joins(operand) and not all(r in _ARROWS for r in beside):
                raise self.fail(
                    "and/or between statements that are not in brackets",
                    operand.start,
                    operand.end,
                    r"bracket them, as in (x > 0) \lor (y > 0)",
                )
        return Chain(
            operands[0].start, operands[-1].end, tuple(operands), tuple(relations), tuple(places)
        )

    def opens_range(self) -> bool:
        """Whether an end of a range is open at this separator: `W_{:,j}`, `W_{i,:}`, `W_{:,:k}`."""
        i, before = self.i, self.kinds[self.i - 1] if self.i else None
        if self.texts[i] == ":":
            return (before == m.LBRACE or self.texts[i - 1] == ",") and self.in_subscript()
        return self.texts[i] == "," and self.texts[i - 1] == ":" and self.in_subscript()

    def in_subscript(self) -> bool:
        """Whether the braces around this place are a subscript."""
        open_ = 0
        for i in range(self.i - 1, 0, -1):
            if self.kinds[i] == m.RBRACE:
                open_ += 1
            elif self.kinds[i] == m.LBRACE:
                if not open_:
                    return self.kinds[i - 1] == m.SUB
                open_ -= 1
        return False

    def relation(self) -> str:
        """The relation here, with a `\\not` before it."""
        i = self.i
        if self.kinds[i] == m.REL:
            self.i = i + 1
            return self.texts[i]
        self.i = i + 2
        negated = m.NEGATED.get(self.texts[i + 1]) if self.kinds[i + 1] == m.REL else None
        if negated is None:
            raise self.fail(r"\not before what has no negation", self.starts[i], self.ends[i + 1])
        return negated


def _joins(operand: Node) -> bool:
    """Whether a product or sum has a logical `and` or `or` in it, outside of brackets."""
    parts = operand.terms if isinstance(operand, Sum) else (operand,)
    return any(isinstance(p, Product) and not _LOGIC.isdisjoint(p.links) for p in parts)


@dataclass(slots=True)
class _Clause:
    """A condition word and the statements read between the word before and this one."""

    at: int
    items: list[Node]
    separators: list[str]


def _reach(word: str, items: list[Node], marks: list[str], prefix: bool, last: bool) -> int:
    """How many of the items behind a condition word belong to its condition."""
    if not items:
        return 0
    reach = len(items)
    if word != "where":
        wide = (k + 1 for k, mark in enumerate(marks) if mark.endswith(" "))
        reach = min(next(wide, reach), reach)
    if reach > 1 and reach == len(items) and (prefix or not last):
        reach -= 1  # the last statement is the body: of this word or of the next
    return reach


def _sequence(items: list[Node], separators: list[str]) -> Node | None:
    if not items:
        return None
    if len(items) == 1 and not separators:
        return items[0]
    marks = tuple(mark.strip() for mark in separators)
    return Sequence(items[0].start, items[-1].end, tuple(items), marks)
