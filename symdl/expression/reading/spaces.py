"""Spaces and norms: the sizes in a superscript, half lines, which norm is meant."""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.expression.homes import written_home
from symdl.expression.reading.context import Context
from symdl.expression.reading.groups import measured
from symdl.expression.reading.powers import primes_and_power
from symdl.expression.spelling import (
    name_of,
)
from symdl.expression.term import Term, constant, make
from symdl.latex import syntax as s

_NORMS = {"1": "1", "2": "2", "\\infty": "inf", "F": "F", "p": "p", "q": "q", "\\mathrm{F}": "F"}
_BOUNDS = {">": "()", ">=": "[)"}


def sizes_of(ctx: Context, sup: s.Node) -> list[s.Node]:
    """The sizes in `d \\times 4 d \\times \\frac{n}{2}`: `\\times` parts them, a space does not."""
    if isinstance(sup, s.Sum) and any(_has_times(term) for term in sup.terms):
        hint = "bracket the size: \\mathbb{R}^{n \\times (m + 1)}"
        ctx.fail("two sizes or a sum of products", sup, hint, "ambiguous")
    if not _has_times(sup):
        return [sup]
    assert isinstance(sup, s.Product)
    ends = [i for i, link in enumerate(sup.links) if link == "\\times"]
    return [
        _part(sup, first, last + 1)
        for first, last in zip([0, *(i + 1 for i in ends)], [*ends, len(sup.links)], strict=True)
    ]


def _has_times(node: s.Node) -> bool:
    return isinstance(node, s.Product) and "\\times" in node.links


def _part(product: s.Product, first: int, end: int) -> s.Node:
    """The factors from first up to end as a product of their own."""
    factors = product.factors[first:end]
    if len(factors) == 1:
        return factors[0]
    return s.Product(factors[0].start, factors[-1].end, factors, product.links[first : end - 1])


def space_of(ctx: Context, node: s.Node) -> Term | None:
    r"""`[0, 1]^n`, `\{0, 1\}^{n \times m}` and `\mathbb{R}_{>0}^n` behind `\in`: arrays whose
    entries lie in a set; None for anything else."""
    if not isinstance(node, s.Scripts) or node.sup is None or node.primes:
        return None
    base = node.base
    if isinstance(base, s.Group):
        if base.open not in ("[", "(", "{") or node.sub is not None:
            return None
    elif not isinstance(base, s.Styled) or base.font != "mathbb" or node.sub is None:
        return None
    with ctx.expecting("interval"):
        home = ctx.read(base if node.sub is None else replace(node, sup=None))
    text = written_home(home)
    if text is None:
        return None
    return make("space", *(ctx.read(size) for size in sizes_of(ctx, node.sup)), data=text)


def half_line(ctx: Context, node: s.Scripts, base: s.Styled, sub: s.Chain) -> Term:
    """`\\mathbb{R}_{>0}`, `\\mathbb{R}_{\\ge 0}^n`."""
    home = ctx.read(base)
    ends = _BOUNDS.get(sub.relations[0])
    if home.op != "number_set" or home.data != "R" or ends is None or len(sub.relations) > 1:
        ctx.fail("this set is not read", node, "known are \\mathbb{R}_{>0}, \\mathbb{R}_{\\ge 0}")
    return make("interval", ctx.read(sub.operands[1]), constant("infinity"), data=ends)


_NUCLEAR = (
    "the nuclear norm, the sum of the singular values, has no Term",
    "where X has full column rank its gradient is X(X^T X)^{-1/2}, the U V^T of the thin singular "
    "value decomposition",
)
_SPECTRAL = "this norm is not known", "the largest singular value is \\|X\\|_2"
_NO_NORMS = dict.fromkeys(("*", "ast", "nuc", "tr"), _NUCLEAR) | dict.fromkeys(("op",), _SPECTRAL)


def read_norm(ctx: Context, node: s.Scripts, group: s.Group) -> Term:
    """`\\|x\\|_2^2`."""
    sub = node.sub
    assert sub is not None
    kind = sub.text if isinstance(sub, s.Number) else name_of(sub)
    known = kind in _NORMS or (kind is not None and kind.isdecimal() and kind != "0")
    if group.body is None or kind is None or not known:
        mark = re.sub(r"\\(?:text|mathrm|operatorname)|[\\{}\s]", "", sub.span(ctx.source).text)
        other = "this norm is not known", "known are 1, 2, 3, ..., p, q, \\infty and F"
        message, hint = _NO_NORMS.get(mark, other)
        ctx.fail(message, node, hint)
    made = make("norm", measured(ctx, group.body), data=_NORMS.get(kind, kind))
    return primes_and_power(ctx, node, made, node.sup)
