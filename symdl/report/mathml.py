"""LaTeX as MathML for a page that needs no network: whatever is written is shown.

Every token has a place, so nothing is lost: what is not known is shown as it is typed. The text
of a formula never becomes markup: each character is escaped on its way out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape

from symdl.report.mathml_signs import ACCENTS, BIG, FONTS, FUNCTIONS, SIGNS, in_font

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\d+(?:\.\d+)?|[^\S\n]*\n\s*|\s+|.", re.DOTALL)
DEEPEST = 60
_SPACES = {
    "\\,": 0.17,
    "\\:": 0.22,
    "\\;": 0.28,
    "\\!": -0.17,
    "\\quad": 1,
    "\\qquad": 2,
    "\\ ": 0.3,
}
_IGNORED = frozenset(
    {"\\displaystyle", "\\textstyle", "\\limits", "\\nolimits", "\\nonumber", "\\notag"}
)
_SIZES = re.compile(r"\\(?:left|right|middle|[bB]igg?[lrm]?)$")
_TEXT = frozenset(
    {"\\text", "\\mathrm", "\\operatorname", "\\textrm", "\\mbox", "\\textbf", "\\textit"}
)
_MATRICES = {
    "matrix": ("", ""),
    "pmatrix": ("(", ")"),
    "bmatrix": ("[", "]"),
    "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"),
    "Bmatrix": ("{", "}"),
    "cases": ("{", ""),
    "smallmatrix": ("", ""),
    "array": ("", ""),
}


def mathml(latex: str, display: bool = False) -> str:
    """The formula as one <math> element.

    >>> mathml("x^2")
    '<math><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    """
    tokens = [t for t in _TOKEN.findall(latex) if t.strip() or t == "\\ "]
    reader = _Reader(tokens)
    rows = reader.rows("")
    style = ' display="block"' if display else ""
    return f"<math{style}>{_table(rows, 'aligned') if _is_table(rows) else _row(rows[0][0])}</math>"


Cells = list[list[list[str]]]
"""Rows of cells of elements."""


class _Reader:
    """Goes over the tokens; `depth` bounds the nesting."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def rows(self, end: str) -> Cells:
        """Rows and cells up to an `\\end`, a brace or the end of the text."""
        rows: Cells = [[[]]]
        while self.at < len(self.tokens):
            token = self.peek()
            if token == "\\end" or (token == "}" and end == "}"):
                break
            if token == "&":
                self.take()
                rows[-1].append([])
            elif token in ("\\\\", "\\cr"):
                self.take()
                if self.peek() == "[":
                    self.raw("]")
                rows.append([[]])
            else:
                self.element(rows[-1][-1])
        if len(rows) > 1 and rows[-1] == [[]]:
            rows.pop()
        return rows

    def element(self, into: list[str]) -> None:
        """The next element with its scripts, put behind the others."""
        token = self.peek()
        if token in ("^", "_"):
            base = into.pop() if into else "<mrow></mrow>"
            into.append(self.scripts(base))
            return
        made = self.atom()
        if made:
            into.append(made)

    def scripts(self, base: str) -> str:
        found: dict[str, str] = {}
        while self.peek() in ("^", "_") and self.peek() not in found:
            sign = self.take()
            found[sign] = self.argument()
        big = 'movablelimits="true"' in base or 'class="big"' in base
        names = ("munder", "mover", "munderover") if big else ("msub", "msup", "msubsup")
        if len(found) == 2:
            return f"<{names[2]}>{base}{found['_']}{found['^']}</{names[2]}>"
        name = names[0] if "_" in found else names[1]
        return f"<{name}>{base}{next(iter(found.values()))}</{name}>"

    def argument(self) -> str:
        """A group or one atom."""
        if self.peek() == "{":
            return self.group()
        return self.atom() or "<mrow></mrow>"

    def group(self) -> str:
        self.take()
        self.depth += 1
        if self.depth > DEEPEST:
            shown = f"<mtext>{escape(''.join(self.tokens[self.at :]))}</mtext>"
            self.at = len(self.tokens)
            return shown
        rows = self.rows("}")
        self.depth -= 1
        if self.peek() == "}":
            self.take()
        return _table(rows, "aligned") if _is_table(rows) else _row(rows[0][0])

    def raw(self, end: str) -> str:
        """The text up to a closing sign, which is taken too."""
        self.take()
        parts = []
        depth = 1
        while self.at < len(self.tokens):
            token = self.take()
            depth += (token == "{") - (token == "}" and end == "}")
            if token == end and (end != "}" or depth == 0):
                break
            parts.append(token)
        return " ".join(parts) if end == "]" else "".join(parts)

    def atom(self) -> str:
        token = self.take()
        if token == "{":
            self.at -= 1
            return self.group()
        if not token.startswith("\\"):
            return _plain(token)
        if token in _SPACES:
            return f'<mspace width="{_SPACES[token]}em"/>'
        if token in _IGNORED or token == "}":
            return ""
        if _SIZES.match(token):
            bracket = self.take()
            shown = SIGNS.get(bracket, bracket.lstrip("\\"))
            return "" if bracket == "." else f'<mo stretchy="true">{escape(shown)}</mo>'
        return self.command(token)

    def command(self, token: str) -> str:
        rule = _RULES.get(token.rstrip("*"))
        if rule is not None:
            return rule(self)
        if token in _TEXT or token.rstrip("*") in _TEXT:
            return self.words()
        if token in FONTS:
            return self.lettered(FONTS[token])
        if token in ACCENTS:
            sign = escape(ACCENTS[token])
            return f'<mover accent="true">{self.argument()}<mo>{sign}</mo></mover>'
        if token in BIG:
            return f'<mo movablelimits="true">{BIG[token]}</mo>'
        if token in FUNCTIONS:
            kind = ' class="big"' if token in ("\\lim", "\\max", "\\min", "\\sup", "\\inf") else ""
            return f"<mi{kind}>{token[1:]}</mi>"
        if token not in SIGNS:
            return f"<mtext>{escape(token)}</mtext>"
        sign = SIGNS[token]
        name = "mi" if sign.isalpha() or sign in "∞∂∇∅" else "mo"
        return f"<{name}>{escape(sign)}</{name}>"

    def lettered(self, font: int) -> str:
        """Letters in a font; anything else in braces stays as it is."""
        behind = self.tokens[self.at + 1 : self.at + 3]
        if self.peek() == "{" and len(behind) == 2 and behind[1] == "}" and behind[0].isalnum():
            return f"<mi>{escape(in_font(self.raw('}'), font))}</mi>"
        if self.peek().isalpha():
            return f"<mi>{escape(in_font(self.take(), font))}</mi>"
        return self.argument()

    def words(self) -> str:
        if self.peek() != "{":
            return f"<mtext>{escape(self.take())}</mtext>"
        return f"<mtext>{escape(self.raw('}').replace('~', ' '))}</mtext>"

    def fraction(self) -> str:
        return f"<mfrac>{self.argument()}{self.argument()}</mfrac>"

    def binomial(self) -> str:
        inside = f'<mfrac linethickness="0">{self.argument()}{self.argument()}</mfrac>'
        return f"<mrow><mo>(</mo>{inside}<mo>)</mo></mrow>"

    def root(self) -> str:
        if self.peek() == "[":
            degree = escape(self.raw("]"))
            return f"<mroot>{self.argument()}<mn>{degree}</mn></mroot>"
        return f"<msqrt>{self.argument()}</msqrt>"

    def hidden(self) -> str:
        """A label, a number, a reference: no mathematics."""
        if self.peek() == "{":
            self.raw("}")
        return ""

    def below(self) -> str:
        """`\\underbrace{a}_{b}` and its like keep what is above or below."""
        return f'<mrow class="big">{self.argument()}</mrow>'

    def begin(self) -> str:
        name = self.raw("}").rstrip("*") if self.peek() == "{" else ""
        if name in ("array", "alignedat", "alignat") and self.peek() == "{":
            self.raw("}")
        self.depth += 1
        rows = self.rows("\\end") if self.depth <= DEEPEST else [[[]]]
        self.depth -= 1
        if self.peek() == "\\end":
            self.take()
            if self.peek() == "{":
                self.raw("}")
        return _table(rows, name)


_RULES: dict[str, Callable[[_Reader], str]] = {
    "\\frac": _Reader.fraction,
    "\\dfrac": _Reader.fraction,
    "\\tfrac": _Reader.fraction,
    "\\binom": _Reader.binomial,
    "\\sqrt": _Reader.root,
    "\\begin": _Reader.begin,
    "\\label": _Reader.hidden,
    "\\tag": _Reader.hidden,
    "\\eqref": _Reader.hidden,
    "\\underbrace": _Reader.below,
    "\\overbrace": _Reader.below,
    "\\boxed": _Reader.argument,
}


def _plain(token: str) -> str:
    if not token:
        return ""
    if token[0].isdigit():
        return f"<mn>{token}</mn>"
    if token == "-":
        return "<mo>−</mo>"
    if token == "'":
        return "<mo>′</mo>"
    if token.isalpha():
        return f"<mi>{escape(token)}</mi>"
    if token in "()[]|":  # only `\\left` makes them grow
        return f'<mo stretchy="false">{token}</mo>'
    return "<mo>~</mo>" if token == "~" else f"<mo>{escape(token)}</mo>"


def _row(elements: list[str]) -> str:
    return f"<mrow>{''.join(elements)}</mrow>"


def _is_table(rows: Cells) -> bool:
    return len(rows) > 1 or len(rows[0]) > 1


def _table(rows: Cells, name: str) -> str:
    left, right = _MATRICES.get(name, ("", ""))
    aligned = name not in _MATRICES
    body = "".join(f"<mtr>{''.join(_cells(row, aligned))}</mtr>" for row in rows)
    style = ' class="aligned"' if aligned else ' class="cases"' if name == "cases" else ""
    table = f"<mtable{style}>{body}</mtable>"
    opening = f'<mo stretchy="true">{left}</mo>' if left else ""
    closing = f'<mo stretchy="true">{right}</mo>' if right else ""
    return f"<mrow>{opening}{table}{closing}</mrow>"


def _cells(row: list[list[str]], aligned: bool) -> Iterator[str]:
    for place, cell in enumerate(row):
        side = f' class="{"right" if place % 2 == 0 else "left"}"' if aligned else ""
        yield f"<mtd{side}>{_row(cell)}</mtd>"
