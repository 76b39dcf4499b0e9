"""Scripts, functions, big operators, products and sums."""

from __future__ import annotations

from collections.abc import Callable

from symdl.latex import macros as m
from symdl.latex.atoms import Atoms
from symdl.latex.syntax import (
    Apply,
    BigOperator,
    Empty,
    Fraction,
    Group,
    Name,
    Node,
    Number,
    Postfix,
    Product,
    Scripts,
    Sum,
    Word,
)

_SCRIPTS = frozenset({m.SUB, m.SUP, m.PRIME})
_BEHIND = frozenset({m.SUB, m.SUP, m.PRIME, m.POST})
_BRACKETED = frozenset({"(", "[", "{"})


class Terms(Atoms):
    """Everything between a sign and the next."""

    # Scripts -----------------------------------------------------------------------------

    def factor(self) -> Node:
        node = self.atom()
        return self.scripts(node) if self.kinds[self.i] in _BEHIND else node

    def scripts(self, base: Node) -> Node:
        """`base` with the scripts and postfix operators that stand behind it."""
        start = base.start
        if self.loose is base:
            raise self.fail(
                "braces are invisible: what does the script belong to?",
                base.start,
                self.ends[self.i],
                "write (..) around the base",
            )
        while True:
            sub: Node | None = None
            sup: Node | None = None
            primes = 0
            kind = self.kinds[self.i]
            while kind in _SCRIPTS:
                i = self.i
                self.i = i + 1
                if kind == m.PRIME:
                    if sup is not None:
                        raise self.fail_here("a prime behind a superscript", "write it before")
                    primes += len(self.texts[i])
                elif kind == m.SUB:
                    if sub is not None:
                        raise self.fail(
                            "two subscripts",
                            self.starts[i],
                            self.ends[i],
                            "join them in braces: x_{a,b}",
                        )
                    sub = self.script(i, "the subscript")
                else:
                    count = self.primes_in_braces()
                    if count and sup is None:
                        primes += count
                    elif sup is not None:
                        raise self.fail(
                            "two superscripts",
                            self.starts[i],
                            self.ends[i],
                            "add brackets: (x^a)^b or x^{a^b}",
                        )
                    else:
                        sup = self.script(i, "the superscript")
                kind = self.kinds[self.i]
            if sub is not None or sup is not None or primes:
                base = Scripts(start, self.last_end(), base, sub, sup, primes)
            if kind != m.POST:
                return base
            i = self.i
            self.i = i + 1
            operator = self.texts[i]
            if (
                operator == "!"
                and self.kinds[i + 1] == m.POST
                and self.texts[i + 1] == "!"
                and self.starts[i + 1] == self.ends[i]
            ):
                self.i = i + 2
                operator = "!!"
            base = Postfix(start, self.last_end(), operator, base)
            if self.kinds[self.i] not in _BEHIND:
                return base

    def script(self, i: int, what: str) -> Node:
        kind = self.kinds[self.i]
        if kind == m.LBRACE and self.kinds[self.i + 2] == m.RBRACE:
            inner = self.kinds[self.i + 1]
            if inner in (m.SIGN, m.LINK):
                self.kinds[self.i + 1] = m.NAME
        if kind == m.LBRACE and self.kinds[self.i + 1] == m.LINK:
            return self.stars()
        if (
            kind == m.NAME
            and self.texts[self.i] in m.SIGNS
            and self.kinds[self.i + 1] == m.NUM
            and self.starts[self.i + 1] == self.ends[self.i]
        ):
            raise self.fail_here(
                f"only the sign would be {what}", f"write ^{{-{self.texts[self.i + 1]}}}"
            )
        return self.argument(i, what)

    def stars(self) -> Node:
        """`x^{**}`: several marks are one name."""
        first = self.i + 1
        last = first
        while self.kinds[last] == m.LINK:
            last += 1
        if self.kinds[last] != m.RBRACE:
            self.i = first
            raise self.missing_operand()
        self.i = last + 1
        return Name(self.starts[first], self.ends[last - 1], "".join(self.texts[first:last]))

    def primes_in_braces(self) -> int:
        r"""How many primes `^\prime` or `^{\prime\prime}` says; passes over them."""
        i = self.i
        if self.kinds[i] == m.NAME and self.texts[i] == r"\prime":
            self.i = i + 1
            return 1
        if self.kinds[i] != m.LBRACE:
            return 0
        j, count = i + 1, 0
        while True:
            if self.kinds[j] == m.NAME and self.texts[j] == r"\prime":
                count += 1
            elif self.kinds[j] == m.PRIME:
                count += len(self.texts[j])
            else:
                break
            j += 1
        if count and self.kinds[j] == m.RBRACE:
            self.i = j + 1
            return count
        return 0

    # Functions ---------------------------------------------------------------------------

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
        if self.kinds[self.i] in _SCRIPTS:
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
            if self.kinds[self.i] in _BEHIND:
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
        argument = self.bare_argument()
        self.depth -= 1
        return Apply(head.start, argument.end, head, argument)

    def space_before_operand(self) -> bool:
        r"""Whether the sign is a binary one: `\tanh - x` has space on both sides."""
        i = self.i
        return self.texts[i] != "-" or self.starts[i + 1] > self.ends[i]

    def bare_argument(self) -> Node:
        """The juxtaposed factors up to a sign, link, relation, function or big operator."""
        if self.kinds[self.i] == m.SIGN:
            i = self.i
            self.i = i + 1
            body = self.bare_argument() if self.kinds[self.i] != m.SIGN else self.factor()
            return Sum(self.starts[i], body.end, (self.texts[i],), (body,))
        factors = [self.factor()]
        while self.kinds[self.i] in self.READERS and self.kinds[self.i] not in (
            m.FUNC,
            m.BIG,
            m.MATHOP,
        ):
            if self.integrals and self.differential_width():
                break
            if self.reversed and self.texts[self.i] == "[" and self.kinds[self.i] == m.OPEN:
                break
            factors.append(self.factor())
        self.refuse_loose(factors)
        if len(factors) == 1:
            return factors[0]
        return Product(
            factors[0].start, factors[-1].end, tuple(factors), ("",) * (len(factors) - 1)
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
        if self.kinds[self.i] in _SCRIPTS:
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

    # Big operators -----------------------------------------------------------------------

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

    # Integrals ---------------------------------------------------------------------------

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
        while self.differential_width() and not (variables and self.integrals > 1):
            variables.append(self.differential())
        self.integrals -= 1
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
        if self.texts[i] != "d" or self.kinds[i] not in (m.NAME, m.WORD):
            if self.kinds[i] != m.FONT or self.texts[i] != r"\mathrm" or self.texts[i + 1] != "d":
                return 0
            return 2 if self.kinds[i + 2] == m.NAME else 0
        return 1 if self.kinds[i + 1] in (m.NAME, m.FONT, m.ACCENT) else 0

    def differential(self) -> Node:
        """The variable behind a d."""
        self.i += self.differential_width()
        saved = self.integrals
        self.integrals = 0
        variable = self.factor()
        self.integrals = saved
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

    # Marks over and under ----------------------------------------------------------------

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

    # Products and sums -------------------------------------------------------------------

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
                factor = self.factor()
                if type(factor) is not Empty:
                    links.append("")
                    factors.append(factor)
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
        self.i = i + 1
        return self.scripts(Group(body.start, self.ends[i], "", "|", body))

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

    def sum(self) -> Node:
        """Signed terms."""
        signs: list[str] = []
        terms: list[Node] = []
        start = self.starts[self.i]
        if self.kinds[self.i] == m.SIGN:
            signs.append(self.texts[self.i])
            self.i += 1
        else:
            signs.append("")
        while True:
            terms.append(self.term())
            if self.kinds[self.i] != m.SIGN:
                break
            signs.append(self.texts[self.i])
            self.i += 1
        if len(terms) == 1 and not signs[0]:
            return terms[0]
        return Sum(start, terms[-1].end, tuple(signs), tuple(terms))

    def term(self) -> Node:
        """A product, with at most one sign of its own: `a + -b`."""
        if self.kinds[self.i] != m.SIGN:
            return self.product()
        i = self.i
        if not i or self.kinds[i - 1] != m.SIGN or (i > 1 and self.kinds[i - 2] == m.SIGN):
            raise self.missing_operand()
        self.i = i + 1
        body = self.product()
        return Sum(self.starts[i], body.end, (self.texts[i],), (body,))

    READERS: dict[str, Callable[..., Node]] = {  # type: ignore[misc]
        **Atoms.READERS,
        m.FUNC: function,
        m.BIG: big_operator,
        m.WORD: operator_word,
        m.STACK: stacked_operator,
        m.MATHOP: mathop,
    }


def _is_d(node: Node) -> bool:
    return isinstance(node, Name | Word) and node.text == "d"
