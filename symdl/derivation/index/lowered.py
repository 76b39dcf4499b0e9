"""The nouns of lowering: arrays by their entries, and tasks."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from symdl.derivation.index.nouns import Form, Index
from symdl.expression.term import Dim, Term

MAX_NODES = 3_000


class NotLowered(Exception):
    """This has no index form; the text says why. Caught where index forms are asked for."""


@dataclass(frozen=True, slots=True)
class Array:
    """An array as one Form: `form` at the indices `slots`, one for each axis (None for an axis
    of size 1)."""

    shape: tuple[Dim, ...]
    slots: tuple[Index | None, ...]
    form: Form
    row: bool = False


Env = frozenset[tuple[Term, Index]]
NOTHING: Env = frozenset()
Frozen = frozenset[Term]
Task = tuple[Term, Env, Frozen]
Work = Generator[Task, Array, Array]
