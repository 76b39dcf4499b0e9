r"""What the lexer keeps of the tokens before: open brackets, rows, alignment marks."""

from __future__ import annotations

import re
from difflib import get_close_matches

from symdl.document.errors import ReadError
from symdl.document.source import Source, Span
from symdl.latex import macros as m
from symdl.latex.table import TOKENS
from symdl.latex.tokens import NESTING_LIMIT, SPLIT, Tokens

_OPERAND_ENDS = frozenset(
    {m.NUM, m.NAME, m.WORD, m.RBRACE, m.CLOSE, m.RIGHT, m.PRIME, m.POST, m.DOTS, m.WRAP}
)
OPERATORS = frozenset({m.SIGN, m.LINK, m.REL})
_BRACKETS = frozenset({m.LBRACE, m.SUB, m.OPEN, m.LEFT})


_TAKES_ARGUMENT = frozenset(
    {
        m.SUB,
        m.SUP,
        m.FRAC,
        m.SQRT,
        m.ACCENT,
        m.FONT,
        m.BINOM,
        m.STACK,
        m.MATHOP,
        m.WRAP,
        m.FUNC,
        m.BIG,
    }
)
_SCRIPT_FOLLOWS = re.compile(r"\s*[_^']")
_OPEN_SUM = re.compile(
    r"\\(?:sum|prod|max|min|int)(?:\\limits)?"
    r"(?:\s*[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|[A-Za-z0-9]))*\s*\Z"
)
"""A big operator at the end of a row: what it runs over stands in the next one."""
_LONGEST_LIMITS = 200


class Nesting:
    """Tokens so far, and what is open at their end."""

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

    # Brackets --------------------------------------------------------------------------------

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
        elif stack and stack[-1][0] == _kind_of_opener(kind):
            stack.pop()

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

    def empty_braces(self, end: int) -> bool:
        """Take `{}` away where it only makes space, not where it is an argument or a base."""
        before = self.out.kinds[-2] if len(self.out.kinds) > 1 else ""
        if before in _TAKES_ARGUMENT or _SCRIPT_FOLLOWS.match(self.source.text, end):
            return False
        self.out.drop()
        return True

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
        if not stack or stack[-1][0] in (m.LBRACE, m.SUB) or (self.implied and len(stack) == 1):
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

    # Rows and alignment marks ------------------------------------------------------------

    def align(self, start: int, end: int) -> None:
        """An `&`: cells in a matrix; in an aligned system every second one parts equations."""
        name = next((n for n, _ in reversed(self.stack) if n not in _BRACKETS), "")
        if not name:
            name = self.imply_aligned(start, end)
        if name in m.ENVIRONMENTS_ALIGNED:
            if self.out.kinds[-1] in OPERATORS:
                return
            self.columns[-1] += 1
            if self.columns[-1] % 2 == 0:
                self.out.add(m.QUAD, "&", start, end)
        elif name != "array" or self.out.kinds[-1] != m.REL:
            self.out.add(m.AMP, "&", start, end)

    def imply_aligned(self, start: int, end: int) -> str:
        """An `&` beside a relation or at the begin of a line, outside of any environment: the
        input is the content of an aligned system."""
        kinds = self.out.kinds
        before = kinds[-1] if kinds else m.ROW
        behind = SPLIT.match(self.source.text[end : end + 50].lstrip(" \t\n{}"))
        follows = TOKENS.get(behind[0], ("", ""))[0] if behind else ""
        if before not in (m.REL, m.ROW) and follows not in (m.REL, m.SIGN):
            raise self.fail(
                "& outside of an environment",
                start,
                end,
                r"put the lines in \begin{aligned} .. \end{aligned}",
            )
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
            if out.kinds[-1] in OPERATORS or _OPEN_SUM.search(
                self.source.text, max(0, start - _LONGEST_LIMITS), start
            ):
                return
            self.row_break = len(out.kinds)
        out.add(m.ROW, "\\\\", start, end)

    def continue_row(self) -> None:
        """Undo the row break before a sign or link: `a &= b \\\\ &\\quad + c` is one line."""
        out, at = self.out, self.row_break
        if at < 0 or any(kind != m.QUAD for kind in out.kinds[at + 1 :]):
            return
        self.row_break = -1
        name = next((n for n, _ in reversed(self.stack) if n not in _BRACKETS), "")
        if name.startswith("multline") or (self.columns and self.columns[-1] > 0):
            del out.kinds[at:], out.texts[at:], out.starts[at:], out.ends[at:]

    def drop_spaces(self) -> None:
        r"""Forget a `\quad` before an operator: `a \quad + b` is one statement."""
        while self.out.kinds and self.out.kinds[-1] == m.QUAD:
            self.out.drop()

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


def _kind_of_opener(kind: str) -> str:
    """The kind of token that a closing one belongs to."""
    return m.OPEN if kind == m.CLOSE else m.LEFT
