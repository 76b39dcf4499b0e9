"""Conditions: which statement a condition word takes, and how far its condition reaches."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.latex import macros as m
from symdl.latex.chains import Chains
from symdl.latex.syntax import Conditioned, Empty, Node, Sequence


@dataclass(slots=True)
class Clause:
    """A condition word and the statements read between the word before and this one."""

    at: int
    items: list[Node]
    separators: list[str]


class Clauses(Chains):
    """Statements under conditions."""

    def clause(self, items: list[Node], separators: list[str]) -> Clause:
        i = self.i
        self.count_repeat()
        self.i = i + 1
        while self.kinds[self.i] == m.QUAD:
            self.i += 1
        return Clause(i, items, separators)

    def restricted(
        self, clauses: list[Clause], items: list[Node], separators: list[str], cell: bool
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
            condition = sequence_of(after[:reach], after_marks[: max(reach - 1, 0)])
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
        whole = sequence_of(done, marks)
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


def sequence_of(items: list[Node], separators: list[str]) -> Node | None:
    """Statements beside each other; one alone is itself."""
    if not items:
        return None
    if len(items) == 1 and not separators:
        return items[0]
    marks = tuple(mark.strip() for mark in separators)
    return Sequence(items[0].start, items[-1].end, tuple(items), marks)
