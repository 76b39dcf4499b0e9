"""`\\text{softmax}(x_i)` beside a sum of exponentials: the entry i of the softmax of all x_j."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symdl.expression.reading.context import Context
from symdl.expression.reading.syntax import children
from symdl.expression.term import Term, free_symbols, make, postorder
from symdl.expression.term import replace as put
from symdl.latex import syntax as s

_OTHER_INDICES = "jklmnrs"
_WRITTEN_OUT = re.compile(r"\\sum.*(?:\\exp|e\s*\^)", re.DOTALL)


_BY_LETTER = re.compile(
    r"\\sigma\s*\([^()=]*\)\s*&?\s*=\s*&?\s*\\[dt]?frac\s*\{\s*(?:e\s*\^|\\exp)[^=]*"
    r"\\sum.{0,60}?(?:e\s*\^|\\exp)"
)
"""The letter of the sigmoid said to be an exponential over a sum of them."""


def _written_limits(ctx: Context) -> tuple[Term, ...]:
    """The limits of the sums in the line, where all have the same ones."""
    found: dict[str, tuple[Term, ...]] = {}
    stack = [ctx.tree] if ctx.tree is not None else []
    while stack:
        node = stack.pop()
        stack.extend(children(node))
        if not isinstance(node, s.BigOperator) or node.name != "sum":
            continue
        lower, upper = node.lower, node.upper
        if not isinstance(lower, s.Chain) or upper is None or lower.relations != ("=",):
            return ()
        text = ctx.source.text
        first = lower.operands[1]
        key = f"{text[first.start : first.end]}..{text[upper.start : upper.end]}"
        found[key] = (ctx.read(first), ctx.read(upper))
    return next(iter(found.values())) if len(found) == 1 else ()


def entry_of_softmax(ctx: Context, op: str, argument: Term, node: s.Node) -> Term | None:
    """The entry that is meant; None where an array is taken of, or no sum is written out."""
    if op not in ("softmax", "log_softmax") or argument.shape != ():
        return None
    inside = {n.args[-1] for n in postorder(argument) if n.op == "entry" and len(n.args) == 2}
    if len(inside) != 1 or _WRITTEN_OUT.search(ctx.source.text) is None:
        return None
    index = inside.pop()
    names = {f.data.name for f in free_symbols(argument)}
    letter = next((x for x in _OTHER_INDICES if x not in names), "")
    if index.op != "symbol" or not letter:
        return None
    ctx.note("softmax-entry", node)
    other = make("symbol", data=replace(index.data, name=letter))
    power = make("exp", put(argument, {index: other}))
    limits = _written_limits(ctx)
    total = make("sum", other, *limits, power, data="range" if limits else "all")
    if op == "log_softmax":
        return make("add", argument, make("neg", make("log", total)))
    return make("div", make("exp", argument), total)


def entry_by_its_letter(
    ctx: Context, name: str | None, args: Sequence[Term], node: s.Node
) -> Term | None:
    r"""The entry of a softmax that `\sigma(a_i)` is, where its line writes it out as one."""
    if name != "\\sigma" or len(args) != 1 or _BY_LETTER.search(ctx.source.text) is None:
        return None
    return entry_of_softmax(ctx, "softmax", args[0], node)
