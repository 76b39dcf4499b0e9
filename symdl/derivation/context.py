"""What one differentiation knows: its variable, what depends on it, what is still to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symdl.derivation.facts import Facts
from symdl.derivation.numbers import integer
from symdl.document.errors import DeriveError
from symdl.expression.numerals import ONE, ZERO
from symdl.expression.term import BINDERS, Term, combined, make

Local = tuple[str, Term, str]
"""Name of the rule, what the derivative becomes, a remark for the reader."""


@dataclass
class Context:
    """One differentiation: the variable, what depends on it, what the last rule asked for,
    and the boundaries u = v at which a piecewise has a kink."""

    variable: Term
    requested: list[Term] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    rough: dict[Term, list[tuple[Term, Term]]] = field(default_factory=dict)
    _depends: dict[Term, bool] = field(default_factory=dict)

    @property
    def base(self) -> Term:
        """The symbol behind the variable (`x` of `x_i`)."""
        return self.variable.args[0] if self.variable.op == "entry" else self.variable

    def depends(self, term: Term) -> bool:
        """Whether `term` may change with the variable."""
        known, stack = self._depends, [term]
        while stack:
            node = stack[-1]
            if node in known:
                stack.pop()
            elif missing := [a for a in node.args if a not in known]:
                stack.extend(missing)
            else:
                known[node] = self._local(node)
                stack.pop()
        return known[term]

    def _local(self, node: Term) -> bool:
        if node is self.base or node is self.variable:
            return True
        args = node.args
        if node.op in BINDERS and args[0] is self.base:
            args = node.args if node.op == "integral" and len(args) == 2 else args[1:-1]
        elif node.op == "label":
            args = args[1:]
        elif node.op == "entry" and self.variable.op == "entry" and args[0] is self.base:
            return self._same_place(node) is not False
        return any(self._depends[a] for a in args)

    def _same_place(self, node: Term) -> bool | None:
        """Whether two entries of one array are the same entry; None if it may be."""
        mine, other = self.variable.args[1:], node.args[1:]
        if mine == other:
            return True
        if len(mine) != len(other):
            raise DeriveError("entries of one array with unlike numbers of indices")
        for a, b in zip(mine, other, strict=True):
            i, j = integer(a), integer(b)
            if i is not None and j is not None and i != j:
                return False
        return None

    def d(self, term: Term) -> Term:
        """The pending derivative of `term`: 0 and 1 where they are obvious."""
        if term is self.variable:
            return ONE
        if not self.depends(term):
            return ZERO
        self.requested.append(term)
        return self.pending(term)

    def pending(self, term: Term) -> Term:
        """`d/dx term` as a Term."""
        return make("derivative", term, self.variable, data="d")


def times(*factors: Term) -> Term:
    """A product without the factors 1; 0 only where a derivative is 0."""
    rest = [f for f in factors if f is not ONE]
    return combined("mul", rest)


def plus(summands: Sequence[Term]) -> Term:
    """A sum without the zeros of derivatives."""
    rest = [s for s in summands if s is not ZERO]
    return combined("add", rest)
