"""The smallest operands: names, brackets, fractions, accents, fonts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar

from symdl.latex import macros as m
from symdl.latex.cursor import Cursor
from symdl.latex.environments import environment_node
from symdl.latex.syntax import (
    Accent,
    Binomial,
    Chain,
    Conditioned,
    Dots,
    Empty,
    Fraction,
    Group,
    Name,
    Node,
    Number,
    Root,
    Sequence,
    Styled,
    Sum,
    Word,
)

_FONT = re.compile(r"\\([A-Za-z]+\*?)")
_LOOSE = (Sum, Chain, Sequence, Conditioned)
_WORD_FONTS = frozenset(f"{m.WORD_FONTS} {m.TEXT_FONTS}".split())
_SCRIPTS = frozenset({m.SUB, m.SUP, m.PRIME})
_SINGLE = frozenset(
    {m.FRAC, m.FONT, m.SQRT, m.ACCENT, m.WORD, m.BINOM, m.STACK, m.DOTS, m.BEGIN, m.MATHOP}
)


class Atoms(Cursor):
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
        """A word; the macro it stands in is looked up in the source."""
        i = self.i
        self.i = i + 1
        start = self.starts[i]
        font = _FONT.match(self.tokens.source.text, start)
        name = font[1] if font else "text"
        if name not in _WORD_FONTS:
            name = "operatorname" if font else "text"
        return Word(start, self.ends[i], m.FONT_ALIASES.get(name, name), self.texts[i])

    def dollar(self) -> Node:
        r"""`\$100` is the number; the sign is a unit."""
        self.i += 1
        return self.atom()

    # Brackets ----------------------------------------------------------------------------

    def bracket(self) -> Node:
        """`( .. )` and friends; unlike ends only around the two ends of an interval."""
        i = self.i
        opener = self.texts[i]
        self.i = i + 1
        saved = self.integrals, self.reversed
        self.integrals, self.reversed = 0, False
        self.enter()
        body = self.statements()
        self.depth -= 1
        self.integrals, self.reversed = saved
        j = self.i
        if self.kinds[j] != m.CLOSE:
            raise self.not_closed(i)
        closer = self.texts[j]
        if closer != m.PARTNER[opener]:
            self.check_interval(i, j, body)
        self.i = j + 1
        start, end = self.starts[i], self.ends[j]
        if (
            opener == "|"
            and type(body) is Group
            and body.open == "|"
            and body.start == self.ends[i]
            and body.end == self.starts[j]
        ):
            return Group(start, end, r"\|", r"\|", body.body)
        return Group(start, end, opener, closer, body)

    def not_closed(self, i: int) -> Exception:
        """What to say when the bracket at i does not end before something else does."""
        kind = self.kinds[self.i]
        opener = self.shown(i)
        if kind == m.EOF:
            return self.fail(
                f"{opener} is never closed",
                self.starts[i],
                self.ends[i],
                f"add the missing {m.PARTNER.get(self.texts[i], self.texts[i])}",
            )
        return self.fail_here(f"{opener} is not closed before {self.shown(self.i)}")

    def check_interval(self, i: int, j: int, body: Node | None) -> None:
        opener, closer = self.texts[i], self.texts[j]
        ends = isinstance(body, Sequence) and len(body.items) == 2 and len(body.separators) == 1
        if opener not in ("(", "[") or closer not in (")", "]") or not ends:
            raise self.fail(
                f"{self.shown(i)} is closed by {self.shown(j)}",
                self.starts[j],
                self.ends[j],
                f"expected {m.PARTNER[opener]}",
            )

    def reversed_interval(self) -> Node:
        """`]0, 1[`: a bracket that closes where an operand should stand opens an interval."""
        i = self.i
        self.i = i + 1
        saved = self.integrals, self.reversed
        self.integrals, self.reversed = 0, True
        self.enter()
        body = self.statements()
        self.depth -= 1
        self.integrals, self.reversed = saved
        j = self.i
        closes = self.texts[j] in ("[", "]") and self.kinds[j] in (m.OPEN, m.CLOSE)
        if not closes or not isinstance(body, Sequence) or len(body.items) != 2:
            self.i = i
            raise self.missing_operand()
        self.i = j + 1
        return Group(self.starts[i], self.ends[j], "]", self.texts[j], body)

    def left_right(self) -> Node:
        r"""`\left( .. \right)`, with any two delimiters."""
        i = self.i
        self.i = i + 1
        saved = self.integrals, self.reversed
        self.integrals, self.reversed = 0, False
        self.enter()
        body = self.statements()
        self.depth -= 1
        self.integrals, self.reversed = saved
        j = self.i
        if self.kinds[j] != m.RIGHT:
            if self.kinds[j] == m.EOF:
                raise self.fail(
                    rf"{self.shown(i)} without a \right",
                    self.starts[i],
                    self.ends[i],
                    r"add \right) or the delimiter that is meant; \right. is invisible",
                )
            raise self.fail_here(rf"{self.shown(i)} has no \right before {self.shown(j)}")
        self.i = j + 1
        return Group(self.starts[i], self.ends[j], self.texts[i], self.texts[j], body)

    def braces(self) -> Node:
        """`{ .. }`: invisible, so a sum inside must stand alone (see `Terms.product`)."""
        i = self.i
        self.i = i + 1
        if self.kinds[self.i] == m.SWITCH:
            return self.switched(i)
        saved = self.reversed
        self.reversed = False
        self.enter()
        body = self.statements()
        self.depth -= 1
        self.reversed = saved
        j = self.i
        if self.kinds[j] in (m.OVER,):
            body = self.over(i, body)
            j = self.i
        if self.kinds[j] != m.RBRACE:
            raise self.fail_here(f"{self.shown(j)} does not belong here")
        self.i = j + 1
        if body is None:
            return Empty(self.starts[i], self.ends[j])
        if isinstance(body, _LOOSE):
            self.loose = body
        return body

    def switched(self, i: int) -> Node:
        r"""`{\rm margin}`, `{\bf x}`."""
        font = m.SWITCHES[self.texts[self.i][1:]]
        self.i += 1
        first = self.i
        body = self.statements()
        if self.kinds[self.i] != m.RBRACE:
            raise self.fail_here(f"{self.shown(self.i)} does not belong here")
        last = self.i
        self.i += 1
        start, end = self.starts[i], self.ends[last]
        if body is None:
            raise self.fail("the braces are empty", start, end)
        letters = all(k == m.NAME for k in self.kinds[first:last])
        if font in _WORD_FONTS and letters:
            text = self.tokens.source.text[self.starts[first] : self.ends[last - 1]]
            return Word(start, end, font, "".join(text.split()))
        return Styled(start, end, font, body)

    def over(self, i: int, above: Node | None) -> Node:
        r"""`{a \over b}` and `{n \choose k}`."""
        macro, place = self.texts[self.i], self.i
        self.i += 1
        below = self.statements()
        if above is None or below is None:
            raise self.fail(
                f"{macro} needs something on both sides", self.starts[place], self.ends[place]
            )
        start, end = self.starts[i], self.ends[self.i]
        if macro == r"\choose":
            return Binomial(start, end, above, below)
        if macro == r"\over":
            return Fraction(start, end, above, below)
        raise self.fail(f"{macro} has no meaning here", self.starts[place], self.ends[place])

    # Macros with arguments ---------------------------------------------------------------

    def argument(self, macro: int, what: str) -> Node:
        """The argument of the macro at token `macro`: braces, or a single character."""
        i = self.i
        kinds = self.kinds
        kind = kinds[i]
        if kind == m.LBRACE:
            if kinds[i + 2] == m.RBRACE:
                inner = kinds[i + 1]
                if inner == m.NAME:
                    self.i = i + 3
                    return Name(self.starts[i + 1], self.ends[i + 1], self.texts[i + 1])
                if inner == m.NUM:
                    self.i = i + 3
                    return Number(self.starts[i + 1], self.ends[i + 1], self.texts[i + 1])
            saved = self.integrals
            self.integrals = 0
            node = self.braces()
            self.integrals = saved
            self.loose = None
            if isinstance(node, Empty):
                raise self.fail(
                    f"{what} of {self.shown(macro)} is empty",
                    node.start,
                    node.end,
                    "fill it in",
                )
            return node
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
        self.i = i + 1
        self.enter()
        above = self.argument(i, "the numerator")
        below = self.argument(i, "the denominator")
        self.depth -= 1
        return Fraction(
            self.starts[i],
            self.ends[self.i - 1] if self.kinds[self.i - 1] != m.FRAC else below.end,
            above,
            below,
        )

    def binomial(self) -> Node:
        i = self.i
        self.i = i + 1
        self.enter()
        upper = self.argument(i, "the upper number")
        lower = self.argument(i, "the lower number")
        self.depth -= 1
        return Binomial(self.starts[i], max(lower.end, self.last_end()), upper, lower)

    def last_end(self) -> int:
        """Where the token before the next one ends."""
        return self.ends[self.i - 1]

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
        return Root(self.starts[i], max(body.end, self.last_end()), body, degree)

    def accent(self) -> Node:
        i = self.i
        kind = self.texts[i][1:]
        self.i = i + 1
        self.enter()
        body = self.argument(i, "the letter")
        label = None
        end = max(body.end, self.last_end())
        script = {"overbrace": m.SUP, "underbrace": m.SUB}.get(kind)
        if script is not None and self.kinds[self.i] == script:
            self.i += 1
            label = self.argument(self.i - 1, "the label")
            end = max(label.end, self.last_end())
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
        end = max(body.end, self.last_end())
        if font in _WORD_FONTS and isinstance(body, Name) and body.text.isalpha():
            return Word(self.starts[i], end, font, body.text)
        return Styled(self.starts[i], end, font, body)

    def wrapper(self) -> Node:
        r"""`\boxed{x}` is x, `\mathbin{..}` its content."""
        i = self.i
        self.i = i + 1
        self.enter()
        if self.kinds[self.i] != m.LBRACE:
            raise self.fail_here(f"{self.shown(i)} needs braces")
        node = self.braces()
        self.depth -= 1
        if isinstance(node, Empty):
            raise self.fail(f"{self.shown(i)} is empty", node.start, node.end)
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
            node = Accent(self.starts[i], max(body.end, self.last_end()), kind, body, label)
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

    READERS: ClassVar[dict[str, Callable[..., Node]]] = {
        m.NUM: number,
        m.NAME: name,
        m.DOTS: dots,
        m.WORD: word,
        m.DOLLAR: dollar,
        m.OPEN: bracket,
        m.LEFT: left_right,
        m.LBRACE: braces,
        m.FRAC: fraction,
        m.BINOM: binomial,
        m.SQRT: root,
        m.ACCENT: accent,
        m.FONT: font,
        m.WRAP: wrapper,
        m.STACK: stacked,
        m.BEGIN: environment,
    }
