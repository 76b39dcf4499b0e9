r"""Values beside a point: `f'(0^+)`, `f'_-(0)`, and where a variable goes: `|x| \to \infty`."""

from __future__ import annotations

from collections.abc import Callable

from symdl.expression.reading.bound_names import binding
from symdl.expression.reading.context import Context
from symdl.expression.reading.limits import is_both_infinities, side_of
from symdl.expression.spelling import name_of
from symdl.expression.substitution import substitute
from symdl.expression.term import Term, constant, make, number, symbol
from symdl.latex import syntax as s

SIGNS = ("+", "-")
RUNNING, STEP = "\\text{argument}", "\\text{step}"
"""The names of a variable that goes to a point, and of what goes to 0: nobody else's names."""
Call = Callable[[s.Node, s.Group], "Term | None"]


def value_beside(ctx: Context, factor: s.Node, group: s.Group, call: Call) -> Term | None:
    """`f(a^+)` and `f'(a^-)` as limits of what is called; None where no side is written."""
    body = group.body
    if not isinstance(body, s.Scripts) or body.sub is not None or body.primes:
        return None
    side = body.sup.text if isinstance(body.sup, s.Name) else ""
    plain = isinstance(body.base, s.Number) or name_of(body.base) is not None
    if side not in SIGNS or not plain or name_of(body) in ctx.symbols:
        return None
    if name_of(body.base) is not None and not _is_number(ctx, body.base):
        return None
    point = ctx.read(body.base)
    return _limit(ctx, factor, group, call, point, side)


def _is_number(ctx: Context, node: s.Node) -> bool:
    """Whether a name beside the sign is declared, so that `a^+` is no name of its own."""
    return ctx.declared(name_of(node) or "") is not None


def _limit(
    ctx: Context, factor: s.Node, group: s.Group, call: Call, point: Term, side: str
) -> Term | None:
    running = symbol(RUNNING)
    with binding(ctx) as bind:
        bind(RUNNING, running)
        inner = s.Group(group.start, group.end, "(", ")", s.Name(group.start, group.end, RUNNING))
        made = call(factor, inner)
    return None if made is None else make("limit", running, point, made, data=side)


def slope_beside(ctx: Context, factor: s.Node, group: s.Group, call: Call) -> Term | None:
    r"""`f'_+(a)` as the limit of the difference quotient from that side."""
    if not isinstance(factor, s.Scripts) or factor.primes != 1 or factor.sup is not None:
        return None
    side = factor.sub.text if isinstance(factor.sub, s.Name) else ""
    if side not in SIGNS or group.body is None or isinstance(group.body, s.Sequence):
        return None
    point, h = ctx.read(group.body), symbol(STEP)
    running = symbol(RUNNING)
    with binding(ctx) as bind:
        bind(RUNNING, running)
        inner = s.Group(group.start, group.end, "(", ")", s.Name(group.start, group.end, RUNNING))
        made = call(factor.base, inner)
    if made is None:
        return None
    moved = h if point.op == "number" and not point.data.value else point + h
    rise = substitute(made, {running: moved}) - substitute(made, {running: point})
    return make("limit", h, number(0), rise / h, data=side)


# --- where a variable goes --------------------------------------------------------------------


def approach(ctx: Context, node: s.Chain) -> Term | None:
    r"""`x \to \pm\infty` as `|x| \to \infty`: both ends at once; `x \to 0^+` as x -> 0 and x > 0;
    None for any other chain."""
    if node.relations != ("->",):
        return None
    variable, point = node.operands
    place, side = side_of(point)
    if side and name_of(variable) is not None:
        goes = ctx.read(variable), ctx.read(place)
        beside = make("relation", *goes, data=(">" if side == "+" else "<",))
        return make("and", make("relation", *goes, data=("->",)), beside)
    if not is_both_infinities(point):
        return None
    size = make("abs", ctx.read(variable))
    return make("relation", size, constant("infinity"), data=("->",))


def approaches(term: Term) -> bool:
    r"""Whether a relation says where a variable goes: `x \to 0`, `|x| \to \infty`, `x \to 0^+`."""
    if term.op == "and":
        term = term.args[0]
    if term.op != "relation" or term.data != ("->",):
        return False
    place = term.args[0].args[0] if term.args[0].op == "abs" else term.args[0]
    return place.op == "symbol" and not place.shape
