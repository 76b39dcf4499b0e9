"""Chains of relations, and ends of ranges."""

from __future__ import annotations

from symdl.latex import macros as m
from symdl.latex.syntax import Chain, Empty, Node, Product, Sum
from symdl.latex.terms import Terms

_LOGIC = frozenset({r"\wedge", r"\vee"})
_ARROWS = frozenset({"=>", "=<", "<=>"})
_LINE_STARTS = frozenset({m.BEGIN, m.ROW, m.AMP, m.QUAD})


class Chains(Terms):
    """Relations between terms."""

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
    for part in operand.terms if isinstance(operand, Sum) else (operand,):
        if isinstance(part, Product) and not _LOGIC.isdisjoint(part.links):
            return True
    return False
