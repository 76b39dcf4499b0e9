"""Function macros with their argument: `\\tanh x`, `\\log_2 x`."""

from __future__ import annotations

from symdl.expression import conventions as c
from symdl.expression.reading.calls import after_call, called
from symdl.expression.reading.context import Context
from symdl.expression.reading.events import of_sets
from symdl.expression.reading.heads import Head
from symdl.expression.reading.syntax import bracket_of, children
from symdl.expression.spelling import name_of
from symdl.expression.term import Term, make
from symdl.latex import syntax as s

_ANGLES = frozenset({"\\theta", "\\phi", "\\varphi", "\\alpha", "\\beta"})
"""Letters of angles: `\\cos\\theta x` is rather (cos theta) x."""


def read_apply(ctx: Context, node: s.Apply) -> Term:
    """A function macro and its argument, in a bracket or not."""
    head = Head(node.head)
    sub: s.Node | None = None
    if head.name == "\\lg" and ctx.declared("\\lg") is None:
        ctx.fail("the base of \\lg is 2 or 10", node.head, "write \\log_{10} x", "ambiguous")
    if isinstance(node.head, s.Scripts):
        sub = node.head.sub
        head.name = name_of(node.head.base)
    name = head.name or ""
    group = bracket_of(node.argument)
    if group is not None and node.argument is not group:
        bare = s.Apply(node.start, group.end, node.head, group)
        return after_call(ctx, read_apply(ctx, bare), node.argument, group)
    named = isinstance(node.head, s.Scripts) and isinstance(node.head.base, s.Word)
    if named and sub is not None and name not in (*c.OPAQUE, "log"):  # \\operatorname{proj}_a x
        head = Head(node.head)
    elif sub is not None and name not in c.OPAQUE:
        return _based(ctx, node, name, sub, head)
    inner = group or _braced(node.argument)
    if inner is None:
        _refuse_unclear_argument(ctx, node)
    bracket = inner if inner is not None else s.Group(
        node.argument.start, node.argument.end, "(", ")", node.argument
    )  # fmt: skip
    made = of_sets(ctx, head, _round(bracket), called)
    made = called(ctx, head, _round(bracket)) if made is None else made
    if made is not None:
        return made
    return ctx.fail(f"the function {name} is not known", node.head)


def _refuse_unclear_argument(ctx: Context, node: s.Apply) -> None:
    """`\\log \\frac{a}{b} y`: is y inside the logarithm?"""
    argument = node.argument
    if not isinstance(argument, s.Product):
        return
    first, second = argument.factors[:2]
    if isinstance(first, s.Fraction) and isinstance(second, s.BigOperator):
        return  # `\log \frac1n \sum_i x_i`: the parser takes a sum in only behind a coefficient
    if name_of(first) in _ANGLES and isinstance(second, s.Name) and second.text.isalpha():
        hint = "put brackets around the angle"
        ctx.fail("where the argument ends is not clear", argument, hint, "ambiguous")
    for i, factor in enumerate(argument.factors[:-1]):
        following = argument.factors[i + 1]
        call = bracket_of(following) is not None and not isinstance(factor, s.Number)
        whole = isinstance(factor, s.Fraction | s.Root | s.Group | s.BigOperator | s.Apply)
        again = call and isinstance(factor, s.Name) and _has_name(following, factor.text)
        beyond = call and i + 2 < len(argument.factors)
        if again or beyond or (whole and not call) or argument.links[i]:
            hint = "put brackets around the argument of the function"
            ctx.fail("where the argument ends is not clear", argument, hint, "ambiguous")


def _has_name(node: s.Node, name: str) -> bool:
    r"""Whether a bracket has the letter before it: `\log x (1 - x)` may be either."""
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if isinstance(at, s.Name) and at.text == name:
            return True
        waiting += children(at)
    return False


def _braced(node: s.Node) -> s.Group | None:
    """`\\exp\\{x\\}` and `\\max\\{a, b\\}` hold arguments too."""
    return node if isinstance(node, s.Group) and node.open == "{" else None


def _round(group: s.Group) -> s.Group:
    return group if group.open == "(" else s.Group(group.start, group.end, "(", ")", group.body)


def _based(ctx: Context, node: s.Apply, name: str, sub: s.Node, head: Head) -> Term:
    """`\\log_2 x`."""
    if name not in ("\\log", "log", "\\lg"):
        ctx.fail(f"a subscript of {name} is not read", node.head)
    if head.primes:
        ctx.fail("a primed logarithm is not read", node.head)
    group = bracket_of(node.argument)
    body = group.body if group is not None and group.body is not None else node.argument
    made = make("log_base", ctx.read(body), ctx.read(sub))
    if head.sup is None:
        return made
    ctx.note("power-of-value", node.head)
    return make("pow", made, ctx.read(head.sup))
