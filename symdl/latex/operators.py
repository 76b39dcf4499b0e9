"""Sums, limits, integrals: operators with limits and a body."""

from __future__ import annotations

from symdl.latex import macros as m
from symdl.latex.functions import Functions
from symdl.latex.syntax import BigOperator, Fraction, Name, Node, Number, Product, Sum, Word


class Operators(Functions):
    """Big operators."""

    def big_operator(self) -> Node:
        i = self.i
        self.i = i + 1
        return self.big(self.texts[i], i)

    def big(self, name: str, at: int, lower: Node | None = None, upper: Node | None = None) -> Node:
        """The operator `name` whose macro began at token `at`: its limits and its body."""
        while True:
            kind = self.kinds[self.i]
            i = self.i
            if kind == m.SUB and lower is None:
                self.i = i + 1
                lower = self.script(i, "the lower limit")
            elif kind == m.SUP and upper is None:
                self.i = i + 1
                upper = self.script(i, "the upper limit")
            elif kind == m.LIMITS:
                self.i = i + 1
            elif kind in (m.SUB, m.SUP):
                raise self.fail_here(f"{name} has two limits of the same kind")
            else:
                break
        start = self.starts[at]
        if lower is None and upper is None and name in m.LIMIT_NAMES and name[:3] != "arg":
            return self.apply(Name(start, self.ends[at], "\\" + name))
        limits_end = self.last_end()
        self.enter()
        if name in m.INTEGRALS:
            node = self.integral(name, start, lower, upper)
        else:
            body = self.signed_product() if self.operand_follows() else None
            node = BigOperator(start, body.end if body else limits_end, name, lower, upper, body)
        self.depth -= 1
        return node

    def operand_follows(self) -> bool:
        kind = self.kinds[self.i]
        if kind == m.SIGN:
            return self.kinds[self.i + 1] in self.READERS
        return kind in self.READERS and not (self.integrals and self.differential_width())

    def signed_product(self) -> Node:
        if self.kinds[self.i] != m.SIGN:
            return self.product()
        i = self.i
        self.i = i + 1
        body = self.product()
        return Sum(self.starts[i], body.end, (self.texts[i],), (body,))

    def braces(self) -> Node:
        r"""Invisible braces around a big operator do not end it: `{\sum_j} x_j`."""
        start = self.i
        node = super().braces()
        if type(node) is not BigOperator or node.body is not None or node.name in m.INTEGRALS:
            return node
        if self.kinds[start - 1 : start] == [m.SUB] or not self.operand_follows():
            return node
        body = self.signed_product()
        return BigOperator(node.start, body.end, node.name, node.lower, node.upper, body)

    # Integrals ----------------------------------------------------------------------

    def integral(self, name: str, start: int, lower: Node | None, upper: Node | None) -> Node:
        """The integrand is a sum up to the differentials; an inner integral takes the first."""
        self.integrals += 1
        body: Node | None = None
        variables: list[Node] = []
        if self.differential_width():
            variables.append(self.differential())
            if self.operand_follows() or self.kinds[self.i] == m.SIGN:
                body = self.sum()  # physicists' order: \int dx f(x)
        else:
            body = self.sum()
            variables.extend(self.braced)
            self.braced.clear()
        while self.differential_width() and not (variables and self.integrals > 1):
            variables.append(self.differential())
        self.integrals -= 1
        touching = self.starts[self.i] == self.last_end()
        if variables and touching and self.kinds[self.i] in (m.OPEN, m.LEFT):
            raise self.fail(
                "an integral with respect to a function is not read",
                variables[-1].start,
                self.ends[self.i],
                r"write \int f(x) p(x) \, dx, or a space behind the differential",
            )
        if not variables and body is not None:
            body = self.differential_in_numerator(body, variables)
        if not variables:
            raise self.fail(
                "the integral has no differential", start, self.last_end(), r"add \, dx"
            )
        end = max(self.last_end(), variables[-1].end)
        return BigOperator(start, end, name, lower, upper, body, tuple(variables))

    def differential_width(self) -> int:
        r"""How many tokens the d of a differential takes here (0 if there is none)."""
        i = self.i
        if self.kinds[i] == m.LBRACE and self.texts[i + 1] == "d":
            return 2 if self.kinds[i + 2] == m.NAME and self.kinds[i + 3] == m.RBRACE else 0
        if self.texts[i] != "d" or self.kinds[i] not in (m.NAME, m.WORD):
            if self.kinds[i] != m.FONT or self.texts[i] != r"\mathrm" or self.texts[i + 1] != "d":
                return 0
            return 2 if self.kinds[i + 2] == m.NAME else 0
        return 1 if self.kinds[i + 1] in (m.NAME, m.FONT, m.ACCENT) else 0

    def differential(self) -> Node:
        """The variable behind a d."""
        braced = self.kinds[self.i] == m.LBRACE
        self.i += self.differential_width()
        saved = self.integrals
        self.integrals = 0
        variable = self.factor()
        self.integrals = saved
        self.i += braced
        return variable

    def differential_in_numerator(self, body: Node, variables: list[Node]) -> Node:
        r"""`\int \frac{3\,dx}{x}`: takes the differential out of the numerator."""
        product = isinstance(body, Product)
        factors = list(body.factors) if isinstance(body, Product) else [body]
        fraction = factors[-1]
        if not isinstance(fraction, Fraction):
            return body
        above = fraction.numerator
        parts = list(above.factors) if isinstance(above, Product) else [above]
        if len(parts) < 2 or not _is_d(parts[-2]):
            return body
        variables.append(parts[-1])
        rest = parts[:-2]
        numerator: Node
        if not rest:
            numerator = Number(above.start, above.start, "1")
        elif len(rest) == 1:
            numerator = rest[0]
        else:
            links = above.links[: len(rest) - 1] if isinstance(above, Product) else ()
            numerator = Product(above.start, rest[-1].end, tuple(rest), links)
        factors[-1] = Fraction(fraction.start, fraction.end, numerator, fraction.denominator)
        if not isinstance(body, Product) or not product:
            return factors[-1]
        return Product(body.start, body.end, tuple(factors), body.links)

    # Marks over and under ------------------------------------------------------------

    def stacked_operator(self) -> Node:
        r"""`\underset{x}{\max} f` has the limit x; over something else the mark is a label."""
        i = self.i
        macro = self.texts[i]
        if macro != r"\substack":
            self.i = i + 1
            self.enter()
            mark = self.argument(i, "the mark")
            self.depth -= 1
            under = mark if macro == r"\underset" else None
            over = mark if macro != r"\underset" else None
            if self.kinds[self.i] == m.LBRACE:
                found = self.operator_name(self.i + 1)
                if found is not None and self.kinds[found[1]] == m.RBRACE:
                    self.i = found[1] + 1
                    return self.big(found[0], i, under, over)
            self.i = i
        return self.stacked()

    def mathop(self) -> Node:
        r"""`\mathop{\mathrm{argmax}}_x`, `\mathop{\arg\max}`; else the content of the braces."""
        i = self.i
        if self.kinds[i + 1] == m.LBRACE:
            found = self.operator_name(i + 2)
            if found is not None and self.kinds[found[1]] == m.RBRACE:
                self.i = found[1] + 1
                return self.big(found[0], i)
        return self.wrapper()

    def operator_name(self, i: int) -> tuple[str, int] | None:
        r"""The big operator spelled from token i on (`\arg\max`), and where it ends."""
        name = ""
        while self.kinds[i] in (m.FUNC, m.BIG, m.WORD, m.LIMITS):
            if self.kinds[i] != m.LIMITS:
                name += self.texts[i].lstrip("\\").replace(" ", "").lower()
            i += 1
        known = name in m.LIMIT_NAMES or name in ("sum", "prod", "int")
        return (name, i) if known else None


def _is_d(node: Node) -> bool:
    return isinstance(node, Name | Word) and node.text == "d"
