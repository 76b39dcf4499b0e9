"""From characters to tokens: one compiled expression splits, one table says what each is.

Tokens are four parallel lists (kind, text, start, end): cheap to make and to look at. What
depends on a token's neighbours and can be seen without a tree is decided here: thousands
separators, alignment marks, raw text, the nesting limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches

from symdl.document.errors import ReadError
from symdl.document.source import Source, Span
from symdl.latex import macros as m
from symdl.latex.macros import TOKENS

NESTING_LIMIT = 200
DIGIT_LIMIT = 4000
LONG_INPUT = 5000

_TEXT = "|".join(re.escape(f) for f in sorted(m.TEXT_FONTS.split(), key=len, reverse=True))
_WORD = "|".join(re.escape(f) for f in sorted(m.WORD_FONTS.split(), key=len, reverse=True))
_DIGITS = (
    r"\d{1,3}(?:\{,\}\d{3})+(?!\d)(?:\.\d+)?"  # 200{,}000
    r"|\d{1,3}(?:\\,\d{3})+(?!\d)(?:\.\d+)?"  # 200\,000
    r"|[1-9]\d{0,2}(?:,\d{3})+(?!\d|,\d)(?:\.\d+)?"  # 200,000
    r"|(?:\d+\.(?:\d{3}\\,)+\d{1,3}|\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+(?![\d.]))?"
)
_SPLIT = re.compile(
    r"\s+"
    rf"|{_DIGITS}"
    r"|[A-Za-z]\d+(?!\.\d)"
    rf"|\\(?:{_TEXT})\s*\{{(?:[^{{}}$\\]|\\[^A-Za-z]|\$[^$]*\$)*\}}"
    rf"|\\(?:{_WORD})\s*\{{(?:[^{{}}$\\]|\\[^A-Za-z])*\}}"
    r"|\\begin\s*\{(?:array|tabular|subarray|alignat\*?|alignedat)\}(?:\s*\[[tbc]\])?"
    r"\s*\{(?:[^{}]|\{[^{}]*\})*\}"
    r"|\\begin\s*\{[A-Za-z]+\*?\}(?:\s*\[[tbc]\])?|\\end\s*\{[A-Za-z]+\*?\}"
    r"|\\(?:left|right|middle|mleft|mright|[bB]igg?[lrm]?)(?![A-Za-z])\s*"
    r"(?:\\[A-Za-z]+|\\.|[^\s\\{}])"
    r"|\\(?:stackrel|overset|underset)\s*\{(?:[^{}]|\{[^{}]*\})*\}\s*"
    r"\{\s*(?:[=<>]|:=|\\[A-Za-z]+)\s*\}"
    r"|\\rule\s*\{[^{}]*\}\s*\{[^{}]*\}"
    r"|\\(?:[hv]space|[hv]?phantom|(?:text)?color|label|tag|cline|colorbox)\*?"
    r"\s*\{(?:[^{}]|\{[^{}]*\})*\}"
    r"|\\\\\*?(?:\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|px|mu|sp|pc)\s*\])?"
    r"|\\[A-Za-z]+|\\.|%[^\n]*|'+|\.\.\.|:=|!=|<=|>=|==|=:|.",
    re.DOTALL,
)
_MARKED = re.compile(r"\\(stackrel|overset|underset)\s*\{(.*)\}\s*\{\s*(.*?)\s*\}", re.DOTALL)
_LABEL = re.compile(r"\s*(?:\\text[a-z]*\s*\{)?\s*\(?[a-zA-Z0-9*]{1,4}\)\s*\}?\s*|\s*!\s*|\s*\?\s*")
_RAW = re.compile(r"\\([A-Za-z]+\*?)(?:\s*\{(.*)\})?", re.DOTALL)
_WORD_LIKE = re.compile(
    r"\s*[A-Za-z](?:[A-Za-z0-9.':-]|\s|\\[ ,;_!-]|_(?=[A-Za-z0-9]{2}))*\s*", re.DOTALL
)
_AFTER_ITEM = re.compile(r"\s*(?:[,;)\]]|\\\}|\\[mb]?(?:right|ig)|\\rbrace)")
_SAME_AGAIN = re.compile(r"(\\[A-Za-z]+|[^A-Za-z0-9\s\\])\s*(?:\1\s*){200}")
_DANGLING = re.compile(r"(?<![\^_\\])([+\-*/=<>^_])\s*\Z")
_SPACE = re.compile(r"(?:\s|\\[ ,;:!])+")
_INVISIBLE = frozenset({"hspace", "vspace", "hspace*", "vspace*", "phantom", "hphantom"}) | {
    "vphantom",
    "color",
    "textcolor",
    "rule",
    "cline",
    "colorbox",
}


@dataclass(slots=True)
class Tokens:
    """The tokens of a source, as parallel lists that end with one of kind `EOF`."""

    source: Source
    kinds: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    bars: int = 0
    depth: int = 0

    def add(self, kind: str, text: str, start: int, end: int) -> None:
        """Append one token."""
        self.kinds.append(kind)
        self.texts.append(text)
        self.starts.append(start)
        self.ends.append(end)


def tokenize(source: Source) -> Tokens:
    """The tokens of `source`; raises ReadError for what is no LaTeX mathematics."""
    start, end = _unwrap(source.text)
    if end - start > LONG_INPUT:
        _refuse_hopeless(source, start, end)
    lexer = _Lexer(source)
    lexer.start = start
    lexer.scan(start, end)
    lexer.finish(end)
    return lexer.out


def _unwrap(text: str) -> tuple[int, int]:
    r"""Bounds of the mathematics: without `$..$`, `$$..$$`, `\[..\]`, `\(..\)` around it."""
    start, end = 0, len(text)
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    for before, behind in (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)")):
        size = len(before)
        inside = start + size, end - size
        wrapped = text.startswith(before, start) and text.endswith(behind, inside[0], end)
        if inside[0] <= inside[1] and wrapped and text[inside[1] - 1] != "\\":
            return inside
    return start, end


def _refuse_hopeless(source: Source, start: int, end: int) -> None:
    """Refuse a long input at once when its end or a senseless run shows that it cannot be read."""
    dangling = _DANGLING.search(source.text, max(start, end - 50), end)
    if dangling:
        span = Span(source, dangling.start(1), dangling.end(1))
        raise ReadError(f"nothing follows the last {dangling[1]}", span, "an operand is missing")
    again = _SAME_AGAIN.search(source.text, start, end)
    if again:
        span = Span(source, again.start(), min(again.end(), again.start() + 20))
        raise ReadError(f"{again[1]} stands more than 200 times in a row", span)


class _Lexer:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.out = Tokens(source)
        # Open brackets and environments: (kind or environment name, index of the token).
        self.stack: list[tuple[str, int]] = []
        self.columns: list[int] = []  # alignment marks since the row began, per aligned environment
        self.start = 0
        self.implied = False  # whether an aligned system is read without its \\begin
        self.row_break = -1  # index of a row break of an aligned environment that may be undone

    def fail(self, message: str, start: int, end: int, hint: str = "") -> ReadError:
        return ReadError(message, Span(self.source, start, end), hint)

    def scan(self, start: int, end: int) -> None:
        """Append the tokens of `source.text[start:end]`."""
        out = self.out
        kinds, texts, starts, ends = out.kinds, out.texts, out.starts, out.ends
        table = TOKENS.get
        for piece in _SPLIT.findall(self.source.text, start, end):
            stop = start + len(piece)
            entry = table(piece)
            if entry is None:
                self.special(piece, start, stop)
            else:
                kind, text = entry
                if kind in _HANDLED:
                    self.handle(kind, text, start, stop)
                else:
                    kinds.append(kind)
                    texts.append(text)
                    starts.append(start)
                    ends.append(stop)
            start = stop

    def handle(self, kind: str, text: str, start: int, end: int) -> None:
        """A token of the table whose neighbours matter."""
        if kind == m.SKIP:
            return
        kinds = self.out.kinds
        previous = kinds[-1] if kinds else ""
        if previous == m.SUP and kind in _SUPERSCRIPT_MARKS and text != "/":
            self.out.add(m.NAME, text, start, end)
        elif kind in (m.LBRACE, m.OPEN, m.LEFT):
            self.push(m.SUB if kind == m.LBRACE and previous == m.SUB else kind, start, end)
            self.out.add(kind, text, start, end)
        elif kind in (m.RBRACE, m.CLOSE, m.RIGHT):
            self.pop(kind, start, end)
            if previous in _OPERATORS and kind == m.RBRACE and self.unbrace():
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
            self.continue_row(start)
            self.drop_spaces()
            self.out.add(kind, text, start, end)
        elif kind == m.REL:
            self.relation(text, start, end)
        else:
            self.out.add(kind, text, start, end)

    def relation(self, text: str, start: int, end: int) -> None:
        """A relation: alignment marks and spaces beside it mean nothing, `: =` is one."""
        out = self.out
        self.drop_spaces()
        previous = out.kinds[-1] if out.kinds else ""
        if previous == m.AMP and self.stack and self.stack[-1][0] == "array":
            self.drop_last()
        elif previous == m.SEP and text == "=" and out.texts[-1] == ":":
            start, text = out.starts[-1], ":="
            self.drop_last()
        out.add(m.REL, text, start, end)

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
        elif _LABEL.fullmatch(mark):
            self.out.labels.append(mark.strip())
            self.relation(entry[1], start, end)
        else:
            raise self.fail(f"the mark {mark} changes the relation in an unknown way", start, end)

    def drop_spaces(self) -> None:
        r"""Forget a `\quad` before an operator: `a \quad + b` is one statement."""
        while self.out.kinds and self.out.kinds[-1] == m.QUAD:
            self.drop_last()

    def unbrace(self) -> bool:
        """Take off the brace before a lone operator: `a {=} b`. As a script it is a mark."""
        out = self.out
        if len(out.kinds) < 3 or out.kinds[-2] != m.LBRACE or out.kinds[-3] not in _OPERAND_ENDS:
            return False
        for column in (out.kinds, out.texts, out.starts, out.ends):
            del column[-2]
        if out.kinds[-2] == m.WRAP:
            for column in (out.kinds, out.texts, out.starts, out.ends):
                del column[-2]
        return True

    def drop_last(self) -> None:
        out = self.out
        del out.kinds[-1], out.texts[-1], out.starts[-1], out.ends[-1]

    # Brackets ------------------------------------------------------------------------------

    def push(self, kind: str, start: int, end: int) -> None:
        self.stack.append((kind, len(self.out.kinds)))
        if len(self.stack) > self.out.depth:
            self.out.depth = len(self.stack)
            if self.out.depth > NESTING_LIMIT:
                raise self.fail(f"brackets are nested more than {NESTING_LIMIT} deep", start, end)

    def pop(self, kind: str, start: int, end: int) -> None:
        """Forget the bracket that this one closes; only braces must match here already."""
        stack = self.stack
        if kind == m.RBRACE:
            while stack and stack[-1][0] in (m.OPEN, m.LEFT):
                stack.pop()
            if not stack or stack[-1][0] not in (m.LBRACE, m.SUB):
                raise self.fail("} without a { before it", start, end, r"a set is written \{..\}")
            stack.pop()
        elif stack and stack[-1][0] == kind_of_opener(kind):
            stack.pop()

    def environment(self, piece: str, start: int, end: int) -> None:
        name = piece[piece.index("{") + 1 : piece.index("}")]
        if piece.startswith("\\begin"):
            if name not in m.ENVIRONMENTS:
                known = get_close_matches(name, sorted(m.ENVIRONMENTS), 1)
                hint = f"did you mean {known[0]}?" if known else ""
                raise self.fail(f"unknown environment {name}", start, end, hint)
            self.push(name, start, end)
            self.columns.append(0)
            self.out.add(m.BEGIN, name, start, end)
            return
        stack = self.stack
        while stack and stack[-1][0] in (m.OPEN, m.LEFT):
            stack.pop()
        if not stack or stack[-1][0] in (m.LBRACE, m.SUB):
            raise self.fail(f"\\end{{{name}}} without \\begin{{{name}}}", start, end)
        if stack[-1][0] != name:
            opened = stack[-1][0]
            raise self.fail(
                f"\\begin{{{opened}}} is ended by \\end{{{name}}}",
                start,
                end,
                f"write \\end{{{opened}}}",
            )
        stack.pop()
        self.columns.pop()
        self.out.add(m.ENDENV, name, start, end)

    # Rows and alignment marks --------------------------------------------------------------

    def align(self, start: int, end: int) -> None:
        """An `&`: cells in a matrix; in an aligned system every second one parts equations."""
        name = next((n for n, _ in reversed(self.stack) if n not in _BRACKETS), "")
        if not name:
            name = self.imply_aligned()
        if name in m.ENVIRONMENTS_ALIGNED:
            if self.out.kinds[-1] in _OPERATORS:
                return
            self.columns[-1] += 1
            if self.columns[-1] % 2 == 0:
                self.out.add(m.QUAD, "&", start, end)
        elif name != "array" or self.out.kinds[-1] != m.REL:
            self.out.add(m.AMP, "&", start, end)

    def imply_aligned(self) -> str:
        """An `&` outside of any environment: the input is the content of an aligned system."""
        out = self.out
        for column, value in zip((out.kinds, out.texts), (m.BEGIN, "aligned"), strict=True):
            column.insert(0, value)
        out.starts.insert(0, self.start)
        out.ends.insert(0, self.start)
        self.stack = [("aligned", 0), *((kind, at + 1) for kind, at in self.stack)]
        self.columns.insert(0, 0)
        self.implied = True
        return "aligned"

    def row(self, start: int, end: int) -> None:
        """A `\\\\`; in an aligned system a line that ends with an operator goes on."""
        out = self.out
        name = next((n for n, _ in reversed(self.stack) if n not in _BRACKETS), "")
        if name in m.ENVIRONMENTS_ALIGNED:
            self.columns[-1] = 0
            if out.kinds[-1] in _OPERATORS:
                return
            self.row_break = len(out.kinds)
        out.add(m.ROW, "\\\\", start, end)

    def continue_row(self, start: int) -> None:
        """Undo the row break before a sign or link: `a &= b \\\\ &\\quad + c` is one line."""
        out, at = self.out, self.row_break
        if at < 0 or any(kind != m.QUAD for kind in out.kinds[at + 1 :]):
            return
        self.row_break = -1
        name = next((n for n, _ in reversed(self.stack) if n not in _BRACKETS), "")
        if name.startswith("multline") or (self.columns and self.columns[-1] > 0):
            del out.kinds[at:], out.texts[at:], out.starts[at:], out.ends[at:]

    # What stands in no table ---------------------------------------------------------------

    def special(self, piece: str, start: int, end: int) -> None:
        first = piece[0]
        if first.isspace() or first == "%":
            return
        if first.isdigit() or (first == "." and len(piece) > 1 and piece[1].isdigit()):
            self.number(piece, start, end)
        elif first == "\\":
            self.macro(piece, start, end)
        elif first == "'":
            self.out.add(m.PRIME, piece, start, end)
        elif first.isascii() and first.isalpha():
            self.out.add(m.NAME, piece, start, end)
        elif first in m.UNICODE_SCRIPTS:
            self.unicode_script(piece, start, end)
        elif first in m.UNICODE_BOARD:
            self.board(m.UNICODE_BOARD[first], start, end)
        elif first == "$":
            raise self.fail("$ inside the mathematics", start, end, r"a currency sign is \$")
        else:
            raise self.fail(f"unknown character {piece!r}", start, end)

    def board(self, letter: str, start: int, end: int) -> None:
        self.out.add(m.FONT, "\\mathbb", start, start)
        self.out.add(m.NAME, letter, start, end)

    def number(self, piece: str, start: int, end: int) -> None:
        out = self.out
        if not piece.isascii():
            raise self.fail("digits other than 0-9", start, end)
        if "," in piece or "\\" in piece:
            if "," in piece and "{" not in piece and "\\" not in piece and self.is_list(start, end):
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
        if out.kinds and out.kinds[-1] == m.NUM:
            raise self.fail(
                "two numbers side by side",
                out.starts[-1],
                end,
                r"write \times between them, or the digits without a space",
            )
        out.add(m.NUM, piece, start, end)

    def is_list(self, start: int, end: int) -> bool:
        """Whether `1,200` is two numbers: a subscript, or items of a bracketed list."""
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
        kind, text = m.UNICODE_SCRIPTS[piece]
        # Characters that follow each other make one script: `⁻¹`.
        if out.texts and out.texts[-1] == kind + "unicode" and out.ends[-1] == start:
            self.drop_last()
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

    def macro(self, piece: str, start: int, end: int) -> None:
        if piece.startswith("\\\\"):
            self.row(start, end)
            return
        if piece in m.BOARD_MACROS:
            self.board(m.BOARD_MACROS[piece], start, end)
            return
        match = _RAW.fullmatch(piece)
        name = match[1] if match else ""
        if name in ("begin", "end") and "{" in piece:
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

    def unknown(self, piece: str, start: int, end: int) -> ReadError:
        if re.match(r"\\(?:m?left|m?right|middle|[bB]igg?[lrm]?)", piece):
            hint = rf"the braces of a set are {piece}\{{ and \}}" if piece[1:].isalpha() else ""
            return self.fail(f"{piece} has no delimiter that can be read", start, end, hint)
        if piece in (r"\[", r"\]", r"\(", r"\)"):
            return self.fail(f"{piece} inside the mathematics", start, end)
        near = get_close_matches(piece, [t for t in TOKENS if t[1:].isalpha()], 1, 0.6)
        hint = f"did you mean {near[0]}?" if near else ""
        return self.fail(f"unknown macro {piece}", start, end, hint)

    # Macros with raw text ------------------------------------------------------------------

    def with_argument(self, name: str, match: re.Match[str], start: int, end: int) -> None:
        content = match[2]
        at = start + match.start(2)
        if name in ("tag", "tag*", "label"):
            self.out.labels.append(content)
        elif name in _INVISIBLE:
            return
        elif name in _TEXT_FONTS:
            self.text(name, content, at, start, end)
        elif _WORD_LIKE.fullmatch(content):
            self.word(name, content, start, end)
        else:
            self.out.add(m.FONT, "\\" + name, start, start + 1 + len(name))
            self.push(m.LBRACE, start, end)
            self.out.add(m.LBRACE, "{", at - 1, at)
            self.scan(at, at + len(content))
            self.pop(m.RBRACE, end - 1, end)
            self.out.add(m.RBRACE, "}", end - 1, end)

    def text(self, name: str, content: str, at: int, start: int, end: int) -> None:
        """Words, with mathematics between dollars: `\\text{if $x > 0$}`."""
        if "$" not in content.replace("\\$", ""):
            self.word(name, content, start, end)
            return
        inside = False
        for part in content.split("$"):
            stop = at + len(part)
            if inside:
                self.scan(at, stop)
            elif part.strip():
                self.word(name, part, at, stop)
            at = stop + 1
            inside = not inside

    def word(self, name: str, content: str, start: int, end: int) -> None:
        """Words as one token; the punctuation around a condition word stands by itself."""
        text = _SPACE.sub(" ", content).replace("\\_", "_").strip()
        text = re.sub(r"\\([%&#$-])", r"\1", text)
        core = text.strip(" ,;.:")
        lowered = core.lower()
        if lowered in m.CONDITION_WORDS:
            kind, text = m.COND, m.CONDITION_WORDS[lowered]
        elif lowered in m.RELATION_WORDS:
            kind, text = m.REL, m.RELATION_WORDS[lowered]
        elif not core:
            for mark in text.replace(" ", ""):
                self.out.add(m.STOP if mark == "." else m.SEP, mark, start, end)
            return
        else:
            self.out.add(m.WORD, text, start, end)
            return
        stripped = content.strip()
        if stripped[0] in ",;:" and self.out.kinds and self.out.kinds[-1] not in _LINE_STARTS:
            self.out.add(m.SEP, stripped[0], start, start)
        self.out.add(kind, text, start, end)
        if stripped[-1] in ",;.":
            self.out.add(m.STOP if stripped[-1] == "." else m.SEP, stripped[-1], end, end)

    def finish(self, end: int) -> None:
        """Check that nothing is left open and close the list."""
        if self.implied and self.stack[0][0] == "aligned":
            del self.stack[0]
            self.out.add(m.ENDENV, "aligned", end, end)
        for kind, at in reversed(self.stack):
            if kind in (m.LBRACE, m.SUB):
                where = self.out.starts[at]
                raise self.fail("{ is never closed", where, where + 1, "add the missing }")
            if kind not in _BRACKETS:
                where = self.out.starts[at]
                raise self.fail(
                    f"\\begin{{{kind}}} is never ended",
                    where,
                    self.out.ends[at],
                    f"add \\end{{{kind}}}",
                )
        self.out.add(m.EOF, "", end, end)


def kind_of_opener(kind: str) -> str:
    """The kind of token that a closing one belongs to."""
    return m.OPEN if kind == m.CLOSE else m.LEFT


def _script_kind(text: str) -> str:
    return m.NUM if text.isdigit() else m.SIGN if text in "+-" else m.NAME


_LINE_STARTS = frozenset({m.BEGIN, m.ROW, m.AMP, m.SEP, m.QUAD, m.STOP})
_STACKING = frozenset({"stackrel", "overset", "underset"})
_TEXT_FONTS = frozenset(m.TEXT_FONTS.split())
_OPERAND_ENDS = frozenset(
    {m.NUM, m.NAME, m.WORD, m.RBRACE, m.CLOSE, m.RIGHT, m.PRIME, m.POST, m.DOTS, m.WRAP}
)
_OPERATORS = frozenset({m.SIGN, m.LINK, m.REL})
_BRACKETS = frozenset({m.LBRACE, m.SUB, m.OPEN, m.LEFT})
_SUPERSCRIPT_MARKS = frozenset({m.SIGN, m.LINK, m.REL})
_HANDLED = frozenset(
    {
        m.SKIP,
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
