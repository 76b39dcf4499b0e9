"""What is claimed: one link of a chain, or a statement that is no relation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from symdl.document.source import Span
from symdl.evidence.verdict import Verdict
from symdl.expression.scope import Scope
from symdl.expression.term import Term, operations


@dataclass(frozen=True, slots=True)
class Claim:
    """One link `left relation right`, for all values of the free symbols in their domains.

    kind is one of KINDS. `right` is None when the statement is no relation. `conditions` are
    the hypotheses written with it (`if x > 0`): the claim is about the points where they hold.
    worked: a worked number of an example, in which a short integer is exact.
    doubt: why what fails is not refuted, because it may be meant in another way.
    before: statements on which it may be a condition; where all hold without it, it is none.
    """

    kind: str
    relation: str
    left: Term
    right: Term | None
    scope: Scope
    conditions: tuple[Term, ...] = ()
    span: Span | None = None
    latex: str = ""
    worked: bool = False
    doubt: str = ""
    before: tuple[Term, ...] = ()
    reached: Any = field(default=None, init=False, repr=False, compare=False)
    """What `reached.py` found of it: many rungs ask."""

    @property
    def sides(self) -> tuple[Term, ...]:
        """Its left side, and its right side if it has one."""
        return (self.left,) if self.right is None else (self.left, self.right)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Its sides and its conditions."""
        return (*self.sides, *self.conditions)

    @property
    def operations(self) -> frozenset[str]:
        """The operations in its terms: what it cannot speak of is seen at once."""
        found = operations(self.left)
        for term in (*self.conditions, self.right):
            if term is not None:
                found |= operations(term)
        return found

    def within(self, scope: Scope) -> Claim:
        """The same judged in another scope."""
        return Claim(
            self.kind,
            self.relation,
            self.left,
            self.right,
            scope,
            self.conditions,
            self.span,
            self.latex,
            self.worked,
            self.doubt,
            self.before,
        )

    def mapped(self, change: Callable[[Term], Term]) -> Claim:
        """The same with a change made to each of its terms."""
        return replace(
            self,
            left=change(self.left),
            right=None if self.right is None else change(self.right),
            conditions=tuple(map(change, self.conditions)),
        )


Judge = Callable[[Claim], Verdict]
"""What gives the verdict on a claim."""
Decide = Callable[[Judge], Verdict]
"""The way to a verdict that rests on those of claims: it asks the judge for them."""
Attempt = Callable[[Claim], Verdict | None]
"""One way to judge a claim; None where it is none for this claim."""
