"""Superscripts of a Term: a power, a transpose, an inverse, primes."""

from __future__ import annotations

import re

from symdl.expression.reading.context import Context
from symdl.expression.reading.kinds import is_array, is_matrix
from symdl.expression.reading.notation import TRANSPOSES
from symdl.expression.spelling import (
    name_of,
    superscript_label,
)
from symdl.expression.term import Term, make
from symdl.latex import syntax as s

_HINT_MATRIX_EXPONENTIAL = "it is not read; write \\exp(A) for the exponential of each entry"
_HINT_MATRIX_POWER = "write A A for the matrix product, A \\odot A for the entries"
_BY_ENTRY = re.compile(r"\\odot|\\sum|\{(?:sum|mean|var|Var|std)\}|\\mathbb\{E\}")
"""What stands in a line in which a square may be taken of each entry."""


def primes_and_power(ctx: Context, node: s.Scripts, base: Term, sup: s.Node | None) -> Term:
    ctx.places.setdefault(base, node)
    if node.primes:
        base = make("prime", base, data=node.primes)
    return base if sup is None else raised(ctx, node, base, sup)


def raised(ctx: Context, node: s.Node, base: Term, sup: s.Node) -> Term:
    """A Term with a superscript: transpose, inverse or power."""
    if _is_transpose(ctx, base, sup):
        if name_of(sup) == "T":
            ctx.note("transpose", sup)
        if base.op in ("vector", "tuple", "set") or (base.op, base.data) == ("interval", "[]"):
            ctx.note("list-transpose", node)
            return make("vector", *base.args)
        return make("transpose", base)
    if isinstance(sup, s.Name) and sup.text == "T":
        _refuse_unclear_t(ctx, base, sup)
    sign = _negated(sup)
    if sign is not None and _is_transpose(ctx, base, sign):
        return make("transpose", make("inverse", base))
    matrix = is_matrix(base)
    if sign is not None and matrix and isinstance(sign, s.Number) and sign.text == "1":
        return make("inverse", base)
    count = sup if sign is None else sign
    if matrix and isinstance(count, s.Number) and _is_square(ctx, base):
        power = _matrix_power(base, count.text)
        if power is not None:
            ctx.note("matrix-power", node)
            return power if sign is None else make("inverse", power)
    if superscript_label(sup) is not None:
        hint = "a label belongs to a name; write the power without brackets"
        ctx.fail("a label on something that is no name", sup, hint)
    braced = isinstance(sup, s.Group) and sup.open == "{" and sup.body is not None
    exponent = ctx.read(sup.body if isinstance(sup, s.Group) and braced and sup.body else sup)
    if matrix:
        ctx.fail("a power of a matrix", node, _HINT_MATRIX_POWER, "ambiguous")
    if base.op == "constant" and base.data == "e":
        if is_matrix(exponent):
            ctx.fail("the exponential of a matrix", node, _HINT_MATRIX_EXPONENTIAL, "ambiguous")
        return make("exp", exponent)
    return make("pow", base, exponent)


def _is_square(ctx: Context, base: Term) -> bool:
    """Whether a power of a matrix is a product: it is square, or can be and no more is said."""
    if base.shape is not None:
        return len(base.shape) == 2 and base.shape[0] == base.shape[1]
    return _BY_ENTRY.search(ctx.source.text) is None


MOST_FACTORS = 12
"""Factors up to which a power of a matrix is a written product."""


def _matrix_power(base: Term, count: str) -> Term | None:
    """`A^3` as a product, for the powers that people write; None for others."""
    if not count.isdigit() or not 2 <= int(count) <= MOST_FACTORS:
        return None
    factors = base.args if base.op == "matmul" else (base,)
    return make("matmul", *factors * int(count))


def _refuse_unclear_t(ctx: Context, base: Term, sup: s.Node) -> None:
    """`W^T` where T is a number elsewhere: a power or a transpose?"""
    known = ctx.declared("T") is not None or "T" in ctx.notation.counts or "T" in ctx.bound
    if base.op in ("call", "derivative", "gradient", "mul", "label", "entry") and not known:
        hint = "write \\top for the transpose, or declare T: integer"
        ctx.fail("a power or a transpose", sup, hint, "ambiguous")
    if base.op != "symbol" or ctx.declared(base.data.name) is not None:
        return
    letter = base.data.name[:1]
    if letter.isupper() or (letter.isalpha() and ctx.declared("T") is None):
        hint = "write \\top for the transpose, or declare the base"
        ctx.fail("a power or a transpose", sup, hint, "ambiguous")


def _negated(sup: s.Node) -> s.Node | None:
    if isinstance(sup, s.Sum) and sup.signs == ("-",):
        return sup.terms[0]
    return None


def _is_transpose(ctx: Context, base: Term, sup: s.Node) -> bool:
    name = name_of(sup)
    if name not in TRANSPOSES:
        return False
    if name != "T":
        return True
    if is_array(base):
        return True
    scalar = base.op in ("number", "constant") or (
        base.op == "symbol" and base.shape == () and ctx.declared(base.data.name) is not None
    )
    known = ctx.declared("T") is not None or "T" in ctx.notation.counts
    return not scalar and not known and base.shape != ()
