"""How linear layers are written: `x W^T + b` and `W x + b` with W (out, in), `x W + b` with W
(in, out).

Each is right by itself; a text that writes both of the same weights means two matrices by one
name. A weight is a matrix whose letter is W, as layers are written; its subscripts and accents
number the layers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symdl.expression.term import Term, postorder

OUT_IN, IN_OUT = "(out, in)", "(in, out)"
_LETTER = re.compile(r"(?:\\[A-Za-z]+\s*\{\s*)?(W)(?![A-Za-z])")
_BIAS = re.compile(r"(?:\\[A-Za-z]+\s*\{\s*)?b(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as it is written: the letter of its weights and the sizes these have."""

    letter: str
    sizes: str
    written: Term


def layers(term: Term) -> Iterator[Layer]:
    """The linear layers with a bias in a Term: a product of an input and a weight, plus a bias."""
    for node in postorder(term):
        if node.op != "add":
            continue
        for summand in node.args:
            factors = summand.args if summand.op in ("matmul", "mul") else ()
            if len(factors) == 2 and any(_is_bias(a) for a in node.args):
                yield from _layer(*factors, summand)


def _layer(left: Term, right: Term, written: Term) -> Iterator[Layer]:
    for weight, other, sizes in (
        (right.args[0] if right.op == "transpose" else None, left, OUT_IN),
        (right if right.op != "transpose" else None, left, IN_OUT),
        (left, right, IN_OUT if left.op == "transpose" else OUT_IN),
    ):
        letter = weight_letter(weight) if weight is not None else None
        if letter is not None and weight_letter(other) is None:
            yield Layer(letter, sizes, written)


def weight_letter(term: Term) -> str | None:
    """The letter of a weight, None for anything else."""
    base = term.args[0] if term.op in ("label", "entry", "transpose") else term
    if base.op != "symbol" or base.data.role not in ("matrix", "scalar"):
        return None
    found = _LETTER.match(str(base.data.name))
    return found[1] if found else None


def _is_bias(term: Term) -> bool:
    """Whether a summand is a bias: a name, or a column of ones times one (`\\mathbf{1} b^T`)."""
    if term.op == "matmul" and len(term.args) == 2 and term.args[0].op == "ones":
        term = term.args[1].args[0] if term.args[1].op == "transpose" else term.args[1]
    base = term.args[0] if term.op in ("label", "entry") else term
    return base.op == "symbol" and _BIAS.match(str(base.data.name)) is not None
