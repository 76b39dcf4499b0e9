"""Operators that bind: sums, products, extreme values, by what their limits say."""

from __future__ import annotations

from collections.abc import Callable

from symdl.expression.reading.bound_names import binding, bound_symbol
from symdl.expression.reading.context import Context
from symdl.expression.reading.limits import INTEGRALS, read_integral, read_limit
from symdl.expression.relations import COMPARING
from symdl.expression.spelling import name_of
from symdl.expression.term import Term, constant, free_symbols, make, number, postorder
from symdl.latex import syntax as s

_OPS = {
    "sum": "sum", "prod": "product", "max": "max_over", "min": "min_over",
    "argmax": "argmax", "argmin": "argmin", "sup": "sup_over", "inf": "inf_over",
}  # fmt: skip
OPTIMA = frozenset(_OPS.values()) - {"sum", "product"}

Build = Callable[[Term], Term]


def read_big(ctx: Context, node: s.BigOperator) -> Term:
    """A big operator with its limits and body."""
    if node.name == "lim":
        return read_limit(ctx, node)
    if node.name in INTEGRALS:
        return read_integral(ctx, node)
    op = _OPS.get(node.name)
    if op is None:
        ctx.fail(f"\\{node.name} is not read", node)
    if node.body is None:
        ctx.fail(f"nothing stands behind \\{node.name}", node)
    if node.lower is None:
        return _without_limits(ctx, node, op)
    return _bind(ctx, node, op, node.lower)


def _bind(ctx: Context, node: s.BigOperator, op: str, lower: s.Node) -> Term:
    """The operator over the variables that a lower limit names, the first outermost."""
    layers: list[tuple[str, Term, tuple[Term, ...], str]] = []
    conditions: list[Term] = []
    assert node.body is not None
    with binding(ctx) as bind:
        listed = _listed(lower)
        if listed is not None and node.upper is None:
            place, ends = listed
            limits = tuple(map(ctx.read, ends))
            name, symbol = bound_symbol(ctx, place, bind, op)
            layers.append((name, symbol, limits, "range"))
        for part in () if layers else _variables(lower):
            if _restricts(part, {name for name, _, _, _ in layers}):
                conditions.append(ctx.read(part))
                continue
            over = _stretch(ctx, node, op, part, bind) if op in OPTIMA else None
            if over is not None:
                layers.append(over)
            elif isinstance(part, s.Chain) and _is_condition(part):
                name, symbol = bound_symbol(ctx, part.operands[0], bind, op)
                conditions.append(_condition(ctx, part, node))
                layers.append((name, symbol, (), "all"))
            else:
                layers.append(_layer(ctx, node, op, part, bind))
            ctx.ends[layers[-1][0]] = layers[-1][2] if layers[-1][3] == "range" else ()
        body = ctx.read(_unbraced(node.body))
    if op != "sum":
        _refuse_factor_behind(ctx, node, body, {symbol for _, symbol, _, _ in layers})
    if conditions and op not in ("sum", "product"):
        ctx.fail("this limit is not read", lower)
    for condition in conditions:
        body = make("piecewise", body, condition, number(1 if op == "product" else 0))
    for _, symbol, limits, data in reversed(layers):
        body = make(op, symbol, *limits, body, data=data)
        ctx.places.setdefault(body, node)
    return body


def _restricts(part: s.Node, bound: set[str]) -> bool:
    r"""Whether a part of a limit says which values of a variable before it are meant: the second
    one of `i = 1, i \ne j`."""
    if not bound or not isinstance(part, s.Chain) or not _is_condition(part):
        return False
    return any(name_of(operand) in bound for operand in part.operands)


def _listed(lower: s.Node) -> tuple[s.Node, tuple[s.Node, s.Node]] | None:
    r"""The index and the ends of `\max_{m = 0, \ldots, k - 1}`."""
    if not isinstance(lower, s.Sequence) or not isinstance(lower.items[0], s.Chain):
        return None
    first, *between, last = lower.items
    assert isinstance(first, s.Chain)
    if first.relations != ("=",) or not any(isinstance(i, s.Dots) for i in between):
        return None
    counted = all(isinstance(i, s.Dots | s.Number) for i in between)
    return (first.operands[0], (first.operands[1], last)) if counted else None


def _refuse_factor_behind(
    ctx: Context, node: s.BigOperator, body: Term, variables: set[Term]
) -> None:
    """`\\prod_i x_i \\cdot q`: is q inside the product?"""
    if body.op not in ("mul", "div") or not isinstance(node.body, s.Product):
        return
    inside = [bool(free_symbols(factor) & variables) for factor in body.args]
    if any(inside) and not inside[-1]:
        hint = "put brackets around what the operator runs over"
        ctx.fail("where the operator ends is not clear", node.body, hint, "ambiguous")


def _unbraced(node: s.Node) -> s.Node:
    """Braces around the whole body are brackets: `\\max_x \\{ f(x) \\}`."""
    if isinstance(node, s.Group) and node.open == "{" and node.body is not None:
        return node if isinstance(node.body, s.Sequence) else node.body
    return node


def _variables(lower: s.Node) -> tuple[s.Node, ...]:
    """`i`, `i = 1`, `i, j`, `ij`, `i, j = 1` as single bindings."""
    if isinstance(lower, s.Sequence):
        items, behind = _without_conditions(lower.items)
        last = items[-1]
        if isinstance(last, s.Chain) and last.relations in (("=",), ("in",)):
            rest = last.operands[1:]
            made = (
                s.Chain(i.start, i.end, (i, *rest), last.relations, last.places) for i in items[:-1]
            )
            return (*made, last, *behind)
        return lower.items
    if isinstance(lower, s.Product) and not any(lower.links):
        return lower.factors
    return (lower,)


def _without_conditions(items: tuple[s.Node, ...]) -> tuple[tuple[s.Node, ...], tuple[s.Node, ...]]:
    """The parts of a limit, and the conditions behind them."""
    count = len(items)
    while count > 1 and isinstance(last := items[count - 1], s.Chain) and _is_condition(last):
        count -= 1
    return items[:count], items[count:]


def open_variables(node: s.Node) -> set[str]:
    """The variables of a big operator at the end of a summand: what follows may use them."""
    if isinstance(node, s.Product):
        node = node.factors[-1]
    if not isinstance(node, s.BigOperator) or node.lower is None or node.differentials:
        return set()
    names: set[str] = open_variables(node.body) if node.body is not None else set()
    for part in _variables(node.lower):
        first = part.operands[0] if isinstance(part, s.Chain) else part
        name = name_of(first)
        if name is not None:
            names.add(name)
    return names


def _layer(
    ctx: Context, node: s.BigOperator, op: str, part: s.Node, bind: Callable[[str, Term], None]
) -> tuple[str, Term, tuple[Term, ...], str]:
    if isinstance(part, s.Chain) and part.relations == ("=",):
        if node.upper is None:
            ctx.fail("the upper limit is missing", node)
        limits = (ctx.read(part.operands[1]), ctx.read(node.upper))
        name, symbol = bound_symbol(ctx, part.operands[0], bind, op)
        return name, symbol, limits, "range"
    if isinstance(part, s.Chain) and part.relations == ("in",):
        with ctx.expecting("interval"):
            home = ctx.read(part.operands[1])
        name, symbol = bound_symbol(ctx, part.operands[0], bind, op, element=True)
        return name, symbol, (home,), "set"
    if isinstance(part, s.Chain) and part.relations == ("<=", "<="):
        limits = (ctx.read(part.operands[0]), ctx.read(part.operands[2]))
        name, symbol = bound_symbol(ctx, part.operands[1], bind, op)
        return name, symbol, limits, "range"
    if node.upper is not None:
        hint = "write \\sum_{i=1}^n"
        ctx.fail("where the index starts is not written", node, hint, "ambiguous")
    name, symbol = bound_symbol(ctx, part, bind, op)
    if op in ("sum", "product"):
        ctx.note("implicit-sum", node)
    return name, symbol, (), "all"


_ENDS = {"<": "(", "<=": "["}


def _stretch(
    ctx: Context, node: s.BigOperator, op: str, part: s.Node, bind: Callable[[str, Term], None]
) -> tuple[str, Term, tuple[Term, ...], str] | None:
    """`\\max_{0 \\le x < 1}`, `\\min_{x > 0}`: a real variable runs over an interval."""
    found = _written_interval(part) if isinstance(part, s.Chain) else None
    if found is None or node.upper is not None:
        return None
    place, low, high, data = found
    name = name_of(place)
    declared = None if name is None else ctx.declared(name)
    if name is None or (declared is None and (name in "ijklmn" or name in ctx.notation.indices)):
        return None
    if declared is not None and (declared.domain.integer or declared.shape != ()):
        return None
    infinity = constant("infinity")
    ends = (
        make("neg", infinity) if low is None else ctx.read(low),
        infinity if high is None else ctx.read(high),
    )
    name, symbol = bound_symbol(ctx, place, bind, op)
    return name, symbol, (make("interval", *ends, data=data),), "set"


def _written_interval(part: s.Chain) -> tuple[s.Node, s.Node | None, s.Node | None, str] | None:
    """The variable, the ends and the brackets of `a < x <= b`, `x > a`, `b >= x`."""
    operands, relations = part.operands, part.relations
    if set(relations) <= {">", ">="}:
        operands = operands[::-1]
        relations = tuple("<" + r[1:] for r in reversed(relations))
    if not set(relations) <= set(_ENDS):
        return None
    if len(operands) == 3:
        low, place, high = operands
        return place, low, high, _ENDS[relations[0]] + {"<": ")", "<=": "]"}[relations[1]]
    if len(operands) != 2:
        return None
    if name_of(operands[0]) is not None:
        return operands[0], None, operands[1], "(" + {"<": ")", "<=": "]"}[relations[0]]
    return operands[1], operands[0], None, _ENDS[relations[0]] + ")"


def _is_condition(part: s.Chain) -> bool:
    return len(part.relations) == 1 and part.relations[0] in COMPARING


def _condition(ctx: Context, part: s.Chain, node: s.BigOperator) -> Term:
    right = part.operands[1]
    name = name_of(right)
    order = part.relations[0] != "!="
    if node.upper is not None or (order and name in ctx.notation.indices and name not in ctx.bound):
        hint = "write one sum for each index, with its limits"
        ctx.fail("which of the indices are summed is not clear", node, hint, "ambiguous")
    ctx.note("implicit-sum", node)
    return ctx.read(part)


def _without_limits(ctx: Context, node: s.BigOperator, op: str) -> Term:
    """`\\sum x_i`: the one free index of the body is meant; otherwise it is refused."""
    assert node.body is not None
    body = ctx.read(node.body)
    indices = {
        i for t in postorder(body) if t.op == "entry" for i in t.args[1:]
        if i.op == "symbol" and i.data.name not in ctx.bound
    }  # fmt: skip
    if len(indices) != 1:
        ctx.fail("what this runs over is not written", node, "write \\sum_i or \\sum_{i=1}^n")
    ctx.note("implicit-sum", node)
    return make(op, indices.pop(), body, data="all")
