"""Derivatives: of what stands in a fraction, and signs that wait for their body."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symdl.expression.conventions import FUNCTION_LETTERS
from symdl.expression.reading.context import Context
from symdl.expression.reading.differentials import (
    differential,
    differential_sign,
    factors_of,
    of_any_order,
    split_fraction,
)
from symdl.expression.reading.groups import read_evaluated
from symdl.expression.reading.kinds import is_vector
from symdl.expression.reading.notation import TRANSPOSES
from symdl.expression.reading.syntax import bracket_of, children
from symdl.expression.spelling import name_of, superscript_label
from symdl.expression.term import Term, free_symbols, make
from symdl.latex import syntax as s


@dataclass(frozen=True, slots=True)
class Operator:
    """A derivative sign that waits for its body: how it is written and in what. A Hessian without
    variables is one in the vector that its body is a function of."""

    kind: str
    variables: tuple[Term, ...]
    bar: s.Scripts | None = None
    order: Term | None = None


def derivative_fraction(ctx: Context, node: s.Fraction) -> Term | None:
    """`\\frac{\\partial L}{\\partial w}`: a derivative with its body in the numerator."""
    general = of_any_order(ctx, node)
    if general is not None and general[1] is not None:
        return make("nth_derivative", ctx.read(general[1]), *general[2:], data=general[0])
    split = split_fraction(ctx, node)
    if split is None:
        return None
    kind, body, variables, _ = split
    if body is None:
        return ctx.fail("a derivative sign without a function behind it", node)
    ctx.note("derivative-fraction", node)
    return make("derivative", ctx.read(body), *variables, data=kind)


def slanted_derivative(ctx: Context, node: s.Product) -> Term | None:
    """`dy/dx` and `\\partial L / \\partial w` as a whole product."""
    links = node.links
    if len(links) != 3 or links[1] != "/" or links[0] or links[2]:
        return None
    above, below = node.factors[:2], node.factors[2:]
    sign = differential_sign(ctx, above[0])
    if sign is None or sign != differential_sign(ctx, below[0]):
        return None
    sides = [s.Product(p[0].start, p[1].end, p, ("",)) for p in (above, below)]
    if name_of(above[0]) == "d" and any(p[0].end != p[1].start for p in (above, below)):
        return None
    return derivative_fraction(ctx, s.Fraction(node.start, node.end, *sides))


def refuse_evaluation(ctx: Context, factor: s.Node, following: s.Node) -> None:
    """`\\frac{df}{dx}(x)`: the derivative at x, or a product?"""
    assert isinstance(factor, s.Fraction)
    top = differential(ctx, factor.numerator)
    group = bracket_of(following)
    if top is None or top[2] is None or group is None:
        return
    simple = isinstance(group.body, s.Name | s.Number | s.Styled) or (
        isinstance(group.body, s.Product) and bracket_of(group.body.factors[-1]) is not None
    )
    if simple or name_of(top[2]) in FUNCTION_LETTERS:
        hint = "write f'(x), an evaluation bar, or \\cdot for a product"
        ctx.fail("a derivative at a point or a product", following, hint, "ambiguous")


def operator_of(ctx: Context, factor: s.Node) -> Operator | None:
    """The derivative operator that a factor is, if it is one."""
    if isinstance(factor, s.Scripts) and isinstance(factor.base, s.Group):
        return _evaluated_operator(ctx, factor, factor.base)
    if isinstance(factor, s.Fraction):
        general = of_any_order(ctx, factor)
        if general is not None and general[1] is None:
            return Operator(general[0], general[2:3], order=general[3])
        split = split_fraction(ctx, factor)
        return Operator(split[0], split[2]) if split is not None and split[1] is None else None
    base = factor.base if isinstance(factor, s.Scripts) else factor
    if not isinstance(base, s.Name) or base.text not in ("\\nabla", "\\partial"):
        return None
    if ctx.declared(base.text) is not None:
        return None
    return _sign_operator(ctx, factor, base.text)


def _evaluated_operator(ctx: Context, factor: s.Scripts, group: s.Group) -> Operator | None:
    """`\\frac{d}{dx} |_{x=0}` before its function."""
    if group.open != "" or not isinstance(group.body, s.Fraction):
        return None
    inner = operator_of(ctx, group.body)
    return None if inner is None else Operator(inner.kind, inner.variables, factor)


def _sign_operator(ctx: Context, factor: s.Node, sign: str) -> Operator | None:
    sub = sup = None
    if isinstance(factor, s.Scripts):
        sub, sup = factor.sub, factor.sup
    if sup is not None and not _is_hessian(sign, sup):
        ctx.fail(f"a power of {sign} is not read", factor, "write the derivatives out")
    if sign == "\\partial":
        if sub is None:
            return None
        parts = sub.items if isinstance(sub, s.Sequence) else factors_of(sub)
        return Operator("partial", tuple(ctx.read(p) for p in parts))
    if sub is None:
        return Operator("gradient" if sup is None else "hessian", ())
    variable = ctx.read(sub)
    if sup is not None:
        ctx.note("hessian", factor)
        return Operator("partial", (variable, variable))
    return Operator("gradient", (variable,))


def _is_hessian(sign: str, sup: s.Node) -> bool:
    """`\\nabla_x^2`: all second derivatives by the entries of x."""
    return sign == "\\nabla" and name_of(sup) is None and _is_two(sup)


def _is_two(node: s.Node) -> bool:
    return isinstance(node, s.Number) and node.text == "2"


def read_operator(ctx: Context, node: s.Product, place: int, spec: Operator) -> tuple[Term, int]:
    """The operator with its body, and the place behind the body."""
    from symdl.expression.reading.products import operand, rest_node

    first = place + 1
    if first >= len(node.factors):
        ctx.fail("a derivative sign without a function behind it", node)
    if node.links[place] not in ("",):
        ctx.fail("a derivative sign without a function behind it", node.factors[place])
    sign = not isinstance(node.factors[place], s.Fraction) and spec.bar is None
    if sign and _takes_next(node.factors[first]) and not _of_itself(ctx, node, spec, first):
        ctx.note("gradient-next", node.factors[place])
        bare, sup = _without_power(ctx, node, first) if spec.kind == "gradient" else (node, None)
        body, behind = operand(ctx, bare, first)
        made = _make(ctx, spec, body, node.factors[place])
        _refuse_unclear(ctx, node, spec, behind)
        return (made if sup is None else make("transpose", made)), behind
    end = first + 1 if _is_in_brackets(node, first) else _end(node, first)
    part = s.Product(
        node.start, node.factors[end - 1].end, node.factors[:end], node.links[: end - 1]
    )
    body_node = rest_node(ctx, part, first)
    body = ctx.read(body_node)
    if end - first > 1:
        ctx.note("derivative-rest", node.factors[place])
    _refuse_unclear(ctx, node, spec, end)
    return _make(ctx, spec, body, node.factors[place]), end


def _is_in_brackets(node: s.Product, first: int) -> bool:
    """`\\frac{d}{dx}[u] v`: square brackets hold what is differentiated, unless others follow."""
    factor = node.factors[first]
    if not isinstance(factor, s.Group) or factor.open != "[" or first + 1 >= len(node.factors):
        return False
    return bracket_of(node.factors[first + 1]) is None


def _of_itself(ctx: Context, node: s.Product, spec: Operator, first: int) -> bool:
    """`\\nabla_x x^T A x`, `\\nabla_x a^T x`, `\\nabla_x (x - m)^T S (x - m)`: nobody takes the
    gradient of x, a or x - m alone, but of the whole product."""
    factor = node.factors[first]
    if first + 1 >= len(node.factors) or spec.kind != "gradient":
        return False
    name = name_of(factor.base if isinstance(factor, s.Scripts) else factor)
    if any(v.op == "symbol" and v.data.name == name for v in spec.variables):
        return True
    turned = isinstance(factor, s.Scripts) and name_of(factor.sup or factor) in TRANSPOSES
    if turned and spec.variables and _is_bracketed_vector(ctx, factor):
        return True
    if turned and name is not None and _is_letter(ctx, name):
        named = {v.data.name for v in spec.variables if v.op == "symbol"}
        if any(named & set(_names(rest)) for rest in node.factors[first + 1 :]):
            return True
    if turned and not spec.variables and name is not None and name not in FUNCTION_LETTERS:
        hint = "write \\nabla_x (x^T A x) or (\\nabla f)^T g"
        ctx.fail("where the gradient ends is not clear", node, hint, "ambiguous")
    return False


def _is_bracketed_vector(ctx: Context, factor: s.Node) -> bool:
    """Whether a factor is a vector in brackets that is no value of a function: the gradient of a
    number is transposed, no vector's is."""
    group = factor.base if isinstance(factor, s.Scripts) else factor
    if not isinstance(group, s.Group) or group.open not in ("(", "[") or group.body is None:
        return False
    if isinstance(group.body, s.Chain | s.Sequence | s.Empty):
        return False
    return is_vector(ctx.read(group.body))


def _is_letter(ctx: Context, name: str) -> bool:
    """Whether a name is no function, and nothing defines it."""
    known = ctx.declared(name)
    if known is not None and known.declared:
        return known.role != "function" and all(k.data != known for k in ctx.scope.values)
    return name not in FUNCTION_LETTERS and not ctx.is_function(name)


def _without_power(ctx: Context, node: s.Product, first: int) -> tuple[s.Product, s.Node | None]:
    """`\\nabla f(x)^T`: the product without the sign of transposition, which is the gradient's.

    Of `\\nabla f(x)^2` nobody knows what is squared.
    """
    place = first
    behind = first + 1 < len(node.factors) and node.links[first] == ""
    if behind and bracket_of(node.factors[first + 1]) is not None:
        place = first + 1
    factor = node.factors[place]
    if not isinstance(factor, s.Scripts) or factor.sup is None:
        return node, None
    norm = isinstance(factor.base, s.Group) and (
        factor.base.open not in ("(", "[") or (place == first and isinstance(factor.sup, s.Number))
    )  # the power of `\\nabla_x (a^T x)^2` stands at brackets that are no argument
    if norm or (place == first and superscript_label(factor.sup) is not None):
        return node, None
    if name_of(factor.sup) not in TRANSPOSES:
        hint = "write (\\nabla f)^2 or \\nabla (f^2)"
        ctx.fail("a power of the gradient or of the function", factor, hint, "ambiguous")
    bare: s.Node = factor.base
    if factor.sub is not None or factor.primes:
        bare = s.Scripts(factor.start, factor.end, factor.base, factor.sub, None, factor.primes)
    factors = (*node.factors[:place], bare, *node.factors[place + 1 :])
    return s.Product(node.start, node.end, factors, node.links), factor.sup


def _takes_next(node: s.Node) -> bool:
    if isinstance(node, s.Scripts):
        node = node.base
    return isinstance(node, s.Name | s.Word | s.Styled | s.Accent | s.Group)


def _end(node: s.Product, first: int) -> int:
    """Where the body of d/dx ends: at an explicit sign of multiplication."""
    end = first
    while end < len(node.factors):
        end += 1
        if end < len(node.factors) and node.links[end - 1] != "":
            break
    return end


def _refuse_unclear(ctx: Context, node: s.Product, spec: Operator, end: int) -> None:
    """`\\frac{d}{dx} x \\cdot \\sin x`: is the sine below the derivative?"""
    for rest in node.factors[end:]:
        names = set(_names(rest))
        for variable in spec.variables:
            if any(str(f.data.name) in names for f in free_symbols(variable)):
                hint = "put brackets around what is differentiated"
                ctx.fail("where the derivative ends is not clear", node, hint, "ambiguous")


def _names(node: s.Node) -> list[str]:
    found, stack = [], [node]
    while stack:
        item = stack.pop()
        name = name_of(item)
        if name is not None:
            found.append(name)
        stack.extend(children(item))
    return found


def _hessian(ctx: Context, body: Term, sign: s.Node) -> Term:
    r"""`\nabla^2 f(x)` of a vector x; of anything else it may be a Laplacian."""
    argument = body.args[0] if body.op == "call" and len(body.args) == 1 else body
    if argument.op != "symbol" or argument is body or not _is_vector(argument):
        hint = "write \\nabla_x^2 for the matrix of second derivatives, and the Laplacian as a sum"
        ctx.fail("a Hessian or a Laplacian", sign, hint, "ambiguous")
    ctx.note("hessian", sign)
    return make("derivative", body, argument, argument, data="partial")


def _is_vector(name: Term) -> bool:
    """Whether a name is a vector, of a known size or of any."""
    return name.data.role == "vector" if name.shape is None else len(name.shape) == 1


_POINT = re.compile(r"\\(?:hat|bar|tilde|widehat|widetilde|overline)(?![a-z])|[{}]|[_^].*")


def _is_point(term: Term, variable: Term) -> bool:
    r"""Whether a name is a variable's with something at it: `x^*`, `\hat{x}`, `x_k` of x."""
    name = variable.data.name
    if term.op == "entry":
        return term.args[0].op == "symbol" and term.args[0].data.name == name
    return term.op == "symbol" and _POINT.sub("", str(term.data.name)) == name


def _at_point(body: Term, variables: tuple[Term, ...]) -> Term | None:
    """`\\nabla_x f(x^*)`: the gradient of f at x^*, which depends on no x itself."""
    if body.op != "call" or len(variables) != 1 or variables[0].op != "symbol":
        return None
    variable = variables[0]
    if variable in free_symbols(body):
        return None
    places = [place for place, arg in enumerate(body.args) if _is_point(arg, variable)]
    if len(places) != 1:
        return None
    point = body.args[places[0]]
    args = tuple(variable if arg is point else arg for arg in body.args)
    slope = make("gradient", make("call", *args, data=body.data), variable)
    return make("at", slope, variable, point)


def _make(ctx: Context, spec: Operator, body: Term, sign: s.Node) -> Term:
    if spec.kind == "gradient":
        return _at_point(body, spec.variables) or make("gradient", body, *spec.variables)
    if spec.kind == "hessian":
        return _hessian(ctx, body, sign)
    if spec.order is not None:
        made = make("nth_derivative", body, *spec.variables, spec.order, data=spec.kind)
    else:
        made = make("derivative", body, *spec.variables, data=spec.kind)
    return made if spec.bar is None else read_evaluated(ctx, spec.bar, made)
