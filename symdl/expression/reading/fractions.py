"""Fractions, roots, binomials and what stands behind a factor (`n!`, `A^T`)."""

from __future__ import annotations

from symdl.expression.reading.context import Context
from symdl.expression.reading.derivatives import (
    derivative_fraction,
)
from symdl.expression.term import Term, make, number
from symdl.latex import syntax as s


def read_fraction(ctx: Context, node: s.Fraction) -> Term:
    """A quotient, or a derivative written as one."""
    found = derivative_fraction(ctx, node)
    if found is not None:
        return found
    return make("div", ctx.read(node.numerator), ctx.read(node.denominator))


def read_root(ctx: Context, node: s.Root) -> Term:
    """`\\sqrt{x}`, `\\sqrt[n]{x}`."""
    body = ctx.read(node.body)
    if node.degree is None:
        return make("sqrt", body)
    return make("root", body, ctx.read(node.degree))


def read_binomial(ctx: Context, node: s.Binomial) -> Term:
    """`\\binom{n}{k}`."""
    return make("binomial", ctx.read(node.upper), ctx.read(node.lower))


def read_postfix(ctx: Context, node: s.Postfix) -> Term:
    """`n!` and `5\\%`."""
    body = ctx.read(node.body)
    if node.operator == "!":
        return make("factorial", body)
    if node.operator in ("%", "\\%") and body.op == "number":
        return make("div", body, number(100))
    return ctx.fail(f"{node.operator} is not read", node)
