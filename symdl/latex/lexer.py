"""From characters to tokens: one compiled expression splits, one table says what each is.

Tokens are four parallel lists (kind, text, start, end): cheap to make and to look at. What
depends on a token's neighbours and can be seen without a tree is decided here: thousands
separators, alignment marks, raw text, the nesting limit.
"""

from __future__ import annotations

from symdl.document.source import Source
from symdl.latex import macros as m
from symdl.latex.nesting import OPERATORS
from symdl.latex.pieces import Pieces
from symdl.latex.table import TOKENS
from symdl.latex.tokens import SPLIT, Tokens, refuse_hopeless, unwrap

LONG_INPUT = 5000
_MARKS = {m.SUP: frozenset({m.SIGN, m.LINK, m.REL}), m.SUB: frozenset({m.SIGN, m.LINK})}
_SCRIPT_SIGNS = frozenset(_MARKS)
_HANDLED = frozenset(
    {
        m.LBRACE,
        m.OPEN,
        m.LEFT,
        m.RBRACE,
        m.CLOSE,
        m.RIGHT,
        m.AMP,
        m.BAR,
        m.SWITCH,
        m.SIGN,
        m.LINK,
        m.REL,
    }
)


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
        table = TOKENS.get
        for piece in SPLIT.findall(self.source.text, start, end):
            stop = start + len(piece)
            entry = table(piece)
            if entry is None:
                self.special(piece, start, stop)
            else:
                kind, text = entry
                if kind in _HANDLED:
                    self.handle(kind, text, start, stop)
                elif kind != m.SKIP:
                    kinds.append(kind)
                    texts.append(text)
                    starts.append(start)
                    ends.append(stop)
            start = stop

    def handle(self, kind: str, text: str, start: int, end: int) -> None:
        """A token of the table; the neighbours of most of these matter."""
        if kind == m.SKIP:
            return
        kinds = self.out.kinds
        previous = kinds[-1] if kinds else ""
        if previous in _SCRIPT_SIGNS and kind in _MARKS[previous] and text != "/":
            self.out.add(m.NAME, text, start, end)
        elif kind in (m.LBRACE, m.OPEN, m.LEFT):
            self.push(m.SUB if kind == m.LBRACE and previous == m.SUB else kind, start, end)
            self.out.add(kind, text, start, end)
        elif kind in (m.RBRACE, m.CLOSE, m.RIGHT):
            self.pop(kind, start, end)
            if kind == m.RBRACE and previous in OPERATORS and self.unbrace():
                return
            if kind == m.RBRACE and previous == m.LBRACE and self.empty_braces(end):
                return
            self.out.add(kind, text, start, end)
        elif kind == m.AMP:
            self.align(start, end)
        elif kind == m.WORD:
            self.out.add(kind, text, start, end)
        elif kind == m.BAR:
            self.out.bars += 1
            self.out.add(kind, text, start, end)
        elif kind == m.SWITCH and previous == m.LBRACE:
            self.out.add(kind, text, start, end)
        elif kind == m.SWITCH:
            raise self.fail(
                f"{text} is read only at the beginning of braces",
                start,
                end,
                rf"write {{{text} x}} or \{m.SWITCHES[text[1:]]}{{x}}",
            )
        elif kind == m.SIGN or kind == m.LINK:
            if self.row_break >= 0:
                self.continue_row(start)
            self.drop_spaces()
            self.out.add(kind, text, start, end)
        elif kind == m.REL:
            self.relation(text, start, end)
        else:
            self.out.add(kind, text, start, end)
