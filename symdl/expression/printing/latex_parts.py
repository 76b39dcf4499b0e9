"""Spellings that LaTeX forms share: names, relations, brackets, signs between factors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from symdl.expression.operators import Operator
from symdl.expression.printing.pieces import (
    ATOM,
    FACTOR,
    POWER,
    PRODUCT,
    SUM,
    Piece,
    at_least,
    fenced,
    piece,
    separated,
)
from symdl.expression.term import Term
from symdl.latex import macros

Form = Callable[[Term, Sequence[Piece]], Piece]

RELATIONS = {
    key: next((x for x in spellings.split() if x[0] == "\\"), spellings.split()[0])
    for key, spellings in macros.RELATIONS.items()
} | {"=": "=", "<": "<", ">": ">", ":=": ":=", "->": "\\to", "=>": "\\implies", "<=>": "\\iff"}
_LATEX = r"""
\exp \log \ln \sin \cos \tan \cot \sec \csc \arcsin \arccos \arctan
\sinh \cosh \tanh \coth \max \min \gcd
"""
MACROS = frozenset(_LATEX.split())
"""The function macros that LaTeX itself defines; others (`\\erf`) only some packages have."""
_ESCAPES = {c: "\\" + c for c in "_%$#&{}"}


def words(text: str) -> str:
    """Words as the argument of \\text."""
    return "\\text{" + "".join(_ESCAPES.get(c, c) for c in text) + "}"


def name(text: str) -> str:
    """The name of a symbol: LaTeX as it is; a word of several letters in upright type."""
    if "\\" in text or re.fullmatch(r"[A-Za-z][0-9]*('*)([_^].+)?", text):
        return text
    base = re.fullmatch(r"([A-Za-z]+)((?:[_^](?:\{.*\}|.))+)", text)
    if base:
        return words(base[1]) + base[2]
    return words(text)


def macro(row: Operator) -> str:
    """The macro a function is written with, or empty where LaTeX defines none."""
    return row.macros[0] if row.macros and row.macros[0] in MACROS else ""


def is_array(t: Term) -> bool:
    """Whether a Term is certainly a vector, matrix or tensor, perhaps of unknown size."""
    while t.op in ("neg", "transpose", "entry") and t.shape is None:
        t = t.args[0]
    if t.shape is None:
        named = t.op == "symbol" and t.data.role in ("vector", "matrix", "tensor")
        return named or t.op in ("matmul", "hadamard", "inverse", "outer", "transpose")
    return t.shape != ()


def tight(p: Piece) -> Piece:
    """A short sum without the spaces round its signs, for a subscript: `t-1`."""
    if p.level != SUM or p.length > 80:
        return p
    return piece(re.sub(r" ([+-]) ", r"\1", p.text), level=SUM)


def group(inner: str | Piece) -> tuple[str | Piece, ...]:
    """The braces of a script or an argument."""
    return ("{", inner, "}")


def between(opening: str, closing: str) -> Form:
    """A form in its own brackets, with commas."""

    def form(_t: Term, ps: Sequence[Piece]) -> Piece:
        return fenced(piece(*separated(list(ps))), opening, closing)

    return form


def bars(_t: Term, ps: Sequence[Piece]) -> Piece:
    """Bars; named ones where those of the content would join them to a norm."""
    if "|" in ps[0].start[:1] + ps[0].end[-1:] or "vert" in ps[0].start:
        return fenced(ps[0], "\\lvert", "\\rvert")
    return fenced(ps[0], "|", "|")


def infix(sign: str) -> Form:
    """A form of factors with a sign between them."""

    def form(_t: Term, ps: Sequence[Piece]) -> Piece:
        parts = [p if p.level >= FACTOR and not p.greedy else fenced(p) for p in ps]
        return piece(*separated(parts, sign), level=PRODUCT)

    return form


def raised(script: str) -> Form:
    """A form of a base with a fixed superscript."""

    def form(_t: Term, ps: Sequence[Piece]) -> Piece:
        return piece(at_least(ps[0], ATOM), "^", script, level=POWER)

    return form


def applied(head: str) -> Form:
    """A form of a head and its arguments in brackets."""

    def form(_t: Term, ps: Sequence[Piece]) -> Piece:
        inner = piece(*separated([at_least(p, SUM) for p in ps]))
        return piece(head, fenced(inner), level=FACTOR)

    return form


def words_as_tex(sentence: str) -> str:
    """Words as TeX text: its special characters escaped."""
    for character in "\\{}":
        sentence = sentence.replace(character, "")
    for character in "_&%#$":
        sentence = sentence.replace(character, "\\" + character)
    return sentence.replace("^", "\\textasciicircum{}")
