"""Fractions of differentials: `d^2 f` above `dx^2`, `\\partial x \\partial y` below."""

from __future__ import annotations

from symdl.expression.reading.context import Context
from symdl.expression.reading.kinds import is_vector
from symdl.expression.spelling import name_of
from symdl.expression.term import Term
from symdl.latex import syntax as s

_DIFFERENTIALS = {"d": "d", "\\mathrm{d}": "d", "\\partial": "partial", "\\mathit{d}": "d"}
HIGHEST_ORDER = 50


def split_fraction(
    ctx: Context, node: s.Fraction
) -> tuple[str, s.Node | None, tuple[Term, ...], int] | None:
    """Kind, body (None if it follows), variables and order of a fraction of differentials."""
    factors = factors_of(node.denominator)
    top = differential(ctx, node.numerator)
    if top is None:
        return None
    kind, order, body = top
    variables = _variables(ctx, factors, kind, order, node)
    if variables is None:
        return None
    return kind, body, _rows_first(variables), order


def _rows_first(variables: tuple[Term, ...]) -> tuple[Term, ...]:
    r"""The vectors of a matrix of second derivatives, `\partial x \partial y^T`: the transposed
    one runs along its columns, wherever it is written."""
    turned = [v.op == "transpose" and is_vector(v.args[0]) for v in variables]
    if len(variables) != 2 or sum(turned) != 1 or not is_vector(variables[turned.index(False)]):
        return variables
    return variables[turned.index(False)], variables[turned.index(True)].args[0]


def of_any_order(ctx: Context, node: s.Fraction) -> tuple[str, s.Node | None, Term, Term] | None:
    """`\\frac{d^n}{dx^n}`: kind, body (None if it follows), variable and order, a symbol."""
    above, below = factors_of(node.numerator), factors_of(node.denominator)
    if not above or not isinstance(above[0], s.Scripts) or len(below) < 2:
        return None
    written = above[0].sup
    if written is None or isinstance(written, s.Number) or above[0].sub or above[0].primes:
        return None
    kind = differential_sign(ctx, above[0].base)
    if kind is None or differential_sign(ctx, below[0]) != kind:
        return None
    times = below[1].sup if isinstance(below[1], s.Scripts) else None
    order = ctx.read(written)
    if len(below) > 2 or times is None or ctx.read(times) != order or order.op != "symbol":
        hint = "write \\frac{d^n}{dx^n} f(x)"
        ctx.fail("this derivative of any order is not read", node, hint)
    assert isinstance(below[1], s.Scripts)
    rest = above[1:]
    if not rest:
        return kind, None, ctx.read(below[1].base), order
    links = ("",) * (len(rest) - 1)
    body = rest[0] if len(rest) == 1 else s.Product(rest[0].start, rest[-1].end, rest, links)
    return kind, body, ctx.read(below[1].base), order


def factors_of(node: s.Node) -> tuple[s.Node, ...]:
    """The factors of a product without signs; () where one has a sign."""
    if isinstance(node, s.Product):
        return node.factors if not any(node.links) else ()
    return (node,)


def differential(ctx: Context, node: s.Node) -> tuple[str, int, s.Node | None] | None:
    """`d^2 f` as kind, order and what stands behind it."""
    factors = factors_of(node)
    if not factors:
        return None
    order = 1
    sign = factors[0]
    if isinstance(sign, s.Scripts) and sign.sub is None and not sign.primes:
        if not isinstance(sign.sup, s.Number) or not sign.sup.text.isdigit():
            return None
        order, sign = int(sign.sup.text[:4]), sign.base
    kind = differential_sign(ctx, sign)
    if kind is None:
        return None
    rest = factors[1:]
    if not rest:
        return kind, order, None
    if len(rest) == 1:
        return kind, order, rest[0]
    return kind, order, s.Product(rest[0].start, rest[-1].end, rest, ("",) * (len(rest) - 1))


def differential_sign(ctx: Context, node: s.Node) -> str | None:
    """The kind of derivative that a sign is of ("d" or "partial"); None if it is no such sign."""
    name = name_of(node)
    if name is None or name not in _DIFFERENTIALS:
        return None
    if name == "d" and ctx.declared("d") is not None:
        return None
    return _DIFFERENTIALS[name]


def _variables(
    ctx: Context, factors: tuple[s.Node, ...], kind: str, order: int, node: s.Fraction
) -> tuple[Term, ...] | None:
    """The variables below the line: `dx`, `\\partial x \\partial y`, `dx^2`."""
    found: list[Term] = []
    place = 0
    while place < len(factors):
        if differential_sign(ctx, factors[place]) != kind or place + 1 >= len(factors):
            return None
        variable = factors[place + 1]
        times = 1
        if isinstance(variable, s.Scripts) and isinstance(variable.sup, s.Number):
            digits = variable.sup.text
            times = int(digits[:4]) if digits.isdigit() else 0
            plain = variable.sub is None and not variable.primes
            variable = (
                variable.base
                if plain
                else s.Scripts(variable.start, variable.end, variable.base, variable.sub)
            )
        place += 2
        if isinstance(variable, s.Group) and variable.body is not None:
            variable = variable.body
        if times > HIGHEST_ORDER:
            ctx.fail("a derivative of this order is not read", node, code="too-large")
        found.extend([ctx.read(variable)] * times)
    if not found:
        return None
    if len(found) != order:
        ctx.fail("the orders above and below the line differ", node, code="ill-formed")
    return tuple(found)
