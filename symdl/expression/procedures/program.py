"""What pseudo-code says: inputs, initial values, steps under conditions, and what is returned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symdl.document.source import Source, Span
from symdl.expression.scope import Scope
from symdl.expression.term import Term


@dataclass(frozen=True, slots=True)
class Assignment:
    r"""`m_t \leftarrow ...`: what gets a value, and the value."""

    target: Term
    value: Term
    span: Span


@dataclass(frozen=True, slots=True)
class Branch:
    """Steps under a condition, and those of `else`. A condition is a relation, or the name of a
    setting (`nesterov`), which holds or not."""

    condition: Term
    then: tuple[Assignment | Branch, ...]
    otherwise: tuple[Assignment | Branch, ...]
    span: Span


Statement = Assignment | Branch


@dataclass(frozen=True, slots=True)
class Input:
    r"""What the pseudo-code takes, as it is written, and what is said of it: `\gamma` (lr)."""

    text: str
    meaning: str
    symbol: Term | None


@dataclass(frozen=True, slots=True)
class Procedure:
    """A program with one loop over `index` from `first` on.

    starts: what holds before the loop. gradients: each name that stands for a gradient of the
    objective, and the point it is taken at (None where none is written). settings: names that are
    conditions by themselves. scope: what is known of its names.
    """

    inputs: tuple[Input, ...]
    starts: tuple[Assignment, ...]
    index: Term
    first: int
    body: tuple[Statement, ...]
    returned: tuple[Term, ...]
    gradients: Mapping[Term, Term | None]
    settings: tuple[str, ...]
    source: Source
    scope: Scope


def assignments(body: tuple[Statement, ...]) -> Iterator[Assignment]:
    """All assignments of a body in order, whatever their conditions."""
    waiting: list[Statement] = list(reversed(body))
    while waiting:
        statement = waiting.pop()
        if isinstance(statement, Assignment):
            yield statement
        else:
            waiting += [*reversed(statement.otherwise), *reversed(statement.then)]
