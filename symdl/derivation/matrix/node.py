"""An operation on the way back."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.expression.term import Term


@dataclass(frozen=True, slots=True)
class Node:
    """An operation: as it is, and by the name it was given (`P` of `P = softmax(S)`)."""

    term: Term
    name: Term
