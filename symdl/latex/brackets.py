"""Visible and invisible brackets."""

from __future__ import annotations

from symdl.latex import macros as m
from symdl.latex.cursor import Cursor
from symdl.latex.syntax import (
    Binomial,
    Chain,
    Conditioned,
    Empty,
    Fraction,
    Group,
    Node,
    Sequence,
    Styled,
    Sum,
    Word,
)

_LOOSE = (Sum, Chain, Sequence, Conditioned)
WORD_FONTS = frozenset(f"{m.WORD_FONTS} {m.TEXT_FONTS}".split())


class Brackets(Cursor):
    """Operands in brackets and braces."""

    def enclosed(self, backwards: bool = False) -> Node | None:
        """What stands in a bracket, or in one that opens backwards: the integrals and reversed
        brackets around it end nothing."""
        saved = self.integrals, self.reversed
        self.integrals, self.reversed = 0, backwards
        self.enter()
        body = self.statements()
        self.depth -= 1
        self.integrals, self.reversed = saved
        return body

    def bracket(self) -> Node:
        """`( .. )` and friends; unlike ends only around the two ends of an interval."""
        i = self.i
        opener = self.texts[i]
        self.i = i + 1
        body = self.enclosed()
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
        body = self.enclosed(True)
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
        body = self.enclosed()
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
        while self.integrals and self.differential_width():
            self.braced.append(self.differential())
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
        if font in WORD_FONTS and letters:
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
