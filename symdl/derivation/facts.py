"""What is certain of a scalar Term without computing it: is it defined everywhere, and where
does its value lie? Only used to decide whether a clean-up keeps the domain, so every answer
errs towards "not known"."""

from __future__ import annotations

from symdl.derivation.ranges import RULES, TOTAL, UNKNOWN, Fact, sign_of, within
from symdl.expression.numerals import ZERO
from symdl.expression.operators import TABLE
from symdl.expression.relations import truth
from symdl.expression.term import Term, every_part, operations, postorder


class Facts:
    """Facts of Terms, each computed once; bottom-up and without recursion."""

    def __init__(self) -> None:
        self._known: dict[Term, Fact] = {}
        self._asked = False

    def of(self, term: Term) -> Fact:
        """The fact of `term`."""
        known = self._known
        for node in every_part((term,), known) if known else postorder(term):
            known[node] = self._fact(node, [known[a] for a in node.args])
        return known[term]

    def _fact(self, node: Term, args: list[Fact]) -> Fact:
        rule = RULES.get(node.op)
        if rule is not None:
            return rule(node, args)
        row = TABLE.get(node.op)
        if row is None:
            return UNKNOWN
        total = all(a.total for a in args)
        total = total and all(within(a.range, row.domain_of(i)) for i, a in enumerate(args))
        if total and row.defined is not None:
            total = all(map(self.certain, row.defined(*node.args)))
        return Fact(total, row.range)

    def certain(self, condition: Term) -> bool:
        """Whether a condition certainly holds wherever its sides are defined."""
        return truth(condition, self._certain) is True

    def _certain(self, condition: Term) -> bool | None:
        """True where a relation is certain; None where it is not known."""
        if condition.op != "relation" or len(condition.args) != 2:
            return None
        left, right = condition.args
        difference = left if right is ZERO else left - right
        r = self.of(difference).range
        known = {
            "!=": r.nonzero,
            ">": r.positive,
            ">=": r.nonnegative,
            "<": sign_of(r) == -1,
            "<=": r.upper is not None and r.upper <= 0,
        }
        return known.get(condition.data[0], False) or None

    def total(self, term: Term) -> bool:
        """Whether `term` is certainly defined everywhere."""
        if not self._asked:  # the first question is mostly the only one, and simple
            self._asked = True
            if TOTAL.issuperset(operations(term)):
                return True
        return self.of(term).total

    def nonzero(self, term: Term) -> bool:
        """Whether `term` is certainly defined everywhere and never 0."""
        fact = self.of(term)
        return fact.total and fact.range.nonzero

    def nonnegative(self, term: Term) -> bool:
        """Whether the value of `term`, where it has one, is certainly at least 0."""
        return self.of(term).range.nonnegative
