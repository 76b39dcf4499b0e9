"""The smallest operands: names, fractions, accents, fonts."""

from __future__ import annotations

import re

from symdl.latex import macros as m
from symdl.latex.brackets import WORD_FONTS, Brackets
from symdl.latex.environments import environment_node
from symdl.latex.syntax import (
    Accent,
    Binomial,
    Dots,
    Empty,
    Fraction,
    Group,
    Name,
    Node,
    Number,
    Root,
    Styled,
    Word,
)

_FONT = re.compile(r"\\([A-Za-z]+\*?)")
_SINGLE = frozenset(
    {m.FRAC, m.FONT, m.SQRT, m.ACCENT, m.WORD, m.BINOM, m.STACK, m.DOTS, m.BEGIN, m.MATHOP}
)


class Atoms(Brackets):
    """Operands without their scripts."""

    def atom(self) -> Node:
        """The operand that begins here."""
        read = self.READERS.get(self.kinds[self.i])
        if read is None:
            if self.kinds[self.i] == m.CLOSE and self.texts[self.i] == "]":
                return self.reversed_interval()
            raise self.missing_operand()
        return read(self)

    def number(self) -> Node:
        i = self.i
        self.i = i + 1
        return Number(self.starts[i], self.ends[i], self.texts[i])

    def name(self) -> Node:
        i = self.i
        self.i = i + 1
        return Name(self.starts[i], self.ends[i], self.texts[i])

    def dots(self) -> Node:
        i = self.i
        self.i = i + 1
        return Dots(self.starts[i], self.ends[i], self.texts[i])

    def word(self) -> Node:
        r"""A word; the macro it stands in is looked up in the source. One bold letter is no word:
        `\textbf{u}` is the vector `\mathbf{u}`."""
        i = self.i
        self.i = i + 1
        start = self.starts[i]
        font = _FONT.match(self.tokens.source.text, start)
        name = font[1] if font else "text"
        if name == "textbf" and len(self.texts[i]) == 1 and self.texts[i].isalpha():
            end = self.ends[i]
            at = self.tokens.source.text.rfind(self.texts[i], start, end)
            return Styled(start, end, "mathbf", Name(at, at + 1, self.texts[i]))
        if name not in WORD_FONTS:
            name = "operatorname" if font else "text"
        return Word(start, self.ends[i], m.FONT_ALIASES.get(name, name), self.texts[i])

    def dollar(self) -> Node:
        r"""`\$100` is the number; the sign is a unit."""
        self.i += 1
        return self.atom()

    # Macros with arguments ------------------------------------------------------------

    def argument(self, macro: int, what: str) -> Node:
        """The argument of the macro at token `macro`: braces, or a single character."""
        i = self.i
        kinds = self.kinds
        kind = kinds[i]
        if kind == m.LBRACE:
            return self.in_braces(macro, what)
        if kind == m.NUM:
            return self.digit(macro, what)
        if kind == m.NAME:
            return self.letter()
        if kind in _SINGLE:
            return self.atom()
        if kind in (m.FUNC, m.BIG):
            self.i = i + 1
            return Name(self.starts[i], self.ends[i], "\\" + self.texts[i].lstrip("\\"))
        if kind in (m.OPEN, m.LEFT):
            raise self.fail_here(
                f"{what} of {self.shown(macro)} stands in {self.shown(i)}, not in braces",
                f"write {self.shown(macro)}{{..}}",
            )
        if kind in (m.SUB, m.SUP) and kind == kinds[macro]:
            raise self.fail_here(f"two {self.shown(macro)} side by side")
        raise self.fail(
            f"{what} of {self.shown(macro)} is missing",
            self.starts[macro],
            self.ends[macro],
            f"write {self.shown(macro)}{{..}}",
        )

    def in_braces(self, macro: int, what: str) -> Node:
        """The argument in the braces that stand here; mostly it is one name or number."""
        i = self.i
        if self.kinds[i + 2] == m.RBRACE and self.kinds[i + 1] in (m.NAME, m.NUM):
            self.i = i + 3
            made = Name if self.kinds[i + 1] == m.NAME else Number
            return made(self.starts[i + 1], self.ends[i + 1], self.texts[i + 1])
        saved, self.integrals = self.integrals, 0
        node = self.braces()
        self.integrals = saved
        self.loose = None
        if isinstance(node, Empty):
            empty = f"{what} of {self.shown(macro)} is empty"
            raise self.fail(empty, node.start, node.end, "fill it in")
        return node

    def digit(self, macro: int, what: str) -> Node:
        r"""One digit as TeX takes it: `\frac12`, `x^2y`; `x^10` is refused, not read as x^1 0."""
        i = self.i
        text = self.texts[i]
        if len(text) == 1:
            return self.number()
        start = self.starts[i]
        if self.kinds[macro] != m.FRAC or not text.isdigit() or len(text) != self.ends[i] - start:
            raise self.fail_here(
                f"only the first digit of {text} would be {what}",
                f"write {self.shown(macro)}{{{text}}}",
            )
        self.texts[i] = text[1:]
        self.starts[i] = start + 1
        return Number(start, start + 1, text[0])

    def letter(self) -> Node:
        """One letter as TeX takes it; digits that adjoin it stay behind: `x_i2` is x_i 2."""
        i = self.i
        text = self.texts[i]
        start = self.starts[i]
        if len(text) == 1 or text[0] == "\\" or not text[1:].isdigit():
            self.i = i + 1
            return Name(start, self.ends[i], text)
        self.kinds[i] = m.NUM
        self.texts[i] = text[1:]
        self.starts[i] = start + 1
        return Name(start, start + 1, text[0])

    def fraction(self) -> Node:
        i = self.i
        above, below = self.two_arguments("the numerator", "the denominator")
        return Fraction(self.starts[i], self.behind(below), above, below)

    def binomial(self) -> Node:
        i = self.i
        upper, lower = self.two_arguments("the upper number", "the lower number")
        return Binomial(self.starts[i], self.behind(lower), upper, lower)

    def two_arguments(self, first: str, second: str) -> tuple[Node, Node]:
        i = self.i
        self.i = i + 1
        self.enter()
        arguments = self.argument(i, first), self.argument(i, second)
        self.depth -= 1
        return arguments

    def root(self) -> Node:
        i = self.i
        self.i = i + 1
        self.enter()
        degree = None
        if self.texts[i] == "√" and self.kinds[self.i] in (m.OPEN, m.LEFT):
            body = self.atom()
            body = body.body if isinstance(body, Group) and body.body is not None else body
        else:
            if self.kinds[self.i] == m.OPEN and self.shown(self.i) == "[":
                group = self.bracket()
                if not isinstance(group, Group) or group.body is None or group.close != "]":
                    raise self.fail("the degree of the root is missing", group.start, group.end)
                degree = group.body
            body = self.argument(i, "the radicand")
        self.depth -= 1
        return Root(self.starts[i], self.behind(body), body, degree)

    def accent(self) -> Node:
        i = self.i
        kind = self.texts[i][1:]
        self.i = i + 1
        self.enter()
        body = self.argument(i, "the letter")
        label = None
        end = self.behind(body)
        script = {"overbrace": m.SUP, "underbrace": m.SUB}.get(kind)
        if script is not None and self.kinds[self.i] == script:
            self.i += 1
            label = self.argument(self.i - 1, "the label")
            end = self.behind(label)
        self.depth -= 1
        return Accent(self.starts[i], end, kind, body, label)

    def font(self) -> Node:
        i = self.i
        font = self.texts[i][1:]
        font = m.FONT_ALIASES.get(font, font)
        self.i = i + 1
        self.enter()
        body = self.argument(i, "the letter")
        self.depth -= 1
        end = self.behind(body)
        if font in WORD_FONTS and isinstance(body, Name) and body.text.isalpha():
            return Word(self.starts[i], end, font, body.text)
        return Styled(self.starts[i], end, font, body)

    def wrapper(self) -> Node:
        r"""`\boxed{x}` is x, `\mathbin{..}` its content, `\abs{x}` its content between bars."""
        i = self.i
        self.i = i + 1
        self.enter()
        if self.kinds[self.i] != m.LBRACE:
            raise self.fail_here(f"{self.shown(i)} needs braces")
        node = self.braces()
        self.depth -= 1
        if isinstance(node, Empty):
            raise self.fail(f"{self.shown(i)} is empty", node.start, node.end)
        if self.texts[i] in m.PAIRS:
            bar = m.PAIRS[self.texts[i]]
            return Group(self.starts[i], self.last_end(), bar, bar, node)
        if self.texts[i] in (r"\boxed", r"\fbox"):
            self.loose = None
        return node

    def stacked(self) -> Node:
        r"""`\overset{a}{x}`, `\underset{b}{x}`; over an operator see `Terms.stacked_operator`."""
        i = self.i
        macro = self.texts[i]
        self.i = i + 1
        self.enter()
        if macro == r"\substack":
            node: Node = environment_node(self, i)
        else:
            label = self.argument(i, "the mark")
            body = self.argument(i, "what is marked")
            kind = "overset" if macro == r"\stackrel" else macro[1:]
            node = Accent(self.starts[i], self.behind(body), kind, body, label)
        self.depth -= 1
        return node

    def environment(self) -> Node:
        i = self.i
        self.i = i + 1
        saved = self.integrals, self.reversed
        self.integrals, self.reversed = 0, False
        self.enter()
        node = environment_node(self, i)
        self.depth -= 1
        self.integrals, self.reversed = saved
        return node
