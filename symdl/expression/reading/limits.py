"""Limits and integrals: where their variables go and run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from symdl.expression.reading.bound_names import binding
from symdl.expression.reading.context import Context
from symdl.expression.reading.syntax import children
from symdl.expression.spelling import name_of
from symdl.expression.term import Term, constant, make, number
from symdl.latex import syntax as s

INTEGRALS = {"int": 1, "iint": 2, "iiint": 3}


def read_limit(ctx: Context, node: s.BigOperator) -> Term:
    """`\\lim_{x \\to 0^+} f(x)`."""
    lower = node.lower
    if not isinstance(lower, s.Chain) or lower.relations != ("->",) or node.body is None:
        ctx.fail("a limit needs `x \\to a` below it and a body", node)
    target, side = side_of(lower.operands[1])
    place: s.Node = lower.operands[0]
    if is_both_infinities(target):
        target, side = _without_sign(target), "pm"
    elif _is_size(place) and place.body is not None:
        place, side = place.body, "pm"
    point = _point(ctx, target)
    if side == "pm" and point is not constant("infinity"):
        ctx.fail("only |x| \\to \\infty is read", lower)
    name = name_of(place)
    if name is None or (name in ("e", "\\pi") and ctx.declared(name) is None):
        ctx.fail("this is no variable", lower.operands[0])
    variable = ctx.symbol(name, place)
    with binding(ctx) as bind:
        bind(name, variable)
        body = ctx.read(node.body)
    return make("limit", variable, point, body, data=side)


def _is_size(node: s.Node) -> TypeGuard[s.Group]:
    """`|x|` below a limit."""
    return isinstance(node, s.Group) and node.open == node.close == "|" and node.body is not None


def is_both_infinities(node: s.Node) -> bool:
    r"""`\pm\infty`."""
    if not isinstance(node, s.Sum) or node.signs != ("\\pm",):
        return False
    return isinstance(node.terms[0], s.Name) and node.terms[0].text == "\\infty"


def _without_sign(node: s.Node) -> s.Node:
    return node.terms[0] if isinstance(node, s.Sum) and is_both_infinities(node) else node


def side_of(node: s.Node) -> tuple[s.Node, str]:
    """`0^+` is 0 from above."""
    if isinstance(node, s.Scripts) and node.sub is None and not node.primes:
        sup = node.sup
        if isinstance(sup, s.Name) and sup.text in ("+", "-"):
            return node.base, sup.text
    return node, ""


def _point(ctx: Context, node: s.Node) -> Term:
    """The point of a limit; `+\\infty` is `\\infty`."""
    if isinstance(node, s.Sum) and node.signs == ("+",):
        return ctx.read(node.terms[0])
    return ctx.read(node)


def read_integral(ctx: Context, node: s.BigOperator) -> Term:
    """An integral by its differentials, with both limits or none."""
    if not node.differentials:
        ctx.fail("the differential of this integral is missing", node, "write dx behind it")
    if (node.lower is None) != (node.upper is None):
        ctx.fail("an integral has both limits or none", node)
    count = INTEGRALS[node.name]
    several = count > 1 or len(node.differentials) > 1
    if several and (node.lower is not None or len(node.differentials) != count):
        hint = "write each integral with its own limits and differential"
        ctx.fail("which limits belong to which variable is not clear", node, hint, "ambiguous")
    limits: tuple[Term, ...] = ()
    if node.lower is not None and node.upper is not None:
        limits = (_point(ctx, node.lower), _point(ctx, node.upper))
    variables = []
    with binding(ctx) as bind:
        for differential in node.differentials:
            name = name_of(differential)
            if name is None:
                ctx.fail("this is no variable", differential)
            name = _in_bold(name, node.body) or name
            variables.append(ctx.symbol(name, differential))
            bind(name, variables[-1])
        body = ctx.read(node.body) if node.body is not None else number(1)
    for variable in reversed(variables):
        body = make("integral", variable, *limits, body, data="range" if limits else "all")
    return body


def _in_bold(name: str, body: s.Node | None) -> str | None:
    r"""The name in another font that an integrand has in place of its variable, if it is the only
    one: `\int q(y | \mathbf{u}) \, du`."""
    if body is None or len(name.lstrip("\\")) != 1:
        return None
    met = {found for node in _parts(body) if (found := name_of(node)) is not None}
    styled = {one for one in met if one.startswith("\\") and one.endswith(f"{{{name}}}")}
    return styled.pop() if name not in met and len(styled) == 1 else None


def _parts(node: s.Node) -> Iterator[s.Node]:
    """A node and all that is in it; what is a name is one part."""
    stack = [node]
    while stack:
        part = stack.pop()
        yield part
        if name_of(part) is None:
            stack.extend(children(part))
