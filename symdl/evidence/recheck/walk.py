"""The walk over a core term: the values of its nodes, those that a case needs alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from symdl.evidence.meaning import (
    ATOMS,
    Nowhere,
    Signs,
    need,
    sure,
)
from symdl.evidence.recheck.quotients import Value
from symdl.evidence.recheck.signs import EQUAL, MORE
from symdl.expression.term import Term


class Walk(ABC):
    """Values of core terms; what no case chooses needs none. Of which kind values are, and what
    operations make of them, its kinds say: quotients in the kernel, balls at points."""

    def __init__(self, known: dict[Term, Value]) -> None:
        self.known = {**known}

    def __call__(self, root: Term) -> Value:
        """The value. Raises Open where there is none or it is not known."""
        stack = [root]
        while stack:
            node = stack[-1]
            missing = [n for n in self.needed(node) if n not in self.known]
            if node not in self.known and not missing:
                self.known[node] = self.operation(node, [self.known[n] for n in self.needed(node)])
            stack += [] if node in self.known else missing[::-1]
            if node in self.known:
                stack.pop()
        return self.known[root]

    def needed(self, node: Term) -> Sequence[Term]:
        """Whose values a node needs next."""
        need(node.op != "nowhere", "no case holds", Nowhere)
        if node.op == "choose" and node.args[0] in self.known:
            found = self.signs(self.known[node.args[0]])
            sure(found <= MORE or found <= EQUAL, "a condition is 1 or 0")
            return node.args[1:2] if found <= MORE else node.args[2:]
        return () if node.op in ATOMS else node.args[:1] if node.op == "choose" else node.args

    @abstractmethod
    def signs(self, x: Value) -> Signs:
        """The signs that a value may have."""

    @abstractmethod
    def operation(self, node: Term, args: list[Value]) -> Value:
        """The value of a node from those it needs."""
