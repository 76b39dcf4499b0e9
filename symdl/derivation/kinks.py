"""Where a function has no derivative, told with the one-sided values."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.derivation.rules import Context
from symdl.expression.term import Term


@dataclass(frozen=True)
class Kink:
    """A place without derivative: `condition` (such as x = 0), and the derivatives from the
    left and from the right where they exist and are known; `note` says what happens there."""

    condition: Term
    left: Term | None
    right: Term | None
    note: str = ""


def find_kinks(term: Term, variable: Term, result: Term, context: Context) -> tuple[Kink, ...]:
    """The places where `term` may have no derivative in `variable`."""
    return ()
