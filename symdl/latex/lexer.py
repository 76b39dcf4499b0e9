"""From characters to tokens: one compiled expression splits, one table says what each is.

Tokens are four parallel lists (kind, text, start, end): cheap to make and to look at. What
depends on a token's neighbours and can be seen without a tree is decided here: thousands
separators, alignment marks, raw text, the nesting limit.
"""

from __future__ import annotations

from collections.abc import Callable

from symdl.document.source import Source
from symdl.latex import macros as m
from symdl.latex.nesting import OPERATORS
from symdl.latex.pieces import Pieces
from symdl.latex.table import TOKENS
from symdl.latex.tokens import DIGIT_LIMIT, SPLIT, Tokens, refuse_hopeless, unwrap

LONG_INPUT = 5000
_MARKS = {m.SUP: frozenset({m.SIGN, m.LINK, m.REL}), m.SUB: frozenset({m.SIGN, m.LINK})}


def tokenize(source: Source) -> Tokens:
    """The tokens of `source`; raises ReadError for what is no LaTeX mathematics."""
    start, end = unwrap(source.text)
    if end - start > LONG_INPUT:
        refuse_hopeless(source, start, end)
    lexer = Lexer(source)
    lexer.start = start
    lexer.scan(start, end)
    lexer.finish(end)
    return lexer.out


class Lexer(Pieces):
    """The tokens of one input."""

    def scan(self, start: int, end: int) -> None:
        """Append the tokens of `source.text[start:end]`."""
        out = self.out
        kinds, texts, starts, ends = out.kinds, out.texts, out.starts, out.ends
        table = _STEPS.get
        for piece in SPLIT.findall(self.source.text, start, end):
            stop = start + len(piece)
            entry = table(piece)
            if entry is None:
                if piece.isdecimal() and piece.isascii() and stop - start <= DIGIT_LIMIT:
                    kinds.append(m.NUM)
                    texts.append(piece)
                    starts.append(start)
                    ends.append(stop)
                elif not piece.isspace():
                    self.special(piece, start, stop)
            else:
                kind, text, handler = entry
                if handler is not None:
                    handler(self, kind, text, start, stop)
                elif kind != m.SKIP:
                    kinds.append(kind)
                    texts.append(text)
                    starts.append(start)
                    ends.append(stop)
            start = stop

    def handle(self, kind: str, text: str, start: int, end: int) -> None:
        """A token of the table; the neighbours of many of these matter."""
        handler = _HANDLERS.get(kind)
        if handler is not None:
            handler(self, kind, text, start, end)
        elif kind != m.SKIP:
            self.out.add(kind, text, start, end)

    def opened(self, kind: str, text: str, start: int, end: int) -> None:
        """A bracket that opens."""
        below = kind == m.LBRACE and self.previous == m.SUB
        self.push(m.SUB if below else kind, start, end)
        self.out.add(kind, text, start, end)

    def closed(self, kind: str, text: str, start: int, end: int) -> None:
        """A bracket that closes; braces around an operator, or around nothing, may go."""
        self.pop(kind, start, end)
        if kind == m.RBRACE:
            previous = self.previous
            if previous in OPERATORS and self.unbrace():
                return
            if previous == m.LBRACE and self.empty_braces(end):
                return
        self.out.add(kind, text, start, end)

    def aligned(self, _kind: str, _text: str, start: int, end: int) -> None:
        """An `&`."""
        self.align(start, end)

    def bar(self, kind: str, text: str, start: int, end: int) -> None:
        """A bar, of which nobody knows yet whether it opens or closes."""
        self.out.bars += 1
        self.out.add(kind, text, start, end)

    def switched(self, kind: str, text: str, start: int, end: int) -> None:
        r"""`\rm`, `\bf`: they stand at the beginning of braces."""
        if self.previous != m.LBRACE:
            raise self.fail(
                f"{text} is read only at the beginning of braces",
                start,
                end,
                rf"write {{{text} x}} or \{m.SWITCHES[text[1:]]}{{x}}",
            )
        self.out.add(kind, text, start, end)

    def joining(self, kind: str, text: str, start: int, end: int) -> None:
        """A sign or a link; one as a script is a name: `x^+`."""
        if kind in _MARKS.get(self.previous, ()) and text != "/":
            self.out.add(m.NAME, text, start, end)
            return
        if self.row_break >= 0:
            self.continue_row()
        self.drop_spaces()
        self.out.add(kind, text, start, end)

    def related(self, kind: str, text: str, start: int, end: int) -> None:
        """A relation; one as a superscript is a name."""
        if kind in _MARKS.get(self.previous, ()):
            self.out.add(m.NAME, text, start, end)
        else:
            self.relation(text, start, end)

    @property
    def previous(self) -> str:
        """The kind of the token before."""
        kinds = self.out.kinds
        return kinds[-1] if kinds else ""


_HANDLERS: dict[str, Callable[[Lexer, str, str, int, int], None]] = {
    **dict.fromkeys((m.LBRACE, m.OPEN, m.LEFT), Lexer.opened),
    **dict.fromkeys((m.RBRACE, m.CLOSE, m.RIGHT), Lexer.closed),
    **dict.fromkeys((m.SIGN, m.LINK), Lexer.joining),
    m.AMP: Lexer.aligned,
    m.BAR: Lexer.bar,
    m.SWITCH: Lexer.switched,
    m.REL: Lexer.related,
}
"""What is done with tokens whose neighbours matter."""
_STEPS = {piece: (kind, text, _HANDLERS.get(kind)) for piece, (kind, text) in TOKENS.items()}
"""What each piece of the table is, and what is done with it."""
