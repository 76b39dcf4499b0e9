"""Every spelling with the kind and the canonical text of its token."""

from __future__ import annotations

from typing import Final

from symdl.latex import macros as m
from symdl.latex import unicode_signs as signs
from symdl.latex import words

_SINGLE = {
    "{": (m.LBRACE, "{"),
    "}": (m.RBRACE, "}"),
    "_": (m.SUB, "_"),
    "^": (m.SUP, "^"),
    "&": (m.AMP, "&"),
    ".": (m.STOP, "."),
    "?": (m.STOP, "?"),
    "√": (m.SQRT, "√"),
    "~": (m.SKIP, "~"),
    "\\ ": (m.SKIP, " "),
    "\\\n": (m.SKIP, " "),
    "\\newline": (m.ROW, "\\\\"),
    "\\$": (m.DOLLAR, "$"),
    # Spellings of formula editors.
    "\\exponentialE": (m.NAME, "e"),
    "\\imaginaryI": (m.NAME, "i"),
    "\\imaginaryJ": (m.NAME, "j"),
    "\\imaginaryunit": (m.NAME, "i"),
    "\\differentialD": (m.NAME, "d"),
    "\\lbrace": (m.OPEN, "{"),
}


def _token_table() -> dict[str, tuple[str, str]]:
    table: dict[str, tuple[str, str]] = {}

    def enter(kind: str, names: str) -> None:
        table.update({"\\" + name: (kind, "\\" + name) for name in names.split()})

    def alias(kind: str, spellings: dict[str, str]) -> None:
        table.update({spelling: (kind, text) for spelling, text in spellings.items()})

    enter(m.NAME, m.GREEK)
    enter(m.NAME, m.SYMBOLS)
    enter(m.FUNC, m.FUNCTIONS)
    alias(m.WORD, {"\\" + name: name for name in m.DECLARED_OPERATORS.split()})
    alias(
        m.BIG, {"\\" + name: name for name in (m.LIMIT_FUNCTIONS + " " + m.BIG_OPERATORS).split()}
    )
    alias(m.BIG, {"∑": "sum", "∏": "prod", "∫": "int", "∮": "oint"})
    alias(m.LINK, m.LINKS)
    alias(m.SIGN, m.SIGNS)
    for relation, spellings in m.RELATIONS.items():
        table.update(dict.fromkeys(spellings.split(), (m.REL, relation)))
    alias(m.SEP, m.SEPARATORS)
    alias(m.DOTS, m.DOTS_TEXT)
    alias(m.OPEN, m.OPENERS)
    alias(m.CLOSE, m.CLOSERS)
    alias(m.BAR, m.BARS)
    enter(m.ACCENT, m.ACCENTS)
    enter(m.FONT, f"{m.TEXT_FONTS} {m.WORD_FONTS} {m.LETTER_FONTS}")
    enter(m.FRAC, m.FRACTIONS)
    enter(m.BINOM, "binom tbinom dbinom")
    enter(m.OVER, "over choose atop")
    enter(m.SQRT, "sqrt")
    enter(m.STACK, "overset underset stackrel substack")
    enter(m.MATHOP, "mathop")
    enter(m.WRAP, m.WRAPPERS)
    table.update({spelling: (m.WRAP, spelling) for spelling in m.PAIRS})
    enter(m.SWITCH, " ".join(m.SWITCHES))
    enter(m.SKIP, m.SPACES)
    enter(m.LIMITS, "limits nolimits")
    enter(m.QUAD, "quad qquad therefore because")
    enter(m.NOT, "not")
    alias(m.COND, words.CONDITION_MACROS)
    alias(m.NAME, {c: "\\" + name for c, name in signs.UNICODE_GREEK.items()})
    alias(m.NAME, signs.UNICODE_SYMBOLS)
    alias(m.PRIME, {"′": "'", "″": "''", "‴": "'''"})
    alias(m.POST, {"!": "!", r"\%": "%", r"\degree": r"\degree"})
    table.update(_SINGLE)
    del table[r"\("]
    table.update({c: (m.NAME, c) for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"})
    table.update({c: (m.NUM, c) for c in "0123456789"})
    table[" "] = (m.SKIP, " ")
    return table | _delimiters()


def _delimiters() -> dict[str, tuple[str, str]]:
    r"""Delimiters with a size, `\left(`, `\bigl(`, `\middle|`."""
    table: dict[str, tuple[str, str]] = {}
    for size in m.SIZED:
        for spelling, text in m.DELIMITERS.items():
            table[f"\\{size}{spelling}"] = _sized(size, spelling, text)
    sides = (("left", m.LEFT), ("right", m.RIGHT), ("mleft", m.LEFT), ("mright", m.RIGHT))
    for spelling, text in m.DELIMITERS.items():
        for name, kind in sides:
            table[f"\\{name}{spelling}"] = (kind, text)
        if spelling in m.BARS:
            table[f"\\middle{spelling}"] = (m.SEP, r"\mid")
    table["\\middle/"] = (m.LINK, "/")
    return table


def _sized(size: str, spelling: str, text: str) -> tuple[str, str]:
    r"""The token of a sized delimiter such as `\bigl(`: the size says only the side of a bar."""
    if spelling == "/":
        return (m.LINK, "/")
    if spelling in m.BARS:
        side = size[-1]
        if side == "m":
            return (m.SEP, r"\mid")
        return (m.OPEN if side == "l" else m.CLOSE if side == "r" else m.BAR, text)
    if text == "":
        return (m.SKIP, "")
    return (m.OPEN if spelling in m.OPENERS or spelling == "<" else m.CLOSE, text)


TOKENS: Final[dict[str, tuple[str, str]]] = _token_table()
