"""Indices, labels, cases and bars as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symdl.expression.printing.latex_parts import (
    applied,
    bars,
    between,
    group,
    infix,
    is_array,
    name,
    tight,
)
from symdl.expression.printing.pieces import (
    ATOM,
    FACTOR,
    POWER,
    SUM,
    Piece,
    at_least,
    fenced,
    piece,
    separated,
)
from symdl.expression.spelling import SAMPLES
from symdl.expression.term import Term

VALUES = frozenset({"softmax", "log_softmax"})
"""Operations of arrays that are written as functions."""


def modulo(_t: Term, ps: Sequence[Piece]) -> Piece:
    left, right = (at_least(p, FACTOR) for p in ps)
    return piece(left, " \\bmod ", right, level=SUM)


def factorial(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(at_least(ps[0], ATOM), "!", level=POWER)


def binomial(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\binom{", ps[0], "}{", ps[1], "}", level=FACTOR, height=1)


def logarithm(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\log_", *group(ps[1]), fenced(ps[0]), level=FACTOR)


def prime(t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(at_least(ps[0], ATOM), "'" * t.data, level=POWER)


def entry(t: Term, ps: Sequence[Piece]) -> Piece:
    base = t.args[0]
    spelled = name(base.data.name) if base.op == "symbol" else "_"
    plain = not re.search(r"[_^']", spelled) or re.fullmatch(r"\\text\{[^{}]*\}", spelled)
    head = ps[0] if plain or base.op in VALUES else fenced(ps[0])
    indices = [tight(p) for p in ps[1:]]
    if spelled.endswith(SAMPLES) and t.args[1].op == "symbol":
        return _sample(name(base.data.name.removesuffix(SAMPLES)), indices)
    together = all(p.length == 1 and p.start.isalpha() for p in indices)
    inside = piece(*separated(indices, "" if together else ","))
    return piece(head, "_", *group(inside), level=ATOM)


def _sample(spelled: str, indices: Sequence[Piece]) -> Piece:
    """The i-th sample, `x^{(i)}`, and its entries."""
    below = piece("_", *group(piece(*separated(list(indices[1:]), ","))))
    rest = (below,) if len(indices) > 1 else ()
    return piece(spelled, *rest, "^{(", indices[0], ")}", level=POWER)


def label(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece(ps[0], "^{(", ps[1], ")}", level=POWER)


def piecewise(t: Term, ps: Sequence[Piece]) -> Piece:
    parts: list[str | Piece] = ["\\begin{cases} "]
    for i in range(0, len(ps) - 1, 2):
        parts += [" \\\\ "] if i else []
        word = "" if t.args[i + 1].op == "when" else "\\text{if } "
        parts += [ps[i], " & ", word, ps[i + 1]]
    if len(ps) % 2:
        parts += [" \\\\ ", ps[-1], " & \\text{otherwise}"]
    return piece(*parts, " \\end{cases}", level=FACTOR, height=2)


def indicator(_t: Term, ps: Sequence[Piece]) -> Piece:
    return piece("\\mathbf{1}", fenced(ps[0], "[", "]"), level=FACTOR)


def dot(t: Term, ps: Sequence[Piece]) -> Piece:
    """An inner product: in angle brackets where a dot would read as a product of numbers."""
    return infix(" \\cdot ")(t, ps) if all(map(is_array, t.args)) else _angled(t, ps)


_angled = between("\\langle", "\\rangle")
_sizes = applied("\\operatorname{abs}")


def absolute(t: Term, ps: Sequence[Piece]) -> Piece:
    """Bars; around an array they would be its norm, or its determinant."""
    return _sizes(t, ps) if t.args[0].shape else bars(t, ps)
