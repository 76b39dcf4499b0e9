"""Function macros and their arguments."""

from __future__ import annotations

from symdl.latex import macros as m
from symdl.latex.scripted import BEHIND, SCRIPTS, Scripted
from symdl.latex.syntax import (
    Apply,
    BigOperator,
    Binomial,
    Empty,
    Fraction,
    Group,
    Name,
    Node,
    Number,
    Postfix,
    Product,
    Root,
    Scripts,
    Sum,
    Word,
)

_CLOSED = (Fraction, Root, Binomial, Apply, BigOperator)
_BRACKETED = frozenset({"(", "[", "{"})


class Functions(Scripted):
    r"""`\log x`, `\sin^2 x`, `\operatorname{sign} x`."""

    def function(self) -> Node:
        r"""`\log x`, `\log_2 x`, `\sin^2 x`, `\exp(x)`; without argument a Name."""
        i = self.i
        if (
            self.texts[i] == r"\arg"
            and self.kinds[i + 1] == m.BIG
            and self.texts[i + 1] in ("max", "min")
        ):
            self.i = i + 2
            return self.big("arg" + self.texts[i + 1], i)
        self.i = i + 1
        head: Node = Name(self.starts[i], self.ends[i], self.texts[i])
        if self.kinds[self.i] in SCRIPTS:
            head = self.scripts(head)
        return self.apply(head)

    def apply(self, head: Node) -> Node:
        kind = self.kinds[self.i]
        if (kind == m.OPEN and self.texts[self.i] in _BRACKETED) or (
            kind == m.LEFT and self.texts[self.i] not in ("|", r"\|")
        ):
            self.enter()
            argument = self.atom()
            self.depth -= 1
            if self.texts[self.i] == "!" and _is_logarithm(head):
                factorial = Postfix(argument.start, self.ends[self.i], self.postfix(), argument)
                argument = Group(argument.start, factorial.end, "(", ")", factorial)
            node: Node = Apply(head.start, argument.end, head, argument)
            return node
        if kind == m.LBRACE:
            self.enter()
            argument = self.braces()
            self.depth -= 1
            self.loose = None
            if isinstance(argument, Empty):
                raise self.fail("the argument is empty", argument.start, argument.end)
            end = self.last_end()
            if self.kinds[self.i] in BEHIND:
                argument = self.scripts(argument)
                end = self.last_end()
            return Apply(head.start, end, head, argument)
        if kind not in self.READERS and kind != m.SIGN:
            return head
        if kind == m.SIGN and (
            self.kinds[self.i + 1] not in self.READERS or self.space_before_operand()
        ):
            return head
        self.enter()
        argument = self.bare_argument(_is_logarithm(head))
        self.depth -= 1
        return Apply(head.start, argument.end, head, argument)

    def space_before_operand(self) -> bool:
        r"""Whether the sign is a binary one: `\tanh - x` has space on both sides."""
        i = self.i
        return self.texts[i] != "-" or self.starts[i + 1] > self.ends[i]

    def bare_argument(self, logarithm: bool = False) -> Node:
        """The juxtaposed factors up to a sign, link, relation, function or big operator."""
        if self.kinds[self.i] == m.SIGN:
            i = self.i
            self.i = i + 1
            body = self.bare_argument(logarithm) if self.kinds[self.i] != m.SIGN else self.factor()
            return Sum(self.starts[i], body.end, (self.texts[i],), (body,))
        factors = [self.factor()]
        while self.kinds[self.i] in self.READERS and self.kinds[self.i] not in (
            m.FUNC,
            m.BIG,
            m.MATHOP,
        ):
            if self.integrals and self.differential_width():
                break
            if self.is_operator():
                break
            if self.reversed and self.texts[self.i] == "[" and self.kinds[self.i] == m.OPEN:
                break
            if self.kinds[self.i] == m.NUM and self.kinds[self.i - 1] == m.NUM:
                self.refuse_number(factors[-1])
            if isinstance(factors[-1], Name) and self.is_beside():
                break
            factors.append(self.factor())
        before_sum = len(factors) == 1 and isinstance(factors[0], Fraction)
        if before_sum and self.kinds[self.i] == m.BIG and self.texts[self.i] in _SUMMING:
            factors.append(self.factor())
            logarithm = False  # `\log \frac1n \sum_i x_i` is the logarithm of a mean
        if len(factors) > 1 and not _carries_on(factors[0], logarithm):
            raise self.fail(
                "the argument of the function may end behind the fraction or go on",
                factors[0].start,
                factors[-1].end,
                r"write \left( .. \right) around the argument",
            )
        self.refuse_loose(factors)
        if len(factors) == 1:
            return factors[0]
        return Product(
            factors[0].start, factors[-1].end, tuple(factors), ("",) * (len(factors) - 1)
        )

    def is_operator(self) -> bool:
        r"""Whether an operator by its name stands here: in `\det A \operatorname{tr} B` it ends the
        argument, as `\tr` would."""
        i = self.i
        written = self.tokens.source.text.startswith("\\operatorname", self.starts[i])
        return self.kinds[i] == m.WORD and written and self.kinds[i + 1] in self.READERS

    def is_beside(self) -> bool:
        r"""Whether the bracket here has a function of the letter before it: it is a factor beside
        `\tanh x` in `\tanh x (1 - \tanh^2 x)`, and no part of its argument."""
        if self.kinds[self.i] not in (m.OPEN, m.LEFT) or self.texts[self.i] not in ("(", "["):
            return False
        letter, depth = self.texts[self.i - 1], 0
        functions = False
        for kind, text in zip(self.kinds[self.i :], self.texts[self.i :], strict=False):
            depth += (kind in (m.OPEN, m.LEFT)) - (kind in (m.CLOSE, m.RIGHT))
            if depth == 0:
                return False
            functions = functions or kind == m.FUNC
            if functions and text == letter:
                return True
        return False

    def refuse_number(self, before: Node) -> None:
        r"""Refuse the number here behind another one: `2 3`, `x^2 3`; `\frac12 3` is clear, and so
        is `0.3^2 0.7^8`."""
        if isinstance(before, _CLOSED) or self.is_label(before):
            return
        powers = isinstance(before, Scripts) and self.kinds[self.i + 1] == m.SUP
        if powers and "." in self.texts[self.i]:
            return
        raise self.fail(
            "two numbers side by side",
            self.starts[self.i - 1],
            self.ends[self.i],
            r"write \times between them, or the digits without a space",
        )

    def is_label(self, before: Node) -> bool:
        r"""Whether the number here stands apart from a label: `\eta_0 2^{-t}`, and not `x_1 2`."""
        label = isinstance(before, Scripts) and before.sub is not None and before.sup is None
        apart = self.starts[self.i] > before.end
        return label and apart and self.kinds[self.i + 1 : self.i + 2] == [m.SUP]

    def refuse_loose(self, factors: list[Node]) -> None:
        """A sum in invisible braces beside another factor would be misread by people."""
        loose = self.loose
        if loose is not None and len(factors) > 1 and any(f is loose for f in factors):
            raise self.fail(
                "braces are invisible: this sum looks as if it were not bracketed",
                loose.start,
                loose.end,
                "write ( .. ) around it",
            )

    def operator_word(self) -> Node:
        r"""A word: `\operatorname{sign} x` is applied, `\operatorname*{argmax}_x` has limits."""
        i = self.i
        name = self.texts[i].replace(" ", "").lower()
        if name in m.LIMIT_NAMES:
            j = i + 1
            while self.kinds[j] == m.LIMITS:
                j += 1
            if self.kinds[j] == m.SUB or name in ("argmax", "argmin"):
                self.i = i + 1
                return self.big(name, i)
        node = self.word()
        if not isinstance(node, Word) or node.font != "operatorname":
            return node
        if self.kinds[self.i] in SCRIPTS:
            node = self.scripts(node)
        kind = self.kinds[self.i]
        if kind == m.LBRACE:
            return self.apply(node)
        if kind in (m.OPEN, m.LEFT, m.WORD, m.DOTS) or kind not in self.READERS:
            return node
        self.enter()
        argument = self.bare_argument()
        self.depth -= 1
        return Apply(node.start, argument.end, node, argument)


_SUMMING = frozenset({"sum", "prod", "int"})


def _is_logarithm(head: Node) -> bool:
    name = head.base if isinstance(head, Scripts) else head
    return isinstance(name, Name) and name.text in (r"\log", r"\ln", r"\lg")


def _carries_on(first: Node, logarithm: bool) -> bool:
    r"""Whether factors behind this one belong to the argument beyond doubt.

    Behind a fraction they do when it is a coefficient: `\sin \frac{\pi}{2} x`. But
    `\log \frac{p}{q} y` is more often (\log \frac{p}{q}) y.
    """
    if not isinstance(first, Fraction):
        return True
    return all(
        isinstance(part, Number) or (not logarithm and isinstance(part, Name))
        for side in (first.numerator, first.denominator)
        for part in (side.factors if isinstance(side, Product) else (side,))
    )
