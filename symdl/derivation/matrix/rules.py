"""How an adjoint goes back through each operation on arrays.

An adjoint has the shape of the array it belongs to. A rule gives, for the adjoint of a node, what
each argument receives, with the name of the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symdl.derivation.matrix.axis_rules import (
    through_log_softmax,
    through_logsumexp,
    through_mean,
    through_reduce_sum,
    through_softmax,
)
from symdl.derivation.matrix.build import (
    NotInMatrices,
    entrywise,
    is_scalar,
    negative,
    product,
    scaled,
    summed_to,
    trace_of,
    turned,
)
from symdl.derivation.matrix.joined import through_concat, through_slice, through_unvec, through_vec
from symdl.derivation.matrix.node import Node
from symdl.expression.broadcasting import ENTRYWISE
from symdl.expression.numerals import ONE, value_of
from symdl.expression.operators import TABLE
from symdl.expression.relations import ORDERING, opposite
from symdl.expression.shapes import is_row
from symdl.expression.size_terms import as_term
from symdl.expression.term import Term, make, number

Back = Callable[[Node, Term, int], Term]
"""From the node, its adjoint and the place of an argument to what that argument receives."""


def back(node: Node, adjoint: Term, place: int) -> tuple[str, Term]:
    """What one argument receives, and the rule. Raises NotInMatrices where there is none."""
    op = node.term.op
    rule = RULES.get(op)
    if rule is not None:
        name, made = rule
        return name + _broadcast(node.term, place), made(node, adjoint, place)
    if op in TABLE and TABLE[op].partials is not None:
        return f"derivative of {op}", _row(node, adjoint, place)
    if op in TABLE and TABLE[op].definition is not None and len(node.term.args) == 1:
        return f"derivative of {op}", _row(node, adjoint, place)
    raise NotInMatrices(f"{op} has no matrix rule")


def _broadcast(term: Term, place: int) -> str:
    """What is told of an argument that is repeated along an axis, so that its gradient is a sum."""
    mine = term.args[place].shape
    if term.op not in ENTRYWISE or not mine or mine == term.shape:
        return ""
    return ", summed over the axis along which it is repeated"


# --- entry by entry -------------------------------------------------------------------------------


def _sum(node: Node, g: Term, place: int) -> Term:
    return summed_to(g, node.term.args[place].shape)


def _negative(_node: Node, g: Term, _place: int) -> Term:
    return negative(g)


def _times(node: Node, g: Term, place: int) -> Term:
    """A product of scalars and arrays, entry by entry."""
    args = node.term.args
    mine = args[place]
    others = [*args[:place], *args[place + 1 :]]
    scalars = [a for a in others if is_scalar(a)]
    arrays = [a for a in others if not is_scalar(a)]
    if is_scalar(mine) and arrays:
        return scaled(*scalars, inner(g, *arrays))
    if not arrays:
        return scaled(*scalars, g)
    return summed_to(entrywise(*scalars, g, *arrays), mine.shape)


def inner(a: Term, *others: Term) -> Term:
    """The sum of the products of all entries."""
    whole = others[0] if len(others) == 1 else entrywise(*others)
    if a.shape is None or len(a.shape) > 2:
        raise NotInMatrices("an inner product of tensors")
    if len(a.shape) == 1:
        return product(make("transpose", a), whole)
    return trace_of(product(turned(a), whole))


def _over(node: Node, g: Term, place: int) -> Term:
    above, below = node.term.args
    if place == 0:
        if is_scalar(below):
            return summed_to(scaled(make("div", ONE, below), g), above.shape)
        return summed_to(_quotient(g, below), above.shape)
    if is_scalar(below):
        whole = inner(g, node.name) if not is_scalar(node.term) else scaled(g, node.name)
        return negative(scaled(make("div", ONE, below), whole))
    return summed_to(negative(_quotient(entrywise(g, node.name), below)), below.shape)


def _quotient(g: Term, below: Term) -> Term:
    return make("div", g, below)


def _power(node: Node, g: Term, place: int) -> Term:
    base, exponent = node.term.args
    if place:
        raise NotInMatrices("a variable exponent")
    if base.op == "norm":
        raise NotInMatrices("a power of a norm")
    value = value_of(exponent)
    lower = base if value == 2 else base ** (exponent - 1 if value is None else number(value - 1))
    if is_scalar(base):
        return scaled(exponent, g, lower)
    return scaled(exponent, entrywise(g, lower))


def _row(node: Node, g: Term, place: int) -> Term:
    """A function entry by entry: the adjoint times its derivative."""
    argument, slope = node.term.args[place], slope_of(node, place)
    if is_scalar(node.term):
        return scaled(g, slope)
    return summed_to(entrywise(g, slope), argument.shape)


def slope_of(node: Node, place: int) -> Term:
    """The derivative of a function entry by entry, by its value where that is shorter."""
    own = _BY_VALUE.get(node.term.op)
    if node.term.op in ("max", "min") and len(node.term.args) == 2:
        mine, other = node.term.args[place], node.term.args[1 - place]
        sign = ">" if node.term.op == "max" else "<"
        return make("indicator", make("relation", mine, other, data=(sign,)))
    if own is not None:
        return own(node.name, node.term.args[place])
    return _slope(node.term, place)


def _slope(node: Term, place: int) -> Term:
    from symdl.derivation.forward import differentiate
    from symdl.derivation.tidy import tidy
    from symdl.expression.term import replace, symbol

    names = [symbol(f"u_{{\\text{{m{i}}}}}") for i in range(len(node.args))]
    found = tidy(differentiate(make(node.op, *names, data=node.data), names[place]).result)
    return replace(found, dict(zip(names, node.args, strict=True)))


_BY_VALUE: dict[str, Callable[[Term, Term], Term]] = {
    "exp": lambda y, x: y,
    "tanh": lambda y, x: ONE - _square(y),
    "sigmoid": lambda y, x: entrywise(y, ONE - y) if not is_scalar(y) else scaled(y, ONE - y),
    "relu": lambda y, x: make("indicator", make("relation", x, number(0), data=(">",))),
    "log": lambda y, x: make("div", ONE, x),
    "abs": lambda y, x: make("sign", x),
    "sqrt": lambda y, x: make("div", ONE, scaled(number(2), y)),
}


def _square(y: Term) -> Term:
    return make("hadamard", y, y) if not is_scalar(y) else y**2


# --- products -------------------------------------------------------------------------------------


def _matmul(node: Node, g: Term, place: int) -> Term:
    """left^T G right^T."""
    args = node.term.args
    left, mine, right = args[:place], args[place], args[place + 1 :]
    if g.shape == ():
        return scaled(g, _of_scalar(left, mine, right))
    before = [turned(a) for a in reversed(left)]
    after = [turned(a) for a in reversed(right)]
    if right and len(right[-1].shape or ()) == 1 and not is_row(right[-1]):
        if len(g.shape or ()) != 1:
            raise NotInMatrices("a product of tensors")
        if len(mine.shape or ()) == 1:
            raise NotInMatrices("vectors inside of a product")
    if is_row(mine) and left:  # u v^T: v receives G^T u
        return product(turned(left[0]), g) if not right and len(left) == 1 else _refuse()
    found = product(*before, g, *after)
    if found.shape == mine.shape:
        return found
    if len(found.shape or ()) <= max(len(mine.shape or ()), 2):
        raise NotInMatrices("a product with vectors inside")
    return summed_to(found, mine.shape)


def _refuse() -> Term:
    raise NotInMatrices("a row inside of a product")


def _of_scalar(left: Sequence[Term], mine: Term, right: Sequence[Term]) -> Term:
    """The gradient of the number `left mine right` in `mine`: the transposes of both sides."""
    before = [turned(a) for a in reversed(left)]
    after = [turned(a) for a in reversed(right)]
    if is_row(mine):
        return turned(product(*right)) if right else _refuse()
    if len(mine.shape or ()) == 1:
        return product(*before) if before else product(*right)
    found = product(*before, *after)
    if found.shape != mine.shape:
        raise NotInMatrices("a scalar product that is not left to right")
    return found


def _hadamard(node: Node, g: Term, place: int) -> Term:
    args = node.term.args
    others = [*args[:place], *args[place + 1 :]]
    return summed_to(entrywise(g, *others), args[place].shape)


def _dot(node: Node, g: Term, place: int) -> Term:
    return scaled(g, node.term.args[1 - place])


def _outer(node: Node, g: Term, place: int) -> Term:
    u, v = node.term.args
    return product(g, v) if place == 0 else product(turned(g), u)


def _transpose(_node: Node, g: Term, _place: int) -> Term:
    return turned(g)


# --- numbers of matrices --------------------------------------------------------------------------


def _norm(node: Node, g: Term, _place: int) -> Term:
    x = node.term.args[0]
    if node.term.data == "1":
        return scaled(g, make("sign", x))
    if node.term.data not in ("", "2", "F") or (node.term.data == "2" and len(x.shape or ()) > 1):
        order = node.term.data
        told = "declare p: real >= 1" if order == "p" else "it has no rule here"
        raise NotInMatrices(f"the norm marked {order}: {told}")
    return scaled(g, make("div", ONE, node.name), x)


def power_of_norm(node: Node, g: Term) -> Term:
    """The gradient of a Euclidean or Frobenius norm to a power from 2 on."""
    norm, exponent = node.term.args
    value = value_of(exponent)
    assert value is not None
    rest = [] if value == 2 else [norm ** number(value - 2) if value != 3 else norm]
    return scaled(exponent, g, *rest, norm.args[0])


def power_of_abs(node: Term, g: Term) -> Term:
    """`p |u|^{p - 2} u`, entry by entry: the derivative of |u|^p without a sign."""
    size, exponent = node.args
    u, value = size.args[0], value_of(exponent)
    lower = exponent - 2 if value is None else number(value - 2)
    rest = [] if value == 2 else [size if value == 3 else size**lower]
    factors = [*rest, u] if is_scalar(u) else [entrywise(*rest, u)]
    return (
        scaled(exponent, g, *factors) if is_scalar(u) else scaled(exponent, entrywise(g, *factors))
    )


def _trace(node: Node, g: Term, _place: int) -> Term:
    x = node.term.args[0]
    if not x.shape:
        raise NotInMatrices("the trace of a matrix of unknown size")
    return scaled(g, make("identity", as_term(x.shape[0])))


def _determinant(node: Node, g: Term, _place: int) -> Term:
    return scaled(g, node.name, turned(make("inverse", node.term.args[0])))


def _inverse(node: Node, g: Term, _place: int) -> Term:
    if is_scalar(node.term):
        return negative(scaled(g, node.name**2))
    back_ = turned(node.name)
    return negative(product(back_, g, back_))


def _diag(_node: Node, g: Term, _place: int) -> Term:
    return make("diag", g)


def _piecewise(node: Node, g: Term, place: int) -> Term:
    """The adjoint where this case is the first that holds. Between the cases there is no slope."""
    args = node.term.args
    before = [args[k] for k in range(1, min(place, len(args)), 2)]
    held = [o for c in before if (o := opposite(c)) is not None and o.data[0] in ORDERING]
    if len(held) < len(before):
        raise NotInMatrices("a condition that is no inequality")
    if place < len(args) // 2 * 2:
        held.append(args[place + 1])
    marks = [make("indicator", c) for c in held]
    if is_scalar(node.term):
        return scaled(*marks, g)
    value = args[place]
    return summed_to(entrywise(g, *marks), value.shape)


RULES: dict[str, tuple[str, Back]] = {
    "add": ("sum rule", _sum),
    "neg": ("constant factor", _negative),
    "mul": ("product rule", _times),
    "div": ("quotient rule", _over),
    "pow": ("power rule", _power),
    "matmul": ("product rule for matrices", _matmul),
    "hadamard": ("product rule entry by entry", _hadamard),
    "dot": ("inner product", _dot),
    "outer": ("outer product", _outer),
    "transpose": ("transpose", _transpose),
    "norm": ("derivative of a norm", _norm),
    "trace": ("derivative of a trace", _trace),
    "det": ("derivative of a determinant", _determinant),
    "inverse": ("derivative of an inverse", _inverse),
    "diag": ("diagonal", _diag),
    "piecewise": ("case by case", _piecewise),
    "concat": ("part of a concatenation", through_concat),
    "vec": ("columns back into a matrix", through_vec),
    "unvec": ("columns behind each other", through_unvec),
    "slice": ("0 outside of the part", through_slice),
    "softmax": ("chain rule through softmax", through_softmax),
    "log_softmax": ("chain rule through log-softmax", through_log_softmax),
    "logsumexp": ("derivative of log-sum-exp is softmax", through_logsumexp),
    "reduce_sum": ("sum over an axis", through_reduce_sum),
    "mean": ("mean over an axis", through_mean),
}
