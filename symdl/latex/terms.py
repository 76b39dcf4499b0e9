"""Products and sums."""

from __future__ import annotations

from symdl.latex import macros as m
from symdl.latex.operators import Operators
from symdl.latex.syntax import Group, Node, Product, Sum

_PLAIN = frozenset({m.NUM, m.NAME})
_ENDS = frozenset({m.EOF, m.REL, m.SEP, m.RBRACE, m.CLOSE, m.RIGHT})


class Terms(Operators):
    """Everything between two relations."""

    READERS = {
        m.NUM: Operators.number,
        m.NAME: Operators.name,
        m.DOTS: Operators.dots,
        m.WORD: Operators.operator_word,
        m.DOLLAR: Operators.dollar,
        m.OPEN: Operators.bracket,
        m.LEFT: Operators.left_right,
        m.LBRACE: Operators.braces,
        m.FRAC: Operators.fraction,
        m.BINOM: Operators.binomial,
        m.SQRT: Operators.root,
        m.ACCENT: Operators.accent,
        m.FONT: Operators.font,
        m.WRAP: Operators.wrapper,
        m.BEGIN: Operators.environment,
        m.FUNC: Operators.function,
        m.BIG: Operators.big_operator,
        m.STACK: Operators.stacked_operator,
        m.MATHOP: Operators.mathop,
    }

    def product(self) -> Node:
        """Factors, juxtaposed or linked; `f|_{x=0}` takes the product before the bar."""
        factor = self.factor()
        kinds = self.kinds
        kind = kinds[self.i]
        readers = self.READERS
        if kind != m.LINK and kind != m.AT and kind not in readers:
            return factor
        factors = [factor]
        links: list[str] = []
        while True:
            if kind == m.LINK:
                links.append(self.texts[self.i])
                self.i += 1
                factors.append(self.linked_factor())
            elif kind in readers:
                if self.integrals and self.differential_width():
                    break
                if self.reversed and kind == m.OPEN and self.texts[self.i] == "[":
                    break
                if kind == m.NUM and kinds[self.i - 1] == m.NUM:
                    self.refuse_number(factors[-1])
                links.append("")
                factors.append(self.factor())
            elif kind == m.AT:
                factors = [self.evaluated(factors, links)]
                links = []
            else:
                break
            kind = kinds[self.i]
        self.refuse_loose(factors)
        if len(factors) == 1:
            return factors[0]
        return Product(factors[0].start, factors[-1].end, tuple(factors), tuple(links))

    def linked_factor(self) -> Node:
        """The factor behind a link; it may have a sign: `2 \\times -3`."""
        if self.kinds[self.i] != m.SIGN:
            return self.factor()
        i = self.i
        self.i = i + 1
        body = self.factor()
        return Sum(self.starts[i], body.end, (self.texts[i],), (body,))

    def evaluated(self, factors: list[Node], links: list[str]) -> Node:
        i = self.i
        body = factors[0]
        if len(factors) > 1:
            body = Product(body.start, factors[-1].end, tuple(factors), tuple(links))
        self.count_repeat()
        self.i = i + 1
        return self.scripts(Group(body.start, self.ends[i], "", "|", body))

    def sum(self) -> Node:
        """Signed terms."""
        kind = self.kinds[self.i]
        if kind in _PLAIN and self.kinds[self.i + 1] in _ENDS:
            return self.READERS[kind](self)  # a letter or a number alone, as most are
        signs: list[str] = []
        terms: list[Node] = []
        start = self.starts[self.i]
        if kind == m.SIGN:
            signs.append(self.texts[self.i])
            self.i += 1
        else:
            signs.append("")
        while True:
            terms.append(self.product() if self.kinds[self.i] != m.SIGN else self.signed())
            if self.kinds[self.i] != m.SIGN:
                break
            signs.append(self.texts[self.i])
            self.i += 1
        if len(terms) == 1 and not signs[0]:
            return terms[0]
        return Sum(start, terms[-1].end, tuple(signs), tuple(terms))

    def signed(self) -> Node:
        """A product with one sign of its own: `a + -b`."""
        i = self.i
        if not i or self.kinds[i - 1] != m.SIGN or (i > 1 and self.kinds[i - 2] == m.SIGN):
            raise self.missing_operand()
        self.i = i + 1
        body = self.product()
        return Sum(self.starts[i], body.end, (self.texts[i],), (body,))
