r"""Which bars open, close or separate: `|x||y|`, `p(x | y)`, `||x| - 1|`, `f|_{x=0}`.

A bar behind an operator or a bracket opens. A bar behind an operand closes the one that is
open at the same bracket level; if none is open it is the bar of `f|_{x=0}` before a
subscript, else it opens (`a|b|`) when the bars that are left on this level can be paired,
and separates (`p(x | y)`) when one would remain. One pass collects the bars of each level,
one decides: linear in the number of tokens.
"""

from __future__ import annotations

from symdl.document.errors import ReadError
from symdl.document.source import Span
from symdl.latex import macros as m
from symdl.latex.tokens import NESTING_LIMIT, Tokens

_OPENING = frozenset({m.LBRACE, m.OPEN, m.LEFT, m.BEGIN})
_CLOSING = frozenset({m.RBRACE, m.CLOSE, m.RIGHT, m.ENDENV})
_BREAKING = frozenset({m.AMP, m.ROW})
_ENDS_OPERAND = frozenset(
    {
        m.NUM, m.NAME, m.WORD, m.CLOSE, m.RIGHT, m.RBRACE, m.PRIME, m.POST, m.DOTS, m.AT,
        m.ENDENV,
    }
)  # fmt: skip


def resolve_bars(tokens: Tokens) -> None:
    """Turn every token of kind BAR into OPEN, CLOSE, SEP or AT, in place."""
    doubles: list[int] = []
    for level in _levels(tokens.kinds):
        _resolve_level(tokens, level, doubles)
    for at in sorted(doubles, reverse=True):
        # `P || Q` is one separator of two characters.
        tokens.ends[at] = tokens.ends[at + 1]
        for column in (tokens.kinds, tokens.texts, tokens.starts, tokens.ends):
            del column[at + 1]


def _levels(kinds: list[str]) -> list[list[int]]:
    """The places of the bars of each bracket level (a cell of a matrix is a level too)."""
    levels: list[list[int]] = []
    stack: list[list[int]] = [[]]
    for at, kind in enumerate(kinds):
        if kind == m.BAR:
            stack[-1].append(at)
        elif kind in _OPENING:
            stack.append([])
        elif kind in _CLOSING:
            if len(stack) > 1:
                levels.append(stack.pop())
        elif kind in _BREAKING:
            levels.append(stack[-1])
            stack[-1] = []
    return [level for level in levels + stack if level]


def _resolve_level(tokens: Tokens, level: list[int], doubles: list[int]) -> None:
    kinds, texts = tokens.kinds, tokens.texts
    left = {"|": 0, r"\|": 0}
    for at in level:
        left[texts[at]] += 1
    opened: list[int] = []
    for at in level:
        text = texts[at]
        if kinds[at] != m.BAR:
            left[text] -= 1
            continue
        previous = kinds[at - 1] if at else m.EOF
        if previous not in _ENDS_OPERAND:
            _open(tokens, at, opened)
        elif opened and texts[opened[-1]] == text:
            kinds[at] = m.CLOSE
            opened.pop()
        elif kinds[at + 1] == m.SUB:
            kinds[at] = m.AT
        elif left[text] == 2 and text == "|" and _adjacent(tokens, at):
            kinds[at] = kinds[at + 1] = m.SEP
            texts[at] = r"\|"
            doubles.append(at)
        elif left[text] % 2 == 0:
            _open(tokens, at, opened)
        else:
            kinds[at] = m.SEP
            texts[at] = r"\mid" if text == "|" else r"\|"
        left[text] -= 1
    if opened:
        at = opened[-1]
        span = Span(tokens.source, tokens.starts[at], tokens.ends[at])
        raise ReadError(
            f"the bar {texts[at]} is never closed", span, r"write \left| .. \right| or \mid"
        )


def _open(tokens: Tokens, at: int, opened: list[int]) -> None:
    tokens.kinds[at] = m.OPEN
    opened.append(at)
    if len(opened) > NESTING_LIMIT:
        span = Span(tokens.source, tokens.starts[at], tokens.ends[at])
        raise ReadError(f"bars are nested more than {NESTING_LIMIT} deep", span)


def _adjacent(tokens: Tokens, at: int) -> bool:
    return tokens.kinds[at + 1] == m.BAR and tokens.starts[at + 1] == tokens.ends[at]
