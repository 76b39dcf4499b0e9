"""Superscripts that are part of a name: `W^{(l)}`, `\\theta^*`."""

from __future__ import annotations

from symdl.expression.reading.context import Context
from symdl.expression.reading.notation import TRANSPOSES
from symdl.expression.reading.subscripts import subscripted
from symdl.expression.reading.syntax import is_step, names_step
from symdl.expression.spelling import (
    name_of,
    superscript_label,
)
from symdl.expression.term import Term, make
from symdl.latex import syntax as s


def labelled(ctx: Context, node: s.Scripts, name: str) -> Term | None:
    """`x^*`, `W^{(2)}`, `x^{\\text{new}}`, `W^{(l)}`: the superscript names, it is no power."""
    sup = node.sup
    assert sup is not None
    full = name_of(node) if not node.primes else None
    if full is not None and ctx.declared(full) is not None:
        return ctx.symbol(full, node)
    symbolic = isinstance(sup, s.Group) and sup.open == "(" and sup.body is not None
    label = superscript_label(sup)
    if isinstance(sup, s.Product) and isinstance(sup.factors[0], s.Group):
        return _label_and_more(ctx, node, sup, name)
    if label is None and not symbolic:
        return None
    if name_of(sup) in TRANSPOSES:
        return None
    if name == "e" and symbolic and "e" not in ctx.notation.roles and not ctx.declared("e"):
        return None
    if symbolic and not names_step(sup):
        if name in ctx.bound:
            return None  # what an integral or a sum runs over has no labels
        hint = "write the power without brackets, or declare the name with its label"
        ctx.fail("a label or a power", sup, hint, "ambiguous")
    ctx.note("label-superscript", sup)
    if node.primes:
        ctx.fail("a label and primes together are not read", node)
    if is_step(sup):
        assert isinstance(sup, s.Group)
        assert sup.body is not None
        base = _label_base(ctx, node, name)
        return make("label", base, ctx.read(sup.body))
    if node.sub is None:
        return ctx.symbol(f"{name}^{label}", node)
    return subscripted(ctx, node, name, f"^{label}")


def _label_and_more(ctx: Context, node: s.Scripts, sup: s.Product, name: str) -> Term | None:
    """`W^{(l)T}` is the transpose of `W^{(l)}`; other labels with something behind are refused."""
    first, second = sup.factors[:2]
    assert isinstance(first, s.Group)
    if len(sup.factors) == 2 and name_of(second) in TRANSPOSES and names_step(first):
        bare = s.Scripts(node.start, node.end, node.base, node.sub, first, node.primes)
        return make("transpose", ctx.read(bare))
    plain = isinstance(first.body, s.Name | s.Number | s.Word)
    if name == "e" or not plain:
        return None
    hint = "declare the whole name, or write a power without brackets"
    return ctx.fail("a label with something behind it", sup, hint, "ambiguous")


def _label_base(ctx: Context, node: s.Scripts, name: str) -> Term:
    """The base of a symbolic label: a symbol, perhaps with a label below."""
    if node.sub is None:
        return ctx.symbol(name, node)
    return subscripted(ctx, node, name)
