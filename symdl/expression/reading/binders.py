"""Operators that bind: sums, products, maxima, integrals, limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeGuard

from symdl.expression import conventions as c
from symdl.expression.reading.context import Context
from symdl.expression.spelling import name_of
from symdl.expression.term import Symbol, Term, constant, free_symbols, make, number, postorder
from symdl.latex import syntax as s

_OPS = {
    "sum": "sum", "prod": "product", "max": "max_over", "min": "min_over",
    "argmax": "argmax", "argmin": "argmin", "sup": "sup_over", "inf": "inf_over",
}  # fmt: skip
OPTIMA = frozenset(_OPS.values()) - {"sum", "product"}
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "!="})
_INTEGRALS = {"int": 1, "iint": 2, "iiint": 3}

Build = Callable[[Term], Term]


def read_big(ctx: Context, node: s.BigOperator) -> Term:
    """A big operator with its limits and body."""
    if node.name == "lim":
        return _limit(ctx, node)
    if node.name in _INTEGRALS:
        return _integral(ctx, node)
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
    condition: Term | None = None
    assert node.body is not None
    with binding(ctx) as bind:
        listed = _listed(lower)
        if listed is not None and node.upper is None:
            place, ends = listed
            limits = tuple(map(ctx.read, ends))
            name, symbol = _bound_symbol(ctx, place, bind, op)
            layers.append((name, symbol, limits, "range"))
        for part in () if layers else _variables(lower):
            over = _stretch(ctx, node, op, part, bind) if op in OPTIMA else None
            if over is not None:
                layers.append(over)
            elif isinstance(part, s.Chain) and _is_condition(part):
                name, symbol = _bound_symbol(ctx, part.operands[0], bind, op)
                condition = _condition(ctx, part, node)
                layers.append((name, symbol, (), "all"))
            else:
                layers.append(_layer(ctx, node, op, part, bind))
            ctx.ends[layers[-1][0]] = layers[-1][2] if layers[-1][3] == "range" else ()
        body = ctx.read(_unbraced(node.body))
    if op != "sum":
        _refuse_factor_behind(ctx, node, body, {symbol for _, symbol, _, _ in layers})
    if condition is not None:
        body = make("piecewise", body, condition, number(1 if op == "product" else 0))
        if op not in ("sum", "product"):
            ctx.fail("this limit is not read", lower)
    for _, symbol, limits, data in reversed(layers):
        body = make(op, symbol, *limits, body, data=data)
    return body


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
        items = lower.items
        last = items[-1]
        if isinstance(last, s.Chain) and last.relations in (("=",), ("in",)):
            rest = last.operands[1:]
            made = (
                s.Chain(i.start, i.end, (i, *rest), last.relations, last.places) for i in items[:-1]
            )
            return (*made, last)
        return items
    if isinstance(lower, s.Product) and not any(lower.links):
        return lower.factors
    return (lower,)


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
        name, symbol = _bound_symbol(ctx, part.operands[0], bind, op)
        return name, symbol, limits, "range"
    if isinstance(part, s.Chain) and part.relations == ("in",):
        with ctx.expecting("interval"):
            home = ctx.read(part.operands[1])
        name, symbol = _bound_symbol(ctx, part.operands[0], bind, op, element=True)
        return name, symbol, (home,), "set"
    if isinstance(part, s.Chain) and part.relations == ("<=", "<="):
        limits = (ctx.read(part.operands[0]), ctx.read(part.operands[2]))
        name, symbol = _bound_symbol(ctx, part.operands[1], bind, op)
        return name, symbol, limits, "range"
    if node.upper is not None:
        hint = "write \\sum_{i=1}^n"
        ctx.fail("where the index starts is not written", node, hint, "ambiguous")
    name, symbol = _bound_symbol(ctx, part, bind, op)
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
    name, symbol = _bound_symbol(ctx, place, bind, op)
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
    return len(part.relations) == 1 and part.relations[0] in _COMPARISONS


def _condition(ctx: Context, part: s.Chain, node: s.BigOperator) -> Term:
    right = part.operands[1]
    name = name_of(right)
    order = part.relations[0] != "!="
    if node.upper is not None or (order and name in ctx.notation.indices and name not in ctx.bound):
        hint = "write one sum for each index, with its limits"
        ctx.fail("which of the indices are summed is not clear", node, hint, "ambiguous")
    ctx.note("implicit-sum", node)
    return ctx.read(part)


def _bound_symbol(
    ctx: Context, node: s.Node, bind: Callable[[str, Term], None], op: str, element: bool = False
) -> tuple[str, Term]:
    """The bound variable of a limit: an index, an element of a set, or a real variable."""
    name = name_of(node)
    if isinstance(node, s.Scripts) and node.primes and node.sub is None and node.sup is None:
        plain = name_of(node.base)
        name = None if plain is None else plain + "'" * node.primes
    labelled = name is not None and "^{(" in name  # the body reads it as a labelled value
    if name is None or labelled or isinstance(node, s.Word):
        ctx.fail("this is no variable to run over", node)
    declared = ctx.declared(name)
    if declared is not None:
        symbol = make("symbol", data=declared)
    elif op in ("sum", "product") or (name in c.INDEX_LETTERS and name in ctx.notation.indices):
        symbol = make("symbol", data=Symbol(name) if element else _index(name))
    else:
        symbol = ctx.symbol(name, node)
    ctx.places.setdefault(symbol, node)
    bind(name, symbol)
    return name, symbol


def _index(name: str) -> Symbol:
    return Symbol(name, "index", (), c.INTEGERS)


@contextmanager
def binding(ctx: Context) -> Iterator[Callable[[str, Term], None]]:
    """Bind names inside the block; what they meant before is restored behind it."""
    before: dict[str, Term | None] = {}

    def bind(name: str, symbol: Term) -> None:
        before.setdefault(name, ctx.bound.get(name))
        ctx.bound[name] = symbol

    yield bind
    for name, old in before.items():
        if old is None:
            del ctx.bound[name]
        else:
            ctx.bound[name] = old


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


def _limit(ctx: Context, node: s.BigOperator) -> Term:
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


def _integral(ctx: Context, node: s.BigOperator) -> Term:
    if not node.differentials:
        ctx.fail("the differential of this integral is missing", node, "write dx behind it")
    if (node.lower is None) != (node.upper is None):
        ctx.fail("an integral has both limits or none", node)
    count = _INTEGRALS[node.name]
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
            variables.append(ctx.symbol(name, differential))
            bind(name, variables[-1])
        body = ctx.read(node.body) if node.body is not None else number(1)
    for variable in reversed(variables):
        body = make("integral", variable, *limits, body, data="range" if limits else "all")
    return body
