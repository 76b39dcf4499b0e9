"""Words in a formula: conditions, what joins statements, mathematics between dollars, settings."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from symdl.latex import macros as m
from symdl.latex import words
from symdl.latex.nesting import Nesting
from symdl.latex.qualities import asked

# Mathematics typed as text: `\\text{if x > 0}`; every run of letters is one letter.
_PLAIN_CONDITION = re.compile(
    r"\s*(?:if|for|when|where)\s(?=[^<>=]*[<>=])(?:\s|[A-Za-z](?![A-Za-z])|[0-9.,<>=+()*/|-])*"
)
# Settings of a program: `\\text{`mean';}`, `\\texttt{nesterov = False}`, `\\text{if eps is None}`.
_QUOTED = re.compile(r"\s*[`'\"]+([A-Za-z_]\w*)['\"]+\s*[,;.]*\s*")
_SETTING = re.compile(
    r"\s*((?:if|when)\s+)?([A-Za-z_]\w*)\s*(?:==?|\bis)\s*"
    r"(?:(True|False|None)|[`'\"]+([A-Za-z_]\w*)['\"]+)\s*[,;.]*\s*"
)
_SETTING_NAME = re.compile(r"\s*(?:if|when)\s+([A-Za-z_]\w*)\s*")
_EQUALS_QUOTE = re.compile(r"\s*&?\s*=\s*&?\s*\\(?:text[a-z]*|mathrm)\s*\{\s*[`'\"]")
_SPACE = re.compile(r"(?:\s|~|\\[ ,;:!])+")
_LINE_STARTS = frozenset({m.BEGIN, m.ROW, m.AMP, m.SEP, m.QUAD, m.STOP})


class Wording(Nesting, ABC):
    """Reads words, with the mathematics in them."""

    @abstractmethod
    def scan(self, start: int, end: int) -> None:
        """Append the tokens of `source.text[start:end]`."""

    @abstractmethod
    def handle(self, kind: str, text: str, start: int, end: int) -> None:
        """Append a token of the table whose neighbours matter."""

    def text(self, content: str, at: int, start: int, end: int) -> None:
        """Words, with mathematics between dollars: `\\text{if $x > 0$}`."""
        if "$" not in content.replace("\\$", ""):
            self.word(content, at, start, end)
            return
        inside = False
        for part in content.split("$"):
            stop = at + len(part)
            if inside:
                self.scan(at, stop)
            elif part.strip():
                self.word(part, at, at, stop)
            at = stop + 1
            inside = not inside

    def word(self, content: str, at: int, start: int, end: int) -> None:
        """Words as one token; the punctuation around a condition word stands by itself."""
        text = _SPACE.sub(" ", content).replace("\\_", "_").strip()
        if text and self.setting(text, start, end):
            return
        text = re.sub(r"\\([%&#$-])", r"\1", text)
        core = text.strip(" ,;.:")
        lowered = core.lower()
        if lowered == "then" and self.premise_ends():
            self.out.add(m.REL, "=>", start, end)
            return
        if lowered in words.CONDITION_WORDS:
            self.beside_marks(m.COND, words.CONDITION_WORDS[lowered], content.strip(), start, end)
        elif lowered == "mod":
            self.handle(m.LINK, r"\bmod", start, end)
        elif lowered in words.RELATION_WORDS:
            self.beside_marks(m.REL, words.RELATION_WORDS[lowered], content.strip(), start, end)
        elif _PLAIN_CONDITION.fullmatch(content):
            cut = len(content) - len(content.lstrip()) + len(core.split()[0])
            self.out.add(m.COND, words.CONDITION_WORDS[lowered.split()[0]], start, at + cut)
            self.scan(at + cut, at + len(content))
        elif (condition := asked(core)) is not None:
            self.out.add(m.COND, words.CONDITION_WORDS[condition[0]], start, start)
            self.out.add(m.WORD, condition[1], start, end)
        elif not core:
            for mark in text.replace(" ", ""):
                self.out.add(m.STOP if mark == "." else m.SEP, mark, start, end)
        else:
            self.out.add(m.WORD, text, start, end)

    def beside_marks(self, kind: str, text: str, stripped: str, start: int, end: int) -> None:
        """A token for words; the punctuation on both sides of them stands by itself."""
        if stripped[0] in ",;:" and self.out.kinds and self.out.kinds[-1] not in _LINE_STARTS:
            self.out.add(m.SEP, stripped[0], start, start)
        self.out.add(kind, text, start, end)
        if stripped[-1] in ",;.":
            self.out.add(m.STOP if stripped[-1] == "." else m.SEP, stripped[-1], end, end)

    def premise_ends(self) -> bool:
        r"""Whether a line began with `\text{if}`, so that `\text{then}` is an arrow; the `if`, and
        what separates the premise from the `then`, are dropped."""
        out = self.out
        first = next((i + 1 for i in reversed(range(len(out.kinds))) if out.kinds[i] == m.ROW), 0)
        if first >= len(out.kinds) or (out.kinds[first], out.texts[first]) != (m.COND, "if"):
            return False
        while out.kinds[-1] in (m.SEP, m.QUAD):
            out.drop()
        out.drop(first)
        return first < len(out.kinds)

    def setting(self, text: str, start: int, end: int) -> bool:
        """Whether the words name a setting or its value, whose tokens are then added."""
        quoted = _QUOTED.fullmatch(text)
        if quoted:
            self.out.add(m.WORD, f"'{quoted[1]}'", start, end)
            return True
        whole = _SETTING.fullmatch(text)
        if whole:
            if whole[1]:
                self.out.add(m.COND, "if", start, end)
            self.out.add(m.WORD, whole[2], start, end)
            self.out.add(m.REL, "=", start, end)
            self.out.add(m.WORD, f"'{whole[3] or whole[4]}'", start, end)
            return True
        name = _SETTING_NAME.fullmatch(text)
        if name is None or not _EQUALS_QUOTE.match(self.source.text, end):
            return False
        self.out.add(m.COND, "if", start, end)
        self.out.add(m.WORD, name[1], start, end)
        return True
