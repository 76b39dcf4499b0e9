"""Pieces that stand in no table: numbers, words in text, macros with raw arguments."""

from __future__ import annotations

import re
from abc import ABC
from difflib import get_close_matches
from functools import lru_cache

from symdl.document.errors import ReadError
from symdl.latex import macros as m
from symdl.latex import typed
from symdl.latex import unicode_signs as signs
from symdl.latex.table import TOKENS
from symdl.latex.tokens import DIGIT_LIMIT
from symdl.latex.wording import Wording

_MARKED = re.compile(r"\\(stackrel|overset|underset)\s*\{(.*)\}\s*\{\s*(.*?)\s*\}", re.DOTALL)
_LABEL = re.compile(r"\s*(?:\\text[a-z]*\s*\{)?\s*\(?[a-zA-Z0-9*]{1,4}\)\s*\}?\s*|\s*!\s*|\s*\?\s*")
_RAW = re.compile(r"\\([A-Za-z]+\*?)(?:\s*\{(.*)\})?", re.DOTALL)
_WORD_LIKE = re.compile(
    r"\s*[A-Za-z](?:[A-Za-z0-9.':-]|\s|\\[ ,;_!-]|_(?=[A-Za-z0-9]{2}))*\s*", re.DOTALL
)
_AFTER_ITEM = re.compile(r"\s*(?:[,;)\]]|\\\}|\\[mb]?(?:right|ig)|\\rbrace)")
_TOLD = re.compile(
    r"\\num\s*(?:\[[^\]]*\])?\s*\{\s*([+-]?)\s*((?:\d[\d ]*)?\.?\d[\d ]*(?:[eE][+-]?\d+)?)\s*\}"
)
_LIMIT_HINT = r"a limit is written \lim_{x \to a}; convergence of random variables is not read"
_INVISIBLE = frozenset({"hspace", "vspace", "hspace*", "vspace*", "phantom", "hphantom"}) | {
    "vphantom",
    "color",
    "textcolor",
    "rule",
    "cline",
    "colorbox",
}
_ITALIC_WORDS = frozenset({"if", "otherwise"})
"""Words of cases that authors leave outside of \\text."""
_STACKING = frozenset({"stackrel", "overset", "underset"})
_TEXT_FONTS = frozenset(m.TEXT_FONTS.split())


_WIDTH = re.compile(r"\s*\+?(\d*\.?\d+)\s*(cm|mm|em|ex|pt|in)\s*")
_QUAD = {"cm": 0.35, "mm": 3.5, "em": 1.0, "ex": 2.3, "pt": 10.0, "in": 0.14}
"""How wide a quad is in each unit of length."""


def _is_wide(width: str) -> bool:
    r"""Whether a space parts formulas as a quad does: `x = 1 \hspace{1cm} y = 2`."""
    match = _WIDTH.fullmatch(width)
    return match is not None and float(match[1]) >= _QUAD[match[2]]


@lru_cache(maxsize=1024)
def _nearest(macro: str) -> str:
    """The known macro that is spelt most like an unknown one; empty if none is near."""
    near = get_close_matches(macro, [t for t in TOKENS if t[1:].isalpha()], 1, 0.6)
    return near[0] if near else ""


def _is_wide_gap(piece: str) -> bool:
    """Whether a piece is several thin spaces, which part formulas as a quad does."""
    return piece[0] == "\\" and len(piece) > 5 and not piece[1].isalpha() and piece[2:3] in "\\~ "


class Pieces(Wording, ABC):
    """Reads one piece of the input that needs more than a look into the table."""

    def special(self, piece: str, start: int, end: int) -> None:
        first = piece[0]
        if first.isspace() or first == "%":
            return
        if first in "0123456789" or (first == "." and len(piece) > 1 and piece != "..."):
            self.number(piece, start, end)
        elif "/" in piece and typed.is_derivative(piece):
            self.slashed(piece, start)
        elif len(piece) > 1 and first in "*^":
            self.raised(piece, start)
        elif first == "~" or _is_wide_gap(piece):
            self.out.add(m.QUAD, "\\quad", start, end)  # as wide as four thin spaces
        elif first == "\\":
            self.macro(piece, start, end)
        elif first == "'":
            self.out.add(m.PRIME, piece, start, end)
        elif first.isascii() and first.isalpha() and "\\_" in piece:  # kernel\_size is one word
            self.out.add(m.WORD, piece.replace("\\_", "_"), start, end)
        elif first in typed.SIGNS:
            self.handle(*TOKENS[typed.SIGNS[first]], start, start + 1)
            self.scan(start + 1, end)
        elif len(piece) > 1 and piece.isalpha() and (entry := TOKENS.get(f"\\{piece}")):
            self.handle(*entry, start, end)
        elif piece in _ITALIC_WORDS:
            self.word(piece, start, start, end)
        elif first.isascii() and first.isalpha():
            self.out.add(m.NAME, piece, start, end)
        elif first in signs.UNICODE_SCRIPTS:
            self.unicode_script(piece, start, end)
        elif first in signs.UNICODE_FRACTIONS:
            self.out.add(m.FRAC, "\\frac", start, start)
            for digit in signs.UNICODE_FRACTIONS[first]:
                self.out.add(m.NUM, digit, start, end)
        elif first in signs.UNICODE_ACCENTS and self.out.kinds[-1:] == [m.NAME]:
            self.accent(self.out.texts[-1], signs.UNICODE_ACCENTS[first], self.out.starts[-1], end)
        elif (letter := signs.accented(first)) is not None:
            self.out.add(m.NAME, "", start, end)
            self.accent(*letter, start, end)
        elif first in signs.UNICODE_BOARD:
            self.board(signs.UNICODE_BOARD[first], start, end)
        elif first == "$":
            raise self.fail("$ inside the mathematics", start, end, r"a currency sign is \$")
        else:
            raise self.fail(f"unknown character {piece!r}", start, end)

    def accent(self, letter: str, accent: str, start: int, end: int) -> None:
        """A letter with a mark above it, in the place of the last token: `ŷ`."""
        self.out.drop()
        self.handle(*TOKENS[accent], start, start)
        self.out.add(m.NAME, letter, start, end)

    def slashed(self, piece: str, start: int) -> None:
        r"""`d/dx` before its argument, as the fraction that it is."""
        first, slash, last = (start + place for place in typed.parts_of(piece))
        self.out.add(m.FRAC, "\\frac", first, first)
        for low, high in ((first, slash), (slash + 1, last)):
            self.out.add(m.LBRACE, "{", low, low)
            self.scan(low, high)
            self.out.add(m.RBRACE, "}", high, high)

    def raised(self, piece: str, start: int) -> None:
        """`x**2`, `x^-1`: an exponent as it is typed."""
        low, high = (start + place for place in typed.exponent_of(piece))
        self.handle(m.SUP, "^", start, low)
        self.out.add(m.LBRACE, "{", low, low)
        self.scan(low, high)
        self.out.add(m.RBRACE, "}", high, high)

    def macro(self, piece: str, start: int, end: int) -> None:
        if piece.startswith("\\\\"):
            self.row(start, end)
            return
        if piece in signs.BOARD_MACROS:
            self.board(signs.BOARD_MACROS[piece], start, end)
            return
        match = _RAW.fullmatch(piece)
        name = match[1] if match else ""
        if re.match(r"\\num[\s\[{]", piece):
            self.told(piece, start, end)
        elif name in ("begin", "end") and "{" in piece:
            self.environment(piece, start, end)
        elif name in _STACKING and "{" in piece:
            self.marked(piece, start, end)
        elif match and match[2] is not None and "{" in piece:
            self.with_argument(name, match, start, end)
        else:
            squeezed = "".join(piece.split())
            entry = TOKENS.get(squeezed) if squeezed != piece else None
            if entry is None:
                raise self.unknown(piece, start, end)
            self.handle(*entry, start, end)

    def told(self, piece: str, start: int, end: int) -> None:
        r"""`\num{-1.5e3}`: one number, with its sign in brackets."""
        match = _TOLD.fullmatch(piece)
        if match is None:
            raise self.fail(rf"{piece} is no number with a decimal point", start, end)
        if match[1] == "-":
            self.handle(m.OPEN, "(", start, start)
            self.out.add(m.SIGN, "-", start, start)
        self.number("".join(match[2].split()), start, end)
        if match[1] == "-":
            self.handle(m.CLOSE, ")", end, end)

    def unknown(self, piece: str, start: int, end: int) -> ReadError:
        if re.match(r"\\(?:m?left|m?right|middle|[bB]igg?[lrm]?)", piece):
            hint = (
                rf"a brace is written {piece}\{{ or {piece}\}}"
                if self.source.text[end : end + 1] in "{}"
                else ""
            )
            return self.fail(f"{piece} has no delimiter that can be read", start, end, hint)
        if piece in (r"\[", r"\]", r"\(", r"\)"):
            return self.fail(f"{piece} inside the mathematics", start, end)
        if piece in m.MARKED_ARROWS:
            return self.fail("an arrow with a mark is not read", start, end, _LIMIT_HINT)
        near = _nearest(piece)
        hint = f"did you mean {near}?" if near else ""
        return self.fail(f"unknown macro {piece}", start, end, hint)

    # Numbers and scripts ----------------------------------------------------------------------

    def number(self, piece: str, start: int, end: int) -> None:
        out = self.out
        if len(piece) <= DIGIT_LIMIT and piece.replace(".", "", 1).isdecimal():
            out.add(m.NUM, piece, start, end)
            return
        if "," in piece or "\\" in piece:
            if "," in piece and "{" not in piece and "\\" not in piece and self.is_list(end):
                for item in re.finditer(r"[\d.]+|,", piece):
                    kind = m.SEP if item[0] == "," else m.NUM
                    out.add(kind, item[0], start + item.start(), start + item.end())
                return
            piece = piece.replace("{,}", "").replace("\\,", "").replace(",", "")
        exponent = piece.lower().partition("e")[2]
        if len(piece) > DIGIT_LIMIT or len(exponent) > 5 or abs(int(exponent or 0)) > DIGIT_LIMIT:
            raise self.fail(
                f"a number of more than {DIGIT_LIMIT} digits", start, min(end, start + 40)
            )
        out.add(m.NUM, piece, start, end)

    def is_list(self, end: int) -> bool:
        """Whether `1,200` is two numbers: in a script, or items of a bracketed list."""
        if self.out.kinds and self.out.kinds[-1] in (m.SUB, m.SUP):
            return True
        if not self.stack:
            return False
        top = self.stack[-1][0]
        if top == m.SUB:
            return True
        if top not in (m.OPEN, m.LEFT) or self.out.kinds[-1] not in (m.OPEN, m.LEFT, m.SEP):
            return False
        return _AFTER_ITEM.match(self.source.text, end) is not None

    def unicode_script(self, piece: str, start: int, end: int) -> None:
        out = self.out
        kind, text = signs.UNICODE_SCRIPTS[piece]
        # Characters that follow each other make one script: `⁻¹`.
        if out.texts and out.texts[-1] == kind + "unicode" and out.ends[-1] == start:
            self.out.drop()
            if out.kinds[-1] == m.NUM and text.isdigit():
                out.texts[-1] += text
                out.ends[-1] = end
            else:
                out.add(_script_kind(text), text, start, end)
            out.add(m.RBRACE, kind + "unicode", end, end)
            return
        out.add(kind, kind, start, start)
        out.add(m.LBRACE, "{", start, start)
        out.add(_script_kind(text), text, start, end)
        out.add(m.RBRACE, kind + "unicode", end, end)

    def board(self, letter: str, start: int, end: int) -> None:
        self.out.add(m.FONT, "\\mathbb", start, start)
        self.out.add(m.NAME, letter, start, end)

    # Macros with raw text ----------------------------------------------------------------------

    def with_argument(self, name: str, match: re.Match[str], start: int, end: int) -> None:
        content = match[2]
        at = start + match.start(2)
        if name in ("tag", "tag*", "label"):
            self.out.labels.append(content)
        elif name in ("hspace", "hspace*") and _is_wide(content):
            self.out.add(m.QUAD, "\\quad", start, end)
        elif name in _INVISIBLE:
            return
        elif name in _TEXT_FONTS:
            self.text(content, at, start, end)
        elif _WORD_LIKE.fullmatch(content):
            self.word(content, at, start, end)
        else:
            self.out.add(m.FONT, "\\" + name, start, start + 1 + len(name))
            self.push(m.LBRACE, start, end)
            self.out.add(m.LBRACE, "{", at - 1, at)
            self.scan(at, at + len(content))
            self.pop(m.RBRACE, end - 1, end)
            self.out.add(m.RBRACE, "}", end - 1, end)

    def marked(self, piece: str, start: int, end: int) -> None:
        r"""`\stackrel{\text{def}}{=}` defines; a mark like (a) is a label; others are refused."""
        match = _MARKED.fullmatch(piece)
        assert match is not None
        macro, mark, inner = match.groups()
        entry = TOKENS.get(inner)
        if entry is None or entry[0] != m.REL:
            cut = start + 1 + len(macro)
            self.out.add(m.STACK, "\\" + macro, start, cut)
            self.scan(cut, end)
        elif mark.strip() in m.DEFINING_MARKS and entry[1] == "=":
            self.relation(":=", start, end)
        elif _LABEL.fullmatch(mark) or (entry[1] == "sim" and mark.strip() in m.DRAWING_MARKS):
            self.out.labels.append(mark.strip())
            self.relation(entry[1], start, end)
        else:
            message = f"the mark {mark} changes the relation in an unknown way"
            hint = _LIMIT_HINT if entry[1] == "->" else "say it in words outside of the formula"
            raise self.fail(message, start, end, hint)

    def relation(self, text: str, start: int, end: int) -> None:
        """A relation: alignment marks and spaces beside it mean nothing, `: =` is one."""
        out = self.out
        if text == "!=" and start and self.source.text.startswith("!=", start):
            before = self.source.text[start - 1]
            if before.isalnum() or before in ")]}|'":  # n!=1 is how a factorial is written
                raise self.fail(
                    "!= may be a factorial and =, or an inequality",
                    start,
                    end,
                    r"write n! = m for the factorial, n \ne m for the inequality",
                )
        self.drop_spaces()
        previous = out.kinds[-1] if out.kinds else ""
        if previous == m.AMP and self.stack and self.stack[-1][0] == "array":
            self.out.drop()
        elif previous == m.SEP and text == "=" and out.texts[-1] == ":":
            start, text = out.starts[-1], ":="
            self.out.drop()
        elif previous == m.REL and text == out.texts[-1] == "perp":  # \perp\!\!\!\perp is one
            start = out.starts[-1]
            self.out.drop()
        out.add(m.REL, text, start, end)


def _script_kind(text: str) -> str:
    if text == "=":
        return m.REL
    return m.NUM if text.isdigit() else m.SIGN if text in "+-" else m.NAME
